//! Examples of what not to do, of the form of something, and what something was called before: no claims, since nobody is told to use them.

use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext};
use crate::tools::lookup::document::Document;

/// How the head of a column begins whose cells show what not to do, or what is gone.
const HEADS: &[&str] = &[
    "anti-pattern", "antipattern", "avoid", "bad", "deprecated", "do not", "don't", "don’t", "donts", "dont", "formerly",
    "incorrect", "instead of", "never", "obsolete", "old", "previous name", "previously", "removed", "wrong",
];

/// Heads of two columns of which the first shows what the second takes the place of.
const PAIRS: &[(&str, &str)] = &[("before", "after"), ("from", "to"), ("was", "is"), ("was", "now")];

/// Signs of what not to do.
const SIGNS: &[char] = &['❌', '✗', '✘', '🚫', '⛔', '👎'];

impl Document<'_> {
    /// Whether the text shows with these words what something looks like: "a news file path (e.g., `news/12.added.md`)". Where it does
    /// once, the same words are an example in its commands as well.
    pub(crate) fn shows_form(&self, reference: &Reference) -> bool {
        let others = self.runbook.references.iter();
        let mut same = others.filter(|other| other.text == reference.text);
        same.any(|other| other.context == ReferenceContext::Inline && self.is_form(other.span))
    }

    /// Whether words in brackets are an example of a kind of name that the words in front speak of, and of none in particular.
    fn is_form(&self, span: Span) -> bool {
        const LEADS: &[&str] = &[
            "(e.g.,", "(e.g.", "(for example,", "(for example", "(for instance", "(such as", "(like",
        ];
        const KINDS: &[&str] = &["file", "filename", "folder", "name", "path", "target", "url"];
        const ARTICLES: &[&str] = &["a", "an", "any", "each", "one"];
        const REACH: usize = 5;
        if !self.behind(span.end).trim_start_matches('`').starts_with(')') {
            return false;
        }
        let line = self.line_before(span.start).to_lowercase();
        let lead = line.trim_end_matches(['`', ' ']);
        let Some(words) = LEADS.iter().find_map(|mark| lead.strip_suffix(mark)) else {
            return false;
        };
        let mut words = words.split_whitespace().rev().take(REACH);
        words.next().is_some_and(|kind| KINDS.contains(&kind)) && words.any(|word| ARTICLES.contains(&word))
    }

    /// Whether a place shows what not to do: in a column of a table, an item or a block of code that is marked so.
    pub(crate) fn is_advised_against(&self, span: Span) -> bool {
        let line = self.line_before(span.start);
        if line.trim_start().starts_with('|') {
            return self.is_below_head_against(span);
        }
        let item = line.trim_start_matches(['>', ' ', '-', '*', '+']);
        item.starts_with(SIGNS) || self.is_in_block_against(span)
    }

    /// Whether the column of the table that a place stands in is one of what not to do.
    fn is_below_head_against(&self, span: Span) -> bool {
        let before = self.before(span.start);
        let mut above = before.rsplit('\n');
        let column = cells(above.next().unwrap_or_default()).len().saturating_sub(1);
        let Some(head) = above.take_while(|line| line.trim_start().starts_with('|')).last() else {
            return false;
        };
        let heads: Vec<String> = cells(head.trim_end().trim_end_matches('|')).into_iter().map(plain).collect();
        let Some(own) = heads.get(column) else { return false };
        let begins = |words: &str| {
            let rest = own.strip_prefix(words);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        let is_first_of_pair = || {
            PAIRS
                .iter()
                .any(|(one, other)| own == one && heads.iter().any(|head| head == other))
        };
        cells(head).get(column).is_some_and(|head| head.contains(SIGNS))
            || HEADS.iter().any(|words| begins(words))
            || is_first_of_pair()
    }

    /// Whether a block of code is one of what not to do, by the line over it or by its last comment.
    fn is_in_block_against(&self, span: Span) -> bool {
        let lead = self.lead(span.start);
        if lead.is_empty() {
            return false;
        }
        let over = lead.trim_end().lines().next_back().unwrap_or_default().trim();
        let is_label = |line: &str| {
            let words = plain(line);
            let words = words.trim_end_matches([':', '.', '!', ' ']);
            line.trim_start_matches(['#', '/', '*', '-', ' ']).starts_with(SIGNS) || HEADS.contains(&words)
        };
        let before = self.before(span.start);
        let block = &before[before.rfind("```").unwrap_or_default()..];
        let comment = block.rsplit('\n').skip(1).map(str::trim).find(|line| line.starts_with('#'));
        comment.map_or_else(|| is_label(over), is_label)
    }
}

/// The cells of a row up to its end. A bar behind a backslash is a part of a cell.
fn cells(row: &str) -> Vec<&str> {
    let row = row.trim_start();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = Vec::new();
    let mut start = 0;
    for (at, _) in row.match_indices('|') {
        if !row[..at].ends_with('\\') {
            cells.push(&row[start..at]);
            start = at + 1;
        }
    }
    cells.push(&row[start..]);
    cells
}

/// The words of a head in small letters, without marks and signs.
fn plain(head: &str) -> String {
    let is_mark = |c: char| !c.is_alphanumeric();
    head.trim_start_matches(is_mark)
        .trim_end_matches(|c: char| is_mark(c) && !matches!(c, ':' | '.' | '!'))
        .to_lowercase()
}
