//! How a gate went in one word, and what closes it where it is open: one wording for the terminal, the pages and the twins.

use crate::model::evidence::{CaseKind, Content};
use crate::model::gate::{GateVerdict, Outcome};
use crate::model::release::Release;

/// The word where evidence is there and does not answer all that was asked: it is not told that there is none.
pub(crate) const IN_PART: &str = "A part is missing";
/// The word where people left something of a list undone.
pub(crate) const LEFT_OPEN: &str = "Left open";

/// Who can close an open gate, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    /// The role, or whoever it is.
    pub(crate) who: String,
    /// What to do; commands stand in backticks.
    pub(crate) how: String,
}

/// The word for how a gate went.
pub(crate) fn word(gate: &GateVerdict, release: &Release) -> &'static str {
    match gate.outcome {
        Outcome::Missing if !gate.evidence.is_empty() => IN_PART,
        Outcome::Skipped if rests_on_checklist(gate, release) => LEFT_OPEN,
        outcome => outcome.word(),
    }
}

/// What closes a gate that does not let a release through; none for one that does. `roles` are those that it asks to agree. A preview has
/// no record yet, or one that is amended.
pub(crate) fn closing(gate: &GateVerdict, roles: &[String], release: &Release, is_preview: bool) -> Option<Closing> {
    let version = &release.version;
    let amend = if is_preview {
        format!("collect it with the others, or later: `runproof amend {version} --from FOLDER --by ROLE --reason TEXT`")
    } else if release.record.is_some() {
        format!("`runproof amend {version} --from FOLDER --by ROLE --reason TEXT`")
    } else {
        format!("`runproof collect {version} --from FOLDER`")
    };
    // An exception accepts what it was written for before the record was committed, and nothing later.
    let is_recorded = release.record.is_some() && (!is_preview || !release.amendments.is_empty());
    let away = || {
        let away: Vec<String> = gate.evidence.iter().map(|path| format!("`--withdraw {path}`")).collect();
        away.join(" or ")
    };
    let (who, how) = match gate.outcome {
        Outcome::Passed | Outcome::Accepted | Outcome::NotApplicable => return None,
        outcome if !roles.is_empty() && is_of_people(outcome) => {
            let file = if is_recorded {
                "a `signoffs.yaml`".to_owned()
            } else {
                format!("the `signoffs.yaml` of {version}")
            };
            return Some(Closing {
                who: roles.join(" and "),
                how: format!("agree after the commit, each with role, decision and moment in {file}, then {amend}"),
            });
        }
        Outcome::Failed if is_recorded => ("whoever owns what failed", "mend it and release again".to_owned()),
        Outcome::Failed => (
            "whoever owns what failed, or another role that accepts it",
            "mend it and release again; or an exception, approved by another role than its owner".to_owned(),
        ),
        Outcome::AcceptedExpired if is_recorded => ("whoever owns what failed", "mend it and release again".to_owned()),
        Outcome::AcceptedExpired => (
            "the owner of the exception, or another role that accepts it anew",
            "mend it, or write a new exception with a last day".to_owned(),
        ),
        Outcome::Missing => (
            "whoever holds its evidence",
            format!(
                "{amend}. No exception can close it: {} measured",
                if gate.evidence.is_empty() {
                    "nothing was"
                } else {
                    "a part was not"
                }
            ),
        ),
        Outcome::Skipped if rests_on_checklist(gate, release) => (
            "whoever runs the release",
            format!("do what was left open, or have a second person say why it does not apply, then {amend}"),
        ),
        Outcome::Skipped => ("whoever runs the pipeline", format!("run what was left out, then {amend}")),
        Outcome::Empty => (
            "whoever runs the pipeline",
            format!("run it again until the report holds what must be in it, then {amend}"),
        ),
        Outcome::Stale | Outcome::WrongSubject => (
            "whoever runs the pipeline",
            if is_recorded {
                format!(
                    "run it on the released commit, then {amend}, with {} for what cannot count",
                    away()
                )
            } else {
                format!("run it on the released commit, then {amend}")
            },
        ),
        Outcome::Unreadable => ("whoever runs the pipeline", format!("take the file whole, then {amend}")),
        Outcome::Altered => (
            "whoever changed the file",
            "restore it from history: git shows who changed it".to_owned(),
        ),
        Outcome::Unrecorded => ("the release driver", amend),
        // What a release must reach is what its commit declares, and nothing that is declared later.
        Outcome::Inconclusive if is_recorded && !gate.evidence.is_empty() => (
            "whoever runs the pipeline",
            format!(
                "take a file that answers it: {amend}, with {} for what cannot count; where the declaration itself is not clear, mend it and release again",
                away()
            ),
        ),
        Outcome::Inconclusive => (
            "whoever declares the gate, or runs the pipeline",
            format!("declare what it must reach, or take files that agree: {amend}"),
        ),
    };
    Some(Closing {
        who: responsible(gate, release).unwrap_or_else(|| who.to_owned()),
        how,
    })
}

/// Whether people who agree close a gate that went so.
fn is_of_people(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Missing | Outcome::Stale | Outcome::WrongSubject | Outcome::Inconclusive | Outcome::Skipped | Outcome::Empty
    )
}

/// Whether what a gate rests on is a list of what people did.
fn rests_on_checklist(gate: &GateVerdict, release: &Release) -> bool {
    let mut files = release.evidence.iter().filter(|file| gate.evidence.contains(&file.path));
    files.any(|file| matches!(&file.artifact.content, Content::Tests(facts) if facts.kind == CaseKind::Check))
}

/// The role that the record names for a gate.
fn responsible(gate: &GateVerdict, release: &Release) -> Option<String> {
    let events = release.record.as_ref()?.timeline.iter();
    let of_gate = events.filter(|event| event.gate.as_deref() == Some(gate.gate.as_str()));
    of_gate.filter_map(|event| event.by.clone()).next_back()
}

#[cfg(test)]
mod tests {
    use super::{closing, word};
    use crate::model::gate::{GateVerdict, Outcome};
    use crate::model::release::{Record, Release, TimelineEvent};

    fn gate(outcome: Outcome, evidence: &[&str]) -> GateVerdict {
        GateVerdict {
            gate: "probe".to_owned(),
            outcome,
            value: String::new(),
            reasons: Vec::new(),
            evidence: evidence.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    #[test]
    fn a_part_that_is_missing_is_not_called_nothing() {
        let release = Release::default();
        assert_eq!(word(&gate(Outcome::Missing, &[]), &release), "No evidence");
        assert_eq!(word(&gate(Outcome::Missing, &["a.json"]), &release), "A part is missing");
        assert_eq!(word(&gate(Outcome::Skipped, &["a.json"]), &release), "Skipped");
        assert_eq!(word(&gate(Outcome::AcceptedExpired, &[]), &release), "Exception ended");
    }

    #[test]
    fn a_release_with_a_record_is_amended_by_the_role_of_its_events() {
        let mut release = Release {
            version: "v1".to_owned(),
            ..Release::default()
        };
        let missing = gate(Outcome::Missing, &["a.json"]);
        let told = closing(&missing, &[], &release, false).expect("it is open");
        assert_eq!(
            (told.who.as_str(), told.how.as_str()),
            (
                "whoever holds its evidence",
                "`runproof collect v1 --from FOLDER`. No exception can close it: a part was not measured"
            )
        );
        release.record = Some(Record {
            timeline: vec![TimelineEvent {
                at: "2026-01-02T03:04:05Z".parse().expect("a moment"),
                event: "observed".to_owned(),
                by: Some("release driver".to_owned()),
                note: None,
                gate: Some("probe".to_owned()),
            }],
            ..Record::default()
        });
        let told = closing(&missing, &[], &release, false).expect("it is open");
        assert_eq!(told.who, "release driver");
        assert!(
            told.how
                .starts_with("`runproof amend v1 --from FOLDER --by ROLE --reason TEXT`"),
            "{}",
            told.how
        );
        let ended = closing(&gate(Outcome::AcceptedExpired, &[]), &[], &release, false).expect("it is open");
        assert_eq!(
            ended.how, "mend it and release again",
            "no exception counts behind the record"
        );
        let roles = ["product lead".to_owned()];
        let asked = closing(&gate(Outcome::WrongSubject, &["a.json"]), &roles, &release, false).expect("it is open");
        assert_eq!(asked.who, "product lead");
        assert!(asked.how.contains("`signoffs.yaml`"), "{}", asked.how);
        let failed = closing(&gate(Outcome::Failed, &["a.json"]), &roles, &release, false).expect("it is open");
        assert_eq!(failed.who, "release driver", "who refused has spoken");
        assert_eq!(closing(&gate(Outcome::Passed, &["a.json"]), &[], &release, false), None);
    }
}
