//! A make target that a runbook calls does not exist.

use crate::audit::fate;
use crate::audit::rule::{Check, Context, Rule};
use crate::audit::rules::missing::{known_names, renaming, severity_of};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::reference::{ReferenceContext, ReferenceKind, Status};

/// Targets that are not in the Makefile.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "make-target-missing",
        summary: "The runbook calls a make target that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "`make TARGET` is looked up in the Makefile of the folder that the command runs in (`make -C`, `cd`), with everything that \
                 it includes: rules, `.PHONY`, pattern rules, and files that are there.\n\n\
                 Where the Makefile computes names (`$(eval ...)`, a computed include, a rule for every name), or where there is no \
                 Makefile, a missing target is unverifiable and not reported.",
        matters: "The step fails with `No rule to make target`, usually because the target was renamed and the runbook was not.",
        example: "Run `make db-migrate`, while the Makefile has `db-upgrade`.",
        fix: "Write the target as it is called today. The finding offers the nearest one.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::MakeTarget { target, .. } = &reference.kind else {
            continue;
        };
        let is_prose = reference.context == ReferenceContext::Prose;
        let severity = if is_prose { Severity::Warning } else { Severity::Error };
        let Some(makefile) = resolution.target.as_deref() else {
            let expected = resolution.expected.as_deref().unwrap_or("the Makefile");
            findings.push(Finding {
                severity: severity.min(severity_of(context, resolution)),
                message: format!("there is no `{expected}`{}", fate::told(context.past, resolution)),
                help: Some("write the command that does the same today".to_owned()),
                related: fate::related(context.past, resolution),
                ..context.about(&RULE.text, reference)
            });
            continue;
        };
        let removed = fate::undefined_told(context.past, reference, resolution);
        findings.push(Finding {
            severity,
            message: format!("`{target}` is no target of `{makefile}`{removed}"),
            help: Some(match &resolution.suggestion {
                Some(suggestion) => format!("there is a target `{suggestion}`"),
                None => known_names(context, reference, resolution, target)
                    .unwrap_or_else(|| format!("`{makefile}` was read with everything that it includes")),
            }),
            suggestion: resolution
                .suggestion
                .as_ref()
                .map(|name| reference.text.replacen(target.as_str(), name, 1)),
            fix: resolution
                .suggestion
                .as_ref()
                .and_then(|right| renaming(context, reference, target, right)),
            related: vec![Related {
                path: makefile.to_owned(),
                place: None,
                message: "the targets are defined here".to_owned(),
            }],
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{inline, make, makefile, tree};
    use crate::model::definition::DefinitionFile;

    #[test]
    fn a_target_that_is_gone_is_reported_with_the_nearest() {
        let fixture = tree(&[])
            .with(makefile("Makefile", &["check", "db-upgrade"]))
            .naming(make("db-upgrad", ""));
        assert_eq!(
            fixture.findings("make-target-missing"),
            ["error docs/runbook.md:1 `make db-upgrad`: `db-upgrad` is no target of `Makefile` -> make db-upgrade"]
        );
    }

    #[test]
    fn targets_that_are_there_are_fine() {
        let fixture = tree(&[])
            .with(makefile("Makefile", &["check", "deploy-%"]))
            .naming(make("check", ""))
            .naming(make("deploy-production", ""));
        assert!(fixture.findings("make-target-missing").is_empty());
    }

    #[test]
    fn nothing_is_said_where_names_are_computed_or_no_makefile_is_there() {
        let computed = DefinitionFile {
            is_complete: false,
            ..makefile("Makefile", &["check"])
        };
        assert!(
            tree(&[])
                .with(computed)
                .naming(make("gone", ""))
                .findings("make-target-missing")
                .is_empty()
        );
        assert!(tree(&[]).naming(make("gone", "")).findings("make-target-missing").is_empty());
    }

    #[test]
    fn a_step_that_finds_no_makefile_in_the_whole_tree_is_told() {
        let fixture = tree(&["src/x.rs"]).naming(inline("src/x.rs")).naming(make("gone", ""));
        assert_eq!(
            fixture.findings("make-target-missing"),
            ["error docs/runbook.md:2 `make gone`: there is no `Makefile`"]
        );
    }
}
