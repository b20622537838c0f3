//! Findings that somebody accepted: by a comment in the runbook, by a waiver, or by the baseline. They stay findings, and are told apart.

pub(crate) mod baseline;
pub(crate) mod ignores;
pub(crate) mod waivers;

/// The rules about acceptance itself. Nothing accepts their findings: what is past its day would never be heard of again.
pub(crate) const HOUSEKEEPING: &[&str] = &["unused-ignore", "waiver-expired", "waiver-orphaned"];

/// Whether words match a pattern in which `*` stands for any words. Blanks are evened out on both sides.
pub(crate) fn matches(pattern: &str, words: &str) -> bool {
    let even = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (pattern, words) = (even(pattern), even(words));
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == words;
    };
    let Some(mut words) = words.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = words.find(piece) else { return false };
        words = &words[at + piece.len()..];
    }
    words.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{HOUSEKEEPING, matches};
    use crate::audit::rules::RULES;

    #[test]
    fn a_star_stands_for_any_words() {
        for (pattern, words) in [
            ("a.sh", "a.sh"),
            ("*", "anything at all"),
            ("scripts/*", "scripts/x.sh"),
            ("*.sh", "scripts/x.sh"),
            ("a*b*c", "a1b2c"),
            ("npm  run x", "npm run\nx"),
            ("*", ""),
        ] {
            assert!(matches(pattern, words), "{pattern} {words}");
        }
        for (pattern, words) in [("a.sh", "b/a.sh"), ("a*b", "ab c"), ("ab*ba", "aba"), ("a*b*c", "acb")] {
            assert!(!matches(pattern, words), "{pattern} {words}");
        }
    }

    #[test]
    fn the_rules_about_acceptance_are_rules() {
        for &id in HOUSEKEEPING {
            assert!(RULES.iter().any(|rule| rule.text.id == id), "{id}");
        }
    }
}
