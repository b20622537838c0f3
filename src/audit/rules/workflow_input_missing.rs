//! An input of a workflow that a runbook gives does not exist.

use crate::audit::rule::{Check, Rule};
use crate::audit::rules::missing::{report, workflow_sure};
use crate::model::finding::{Confidence, RuleText, Severity};
use crate::model::kind::Kind;

/// Inputs that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "workflow-input-missing",
        summary: "The runbook gives a workflow an input that it does not take",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Inputs behind `-f` of `gh workflow run`, and names in code that a paragraph about starting a workflow by hand lists, are looked up \
                 among the inputs of the workflow (`workflow_dispatch` and `workflow_call`). With its workflow an input is an error when it is missing; without one \
                 it is a warning when no workflow takes it.",
        matters: "The forge refuses to start a workflow with an input that it does not know.",
        example: "Run `gh workflow run deploy.yml -f env=prod`, while the input is called `environment`.",
        fix: "Write the input as it is called today. The finding offers the nearest one.",
    },
    check: Check::Current(|context, findings| {
        report(
            context,
            &RULE.text,
            |kind| kind == Kind::WorkflowInput,
            "inputs",
            workflow_sure,
            findings,
        );
    }),
};

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tasks, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    fn deploy() -> DefinitionFile {
        let mut file = tasks("workflow", ".github/workflows/deploy.yml", &["run", "environment"]);
        file.definitions[1].kind = Kind::WorkflowInput;
        file
    }

    #[test]
    fn an_input_that_the_workflow_does_not_take_is_reported() {
        let fixture = tree(&[])
            .with(deploy())
            .naming(named(Kind::WorkflowInput, "enviroment", &["deploy.yml"], ""));
        assert_eq!(
            fixture.findings("workflow-input-missing"),
            ["error docs/runbook.md:1 `enviroment`: `enviroment` is no input of `.github/workflows/deploy.yml` -> environment"]
        );
    }

    #[test]
    fn an_input_that_is_taken_is_fine() {
        let fixture = tree(&[])
            .with(deploy())
            .naming(named(Kind::WorkflowInput, "environment", &["deploy.yml"], ""))
            .naming(named(Kind::WorkflowInput, "environment", &[], ""));
        assert!(fixture.findings("workflow-input-missing").is_empty());
    }

    #[test]
    fn an_input_of_something_else_is_not_reported() {
        let fixture = tree(&[])
            .with(deploy())
            .says("Fill in the `email` input of the form.\n")
            .naming(named(Kind::WorkflowInput, "email", &[], ""));
        assert!(fixture.findings("workflow-input-missing").is_empty());
    }
}
