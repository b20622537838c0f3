//! Decisions, schema `runproof-decision/1`: what was decided, by whom, and which criteria were looked at.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::evidence::{Artifact, CaseKind, CaseResult};
use crate::model::said::{is_gap, is_somebody};
use crate::parse::artifact::Format;
use crate::parse::record::head::Head;
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "decision",
    title: "record of a decision",
    recognizes: |sniff| document::is_of(sniff, "decision", None),
    parse: |text| document::artifact(text, "decision", artifact),
};

/// Decisions to go on. Sorted.
const ON: &[&str] = &["accepted", "approved", "continue", "go", "keep", "proceed", "ship", "stay"];

/// Decisions against it. Sorted.
const AGAINST: &[&str] = &[
    "abort", "declined", "halt", "no-go", "refused", "rejected", "roll back", "rollback", "withdraw",
];

/// A decision.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// What was decided.
    decision: String,
    /// What was asked.
    question: Option<String>,
    /// What was looked at.
    #[serde(default)]
    criteria: Vec<Criterion>,
}

/// Something that would speak against going on.
#[derive(Debug, Deserialize, JsonSchema)]
struct Criterion {
    /// The id.
    id: String,
    /// Whether it was seen.
    seen: bool,
}

#[allow(clippy::needless_pass_by_value, reason = "every kind of record is handed over whole")]
fn artifact(record: Record) -> Artifact {
    let word = record.decision.trim().to_lowercase();
    let is_on = ON.binary_search(&word.as_str()).is_ok();
    // A machine may do a thing, and decides nothing.
    let by_machine = record.head.by.as_deref().is_some_and(|by| !is_gap(by) && !is_somebody(by));
    let result = if is_on && by_machine {
        CaseResult::Unknown
    } else if is_on {
        CaseResult::Passed
    } else if AGAINST.binary_search(&word.as_str()).is_ok() {
        CaseResult::Failed
    } else {
        CaseResult::Unknown
    };
    let mut facts = cases::of(CaseKind::Part);
    let question = record.question.as_deref().unwrap_or("decision");
    cases::add(&mut facts, question, result, &format!("decided: {}", record.decision));
    for criterion in &record.criteria {
        // Going on although something was seen needs more than a word.
        let result = if criterion.seen && is_on {
            CaseResult::Unknown
        } else {
            CaseResult::Passed
        };
        cases::add(&mut facts, &criterion.id, result, "");
    }
    let about = record.head.about();
    record.head.attested(facts, about)
}

#[cfg(test)]
mod tests {
    use super::{AGAINST, ON};
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    #[test]
    fn only_a_decision_to_go_on_passes() {
        assert!(ON.is_sorted() && AGAINST.is_sorted());
        for (decision, seen, expected) in [
            ("stay", false, (0, 0)),
            ("stay", true, (0, 1)),
            ("roll back", true, (1, 0)),
            ("perhaps", false, (0, 1)),
        ] {
            let text = format!(
                "schema: runproof-decision/1\ndecision: {decision}\nby: operator\nat: 2026-01-02T10:00:00Z\ncriteria: [{{id: a, seen: {seen}}}]\n"
            );
            let Content::Tests(facts) = read(text.as_bytes(), None).content else {
                panic!("{text}")
            };
            assert_eq!((facts.failures, facts.unknown), expected, "{decision} {seen}");
        }
        for (by, unknown) in [("renovate[bot]", 1), ("CI", 1), ("QA lead", 0)] {
            let text = format!("schema: runproof-decision/1\ndecision: go\nby: \"{by}\"\nat: 2026-01-02T10:00:00Z\n");
            let Content::Tests(facts) = read(text.as_bytes(), None).content else {
                panic!("{text}")
            };
            assert_eq!(facts.unknown, unknown, "{by}");
        }
    }
}
