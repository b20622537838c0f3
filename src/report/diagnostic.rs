//! A finding in the diagnostic format of reviewdog: <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>.

use serde::Serialize;

use crate::model::finding::{Finding, Severity};
use crate::model::place::{Place, Span};
use crate::model::report::Report;
use crate::report::visible::visible;
use crate::report::words::{path_of, sentence};

/// What made the findings.
#[derive(Serialize)]
pub(super) struct Source {
    name: &'static str,
}

/// This program.
pub(super) const SOURCE: Source = Source { name: "runproof" };

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

/// One finding by itself, which names its source.
pub(super) fn alone<'report>(report: &'report Report, finding: &'report Finding) -> Diagnostic<'report> {
    diagnostic(report, finding, Some(SOURCE))
}

/// One finding; the source is named where no document does.
pub(super) fn diagnostic<'report>(
    report: &'report Report,
    finding: &'report Finding,
    source: Option<Source>,
) -> Diagnostic<'report> {
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

/// The word for a severity.
pub(super) fn severity(severity: Severity) -> &'static str {
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
fn bytes(report: &Report, path: &str, span: Span, place: Place) -> Option<Range> {
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
