//! What is wrong with the controls that settings declare, as findings; and what a change does to their mapping.

use globset::Glob;

use crate::audit::controls::{catalogs, facts};
use crate::audit::rules::{
    control_mapping_changed, control_not_applicable_without_reason, control_unknown_gate, control_without_evidence,
};
use crate::config::ControlConfig;
use crate::config::read::FILE;
use crate::model::control::{ControlCell, Shown};
use crate::model::finding::{Finding, RuleText};
use crate::model::gate::Gate;
use crate::model::nearest::nearest;
use crate::model::place::Place;

/// Releases that a control must have been without evidence in.
pub(crate) const RELEASES: usize = 3;

/// The shortest reason that says something.
const REASON: usize = 20;

/// The findings about the controls that the settings declare. `held` has by the id of each what the newest releases hold for it; without
/// any only what the settings say by themselves is looked at.
pub(crate) fn findings(controls: &[ControlConfig], gates: &[Gate], held: &[(String, Vec<ControlCell>)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for control in controls {
        if control.applies == Some(false) {
            if control.reason.trim().chars().count() < REASON {
                findings.push(finding(
                    &control_not_applicable_without_reason::RULE.text,
                    control,
                    format!(
                        "the control `{}` is declared not applicable, and no reason says why",
                        control.id
                    ),
                    format!("write a reason of {REASON} characters or more, and where it is shown instead"),
                ));
            }
            continue;
        }
        unknown(control, gates, &mut findings);
    }
    for (id, cells) in held {
        let newest = &cells[..cells.len().min(RELEASES)];
        let is_bare = newest.len() == RELEASES && newest.iter().all(|cell| cell.there.is_empty());
        let Some(config) = controls.iter().find(|config| config.id == *id).filter(|_| is_bare) else {
            continue;
        };
        if newest.iter().all(|cell| cell.shown == Shown::Nothing) && config.gates.is_empty() && config.classes.is_empty() {
            // What it rests on belongs to no single release.
            continue;
        }
        findings.push(finding(
            &control_without_evidence::RULE.text,
            config,
            format!("the control `{id}` had no evidence in the last {RELEASES} releases"),
            "map gates or facts that releases have, or collect what is mapped".to_owned(),
        ));
    }
    findings
}

/// Gates, facts and rows that nobody knows.
fn unknown(control: &ControlConfig, gates: &[Gate], findings: &mut Vec<Finding>) {
    let rule = &control_unknown_gate::RULE.text;
    let ids = || gates.iter().map(|gate| gate.id.as_str());
    for glob in &control.gates {
        let matcher = Glob::new(glob).map(|glob| glob.compile_matcher());
        if matcher.is_ok_and(|matcher| ids().any(|id| matcher.is_match(id))) {
            continue;
        }
        let near = nearest(glob, ids());
        findings.push(Finding {
            reference: Some(glob.clone()),
            suggestion: near.map(str::to_owned),
            ..finding(
                rule,
                control,
                format!("the control `{}` maps the gate `{glob}`, which no gate is called", control.id),
                near.map_or_else(
                    || "`runproof gates` shows them".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ),
            )
        });
    }
    for fact in control.facts.iter().filter(|fact| facts::words(fact).is_none()) {
        let near = nearest(fact, facts::names());
        findings.push(Finding {
            reference: Some(fact.clone()),
            suggestion: near.map(str::to_owned),
            ..finding(
                rule,
                control,
                format!("the control `{}` rests on `{fact}`, which is no kind of fact", control.id),
                near.map_or_else(
                    || format!("there are {}", facts::names().collect::<Vec<_>>().join(", ")),
                    |near| format!("did you mean `{near}`?"),
                ),
            )
        });
    }
    for row in control.supports.iter().filter(|row| !known_row(row)) {
        findings.push(Finding {
            reference: Some(row.clone()),
            ..finding(
                rule,
                control,
                format!(
                    "the control `{}` supports `{row}`, which the catalogue of that name does not have",
                    control.id
                ),
                "look at its rows in the handbook, or name another document".to_owned(),
            )
        });
    }
}

/// What a change does to the mapping of controls to evidence.
pub(crate) fn changed(before: &[ControlConfig], now: &[ControlConfig]) -> Vec<Finding> {
    let rule = &control_mapping_changed::RULE.text;
    let mut findings = Vec::new();
    for old in before {
        let Some(new) = now.iter().find(|new| new.id == old.id) else {
            findings.push(Finding {
                // It stands in the settings no longer.
                place: None,
                ..finding(
                    rule,
                    old,
                    format!("this change takes the control `{}` away", old.id),
                    "say why in the change; releases keep the mapping of their own commit".to_owned(),
                )
            });
            continue;
        };
        let lists = [
            ("gates", &old.gates, &new.gates),
            ("classes", &old.classes, &new.classes),
            ("facts", &old.facts, &new.facts),
        ];
        let mut said: Vec<String> = lists
            .into_iter()
            .filter_map(|(name, old, new)| lost(name, old, new))
            .collect();
        if old.applies != Some(false) && new.applies == Some(false) {
            said.push("it no longer applies".to_owned());
        }
        if !said.is_empty() {
            findings.push(finding(
                rule,
                new,
                format!("this change lets the control `{}` rest on less: {}", old.id, said.join("; ")),
                "say why in the change; releases keep the mapping of their own commit".to_owned(),
            ));
        }
    }
    findings
}

/// Whether a row is known, or is of a document that no catalogue stands for.
fn known_row(id: &str) -> bool {
    catalogs::row(id).is_some()
        || !catalogs::all()
            .iter()
            .any(|catalog| id.starts_with(&format!("{}:", catalog.id)))
}

/// What a list lost.
fn lost(name: &str, old: &[String], new: &[String]) -> Option<String> {
    let gone: Vec<String> = old
        .iter()
        .filter(|one| !new.contains(one))
        .map(|one| format!("`{one}`"))
        .collect();
    (!gone.is_empty()).then(|| format!("{name} without {}", gone.join(", ")))
}

fn finding(rule: &'static RuleText, control: &ControlConfig, message: String, help: String) -> Finding {
    Finding {
        place: (control.line > 0).then(|| Place::of_line(control.line)),
        reference: Some(control.id.clone()),
        message,
        help: Some(help),
        ..Finding::of(rule, FILE)
    }
}

#[cfg(test)]
mod tests {
    use super::{changed, findings};
    use crate::config::ControlConfig;
    use crate::model::control::{ControlCell, Shown};
    use crate::model::gate::Gate;

    fn control(id: &str, gates: &[&str], facts: &[&str]) -> ControlConfig {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        ControlConfig {
            id: id.to_owned(),
            gates: owned(gates),
            facts: owned(facts),
            ..ControlConfig::default()
        }
    }

    fn rules(findings: &[crate::model::finding::Finding]) -> Vec<(&str, &str)> {
        findings
            .iter()
            .map(|finding| (finding.rule, finding.reference.as_deref().unwrap_or_default()))
            .collect()
    }

    #[test]
    fn what_nobody_knows_is_told_with_what_is_near() {
        let gates = [Gate {
            id: "unit-tests".to_owned(),
            ..Gate::default()
        }];
        let mut all = [
            control("A", &["unit-*"], &["signoff"]),
            control("B", &["unit-test"], &["sign-off"]),
            control("C", &[], &[]),
            control("D", &["nothing"], &[]),
            control("E", &[], &[]),
        ];
        all[2].supports = vec!["soc2:CC8.1".to_owned(), "soc2:CC99".to_owned(), "house:4".to_owned()];
        all[3].applies = Some(false);
        all[4].applies = Some(false);
        all[4].reason = "Shown by CLD-02, in the cloud account".to_owned();
        let found = findings(&all, &gates, &[]);
        assert_eq!(
            rules(&found),
            [
                ("control-unknown-gate", "unit-test"),
                ("control-unknown-gate", "sign-off"),
                ("control-unknown-gate", "soc2:CC99"),
                ("control-not-applicable-without-reason", "D"),
            ]
        );
        assert_eq!(found[0].suggestion.as_deref(), Some("unit-tests"));
    }

    #[test]
    fn three_releases_without_anything_are_told_and_two_are_not() {
        let cell = |there: &[&str]| ControlCell {
            version: "v1".to_owned(),
            shown: if there.is_empty() { Shown::Open } else { Shown::Shown },
            there: there.iter().map(|one| (*one).to_owned()).collect(),
            open: vec!["gate x: missing".to_owned()],
            mapping: String::new(),
        };
        let controls = [control("A", &[], &["signoff"])];
        let of = |cells: Vec<ControlCell>| findings(&controls, &[], &[("A".to_owned(), cells)]).len();
        assert_eq!(of(vec![cell(&[]), cell(&[]), cell(&[])]), 1);
        assert_eq!(of(vec![cell(&[]), cell(&[])]), 0);
        assert_eq!(of(vec![cell(&[]), cell(&["x"]), cell(&[])]), 0);
    }

    #[test]
    fn a_mapping_that_rests_on_less_is_told_and_more_is_not() {
        let before = [
            control("A", &["unit-*"], &["signoff", "record"]),
            control("B", &[], &["record"]),
        ];
        let mut now = before.clone();
        assert!(changed(&before, &now).is_empty());
        now[0].facts.push("rollback".to_owned());
        assert!(changed(&before, &now).is_empty(), "more is fine");
        now[0].facts.retain(|fact| fact != "record");
        now[1].applies = Some(false);
        let said: Vec<String> = changed(&before, &now).into_iter().map(|finding| finding.message).collect();
        assert_eq!(
            said,
            [
                "this change lets the control `A` rest on less: facts without `record`",
                "this change lets the control `B` rest on less: it no longer applies",
            ]
        );
        assert_eq!(changed(&before, &now[..1]).len(), 2, "one is gone");
    }
}
