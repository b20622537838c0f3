//! Findings and references in the forms that people, editors and forges read. Nothing that comes from a file reaches an output raw:
//! control characters are shown, and what a log viewer takes for a command is broken up.

pub(crate) mod comparison;
mod concise;
pub(crate) mod deployment;
mod diagnostic;
pub(crate) mod dossier;
pub(crate) mod export;
pub(crate) mod format;
pub(crate) mod gates;
mod github;
mod gitlab;
pub(crate) mod inventory;
mod json;
mod json_lines;
mod junit;
mod markdown;
pub(crate) mod pack;
mod rdjson;
mod rdjsonl;
mod record;
mod references_json;
mod references_text;
pub(crate) mod sample;
mod sarif;
pub(crate) mod starter;
#[cfg(test)]
mod tests;
mod text;
mod uri;
pub(crate) mod verification;
pub(crate) mod visible;
mod words;

use std::cmp::Reverse;

use crate::model::finding::Finding;
use crate::model::fingerprint;
use crate::model::freshness::{ReferenceCounts, State};
use crate::model::handbook::JudgedRunbook;
use crate::model::history::Completeness;
use crate::model::report::{ReferenceReport, Report, ResolvedReference};
use crate::report::format::{Format, ReferenceFormat, Style};

/// Every form of findings, sorted by name.
pub(crate) const FORMATS: &[Format] = &[
    concise::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    json::FORMAT,
    json_lines::FORMAT,
    junit::FORMAT,
    markdown::FORMAT,
    rdjson::FORMAT,
    rdjsonl::FORMAT,
    sarif::FORMAT,
    text::FORMAT,
];

/// Every form of references, sorted by name.
pub(crate) const REFERENCE_FORMATS: &[ReferenceFormat] = &[references_json::FORMAT, references_text::FORMAT];

/// Writes findings in the form of this name; an unknown name is text.
pub(crate) fn write(format: &str, report: &Report, style: Style) -> String {
    let format = FORMATS.iter().find(|known| known.name == format).unwrap_or(&text::FORMAT);
    (format.write)(report, style)
}

/// Writes references in the form of this name; an unknown name is text.
pub(crate) fn write_references(format: &str, report: &ReferenceReport, style: Style) -> String {
    let format = REFERENCE_FORMATS
        .iter()
        .find(|known| known.name == format)
        .unwrap_or(&references_text::FORMAT);
    (format.write)(report, style)
}

/// The report on judged runbooks; `others` are findings that no runbook is to blame for.
pub(crate) fn of(runbooks: &[JudgedRunbook], others: &[Finding], completeness: Completeness) -> Report {
    let references = ReferenceCounts::sum(runbooks.iter().map(|judged| judged.freshness.counts));
    let mut findings: Vec<Finding> = runbooks
        .iter()
        .flat_map(|judged| judged.findings.iter().cloned())
        .chain(others.iter().cloned())
        .collect();
    if findings.iter().any(|finding| finding.fingerprint.is_empty()) {
        fingerprint::fill(&mut findings);
    }
    findings.sort_by(|left, right| {
        let severity = Reverse(left.severity).cmp(&Reverse(right.severity));
        severity.then_with(|| (&left.path, left.place, left.rule).cmp(&(&right.path, right.place, right.rule)))
    });
    let text = |judged: &JudgedRunbook| (judged.runbook.path.clone(), judged.runbook.runbook.text.clone());
    let (suppressed, findings) = findings.into_iter().partition(|finding| finding.suppression.is_some());
    Report {
        findings,
        suppressed,
        texts: runbooks.iter().map(text).collect(),
        runbooks: runbooks.len() as u32,
        states: states(runbooks),
        references,
        completeness,
        ..Report::default()
    }
}

/// How many runbooks are in each state, the worst first; states without any are left out.
fn states(runbooks: &[JudgedRunbook]) -> Vec<(State, u32)> {
    let count = |state| runbooks.iter().filter(|judged| judged.freshness.state == state).count() as u32;
    let counts = State::WORST_FIRST.map(|state| (state, count(state)));
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// The report on the references of judged runbooks.
pub(crate) fn references_of(runbooks: &[JudgedRunbook], completeness: Completeness) -> ReferenceReport {
    let mut references: Vec<ResolvedReference> = runbooks
        .iter()
        .flat_map(|judged| {
            let pairs = judged.runbook.runbook.references.iter().zip(&judged.resolutions);
            pairs.map(|(reference, resolution)| ResolvedReference {
                path: judged.runbook.path.clone(),
                place: judged.runbook.runbook.place(reference.span),
                reference: reference.clone(),
                resolution: resolution.clone(),
            })
        })
        .collect();
    references.sort_by(|left, right| (&left.path, left.place).cmp(&(&right.path, right.place)));
    ReferenceReport {
        references,
        runbooks: runbooks.len() as u32,
        completeness,
    }
}
