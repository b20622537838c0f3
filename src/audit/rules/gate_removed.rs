//! A change takes a gate out of a runbook.

use crate::audit::change::gates::{is_declared, removed};
use crate::audit::change::pair::ChangeContext;
use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};

/// Gates that a change removes.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "gate-removed",
        summary: "The change takes a gate out of a runbook",
        severity: Severity::Error,
        confidence: Confidence::Medium,
        checks: "With `--base` or `--staged`, the gates of every runbook are compared with those before the change, by name and by what they \
                 measure. A gate that is nowhere in the runbooks any more is reported; one that was moved, renamed or reworded is not. Where the \
                 gate was only said in other words and not declared in a table, front matter or a heading, the finding is a warning.",
        matters: "A gate that is deleted passes for ever. Whoever reviews the change sees one row less in a table, if anything.",
        example: "A change that deletes the row `| Image scan | critical = 0 | trivy.sarif |` of the table of gates.",
        fix: "Put the gate back, or say in the change why the release no longer needs it, and waive the finding.",
    },
    check: Check::Change(check),
};

fn check(context: &ChangeContext<'_>, findings: &mut Vec<Finding>) {
    for pair in context.pairs {
        let Some(before) = &pair.before else { continue };
        let old = &before.runbook.runbook;
        // A gate may have moved to another runbook of the same change.
        let now: Vec<_> = context
            .pairs
            .iter()
            .flat_map(|pair| pair.judged.runbook.runbook.declarations.iter().cloned())
            .collect();
        for loss in removed(&old.declarations, &now) {
            let line = old.lines.line(loss.before.span.start);
            findings.push(Finding {
                severity: if is_declared(loss.before) {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                message: format!(
                    "this change removes the gate `{}`: \"{}\"",
                    loss.before.name, loss.before.text
                ),
                help: Some("put it back, or say why the release no longer needs it and waive the finding".to_owned()),
                related: vec![Related {
                    path: before.runbook.path.clone(),
                    place: None,
                    message: format!("stood on line {line} before this change"),
                }],
                ..Finding::of(&RULE.text, pair.path())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::change::gates::tests::gate;
    use crate::audit::change::testing::change;
    use crate::audit::testing::tree;
    use crate::model::finding::Severity;

    #[test]
    fn a_gate_that_is_gone_is_reported() {
        let mut before = tree(&["a"]);
        before.runbook.declarations = [gate(1, "Coverage", "coverage >= 80 %"), gate(2, "Lint", "")].concat();
        let mut now = before.clone();
        now.runbook.declarations = gate(1, "Lint", "");
        let findings = change(&before, &now).of("gate-removed");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].message, "this change removes the gate `Coverage`: \"Coverage\"");
        assert_eq!(findings[0].severity, Severity::Error);
        assert!(change(&now, &before).of("gate-removed").is_empty(), "a new gate is none");
        assert!(change(&before, &before).of("gate-removed").is_empty());
    }
}
