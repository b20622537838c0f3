//! A test that a command chooses by its name does not exist.

use crate::audit::rule::{Check, Rule};
use crate::audit::rules::missing::report;
use crate::model::finding::{Confidence, RuleText, Severity};
use crate::model::kind::Kind;

/// Tests that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "test-missing",
        summary: "A command chooses a test by a name that no test has",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "The filters of `cargo test` and `cargo nextest run`, the parts behind `::` of `pytest`, and the names behind `-run` of `go test` are looked for in the \
                 files of the repository. A name that stands in none of them, as a whole or as a part of a longer one, is that of no test. Only \
                 names of several parts, such as `restores_all_rows`, are looked for: single words and patterns say too little.",
        matters: "Runners run no test and end with success, so that the step proves nothing and nobody notices.",
        example: "`cargo test -p store restores_all_rows`, while the test is called `restores_every_row`.",
        fix: "Write the name as it is today, or take the step out.",
    },
    check: Check::Current(|context, findings| {
        report(
            context,
            &RULE.text,
            |kind| kind == Kind::TestName,
            "tests",
            |_, _, _| (RULE.text.severity, RULE.text.confidence),
            findings,
        );
    }),
};

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_test_that_is_nowhere_is_a_warning() {
        let fixture = tree(&[])
            .mentioning("restores_all", &["src/x.rs"])
            .mentioning("restores_none", &[])
            .naming(named(Kind::TestName, "restores_all", &[], ""))
            .naming(named(Kind::TestName, "restores_none", &[], ""));
        assert_eq!(
            fixture.findings("test-missing"),
            ["warning docs/runbook.md:2 `restores_none`: no test is called `restores_none`"]
        );
    }
}
