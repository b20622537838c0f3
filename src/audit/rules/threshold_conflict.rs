//! Files of the repository settle a threshold of a runbook differently.

use crate::audit::resolve::threshold::facts;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Status};

/// Thresholds that files do not agree on.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "threshold-conflict",
        summary: "Files of the repository settle a threshold of the runbook differently",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        checks: "Where several files settle the number of a threshold that a runbook names, such as coverage, and do not agree, none of them can \
                 tell whether the runbook is right.",
        matters: "Which number holds depends on who runs the check; a release can pass on one machine and fail on another.",
        example: "`pyproject.toml` says `fail_under = 80`, and a workflow passes `--cov-fail-under=75`.",
        fix: "Settle the number in one file, and let the others read it.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, _) in context.references_with(Status::Unverifiable) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::Threshold {
            continue;
        }
        let mut said: Vec<(&str, &str)> = facts(&context.edition.source, &named.name)
            .into_iter()
            .filter_map(|(path, definition)| Some((path, definition.value.as_deref()?)))
            .collect();
        said.dedup();
        if said.len() < 2 {
            continue;
        }
        let said: Vec<String> = said.iter().map(|(path, value)| format!("`{path}` says {value}")).collect();
        findings.push(Finding {
            message: format!(
                "files of the repository settle {} differently: {}",
                named.name,
                said.join(", ")
            ),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{called, code_with_values, tree};
    use crate::model::kind::Kind;

    #[test]
    fn files_that_disagree_are_named() {
        let fixture = tree(&[])
            .with_code(code_with_values("setting", "a.toml", Kind::Threshold, &[("coverage", "80")]))
            .with_code(code_with_values("setting", "b.toml", Kind::Threshold, &[("coverage", "70")]))
            .naming(called(Kind::Threshold, "coverage", &["85"]));
        assert_eq!(fixture.findings("threshold-conflict").len(), 1);
    }

    #[test]
    fn one_file_or_an_agreement_is_fine() {
        let fixture = tree(&[])
            .with_code(code_with_values("setting", "a.toml", Kind::Threshold, &[("coverage", "80")]))
            .with_code(code_with_values("setting", "b.toml", Kind::Threshold, &[("coverage", "70")]))
            .naming(called(Kind::Threshold, "coverage", &["80"]));
        assert!(fixture.findings("threshold-conflict").is_empty());
    }
}
