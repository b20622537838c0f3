//! What the message of a change says about itself: the pull request that it was, the tickets behind it, that it was an emergency.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::population::{Strength, Trailer};

/// How forges write the number of a request into a message, the surest first. The first group is the number.
static NUMBERS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // GitHub, merge and merge queue; bors and homu.
        r"\A\s*(?:Auto merge of|Merge pull request|Merge PR|Merge) #(\d{1,10})\b",
        // Azure DevOps.
        r"\A\s*Merged PR (\d{1,10}):",
        // GitHub and Gitea, squash: the last one of the first line is that of the merge itself.
        r"\A[^\n]*\(#(\d{1,10})\)\s*(?:\n|\z)",
        // Bitbucket.
        r"\A[^\n]*\(pull request #(\d{1,10})\)",
        // GitLab.
        r"(?m)^See merge request (?:[^\s!]+)?!(\d{1,10})\s*$",
        r"\A[^\n]*\(!(\d{1,10})\)\s*(?:\n|\z)",
        // Node, and others with a trailer of their own.
        r"(?mi)^(?:PR-URL|Pull-Request|PR|MR|Merge-Request): *(?:https?://[^\s]+/)?[#!]?(\d{1,10})/?\s*$",
        // Gerrit.
        r"(?m)^Reviewed-on: https?://[^\s]+/\+?/?(\d{1,10})/?\s*$",
    ]
    .into_iter()
    .map(|pattern| Regex::new(pattern).expect("the pattern is well formed"))
    .collect()
});

/// A ticket as trackers write it: a project in capitals and a number.
static TICKET: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b([A-Z][A-Z0-9]{1,9}-\d{1,7})\b").expect("the pattern is well formed"));

/// What looks like a ticket and is none. Sorted.
const NO_PROJECTS: [&str; 24] = [
    "AES", "ASCII", "CSS", "CVE", "CWE", "ECMA", "EIP", "ES", "GHSA", "GMT", "HTTP", "IEEE", "ISO", "JEP", "KEP", "MD", "PEP",
    "PKCS", "RFC", "SHA", "TLS", "UTC", "UTF", "X",
];

/// Words that make a change an emergency, in a label, a trailer, or the name of a branch. Sorted.
const URGENT: [&str; 5] = ["break-glass", "breakglass", "emergency", "hotfix", "urgent"];

/// Trailers whose value says of what kind a change is. Sorted.
const KINDS: [&str; 4] = ["category", "change-category", "change-type", "emergency"];

/// The number of the pull request or merge request that a message tells of.
pub(crate) fn request(message: &str) -> Option<u64> {
    NUMBERS.iter().find_map(|pattern| {
        let number: u64 = pattern.captures(message)?.get(1)?.as_str().parse().ok()?;
        (number > 0).then_some(number)
    })
}

/// The tickets that a message names, in their order, each once.
pub(crate) fn tickets(message: &str, trailers: &[Trailer]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let first = message.trim_start().lines().next().unwrap_or_default();
    let names = |key: &str| {
        matches!(
            key.to_ascii_lowercase().as_str(),
            "bug" | "closes" | "fixes" | "issue" | "jira" | "refs" | "related" | "resolves" | "ticket"
        )
    };
    let values = trailers
        .iter()
        .filter(|trailer| names(&trailer.key))
        .map(|trailer| trailer.value.as_str());
    for text in std::iter::once(first).chain(values.clone()) {
        for capture in TICKET.captures_iter(text) {
            let ticket = &capture[1];
            let project = ticket.split('-').next().unwrap_or_default();
            if NO_PROJECTS.binary_search(&project).is_err() {
                add(&mut found, ticket);
            }
        }
    }
    for value in values {
        let word = value.split([' ', ',']).next().unwrap_or_default();
        let is_number = word
            .strip_prefix('#')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
        if is_number || word.starts_with("https://") {
            add(&mut found, word);
        }
    }
    found
}

fn add(found: &mut Vec<String>, ticket: &str) {
    if found.len() < 20 && !found.iter().any(|known| known == ticket) {
        found.push(ticket.to_owned());
    }
}

/// Why a change counts as an emergency: the words that say so.
pub(crate) fn emergency(message: &str, trailers: &[Trailer]) -> Option<String> {
    for trailer in trailers {
        let key = trailer.key.to_ascii_lowercase();
        let value = trailer.value.trim().to_ascii_lowercase();
        let is_yes = key == "emergency" && !matches!(value.as_str(), "" | "false" | "n" | "no" | "none");
        if is_yes || (KINDS.binary_search(&key.as_str()).is_ok() && urgent(&value).is_some()) {
            return Some(format!("the trailer `{}: {}`", trailer.key, trailer.value.trim()));
        }
    }
    let first = message.trim_start().lines().next().unwrap_or_default();
    if let Some((_, branch)) = first.split_once(" from ").filter(|_| first.starts_with("Merge ")) {
        return branch_urgent(branch.split_whitespace().next().unwrap_or_default());
    }
    let kind = first
        .split([':', ' ', '(', '!'])
        .next()
        .unwrap_or_default()
        .trim_matches(['[', ']']);
    URGENT
        .binary_search(&kind.to_ascii_lowercase().as_str())
        .is_ok()
        .then(|| format!("the first word of its message, `{kind}`"))
}

/// Why the name of a branch makes a change an emergency.
pub(crate) fn branch_urgent(branch: &str) -> Option<String> {
    let is_urgent = branch
        .split(['/', '_'])
        .any(|part| urgent(&part.to_ascii_lowercase()).is_some());
    is_urgent.then(|| format!("the branch `{branch}`"))
}

/// Why a label makes a change an emergency.
pub(crate) fn label_urgent(label: &str) -> Option<String> {
    urgent(&label.to_ascii_lowercase()).map(|_| format!("the label `{label}`"))
}

/// The word of urgency that a text in lower case holds, as a word of its own.
fn urgent(text: &str) -> Option<&'static str> {
    let is_word = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphabetic) && !denied(&text[..at])
        })
    };
    URGENT.into_iter().find(|word| is_word(word))
}

/// Whether what stands before a word takes it back: `non-urgent`, `not urgent`.
fn denied(before: &str) -> bool {
    let before = before.trim_end_matches(['-', ' ', '_']);
    ["no", "non", "not"].iter().any(|no| {
        before
            .strip_suffix(no)
            .is_some_and(|rest| !rest.chars().next_back().is_some_and(char::is_alphanumeric))
    })
}

/// Who reviewed, by the trailers of a message: the name and what the trailer says.
pub(crate) fn reviewers(trailers: &[Trailer], is_signed: bool) -> Vec<(String, String, &'static str, Strength)> {
    let strength = if is_signed {
        Strength::TextInSignedCommit
    } else {
        Strength::TextInGit
    };
    let mut found = Vec::new();
    for trailer in trailers.iter().take(100) {
        let decision = match trailer.key.to_ascii_lowercase().as_str() {
            "reviewed-by" | "approved-by" | "merge-approved-by" => "approved",
            "acked-by" => "acked",
            _ => continue,
        };
        let (name, mail) = match trailer.value.split_once('<') {
            Some((name, mail)) => (name.trim(), mail.trim_end().trim_end_matches('>')),
            None => (trailer.value.trim(), ""),
        };
        if !(name.is_empty() && mail.is_empty()) {
            let name = if name.is_empty() { mail } else { name };
            found.push((name.to_owned(), mail.to_owned(), decision, strength));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{NO_PROJECTS, URGENT, branch_urgent, emergency, label_urgent, request, reviewers, tickets};
    use crate::model::population::{Strength, Trailer};

    fn trailer(key: &str, value: &str) -> Trailer {
        Trailer {
            key: key.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn the_number_of_a_request_is_read_as_each_forge_writes_it() {
        for (message, number) in [
            ("Merge pull request #123 from team/fix\n\nMend it", Some(123)),
            ("Mend it (#45)", Some(45)),
            ("[release-1.2] Mend it (#40) (#45)\n\n* one (#3)", Some(45)),
            ("Auto merge of #99 - a:b, r=c", Some(99)),
            ("Merge #7\n", Some(7)),
            ("Merged in fix/x (pull request #8)", Some(8)),
            ("Merged PR 1234: Mend it", Some(1234)),
            (
                "Merge branch 'x' into 'main'\n\nMend\n\nSee merge request team/app!17",
                Some(17),
            ),
            ("Mend it (!18)", Some(18)),
            (
                "doc: mend\n\nPR-URL: https://github.com/nodejs/node/pull/123\nFixes: x",
                Some(123),
            ),
            ("Mend\n\nReviewed-on: https://review.example.org/c/app/+/4711", Some(4711)),
            ("Mend what #45 broke", None),
            ("Mend it, see (#45) for more", None),
            ("Merge branch 'main' into x", None),
            ("Revert \"Mend it (#45)\"", None),
            ("Mend it (#0)", None),
            ("Mend it (#99999999999999999999)", None),
            ("", None),
        ] {
            assert_eq!(request(message), number, "{message}");
        }
    }

    #[test]
    fn tickets_are_what_trackers_write() {
        let of = |message: &str, trailers: &[Trailer]| tickets(message, trailers).join(" ");
        assert_eq!(of("HOR-118: mend, also PLAT-2", &[]), "HOR-118 PLAT-2");
        assert_eq!(of("Mend CVE-2026-1234 as UTF-8 and RFC-9110", &[]), "");
        assert_eq!(
            of("Mend", &[trailer("Fixes", "#12"), trailer("Refs", "HOR-1, HOR-2")]),
            "HOR-1 HOR-2 #12"
        );
        assert_eq!(of("Mend", &[trailer("Signed-off-by", "HOR-1 <x>")]), "");
        assert!(NO_PROJECTS.is_sorted() && URGENT.is_sorted());
    }

    #[test]
    fn an_emergency_is_one_where_somebody_says_so() {
        for (message, trailers, said) in [
            ("Mend", vec![trailer("Emergency", "yes")], true),
            ("Mend", vec![trailer("Emergency", "no")], false),
            ("Mend", vec![trailer("Change-Type", "Emergency change")], true),
            ("Mend", vec![trailer("Change-Type", "normal")], false),
            ("hotfix: mend", vec![], true),
            ("[Hotfix] mend", vec![], true),
            ("Merge pull request #1 from team/hotfix/login\n\nMend", vec![], true),
            ("Merge pull request #1 from team/hotfixture\n\nMend", vec![], false),
            ("Describe what an emergency change is", vec![], false),
            ("Handle urgent mail first", vec![], false),
        ] {
            assert_eq!(emergency(message, &trailers).is_some(), said, "{message} {trailers:?}");
        }
        assert!(
            label_urgent("prio: URGENT").is_some()
                && label_urgent("not urgent").is_none()
                && label_urgent("non-urgent").is_none()
        );
        assert!(branch_urgent("hotfix-2").is_some() && branch_urgent("feature/x").is_none());
    }

    #[test]
    fn reviewers_in_trailers_are_text() {
        let found = reviewers(
            &[
                trailer("Reviewed-by", "One <one@example.org>"),
                trailer("Acked-by", "<two@example.org>"),
                trailer("Signed-off-by", "Three <3>"),
                trailer("Reviewed-by", ""),
            ],
            false,
        );
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].0.as_str(), found[0].2, found[0].3),
            ("One", "approved", Strength::TextInGit)
        );
        assert_eq!((found[1].0.as_str(), found[1].2), ("two@example.org", "acked"));
    }

    proptest! {
        #[test]
        fn any_message_is_read(message in any::<String>(), value in any::<String>()) {
            let trailers = [trailer("Reviewed-by", &value), trailer("Change-Type", &value), trailer("Refs", &value)];
            request(&message);
            tickets(&message, &trailers);
            emergency(&message, &trailers);
            reviewers(&trailers, true);
            branch_urgent(&value);
            label_urgent(&value);
        }
    }
}
