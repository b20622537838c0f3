//! A number of a gate with its unit, and what it bounds.

use std::ops::Range;

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
