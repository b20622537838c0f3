//! A runbook asks for a version that the repository does not work with.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Status};

/// Versions that no file agrees with.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "version-mismatch",
        summary: "The runbook asks for a version that the repository does not work with",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Versions of Node.js, Python, Go, Rust, Ruby, pnpm and yarn that a text says are needed are compared with `engines`, `.nvmrc`, \
                 `.tool-versions`, `requires-python`, `rust-toolchain`, `go.mod`, images of Dockerfiles and set-up steps of workflows. Ranges \
                 that share a version agree, and one file that agrees is enough.",
        matters: "The reader installs the version that the text asks for, and the build fails for a reason that looks like something else.",
        example: "\"Requires Node 16\", while `package.json` asks for `>=20`.",
        fix: "Write the version that the repository asks for, or name the file instead of the number.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::Version {
            continue;
        }
        findings.push(Finding {
            message: format!("the text asks for {}, and {}", named.name, resolution.reason),
            related: resolution
                .target
                .iter()
                .map(|path| Related {
                    path: path.clone(),
                    place: None,
                    message: "the version is settled here".to_owned(),
                })
                .collect(),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{called, code_with_values, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_version_that_no_file_agrees_with_is_reported() {
        let fixture = tree(&[])
            .with_code(code_with_values("setting", ".nvmrc", Kind::Version, &[("node", "20")]))
            .naming(called(Kind::Version, "node 16", &[]));
        assert_eq!(
            fixture.findings("version-mismatch"),
            ["warning docs/runbook.md:1 `node 16`: the text asks for node 16, and `.nvmrc` asks for node 20"]
        );
    }

    #[test]
    fn a_range_that_holds_the_version_is_fine() {
        let fixture = tree(&[])
            .with_code(code_with_values("setting", ".nvmrc", Kind::Version, &[("node", "20")]))
            .naming(called(Kind::Version, "node >=16", &[]))
            .naming(called(Kind::Version, "python 3.9", &[]));
        assert!(fixture.findings("version-mismatch").is_empty());
    }
}
