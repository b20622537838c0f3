//! Notes of the author that were left in a runbook.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::audit::forms::{self, Purpose};
use crate::audit::prose::{holds_any, plain_words, search};
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::place::Span;
use crate::model::runbook::Runbook;

/// Notes that were left.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "todo-left",
        summary: "A note of the author was left in the runbook",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "`TODO`, `FIXME`, `XXX`, `TBD` and `TBC` in capital letters, where they stand for words that are still to be written: followed by \
                 `:` or `(`, in brackets, or as a whole sentence, list item or cell. Code, headings of tables, links and templates are left \
                 alone, and so are sentences about such notes (\"remove every TODO\").\n\n\
                 The cells of one table are one finding, and so are three or more values of one section. A column that nobody filled in yet \
                 is a note; columns that whoever runs it fills in (`Result`, `Signature`, `Actual`) and sections that call themselves a \
                 template are left alone.",
        matters: "The step that is still to be written is the one that somebody will need.",
        example: "3. Restore the database. TODO: describe how",
        fix: "Write what is missing, or say that the step does not exist yet and whom to ask.",
    },
    check: Check::Current(check),
};

/// The words that make a note.
const NOTES: &[&str] = &["FIXME", "TBC", "TBD", "TODO", "XXX"];

/// A search for all of them.
static SEARCH: LazyLock<Regex> = LazyLock::new(|| search(NOTES));

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let path = context.runbook.path.to_lowercase();
    if path.contains("template") || path.contains("example") {
        return;
    }
    let runbook = &context.runbook.runbook;
    if !holds_any(runbook, &runbook.held.notes, &SEARCH) {
        return;
    }
    // An empty date or owner is the subject of other rules.
    let fields: Vec<Span> = runbook.metadata.fields.iter().map(|field| field.span).collect();
    let tables = forms::tables(runbook);
    let mut groups: BTreeMap<Group, Vec<Note<'_>>> = BTreeMap::new();
    for (span, words) in plain_words(runbook) {
        let Some((at, word)) = note_in(words) else { continue };
        let place = Span::new(span.start as usize + at, span.start as usize + at + word.len());
        if fields.iter().any(|field| field.contains(place)) || is_in_template(runbook, place) {
            continue;
        }
        let note = Note {
            span: place,
            word,
            words: shortened(&words[at..]),
        };
        let group = match tables.iter().position(|table| table.span.contains(place)) {
            Some(table) => match tables[table].purpose_of(place) {
                Purpose::FilledInLater => continue,
                Purpose::Form => Group::Form(table),
                Purpose::Text => Group::Table(table),
            },
            // `Participants: TBD` line after line is a form as well; a note with words of its own is one of its own.
            None if words[at + word.len()..].trim().is_empty() && words[..at].trim().len() <= 1
                || words[..at].trim_end().ends_with(':') =>
            {
                Group::Section(innermost(runbook, place))
            }
            None => Group::Alone(place.start),
        };
        groups.entry(group).or_default().push(note);
    }
    for (group, notes) in groups {
        let is_joined = match group {
            Group::Section(_) => notes.len() >= 3,
            Group::Alone(_) => false,
            Group::Table(_) | Group::Form(_) => notes.len() >= 2,
        };
        if is_joined {
            findings.extend(joined(context, &group, &notes));
        } else {
            findings.extend(notes.iter().map(|note| alone(context, &group, note)));
        }
    }
}

/// What notes belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// A note of its own, by its place.
    Alone(u32),
    /// The notes of a section that stand for a whole value each, by the number of the section.
    Section(usize),
    /// The cells of a table, by its number.
    Table(usize),
    /// The cells of a table that nobody filled in yet.
    Form(usize),
}

struct Note<'text> {
    span: Span,
    word: &'text str,
    words: String,
}

fn alone(context: &Context<'_>, group: &Group, note: &Note<'_>) -> Finding {
    Finding {
        severity: severity_of(group),
        message: format!("a note was left here: `{}`", note.words),
        help: Some("write what is missing, or say whom to ask".to_owned()),
        reference: Some(note.word.to_owned()),
        ..context.finding(&RULE.text, Some(note.span))
    }
}

/// One finding for the notes of one table or section, with the lines of all.
fn joined(context: &Context<'_>, group: &Group, notes: &[Note<'_>]) -> Option<Finding> {
    let first = notes.first()?;
    let what = match group {
        Group::Table(_) | Group::Form(_) => "cells of this table",
        _ => "lines of this section",
    };
    let runbook = &context.runbook.runbook;
    let mut related: Vec<Related> = Vec::new();
    for note in &notes[1..] {
        let place = runbook.place(note.span);
        let last = related
            .last()
            .and_then(|related| related.place)
            .or(Some(runbook.place(first.span)));
        if last.is_some_and(|last| last.line == place.line) {
            continue;
        }
        related.push(Related {
            path: context.runbook.path.clone(),
            place: Some(place),
            message: format!("`{}` stands here as well", note.word),
        });
    }
    let help = match group {
        Group::Form(_) => "fill the table in when it is due, or say in its heading that it is a template",
        _ => "write what is missing, or say whom to ask",
    };
    Some(Finding {
        severity: severity_of(group),
        message: format!("{} {what} say only `{}`", notes.len(), first.word),
        help: Some(help.to_owned()),
        reference: Some(first.word.to_owned()),
        related,
        ..context.finding(&RULE.text, Some(first.span))
    })
}

fn severity_of(group: &Group) -> Severity {
    match group {
        Group::Form(_) => Severity::Info,
        _ => RULE.text.severity,
    }
}

/// Whether a section around a place calls itself a template.
fn is_in_template(runbook: &Runbook, place: Span) -> bool {
    runbook
        .sections
        .iter()
        .any(|section| section.body.contains(place) && section.title.to_lowercase().contains("template"))
}

/// The number of the innermost section around a place.
fn innermost(runbook: &Runbook, place: Span) -> usize {
    let holding = runbook
        .sections
        .iter()
        .enumerate()
        .filter(|(_, section)| section.body.contains(place));
    holding
        .min_by_key(|(_, section)| section.body.end - section.body.start)
        .map_or(usize::MAX, |(at, _)| at)
}

/// A note in a piece of text: where it stands, and its word.
fn note_in(words: &str) -> Option<(usize, &'static str)> {
    NOTES.iter().find_map(|note| {
        let (at, _) = words.match_indices(note).find(|(at, _)| is_left(words, *at, note))?;
        Some((at, *note))
    })
}

/// Whether a word says that something is still to be written.
fn is_left(words: &str, at: usize, note: &str) -> bool {
    let (before, after) = (&words[..at], &words[at + note.len()..]);
    let is_part = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '#' | '.'))
        || after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '/'))
        || after.starts_with('-') && !after.starts_with("- ");
    if is_part {
        return false;
    }
    let before = before.trim_end();
    let after = after.trim_start();
    let is_bracketed = before.ends_with(['[', '(']) && after.starts_with([']', ')', ':', ',']);
    let begins = before.is_empty() || before.ends_with(['.', ':', ';', '—', '–', '[', '(']);
    let is_all = begins && (after.is_empty() || after.starts_with(['.', ']', ')']));
    let is_label = begins && after.starts_with([':', '(']);
    is_bracketed || is_all || is_label
}

/// The beginning of a text, for a message.
fn shortened(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default().trim_end();
    // A bracket that opens in front of the note closes nothing here.
    let has_open = |open: char, close: char| line.matches(open).count() < line.matches(close).count();
    let line = if has_open('(', ')') {
        line.split(')').next().unwrap_or(line)
    } else {
        line
    };
    let line = if has_open('[', ']') {
        line.split(']').next().unwrap_or(line)
    } else {
        line
    };
    let line = line.trim_end_matches('(').trim_end();
    if line.chars().count() <= 60 {
        return line.to_owned();
    }
    line.chars().take(57).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::note_in;
    use crate::audit::testing::tree;
    use crate::model::document::{Element, Node, NodeKind, Words};
    use crate::model::packed::Document;
    use crate::model::place::Span;

    #[test]
    fn notes_that_stand_for_words_are_found() {
        for words in [
            "TODO: describe how",
            "Restore it. TODO(platform): how",
            "TBD",
            "Contact: TBD",
            "Retention (TBD) days",
            "[FIXME]",
            "FIXME: wrong since the move",
        ] {
            assert!(note_in(words).is_some(), "{words}");
        }
    }

    #[test]
    fn sentences_about_notes_are_not() {
        for words in [
            "remove every TODO before release",
            "the TODO list",
            "TODOs are fine",
            "search for TODO/FIXME markers",
            "TODO app",
            "`#TODO`",
            "FOO_TODO: x",
            "todo: lower case is a word",
            "No TODO or TBD in the text",
            "XXX-1234",
        ] {
            assert!(note_in(words).is_none(), "{words}");
        }
    }

    /// The nodes of a table of Markdown.
    fn table(text: &str) -> Vec<Node> {
        let node = |span, kind| Node { span, kind };
        let whole = Span::new(0, text.len());
        let mut nodes = vec![node(whole, NodeKind::Open(Element::Table(Vec::new().into_boxed_slice())))];
        let mut at = 0;
        for (number, line) in text.lines().enumerate() {
            let row = Span::new(at, at + line.len());
            let element = if number == 0 { Element::TableHead } else { Element::TableRow };
            nodes.push(node(row, NodeKind::Open(element)));
            let mut start = at + 1;
            for cell in line.trim_matches('|').split('|') {
                let words = Span::new(start + 1, start + cell.len() - 1);
                nodes.push(node(words, NodeKind::Open(Element::TableCell)));
                nodes.push(node(words, NodeKind::Text(Words::Source(words))));
                nodes.push(node(words, NodeKind::Close));
                start += cell.len() + 1;
            }
            nodes.push(node(row, NodeKind::Close));
            at += line.len() + 1;
        }
        nodes.push(node(whole, NodeKind::Close));
        nodes
    }

    #[test]
    fn the_cells_of_one_table_are_one_finding() {
        let of = |text: &str| {
            let mut fixture = tree(&[]).says(text);
            fixture.runbook.document = Document::of(&table(text));
            fixture.findings("todo-left")
        };
        assert_eq!(
            of("| Role | Name | Phone |\n| SRE | TBD | TBD |\n| DBA | TBD | 1 |\n"),
            ["warning docs/runbook.md:2 `TBD`: 3 cells of this table say only `TBD`"]
        );
        let form = of("| Drill | Time |\n| 1 | TBD |\n| 2 | TBD |\n");
        assert!(form.len() == 1 && form[0].starts_with("info "), "{form:?}");
        assert!(of("| Metric | Actual |\n| 1 | TBD |\n| 2 | TBD |\n").is_empty());
    }

    #[test]
    fn code_and_headings_of_tables_are_left_alone() {
        let text = "TODO: a\nTODO: b\n";
        let mut fixture = tree(&[]).says(text);
        let node = |kind| Node {
            span: Span::new(0, text.len()),
            kind,
        };
        let nodes = vec![
            node(NodeKind::Open(Element::TableHead)),
            node(NodeKind::Text(Words::Source(Span::new(0, 7)))),
            node(NodeKind::Close),
            node(NodeKind::Code(Words::Source(Span::new(0, 7)))),
            node(NodeKind::Text(Words::Source(Span::new(8, 15)))),
        ];
        fixture.runbook.document = Document::of(&nodes);
        assert_eq!(
            fixture.findings("todo-left"),
            ["warning docs/runbook.md:2 `TODO`: a note was left here: `TODO: b`"]
        );
        fixture.path = "docs/templates/runbook.md".to_owned();
        assert!(fixture.findings("todo-left").is_empty());
    }
}
