//! The history of the repository cannot be read.

use crate::audit::rule::{Check, EditionContext, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::history::Completeness;

/// History that is not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "history-unavailable",
        summary: "The history of the repository is missing or cut short",
        severity: Severity::Info,
        confidence: Confidence::High,
        checks: "Whether all commits can be reached. In a shallow clone, or without git, it is unknown when a runbook was last edited and \
                 what changed since its review.",
        matters: "A runbook without a review date has no date at all then. Unknown is not fresh.",
        example: "A pipeline that clones with `--depth 1`.",
        fix: "Clone the whole history: `fetch-depth: 0` for the checkout action, or `git fetch --unshallow`. With `--filter=blob:none` this \
              costs little.",
    },
    check: Check::Edition(check),
};

fn check(context: &EditionContext<'_>, findings: &mut Vec<Finding>) {
    let (message, help) = match context.past.history.completeness {
        // The summary says what a partial clone lacks; its commits are all there.
        Completeness::Full | Completeness::Partial => return,
        Completeness::Shallow => (
            "the history is cut short, so that dates of older commits are unknown",
            "fetch all of it: `fetch-depth: 0`, or `git fetch --unshallow`",
        ),
        Completeness::None => (
            "there is no history, so that dates of commits are unknown",
            "run it on a git repository with commits",
        ),
    };
    findings.push(Finding {
        message: message.to_owned(),
        help: Some(help.to_owned()),
        ..Finding::of(&RULE.text, "")
    });
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;
    use crate::model::history::Completeness;

    #[test]
    fn a_shallow_clone_is_told_once() {
        let mut fixture = tree(&[]);
        fixture.past.history.completeness = Completeness::Shallow;
        assert_eq!(
            fixture.findings("history-unavailable"),
            ["info :0: the history is cut short, so that dates of older commits are unknown"]
        );
    }

    #[test]
    fn a_full_clone_is_not_mentioned() {
        assert!(tree(&[]).findings("history-unavailable").is_empty());
    }

    #[test]
    fn the_only_commit_of_a_shallow_clone_gives_no_date() {
        let mut fixture = tree(&[]).touched("a", "2026-06-01");
        fixture.past.history.completeness = Completeness::Shallow;
        assert_eq!(fixture.judged().freshness.reviewed, None);
    }
}
