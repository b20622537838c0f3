//! A review that the tool wrote into a runbook cannot be read any more.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::form::REMEDY;

/// Stamps that cannot be read.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "stamp-damaged",
        summary: "The stamp of the last review cannot be read",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "`runproof review` writes a stamp into the runbook: the day, who reviewed it, and a fingerprint of each thing that is named. A \
                 stamp with a missing or unreadable part counts as none, and so does one that a newer version of Runproof wrote.",
        matters: "Without the stamp nobody knows what the last reviewer looked at.",
        example: "`<!-- runproof-review: {on: soon} -->`",
        fix: "Run `runproof review` again; it replaces the damaged stamp. A merge conflict in a stamp is solved in the same way. A stamp of a newer \
              version is left alone: install that version.",
    },
    check: Check::Always(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if let Some(damaged) = &context.runbook.runbook.metadata.damaged_stamp {
        findings.push(Finding {
            message: damaged.value.clone(),
            help: Some(if context.runbook.runbook.metadata.has_newer_stamp {
                REMEDY.to_owned()
            } else {
                format!("run `runproof review {}` again", context.runbook.path)
            }),
            ..context.finding(&RULE.text, Some(damaged.span))
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;
    use crate::model::place::Span;
    use crate::model::runbook::Declared;

    #[test]
    fn a_damaged_stamp_is_reported_at_its_place() {
        let mut fixture = tree(&[]).says("# T\n\n<!-- runproof-review: x -->\n");
        assert!(fixture.findings("stamp-damaged").is_empty());
        fixture.runbook.metadata.damaged_stamp = Some(Declared {
            value: "it cannot be read".to_owned(),
            span: Span::new(5, 31),
        });
        assert_eq!(
            fixture.findings("stamp-damaged"),
            ["warning docs/runbook.md:3: it cannot be read"]
        );
    }
}
