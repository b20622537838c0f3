//! A runbook names a threshold that the repository does not hold.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Status};

/// Thresholds that differ from the files that settle them.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "threshold-mismatch",
        summary: "The runbook names a threshold that the repository does not hold",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Coverage that a text asks for is compared with the number that the tools enforce: `fail_under`, `--cov-fail-under`, \
                 `COVERAGE_THRESHOLD` and the like. Only a number with its unit and its subject counts, and only when all files of the \
                 repository say the same.",
        matters: "People defend a gate that does not exist, or are surprised by one that does.",
        example: "\"Coverage must stay at least 85 %\", while `pyproject.toml` says `fail_under = 80`.",
        fix: "Write the number that is enforced, or name the file that settles it.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::Threshold {
            continue;
        }
        let value = named.within.first().map_or("", String::as_str);
        let right = resolution.suggestion.as_deref();
        findings.push(Finding {
            message: format!("the text asks for {} of {value}, and {}", named.name, resolution.reason),
            suggestion: right.map(|right| reference.text.replacen(value, right, 1)),
            related: resolution
                .target
                .iter()
                .map(|path| Related {
                    path: path.clone(),
                    place: None,
                    message: "the threshold is settled here".to_owned(),
                })
                .collect(),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{code_with_values, named_in, tree};
    use crate::model::kind::Kind;
    use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};

    fn coverage(text: &str, value: &str) -> Reference {
        let mut reference = named_in(ReferenceContext::Prose, text, Kind::Threshold, "coverage");
        if let ReferenceKind::Named(named) = &mut reference.kind {
            named.within = vec![value.to_owned()];
        }
        reference
    }

    #[test]
    fn another_number_is_reported() {
        let fixture = tree(&[])
            .with_code(code_with_values(
                "setting",
                "pyproject.toml",
                Kind::Threshold,
                &[("coverage", "80")],
            ))
            .naming(coverage("coverage >= 85%", "85"))
            .naming(coverage("coverage >= 80%", "80"));
        assert_eq!(
            fixture.findings("threshold-mismatch"),
            [
                "warning docs/runbook.md:1 `coverage >= 85%`: the text asks for coverage of 85, and `pyproject.toml` says 80 -> coverage >= 80%"
            ]
        );
    }

    #[test]
    fn files_that_disagree_prove_nothing() {
        let fixture = tree(&[])
            .with_code(code_with_values(
                "setting",
                "pyproject.toml",
                Kind::Threshold,
                &[("coverage", "80")],
            ))
            .with_code(code_with_values(
                "setting",
                "Makefile",
                Kind::Threshold,
                &[("coverage", "70")],
            ))
            .naming(coverage("coverage >= 85%", "85"));
        assert!(fixture.findings("threshold-mismatch").is_empty());
        assert_eq!(
            fixture.findings("threshold-conflict"),
            [
                "info docs/runbook.md:1 `coverage >= 85%`: files of the repository settle coverage differently: `Makefile` says 70, `pyproject.toml` says 80"
            ]
        );
    }
}
