//! Everything that can be found, from A to Z, for readers without scripts.

use std::sync::Arc;

use crate::site::entry::{Entry, EntryPage};
use crate::site::search::collect;
use crate::site::search::tokens::folded;
use crate::site::shared::Site;

/// The titles, headings and commands of what counts today, sorted by their words.
pub(crate) fn entries(site: &Site) -> Vec<Entry> {
    let mut entries = Vec::new();
    for asked in collect::pages(site) {
        let mut page = (asked.make)();
        let parts = std::mem::take(&mut page.parts);
        let is_runbook = page.kind == 'r';
        let kind = match page.kind {
            'l' => "release",
            'c' => "component",
            'a' => "advisory",
            'g' => "gate",
            'x' => "exception",
            'd' => "duty",
            'o' => "log",
            _ => "runbook",
        };
        let page = Arc::new(EntryPage {
            title: page.title,
            url: page.url,
            product: page.product,
        });
        let mut add = |words: &str, kind, anchor: &str| {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let first = folded(spoken(&words)).chars().find(|character| character.is_alphanumeric());
            let letter = first
                .filter(|first| first.is_alphabetic())
                .map_or("#".to_owned(), |first| first.to_uppercase().to_string());
            entries.push(Entry {
                letter: letter.into(),
                words: words.into(),
                kind,
                page: Arc::clone(&page),
                anchor: anchor.into(),
            });
        };
        add(&page.title, kind, "");
        if !is_runbook {
            continue;
        }
        for part in parts.iter().filter(|part| part.old.is_none()) {
            match part.kind {
                'h' => add(&part.text, "in ", &part.anchor),
                'c' => add(&part.text, "command in ", &part.anchor),
                _ => {}
            }
        }
    }
    entries.shrink_to_fit();
    let key = |entry: &Entry| {
        let words = folded(spoken(&entry.words));
        let begin = words.find(char::is_alphanumeric).unwrap_or_default();
        (
            &*entry.letter != "#",
            entry.letter.clone(),
            words[begin..].to_owned(),
            entry.href(),
        )
    };
    entries.sort_by_cached_key(key);
    entries.dedup_by(|left, right| left.words == right.words && left.href() == right.href());
    entries
}

/// What is said of a heading: its words without the number that it begins with, `2.` or `3.1)`. A version or a code is no such number.
fn spoken(words: &str) -> &str {
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ')';
    let Some((number, rest)) = words.split_once(' ') else {
        return words;
    };
    let is_number =
        number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(digits) && number.ends_with(['.', ')']);
    if is_number && !rest.trim().is_empty() { rest } else { words }
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn a_number_of_a_heading_is_no_word_of_it() {
        assert_eq!(spoken("1. Migrate"), "Migrate");
        assert_eq!(spoken("2.1) Roll back"), "Roll back");
        for whole in ["502 Bad Gateway", "2026 in review", "v1.2.", "3.", "1.8.2"] {
            assert_eq!(spoken(whole), whole);
        }
    }
}
