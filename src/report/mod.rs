//! Findings and references in the forms that people, editors and forges read. Nothing that comes from a file reaches an output raw:
//! control characters are shown, and what a log viewer takes for a command is broken up.

mod concise;
mod github;
mod gitlab;
mod json;
mod json_lines;
mod junit;
mod markdown;
mod rdjson;
mod rdjsonl;
mod record;
mod references_json;
mod references_text;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod uri;
mod visible;

use std::cmp::Reverse;

use crate::model::finding::{Finding, Severity};
use crate::model::fingerprint;
use crate::model::freshness::ReferenceCounts;
use crate::model::handbook::JudgedRunbook;
use crate::model::history::Completeness;
use crate::model::report::{ReferenceReport, Report, ResolvedReference};
use crate::report::visible::visible;

/// A form that findings are told in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The name, as for `--format`.
    pub(crate) name: &'static str,
    /// What it is for, in one line without full stop.
    pub(crate) summary: &'static str,
    /// Writes a report.
    pub(crate) write: fn(&Report, Style) -> String,
}

/// A form that references are told in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReferenceFormat {
    /// The name, as for `--format`.
    pub(crate) name: &'static str,
    /// Writes a report.
    pub(crate) write: fn(&ReferenceReport, Style) -> String,
}

/// How output looks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style {
    /// Whether colours are wanted.
    pub(crate) has_color: bool,
    /// Whether the terminal follows links.
    pub(crate) has_links: bool,
    /// How wide the terminal is, in columns; none where no terminal is.
    pub(crate) width: Option<u16>,
}

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
    let mut references = ReferenceCounts::default();
    for judged in runbooks {
        let counts = judged.freshness.counts;
        references.resolved += counts.resolved;
        references.broken += counts.broken;
        references.unverifiable += counts.unverifiable;
        references.ignored += counts.ignored;
        references.changed += counts.changed;
    }
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
        references,
        completeness,
        ..Report::default()
    }
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

/// How many findings there are of a severity.
fn count(report: &Report, severity: Severity) -> usize {
    report.findings.iter().filter(|finding| finding.severity == severity).count()
}

/// How much is known, in one sentence. What claims nothing is not counted.
fn coverage(references: &ReferenceCounts, runbooks: u32, completeness: Completeness) -> String {
    let all = references.resolved + references.unverifiable + references.broken;
    let history = match completeness {
        Completeness::Full => "full",
        Completeness::Shallow => "cut short",
        Completeness::None => "none",
    };
    format!(
        "{} in {}: {} resolved, {} unverifiable, {} broken; history: {history}",
        counted(all as usize, "reference"),
        counted(runbooks as usize, "runbook"),
        references.resolved,
        references.unverifiable,
        references.broken,
    )
}

/// The counts by severity in words, the worst first: `1 error, 2 warnings`.
fn counts(report: &Report) -> String {
    let kinds = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "note"),
    ];
    let counts: Vec<String> = kinds
        .into_iter()
        .map(|(severity, noun)| (count(report, severity), noun))
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| counted(number, noun))
        .collect();
    if counts.is_empty() && report.runbooks == 0 {
        "nothing was judged".to_owned()
    } else if counts.is_empty() {
        "nothing is wrong".to_owned()
    } else {
        counts.join(", ")
    }
}

/// The path of a finding; the repository itself is a dot.
fn path_of(finding: &Finding) -> &str {
    if finding.path.is_empty() { "." } else { &finding.path }
}

/// A path that may begin a line. A colon at its beginning would make the line a command of GitHub Actions, so `./` goes before it.
fn leading(path: &str) -> String {
    let path = visible(path);
    let guard = if path.trim_start().starts_with(':') { "./" } else { "" };
    format!("{guard}{path}")
}

/// What is wrong and what to do about it, in one line.
fn sentence(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}; {}", visible(&finding.message), visible(help)),
        None => visible(&finding.message).into_owned(),
    }
}

/// A number with its noun: `1 error`, `2 errors`.
fn counted(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
