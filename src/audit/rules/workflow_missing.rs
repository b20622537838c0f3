//! A workflow that a runbook names does not exist.

use crate::audit::rule::{Check, Context, Rule};
use crate::audit::rules::missing::renaming;
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::reference::{ReferenceContext, ReferenceKind, Status};

/// Workflows that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "workflow-missing",
        summary: "The runbook names a workflow that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Workflows are looked up in `.github/workflows`: by path, by file name, and by the name that they show, regardless of case \
                 and of a word such as \"workflow\" at the end. The name of a job is accepted, too.",
        matters: "The reader looks for a run that will never appear, or believes that a check still guards the release.",
        example: "Wait for the `deploy-prod.yml` workflow, while the file is called `deploy-production.yml`.",
        fix: "Write the file name or the name that the forge shows today.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Workflow { name } = &reference.kind else {
            continue;
        };
        // A name in prose may belong to another system; a file name does not.
        let is_file = [".yml", ".yaml"].iter().any(|ending| name.ends_with(ending));
        let is_sure = is_file || reference.context != ReferenceContext::Prose;
        findings.push(Finding {
            severity: if is_sure { Severity::Error } else { Severity::Warning },
            confidence: if is_sure { Confidence::High } else { Confidence::Medium },
            message: format!("there is no workflow `{name}`"),
            help: Some(match &resolution.suggestion {
                Some(suggestion) => format!("there is `{suggestion}`"),
                None => workflows(context).unwrap_or_else(|| "the workflows lie in `.github/workflows`".to_owned()),
            }),
            suggestion: resolution.suggestion.clone(),
            fix: resolution
                .suggestion
                .as_ref()
                .and_then(|right| renaming(context, reference, name, right)),
            ..context.about(&RULE.text, reference)
        });
    }
}

/// The files of the workflows that are there.
fn workflows(context: &Context<'_>) -> Option<String> {
    const SHOWN: usize = 6;
    let files = context
        .edition
        .source
        .definitions
        .values()
        .filter(|file| file.format == "workflow");
    let names: Vec<String> = files
        .filter_map(|file| Some(format!("`{}`", file.path.strip_prefix(".github/workflows/")?)))
        .collect();
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown = names.get(..names.len().min(SHOWN))?.join(", ");
    (!names.is_empty()).then(|| format!("the workflows are {shown}{more}"))
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{tasks, tree, workflow};
    use crate::model::definition::DefinitionFile;

    fn release() -> DefinitionFile {
        DefinitionFile {
            name: Some("Release to production".to_owned()),
            ..tasks("workflow", ".github/workflows/release.yml", &["verify"])
        }
    }

    #[test]
    fn a_workflow_that_is_gone_is_reported() {
        let fixture = tree(&[])
            .with(release())
            .says("Wait for the `Nightly` workflow.\n")
            .naming(workflow("releases.yml"))
            .naming(workflow("Nightly"));
        assert_eq!(
            fixture.findings("workflow-missing"),
            [
                "error docs/runbook.md:1 `Nightly`: there is no workflow `Nightly`",
                "error docs/runbook.md:2 `releases.yml`: there is no workflow `releases.yml` -> release.yml"
            ]
        );
    }

    #[test]
    fn path_file_name_display_name_and_job_are_fine() {
        let fixture = [
            "release.yml",
            ".github/workflows/release.yml",
            "release to production workflow",
            "Release",
            "verify",
        ]
        .into_iter()
        .fold(tree(&[]).with(release()), |fixture, name| fixture.naming(workflow(name)));
        assert!(fixture.findings("workflow-missing").is_empty());
    }

    #[test]
    fn nothing_is_said_without_workflows() {
        assert!(
            tree(&[])
                .naming(workflow("release.yml"))
                .findings("workflow-missing")
                .is_empty()
        );
    }
}
