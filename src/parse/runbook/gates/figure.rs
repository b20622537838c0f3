//! A number of a gate with its unit, and what it bounds.

use std::ops::Range;

use crate::parse::runbook::gates::words::Words;
use crate::parse::runbook::number::TIMES;

/// A number and what it bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// What is measured, lower case; may be empty.
    pub(crate) metric: String,
    /// The sign; empty when the direction is not declared.
    pub(crate) comparison: &'static str,
    /// The number as written.
    pub(crate) value: String,
    /// The unit as written.
    pub(crate) unit: String,
    /// From the comparison to the end of the number and its unit.
    pub(crate) range: Range<usize>,
}

/// What a number is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The release must meet it.
    Demand,
    /// The release is undone when it happens.
    Breach,
}

/// The unit behind a number, where it is one of counting: `events/sec`; and where it ends.
pub(super) fn unit_behind(text: &str, end: usize) -> (String, usize) {
    let rest = &text[end..];
    let lead = rest.len() - rest.trim_start_matches([' ', '\u{A0}']).len();
    let word = rest[lead..]
        .split(|char: char| char.is_whitespace() || matches!(char, ',' | ';' | ')' | '(' | '|'))
        .next();
    match word.map(|word| word.trim_end_matches('.')) {
        Some(word) if word.contains('/') && word.starts_with(char::is_alphabetic) && word.len() <= 24 => {
            (word.to_owned(), end + lead + word.len())
        }
        Some(word) if word.starts_with('%') => ("%".to_owned(), end + lead + 1),
        Some(word) if is_time(word) || matches!(word, "ms" | "x" | "MB" | "GB" | "KB" | "kB" | "percent") => {
            (word.to_owned(), end + lead + word.len())
        }
        _ => (String::new(), end),
    }
}

/// Whether a unit is one of time that a person waits for.
pub(crate) fn is_time(unit: &str) -> bool {
    TIMES.contains(&unit)
}

/// The words of a clause in front of an offset that name a metric.
pub(super) fn name_before(words: &Words<'_>, at: usize) -> String {
    let start = words.lower[..at]
        .rfind([',', ';', '(', '\n', ':', '.'])
        .map_or(0, |before| before + 1);
    let name: Vec<&str> = words.lower[start..at]
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    let from = name.len().saturating_sub(5);
    let mut name = &name[from..];
    while name.first().is_some_and(|word| {
        matches!(
            *word,
            "verify" | "if" | "any" | "the" | "all" | "for" | "is" | "confirm" | "ensure"
        )
    }) {
        name = &name[1..];
    }
    while name
        .last()
        .is_some_and(|word| matches!(*word, "for" | "persists" | "is" | "are" | "be" | "stays" | "to" | "by"))
    {
        name = &name[..name.len() - 1];
    }
    name.join(" ").trim_matches('"').to_owned()
}
