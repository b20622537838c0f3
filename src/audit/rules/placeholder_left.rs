//! Text that was to be filled in was left in a runbook.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::audit::prose::{holds_any, plain_words, search};
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Span;

/// Place holders that were left.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "placeholder-left",
        summary: "Text that was to be filled in was left in the runbook",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "`CHANGEME`, `CHANGE_ME`, `REPLACEME`, `REPLACE_ME`, \"lorem ipsum\" and template prompts such as `[insert name here]` in sentences, lists and \
                 tables. Operands of commands (`<environment>`), code and templates are left alone, and so are sentences that tell the \
                 reader to replace such a word.",
        matters: "A runbook that was copied from a template says nothing at the place where it matters.",
        example: "Escalate to CHANGEME when the error rate stays high.",
        fix: "Write what belongs there, or take the sentence out.",
    },
    check: Check::Current(check),
};

/// The words, in small letters.
const WORDS: &[&str] = &["changeme", "change_me", "replaceme", "replace_me", "lorem ipsum", "[insert "];

/// Words of sentences that speak about such a word.
const SPOKEN: &[&str] = &[
    "replace", "replaces", "replacing", "substitute", "change", "search", "every", "all", "any", "value", "placeholder",
];

/// A search for all of them.
static SEARCH: LazyLock<Regex> = LazyLock::new(|| search(WORDS));

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let path = context.runbook.path.to_lowercase();
    if path.contains("template") || path.contains("example") {
        return;
    }
    let runbook = &context.runbook.runbook;
    if !holds_any(runbook, &runbook.held.placeholders, &SEARCH) {
        return;
    }
    for (span, words) in plain_words(runbook) {
        let Some((from, to)) = left(words) else { continue };
        let place = Span::new(span.start as usize + from, span.start as usize + to);
        findings.push(Finding {
            message: format!("`{}` was never filled in", &words[from..to]),
            help: Some("write what belongs there".to_owned()),
            reference: Some(words[from..to].to_owned()),
            ..context.finding(&RULE.text, Some(place))
        });
    }
}

/// Where a text that is to be filled in begins and ends.
fn left(words: &str) -> Option<(usize, usize)> {
    let lower = words.to_ascii_lowercase();
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    let stands_alone = |at: usize, word: &str| {
        is_edge(lower[..at].chars().next_back()) && (word.ends_with(' ') || is_edge(lower[at + word.len()..].chars().next()))
    };
    let (at, word) = WORDS.iter().find_map(|word| {
        let at = lower.find(word).filter(|at| stands_alone(*at, word))?;
        Some((at, *word))
    })?;
    let is_spoken_of = lower[..at]
        .split(|c: char| !c.is_alphanumeric())
        .any(|before| SPOKEN.contains(&before));
    let is_about = ["placeholder", "detection", "prevention"]
        .iter()
        .any(|word| lower[at..].contains(word));
    if is_spoken_of || is_about {
        return None;
    }
    let end = match word {
        "[insert " => at + lower[at..].find(']')? + 1,
        word => at + word.len(),
    };
    Some((at, end))
}

#[cfg(test)]
mod tests {
    use super::left;
    use crate::audit::testing::tree;

    #[test]
    fn words_that_hold_a_place_are_found() {
        assert_eq!(left("Escalate to CHANGEME now"), Some((12, 20)));
        assert_eq!(left("Lorem ipsum dolor sit amet"), Some((0, 11)));
        assert_eq!(left("Call [insert name here] first"), Some((5, 23)));
    }

    #[test]
    fn sentences_about_them_and_operands_are_not() {
        assert_eq!(left("Replace CHANGEME with your token"), None);
        assert_eq!(left("No secret may have the value CHANGEME"), None);
        assert_eq!(left(": CHANGEME prevention"), None);
        assert_eq!(left("deploy <environment> to <region>"), None);
        assert_eq!(left("insert the disk"), None);
        assert_eq!(left("the replacement of the disk"), None);
    }

    #[test]
    fn a_text_without_them_is_fine() {
        assert!(
            tree(&[])
                .says("Escalate to the platform team\n")
                .findings("placeholder-left")
                .is_empty()
        );
    }
}
