//! References as a table: what was understood, line by line.

use std::fmt::Write;

use anstyle::{AnsiColor, Style as Paint};

use crate::model::freshness::ReferenceCounts;
use crate::model::reference::Status;
use crate::model::report::{ReferenceReport, ResolvedReference};
use crate::report::format::{ReferenceFormat, Style};
use crate::report::visible::visible;
use crate::report::words::{coverage, leading};

/// A table for each runbook, and one sentence about all.
pub(super) const FORMAT: ReferenceFormat = ReferenceFormat { name: "text", write };

/// The widest that the words of a reference are shown.
const WIDEST: usize = 48;

fn write(report: &ReferenceReport, style: Style) -> String {
    let mut output = String::new();
    for references in report.references.chunk_by(|left, right| left.path == right.path) {
        let rows: Vec<[String; 4]> = references.iter().map(row).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths = [width(0), width(1), width(2)];
        let bold = paint(style, Paint::new().bold());
        // Writing to a string cannot fail.
        let _ = writeln!(output, "{bold}{}{bold:#}", leading(&references[0].path));
        for (row, resolved) in rows.iter().zip(references) {
            let color = paint(style, color(resolved.resolution.status));
            let word = word(resolved.resolution.status);
            let _ = writeln!(
                output,
                "  {:>line$}  {:kind$}  {:text$}  {color}{word:12}{color:#}  {}",
                row[0],
                row[1],
                row[2],
                row[3],
                line = widths[0],
                kind = widths[1],
                text = widths[2],
            );
        }
        output.push('\n');
    }
    output.push_str(&coverage(&counts(report), report.runbooks, report.completeness));
    output.push('\n');
    output
}

/// Line, kind, words, and what became of them.
fn row(resolved: &ResolvedReference) -> [String; 4] {
    let resolution = &resolved.resolution;
    let words = visible(&resolved.reference.text);
    let words = if words.chars().count() > WIDEST {
        words.chars().take(WIDEST - 1).chain(['…']).collect()
    } else {
        words.into_owned()
    };
    let mut outcome = String::new();
    if let Some(target) = &resolution.target {
        outcome.push_str(&visible(target));
        if let Some(line) = resolution.target_line {
            let _ = write!(outcome, ":{line}");
        }
        outcome.push_str("  ");
    }
    outcome.push_str(&visible(&resolution.reason.to_string()));
    if let Some(suggestion) = &resolution.suggestion {
        let _ = write!(outcome, "; near: {}", visible(suggestion));
    }
    if resolution.changed_since_review == Some(true) {
        outcome.push_str("; changed since the review");
    }
    [
        resolved.place.line.to_string(),
        resolved.reference.kind.word().to_owned(),
        words,
        outcome,
    ]
}

fn counts(report: &ReferenceReport) -> ReferenceCounts {
    let count = |status| {
        report
            .references
            .iter()
            .filter(|resolved| resolved.resolution.status == status)
            .count() as u32
    };
    ReferenceCounts {
        resolved: count(Status::Resolved),
        broken: count(Status::Broken),
        accepted: 0,
        unverifiable: count(Status::Unverifiable),
        ignored: count(Status::Ignored),
        changed: 0,
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Resolved => "resolved",
        Status::Broken => "broken",
        Status::Unverifiable => "unverifiable",
        Status::Ignored => "ignored",
    }
}

fn color(status: Status) -> Paint {
    match status {
        Status::Resolved => AnsiColor::Green.on_default(),
        Status::Broken => AnsiColor::Red.on_default().bold(),
        Status::Unverifiable => AnsiColor::Yellow.on_default(),
        Status::Ignored => Paint::new().dimmed(),
    }
}

fn paint(style: Style, paint: Paint) -> Paint {
    if style.has_color { paint } else { Paint::new() }
}
