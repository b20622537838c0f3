//! Headings that begin the notes of a version, in the forms that changelogs have them.

use chrono::NaiveDate;

use crate::model::version::without_v;
use crate::parse::release_log::date;

/// The version of notes that stand under `Unreleased`, `Next` and the like.
pub(crate) const UNRELEASED: &str = "Unreleased";

/// A heading that begins the notes of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct VersionHeading {
    /// The version as written; empty where the heading is only a date.
    pub(crate) version: String,
    /// The name before the version, lower case: a changelog may hold several packages.
    pub(crate) name: String,
    /// The day, where there is one.
    pub(crate) date: Option<NaiveDate>,
    /// The words that look like a date and are none.
    pub(crate) bad_date: Option<String>,
    /// `[YANKED]` or `withdrawn` stands in the heading.
    pub(crate) is_yanked: bool,
    /// Words beside version and date stand in the heading: a code name, or a sentence about something else.
    pub(crate) has_more: bool,
}

/// What a heading says where nothing was released yet.
const NOT_YET: &[&str] = &[
    "unreleased", "next", "upcoming", "head", "main", "master", "in development", "next release", "unreleased changes",
];

/// Words that may stand beside a version without meaning anything.
const FILLERS: &[&str] = &[
    "version", "release", "released", "releases", "on", "of", "notes", "for", "changes", "in", "current", "lts", "the",
    "releasedate",
];

/// Words before a number that make it no version of the changelog: `Upgrade to 2.0`, `Python 3.8`.
const STRANGERS: &[&str] = &[
    "to", "from", "since", "with", "upgrade", "upgrading", "migrate", "migrating", "migration", "support", "drop", "dropped",
    "node", "nodejs", "python", "php", "ruby", "java", "postgres", "postgresql", "requires", "before",
];

/// Reads a heading. Names may stand before the version (`mdBook 0.4.40`), at most two words of them.
pub(crate) fn version_heading(text: &str) -> Option<VersionHeading> {
    let mut heading = VersionHeading::default();
    let mut rest = text.to_owned();
    for mark in ["[YANKED]", "(YANKED)", "YANKED", "[WITHDRAWN]", "(WITHDRAWN)"] {
        if let Some(at) = rest.to_ascii_uppercase().find(mark) {
            heading.is_yanked = true;
            rest.replace_range(at..at + mark.len(), " ");
        }
    }
    if let Some(found) = date::find(&rest) {
        heading.date = found.day;
        heading.bad_date = found.day.is_none().then(|| rest[found.start..found.end].to_owned());
        rest.replace_range(found.start..found.end, " ");
    }
    let words: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | ',' | '"' | '“' | '”' | '`' | '*'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@'))
        .filter(|word| !word.is_empty())
        .collect();
    let phrase = words.join(" ").to_lowercase();
    if NOT_YET.contains(&phrase.trim_end_matches(" releasedate")) {
        UNRELEASED.clone_into(&mut heading.version);
        return Some(heading);
    }
    let Some(at) = words.iter().position(|word| version_in(word).is_some()) else {
        let is_date_only = heading.date.is_some() && words.iter().all(|word| is_filler(word));
        return is_date_only.then_some(heading);
    };
    let names: Vec<&&str> = words[..at].iter().filter(|word| !is_filler(word)).collect();
    if names.len() > 2 || names.iter().any(|name| STRANGERS.contains(&name.to_lowercase().as_str())) {
        return None;
    }
    version_in(words[at]).unwrap_or_default().clone_into(&mut heading.version);
    heading.name = names.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>().join(" ");
    let after = &words[at + 1..];
    if heading.date.is_none() && after.iter().any(|word| version_in(word).is_some()) {
        return None;
    }
    heading.has_more = after.iter().any(|word| !is_filler(word));
    (names.is_empty() || !heading.has_more || heading.date.is_some()).then_some(heading)
}

/// The first version that a text names.
pub(crate) fn version_of(text: &str) -> Option<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | ',' | ';' | '"' | '`' | '*' | '→' | '>'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@'))
        .find_map(version_in)
        .map(str::to_owned)
}

fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word.to_lowercase().as_str())
}

/// The version in a word: `1.2.0`, `v1.2.0-rc.1`, `v5`, `name@1.2.0`, `app-v1.2.0`. A number alone is none, nor is a date.
fn version_in(word: &str) -> Option<&str> {
    let word = word.rsplit_once('@').map_or(word, |(_, version)| version);
    // A name may stand before it: the version begins at the first `v` and digit, or digit, after a separator.
    let start = word.char_indices().find_map(|(at, c)| {
        let rest = &word[at..];
        let is_boundary = at == 0 || word[..at].ends_with(['-', '/', '_']);
        let digits = rest.strip_prefix(['v', 'V']).unwrap_or(rest);
        (is_boundary && (c.is_ascii_digit() || matches!(c, 'v' | 'V')) && digits.starts_with(|c: char| c.is_ascii_digit()))
            .then_some(at)
    })?;
    let version = &word[start..];
    let has_v = version.starts_with(['v', 'V']);
    let number = without_v(version);
    let core_end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    let core = number[..core_end].trim_end_matches('.');
    let parts = core.split('.').count();
    let is_numbers = core.split('.').all(|part| !part.is_empty() && part.len() <= 9);
    let tail = &number[core_end..];
    let is_tail = tail.is_empty()
        || (tail.starts_with(|c: char| c == '-' || c == '+' || c.is_ascii_alphabetic())
            && tail.len() <= 40
            && tail
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_')));
    let is_version = is_numbers && parts <= 4 && is_tail && (parts >= 2 || (has_v && tail.is_empty()));
    is_version.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::{version_heading, version_of};

    #[test]
    fn headings_of_changelogs_name_version_and_date() {
        for (text, expected) in [
            ("[1.2.0] - 2026-01-02", "1.2.0 2026-01-02"),
            ("1.2.0 - 2026-01-02 [YANKED]", "1.2.0 2026-01-02 yanked"),
            ("v1.2.0 (2026-01-02)", "v1.2.0 2026-01-02"),
            ("1.2.0 / 2026-01-02", "1.2.0 2026-01-02"),
            ("mdBook 0.4.40", "0.4.40 "),
            ("Version 1.75.0 (2023-12-28)", "1.75.0 2023-12-28"),
            ("2024-01-09, Version 21.6.0 (Current), @releaser", "21.6.0 2024-01-09 more"),
            ("@scope/pkg@2.0.0-rc.1", "2.0.0-rc.1 "),
            ("Release notes for app-v3.1", "v3.1 "),
            ("v5", "v5 "),
            ("2026-01-02", " 2026-01-02"),
            ("Unreleased", "Unreleased "),
            ("[Unreleased] - ReleaseDate", "Unreleased "),
            ("0.9.0 \"Gentle Giant\" (January 5, 2026)", "0.9.0 2026-01-05 more"),
            ("1.2.0 - 2026-31-12", "1.2.0 bad 2026-31-12"),
        ] {
            let heading = version_heading(text).expect("it is a version heading");
            let mut got = format!("{} ", heading.version);
            got.extend(heading.date.map(|date| date.to_string()));
            got.extend(heading.bad_date.map(|words| format!("bad {words}")));
            got.push_str(if heading.is_yanked { " yanked" } else { "" });
            got.push_str(if heading.has_more { " more" } else { "" });
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn other_headings_begin_no_version() {
        for text in [
            "Changelog",
            "Added",
            "Upgrade to 2.0",
            "Upgrading from 1.2 to 1.3",
            "Python 3.8",
            "What changed in the API of 1.2 clients",
            "Step 3",
            "Release process",
            "10 things",
            "Support for TLS 1.3",
            "0.2.2 through 0.2.8, 0.3.0",
        ] {
            assert_eq!(version_heading(text), None, "{text}");
        }
    }

    #[test]
    fn versions_are_found_in_sentences() {
        assert_eq!(version_of("rolled back `v1.4.0` to v1.3.9").as_deref(), Some("v1.4.0"));
        assert_eq!(version_of("homeai-v2.0.1 → homeai-v2.0.0").as_deref(), Some("v2.0.1"));
        assert_eq!(version_of("no version, 12 minutes"), None);
    }
}
