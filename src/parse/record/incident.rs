//! Incidents, schema `runproof-incident/1`: what happened, what was done when, and whether it is over.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::about::About;
use crate::model::evidence::{Artifact, CaseKind, CaseResult, Content};
use crate::parse::artifact::Format;
use crate::parse::record::head::Head;
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "incident",
    title: "record of an incident",
    recognizes: |sniff| document::is_of(sniff, "incident", None),
    parse: |text| document::artifact(text, "incident", artifact),
};

/// An incident.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// The id.
    id: String,
    /// When it was opened.
    opened: String,
    /// When it was over.
    closed: Option<String>,
    /// What was done.
    #[serde(default)]
    actions: Vec<Action>,
    /// How it ended.
    result: Option<String>,
}

/// Something that was done.
#[derive(Debug, Deserialize, JsonSchema)]
struct Action {
    /// When.
    at: String,
    /// What.
    what: String,
    /// `freeze`, `revert`, `rollback`, `notice` or `other`.
    kind: Option<String>,
}

#[allow(clippy::needless_pass_by_value, reason = "every kind of record is handed over whole")]
fn artifact(record: Record) -> Artifact {
    let mut facts = cases::of(CaseKind::Part);
    let is_over = record.closed.as_deref().is_some_and(|closed| !closed.trim().is_empty());
    let result = match (is_over, record.actions.is_empty()) {
        (true, false) => CaseResult::Passed,
        (true, true) => CaseResult::Unknown,
        (false, _) => CaseResult::Skipped,
    };
    cases::add(&mut facts, &record.id, result, record.result.as_deref().unwrap_or_default());
    let mut about = record.head.about();
    for at in [Some(&record.opened), record.closed.as_ref()].into_iter().flatten() {
        About::add(&mut about.times, at);
    }
    for action in &record.actions {
        let kind = action.kind.as_deref().unwrap_or_default().trim().to_lowercase();
        // What was frozen, reverted or rolled back answers a breach; the verdict of a window looks for it.
        if matches!(kind.as_str(), "freeze" | "revert" | "rollback") || kind.is_empty() && is_freeze(&action.what) {
            about.facts.push(("answered_at".to_owned(), action.at.clone()));
        }
    }
    Artifact {
        content: Content::Tests(facts),
        about,
        ..Artifact::default()
    }
}

/// Whether words without a kind speak of a freeze.
fn is_freeze(what: &str) -> bool {
    let what = what.to_lowercase();
    ["froze", "freeze", "rolled back", "reverted"]
        .iter()
        .any(|word| what.contains(word))
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    #[test]
    fn an_incident_is_over_when_it_was_closed_and_something_was_done() {
        let counts = |inside: &str| {
            let text = format!("schema: runproof-incident/1\nid: I-1\nopened: 2026-01-02T10:00:00Z\n{inside}");
            let artifact = read(text.as_bytes(), None);
            let Content::Tests(facts) = artifact.content else {
                panic!("{:?}", artifact.problems)
            };
            (facts.skipped, facts.unknown, artifact.about.facts.len())
        };
        let closed = "closed: 2026-01-02T11:00:00Z\n";
        let action = "actions: [{at: 2026-01-02T10:05:00Z, what: Deployments frozen, kind: freeze}]\n";
        assert_eq!(counts(&format!("{closed}{action}")), (0, 0, 1));
        assert_eq!(counts(closed), (0, 1, 0), "nothing was done");
        assert_eq!(counts(action), (1, 0, 1), "it is open");
    }
}
