//! Notes of the author that were left in a runbook.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::audit::prose::{holds_any, plain_words, search};
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Span;

/// Notes that were left.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "todo-left",
        summary: "A note of the author was left in the runbook",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "`TODO`, `FIXME`, `XXX`, `TBD` and `TBC` in capital letters, where they stand for words that are still to be written: followed by \
                 `:` or `(`, in brackets, or as a whole sentence, list item or cell. Code, headings of tables, links and templates are left \
                 alone, and so are sentences about such notes (\"remove every TODO\").",
        matters: "The step that is still to be written is the one that somebody will need.",
        example: "3. Restore the database. TODO: describe how",
        fix: "Write what is missing, or say that the step does not exist yet and whom to ask.",
    },
    check: Check::Current(check),
};

/// The words that make a note.
const NOTES: &[&str] = &["FIXME", "TBC", "TBD", "TODO", "XXX"];

/// A search for all of them.
static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| search(NOTES));

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let path = context.runbook.path.to_lowercase();
    if path.contains("template") || path.contains("example") {
        return;
    }
    if !holds_any(&context.runbook.runbook, &SEARCH) {
        return;
    }
    let metadata = &context.runbook.runbook.metadata;
    // An empty date or owner is the subject of other rules.
    let fields: Vec<Span> = metadata.fields.iter().map(|field| field.span).collect();
    for (span, words) in plain_words(&context.runbook.runbook) {
        let Some(note) = note_in(words) else { continue };
        let place = Span::new(span.start as usize + note.0, span.start as usize + note.0 + note.1.len());
        if fields.iter().any(|field| field.contains(place)) {
            continue;
        }
        findings.push(Finding {
            message: format!("a note was left here: `{}`", shortened(&words[note.0..])),
            help: Some("write what is missing, or say whom to ask".to_owned()),
            reference: Some(note.1.to_owned()),
            ..context.finding(&RULE.text, Some(place))
        });
    }
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
    use crate::model::document::{Document, Element, Node, NodeKind, Words};
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
        fixture.runbook.document = Document { nodes };
        assert_eq!(
            fixture.findings("todo-left"),
            ["warning docs/runbook.md:2 `TODO`: a note was left here: `TODO: b`"]
        );
        fixture.path = "docs/templates/runbook.md".to_owned();
        assert!(fixture.findings("todo-left").is_empty());
    }
}
