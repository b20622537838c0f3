//! Checklists of a release, schema `runproof-checklist/1`: what a person attests, item by item.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::about::About;
use crate::model::attest::{Course, CourseStep};
use crate::model::evidence::{AnomalyKind, Artifact, CaseKind, CaseResult, Content};
use crate::model::said::{is_gap, says_why};
use crate::parse::artifact::{Format, anomaly};
use crate::parse::record::head::Head;
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "checklist",
    title: "checklist record",
    recognizes: |sniff| document::is_of(sniff, "checklist", Some(("items", "state"))),
    parse: |text| document::artifact(text, "checklist", artifact),
};

/// Letters of one text that are kept.
const MOST_LETTERS: usize = 4_000;

/// How long a checklist may take from its first item to its last.
const LONGEST: TimeDelta = TimeDelta::days(60);

/// Values that are kept.
const MOST_VALUES: usize = 500;

/// A checklist.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// What a run sheet says of itself.
    run: Option<Run>,
    /// The items.
    items: Vec<Item>,
}

/// The run of a runbook for one release, as its sheet exports it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Run {
    /// The path of the runbook.
    runbook: String,
    /// The git blob id of the text that was followed.
    text: String,
    /// The edition that the text was read in.
    edition: Option<String>,
    /// The role that confirmed what two people do.
    second: Option<String>,
    /// When the sheet was begun.
    started: Option<String>,
    /// When the clock of the moments began to run.
    clock: Option<String>,
    /// When it was rolled back.
    rolled_back: Option<String>,
    /// The values that commands were filled in with; secrets are not among them.
    values: BTreeMap<String, String>,
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
    /// What was seen.
    note: Option<String>,
    /// The role that confirmed it.
    second: Option<String>,
    /// When it was confirmed.
    second_at: Option<String>,
}

#[allow(clippy::needless_pass_by_value, reason = "every kind of record is handed over whole")]
fn artifact(record: Record) -> Artifact {
    let mut about = record.head.about();
    let mut facts = cases::of(CaseKind::Check);
    let is_said = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let mut is_done = false;
    for item in &record.items {
        let name = item.text.as_deref().unwrap_or(&item.id);
        let reason = item.reason.as_deref().unwrap_or_default();
        let is_by_somebody = item.by.as_deref().is_some_and(|by| !is_gap(by));
        let is_attested = is_by_somebody && is_said(&item.at);
        let result = match item.state.trim().replace('-', "_").as_str() {
            "done" if is_attested => CaseResult::Passed,
            "not_applicable" if is_by_somebody && says_why(reason) => CaseResult::Passed,
            "not_done" | "open" | "todo" => CaseResult::Skipped,
            _ => CaseResult::Unknown,
        };
        is_done |= result == CaseResult::Passed && item.state.trim() == "done";
        cases::add(&mut facts, name, result, reason);
    }
    let mut anomalies = Vec::new();
    if !record.items.is_empty() && !is_done && facts.skipped + facts.unknown + facts.failures == 0 {
        let message = "none of its items was done: each is told not to apply";
        anomaly(&mut anomalies, AnomalyKind::NothingOfNothing, None, message);
    }
    // The last one tells when the list was made; the first may stand a week before the release.
    let latest = record.items.iter().filter_map(|item| item.at.as_deref()).max();
    if let Some(at) = latest {
        About::add(&mut about.times, at);
    }
    // What was ticked months before the others was ticked for something else.
    let earliest = record.items.iter().filter_map(|item| item.at.as_deref()).min();
    if let (Some(earliest), Some(latest)) = (earliest, latest)
        && let (Ok(first), Ok(last)) = (DateTime::parse_from_rfc3339(earliest), DateTime::parse_from_rfc3339(latest))
        && last - first > LONGEST
    {
        About::add(&mut about.times, earliest);
    }
    let course = course(record);
    Artifact {
        content: Content::Tests(facts),
        about,
        course: Some(Box::new(course)),
        anomalies,
        ..Artifact::default()
    }
}

/// What was done step by step.
fn course(record: Record) -> Course {
    let said = |text: Option<String>| text.unwrap_or_default().trim().chars().take(MOST_LETTERS).collect::<String>();
    let run = record.run.unwrap_or_default();
    Course {
        runbook: (!run.runbook.trim().is_empty()).then(|| (run.runbook.trim().to_owned(), run.text.trim().to_owned())),
        by: said(record.head.by),
        started: said(run.started),
        rolled_back: said(run.rolled_back),
        values: run
            .values
            .into_iter()
            .take(MOST_VALUES)
            .map(|(name, value)| (name, said(Some(value))))
            .collect(),
        steps: record
            .items
            .into_iter()
            .map(|item| CourseStep {
                text: said(item.text.or(Some(item.id))),
                state: item.state.trim().replace('-', "_"),
                at: said(item.at),
                by: said(item.by),
                second: said(item.second),
                second_at: said(item.second_at),
                reason: said(item.reason),
                note: said(item.note),
            })
            .collect(),
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
            counts("- {id: a, state: done, by: TBD, at: 2026-01-02T10:00:00Z}\n"),
            (1, 0, 1),
            "a gap to be filled in is nobody"
        );
        assert_eq!(
            counts("- {id: a, state: not_applicable, by: driver, reason: 'no'}\n"),
            (1, 0, 1)
        );
        let reason = "- {id: a, state: not_applicable, by: driver, reason: the templates did not change at all}\n";
        assert_eq!(counts(reason), (1, 0, 0));
    }

    #[test]
    fn a_run_sheet_tells_its_course() {
        let sheet = r#"{"schema": "runproof-checklist/1", "gate": "checklist", "subject": {"version": "v1.1.0"}, "by": "driver",
            "run": {"runbook": "docs/release.md", "text": "0c77", "second": "reviewer", "started": "2026-01-02T09:00:00Z", "rolled_back": "",
                "values": {"version": "v1.1.0"}},
            "items": [{"id": "step-1", "text": "Tag", "state": "done", "at": "2026-01-02T10:00:00Z", "by": "driver", "second": "reviewer"},
                {"id": "step-2", "text": "Look", "state": "not_done", "note": "seen"}]}"#;
        let artifact = read(sheet.as_bytes(), None);
        assert_eq!(artifact.problems.len() + artifact.anomalies.len(), 0);
        assert_eq!(artifact.about.versions, ["v1.1.0"]);
        assert_eq!(
            artifact.about.times,
            ["2026-01-02T10:00:00Z"],
            "when it was begun is no time of the evidence"
        );
        let course = artifact.course.expect("it has one");
        assert_eq!(course.runbook, Some(("docs/release.md".to_owned(), "0c77".to_owned())));
        assert_eq!(course.values, [("version".to_owned(), "v1.1.0".to_owned())]);
        let steps: Vec<_> = course
            .steps
            .iter()
            .map(|step| format!("{} {} {} {}", step.text, step.state, step.second, step.note))
            .collect();
        assert_eq!(steps, ["Tag done reviewer ", "Look not_done  seen"]);
        let list = read(b"schema: runproof-checklist/1\nitems:\n- {id: a, state: not-done}\n", None);
        let course = list.course.expect("a list that is kept by hand is one as well");
        assert_eq!((course.runbook, course.steps[0].state.as_str()), (None, "not_done"));
    }

    #[test]
    fn a_list_without_a_schema_is_known_by_its_items() {
        let artifact = read(b"# x\nitems:\n  - id: a\n    state: not_done\n", None);
        assert_eq!(artifact.format, Some("checklist"));
        assert_eq!(read(b"other:\n  - id: a\n", None).format, None);
    }
}
