//! References as JSON.

use serde::Serialize;

use crate::model::reference::Status;
use crate::model::report::{ReferenceReport, ResolvedReference};
use crate::report::format::{ReferenceFormat, Style};
use crate::report::visible::escaped;

/// Schema `runproof-refs/1`.
pub(super) const FORMAT: ReferenceFormat = ReferenceFormat { name: "json", write };

#[derive(Serialize)]
struct Output<'report> {
    schema: &'static str,
    references: Vec<Item<'report>>,
}

#[derive(Serialize)]
struct Item<'report> {
    kind: &'report str,
    text: &'report str,
    path: &'report str,
    line: u32,
    column: u32,
    end_line: u32,
    status: Status,
    target: Option<&'report str>,
    target_line: Option<u32>,
    reason: String,
    suggestion: Option<&'report str>,
    changed_since_review: Option<bool>,
}

fn write(report: &ReferenceReport, _: Style) -> String {
    let output = Output {
        schema: "runproof-refs/1",
        references: report.references.iter().map(item).collect(),
    };
    let json = serde_json::to_string_pretty(&output).expect("strings and numbers are always JSON");
    escaped(&json) + "\n"
}

fn item(resolved: &ResolvedReference) -> Item<'_> {
    let resolution = &resolved.resolution;
    Item {
        kind: resolved.reference.kind.word(),
        text: &resolved.reference.text,
        path: &resolved.path,
        line: resolved.place.line,
        column: resolved.place.column,
        end_line: resolved.place.end_line,
        status: resolution.status,
        target: resolution.target.as_deref(),
        target_line: resolution.target_line,
        reason: resolution.reason.to_string(),
        suggestion: resolution.suggestion.as_deref(),
        changed_since_review: resolution.changed_since_review,
    }
}
