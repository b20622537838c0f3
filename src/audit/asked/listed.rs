//! Lists beside a bound: "no critical, high or medium findings" bounds three severities, "lines, branches and functions ≥ 80 %" three kinds of
//! coverage.

/// Words and signs between the members of a list.
const JOINTS: [&str; 10] = ["&", "(", "+", ",", "/", "and", "both", "nor", "or", "plus"];

/// Words that may stand behind a member of a list without being one: what the list is of. Sorted.
const NOUNS: [&str; 19] = [
    "alerts", "cases", "coverage", "cves", "each", "finding", "findings", "issues", "open", "ones", "results", "severities",
    "severity", "specs", "test", "tests", "violations", "vulnerabilities", "vulns",
];

/// Words that lead to the first member of a list behind a bound. Sorted.
const LEADING: [&str; 6] = ["all", "code", "for", "of", "test", "the"];

/// Words between a list and the bound behind it. Sorted.
const TRAILING: [&str; 17] = [
    "all", "are", "at", "be", "both", "coverage", "each", "have", "is", "must", "of", "should", "stay", "stays", "test", "tests",
    "the",
];

/// The members of a list that begins directly behind a bound. One that has a bound of its own, such as `high ≤ 5`, belongs to that.
pub(super) fn behind(text: &str, is_member: impl Fn(&str) -> bool) -> Vec<String> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut is_joined = true;
    for (at, token) in tokens.iter().enumerate() {
        let token = token.as_str();
        if JOINTS.contains(&token) || token == ")" {
            is_joined = true;
        } else if is_joined && is_member(token) {
            let next = tokens.get(at + 1).map_or("", String::as_str);
            let is_whole = next.is_empty() || next == ")" || JOINTS.contains(&next) || is_end(next) || NOUNS.contains(&next);
            if !is_whole {
                break;
            }
            found.push(token.to_owned());
            is_joined = false;
        } else if !(NOUNS.contains(&token) || found.is_empty() && LEADING.contains(&token)) {
            break;
        }
    }
    found
}

/// The members of a list that ends directly in front of a bound, the last one first.
pub(super) fn before(text: &str, is_member: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens(text).iter().rev() {
        let token = token.as_str();
        if is_member(token) {
            found.push(token.to_owned());
        } else if !(matches!(token, "&" | "+" | "," | "/" | "and" | "plus" | ":") || TRAILING.contains(&token)) {
            break;
        }
    }
    found
}

/// Whether a sign ends a list.
fn is_end(token: &str) -> bool {
    matches!(token, "|" | ";" | "." | "`" | "<")
}

/// The words of a text in lower case, and its signs one by one.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut is_word = false;
    for c in text.chars() {
        if c.is_alphanumeric() || c == '-' && is_word {
            match tokens.last_mut().filter(|_| is_word) {
                Some(word) => word.extend(c.to_lowercase()),
                None => tokens.push(c.to_lowercase().collect()),
            }
            is_word = true;
        } else {
            is_word = false;
            if !c.is_whitespace() && c != '*' {
                tokens.push(c.to_string());
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::{LEADING, NOUNS, TRAILING, before, behind};

    #[test]
    fn members_are_listed_up_to_one_with_a_bound_of_its_own() {
        assert!(LEADING.is_sorted() && TRAILING.is_sorted() && NOUNS.iter().all(|noun| !noun.is_empty()));
        let is_one = |word: &str| matches!(word, "high" | "medium" | "low");
        for (text, expected) in [
            (" or high findings |", "high"),
            (", high, or medium vulnerabilities |", "high medium"),
            ("/high/medium", "high medium"),
            (" findings, high or medium ones", "high medium"),
            (", high ≤ 5", ""),
            (", high: 5", ""),
            (", high are listed", ""),
            (" and no high findings", ""),
            (", 5 high", ""),
            (" | high |", ""),
            (". High ones are listed", ""),
        ] {
            assert_eq!(behind(text, is_one).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_list_in_front_of_a_bound_ends_at_another_one() {
        let is_one = |word: &str| matches!(word, "lines" | "branches" | "functions");
        for (text, expected) in [
            ("| Coverage | lines, branches and functions ", "functions branches lines"),
            ("lines and branches must both be ", "branches lines"),
            ("lines ≥ 80 %, branches ", "branches"),
            ("Few branches are new. Coverage ", ""),
            ("of lines, not of files, ", ""),
        ] {
            assert_eq!(before(text, is_one).join(" "), expected, "{text}");
        }
    }
}
