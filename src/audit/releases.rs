//! What is wrong with releases, as findings: records that something contradicts, and what the newest release left open.

use crate::audit::rules::{gate_open, record_contradicted, record_unproven};
use crate::model::closing::word;
use crate::model::finding::{Finding, Related};
use crate::model::gate::{Gate, ReleaseVerdict};
use crate::model::place::Place;
use crate::model::release::Release;

/// The findings of the releases of one product, which stand newest first. Older releases are history: of them only what contradicts
/// itself is told.
pub(crate) fn findings(releases: &[Release], verdicts: &[&ReleaseVerdict], gates: &[Gate]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut is_newest = true;
    for (release, verdict) in releases.iter().zip(verdicts) {
        let record = release.record.as_ref();
        // A record that is gone is told at the place where it was.
        let Some(path) = record.map(|record| &record.path).or(release.lost.as_ref()) else {
            continue;
        };
        for (at, sentence) in verdict.contradictions.iter().enumerate() {
            // The contradictions of the release come first, in their order.
            let line = release.contradictions.get(at).and_then(|problem| problem.line);
            findings.push(Finding {
                place: line.map(Place::of_line),
                message: format!("{}: {}", release.version, as_message(sentence)),
                help: Some("restore it from history, or amend it and say why".to_owned()),
                ..Finding::of(&record_contradicted::RULE.text, path)
            });
        }
        if !std::mem::take(&mut is_newest) {
            continue;
        }
        for sentence in &verdict.reasons {
            findings.push(Finding {
                message: format!("{} is not proven: {}", release.version, as_message(sentence)),
                ..Finding::of(&record_unproven::RULE.text, path)
            });
        }
        for gate in verdict.gates.iter().filter(|gate| !gate.outcome.lets_through()) {
            let title = gates
                .iter()
                .find(|known| known.id == gate.gate)
                .map_or("", |known| &known.title);
            let line = record.and_then(|record| record.gate_lines.get(&gate.gate).copied());
            let files = release.evidence.iter().filter(|file| gate.evidence.contains(&file.path));
            findings.push(Finding {
                place: line.map(Place::of_line),
                reference: Some(gate.gate.clone()),
                message: format!(
                    "the gate `{title}` of {} is not passed ({}): {}",
                    release.version,
                    word(gate, release).to_lowercase(),
                    gate.reasons.last().map(|reason| as_message(reason)).unwrap_or_default()
                ),
                related: files
                    .map(|file| Related {
                        path: file.repository_path.clone(),
                        place: file
                            .artifact
                            .anomalies
                            .first()
                            .and_then(|anomaly| anomaly.line)
                            .map(Place::of_line),
                        message: "its evidence".to_owned(),
                    })
                    .collect(),
                ..Finding::of(&gate_open::RULE.text, path)
            });
        }
    }
    findings
}

/// A sentence as a message: it has no full stop.
fn as_message(sentence: &str) -> &str {
    sentence.trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::findings;
    use crate::model::gate::{GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
    use crate::model::release::{Record, Release};

    #[test]
    fn the_newest_release_tells_what_is_open_and_every_one_what_contradicts_it() {
        let release = |version: &str| Release {
            version: version.to_owned(),
            record: Some(Record {
                path: format!("releases/{version}/record.json"),
                gate_lines: [("unit".to_owned(), 7)].into(),
                ..Record::default()
            }),
            ..Release::default()
        };
        let verdict = ReleaseVerdict {
            gates: vec![
                GateVerdict {
                    gate: "unit".to_owned(),
                    outcome: Outcome::Failed,
                    value: String::new(),
                    reasons: vec!["`a.xml` lists 1 failed test.".to_owned()],
                    evidence: Vec::new(),
                },
                GateVerdict {
                    gate: "scan".to_owned(),
                    outcome: Outcome::Passed,
                    value: String::new(),
                    reasons: Vec::new(),
                    evidence: Vec::new(),
                },
            ],
            let_through: 1,
            state: ReleaseState::Contradicted,
            contradictions: vec!["It is odd.".to_owned()],
            reasons: vec!["The record is not whole.".to_owned()],
        };
        let releases = [release("v2"), release("v1")];
        let told: Vec<String> = findings(&releases, &[&verdict, &verdict], &[])
            .into_iter()
            .map(|found| {
                let line = found.place.map_or(0, |place| place.line);
                format!("{} {}:{line} {}", found.rule, found.path, found.message)
            })
            .collect();
        assert_eq!(
            told,
            [
                "record-contradicted releases/v2/record.json:0 v2: It is odd",
                "record-unproven releases/v2/record.json:0 v2 is not proven: The record is not whole",
                "gate-open releases/v2/record.json:7 the gate `` of v2 is not passed (failed): `a.xml` lists 1 failed test",
                "record-contradicted releases/v1/record.json:0 v1: It is odd",
            ]
        );
    }
}
