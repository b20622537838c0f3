//! What must not be, in words that nothing counts: "no obsolete snapshots". A report of tests or coverage that tells nothing of it is no answer.

use crate::model::evidence::{CaseKind, Content, Evidence};
use crate::model::gate::Outcome;

/// Beginnings of words for what reports of tests and coverage tell, for what is told elsewhere in the verdict, and for what asks for nothing.
const TOLD: [&str; 57] = [
    "approv", "bad", "block", "broken", "bug", "cancel", "case", "check", "crash", "critical", "decreas", "defect", "depend",
    "disabled", "drop", "earlier", "error", "exception", "exclu", "fail", "few", "finding", "flak", "further", "high", "ignored",
    "incident", "inconclusive", "issue", "job", "later", "less", "limit", "longer", "lower", "manual", "miss", "more", "need",
    "new", "older", "open", "other", "pending", "problem", "red", "regress", "requir", "rerun", "retr", "sign", "skip", "test",
    "timeout", "todo", "warn", "xfail",
];

/// What the words of a gate deny and its evidence does not count, in sentences with the state of each.
pub(super) fn open(sound: &[&Evidence], words: &str, open: &mut Vec<(Outcome, String)>) {
    let is_report = |file: &&Evidence| match &file.artifact.content {
        Content::Tests(facts) => facts.kind == CaseKind::Test,
        Content::Coverage(_) => true,
        _ => false,
    };
    if sound.is_empty() || !sound.iter().all(is_report) {
        return;
    }
    for clause in words.split([',', ';', '.', '(', ')', ':', '\n']) {
        if let Some(denied) = denied(clause) {
            let sentence = format!("The gate asks for `{denied}`, and its evidence does not tell.");
            open.push((Outcome::Inconclusive, sentence));
        }
    }
}

/// The words of a clause that denies something which no report of tests tells.
fn denied(clause: &str) -> Option<&str> {
    let clause = clause.trim();
    let lower = clause.to_lowercase();
    let rest = ["no ", "zero ", "without any ", "without "]
        .iter()
        .find_map(|word| lower.strip_prefix(word))?;
    let words: Vec<&str> = rest
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    // "no method is exempt" says something of the demand itself.
    let is_sentence = words.iter().any(|word| matches!(*word, "are" | "has" | "is" | "may"));
    let is_told = |word: &&str| TOLD.iter().any(|told| word.starts_with(told)) || word.starts_with(|c: char| c.is_ascii_digit());
    let is_plain = !words.is_empty() && words.len() <= 4 && !rest.contains('`');
    (is_plain && !is_sentence && !words.iter().any(is_told)).then_some(clause)
}

#[cfg(test)]
mod tests {
    use super::{TOLD, denied, open};
    use crate::audit::testing::evidence_file;
    use crate::model::evidence::{Artifact, Content, FindingFacts, TestFacts};

    #[test]
    fn what_no_report_tells_is_no_answer() {
        assert!(TOLD.is_sorted());
        for clause in [
            "no obsolete snapshots", "Zero memory leaks", "without data races", "no console output",
        ] {
            assert_eq!(denied(clause), Some(clause));
        }
        for clause in [
            "no failures", "no red tests", "no known issues", "no regressions", "no sign-off needed", "no fewer than 4",
            "no exceptions", "nobody", "all pass without retries", "no `x` left", "no",
        ] {
            assert_eq!(denied(clause), None, "{clause}");
        }
    }

    #[test]
    fn only_reports_of_tests_and_coverage_are_asked() {
        let of = |content: Content| {
            let artifact = Artifact {
                content,
                ..Artifact::default()
            };
            let file = evidence_file("evidence/g/x", artifact);
            let mut told = Vec::new();
            open(&[&file], "all pass, no obsolete snapshots", &mut told);
            told.len()
        };
        assert_eq!(of(Content::Tests(TestFacts::default())), 1);
        assert_eq!(of(Content::Findings(FindingFacts::default())), 0);
    }
}
