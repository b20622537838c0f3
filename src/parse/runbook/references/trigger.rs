//! What a sentence says starts a workflow: "`ci.yml` runs on every pull request". Only plain words count; most sentences about a workflow
//! say something else.

use std::ops::Range;

/// What may stand between the workflow and the verb.
const SUBJECTS: &[&str] = &["", " workflow", " pipeline", " action", " github actions workflow"];

/// Verbs, with what may follow them up to the preposition.
const VERBS: &[&str] = &[
    "runs", "run", "triggers", "starts", "fires", "executes", "is triggered", "is started", "is run", "will run",
];

/// Ways to say that every change that is proposed is checked.
const PULL_REQUESTS: &[&str] = &[
    "every pull request", "every pr", "each pull request", "each pr", "all pull requests", "all prs", "pull requests",
];

/// Ways to say that somebody starts it by hand.
const BY_HAND: &[&str] = &["manual dispatch", "workflow_dispatch", "workflow dispatch", "manual trigger"];

/// The trigger that the words right behind a workflow name, and where it stands in them: `pull_request`, `workflow_dispatch`, or
/// `push:tags:v*`.
pub(crate) fn trigger(behind: &str) -> Option<(Range<usize>, String)> {
    let lower = behind.to_ascii_lowercase();
    let mut subjects = SUBJECTS
        .iter()
        .filter_map(|subject| lower.strip_prefix(subject))
        .map(str::trim_start);
    let rest = subjects.find_map(|rest| {
        let verb = VERBS
            .iter()
            .filter(|verb| rest.starts_with(**verb))
            .max_by_key(|verb| verb.len())?;
        rest[verb.len()..].strip_prefix(' ')
    })?;
    let rest = ["automatically ", "only "]
        .iter()
        .fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let start = |rest: &str| lower.len() - rest.len();
    if let Some(after) = rest.strip_prefix("manually") {
        return ends(after).then(|| (start(rest)..start(after), "workflow_dispatch".to_owned()));
    }
    let object = ["on ", "by ", "via ", "for ", "through "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))?;
    let object = object.strip_prefix("a ").unwrap_or(object);
    for (phrases, event) in [(&PULL_REQUESTS[..], "pull_request"), (&BY_HAND[..], "workflow_dispatch")] {
        let after = phrases
            .iter()
            .find_map(|phrase| object.strip_prefix(phrase))
            .filter(|after| ends(after));
        if let Some(after) = after {
            return Some((start(object)..start(after), event.to_owned()));
        }
    }
    let after = ["tags matching ", "tags ", "tag "]
        .iter()
        .find_map(|word| object.strip_prefix(word))?;
    let at = start(after);
    let written = behind.get(at..)?;
    let end = written
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '*' | '.' | '-' | '_' | '/' | '+')))
        .unwrap_or(written.len());
    let pattern = written[..end].trim_end_matches('.');
    let is_pattern = pattern.contains('*') && pattern.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_pattern.then(|| (at..at + pattern.len(), format!("push:tags:{pattern}")))
}

/// Whether a phrase is over: "pull requests to `main`" says more than that.
fn ends(after: &str) -> bool {
    let next = after.trim_start_matches(['*', '`', ')']);
    next.is_empty() || next.starts_with(['.', ',', ';', '\n']) || next.starts_with(" and ") || next.starts_with(" or ")
}

#[cfg(test)]
mod tests {
    use super::trigger;

    fn said(behind: &str) -> Option<(&str, String)> {
        trigger(behind).map(|(range, name)| (&behind[range], name))
    }

    #[test]
    fn plain_words_name_a_trigger() {
        assert_eq!(
            said(" runs on every pull request."),
            Some(("every pull request", "pull_request".to_owned()))
        );
        assert_eq!(
            said(" workflow is triggered by manual dispatch, then"),
            Some(("manual dispatch", "workflow_dispatch".to_owned()))
        );
        assert_eq!(
            said(" runs automatically on tags v* and waits"),
            Some(("v*", "push:tags:v*".to_owned()))
        );
        assert_eq!(said(" is run manually."), Some(("manually", "workflow_dispatch".to_owned())));
    }

    #[test]
    fn other_words_name_none() {
        for words in [
            " builds every pull request",
            " runs on every pull request to main",
            " does not run on every pull request",
            " runs on tag pushes",
            " runs on the release branch",
            " runs manually approved steps",
            "",
        ] {
            assert_eq!(trigger(words), None, "{words}");
        }
    }
}
