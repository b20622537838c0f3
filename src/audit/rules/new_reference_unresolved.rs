//! A change adds a reference to something that is not there.

use crate::audit::change::pair::{ChangeContext, Pair};
use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::reference::{Reference, Status};

/// Words that say that something is still to come.
const PLANNED: &str = "planned:";

/// New references that do not resolve.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "new-reference-unresolved",
        summary: "The change adds a reference to something that is not in the repository",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "With `--base` or `--staged`: references that the change adds to a runbook, and that are not there with the change. They are as \
                 bad as the rule about their kind says, so a word that only looks like a path is a warning here as well. What the runbook \
                 named before the change is not reported.\n\n\
                 Something that is still to come is accepted when `planned:` stands on the same line, or in a comment on the line above.",
        matters: "The best moment to notice a slip of the pen is before anybody relies on the line.",
        example: "A change that adds `make db-restore` to a runbook, while the target is called `restore-db`.",
        fix: "Write the name that is right, or add the missing thing in the same change. Mark it with `planned:` when it comes later.",
    },
    check: Check::Change(check),
};

fn check(context: &ChangeContext<'_>, findings: &mut Vec<Finding>) {
    for pair in context.pairs {
        for (reference, before, now) in pair.references() {
            if before.is_some() || now.status != Status::Broken || is_planned(pair, reference) {
                continue;
            }
            let Some(finding) = pair.finding_about(reference) else {
                continue;
            };
            let help = finding
                .help
                .clone()
                .unwrap_or_else(|| "write the name that is right".to_owned());
            findings.push(Finding {
                rule: RULE.text.id,
                message: format!("this change adds `{}`{}", reference.text, what_is_wrong(finding)),
                help: Some(format!("{help}; what comes later is accepted with `planned:` on its line")),
                ..finding.clone()
            });
        }
    }
}

/// What a rule says of the reference, without naming it a second time.
fn what_is_wrong(finding: &Finding) -> String {
    let words = finding.reference.as_deref().unwrap_or_default();
    match finding.message.strip_prefix(&format!("`{words}` is ")) {
        Some(rest) => format!(", which is {rest}"),
        None => format!(": {}", finding.message),
    }
}

/// Whether the text says beside a reference that the thing is still to come.
fn is_planned(pair: &Pair<'_>, reference: &Reference) -> bool {
    let text = &pair.judged.runbook.runbook.text;
    let start = reference.span.start as usize;
    let from = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(from..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let above = text
        .get(..from)
        .and_then(|before| before.lines().next_back())
        .unwrap_or_default();
    let says = |line: &str| line.to_lowercase().contains(PLANNED);
    let is_comment = ["<!--", "#", "//"].iter().any(|sign| above.trim_start().starts_with(sign));
    says(line) || (is_comment && says(above))
}

#[cfg(test)]
mod tests {
    use crate::audit::change::testing::change;
    use crate::audit::testing::{Fixture, in_command, tree};

    /// The findings when a line is added to a runbook.
    fn added(line: &str) -> Vec<String> {
        let before = tree(&["scripts/x.sh"]).naming(in_command("scripts/old.sh", ""));
        let text = format!("{}{line}\n", before.runbook.text);
        let mut now: Fixture = before.clone().says(&text).naming(in_command("scripts/gone.sh", ""));
        now.give("docs/runbook.md", 3);
        let findings = change(&before, &now).of("new-reference-unresolved");
        findings
            .into_iter()
            .map(|finding| format!("{} {}", finding.severity.word(), finding.message))
            .collect()
    }

    #[test]
    fn a_new_reference_is_looked_up() {
        assert_eq!(
            added("run scripts/gone.sh"),
            ["error this change adds `scripts/gone.sh`, which is not in the repository"]
        );
    }

    #[test]
    fn what_is_planned_is_accepted() {
        assert!(added("run scripts/gone.sh (planned: next release)").is_empty());
        assert!(added("<!-- planned: next release -->\nrun scripts/gone.sh").is_empty());
        assert_eq!(added("planned: nothing\nrun scripts/gone.sh").len(), 1);
    }

    #[test]
    fn a_new_runbook_is_new_as_a_whole() {
        let before = tree(&["scripts/x.sh"]);
        let now = tree(&["scripts/x.sh"]).naming(in_command("scripts/gone.sh", ""));
        assert_eq!(change(&before, &now).without_before().of("new-reference-unresolved").len(), 1);
    }

    #[test]
    fn what_is_there_with_the_change_is_fine() {
        let before = tree(&[]);
        let mut now = tree(&["scripts/new.sh"]).naming(in_command("scripts/new.sh", ""));
        now.give("docs/runbook.md", 3);
        assert!(change(&before, &now).of("new-reference-unresolved").is_empty());
    }
}
