//! Counting what a record lists as cases: only words that are known to be good pass.

use crate::model::evidence::{CaseKind, CaseResult, FailedCase, NamedResult, TestFacts};
use crate::parse::gate::plain::first_line;

/// Failed entries that are listed.
const MAX_FAILED: usize = 50;

/// Words of a result that pass. Sorted.
const GOOD: &[&str] = &[
    "active", "complete", "completed", "confirmed", "deployed", "done", "ok", "pass", "passed", "ready", "restored", "rotated",
    "sent", "succeeded", "success", "successful", "validated", "verified",
];

/// Words of a result that fail. Sorted.
const BAD: &[&str] = &[
    "aborted", "broken", "cancelled", "error", "fail", "failed", "failure", "lost", "missing", "rejected", "timed out", "timeout",
];

/// Words of a result of what was not done. Sorted.
const LEFT: &[&str] = &[
    "not done", "not_done", "open", "pending", "skipped", "stopped", "todo", "waiting",
];

/// Cases of a kind.
pub(super) fn of(kind: CaseKind) -> TestFacts {
    TestFacts {
        kind,
        suites: 1,
        ..TestFacts::default()
    }
}

/// Adds a case.
pub(super) fn add(facts: &mut TestFacts, name: &str, result: CaseResult, message: &str) {
    let name = first_line(name);
    facts.tests += 1;
    match result {
        CaseResult::Passed => {}
        CaseResult::Skipped => facts.skipped += 1,
        CaseResult::Unknown => facts.unknown += 1,
        CaseResult::Failed => {
            facts.failures += 1;
            if facts.failed.len() < MAX_FAILED {
                facts.failed.push(FailedCase {
                    name: name.clone(),
                    message: first_line(message),
                });
            }
        }
    }
    facts.named.push(NamedResult {
        group: String::new(),
        name,
        result,
    });
}

/// What a word for a result says.
pub(super) fn result(word: &str) -> CaseResult {
    let word = word.trim().to_lowercase();
    let is_in = |list: &[&str]| list.binary_search(&word.as_str()).is_ok();
    if is_in(&GOOD) {
        CaseResult::Passed
    } else if is_in(&BAD) {
        CaseResult::Failed
    } else if is_in(&LEFT) {
        CaseResult::Skipped
    } else {
        CaseResult::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::{BAD, GOOD, LEFT, result};
    use crate::model::evidence::CaseResult;

    #[test]
    fn only_words_that_are_known_pass() {
        assert!(GOOD.is_sorted() && BAD.is_sorted() && LEFT.is_sorted());
        for (word, expected) in [
            ("Passed", CaseResult::Passed),
            (" restored ", CaseResult::Passed),
            ("failed", CaseResult::Failed),
            ("pending", CaseResult::Skipped),
            ("mostly", CaseResult::Unknown),
            ("", CaseResult::Unknown),
        ] {
            assert_eq!(result(word), expected, "{word}");
        }
    }
}
