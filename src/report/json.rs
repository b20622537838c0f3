//! Findings as JSON. The form is stable: fields are added under the same schema name, never changed.

use serde::Serialize;

use crate::model::finding::{Confidence, Finding, Severity};
use crate::model::freshness::ReferenceCounts;
use crate::model::history::Completeness;
use crate::model::report::Report;
use crate::report::visible::escaped;
use crate::report::{Format, Style, count};

/// Schema `runproof-lint/1`.
pub(super) const FORMAT: Format = Format { name: "json", write };

#[derive(Serialize)]
struct Output<'report> {
    schema: &'static str,
    findings: Vec<Item<'report>>,
    summary: Summary,
}

/// A finding. Lines and columns are 0 when it concerns the file as a whole.
#[derive(Serialize)]
struct Item<'report> {
    rule: &'report str,
    severity: Severity,
    confidence: Confidence,
    path: &'report str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    reference: Option<&'report str>,
    message: &'report str,
    help: Option<&'report str>,
    suggestion: Option<&'report str>,
}

#[derive(Serialize)]
struct Summary {
    runbooks: u32,
    errors: usize,
    warnings: usize,
    infos: usize,
    references: ReferenceCounts,
    history: Completeness,
}

fn write(report: &Report, _: Style) -> String {
    let output = Output {
        schema: "runproof-lint/1",
        findings: report.findings.iter().map(item).collect(),
        summary: Summary {
            runbooks: report.runbooks,
            errors: count(report, Severity::Error),
            warnings: count(report, Severity::Warning),
            infos: count(report, Severity::Info),
            references: report.references,
            history: report.completeness,
        },
    };
    let json = serde_json::to_string_pretty(&output).expect("strings and numbers are always JSON");
    escaped(&json) + "\n"
}

fn item(finding: &Finding) -> Item<'_> {
    let place = finding.place.unwrap_or_default();
    Item {
        rule: finding.rule,
        severity: finding.severity,
        confidence: finding.confidence,
        path: &finding.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        reference: finding.reference.as_deref(),
        message: &finding.message,
        help: finding.help.as_deref(),
        suggestion: finding.suggestion.as_deref(),
    }
}
