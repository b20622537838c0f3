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

/// Words behind members with which a text tells what becomes of them, and does not ask for them. Sorted.
const TELLING: [&str; 8] = ["are", "can", "get", "go", "is", "may", "only", "will"];

/// Words behind those with which it asks for them all the same: "no critical or high findings are open". Sorted.
const ASKING: [&str; 13] = [
    "accepted", "allowed", "covered", "found", "known", "left", "open", "outstanding", "permitted", "present", "remaining",
    "reported", "unresolved",
];

/// The members of a list that begins directly behind a bound. One that has a bound of its own, such as `high ≤ 5`, belongs to that, and what
/// a text only tells something of is not asked for: "functions and branches are informational".
pub(super) fn behind(text: &str, is_member: impl Fn(&str) -> bool) -> Vec<String> {
    let tokens = tokens(text);
    let mut found: Vec<String> = Vec::new();
    let mut since_comma = 0;
    let mut is_joined = true;
    for (at, token) in tokens.iter().enumerate() {
        let token = token.as_str();
        if JOINTS.contains(&token) || token == ")" {
            if token == "," {
                since_comma = found.len();
            }
            is_joined = true;
        } else if is_joined && is_member(token) {
            let mut next = tokens[at + 1..]
                .iter()
                .map(String::as_str)
                .skip_while(|word| NOUNS.contains(word));
            let (next, after) = (next.next().unwrap_or_default(), next.next().unwrap_or_default());
            let has_own = matches!(
                next,
                "<" | ">" | "=" | "≤" | "≥" | ":" | "at" | "no" | "not" | "up" | "under" | "below" | "over" | "above"
            ) || next.starts_with(|c: char| c.is_ascii_digit());
            if has_own {
                break;
            }
            if TELLING.contains(&next) && !ASKING.contains(&after) {
                found.truncate(since_comma);
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
    use super::{ASKING, LEADING, NOUNS, TELLING, TRAILING, before, behind};

    #[test]
    fn members_are_listed_up_to_one_with_a_bound_of_its_own() {
        assert!(
            LEADING.is_sorted()
                && TELLING.is_sorted()
                && ASKING.is_sorted()
                && TRAILING.is_sorted()
                && NOUNS.iter().all(|noun| !noun.is_empty())
        );
        let is_one = |word: &str| matches!(word, "high" | "medium" | "low");
        for (text, expected) in [
            (" or high findings |", "high"),
            (", high, or medium vulnerabilities |", "high medium"),
            ("/high/medium", "high medium"),
            (" findings, high or medium ones", "high medium"),
            (", high ≤ 5", ""),
            (", high: 5", ""),
            (", high are listed", ""),
            (" vulnerabilities, high ones are listed", ""),
            (" or high, medium ones are tracked", "high"),
            (", high or medium findings are open", "high medium"),
            (", high or medium vulnerabilities remain", "high medium"),
            (", high and medium are informational", ""),
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
