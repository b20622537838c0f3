//! Words of people: whether they name somebody who answers for what is said, whether two names are one person, and whether a reason says
//! why.

/// Letters and digits that a reason must have.
pub(crate) const LEAST_REASON: usize = 20;

/// Different letters and digits that a reason must have: one letter twenty times says nothing.
const LEAST_DIFFERENT: usize = 6;

/// Words that name nobody, without what is neither letter nor digit. Sorted.
const NOBODY: &[&str] = &[
    "anonymous", "anybody", "anyone", "auto", "automated", "automatic", "automation", "bot", "ci", "cicd", "dependabot",
    "everybody", "everyone", "machine", "na", "name", "nil", "nobody", "none", "noone", "notapplicable", "null", "pending",
    "pipeline", "placeholder", "renovate", "robot", "script", "somebody", "someone", "system", "tba", "tbc", "tbd",
    "tobeannounced", "tobeconfirmed", "tobedecided", "tobedetermined", "todo", "unassigned", "undefined", "unknown",
    "unspecified", "x", "xx", "xxx", "yourname",
];

/// Those of them that are machines, which may do a thing but answer for none.
const MACHINES: [&str; 13] = [
    "auto", "automated", "automatic", "automation", "bot", "ci", "cicd", "dependabot", "machine", "pipeline", "renovate",
    "robot", "system",
];

/// Whether words name somebody who answers for what is said: a role, a seat or a person, and neither a machine nor a gap to be filled in.
pub(crate) fn is_somebody(words: &str) -> bool {
    let lower = words.trim().to_lowercase();
    let is_bot = lower.ends_with("[bot]") || lower.ends_with("-bot") || lower.starts_with("github-actions");
    let plain = plain(&lower);
    !plain.is_empty() && !is_bot && NOBODY.binary_search(&plain.as_str()).is_err()
}

/// Whether words stand where a name is still to be filled in, or say that there is none. A machine is none of these.
pub(crate) fn is_gap(words: &str) -> bool {
    let plain = plain(words);
    plain.is_empty() || (NOBODY.binary_search(&plain.as_str()).is_ok() && !MACHINES.contains(&plain.as_str()))
}

/// Whether two names are one person or one role, however they are spelled: `Web team` is `web-team`, and `Ada <ada@example.org>` is each of
/// her two names.
pub(crate) fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (names(left), names(right));
    left.iter().any(|name| right.contains(name))
}

/// Whether a reason says why: 20 letters, and not the same few again and again.
pub(crate) fn says_why(words: &str) -> bool {
    letters(words) >= LEAST_REASON && is_varied(words)
}

/// Letters and digits of a text.
pub(crate) fn letters(words: &str) -> usize {
    words.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Whether a text has more than a few different letters and digits.
pub(crate) fn is_varied(words: &str) -> bool {
    let mut different: Vec<char> = words.chars().filter(|c| c.is_alphanumeric()).collect();
    different.sort_unstable();
    different.dedup();
    different.len() >= LEAST_DIFFERENT
}

/// The names that a text gives to one person: the name, and the address of mail behind it.
fn names(text: &str) -> Vec<String> {
    let (name, rest) = text.split_once('<').unwrap_or((text, ""));
    let mail = rest.split('>').next().unwrap_or_default();
    [name, mail].into_iter().map(plain).filter(|name| !name.is_empty()).collect()
}

/// Letters and digits in lower case.
fn plain(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{MACHINES, NOBODY, is_gap, is_same, is_somebody, says_why};

    #[test]
    fn roles_seats_and_persons_are_somebody() {
        assert!(NOBODY.is_sorted());
        for words in [
            "QA", "release lead", "seat-1", "ada@example.org", "Ada <ada@example.org>", "4711", "Bottega",
        ] {
            assert!(is_somebody(words), "{words}");
        }
        for words in [
            "", " ", "-", "?", "TBD", "t.b.d.", "N/A", "nobody", "CI", "dependabot[bot]", "release-bot", "github-actions",
            "<name>",
        ] {
            assert!(!is_somebody(words), "{words}");
        }
    }

    #[test]
    fn machines_fill_no_gap_and_are_none() {
        assert!(MACHINES.iter().all(|machine| NOBODY.contains(machine) && !is_gap(machine)));
        assert!(is_gap("TBD") && is_gap("-") && is_gap("N/A") && !is_gap("operator"));
    }

    #[test]
    fn one_person_has_many_spellings() {
        for (left, right) in [
            ("Web team", "web-team"),
            ("driver", "Driver."),
            ("Ada <ada@example.org>", "ADA@example.org"),
            ("Ada <ada@example.org>", "ada"),
        ] {
            assert!(is_same(left, right), "{left} {right}");
        }
        for (left, right) in [
            ("", ""),
            ("web team", "app team"),
            ("Ada <ada@example.org>", "Bo <bo@example.org>"),
        ] {
            assert!(!is_same(left, right), "{left} {right}");
        }
    }

    #[test]
    fn a_reason_says_something() {
        assert!(says_why("No schema was changed in this release."));
        for words in [
            "",
            "not needed",
            "....................",
            "xxxxxxxxxxxxxxxxxxxxxxxx",
            "n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a",
        ] {
            assert!(!says_why(words), "{words}");
        }
    }
}
