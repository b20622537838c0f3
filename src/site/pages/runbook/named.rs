//! What a runbook names, and what it demands, as its page lists them.

use serde::Serialize;

use crate::model::handbook::JudgedRunbook;
use crate::model::reference::Status;
use crate::model::runbook::{CriterionPurpose, Runbook, Threshold};

/// References that a page lists. It has the count of all; `runproof refs` shows them.
const MOST_REFERENCES: usize = 1_000;

/// A reference and what it leads to.
#[derive(Serialize)]
pub(super) struct ReferenceFacts<'site> {
    kind: &'static str,
    text: &'site str,
    line: u32,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_line: Option<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_since_review: Option<bool>,
}

/// A criterion, and the number that it asks for.
#[derive(Serialize)]
pub(super) struct CriterionFacts<'site> {
    text: &'site str,
    purpose: CriterionPurpose,
    line: u32,
    threshold: Option<&'site Threshold>,
}

/// The references of a runbook in writing order, as far as they are listed.
pub(super) fn references(judged: &JudgedRunbook) -> Vec<ReferenceFacts<'_>> {
    let runbook = &judged.runbook.runbook;
    runbook
        .references
        .iter()
        .zip(&judged.resolutions)
        .take(MOST_REFERENCES)
        .map(|(reference, resolution)| ReferenceFacts {
            kind: reference.kind.word(),
            text: &reference.text,
            line: runbook.lines.line(reference.span.start),
            status: resolution.status,
            target: resolution.target.as_deref(),
            target_line: resolution.target_line,
            reason: resolution.reason.to_string(),
            suggestion: resolution.suggestion.as_deref(),
            changed_since_review: resolution.changed_since_review,
        })
        .collect()
}

/// The criteria of a runbook that are wanted.
pub(super) fn criteria(runbook: &Runbook, is_wanted: impl Fn(&Option<Threshold>) -> bool) -> Vec<CriterionFacts<'_>> {
    runbook
        .criteria
        .iter()
        .filter(|criterion| is_wanted(&criterion.threshold))
        .map(|criterion| CriterionFacts {
            text: &criterion.text,
            purpose: criterion.purpose,
            line: runbook.lines.line(criterion.span.start),
            threshold: criterion.threshold.as_ref(),
        })
        .collect()
}
