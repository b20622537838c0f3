//! Everything that can be found, from A to Z, for readers without scripts.

use crate::site::search::collect;
use crate::site::search::tokens::folded;
use crate::site::shared::{Entry, Site};

/// The titles, headings and commands of what counts today, sorted by their words.
pub(crate) fn entries(site: &Site) -> Vec<Entry> {
    let mut entries = Vec::new();
    for page in collect::pages(site) {
        let product = if page.product.is_empty() {
            String::new()
        } else {
            format!(", {}", page.product)
        };
        let mut add = |words: &str, about: String, anchor: &str| {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let first = folded(&words).chars().find(|character| character.is_alphanumeric());
            let letter = first
                .filter(|first| first.is_alphabetic())
                .map_or("#".to_owned(), |first| first.to_uppercase().to_string());
            let place = if anchor.is_empty() {
                String::new()
            } else {
                format!("#{anchor}")
            };
            entries.push(Entry {
                letter,
                words,
                about: about + &product,
                href: format!("{}index.html{place}", page.url),
            });
        };
        let kind = match page.kind {
            'l' => "release",
            'c' => "component",
            'a' => "advisory",
            'g' => "gate",
            _ => "runbook",
        };
        add(&page.title, kind.to_owned(), "");
        if page.kind != 'r' {
            continue;
        }
        for part in page.parts.iter().filter(|part| part.old.is_none()) {
            match part.kind {
                'h' => add(&part.text, format!("in {}", page.title), &part.anchor),
                'c' => add(&part.text, format!("command in {}", page.title), &part.anchor),
                _ => {}
            }
        }
    }
    let key = |entry: &Entry| {
        let words = folded(&entry.words);
        let begin = words.find(char::is_alphanumeric).unwrap_or_default();
        (
            entry.letter != "#",
            entry.letter.clone(),
            words[begin..].to_owned(),
            entry.href.clone(),
        )
    };
    entries.sort_by_cached_key(key);
    entries.dedup_by(|left, right| left.words == right.words && left.href == right.href);
    entries
}
