//! What a line asks for beside its gate: who must agree, what must be kept, and when it holds.

use std::ops::Range;

use crate::parse::runbook::gates::words::{KEEPING, Words};

/// What takes back whatever stands before it at the end of a text. Sorted.
const WAIVING: [&str; 19] = [
    "if desired", "if needed at all", "if wanted", "if you like", "if you want", "if you wish", "never", "never needed",
    "never required", "nice to have", "no approval", "no approval needed", "no sign-off", "no sign-off needed", "not mandatory",
    "not necessary", "not needed", "not required", "optional",
];

/// Whether a text says of itself that nobody has to do it: "optional", "no sign-off needed", "CI green if you like".
pub(crate) fn is_waived(words: &Words<'_>) -> bool {
    // Without any of these it says none of it.
    if !words.says(&["optional", "if ", "nice", "never", "no"]) {
        return false;
    }
    let lower = words.lower.trim().trim_matches(['.', '!', '*', '_', '(', ')', '[', ']', ' ']);
    // What asks for it all the same: "never without approval".
    let is_asked = lower.contains("without") || lower.contains("unless");
    // "all pass, no sign-off needed" asks for the rest.
    let is_one = !lower.contains([',', ';']) && !lower.contains(" and ");
    let ends = WAIVING.iter().any(|end| {
        let rest = lower.strip_suffix(end);
        // "non-optional", "whenever"
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', '(', '[', ',', ':', ';', '-']) && !rest.ends_with("non-"))
    });
    let is_marked = ["(optional)", "[optional]", "(optional:", "(optional,"]
        .iter()
        .any(|mark| lower.contains(mark));
    let begins = ["optional:", "optionally", "optional -", "optional —", "(optional"]
        .iter()
        .any(|start| lower.starts_with(start));
    !is_asked && is_one && (ends || is_marked || begins || is_denied(lower))
}

/// Whether words about somebody who agrees say that nobody has to: "no sign-off needed for docs", "approval is not required for hotfixes".
fn is_denied(lower: &str) -> bool {
    let agrees = ["approval", "approvals", "sign-off", "sign-offs", "signoff"];
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    words
        .iter()
        .enumerate()
        .filter(|(_, word)| agrees.contains(word))
        .any(|(at, _)| {
            let before = at.checked_sub(1).map_or("", |at| words[at]);
            let further = at.checked_sub(2).map_or("", |at| words[at]);
            let is_none = before == "no" || further == "no" && matches!(before, "additional" | "extra" | "further" | "separate");
            let behind = &words[at + 1..words.len().min(at + 5)];
            let is_needless = behind.windows(2).any(|pair| {
                matches!(pair[0], "never" | "not") && matches!(pair[1], "mandatory" | "necessary" | "needed" | "required")
            }) || behind.windows(2).any(|pair| pair == ["is", "optional"]);
            let is_awaited = matches!(
                behind.first(),
                Some(&("lacking" | "missing" | "open" | "outstanding" | "pending"))
            );
            is_none && !is_awaited || is_needless
        })
}

/// Somebody who must agree: the words, and the role as far as they name it.
pub(crate) fn signoff(words: &Words<'_>) -> Option<(Range<usize>, String)> {
    if !words.says(&["approv", "sign-off", "signoff", "sign off", "signs off", "signed off", " ack"])
        || is_waived(words)
        || is_denied(words.lower.trim())
    {
        return None;
    }
    let tokens = words.placed();
    for (at, (range, word)) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1).map_or("", |(_, word)| *word);
        let before = at.checked_sub(1).map_or("", |at| tokens[at].1);
        let ends_clause = words.lower[range.end..].trim_start_matches('`').is_empty()
            || words.lower[range.end..].starts_with([',', '.', ';', ')', '\n'])
            || matches!(next, "by" | "from" | "for" | "in" | "before");
        let is = match *word {
            "approve" => at > 0 && (!next.is_empty() || ROLES.binary_search(&before).is_ok()),
            "approves" => at > 0,
            "approved" => ends_clause && before != "exception" || is_chosen(before, next),
            "approval" | "approvals" => {
                matches!(next, "from" | "by" | "of" | "obtained" | "required" | "received" | "granted") || ends_clause && at > 0
            }
            "sign-off" | "signoff" => at > 0 || ends_clause || matches!(next, "from" | "by"),
            "sign" | "signs" | "signed" => next == "off",
            "ack" => at > 0,
            _ => false,
        };
        if is {
            let who = if is_chosen(before, next) {
                String::new()
            } else {
                role(&tokens, at, words.text)
            };
            return Some((range.clone(), who));
        }
    }
    None
}

/// Words of roles at most.
const MAX_ROLE_WORDS: usize = 8;

/// Words that end or make the name of a role. Sorted.
const ROLES: &[&str] = &[
    "admin", "architect", "ciso", "compliance", "cto", "dba", "director", "driver", "engineer", "engineering", "head", "lead",
    "leads", "legal", "maintainer", "maintainers", "management", "manager", "officer", "operations", "operator", "ops", "owner",
    "owners", "product", "qa", "reviewer", "security", "sre", "team",
];

/// Whether a step is to choose what somebody approved before: "select approved release".
fn is_chosen(before: &str, next: &str) -> bool {
    let released = ["release", "tag", "version", "build", "candidate", "commit"];
    matches!(before, "select" | "choose" | "pick") && released.contains(&next)
}

/// The role beside a word of approval: behind "from" and "by", else in front.
fn role(tokens: &[(Range<usize>, &str)], at: usize, text: &str) -> String {
    let given_by = tokens
        .iter()
        .enumerate()
        .skip(at + 1)
        .take(3)
        .find(|(_, (_, word))| matches!(*word, "from" | "by"))
        .map(|(by, _)| by + 1);
    let is_name = |word: &str| {
        ![
            "the", "a", "an", "and", "get", "obtain", "require", "requires", "required", "that", "is", "are", "has", "have",
            "with", "before", "obtained", "must", "to", "all", "provides", "needed", "needs", "mandatory", "at", "least",
        ]
        .contains(&word)
    };
    let picked: Vec<&Range<usize>> = if let Some(start) = given_by {
        let behind = tokens.get(start..).unwrap_or_default();
        let mut picked = Vec::new();
        for (at, (range, word)) in behind.iter().enumerate() {
            // "by the product lead and the engineering lead" names two, "by QA and deployed" one.
            let goes_on = || {
                behind[at..]
                    .iter()
                    .skip(1)
                    .take(4)
                    .any(|(_, word)| ROLES.binary_search(word).is_ok())
            };
            match *word {
                "the" | "both" => {}
                "and" if !picked.is_empty() && goes_on() => {}
                word if is_name(word) && picked.len() < MAX_ROLE_WORDS => picked.push(range),
                _ => break,
            }
        }
        picked
    } else {
        let mut picked: Vec<&Range<usize>> = Vec::new();
        let mut of_one = 0;
        let mut before = tokens[..at].iter().rev().skip_while(|(_, word)| !is_name(word)).peekable();
        while let Some((range, word)) = before.next() {
            // "the QA lead and the security lead approve" names two, "tests pass and the QA lead approves" one.
            let names_another = before.peek().is_some_and(|(_, word)| ROLES.binary_search(word).is_ok());
            // A comma parts roles, and what stands before it and is no role is another clause.
            let gap = picked
                .last()
                .and_then(|behind| text.get(range.end..behind.start))
                .unwrap_or_default();
            if gap.contains([',', ';']) {
                if ROLES.binary_search(word).is_err() {
                    break;
                }
                of_one = 0;
            }
            match *word {
                // "the QA lead or the CISO approves": either of the two.
                "and" | "or" if !picked.is_empty() && names_another => of_one = 0,
                "the" | "both" | "either" if !picked.is_empty() => {}
                word if is_name(word) && of_one < 3 && picked.len() < MAX_ROLE_WORDS => {
                    picked.push(range);
                    of_one += 1;
                }
                _ => break,
            }
        }
        picked.reverse();
        picked
    };
    match (picked.first(), picked.last()) {
        (Some(first), Some(last)) => text.get(first.start..last.end).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// What must be kept: the words, and the places that they name.
pub(crate) fn archive(words: &Words<'_>) -> Option<(Range<usize>, Vec<String>)> {
    let paths = || -> Vec<String> {
        let codes = words.codes.iter().filter(|(_, code)| is_path(code));
        codes.map(|(_, code)| (*code).to_owned()).collect()
    };
    if words.has(KEEPING)
        && let Some(found) = kept(words, &paths)
    {
        return Some(found);
    }
    // "validations in `artifacts/validation/`"
    let kept = words.codes.iter().find(|(range, code)| {
        let before = words.lower[..range.start].trim_end_matches([' ', '`']);
        (before.ends_with(" in") || before.ends_with(" under"))
            && ["artifacts/", "evidence/", "reports/"]
                .iter()
                .any(|folder| code.contains(folder))
    })?;
    Some((kept.0.clone(), paths()))
}

/// What must be kept, by a word that says so.
fn kept(words: &Words<'_>, paths: &dyn Fn() -> Vec<String>) -> Option<(Range<usize>, Vec<String>)> {
    let tokens = words.placed();
    let paths = paths();
    for (at, (range, word)) in tokens.iter().enumerate() {
        let behind = &words.lower[range.end..];
        let goes_to = || {
            [" in ", " to ", " under ", " at ", " into ", " as "]
                .iter()
                .any(|word| behind.contains(word))
        };
        let is_kept = match *word {
            "archived" | "archive" | "retained" | "persisted" => true,
            "captured" | "stored" | "saved" => !words.codes.is_empty() || words.says(&["artifact", "evidence"]),
            "record" | "recorded" | "records" | "upload" | "uploads" | "uploaded" | "save" | "store" | "stores" | "capture"
            | "attach" | "attached" => {
                let is_place = !paths.is_empty()
                    || words.says(&[
                        " log", "artifact", "register", "evidence folder", "release notes", "ticket", "issue",
                    ]);
                is_place && goes_to()
            }
            "retention" => words.says(&["artifact", "report", "evidence"]) && behind.bytes().any(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        // "archive the release" is a step, "artifacts archived" a demand.
        let is_step = *word == "archive" && at == 0 && paths.is_empty();
        if is_kept && !is_step {
            return Some((range.clone(), paths));
        }
    }
    None
}

/// Whether code is a path of the repository.
pub(crate) fn is_path(code: &str) -> bool {
    let is_one = !code.contains(char::is_whitespace) && !code.starts_with(['/', '-', '@']) && !code.contains("://");
    let extension = code.rsplit_once('.').map_or("", |(_, extension)| extension);
    is_one
        && (code.contains('/')
            || [
                "json", "jsonl", "xml", "sarif", "info", "csv", "txt", "md", "html", "yml", "yaml", "out", "tap", "trx", "log",
                "toml", "zip",
            ]
            .contains(&extension.to_ascii_lowercase().as_str()))
}

/// Words that turn a condition round. Sorted.
const TURNING: [&str; 14] = [
    "but", "cannot", "except", "excluding", "ignore", "ignoring", "never", "not", "outside", "skip", "skipped", "unchanged",
    "unless", "without",
];

/// Whether a condition names a path and says when it does not hold: "unless `docs/**` changed", "other than `docs/**`".
pub(crate) fn is_turned(condition: &str) -> bool {
    let lower = condition.to_lowercase();
    let names_path = lower.contains(['/', '*']);
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    names_path
        && (words.any(|word| TURNING.binary_search(&word).is_ok()) || lower.contains("other than") || lower.contains("n't "))
}

/// When a line holds: "if schema changed, …", "(model changes only)", "or exception approved".
pub(crate) fn condition(words: &Words<'_>) -> Option<Range<usize>> {
    let lower = &words.lower;
    let opening = words.opening();
    if let Some((start, "if" | "when" | "where")) = opening {
        let end = lower[start..]
            .find([',', ':', ';', '\n'])
            .map_or(lower.len(), |end| start + end);
        return Some(start..end);
    }
    if let Some(open) = lower.find('(')
        && let Some(close) = lower[open..].find(')').map(|close| open + close)
    {
        let inner = &lower[open + 1..close];
        if inner.ends_with(" only") || ["if ", "when ", "only ", "for "].iter().any(|word| inner.starts_with(word)) {
            return Some(open + 1..close);
        }
    }
    let exception = words.find(" or ").filter(|at| {
        let behind = &lower[*at..];
        behind.contains("exception") || behind.contains("waiver") || behind.contains("risk accepted")
    });
    if let Some(at) = exception {
        let end = lower[at..].find(['.', ';', ')']).map_or(lower.len(), |end| at + end);
        return Some(at + 1..end);
    }
    let at = words.find(" if ").or_else(|| words.find(" when "))?;
    let behind = &lower[at..];
    let is_one = [
        "chang", "touch", "modif", "applicable", "needed", "required", "added", "affected", "exist",
    ]
    .iter()
    .any(|word| behind.contains(word));
    let end = behind.find([',', '.', ';', ')']).map_or(lower.len(), |end| at + end);
    is_one.then_some(at + 1..end)
}

#[cfg(test)]
mod tests {
    use super::{TURNING, WAIVING, archive, condition, is_path, is_turned, is_waived, signoff};
    use crate::parse::runbook::gates::tests::words;

    #[test]
    fn conditions_that_say_when_they_do_not_hold_are_known() {
        assert!(TURNING.is_sorted());
        for text in [
            "unless docs/** changed", "except docs/**", "anything outside docs/**", "docs/** unchanged", "other than docs/",
        ] {
            assert!(is_turned(text), "{text}");
        }
        for text in ["docs/** changed", "not for patches", "src/** or lib/** changed", ""] {
            assert!(!is_turned(text), "{text}");
        }
    }

    #[test]
    fn who_must_agree_is_read() {
        for (text, role) in [
            ("Technical Lead approves policy metrics", "Technical Lead"),
            ("Product owner sign-off obtained", "Product owner"),
            ("Get approval from Product leads before it", "Product leads"),
            ("Canary analysis approved", "Canary analysis"),
            ("mark it and require owner sign-off note", "owner"),
            ("that the maintainers approve the changes", "maintainers"),
            ("Select approved release ref", ""),
            ("QA lead signs off", "QA lead"),
            ("QA lead and security lead sign off", "QA lead and security lead"),
            (
                "the QA lead, the product owner and the security lead approve",
                "QA lead, the product owner and the security lead",
            ),
            ("All tests pass and the QA lead approves", "QA lead"),
            ("All tests pass, QA lead approves", "QA lead"),
        ] {
            assert_eq!(signoff(&words(text)).map(|(_, role)| role).as_deref(), Some(role), "{text}");
        }
        for text in [
            "Trigger it from approved release ref",
            "rotation exception approved",
            "Select approved vendors",
            "Deploy the approved release",
            "Sign the tag",
            "the back of it",
        ] {
            assert_eq!(signoff(&words(text)), None, "{text}");
        }
    }

    #[test]
    fn what_nobody_has_to_do_is_no_demand() {
        assert!(WAIVING.is_sorted());
        for text in [
            "no sign-off needed",
            "No approval needed for docs changes",
            "Approval is not required for hotfixes",
            "never",
            "CI green if you like",
            "Smoke tests pass (optional)",
            "optional",
            "Optional: ping the team",
            "Sign-off is optional.",
        ] {
            assert!(is_waived(&words(text)), "{text}");
            assert_eq!(signoff(&words(text)), None, "{text}");
        }
        for text in [
            "all pass, no sign-off needed",
            "all pass and optional",
            "never without approval",
            "no approval missing",
            "no sign-off pending",
            "non-optional",
            "Tests never fail",
            "coverage ≥ 80 %, docs optional",
            "not required: nothing else",
        ] {
            assert!(!is_waived(&words(text)), "{text}");
        }
        assert_eq!(signoff(&words("all pass, no sign-off needed")), None);
        assert_eq!(
            signoff(&words("at least one maintainer approves"))
                .map(|(_, role)| role)
                .as_deref(),
            Some("one maintainer")
        );
    }

    #[test]
    fn what_must_be_kept_is_read() {
        for text in [
            "coverage archived under `artifacts/coverage/`",
            "Record date and owner in operations log.",
            "Uploads artifacts to Actions (retention: 90 days)",
            "Report captured (`npm run report`)",
            "Two validations in `artifacts/validation/`",
        ] {
            assert!(archive(&words(text)).is_some(), "{text}");
        }
        for text in [
            "Date and tag recorded", "Capture request IDs", "see `docs/artifacts.md`", "Archive the branch",
        ] {
            assert_eq!(archive(&words(text)), None, "{text}");
        }
        assert!(is_path("out/x") && is_path("eval.json") && !is_path("npm run x") && !is_path("v1.2"));
    }

    #[test]
    fn conditions_are_read() {
        for (text, expected) in [
            ("If API changed, docs reflect it", "If API changed"),
            ("Evaluation passes (model changes only)", "model changes only"),
            ("rotated or rotation exception approved.", "or rotation exception approved"),
            ("Restore tested if schema changed", "if schema changed"),
        ] {
            assert_eq!(condition(&words(text)).map(|range| &text[range]), Some(expected), "{text}");
        }
        assert_eq!(condition(&words("Check whether it works")), None);
    }
}
