//! What runbooks say about one person in two seats, quoted: it may be allowed, and then the reader must see that.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::audit::prose::{holds_once, search};
use crate::model::handbook::JudgedRunbook;
use crate::model::quote::Quote;

/// What is said of people and seats, in small letters.
const SEATS: &[&str] = &[
    "one person may", "one person can", "one person must not", "same person", "two people", "two persons", "second person",
    "more than one role", "several roles", "both roles", "two roles", "all roles", "other than the author", "not the author",
    "four eyes", "four-eyes",
];

/// A search for all of it.
static SEARCH: LazyLock<Regex> = LazyLock::new(|| search(SEATS));

/// What runbooks say about one person in two seats: every sentence that speaks of it, quoted with the line that it begins on.
pub(super) fn quotes(runbooks: &[JudgedRunbook]) -> Vec<Quote> {
    let mut found = Vec::new();
    // Most texts speak of no seats at all, and each stands in many releases.
    let speaks = |judged: &&JudgedRunbook| {
        let runbook = &judged.runbook.runbook;
        holds_once(runbook, &runbook.held.seats, &SEARCH)
    };
    for judged in runbooks.iter().filter(speaks) {
        for (line, text) in sentences_on_one_person(&judged.runbook.runbook.text) {
            if found.len() < 5 {
                found.push(Quote {
                    path: judged.runbook.path.clone(),
                    line,
                    text,
                });
            }
        }
    }
    found
}

/// The passages of a text that speak of one person in several seats: from the line that does to the end of its sentence.
fn sentences_on_one_person(text: &str) -> Vec<(u32, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if !speaks_of_one_person(&lines[at].to_lowercase()) {
            at += 1;
            continue;
        }
        let begin = at;
        let mut words = lines[at].trim().trim_start_matches(['-', '*', '>', '#', ' ']).to_owned();
        at += 1;
        while at < lines.len() && words.len() < 300 && !words.ends_with(['.', ':', '|']) && !lines[at].trim().is_empty() {
            words.push(' ');
            words.push_str(lines[at].trim());
            at += 1;
        }
        found.push((
            u32::try_from(begin + 1).unwrap_or(u32::MAX),
            words.chars().take(300).collect(),
        ));
    }
    found
}

/// Whether a line in lower case speaks of one person in several seats, be it to allow or to forbid it.
fn speaks_of_one_person(line: &str) -> bool {
    SEATS.iter().any(|words| line.contains(words))
}

#[cfg(test)]
mod tests {
    use super::{sentences_on_one_person, speaks_of_one_person};

    #[test]
    fn lines_about_one_person_in_two_seats_are_told() {
        assert!(speaks_of_one_person("- in an emergency one person may hold all roles."));
        assert!(speaks_of_one_person("the reviewer must be somebody other than the author"));
        assert!(!speaks_of_one_person("a person restarts the worker"));
        let text = "# Roles\n\n- One person may hold two roles, so that\n  a release is possible at night.\n\nOther words.\n";
        assert_eq!(
            sentences_on_one_person(text),
            [(
                3,
                "One person may hold two roles, so that a release is possible at night.".to_owned()
            )]
        );
    }
}
