//! What the words of a runbook say, section by section, apart from reflow, marks of lists, padding of tables, emphasis, dates of review
//! and stamps: two versions with the same numbers say the same.

use std::collections::BTreeMap;

use crate::model::place::{Lines, Span};
use crate::model::runbook::{Metadata, Runbook, Section};
use crate::model::stable::stable;
use crate::parse::runbook::metadata::front_matter::front_matter;
use crate::parse::runbook::metadata::is_date_key;
use crate::parse::runbook::{decode, document, metadata, structure};

/// What a version of a runbook says, apart from form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prose {
    /// The fingerprint of the words of each section, by its anchor; the empty one is that of what comes before the first heading. A section
    /// ends at the next heading of any level.
    pub(crate) sections: BTreeMap<String, u128>,
    /// The fingerprint of the dates of the text: its fields of dates and its stamp. A commit that changes nothing else only moved a date.
    pub(crate) dates: u128,
}

/// What a version of a runbook says. Steps, commands and references are not read, so this is much cheaper than reading a runbook.
pub(crate) fn read(bytes: &[u8]) -> Prose {
    let mut problems = Vec::new();
    let text = decode::decode(bytes, &mut problems);
    let front = front_matter(&text, &mut problems);
    let outline = document::outline(&text, front.as_ref().map_or(0, |front| front.span.end as usize));
    let metadata = metadata::metadata(&text, &Lines::of(&text), &outline, front.as_ref(), &mut problems);
    of(&text, &metadata, &structure::section::sections(&text, &outline))
}

/// What a runbook says that was read already.
pub(crate) fn of_runbook(runbook: &Runbook) -> Prose {
    of(&runbook.text, &runbook.metadata, &runbook.sections)
}

fn of(text: &str, metadata: &Metadata, headings: &[Section]) -> Prose {
    let dropped = dropped(metadata);
    let mut sections = BTreeMap::new();
    let mut starts: Vec<(usize, &str)> = vec![(0, "")];
    starts.extend(
        headings
            .iter()
            .map(|section| (section.span.start as usize, section.anchor.as_str())),
    );
    for (index, (start, anchor)) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(text.len(), |(next, _)| *next);
        let words = normal(&without(text, *start, end.max(*start), &dropped));
        if !words.is_empty() {
            sections.insert((*anchor).to_owned(), stable(words));
        }
    }
    let dates: Vec<&str> = dropped.into_iter().map(|span| span.of(text)).collect();
    Prose {
        sections,
        dates: stable(dates),
    }
}

/// What says when the text was reviewed or edited: its stamp and its dates.
fn dropped(metadata: &Metadata) -> Vec<Span> {
    let mut dropped: Vec<Span> = metadata
        .fields
        .iter()
        .filter(|field| is_date_key(&field.key))
        .map(|field| field.span)
        .chain(metadata.stamp.iter().map(|stamp| stamp.span))
        .chain(metadata.damaged_stamp.iter().map(|stamp| stamp.span))
        .collect();
    dropped.sort();
    dropped
}

/// A piece of the text without some spans.
fn without(text: &str, start: usize, end: usize, dropped: &[Span]) -> String {
    let mut kept = String::new();
    let mut at = start;
    for span in dropped {
        let (from, to) = (span.start as usize, span.end as usize);
        if to <= at || from >= end {
            continue;
        }
        kept.push_str(text.get(at..from.max(at)).unwrap_or_default());
        at = to.min(end);
    }
    kept.push_str(text.get(at..end).unwrap_or_default());
    kept
}

/// The words of Markdown: lines of code as they are, everything else without the marks of its form.
pub(crate) fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let words = line.trim();
        let mark = ["```", "~~~"].into_iter().find(|mark| words.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => {
                fence = Some(mark);
                normal.push_str(words);
                normal.push('\n');
            }
            (Some(open), Some(mark)) if open == mark && words.trim_matches(['`', '~']).is_empty() => fence = None,
            (Some(_), _) => {
                if !words.is_empty() {
                    normal.push_str(words);
                    normal.push('\n');
                }
            }
            (None, None) => push_prose(words, &mut normal),
        }
    }
    normal.truncate(normal.trim_end().len());
    normal
}

/// Adds the words of a line, without the mark of a list or a quote, the lines between the rows of a table and emphasis.
fn push_prose(line: &str, normal: &mut String) {
    let line = line.trim_start_matches(['>', ' ', '\t']);
    let is_rule = !line.is_empty()
        && line
            .chars()
            .all(|char| matches!(char, '|' | '-' | ':' | ' ' | '=' | '*' | '_' | '+'));
    if is_rule {
        return;
    }
    let mut words = line.split([' ', '\t', '|']).filter(|word| !word.is_empty()).peekable();
    let is_mark = |word: &str| {
        let digits = word.trim_end_matches(['.', ')']);
        matches!(word, "-" | "*" | "+")
            || digits.len() < word.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.next_if(|word| is_mark(word));
    let mut is_code = false;
    for word in words {
        let begins_code = is_code;
        if word.matches('`').count() % 2 == 1 {
            is_code = !is_code;
        }
        let bare = if begins_code || word.contains('`') {
            word
        } else {
            word.trim_matches(['*', '_'])
        };
        if !bare.is_empty() {
            normal.push_str(bare);
            normal.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{normal, of_runbook, read};
    use crate::parse::runbook::parse;

    #[test]
    fn form_is_no_change() {
        for (before, after) in [
            ("One two\nthree.\n", "One\ntwo three.\n\n"),
            ("- a\n- b\n", "* a\n* b\n"),
            ("1. a\n2. b\n", "1. a\n1. b\n"),
            ("| a | b |\n|---|---|\n| c | d |\n", "|a  |b|\n|:--|--:|\n|c  |d|\n"),
            ("**bold** and *so*\n", "__bold__ and _so_\n"),
            ("```sh\nmake a\n```\n", "```sh\nmake a  \n\n```\n"),
        ] {
            assert_eq!(normal(before), normal(after));
        }
        for (before, after) in [
            ("`*.md`\n", "`.md`\n"),
            ("a_b\n", "ab\n"),
            ("```sh\nmake a\n```\n", "```sh\nmake b\n```\n"),
            ("# a\n", "## a\n"),
        ] {
            assert_ne!(normal(before), normal(after));
        }
    }

    #[test]
    fn dates_and_stamps_are_no_words() {
        let text = "---\nlast_reviewed_on: 2026-01-02\n---\n# A\n\n**Last Updated:** 2026-01-02\n\nWords.\n\n## B\n\nMore.\n";
        let later = text.replace("2026-01-02", "2026-05-06");
        let of = |text: &str| read(text.as_bytes());
        assert_eq!(of(text).sections, of(&later).sections);
        assert_ne!(of(text).dates, of(&later).dates);
        let other = text.replace("More", "Less");
        assert_eq!(of(text).sections["a"], of(&other).sections["a"]);
        assert_ne!(of(text).sections["b"], of(&other).sections["b"]);
        assert_eq!(of(text).dates, of(&other).dates);
    }

    proptest! {
        #[test]
        fn the_lines_of_prose_do_not_count(words in proptest::collection::vec("[a-z]{1,8}", 1..30)) {
            prop_assert_eq!(normal(&words.join(" ")), normal(&words.join("\n")));
            prop_assert_eq!(normal(&words.join(" ")), normal(&words.join("   ")));
        }

        #[test]
        fn any_text_has_sections(text in "[a-z#*_`|>~: \n-]{0,200}") {
            prop_assert_eq!(of_runbook(&parse(text.as_bytes())), read(text.as_bytes()));
        }
    }
}
