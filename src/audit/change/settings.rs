//! What a change does to what the settings and the exceptions of a product ask for: gates that are gone, keys that ask for less, failures
//! that are accepted for longer, and a check that reports less.

use std::collections::BTreeMap;

use crate::audit::asked::joined::joined;
use crate::audit::change::demands::{Less, less};
use crate::audit::rules::{check_loosened, exception_extended, gate_loosened, gate_removed};
use crate::config::Level;
use crate::model::finding::{Finding, Related, RuleText};
use crate::model::gate::{Demand, Gate};
use crate::model::place::Place;
use crate::model::register::{Exception, ExceptionMatch};

/// What to do about it.
const HELP: &str = "restore it, or say in the change why less is enough and waive the finding";

/// What one product asks for, on one side of a change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asking {
    /// The id of the product; empty where the repository is one.
    pub(crate) product: String,
    /// Its folder.
    pub(crate) root: String,
    /// The gates of the settings, each with the lines of its keys; `id` is the one that it begins with.
    pub(crate) gates: Vec<(Gate, BTreeMap<String, u32>)>,
    /// The gates that its runbooks declare.
    pub(crate) texts: Vec<Gate>,
    /// Its exceptions.
    pub(crate) exceptions: Vec<Exception>,
}

/// How much the check itself reports, on one side of a change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checking {
    /// The levels that the settings give to rules, each with its line.
    pub(crate) levels: BTreeMap<String, (Level, u32)>,
    /// The days that reviews last, by key, each with its line; 0 where the key is not written.
    pub(crate) days: BTreeMap<&'static str, (u32, u32)>,
    /// The waivers, by rule, path and words, each with its last day and its line.
    pub(crate) waivers: BTreeMap<String, (chrono::NaiveDate, u32)>,
    /// The file of the waivers.
    pub(crate) waivers_path: String,
}

/// What a change loosens, told in the settings file `path`.
pub(crate) fn findings(path: &str, before: &[Asking], now: &[Asking]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for old in before {
        let next = partner(old, now);
        for (gate, lines) in &old.gates {
            of_gate(path, gate, lines, old, next, now, &mut findings);
        }
        for exception in &old.exceptions {
            let next = next.and_then(|next| {
                let mut own = next.exceptions.iter();
                own.find(|other| other.path == exception.path || other.id == exception.id)
            });
            if let Some(next) = next {
                findings.extend(of_exception(exception, next));
            }
        }
    }
    findings
}

/// The same product with the change: its id, else its folder where no other product had it.
fn partner<'a>(old: &Asking, now: &'a [Asking]) -> Option<&'a Asking> {
    let by_id = now.iter().find(|other| other.product == old.product);
    by_id.or_else(|| now.iter().find(|other| other.root == old.root))
}

fn of_gate(
    path: &str,
    gate: &Gate,
    lines: &BTreeMap<String, u32>,
    old: &Asking,
    next: Option<&Asking>,
    all: &[Asking],
    findings: &mut Vec<Finding>,
) {
    let stood = |line: Option<&u32>| match line {
        Some(line) => format!("line {line} before this change"),
        None => "before this change".to_owned(),
    };
    // A gate that moved to another product, or into the text of a runbook, is still asked for.
    let own = next.and_then(|next| found_in(next, gate, old));
    let elsewhere = || {
        let others = all
            .iter()
            .filter(|other| next.is_none_or(|next| other.product != next.product));
        let mut new = others.filter(|other| other.product != old.product);
        new.find_map(|other| found_in(other, gate, old))
    };
    let Some((held, held_lines)) = own.or_else(elsewhere) else {
        findings.push(Finding {
            message: format!("this change removes the gate `{}` from the settings: {}", gate.id, gate.title),
            help: Some("put it back, or say why the release no longer needs it and waive the finding".to_owned()),
            related: vec![Related {
                path: path.to_owned(),
                place: None,
                message: format!("stood on {}", stood(lines.get("id"))),
            }],
            ..Finding::of(&gate_removed::RULE.text, path)
        });
        return;
    };
    for Less { key, before, now } in less(&gate.demand, &held.demand) {
        let top = key.split('.').next().unwrap_or(&key);
        let of_key = |lines: &BTreeMap<String, u32>| lines.get(&key).or_else(|| lines.get(top)).copied();
        let told = now.as_deref().map_or_else(
            || format!("this change no longer asks the gate `{}` for `{key} = {before}`", gate.id),
            |now| {
                format!(
                    "this change lets the gate `{}` ask for less: `{key}` is {now} instead of {before}",
                    gate.id
                )
            },
        );
        let line = of_key(&held_lines).or_else(|| held_lines.get("id").copied());
        let place = held.declared_at.iter().find(|at| at.path != path);
        findings.push(match (line, place) {
            (Some(line), _) => loosened(&gate_loosened::RULE.text, path, Some(line), told),
            (None, Some(at)) => loosened(&gate_loosened::RULE.text, &at.path, at.line, told),
            (None, None) => loosened(&gate_loosened::RULE.text, path, None, told),
        });
        if let Some(finding) = findings.last_mut() {
            finding.related.push(Related {
                path: path.to_owned(),
                place: None,
                message: stood(of_key(lines).as_ref()),
            });
        }
    }
}

/// The gate with the change, joined with what runbooks declare for it, and the lines of its keys in the settings.
fn found_in(asking: &Asking, gate: &Gate, old: &Asking) -> Option<(Gate, BTreeMap<String, u32>)> {
    let was = |id: &str| old.gates.iter().any(|(other, _)| other.id == id);
    let own = asking
        .gates
        .iter()
        .find(|(other, _)| other.id == gate.id)
        // It was renamed: another id that was not there before, with the same name or the same demand.
        .or_else(|| {
            asking.gates.iter().find(|(other, _)| {
                !was(&other.id) && (other.title == gate.title || other.demand == gate.demand && other.demand != Demand::default())
            })
        });
    let settings: Vec<Gate> = own.map_or_else(
        // Only its name, so that what a text declares under it is found.
        || {
            vec![Gate {
                demand: Demand {
                    files: gate.demand.files.clone(),
                    ..Default::default()
                },
                declared_at: Vec::new(),
                ..gate.clone()
            }]
        },
        |(gate, _)| vec![gate.clone()],
    );
    let (joined, _) = joined(&settings, &asking.texts, &[]);
    let held = joined.into_iter().next()?;
    let is_declared = own.is_some() || !held.declared_at.is_empty();
    is_declared.then(|| (held, own.map(|(_, lines)| lines.clone()).unwrap_or_default()))
}

fn of_exception(before: &Exception, now: &Exception) -> Vec<Finding> {
    let mut wider: Vec<(&str, String)> = Vec::new();
    match (before.expires, now.expires) {
        (Some(old), Some(new)) if new > old => wider.push(("expires", format!("its last day is {new} instead of {old}"))),
        // Without a last day it accepts nothing at all.
        _ => {}
    }
    if !before.releases.is_empty() && before.releases != now.releases {
        let now = if now.releases.is_empty() {
            "every release"
        } else {
            now.releases.as_str()
        };
        let versions = |text: &str| -> Vec<String> {
            let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        let (old, new) = (versions(&before.releases), versions(now));
        if !new.iter().all(|version| old.contains(version)) {
            wider.push(("releases", format!("it covers {now} instead of {}", before.releases)));
        }
    }
    if is_wider(&before.matches, &now.matches) {
        wider.push(("match", "it matches more findings than before".to_owned()));
    }
    if before.gate != now.gate {
        wider.push((
            "gate",
            format!("it is for the gate `{}` instead of `{}`", now.gate, before.gate),
        ));
    }
    let found = wider.into_iter().map(|(key, what)| {
        let line = now.lines.iter().find(|(name, _)| name == key).map(|(_, line)| *line);
        let message = format!("this change lets the exception {} accept more: {what}", now.id);
        loosened(&exception_extended::RULE.text, &now.path, line, message)
    });
    found.collect()
}

/// Whether something matches that did not before: a part that narrowed it is gone, or a rule was added.
fn is_wider(before: &ExceptionMatch, now: &ExceptionMatch) -> bool {
    let parts = [
        (&before.tool, &now.tool),
        (&before.package, &now.package),
        (&before.path, &now.path),
        (&before.fingerprint, &now.fingerprint),
    ];
    let is_open = parts.iter().any(|(before, now)| before.is_some() && before != now);
    let has_more =
        !before.rules.is_empty() && (now.rules.is_empty() || now.rules.iter().any(|rule| !before.rules.contains(rule)));
    is_open || has_more
}

/// What a change does to the check itself: rules that are switched off or say it more quietly, reviews that last longer, waivers that hold
/// longer.
pub(crate) fn of_check(path: &str, before: &Checking, now: &Checking, normal: impl Fn(&str) -> Option<Level>) -> Vec<Finding> {
    let rule = &check_loosened::RULE.text;
    let mut findings = Vec::new();
    for (id, (level, line)) in &now.levels {
        let was = before.levels.get(id).map(|(level, _)| *level).or_else(|| normal(id));
        if let Some(was) = was.filter(|was| weight(*was) > weight(*level)) {
            let message = format!("this change turns the rule `{id}` from `{}` to `{}`", word(was), word(*level));
            findings.push(loosened(rule, path, Some(*line), message));
        }
    }
    for (id, (level, _)) in &before.levels {
        let now_is = normal(id).filter(|_| !now.levels.contains_key(id));
        if let Some(now_is) = now_is.filter(|now| weight(*now) < weight(*level)) {
            let message = format!(
                "this change no longer sets the rule `{id}` to `{}`, so that it is `{}`",
                word(*level),
                word(now_is)
            );
            findings.push(loosened(rule, path, None, message));
        }
    }
    for (key, (days, line)) in &now.days {
        if let Some((was, _)) = before.days.get(key).filter(|(was, _)| was < days) {
            let message = format!("this change lets reviews last longer: `{key}` is {days} instead of {was}");
            findings.push(loosened(rule, path, Some(*line).filter(|line| *line > 0), message));
        }
    }
    for (words, (last, line)) in &now.waivers {
        if let Some((was, _)) = before.waivers.get(words).filter(|(was, _)| was < last) {
            let message = format!("this change lets the waiver of {words} hold longer: until {last} instead of {was}");
            findings.push(loosened(rule, &now.waivers_path, Some(*line), message));
        }
    }
    findings
}

fn weight(level: Level) -> u8 {
    match level {
        Level::Off => 0,
        Level::Info => 1,
        Level::Warning => 2,
        Level::Error => 3,
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Off => "off",
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

fn loosened(rule: &RuleText, path: &str, line: Option<u32>, message: String) -> Finding {
    Finding {
        message,
        place: line.map(Place::of_line),
        help: Some(HELP.to_owned()),
        ..Finding::of(rule, path)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Asking, Checking, findings, of_check};
    use crate::config::Level;
    use crate::config::gate::gate;
    use crate::config::read::read;
    use crate::model::gate::DeclaredAt;
    use crate::model::register::{Exception, ExceptionMatch};

    fn asking(product: &str, gates: &str) -> Asking {
        let config = read(gates, "runproof.toml", &[]).expect("it reads");
        Asking {
            product: product.to_owned(),
            root: product.to_owned(),
            gates: config
                .gates
                .iter()
                .map(|config| (gate(config), BTreeMap::from([("id".to_owned(), 2)])))
                .collect(),
            ..Asking::default()
        }
    }

    fn told(before: &[Asking], now: &[Asking]) -> Vec<String> {
        let found = findings("runproof.toml", before, now).into_iter();
        found
            .map(|finding| {
                let line = finding.place.map_or(0, |place| place.line);
                format!("{} {}:{line} {}", finding.rule, finding.path, finding.message)
            })
            .collect()
    }

    const TWO: &str = "[[gates]]\nid = \"unit\"\nmin-tests = 9\n[[gates]]\nid = \"scan\"\n";

    #[test]
    fn gates_that_are_gone_and_keys_that_ask_for_less() {
        let now = "[[gates]]\nid = \"unit\"\nmin-tests = 3\n";
        assert_eq!(
            told(&[asking("", TWO)], &[asking("", now)]),
            [
                "gate-loosened runproof.toml:2 this change lets the gate `unit` ask for less: `min-tests` is 3 instead of 9",
                "gate-removed runproof.toml:0 this change removes the gate `scan` from the settings: Scan",
            ]
        );
        assert!(told(&[asking("", now)], &[asking("", TWO)]).is_empty(), "more is fine");
        assert_eq!(
            told(&[asking("", TWO)], &[]).len(),
            2,
            "a product that is gone asks for nothing"
        );
    }

    #[test]
    fn gates_that_moved_or_were_renamed_are_still_there() {
        let renamed = TWO.replace("\"scan\"", "\"image-scan\"\ntitle = \"Scan\"");
        assert!(told(&[asking("", TWO)], &[asking("", &renamed)]).is_empty());
        let moved = [
            asking("", "[[gates]]\nid = \"unit\"\nmin-tests = 9\n"),
            asking("api", "[[gates]]\nid = \"scan\"\n"),
        ];
        assert!(told(&[asking("", TWO)], &moved).is_empty());
        // Into the text of a runbook.
        let mut text = asking("", "[[gates]]\nid = \"unit\"\nmin-tests = 9\n");
        let mut scan = asking("", TWO).gates[1].0.clone();
        scan.declared_at = vec![DeclaredAt {
            path: "release.md".to_owned(),
            line: Some(7),
        }];
        text.texts.push(scan);
        assert!(told(&[asking("", TWO)], &[text]).is_empty());
    }

    fn whole() -> Exception {
        Exception {
            path: "exceptions/EX-1.yaml".to_owned(),
            id: "EX-1".to_owned(),
            gate: "scan".to_owned(),
            releases: "v1.0.0".to_owned(),
            matches: ExceptionMatch {
                tool: Some("t".to_owned()),
                rules: vec!["A1".to_owned()],
                ..ExceptionMatch::default()
            },
            expires: "2026-03-02".parse().ok(),
            lines: vec![("expires".to_owned(), 7)],
            ..Exception::default()
        }
    }

    fn with(exception: Exception) -> Asking {
        Asking {
            exceptions: vec![exception],
            ..Asking::default()
        }
    }

    #[test]
    fn exceptions_that_accept_more_are_told() {
        let of = |change: fn(&mut Exception)| {
            let mut changed = whole();
            change(&mut changed);
            told(&[with(whole())], &[with(changed)])
        };
        assert_eq!(
            of(|exception| exception.expires = "2026-09-02".parse().ok()),
            [
                "exception-extended exceptions/EX-1.yaml:7 this change lets the exception EX-1 accept more: its last day is 2026-09-02 instead of 2026-03-02"
            ]
        );
        assert!(of(|exception| exception.expires = "2026-02-02".parse().ok()).is_empty());
        assert_eq!(of(|exception| exception.releases.clear()).len(), 1);
        assert_eq!(of(|exception| exception.releases.push_str(", v1.1.0")).len(), 1);
        assert_eq!(of(|exception| exception.matches.rules.push("A2".to_owned())).len(), 1);
        assert_eq!(of(|exception| exception.matches.tool = None).len(), 1);
        assert!(of(|_| {}).is_empty());
        assert!(
            told(&[Asking::default()], &[with(whole())]).is_empty(),
            "a new file is seen by itself"
        );
    }

    #[test]
    fn a_check_that_reports_less_is_told() {
        let normal = |id: &str| (id == "path-missing").then_some(Level::Error);
        let of = |level: Option<Level>| Checking {
            levels: level
                .map(|level| ("path-missing".to_owned(), (level, 3)))
                .into_iter()
                .collect(),
            ..Checking::default()
        };
        let count = |before, now| of_check("runproof.toml", &of(before), &of(now), normal).len();
        assert_eq!(count(None, Some(Level::Off)), 1);
        assert_eq!(count(None, Some(Level::Error)), 0);
        assert_eq!(count(Some(Level::Info), Some(Level::Warning)), 0);
        assert_eq!(count(Some(Level::Warning), None), 0);
        let days = |days| Checking {
            days: BTreeMap::from([("critical-days", (days, 4))]),
            ..Checking::default()
        };
        assert_eq!(of_check("runproof.toml", &days(90), &days(365), normal).len(), 1);
        assert!(of_check("runproof.toml", &days(365), &days(90), normal).is_empty());
    }
}
