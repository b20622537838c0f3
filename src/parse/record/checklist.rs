//! Checklists of a release, schema `runproof-checklist/1`: what a person attests, item by item.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::about::About;
use crate::model::evidence::{Artifact, CaseKind, CaseResult, Content};
use crate::parse::artifact::Format;
use crate::parse::record::head::Head;
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "checklist",
    title: "checklist record",
    recognizes: |sniff| document::is_of(sniff, "checklist", Some("items")),
    parse: |text| document::artifact(text, "checklist", artifact),
};

/// Letters that a reason must have.
const REASON: usize = 20;

/// A checklist.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// The items.
    items: Vec<Item>,
}

/// One item.
#[derive(Debug, Deserialize, JsonSchema)]
struct Item {
    /// The id.
    id: String,
    /// `done`, `not_done` or `not_applicable`.
    state: String,
    /// The words of the box.
    text: Option<String>,
    /// The role that attests it.
    by: Option<String>,
    /// When.
    at: Option<String>,
    /// Why it is not done, or does not apply.
    reason: Option<String>,
}

#[allow(clippy::needless_pass_by_value, reason = "every kind of record is handed over whole")]
fn artifact(record: Record) -> Artifact {
    let mut about = record.head.about();
    let mut facts = cases::of(CaseKind::Check);
    let is_said = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    for item in &record.items {
        let name = item.text.as_deref().unwrap_or(&item.id);
        let reason = item.reason.as_deref().unwrap_or_default();
        let is_attested = is_said(&item.by) && is_said(&item.at);
        let result = match item.state.trim().replace('-', "_").as_str() {
            "done" if is_attested => CaseResult::Passed,
            "not_applicable" if is_said(&item.by) && reason.chars().filter(|c| c.is_alphanumeric()).count() >= REASON => {
                CaseResult::Passed
            }
            "not_done" | "open" | "todo" => CaseResult::Skipped,
            _ => CaseResult::Unknown,
        };
        cases::add(&mut facts, name, result, reason);
    }
    // The last one tells when the list was made; the first may stand a week before the release.
    let latest = record.items.iter().filter_map(|item| item.at.as_deref()).max();
    if let Some(at) = latest {
        About::add(&mut about.times, at);
    }
    Artifact {
        content: Content::Tests(facts),
        about,
        ..Artifact::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::{CaseKind, Content};
    use crate::parse::recognise::read;

    /// Items, not done, unknown.
    fn counts(items: &str) -> (u64, u64, u64) {
        let artifact = read(format!("schema: runproof-checklist/1\nitems:\n{items}").as_bytes(), None);
        match artifact.content {
            Content::Tests(facts) if facts.kind == CaseKind::Check => (facts.tests, facts.skipped, facts.unknown),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_item_is_done_only_by_somebody_and_at_some_time() {
        let done = "- {id: a, state: done, by: driver, at: 2026-01-02T10:00:00Z}\n";
        assert_eq!(counts(done), (1, 0, 0));
        assert_eq!(counts("- {id: a, state: done}\n"), (1, 0, 1));
        assert_eq!(
            counts("- {id: a, state: done, by: ' ', at: 2026-01-02T10:00:00Z}\n"),
            (1, 0, 1)
        );
        assert_eq!(counts("- {id: a, state: not_done}\n"), (1, 1, 0));
        assert_eq!(counts("- {id: a, state: maybe, by: d, at: x}\n"), (1, 0, 1));
        assert_eq!(
            counts("- {id: a, state: not_applicable, by: driver, reason: 'no'}\n"),
            (1, 0, 1)
        );
        let reason = "- {id: a, state: not_applicable, by: driver, reason: the templates did not change at all}\n";
        assert_eq!(counts(reason), (1, 0, 0));
    }

    #[test]
    fn a_list_without_a_schema_is_known_by_its_items() {
        let artifact = read(b"# x\nitems:\n  - id: a\n    state: not_done\n", None);
        assert_eq!(artifact.format, Some("checklist"));
        assert_eq!(read(b"other:\n  - id: a\n", None).format, None);
    }
}
