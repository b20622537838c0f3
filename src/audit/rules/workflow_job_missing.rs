//! A job of a workflow that a runbook names does not exist.

use crate::audit::rule::{Check, Context, Rule};
use crate::audit::rules::missing::{report, workflow_sure};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::{ReferenceKind, Status};

/// Jobs that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "workflow-job-missing",
        summary: "The runbook names a job of a workflow that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "A name in code in front of or behind the word \"job\" is looked up among the jobs of the workflow that stands next to it, or of all \
                 workflows and GitLab pipelines: by its id, and by the name that the forge shows, where computed parts match anything.\n\n\
                 Next to a workflow or another job that is there, a missing job is an error. Elsewhere it is a warning, and only when the paragraph speaks of workflows or of \
                 continuous integration: jobs also run in clusters, in queues and by the clock. Where jobs come from another repository or another system, nothing \
                 is said.",
        matters: "The reader waits for a job that will never appear, or believes that a check still guards the release.",
        example: "Wait for the `verify` job of `release.yml`, while the job is called `check`.",
        fix: "Write the job as it is called today. The finding offers the nearest one.",
    },
    check: Check::Current(check),
};

/// Bytes between a name and that of another job, in "`lint-python` or `lint-web` jobs".
const BESIDE: u32 = 8;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let before = findings.len();
    let is_job = |kind: Kind| kind == Kind::WorkflowJob;
    report(context, &RULE.text, is_job, "jobs", workflow_sure, findings);
    // Beside a job of a workflow that is there, the other one is meant to be one, too.
    let jobs: Vec<Span> = context
        .references_with(Status::Resolved)
        .filter(|(reference, _)| matches!(&reference.kind, ReferenceKind::Named(named) if is_job(named.kind)))
        .map(|(reference, _)| reference.span)
        .collect();
    for finding in &mut findings[before..] {
        let Some(span) = finding.span else { continue };
        let is_beside = |job: &Span| {
            let gap = job.start.max(span.start).saturating_sub(job.end.min(span.end));
            gap <= BESIDE
        };
        if jobs.iter().any(is_beside) {
            (finding.severity, finding.confidence) = (Severity::Error, Confidence::High);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tasks, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_job_that_is_gone_is_an_error_next_to_its_workflow() {
        let fixture = tree(&[])
            .with(tasks("workflow", ".github/workflows/release.yml", &["verify"]))
            .naming(named(Kind::WorkflowJob, "verfy", &["release.yml"], ""));
        assert_eq!(
            fixture.findings("workflow-job-missing"),
            ["error docs/runbook.md:1 `verfy`: `verfy` is no job of `.github/workflows/release.yml` -> verify"]
        );
    }

    #[test]
    fn a_job_in_a_sentence_about_workflows_is_a_warning() {
        let fixture = tree(&[])
            .with(tasks("workflow", ".github/workflows/release.yml", &["verify"]))
            .says("Wait for the `publish` job of the pipeline.\n")
            .naming(named(Kind::WorkflowJob, "publish", &[], ""));
        assert_eq!(
            fixture.findings("workflow-job-missing"),
            ["warning docs/runbook.md:1 `publish`: no workflow has a job `publish`"]
        );
    }

    #[test]
    fn a_job_beside_one_that_is_there_is_an_error() {
        let fixture = |words: &str| {
            tree(&[])
                .with(tasks("workflow", ".github/workflows/ci.yml", &["lint-api"]))
                .says(words)
                .naming(named(Kind::WorkflowJob, "lint-api", &[], ""))
                .naming(named(Kind::WorkflowJob, "lint-web", &[], ""))
                .findings("workflow-job-missing")
        };
        assert_eq!(
            fixture("`lint-api` or `lint-web` jobs of the pipeline fail.\n"),
            ["error docs/runbook.md:1 `lint-web`: no workflow has a job `lint-web`"]
        );
        assert_eq!(
            fixture("`lint-api` is a job of the pipeline. So is `lint-web`, another job.\n"),
            ["warning docs/runbook.md:1 `lint-web`: no workflow has a job `lint-web`"]
        );
    }

    #[test]
    fn a_job_that_is_there_and_one_of_a_cluster_are_fine() {
        let fixture = tree(&[])
            .with(tasks("workflow", ".github/workflows/release.yml", &["verify"]))
            .says("The `verify` job.\n\nThe `backup` job of the cluster.\n")
            .naming(named(Kind::WorkflowJob, "verify", &[], ""))
            .naming(named(Kind::WorkflowJob, "backup", &[], ""));
        assert!(fixture.findings("workflow-job-missing").is_empty());
    }
}
