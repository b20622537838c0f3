//! Findings in the diagnostic format of reviewdog, as one document.

use serde::Serialize;

use crate::model::finding::{Finding, Severity};
use crate::model::place::Span;
use crate::model::report::Report;
use crate::report::visible::{escaped, visible};
use crate::report::{Format, Style, path_of, sentence};

/// A `DiagnosticResult`.
pub(super) const FORMAT: Format = Format {
    name: "rdjson",
    summary: "Diagnostic format of reviewdog as one document, with suggested changes",
    write,
};

#[derive(Serialize)]
struct Output<'report> {
    source: Source,
    severity: &'static str,
    diagnostics: Vec<Diagnostic<'report>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

/// One finding.
#[derive(Serialize)]
pub(super) struct Diagnostic<'report> {
    message: String,
    location: Location<'report>,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    code: Code<'report>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'report>>,
    #[serde(rename = "relatedLocations", skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'report>>,
}

#[derive(Serialize)]
struct Code<'report> {
    value: &'report str,
}

#[derive(Serialize)]
struct Location<'report> {
    path: &'report str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Related<'report> {
    message: String,
    location: Location<'report>,
}

#[derive(Serialize)]
struct Suggestion<'report> {
    range: Range,
    text: &'report str,
}

/// From a position to the one after the last.
#[derive(Serialize)]
struct Range {
    start: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Position>,
}

/// Line and column from 1; columns count bytes of UTF-8, and are left out where the text is not at hand.
#[derive(Serialize)]
struct Position {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

fn write(report: &Report, _: Style) -> String {
    let output = Output {
        source: Source { name: "runproof" },
        severity: report
            .findings
            .iter()
            .map(|finding| finding.severity)
            .max()
            .map_or("UNKNOWN_SEVERITY", severity),
        diagnostics: report
            .findings
            .iter()
            .map(|finding| diagnostic(report, finding, None))
            .collect(),
    };
    let json = serde_json::to_string_pretty(&output).expect("strings and numbers are always JSON");
    escaped(&json) + "\n"
}

/// One finding by itself, which names its source.
pub(super) fn alone<'report>(report: &'report Report, finding: &'report Finding) -> Diagnostic<'report> {
    diagnostic(report, finding, Some(Source { name: "runproof" }))
}

fn diagnostic<'report>(report: &'report Report, finding: &'report Finding, source: Option<Source>) -> Diagnostic<'report> {
    let related = finding.related.iter().map(|related| Related {
        message: visible(&related.message).into_owned(),
        location: Location {
            path: &related.path,
            range: related.place.map(|place| Range {
                start: Position {
                    line: place.line,
                    column: None,
                },
                end: None,
            }),
        },
    });
    Diagnostic {
        message: sentence(finding),
        location: Location {
            path: path_of(finding),
            range: range(report, finding),
        },
        severity: severity(finding.severity),
        source,
        code: Code { value: finding.rule },
        suggestions: suggestions(report, finding),
        related: related.collect(),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}

fn range(report: &Report, finding: &Finding) -> Option<Range> {
    let place = finding.place?;
    let exact = finding.span.and_then(|span| bytes(report, &finding.path, span, place));
    Some(exact.unwrap_or(Range {
        start: Position {
            line: place.line,
            column: None,
        },
        end: None,
    }))
}

/// The changes that mend a finding in its own file: those of its fix, else the words that were probably meant in place of the words in
/// question.
fn suggestions<'report>(report: &'report Report, finding: &'report Finding) -> Vec<Suggestion<'report>> {
    if let Some(fix) = &finding.fix {
        if fix.edits.iter().any(|edit| edit.path != finding.path) {
            return Vec::new();
        }
        let edits = fix.edits.iter().map(|edit| {
            let range = bytes(report, &edit.path, edit.span, edit.place)?;
            Some(Suggestion {
                range,
                text: &edit.replacement,
            })
        });
        return edits.collect::<Option<Vec<_>>>().unwrap_or_default();
    }
    let (Some(text), Some(span), Some(place)) = (report.texts.get(&finding.path), finding.span, finding.place) else {
        return Vec::new();
    };
    let is_exact = finding.reference.as_deref() == Some(span.of(text));
    let suggestion = finding.suggestion.as_deref().filter(|_| is_exact);
    let range = bytes(report, &finding.path, span, place);
    suggestion
        .zip(range)
        .map(|(text, range)| Suggestion { range, text })
        .into_iter()
        .collect()
}

/// A span as lines and columns in bytes.
fn bytes(report: &Report, path: &str, span: Span, place: crate::model::place::Place) -> Option<Range> {
    let text = report.texts.get(path)?;
    let column = |offset: u32| {
        let before = text.get(..offset as usize)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Some(offset - start as u32 + 1)
    };
    let position = |line, offset| {
        Some(Position {
            line,
            column: Some(column(offset)?),
        })
    };
    Some(Range {
        start: position(place.line, span.start)?,
        end: Some(position(place.end_line, span.end)?),
    })
}
