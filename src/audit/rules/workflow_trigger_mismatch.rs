//! A runbook says that something starts a workflow, which does not start it.

use crate::audit::rule::{Check, Rule};
use crate::audit::rules::missing::report;
use crate::model::finding::{Confidence, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{Named, Reference, Resolution};

/// Triggers that a workflow does not have.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "workflow-trigger-mismatch",
        summary: "The runbook says that something starts a workflow, which does not start it",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Sentences that say in plain words what starts a workflow (\"`release.yml` runs on every pull request\", \"on tag `v*`\", \"by manual dispatch\") are \
                 compared with the `on:` of the workflow. Only these phrases count; a push without filters, or with filters that exclude, is not judged.",
        matters: "The reader waits for a run that will not start, or starts a release without meaning to.",
        example: "`release.yml` runs on every pull request, while it only has `workflow_dispatch`.",
        fix: "Write what starts the workflow today.",
    },
    check: Check::Current(|context, findings| {
        report(
            context,
            &RULE.text,
            |kind| kind == Kind::WorkflowTrigger,
            "triggers",
            sure,
            findings,
        );
    }),
};

/// The text is exact, and what it means is nearly always.
fn sure(_: &Reference, _: &Named, _: &Resolution) -> (Severity, Confidence) {
    (Severity::Warning, Confidence::High)
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tasks, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    fn release() -> DefinitionFile {
        let mut file = tasks("workflow", ".github/workflows/release.yml", &["run", "push", "push:tags:v*"]);
        file.definitions[1].kind = Kind::WorkflowTrigger;
        file.definitions[2].kind = Kind::WorkflowTrigger;
        file
    }

    #[test]
    fn a_trigger_that_the_workflow_does_not_have_is_a_warning() {
        let fixture = tree(&[])
            .with(release())
            .naming(named(Kind::WorkflowTrigger, "workflow_dispatch", &["release.yml"], ""));
        assert_eq!(
            fixture.findings("workflow-trigger-mismatch"),
            [
                "warning docs/runbook.md:1 `workflow_dispatch`: `.github/workflows/release.yml` is started by push (tags `v*`), not by workflow_dispatch"
            ]
        );
    }

    #[test]
    fn a_trigger_that_it_has_and_a_workflow_that_is_gone_are_fine() {
        let fixture = tree(&[])
            .with(release())
            .naming(named(Kind::WorkflowTrigger, "push:tags:v*", &["release.yml"], ""))
            .naming(named(Kind::WorkflowTrigger, "pull_request", &["gone.yml"], ""));
        assert!(fixture.findings("workflow-trigger-mismatch").is_empty());
    }
}
