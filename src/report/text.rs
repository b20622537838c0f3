//! Findings as people read them: the words in question in their line, with a caret, and what to do.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;
use crate::report::visible::{push_visible, visible};
use crate::report::{Format, Style, count, counted, coverage};

/// Code frames, and two sentences about all.
pub(super) const FORMAT: Format = Format { name: "text", write };

/// How many characters of a long line are shown before and after the words in question.
const AROUND: usize = 100;

fn write(report: &Report, style: Style) -> String {
    let renderer = if style.has_color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut output = String::new();
    for finding in &report.findings {
        output.push_str(&frame(report, finding, &renderer));
        output.push_str("\n\n");
    }
    output.push_str(&summary(report));
    output
}

/// One finding with its line.
fn frame(report: &Report, finding: &Finding, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let message = visible(&finding.message).into_owned();
    let path = if finding.path.is_empty() {
        ".".into()
    } else {
        visible(&finding.path)
    };
    let place = finding.place.unwrap_or_default();
    let mut origin = Origin::path(path.to_string());
    if finding.place.is_some() {
        origin = origin.line(place.line as usize).char_column(place.column as usize);
    }
    let title = level.primary_title(message).id(finding.rule);
    let mut group = match line_of(report, finding) {
        None => title.element(origin),
        Some((line, words)) => {
            // The renderer counts the column in what is shown, which is right only where nothing before the words was changed.
            let is_true = line[..words.start].chars().count() + 1 == place.column as usize;
            let snippet = Snippet::source(line)
                .line_start(place.line as usize)
                .annotation(AnnotationKind::Primary.span(words));
            if is_true {
                title.element(snippet.path(path.into_owned()))
            } else {
                title.element(origin).element(snippet)
            }
        }
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help).into_owned()));
    }
    renderer.render(&[group])
}

/// The first line of the words in question, made harmless and cut to a window around them, and where in it they stand.
fn line_of(report: &Report, finding: &Finding) -> Option<(String, std::ops::Range<usize>)> {
    let text = report.texts.get(&finding.path)?;
    let span = finding.span?;
    let (start, end) = (span.start as usize, span.end as usize);
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text.get(start..)?.find('\n').map_or(text.len(), |at| start + at);
    let before = text.get(line_start..start)?;
    let words = text.get(start..end.min(line_end).max(start))?.trim_end_matches('\r');
    let after = text.get(start + words.len()..line_end)?.trim_end_matches('\r');
    let mut line = String::new();
    let cut = before.char_indices().rev().nth(AROUND).map_or(0, |(at, _)| at);
    if cut > 0 {
        line.push('…');
    }
    before[cut..].chars().for_each(|c| push_visible(&mut line, c));
    let from = line.len();
    words.chars().take(2 * AROUND).for_each(|c| push_visible(&mut line, c));
    let to = line.len();
    if words.chars().nth(2 * AROUND).is_some() {
        line.push('…');
    } else {
        after.chars().take(AROUND).for_each(|c| push_visible(&mut line, c));
        if after.chars().nth(AROUND).is_some() {
            line.push('…');
        }
    }
    Some((line, from..to))
}

fn summary(report: &Report) -> String {
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
    let counts = if counts.is_empty() {
        "nothing is wrong".to_owned()
    } else {
        counts.join(", ")
    };
    format!(
        "{counts}\n{}\n",
        coverage(&report.references, report.runbooks, report.completeness)
    )
}
