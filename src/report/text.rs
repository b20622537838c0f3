//! Findings as people read them: by file, the words in question in their line, with a caret, and what to do.

use std::cmp::Reverse;
use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstyle::Style as Paint;

use crate::model::finding::{Finding, Safety, Severity, SuppressionKind};
use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::uri::encoded;
use crate::report::visible::{push_visible, visible};
use crate::report::words::{counted, counts, coverage, leading, path_of, states};

/// Code frames, and two sentences about all.
pub(super) const FORMAT: Format = Format {
    name: "text",
    summary: "For people: by file, the line with a caret, what to do, and how much is known",
    write,
};

/// How many characters of a long line are shown before and after the words in question.
const AROUND: usize = 100;

/// The narrowest that a frame is drawn.
const NARROWEST: u16 = 60;

fn write(report: &Report, style: Style) -> String {
    let mut renderer = if style.has_color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    if let Some(width) = style.width {
        renderer = renderer.term_width(width.max(NARROWEST).into());
    }
    let bold = if style.has_color { Paint::new().bold() } else { Paint::new() };
    let mut output = String::new();
    let files = files(report);
    for (path, findings) in &files {
        if files.len() > 1 {
            let numbers = numbers(findings);
            // Writing to a string cannot fail.
            let _ = writeln!(output, "{bold}{}{bold:#}: {numbers}\n", leading(path));
        }
        let mut shown: Vec<&Finding> = Vec::new();
        for finding in findings {
            if shown.iter().any(|other| says_the_same(other, finding)) {
                continue;
            }
            shown.push(finding);
            output.push_str(&frame(report, finding, &renderer, style));
            output.push_str(&also(finding, findings));
            output.push_str("\n\n");
        }
    }
    output.push_str(&summary(report));
    output
}

/// Whether two findings of a file have one cause: whoever mends one mends the other.
fn says_the_same(left: &Finding, right: &Finding) -> bool {
    left.rule == right.rule
        && left.severity == right.severity
        && left.message == right.message
        && left.suppression.is_none()
        && right.suppression.is_none()
}

/// The other lines of a cause that was shown once.
fn also(finding: &Finding, findings: &[&Finding]) -> String {
    let others = findings
        .iter()
        .filter(|other| !std::ptr::eq(**other, finding) && says_the_same(finding, other));
    let lines: Vec<String> = others.filter_map(|other| Some(other.place?.line.to_string())).collect();
    match lines.as_slice() {
        [] => String::new(),
        [one] => format!("\n  also on line {one}"),
        many => format!("\n  also on lines {}", many.join(", ")),
    }
}

/// The findings by file: the file with the worst finding first, in each the worst first.
fn files(report: &Report) -> Vec<(&str, Vec<&Finding>)> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| path_of(finding));
    let groups = findings.chunk_by(|left, right| left.path == right.path);
    let mut files: Vec<(&str, Vec<&Finding>)> = groups.map(|group| (path_of(group[0]), group.to_vec())).collect();
    for (_, findings) in &mut files {
        findings.sort_by_key(|finding| Reverse(finding.severity));
    }
    files.sort_by_key(|(_, findings)| Reverse(findings[0].severity));
    files
}

/// How many findings of each severity a file has.
fn numbers(findings: &[&Finding]) -> String {
    let kinds = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "note"),
    ];
    let number = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let words = kinds.into_iter().map(|(severity, noun)| (number(severity), noun));
    let words: Vec<String> = words
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| counted(number, noun))
        .collect();
    words.join(", ")
}

/// One finding with its line, and the other places that explain it.
fn frame(report: &Report, finding: &Finding, renderer: &Renderer, style: Style) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let message = visible(&finding.message).into_owned();
    let path = visible(path_of(finding));
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
                title.element(snippet.path(path.to_string()))
            } else {
                title.element(origin).element(snippet)
            }
        }
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help).into_owned()));
    }
    let mut groups = vec![group];
    groups.extend(finding.related.iter().map(|related| {
        let mut origin = Origin::path(visible(&related.path).into_owned());
        if let Some(place) = related.place {
            origin = origin.line(place.line as usize).char_column(place.column as usize);
        }
        Group::with_title(Level::NOTE.secondary_title(visible(&related.message).into_owned())).element(origin)
    }));
    let frame = renderer.render(&groups);
    if style.has_links {
        linked(report, finding, &path, frame)
    } else {
        frame
    }
}

/// The frame with a link behind the path that it begins with. Only the escaped form of the path is in the link.
fn linked(report: &Report, finding: &Finding, path: &str, frame: String) -> String {
    let Some(root) = report.root.as_deref().filter(|_| !finding.path.is_empty()) else {
        return frame;
    };
    // The title may name the path as well; the one that leads to the file stands in a line of its own, after an arrow and a blank.
    let origin = frame.find('\n').and_then(|title| {
        let arrow = title + frame[title..].find("-->")?;
        let at = arrow + frame[arrow..].find(' ')? + 1;
        frame[at..].starts_with(path).then_some(at)
    });
    let Some(at) = origin else { return frame };
    let slash = if root.starts_with('/') { "" } else { "/" };
    let root = encoded(&root.replace('\\', "/"));
    let url = format!("file://{slash}{}/{}", root.trim_end_matches('/'), encoded(&finding.path));
    let end = at + path.len();
    format!(
        "{}\u{1b}]8;;{url}\u{1b}\\{path}\u{1b}]8;;\u{1b}\\{}",
        &frame[..at],
        &frame[end..]
    )
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

/// What was found, what can be mended by machine, what was accepted, and how much is known.
fn summary(report: &Report) -> String {
    let mut summary = counts(report);
    let fixes = |safety| {
        let fixes = report.findings.iter().filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| fix.safety == safety).count()
    };
    let (safe, unsure) = (fixes(Safety::Safe), fixes(Safety::Unsafe));
    if safe + unsure > 0 {
        let mut parts = Vec::new();
        if safe > 0 {
            parts.push(format!("{} by `--fix`", counted(safe, "finding")));
        }
        if unsure > 0 {
            parts.push(format!(
                "{} by `--fix --unsafe-fixes`, to be looked at",
                counted(unsure, "finding")
            ));
        }
        let _ = write!(summary, "\ncan be mended: {}", parts.join(", "));
    }
    if !report.suppressed.is_empty() {
        let kinds = [
            (SuppressionKind::Ignore, "by comments"),
            (SuppressionKind::Waiver, "by waivers"),
            (SuppressionKind::Baseline, "by the baseline"),
        ];
        let number = |kind| {
            let suppressions = report.suppressed.iter().filter_map(|finding| finding.suppression.as_ref());
            suppressions.filter(|suppression| suppression.kind == kind).count()
        };
        let parts = kinds.into_iter().map(|(kind, words)| (number(kind), words));
        let parts: Vec<String> = parts
            .filter(|(number, _)| *number > 0)
            .map(|(number, words)| format!("{number} {words}"))
            .collect();
        let _ = write!(summary, "\naccepted and not counted: {}", parts.join(", "));
    }
    if let Some(states) = states(report) {
        let _ = write!(summary, "\n{states}");
    }
    let coverage = coverage(&report.references, report.runbooks, report.completeness);
    format!("{summary}\n{coverage}\n")
}
