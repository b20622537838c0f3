//! A file cannot be read, or not whole. Of runbooks it is told here, of other files where they are read.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Place;

/// Files that could not be read.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "file-unreadable",
        summary: "A file of the handbook cannot be read, or only in part",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Runbooks, release records, evidence, bills of materials, changelogs and logs are read by their content. What cannot be read, \
                 or only in part, is named with its line where one is known; everything else goes on.",
        matters: "Evidence that cannot be read proves nothing, and a gate that rests on it counts as not shown. Of a runbook that was read in \
                 part nobody knows whether the rest is true, so it is not checked.",
        example: "A test report that ends in the middle because the job was cut off.",
        fix: "Produce the file again, or correct it at the line that the finding names.",
    },
    check: Check::Always(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for problem in context.runbook.runbook.unread() {
        findings.push(Finding {
            message: problem.message.clone(),
            place: problem.line.map(Place::of_line),
            ..context.finding(&RULE.text, None)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::inline;
    use crate::audit::testing::tree;
    use crate::model::finding::Problem;
    use crate::model::freshness::State;

    #[test]
    fn a_runbook_that_was_read_in_part_is_told_and_not_checked() {
        let mut fixture = tree(&["deploy.sh"]).reviewed("2026-06-01").naming(inline("deploy.sh"));
        assert!(fixture.findings("file-unreadable").is_empty());
        assert_eq!(fixture.state().0, State::Fresh);
        fixture.runbook.problems = vec![
            Problem::of_file("the file has 9 bytes; only the first 8 were read"),
            Problem::at(3, "the text is not UTF-8 here"),
        ];
        assert_eq!(
            fixture.findings("file-unreadable"),
            [
                "warning docs/runbook.md:0: the file has 9 bytes; only the first 8 were read",
                "warning docs/runbook.md:3: the text is not UTF-8 here"
            ]
        );
        let why = "The text was not read whole: the file has 9 bytes; only the first 8 were read.";
        assert_eq!(fixture.state(), (State::NotChecked, why.to_owned()));
    }
}
