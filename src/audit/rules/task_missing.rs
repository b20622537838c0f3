//! A task of a runner that a runbook calls does not exist.

use crate::audit::rule::{Check, Rule};
use crate::audit::rules::missing::{always, report};
use crate::model::finding::{Confidence, RuleText, Severity};
use crate::model::kind::Kind;
use crate::tools::runner::JUST;

/// Tasks that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "task-missing",
        summary: "The runbook calls a task that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Tasks of go-task, mise, poe, nox, tox, invoke, Composer, Deno, Turborepo and Nx, scripts of environments of Hatch, and the commands of `cargo xtask`, are looked up in the files that the runner would read where the command runs. Includes, aliases, wildcards and folders of scripts are followed.\n\nWhere names are computed, come from files that are not in the tree, may be programs (Hatch, PDM, Rake) or are inferred by plugins (Nx), a missing one is unverifiable. Where the repository has no file of the runner at all, the step cannot but fail.",
        matters: "The step stops with an error, in the middle of an operation.",
        example: "Run `task db:migrate`, while the task is called `migrate`.",
        fix: "Write the task as it is called today. The finding offers the nearest one, and says where else the task is.",
    },
    check: Check::Current(|context, findings| {
        report(
            context,
            &RULE.text,
            |kind| matches!(kind, Kind::Task(runner) if runner != JUST),
            "tasks",
            always,
            findings,
        );
    }),
};

#[cfg(test)]
mod tests {
    use crate::audit::testing::task;
    use crate::audit::testing::{tasks, tree};

    #[test]
    fn a_task_that_is_gone_is_reported_with_the_nearest() {
        let fixture = tree(&[])
            .with(tasks("taskfile", "Taskfile.yml", &["task build"]))
            .naming(task("task biuld", &[], ""));
        assert_eq!(
            fixture.findings("task-missing"),
            ["error docs/runbook.md:1 `task biuld`: `biuld` is no task of `Taskfile.yml` -> task build"]
        );
    }

    #[test]
    fn a_task_that_is_there_is_fine() {
        let fixture = tree(&[])
            .with(tasks("taskfile", "Taskfile.yml", &["task build", "task start:*"]))
            .naming(task("task build", &[], ""))
            .naming(task("task start:api", &[], ""));
        assert!(fixture.findings("task-missing").is_empty());
    }

    #[test]
    fn a_word_that_may_be_a_program_is_not_reported() {
        let fixture = tree(&[])
            .with(tasks("pyproject", "pyproject.toml", &["hatch serve"]))
            .naming(task("hatch pytest", &[], ""))
            .naming(task("gradle build", &[], ""));
        assert!(fixture.findings("task-missing").is_empty());
    }
}
