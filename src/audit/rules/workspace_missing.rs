//! A package of a workspace that a command of a runbook selects does not exist.

use crate::audit::rule::{Check, Context, Rule};
use crate::audit::rules::missing::{missing, related};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Status};

/// Packages that are not in the workspace.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "workspace-missing",
        summary: "The runbook selects a package that is not in the workspace",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "The package behind `--filter`, `--scope`, `--workspace`, `-w`, `yarn workspace` or `turbo prune` is looked up among the packages of the workspace, by the rules of each manager: pnpm \
                 lets the scope be left out when one package has the name without it, npm takes folders as well as names.\n\n\
                 Patterns, selections by what changed, and workspaces with a file that cannot be read are unverifiable.",
        matters: "The step runs nothing. pnpm even says so without an error, and the operation seems to have worked.",
        example: "Run `pnpm --filter web build`, while the package is called `acme-web`.",
        fix: "Write the package as it calls itself in its `package.json`. The finding offers the nearest name.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        if let ReferenceKind::Named(named) = &reference.kind
            && named.kind == Kind::WorkspacePackage
        {
            findings.push(missing(context, &RULE.text, reference, resolution, &named.name));
        }
        // With a package it is the script that is missing.
        if let ReferenceKind::PackageScript {
            workspace: Some(workspace),
            ..
        } = &reference.kind
            && resolution.target.is_none()
        {
            findings.push(Finding {
                related: related(resolution, "packages"),
                ..missing(context, &RULE.text, reference, resolution, workspace)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, named, package, script, tasks, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    fn workspace() -> Fixture {
        let globs = DefinitionFile {
            includes: vec!["apps/*".to_owned()],
            ..tasks("pnpm-workspace", "pnpm-workspace.yaml", &[])
        };
        tree(&[])
            .with(globs)
            .with(package("apps/web/package.json", "acme-web", &["dev"]))
            .with(package("apps/api/package.json", "@acme/api", &["dev"]))
    }

    #[test]
    fn a_package_that_only_an_option_selects_is_reported() {
        let selected = |selector: &str, manager: &str| {
            workspace()
                .naming(named(Kind::WorkspacePackage, selector, &[manager], ""))
                .findings("workspace-missing")
        };
        assert_eq!(
            selected("acme-wb...", "turbo"),
            ["error docs/runbook.md:1 `acme-wb...`: no package of the workspace is called `acme-wb` -> acme-web..."]
        );
        assert_eq!(selected("apps/gone", "npm").len(), 1);
        for fine in [
            "acme-web", "api", "...acme-web", "./apps/web", "[main]", "@acme/*", "//", "<app>",
        ] {
            assert!(selected(fine, "turbo").is_empty(), "{fine}");
        }
    }

    #[test]
    fn a_package_that_is_gone_is_reported_with_the_nearest() {
        let fixture = workspace().naming(script("pnpm --filter acme-wb dev", ""));
        assert_eq!(
            fixture.findings("workspace-missing"),
            [
                "error docs/runbook.md:1 `pnpm --filter acme-wb dev`: no package of the workspace is called `acme-wb` -> pnpm --filter acme-web dev"
            ]
        );
        assert!(fixture.findings("npm-script-missing").is_empty());
    }

    #[test]
    fn a_package_that_is_there_is_fine_with_and_without_its_scope() {
        let fixture = workspace()
            .naming(script("pnpm --filter api dev", ""))
            .naming(script("pnpm --filter @acme/api dev", ""));
        assert!(fixture.findings("workspace-missing").is_empty());
    }

    #[test]
    fn patterns_and_missing_scripts_are_no_missing_packages() {
        let fixture = workspace()
            .naming(script("pnpm --filter @acme/* dev", ""))
            .naming(script("pnpm --filter acme-web run gone", ""));
        assert!(fixture.findings("workspace-missing").is_empty());
        assert_eq!(fixture.findings("npm-script-missing").len(), 1);
    }
}
