//! A path that a runbook names stands somewhere else now.

use crate::audit::fate::{self, Fate};
use crate::audit::resolve;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::reference::{ReferenceContext, ReferenceKind, Status};

/// Paths that moved.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "path-moved",
        summary: "A path that the runbook names was moved",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "The path is not in the repository, and history shows the one place where its content stands today: a file with the same \
                 content, or the most similar one of the commit that removed it, followed over later moves. Where several places are as \
                 likely, the path is only reported as missing. A path in a sentence that only got a folder above it is a warning.",
        matters: "The step fails although everything it needs is there, under a name that the reader has to guess.",
        example: "`scripts/restore.sh`, which was renamed to `ops/restore.sh` in `abc1234`.",
        fix: "Write the new path. `--fix` does it.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Path { path, .. } = &reference.kind else {
            continue;
        };
        let Fate::Moved(_, to) = fate::of(context.past, resolution) else {
            continue;
        };
        if reference.context == ReferenceContext::FrontMatter {
            continue;
        }
        let is_loose = reference.context == ReferenceContext::Block;
        // A folder was put above it: the reader of a sentence finds it, a command does not.
        let written = resolve::file_words(path).trim_start_matches("./");
        let is_deeper = reference.context != ReferenceContext::Command && to.ends_with(&format!("/{written}"));
        let suggestion = resolution.suggestion.as_deref();
        findings.push(Finding {
            severity: if is_loose || is_deeper {
                Severity::Warning
            } else {
                Severity::Error
            },
            message: format!(
                "`{}` is not there any more{}",
                reference.text,
                fate::told(context.past, resolution)
            ),
            help: Some(format!("write `{}`", suggestion.unwrap_or(to))),
            suggestion: resolution.suggestion.clone(),
            fix: suggestion
                .and_then(|suggestion| context.rewrite(reference.span, resolve::file_words(path), suggestion, Safety::Safe)),
            related: fate::related(context.past, resolution),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{in_command, inline, link, tree};

    #[test]
    fn a_path_that_moved_is_reported_with_its_place() {
        let fixture = tree(&["ops/restore.sh", "scripts/x.sh"])
            .touched("a", "2026-01-01")
            .gone("scripts/restore.sh", Some("ops/restore.sh"), "2026-05-02")
            .naming(in_command("./scripts/restore.sh", ""))
            .naming(inline("scripts/restore.sh:12"));
        assert_eq!(
            fixture.findings("path-moved"),
            [
                "error docs/runbook.md:1 `./scripts/restore.sh`: `./scripts/restore.sh` is not there any more, renamed to `ops/restore.sh` in `gone` of 2026-05-02 -> ./ops/restore.sh",
                "error docs/runbook.md:2 `scripts/restore.sh:12`: `scripts/restore.sh:12` is not there any more, renamed to `ops/restore.sh` in `gone` of 2026-05-02 -> ops/restore.sh"
            ]
        );
        assert!(fixture.findings("path-missing").is_empty());
        assert_eq!(fixture.fixed("path-moved"), "./ops/restore.sh\nops/restore.sh:12\n");
    }

    #[test]
    fn a_path_that_was_deleted_is_missing() {
        let fixture = tree(&["scripts/x.sh"])
            .touched("a", "2026-01-01")
            .gone("scripts/restore.sh", None, "2026-05-02")
            .naming(inline("scripts/restore.sh"));
        assert!(fixture.findings("path-moved").is_empty());
        assert_eq!(
            fixture.findings("path-missing"),
            [
                "error docs/runbook.md:1 `scripts/restore.sh`: `scripts/restore.sh` is not in the repository, deleted in `gone` of 2026-05-02"
            ]
        );
    }

    #[test]
    fn a_name_that_was_gone_before_the_runbook_came_proves_nothing() {
        let fixture = |born| {
            tree(&["scripts/x.sh", "packages/tools/x.ts"])
                .touched("a", born)
                .gone("tools/x.ts", Some("packages/tools/x.ts"), "2026-05-02")
                .naming(inline("tools/x.ts"))
        };
        assert!(fixture("2026-05-10").findings("path-moved").is_empty());
        assert_eq!(fixture("2026-04-10").findings("path-moved").len(), 1);
    }

    #[test]
    fn a_link_that_moved_is_mended_where_it_stands() {
        let fixture = tree(&["ops/plan.md"])
            .touched("a", "2026-01-01")
            .gone("docs/plan.md", Some("ops/plan.md"), "2026-05-02")
            .naming(link("./plan.md#start"));
        assert!(fixture.findings("path-moved").is_empty());
        assert_eq!(fixture.fixed("link-broken"), "../ops/plan.md#start\n");
    }
}
