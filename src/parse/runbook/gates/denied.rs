//! What a text allows of cases in words: "nothing skipped", "skips are not allowed", "all tests run and pass", "on the first attempt", "one
//! skipped test at most", "failures 0".

use std::ops::Range;

use crate::model::count::of_word;
use crate::parse::runbook::gates::figure::Bound;
use crate::parse::runbook::gates::words::{Placed, Words, is_unwanted};

/// Words for cases that did not run. Sorted.
const NOT_RUN: [&str; 11] = [
    "disabled", "ignored", "pending", "skip", "skipped", "skipping", "skips", "todo", "todos", "xfail", "xfails",
];

/// Words for cases that passed after another try. Sorted.
const AGAIN: [&str; 9] = [
    "flake", "flakes", "flaky", "re-run", "re-runs", "rerun", "reruns", "retries", "retry",
];

/// Words for what is counted. Sorted.
const CASES: [&str; 8] = ["case", "cases", "scenario", "scenarios", "spec", "specs", "test", "tests"];

/// Adds what words allow where no number with a sign said it.
pub(super) fn denied(words: &Words<'_>, found: &mut Vec<Bound>) {
    let tokens = words.placed();
    for at in 0..tokens.len() {
        let bound = none_of(words, &tokens, at)
            .or_else(|| not_allowed(words, &tokens, at))
            .or_else(|| all_run(words, &tokens, at))
            .or_else(|| first_try(&tokens, at))
            .or_else(|| sign_behind(words, &tokens, at))
            .or_else(|| nought_behind(words, &tokens, at));
        let Some(bound) = bound else { continue };
        let is_read = found
            .iter()
            .any(|other| other.range.start < bound.range.end && bound.range.start < other.range.end);
        if !is_read {
            found.push(bound);
        }
    }
}

fn bound(metric: &str, comparison: &'static str, value: &str, range: Range<usize>) -> Bound {
    Bound {
        metric: metric.to_owned(),
        comparison,
        value: value.to_owned(),
        unit: String::new(),
        range,
    }
}

/// What a word for cases is counted as.
fn counted_as(word: &str) -> Option<&'static str> {
    let is_in = |list: &[&str]| list.binary_search(&word).is_ok();
    if is_in(&NOT_RUN) {
        Some("skipped")
    } else {
        is_in(&AGAIN).then_some("flaky")
    }
}

/// Whether nothing but blanks stands between two words.
fn is_close(words: &Words<'_>, first: &Range<usize>, second: &Range<usize>) -> bool {
    words.lower[first.end..second.start].trim().is_empty()
}

/// "nothing skipped", "no pending tests", "without retries": none of what did not run, or of what ran again.
fn none_of(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (range, word) = &tokens[at];
    if !matches!(
        *word,
        "no" | "none" | "nothing" | "without" | "zero" | "0" | "neither" | "never"
    ) {
        return None;
    }
    let mut next = at + 1;
    while tokens
        .get(next)
        .is_some_and(|(_, word)| matches!(*word, "any" | "be" | "being" | "is" | "are" | "were"))
    {
        next += 1;
    }
    let (of, what) = tokens.get(next)?;
    let metric = counted_as(what)?;
    // "no pending migrations" is about something else.
    let behind = tokens.get(next + 1).filter(|(range, _)| is_close(words, of, range));
    let is_free = behind.is_none_or(|(_, word)| {
        CASES.binary_search(word).is_ok()
            || counted_as(word).is_some()
            || matches!(
                *word,
                "allowed" | "and" | "at" | "in" | "needed" | "or" | "nor" | "permitted" | "steps"
            )
    });
    (is_free && is_close(words, range, &tokens[at + 1].0)).then(|| bound(metric, "<=", "0", range.start..of.end))
}

/// "skips are not allowed", "skipping tests is forbidden", "critical findings: not permitted".
fn not_allowed(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (range, word) = &tokens[at];
    let is_denial = matches!(*word, "forbidden" | "prohibited" | "disallowed" | "unacceptable");
    let is_allowing = matches!(*word, "allowed" | "permitted" | "accepted" | "acceptable" | "tolerated");
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    let is_denied = is_allowing && before(1).is_some_and(|(_, word)| matches!(*word, "not" | "never"));
    if !is_denial && !is_denied {
        return None;
    }
    let clause = words.lower[..range.start].rfind([',', ';', '.', '(']).map_or(0, |at| at + 1);
    let inside: Vec<&Placed<'_>> = tokens[..at].iter().filter(|(range, _)| range.start >= clause).collect();
    let is_link = |word: &str| matches!(word, "are" | "be" | "is" | "must" | "never" | "not" | "strictly");
    let named: Vec<&&Placed<'_>> = inside.iter().filter(|(_, word)| !is_link(word)).collect();
    let (first, last) = (named.first()?, named.last()?);
    let is_known = |word: &str| counted_as(word).is_some() || is_unwanted(word) || CASES.binary_search(&word).is_ok();
    if named.len() > 4 || !named.iter().all(|(_, word)| is_known(word)) {
        return None;
    }
    let metric = named.iter().find_map(|(_, word)| counted_as(word)).map(str::to_owned);
    let unwanted: Vec<&str> = named.iter().map(|(_, word)| *word).filter(|word| is_unwanted(word)).collect();
    let metric = metric.or_else(|| (!unwanted.is_empty()).then(|| unwanted.join(" ")))?;
    Some(bound(&metric, "<=", "0", first.0.start..range.end.max(last.0.end)))
}

/// "all tests run and pass": none of them is left out.
fn all_run(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (range, word) = &tokens[at];
    if !matches!(*word, "all" | "each" | "every") {
        return None;
    }
    let noun = (at + 1..at + 4).find(|next| tokens.get(*next).is_some_and(|(_, word)| CASES.binary_search(word).is_ok()))?;
    let rest: Vec<&str> = tokens[noun + 1..].iter().take(5).map(|(_, word)| *word).collect();
    let rest = match rest.as_slice() {
        ["must" | "have" | "are" | "were", "be" | "been", rest @ ..] | ["must" | "have" | "are" | "were", rest @ ..] => rest,
        rest => rest,
    };
    let is_run = matches!(
        rest,
        ["executed", ..]
            | [
                "run" | "runs" | "ran",
                "and",
                "pass" | "passes" | "passed" | "succeed" | "succeeds",
                ..
            ]
    );
    let end = tokens[noun].0.end;
    let is_one = !words.lower[range.start..end].contains([',', ';', '.', ':']);
    (is_run && is_one).then(|| bound("skipped", "<=", "0", range.start..end))
}

/// "on the first attempt", "pass first time": nothing was tried again.
fn first_try(tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (range, word) = &tokens[at];
    let (end, next) = tokens.get(at + 1)?;
    let before = at.checked_sub(1).map_or("", |at| tokens[at].1);
    let is_verb = matches!(before, "green" | "pass" | "passed" | "passes");
    let is_try = matches!(*next, "attempt" | "try") && (is_verb || matches!(before, "the" | "at" | "on"));
    (*word == "first" && (is_try || is_verb && *next == "time")).then(|| bound("flaky", "<=", "0", range.start..end.end))
}

/// "one skipped test at most", "3 tests or more", "skipped: at most one": a count whose side stands behind what is counted.
fn sign_behind(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (range, word) = &tokens[at];
    let value = number(word)?;
    let is_word = |word: &str| {
        counted_as(word).is_some()
            || CASES.binary_search(&word).is_ok()
            || is_unwanted(word)
            || matches!(word, "low" | "medium" | "moderate")
    };
    let counted: Vec<&str> = tokens[at + 1..]
        .iter()
        .take(3)
        .map(|(_, word)| *word)
        .take_while(|word| is_word(word))
        .collect();
    let last = tokens.get(at + counted.len())?;
    let comparison = if counted.is_empty() {
        // "skipped at most one"
        let side = (
            at.checked_sub(2).map(|at| tokens[at].1),
            at.checked_sub(1).map(|at| tokens[at].1),
        );
        return match side {
            (Some("at"), Some("most")) => {
                let (of, what) = tokens.get(at.checked_sub(3)?)?;
                let is_end = tokens.get(at + 1).is_none_or(|(next, _)| !is_close(words, range, next));
                (is_end && is_word(what)).then(|| bound(counted_as(what).unwrap_or(what), "<=", &value, of.start..range.end))
            }
            _ => None,
        };
    } else {
        let before = at.checked_sub(1).map_or("", |at| tokens[at].1);
        let behind: Vec<&str> = tokens[at + counted.len() + 1..]
            .iter()
            .take(2)
            .map(|(_, word)| *word)
            .collect();
        match (before, behind.as_slice()) {
            ("max", _) | (_, ["at", "most"] | ["or", "fewer" | "less"] | ["max" | "maximum" | "tops", ..]) => "<=",
            ("min", _) | (_, ["at", "least"] | ["or", "more"] | ["minimum" | "min", ..]) => ">=",
            _ => return None,
        }
    };
    let metric = counted.iter().find_map(|word| counted_as(word)).map(str::to_owned);
    let metric = metric.unwrap_or_else(|| counted.join(" "));
    Some(bound(&metric, comparison, &value, range.start..last.0.end))
}

/// "failures 0, skipped 0": a clause that is a name and nought.
fn nought_behind(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (range, word) = &tokens[at];
    if *word != "0" {
        return None;
    }
    let ends = [',', ';', '/', '(', ')', '|', '\n'];
    let start = words.lower[..range.start].rfind(ends).map_or(0, |at| at + 1);
    let behind = words.lower[range.end..].trim_start();
    let is_end = behind.is_empty() || behind.starts_with(ends) || behind.starts_with('.') && behind.trim_end().len() == 1;
    let name = words.lower[start..range.start].trim();
    let mut parts = name.split_whitespace().peekable();
    let is_known = |word: &str| is_unwanted(word) || counted_as(word).is_some() || matches!(word, "failed" | "failing");
    let is_name = parts.peek().is_some() && name.split_whitespace().count() <= 3 && parts.all(is_known);
    let metric = counted_as(name).unwrap_or(name);
    let begin = start + (words.lower[start..].len() - words.lower[start..].trim_start().len());
    (is_end && is_name).then(|| bound(metric, "<=", "0", begin..range.end))
}

fn number(word: &str) -> Option<String> {
    if !word.is_empty() && word.len() < 7 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(word.to_owned());
    }
    of_word(word).map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::{AGAIN, CASES, NOT_RUN, denied};
    use crate::parse::runbook::gates::words::Words;

    fn read(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        denied(&Words::new(text, &[]), &mut found);
        let line = |bound: &super::Bound| format!("{} {} {}", bound.metric, bound.comparison, bound.value);
        found.iter().map(line).collect()
    }

    #[test]
    fn what_must_not_be_is_bounded_by_nought() {
        assert!(AGAIN.is_sorted() && CASES.is_sorted() && NOT_RUN.is_sorted());
        for (text, expected) in [
            ("no failures, nothing skipped", "skipped <= 0"),
            ("nothing is skipped", "skipped <= 0"),
            ("no failures; skips not allowed", "skipped <= 0"),
            ("skipping tests is forbidden", "skipped <= 0"),
            ("skipped tests are never accepted", "skipped <= 0"),
            ("critical findings are not allowed", "critical findings <= 0"),
            ("all tests run and pass", "skipped <= 0"),
            ("every test runs and passes", "skipped <= 0"),
            ("all unit tests must be executed", "skipped <= 0"),
            ("no pending tests", "skipped <= 0"),
            ("no flaky tests", "flaky <= 0"),
            ("all pass without retries", "flaky <= 0"),
            ("passes on the first attempt", "flaky <= 0"),
            ("pass first time", "flaky <= 0"),
            ("one skipped test at most", "skipped <= 1"),
            ("skipped at most one", "skipped <= 1"),
            ("3 tests or more", "tests >= 3"),
            ("100 tests minimum", "tests >= 100"),
            ("max 2 moderate", "moderate <= 2"),
            ("min 10 tests", "tests >= 10"),
            ("failures 0", "failures <= 0"),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
        assert_eq!(
            read("failures 0, errors 0, skipped 0"),
            ["failures <= 0", "errors <= 0", "skipped <= 0"]
        );
        assert_eq!(read("critical 0 / high 0"), ["critical <= 0", "high <= 0"]);
    }

    #[test]
    fn words_about_something_else_bound_nothing() {
        for text in [
            "no pending migrations",
            "nothing",
            "skips the cache",
            "skipped tests are listed",
            "skipped tests are allowed",
            "changes are not allowed after the freeze",
            "all tests run in CI",
            "all checks run and pass",
            "the first time a reader sees it",
            "first attempt",
            "no expected failures",
            "max 3 reviewers",
            "one test",
            "exit code 0",
            "sprint 0",
            "at most one",
            "no retry budget is set",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }
}
