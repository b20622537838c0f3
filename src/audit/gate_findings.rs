//! What is wrong between the gates that are declared today and the releases of a product, as findings.

use crate::audit::asked::joined::Contradiction;
use crate::audit::rules::{evidence_store_missing, evidence_without_gate, gate_contradicts_settings, gate_without_evidence};
use crate::model::finding::{Finding, Related, Severity};
use crate::model::gate::{DeclaredAt, Gate, Outcome, ReleaseVerdict};
use crate::model::place::Place;
use crate::model::release::Release;

/// Releases that a gate must have been without evidence in.
const RELEASES: usize = 3;

/// The findings of one product. `declared` are the gates of today; releases stand newest first, each with its verdict.
pub(crate) fn findings(
    declared: &[Gate],
    contradictions: &[Contradiction],
    releases: &[Release],
    verdicts: &[&ReleaseVerdict],
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = contradictions.iter().map(contradiction).collect();
    let recorded: Vec<(&Release, &ReleaseVerdict)> = releases
        .iter()
        .zip(verdicts.iter().copied())
        .filter(|(release, _)| release.record.is_some())
        .collect();
    without_evidence(declared, &recorded, &mut findings);
    without_gate(declared, &recorded, &mut findings);
    findings
}

/// The finding about an evidence store that the settings at a path name and that is not there. `records` are the paths of all records of the
/// repository.
pub(crate) fn store_missing<'path>(
    settings: &str,
    store: &str,
    releases: &[Release],
    records: impl Iterator<Item = &'path str>,
) -> Finding {
    let rule = &evidence_store_missing::RULE.text;
    let folders = records.filter_map(|path| path.strip_suffix("/record.json")?.rsplit_once('/').map(|(folder, _)| folder));
    let near = folders.min_by_key(|folder| (strsim::damerau_levenshtein(folder, store), *folder));
    Finding {
        severity: if releases.is_empty() { Severity::Info } else { rule.severity },
        reference: Some(store.to_owned()),
        message: format!("the evidence store `{store}` is not there"),
        help: Some(match near {
            Some(folder) => format!("records lie in `{folder}`"),
            None => "`runproof collect VERSION --from FOLDER` makes it with the first record".to_owned(),
        }),
        ..Finding::of(rule, settings)
    }
}

fn contradiction(found: &Contradiction) -> Finding {
    let rule = &gate_contradicts_settings::RULE.text;
    let other = found.other_at.as_ref();
    Finding {
        reference: Some(found.gate.clone()),
        message: format!(
            "the gate `{}` asks for `{}` of {} here and of {} in {}; the stricter judges",
            found.title,
            found.key,
            found.text,
            found.other,
            other.map_or_else(|| "another place".to_owned(), |at| format!("`{}`", at.path))
        ),
        help: Some("make the two say the same".to_owned()),
        related: other
            .map(|at| Related {
                path: at.path.clone(),
                place: at.line.map(Place::of_line),
                message: format!("asks for `{}` of {}", found.key, found.other),
            })
            .into_iter()
            .collect(),
        ..at(rule, found.text_at.as_ref())
    }
}

fn without_evidence(declared: &[Gate], recorded: &[(&Release, &ReleaseVerdict)], findings: &mut Vec<Finding>) {
    let newest = &recorded[..recorded.len().min(RELEASES)];
    if newest.len() < RELEASES {
        return;
    }
    for gate in declared {
        let has_evidence = |(release, verdict): &(&Release, &ReleaseVerdict)| {
            let is_of_gate = |file: &crate::model::evidence::Evidence| file.gate.as_deref() == Some(gate.id.as_str());
            // A release that was judged before the gate was declared says nothing about it.
            let of_gate = verdict.gates.iter().find(|judged| judged.gate == gate.id);
            of_gate.is_none_or(|judged| judged.outcome != Outcome::Missing) || release.evidence.iter().any(is_of_gate)
        };
        if newest.iter().any(has_evidence) {
            continue;
        }
        findings.push(Finding {
            reference: Some(gate.id.clone()),
            message: format!("the gate `{}` had no evidence in the last {RELEASES} releases", gate.title),
            help: Some(format!("collect files into `evidence/{}/`, or take the gate out", gate.id)),
            ..at(&gate_without_evidence::RULE.text, gate.declared_at.first())
        });
    }
}

fn without_gate(declared: &[Gate], recorded: &[(&Release, &ReleaseVerdict)], findings: &mut Vec<Finding>) {
    let Some((release, _)) = recorded.first().filter(|_| !declared.is_empty()) else {
        return;
    };
    let mut told: Vec<&str> = Vec::new();
    for file in &release.evidence {
        let Some(gate) = file.gate.as_deref().filter(|_| file.path.starts_with("evidence/")) else {
            continue;
        };
        if told.contains(&gate) || declared.iter().any(|known| known.id == gate) {
            continue;
        }
        told.push(gate);
        let near = declared
            .iter()
            .map(|known| (strsim::damerau_levenshtein(&known.id, gate), &known.id))
            .min()
            .filter(|(distance, _)| *distance <= 2);
        findings.push(Finding {
            reference: Some(gate.to_owned()),
            message: format!("{} holds evidence of `{gate}`, which no gate asks for", release.version),
            help: near.map(|(_, id)| format!("did you mean `{id}`?")),
            ..Finding::of(&evidence_without_gate::RULE.text, &file.repository_path)
        });
    }
}

/// A finding at the place that declares something.
fn at(rule: &'static crate::model::finding::RuleText, declared: Option<&DeclaredAt>) -> Finding {
    Finding {
        place: declared.and_then(|at| at.line).map(Place::of_line),
        ..Finding::of(rule, declared.map_or("", |at| &at.path))
    }
}

#[cfg(test)]
mod tests {
    use super::{findings, store_missing};
    use crate::audit::asked::joined::Contradiction;
    use crate::audit::testing::evidence_file;
    use crate::model::evidence::Artifact;
    use crate::model::gate::{DeclaredAt, Gate, GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
    use crate::model::release::{Record, Release};

    fn gate(id: &str) -> Gate {
        Gate {
            id: id.to_owned(),
            title: id.to_owned(),
            is_declared: true,
            declared_at: vec![DeclaredAt {
                path: "release.md".to_owned(),
                line: Some(4),
            }],
            ..Gate::default()
        }
    }

    fn release(gates: &[&str]) -> Release {
        let file = |gate: &&str| evidence_file(&format!("evidence/{gate}/a.xml"), Artifact::default());
        Release {
            version: "v1".to_owned(),
            record: Some(Record::default()),
            evidence: gates.iter().map(file).collect(),
            ..Release::default()
        }
    }

    fn verdict(outcomes: &[(&str, Outcome)]) -> ReleaseVerdict {
        let gates = outcomes.iter().map(|(gate, outcome)| GateVerdict {
            gate: (*gate).to_owned(),
            outcome: *outcome,
            value: String::new(),
            reasons: Vec::new(),
            evidence: Vec::new(),
        });
        ReleaseVerdict {
            gates: gates.collect(),
            let_through: 0,
            state: ReleaseState::OpenGates,
            contradictions: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// The gates that have evidence in a release, and how its gates came out.
    type Shown<'a> = (&'a [&'a str], &'a [(&'a str, Outcome)]);

    fn told(declared: &[&str], releases: &[Shown<'_>]) -> Vec<String> {
        let declared: Vec<Gate> = declared.iter().map(|id| gate(id)).collect();
        let verdicts: Vec<ReleaseVerdict> = releases.iter().map(|(_, outcomes)| verdict(outcomes)).collect();
        let releases: Vec<Release> = releases.iter().map(|(gates, _)| release(gates)).collect();
        let told = findings(&declared, &[], &releases, &verdicts.iter().collect::<Vec<_>>());
        told.into_iter()
            .map(|found| {
                format!(
                    "{} {}: {} {}",
                    found.rule,
                    found.path,
                    found.message,
                    found.help.unwrap_or_default()
                )
            })
            .collect()
    }

    #[test]
    fn a_store_that_is_not_there_is_told_with_where_records_lie() {
        use crate::model::finding::Severity;

        let told = |releases: &[Release], records: &[&str]| {
            let finding = store_missing("runproof.toml", "api/record", releases, records.iter().copied());
            (finding.severity, finding.message, finding.help.unwrap_or_default())
        };
        let released = [Release::default()];
        let records = ["web/releases/v1/record.json", "api/records/v1/record.json", "record.json"];
        assert_eq!(
            told(&released, &records),
            (
                Severity::Warning,
                "the evidence store `api/record` is not there".to_owned(),
                "records lie in `api/records`".to_owned()
            )
        );
        let (severity, _, help) = told(&[], &[]);
        assert_eq!(severity, Severity::Info, "nothing was released yet");
        assert!(help.contains("runproof collect"), "{help}");
    }

    #[test]
    fn a_gate_without_evidence_is_told_after_three_releases() {
        use Outcome::{Missing, NotApplicable, Passed};
        let unit: (&[&str], &[(&str, Outcome)]) = (&["unit"], &[("unit", Passed), ("scan", Missing)]);
        assert!(told(&["unit", "scan"], &[unit, unit]).is_empty(), "two releases are no habit");
        let found = told(&["unit", "scan"], &[unit, unit, unit]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("gate-without-evidence release.md: the gate `scan` had no evidence"),
            "{found:?}"
        );
        let excused: (&[&str], &[(&str, Outcome)]) = (&["unit"], &[("unit", Passed), ("scan", NotApplicable)]);
        assert!(told(&["unit", "scan"], &[unit, excused, unit]).is_empty());
        let before: (&[&str], &[(&str, Outcome)]) = (&["unit"], &[("unit", Passed)]);
        assert!(
            told(&["unit", "scan"], &[unit, unit, before]).is_empty(),
            "nobody asked for it then"
        );
    }

    #[test]
    fn evidence_that_nobody_asked_for_is_told_of_the_newest() {
        use Outcome::Passed;
        let found = told(
            &["unit-tests"],
            &[(&["unit-test"], &[("unit-test", Passed)]), (&["old"], &[])],
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains("`unit-test`") && found[0].contains("did you mean `unit-tests`?"),
            "{found:?}"
        );
        assert!(told(&[], &[(&["unit"], &[])]).is_empty(), "nothing is declared at all");
        assert!(told(&["unit"], &[(&["unit"], &[])]).is_empty());
    }

    #[test]
    fn a_contradiction_stands_at_the_text_and_names_the_settings() {
        let found = Contradiction {
            gate: "coverage".to_owned(),
            title: "Coverage".to_owned(),
            key: "at-least",
            text: "lines 80".to_owned(),
            text_at: Some(DeclaredAt {
                path: "release.md".to_owned(),
                line: Some(7),
            }),
            other: "lines 60".to_owned(),
            other_at: Some(DeclaredAt {
                path: "runproof.toml".to_owned(),
                line: None,
            }),
        };
        let told = findings(&[], &[found], &[], &[]).remove(0);
        assert_eq!(
            (told.path.as_str(), told.place.map(|place| place.line)),
            ("release.md", Some(7))
        );
        assert_eq!(
            told.message,
            "the gate `Coverage` asks for `at-least` of lines 80 here and of lines 60 in `runproof.toml`; the stricter judges"
        );
        assert_eq!(told.related[0].path, "runproof.toml");
    }
}
