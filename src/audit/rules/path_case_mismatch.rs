//! A path that a runbook names is there in another case of letters only.

use crate::audit::fate::{self, Fate};
use crate::audit::resolve;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::reference::{ReferenceKind, Status};

/// Paths in another case.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "path-case-mismatch",
        summary: "A path that the runbook names is there in another case of letters only",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Paths in commands and in inline code that are not among the tracked files, while the same letters in another case are, \
                 exactly once.",
        matters: "On the machines of some authors both spellings open the file; on a server, in a container and on the forge only one \
                  does.",
        example: "`docs/deploy.md`, while the file is called `docs/Deploy.md`.",
        fix: "Write the name as the repository has it. `--fix` does it.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Path { path, .. } = &reference.kind else {
            continue;
        };
        let is_moved = matches!(fate::of(context.past, resolution), Fate::Moved(..));
        let Some(suggestion) = resolution.suggestion.as_deref().filter(|_| !is_moved) else {
            continue;
        };
        if !resolve::is_in_another_case(resolution) {
            continue;
        }
        findings.push(Finding {
            message: format!("`{}` is written `{suggestion}` in the repository", reference.text),
            help: Some("most file systems tell the two apart".to_owned()),
            suggestion: Some(suggestion.to_owned()),
            fix: context.rewrite(reference.span, resolve::file_words(path), suggestion, Safety::Safe),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{in_command, inline, tree};

    #[test]
    fn another_case_is_another_path() {
        let fixture = tree(&["docs/Deploy.md", "scripts/x.sh"])
            .naming(inline("docs/deploy.md"))
            .naming(in_command("./Scripts/x.sh", ""));
        assert_eq!(
            fixture.findings("path-case-mismatch"),
            [
                "warning docs/runbook.md:1 `docs/deploy.md`: `docs/deploy.md` is written `docs/Deploy.md` in the repository -> docs/Deploy.md",
                "warning docs/runbook.md:2 `./Scripts/x.sh`: `./Scripts/x.sh` is written `./scripts/x.sh` in the repository -> ./scripts/x.sh"
            ]
        );
        assert!(fixture.findings("path-missing").is_empty());
        assert_eq!(fixture.fixed("path-case-mismatch"), "docs/Deploy.md\n./scripts/x.sh\n");
    }

    #[test]
    fn names_that_are_the_same_and_names_that_are_twice_are_not_reported() {
        let fixture = tree(&["docs/Deploy.md", "src/A.py", "src/a.PY"])
            .naming(inline("docs/Deploy.md"))
            .naming(inline("src/a.py"));
        assert!(fixture.findings("path-case-mismatch").is_empty());
        assert_eq!(fixture.findings("path-missing").len(), 1);
    }

    #[test]
    fn a_name_without_a_folder_claims_no_case() {
        let fixture = tree(&["Makefile", "readme.md"])
            .naming(inline("makefile"))
            .naming(inline("README.md"));
        assert!(fixture.findings("path-case-mismatch").is_empty());
    }
}
