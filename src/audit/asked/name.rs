//! The names of gates, roles and paths, as people write them.

use globset::Glob;

/// Characters of an id at most.
const MAX_ID: usize = 80;

/// Words that name no role. Sorted.
const NO_ROLE: &[&str] = &[
    "approval", "approvals", "granted", "needed", "obtained", "received", "required", "sign-off", "sign-offs", "signoff",
    "signoffs", "yes",
];

/// The ids in a name that is a list of them, such as `unit, api-tests`; empty when it is a name in words.
pub(super) fn ids(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split([',', ';']).map(str::trim).collect();
    let is_list = parts.len() > 1 || name.contains('-') || name.contains('_');
    if is_list && parts.iter().all(|part| is_id(part)) {
        return parts.iter().map(|part| (*part).to_owned()).collect();
    }
    Vec::new()
}

/// Whether a text is an id as settings and folders have them.
fn is_id(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) && text.chars().all(is_plain)
}

/// The id of a name in words: `Coverage ≥ 80 %` is `coverage`, `Gate 2: Smoke tests` is `smoke-tests`.
pub(crate) fn id(name: &str) -> String {
    let bare = name.split(['≥', '≤', '<', '>', '=', '(']).next().unwrap_or(name);
    // "Latency (P95)" and "Latency (P99)" are two figures; other brackets only explain.
    let inner = name[bare.len()..].strip_prefix('(').and_then(|rest| rest.split(')').next());
    let statistic = inner.map(str::trim).filter(|inner| is_statistic(inner)).unwrap_or_default();
    let mut id = String::new();
    for word in [bare, statistic]
        .join(" ")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if id.len() + word.len() > MAX_ID {
            break;
        }
        if !id.is_empty() {
            id.push('-');
        }
        id.push_str(&word.to_lowercase());
    }
    id
}

/// Whether a word says which figure of many measurements is meant: `p95`, `average`.
fn is_statistic(word: &str) -> bool {
    let word = word.to_lowercase();
    let is_percentile = word
        .strip_prefix('p')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    is_percentile
        || matches!(
            word.as_str(),
            "average" | "avg" | "max" | "maximum" | "mean" | "median" | "min" | "minimum" | "peak"
        )
}

/// The roles in words such as `Product lead and Engineering lead`.
pub(super) fn roles(words: &str) -> Vec<String> {
    let words = words
        .to_lowercase()
        .replace(" and ", ",")
        .replace(" & ", ",")
        .replace(" + ", ",");
    let parts = words.split([',', ';', '/', '+']).map(|part| {
        let part = part.trim().trim_start_matches("the ").trim_start_matches("both ");
        let part = part.trim_end_matches([' ', '.', ':']);
        part.trim().to_owned()
    });
    let is_role =
        |part: &String| part.chars().filter(|c| c.is_alphabetic()).count() > 1 && NO_ROLE.binary_search(&part.as_str()).is_err();
    parts.filter(is_role).collect()
}

/// The moment after a release that words name: `T+30 min`.
pub(super) fn moment(words: &str) -> Option<String> {
    let lower = words.to_ascii_lowercase();
    let (before, rest) = lower.split_once("t+")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || before.ends_with(char::is_alphanumeric) {
        return None;
    }
    let behind = rest[digits..].trim_start();
    let unit = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let unit = match unit {
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "" | "m" | "min" | "mins" | "minute" | "minutes" => "min",
        _ => return None,
    };
    Some(format!("T+{} {unit}", &rest[..digits]))
}

/// Words for people who have no role of their own. Sorted.
const ANYBODY: [&str; 12] = [
    "approval", "approvals", "approver", "approvers", "colleagues", "individuals", "people", "person", "persons", "reviewer",
    "reviewers", "sign-offs",
];

/// How many people a role in words counts, and the role that they must have: `two reviewers` are two of any role.
pub(super) fn count(role: &str) -> Option<(u64, String)> {
    let mut words = role
        .split_whitespace()
        .skip_while(|word| matches!(*word, "at" | "least" | "by" | "from"));
    let first = words.next()?.trim_end_matches('+');
    let count = match first {
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        digits => digits.parse().ok().filter(|count| (1..=100).contains(count))?,
    };
    let rest: Vec<&str> = words
        .filter(|word| !matches!(*word, "different" | "independent" | "other" | "of" | "more" | "or"))
        .collect();
    let is_anybody = rest.iter().all(|word| ANYBODY.binary_search(word).is_ok());
    Some((count, if is_anybody { String::new() } else { rest.join(" ") }))
}

/// The paths that a condition names, each from every folder that it may count from.
pub(super) fn paths(condition: &str, roots: &[&str]) -> Vec<String> {
    let mut paths = Vec::new();
    for word in condition.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '`' | '"')) {
        let word = word
            .trim_matches(|c: char| matches!(c, '(' | ')' | ':' | '\''))
            .trim_end_matches('.');
        let is_path =
            (word.contains('/') || word.contains('*')) && word.chars().any(char::is_alphanumeric) && !word.contains("://");
        if !is_path || Glob::new(word).is_err() {
            continue;
        }
        let word = word.trim_start_matches("./").trim_start_matches('/');
        // A folder stands for what is in it.
        let word = if word.ends_with('/') {
            format!("{word}**")
        } else {
            word.to_owned()
        };
        for root in roots {
            let path = if root.is_empty() {
                word.clone()
            } else {
                format!("{root}/{word}")
            };
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::{ANYBODY, NO_ROLE, count, id, ids, moment, paths, roles};

    #[test]
    fn names_are_lists_of_ids_or_words() {
        assert_eq!(ids("unit, api-tests"), ["unit", "api-tests"]);
        assert_eq!(ids("api-tests"), ["api-tests"]);
        assert!(ids("coverage").is_empty() && ids("Unit, API").is_empty() && ids("unit, api tests").is_empty());
        for (name, expected) in [
            ("Coverage ≥ 80 %", "coverage"),
            ("E2E (nightly)", "e2e"),
            ("API time (P95)", "api-time-p95"),
            ("Latency (p99.9) < 2 s", "latency-p99-9"),
            ("Memory (average)", "memory-average"),
            ("Latency (production)", "latency"),
            ("Größe", "größe"),
            ("…", ""),
            ("coverage", "coverage"),
        ] {
            assert_eq!(id(name), expected, "{name}");
        }
    }

    #[test]
    fn roles_are_taken_apart() {
        assert!(NO_ROLE.is_sorted());
        assert_eq!(
            roles("Product lead and the Engineering lead"),
            ["product lead", "engineering lead"]
        );
        assert_eq!(roles("QA, SRE & release driver"), ["qa", "sre", "release driver"]);
        assert!(roles("required").is_empty() && roles("").is_empty());
    }

    #[test]
    fn people_are_counted_apart_from_their_role() {
        assert!(ANYBODY.is_sorted());
        for (role, expected) in [
            ("two", Some((2, ""))),
            ("2+", Some((2, ""))),
            ("at least two reviewers", Some((2, ""))),
            ("three different people", Some((3, ""))),
            ("one maintainer", Some((1, "maintainer"))),
            ("2 of the engineering leads", Some((2, "the engineering leads"))),
            ("qa lead", None),
            ("0", None),
        ] {
            let expected = expected.map(|(count, rest)| (count, rest.to_owned()));
            assert_eq!(count(role), expected, "{role}");
        }
    }

    #[test]
    fn moments_after_a_release_are_read() {
        for (words, expected) in [
            ("Error rate (T+30 min)", Some("T+30 min")),
            ("Gates: T+6 h", Some("T+6 h")),
            ("T+2d watch", Some("T+2 d")),
            ("t+15", Some("T+15 min")),
            ("AT+T lines", None),
            ("T+x", None),
            ("Error rate", None),
        ] {
            assert_eq!(moment(words).as_deref(), expected, "{words}");
        }
    }

    #[test]
    fn only_paths_are_conditions() {
        assert_eq!(paths("`prompts/**` changed", &["", "app"]), ["prompts/**", "app/prompts/**"]);
        assert_eq!(paths("migrations/ changed", &[""]), ["migrations/**"]);
        for words in [
            "always",
            "prompt or model changed",
            "see https://example.org/a",
            "[**",
            "and/or",
        ] {
            let found = paths(words, &[""]);
            assert!(found.is_empty() || words == "and/or", "{words}: {found:?}");
        }
    }
}
