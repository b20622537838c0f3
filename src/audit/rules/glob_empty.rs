//! A pattern that a runbook names matches nothing.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::reference::{ReferenceKind, Status};

/// Patterns without a match.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "glob-empty",
        summary: "A pattern of paths matches no file of the repository",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Patterns such as `deploy/*.yaml` are evaluated against the tracked files. One match is enough. Patterns of outputs that \
                 git ignores are not judged. A pattern is an error where files match one that is written almost the same.",
        matters: "A step that works on all files of a pattern silently works on none when the files moved.",
        example: "Apply every file of `deploy/k8s/*.yaml`, while the files moved to `deploy/kustomize/`.",
        fix: "Write the pattern that matches today's files.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        if let ReferenceKind::Glob { pattern, .. } = &reference.kind {
            // Where files match what is written almost the same, that was meant.
            let (severity, confidence) = match resolution.suggestion {
                Some(_) => (Severity::Error, Confidence::High),
                None => (RULE.text.severity, RULE.text.confidence),
            };
            findings.push(Finding {
                severity,
                confidence,
                message: format!("no tracked file matches `{pattern}`"),
                help: Some(match &resolution.suggestion {
                    Some(suggestion) => format!("files match `{suggestion}`"),
                    None => "write the pattern that matches today's files".to_owned(),
                }),
                suggestion: resolution.suggestion.clone(),
                fix: resolution
                    .suggestion
                    .as_deref()
                    .and_then(|suggestion| context.rewrite(reference.span, pattern, suggestion, Safety::Unsafe)),
                ..context.about(&RULE.text, reference)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{pattern, tree};

    #[test]
    fn a_pattern_without_a_match_is_reported() {
        let fixture = tree(&["deploy/kustomize/a.yaml"]).naming(pattern("deploy/*.yaml"));
        assert_eq!(
            fixture.findings("glob-empty"),
            ["warning docs/runbook.md:1 `deploy/*.yaml`: no tracked file matches `deploy/*.yaml`"]
        );
    }

    #[test]
    fn the_pattern_of_a_folder_with_almost_the_same_name_is_offered() {
        let fixture = tree(&["policies/environments/a.rego"]).naming(pattern("policies/environment/*.rego"));
        assert_eq!(
            fixture.findings("glob-empty"),
            [
                "error docs/runbook.md:1 `policies/environment/*.rego`: no tracked file matches `policies/environment/*.rego` -> policies/environments/*.rego"
            ]
        );
    }

    #[test]
    fn ranges_of_a_shell_are_written_out() {
        let fixture = tree(&["docs/atlas-M2.md"]).naming(pattern("docs/atlas-M{1..3}.md"));
        assert!(fixture.findings("glob-empty").is_empty());
        let fixture = tree(&["docs/atlas-M4.md"]).naming(pattern("docs/atlas-M{1..3}.md"));
        assert_eq!(fixture.findings("glob-empty").len(), 1);
    }

    #[test]
    fn a_pattern_with_a_match_and_a_pattern_of_outputs_are_not() {
        let fixture = tree(&["deploy/k8s/a.yaml", "var/keep"])
            .ignoring("var/reports/\n")
            .naming(pattern("deploy/**/*.yaml"))
            .naming(pattern("var/reports/db-*.json"));
        assert!(fixture.findings("glob-empty").is_empty());
    }
}
