//! A script of a package that a runbook calls does not exist.

use crate::audit::rule::{Check, Context, Rule};
use crate::audit::rules::missing::{missing, related, severity_of};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::reference::{ReferenceKind, Status};

/// Scripts that are not in the package.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "npm-script-missing",
        summary: "The runbook calls a package script that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Scripts of npm, pnpm, yarn and bun are looked up in the package of the folder that the command runs in (`cd`, `--prefix`, \
                 `-C`), or in the package that `--filter` or `--workspace` selects. Each manager is followed exactly: which commands are \
                 its own, whether a name may be a binary of a dependency, and when the scope of a package may be left out.\n\n\
                 A `package.json` that cannot be read makes its scripts unverifiable, and so does a selection by pattern or by what \
                 changed.",
        matters: "The step fails with `Missing script`, in the middle of a release.",
        example: "Run `npm run test-e2e`, while the script is called `test:e2e`.",
        fix: "Write the script as it is called today, or name the package that has it. The finding offers the nearest script, and says \
              which other package has it.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::PackageScript { script, workspace, .. } = &reference.kind else {
            continue;
        };
        // Without a package it was the selection that found nothing, which is another rule.
        if resolution.target.is_none() && workspace.is_some() {
            continue;
        }
        findings.push(Finding {
            severity: severity_of(context, resolution),
            related: related(resolution, "scripts"),
            ..missing(context, &RULE.text, reference, resolution, script)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{package, script, tree, unread};
    use crate::model::definition::DefinitionFile;

    #[test]
    fn a_script_that_is_gone_is_reported_with_the_nearest() {
        let fixture = tree(&[])
            .with(package("package.json", "app", &["test:e2e"]))
            .naming(script("npm run test-e2e", ""));
        assert_eq!(
            fixture.findings("npm-script-missing"),
            ["error docs/runbook.md:1 `npm run test-e2e`: `test-e2e` is no script of `package.json` -> npm run test:e2e"]
        );
    }

    #[test]
    fn the_package_that_has_the_script_is_named() {
        let fixture = tree(&[])
            .with(package("package.json", "app", &["build"]))
            .with(package("apps/web/package.json", "web", &["e2e"]))
            .naming(script("npm run e2e", ""));
        assert_eq!(
            fixture.findings("npm-script-missing"),
            ["error docs/runbook.md:1 `npm run e2e`: `e2e` is no script of `package.json`; `apps/web/package.json` has it"]
        );
    }

    #[test]
    fn scripts_that_are_there_and_commands_of_the_manager_are_fine() {
        let fixture = tree(&[])
            .with(package("package.json", "app", &["test", "build"]))
            .naming(script("npm test", ""))
            .naming(script("npm ci", ""))
            .naming(script("pnpm install", ""))
            .naming(script("pnpm build", ""));
        assert!(fixture.findings("npm-script-missing").is_empty());
    }

    #[test]
    fn a_broken_package_and_a_possible_binary_are_not_reported() {
        let with_dependencies = DefinitionFile {
            binaries: vec!["vitest".to_owned()],
            ..package("web/package.json", "web", &["build"])
        };
        let fixture = tree(&[])
            .with(unread("package-json", "package.json"))
            .with(with_dependencies)
            .naming(script("npm run test", ""))
            .naming(script("pnpm vitest", "web"))
            .naming(script("pnpm some-tool", "web"));
        assert!(fixture.findings("npm-script-missing").is_empty());
    }
}
