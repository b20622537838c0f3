//! A runbook names a package or target of Cargo that does not exist.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Status};

/// Packages and targets that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "cargo-target-missing",
        summary: "The runbook names a package, target or feature of Cargo that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Packages (`-p`), programs (`--bin`), tests (`--test`), examples (`--example`) and features (`--features`) are looked up in every `Cargo.toml` of the \
                 repository and in the places where Cargo finds targets by itself, such as `src/bin` and `tests`. Names of dependencies are \
                 packages, too. A manifest that cannot be read makes them unverifiable.",
        matters: "Cargo stops at once, in the middle of a procedure that counted on the step.",
        example: "`cargo run --bin migrator`, while the program is called `migrate`.",
        fix: "Write the name as the manifest has it today. The finding offers the nearest one.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        let word = match named.kind {
            Kind::CargoBin => "program",
            Kind::CargoExample => "example",
            Kind::CargoFeature => "feature",
            Kind::CargoPackage => "package",
            Kind::CargoTest => "test",
            _ => continue,
        };
        findings.push(context.missing(
            &RULE.text,
            reference,
            resolution,
            format!("there is no {word} `{}`: {}", named.name, resolution.reason),
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{called, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    #[test]
    fn a_package_that_is_gone_is_reported() {
        let manifest = DefinitionFile {
            path: "Cargo.toml".to_owned(),
            format: "cargo-manifest",
            name: Some("core".to_owned()),
            is_complete: true,
            ..DefinitionFile::default()
        };
        let fixture = tree(&["src/main.rs"])
            .with(manifest)
            .naming(called(Kind::CargoPackage, "corre", &[]))
            .naming(called(Kind::CargoBin, "core", &[]));
        assert_eq!(
            fixture.findings("cargo-target-missing"),
            ["error docs/runbook.md:1 `corre`: there is no package `corre`: no package has this name -> core"]
        );
    }

    #[test]
    fn nothing_is_said_without_a_manifest() {
        assert!(
            tree(&[])
                .naming(called(Kind::CargoTest, "all", &[]))
                .findings("cargo-target-missing")
                .is_empty()
        );
    }
}
