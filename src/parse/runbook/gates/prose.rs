//! Sentences: "passes only when", "must pass", "only after green", "roll back if".

use std::ops::Range;

use crate::command::mapped::one_line;
use crate::model::declaration::DeclarationKind;
use crate::parse::runbook::gates::bound::bounds;
use crate::parse::runbook::gates::figure::Purpose;
use crate::parse::runbook::gates::item;
use crate::parse::runbook::gates::mode::Mode;
use crate::parse::runbook::gates::sink::{Says, Sink, Source};
use crate::parse::runbook::gates::words::{Words, is_state};
use crate::parse::runbook::outline::Block;

/// What the sentences of a block ask for. True when one of them made a gate or a criterion.
pub(crate) fn read(
    source: &Source<'_>,
    block: &Block,
    words: &Words<'_>,
    mode: Mode,
    announces_undoing: bool,
    sink: &mut Sink,
) -> bool {
    let before = sink.found.len();
    for sentence in sentences(words) {
        of_sentence(source, block, words, sentence, mode, announces_undoing, sink);
    }
    sink.found.len() > before
}

fn of_sentence(
    source: &Source<'_>,
    block: &Block,
    words: &Words<'_>,
    sentence: Range<usize>,
    mode: Mode,
    announces_undoing: bool,
    sink: &mut Sink,
) {
    let lower = words.lower[sentence.clone()].trim();
    let says = |phrases: &[&str]| words.says_in(lower, phrases);
    let is_conditional = lower
        .trim_start_matches(|char: char| !char.is_alphanumeric())
        .starts_with("if ")
        || lower.starts_with("when ");
    let undoes = says(&[
        "roll back", "rollback", "roll-back", "revert", "freeze", "abort", "halt", "open incident", "no-go", "kill-switch",
        "pause the rollout",
    ]);
    let breaks = says(&["exceed", "threshold", "breach", "violat"]);
    let within = |bound: &crate::parse::runbook::gates::figure::Bound| sentence.contains(&bound.range.start);
    if (undoes || announces_undoing || mode == Mode::Rollback)
        && (is_conditional || says(&[" if ", " when ", "any "]))
        && !lower.ends_with("holds:")
    {
        let has_bound = bounds(words, "", Purpose::Breach).iter().any(within);
        if has_bound || breaks {
            item::breach(source, block, words, sentence, sink);
        }
        return;
    }
    if is_conditional
        || says(&[
            "all gates", "gates below", "gates above", "each gate", "any failed", "not yet", "optional",
        ])
    {
        return;
    }
    let only = says(&[
        "passes only when", "pass only when", "passes only if", "only proceed when", "only proceed if", "proceed only if",
        "proceed only when", "only once",
    ]) || says(&["only after "]) && words_behind(lower, "only after ");
    // "Required checks:" announces the checks and is none.
    let must = !lower.ends_with(':')
        && says(&[
            "must pass",
            "must be green",
            "must all pass",
            "must succeed",
            "required checks",
            "must be passing",
            "must complete successfully",
        ]);
    let requires = matches!(mode, Mode::Gates | Mode::Titled) && says(&["requires ", "must ", "required to"]);
    // Most sentences ask for nothing, and looking for numbers costs most.
    if !(only || must || requires) {
        return;
    }
    let found: Vec<_> = bounds(words, "", Purpose::Demand)
        .into_iter()
        .filter(|bound| within(bound))
        .collect();
    let value = requires.then(|| to_be(words, &sentence)).flatten();
    let is_gate = only || must && mode != Mode::Procedure || requires && (!found.is_empty() || value.is_some());
    if !is_gate {
        return;
    }
    let name: String = one_line(&words.text[sentence.clone()]).chars().take(80).collect();
    sink.read(source.outline, block, sentence, DeclarationKind::Gate, Says::name(&name));
    for bound in &found {
        let says = Says::bound(&name, bound);
        sink.read(source.outline, block, bound.range.clone(), DeclarationKind::Threshold, says);
    }
    if let Some((range, metric, value)) = value.filter(|_| found.is_empty()) {
        let says = Says {
            metric,
            comparison: ">=",
            value,
            ..Says::name(&name)
        };
        sink.read(source.outline, block, range, DeclarationKind::Threshold, says);
    }
}

/// Whether a state or "is" stands right behind a phrase.
fn words_behind(lower: &str, phrase: &str) -> bool {
    let Some(at) = lower.find(phrase) else { return false };
    let clause = lower[at + phrase.len()..]
        .split([',', ';', ':', '.'])
        .next()
        .unwrap_or_default();
    clause
        .split(|char: char| !char.is_alphanumeric())
        .any(|word| is_state(word) || matches!(word, "verified" | "verification"))
}

/// "requires every domain score to be `10/10`": where it stands, what is measured, the number.
fn to_be(words: &Words<'_>, sentence: &Range<usize>) -> Option<(Range<usize>, String, String)> {
    let at = words.lower[sentence.clone()].find(" to be ").map(|at| sentence.start + at)?;
    let rest = &words.text[at + 7..sentence.end];
    let lead = rest.len() - rest.trim_start_matches(['`', ' ', '*']).len();
    let length = rest[lead..]
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'.'))
        .count();
    let value = rest[lead..lead + length].trim_end_matches(['.', '/']);
    let metric: Vec<&str> = words.lower[sentence.start..at].split_whitespace().rev().take(2).collect();
    let metric: Vec<&str> = metric.into_iter().rev().collect();
    value
        .starts_with(|char: char| char.is_ascii_digit())
        .then(|| (at + 7 + lead..at + 7 + lead + value.len(), metric.join(" "), value.to_owned()))
}

/// The sentences of a block.
fn sentences(words: &Words<'_>) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let bytes = words.lower.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_end = matches!(byte, b'.' | b'!' | b'?') && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
        if is_end {
            sentences.push(start..at + 1);
            start = at + 1;
        }
    }
    if !words.lower[start..].trim().is_empty() {
        sentences.push(start..words.lower.len());
    }
    sentences
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn certain_sentences_are_gates() {
        for (text, expected) in [
            (
                "The gate passes only when all checks are green.\n",
                "1 gate The gate passes only when all checks are green.",
            ),
            (
                "Words. All tests must pass before it.\n",
                "1 gate All tests must pass before it.",
            ),
            (
                "1. Allow `deploy` only after green verification.\n",
                "1 gate Allow deploy only after green verification.",
            ),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
        for text in [
            "If any of these must pass and fails, stop.\n",
            "Readiness requires all gates below to pass.\n",
            "Promote only after lunch.\n",
            "All thresholds are hard gates.\n",
        ] {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn sentences_about_undoing_are_criteria() {
        assert_eq!(
            read(
                "## Watch\n1. Roll back immediately if the error budget threshold is exceeded.\n\nIf lag persists for 2 consecutive checks:\n1. freeze rollout\n"
            ),
            [
                "2 criterion Roll back immediately if the error budget threshold is exceeded.: roll back immediately error budget threshold",
                "4 criterion If lag persists for 2 consecutive checks:: lag >= 2 consecutive",
            ]
        );
    }
}
