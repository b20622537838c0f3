//! A file that a runbook declares as related is not there.

use crate::audit::fate;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::reference::{ReferenceContext, ReferenceKind, Status};

/// Declared files that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "related-doc-missing",
        summary: "A file that the front matter declares as related is not in the repository",
        severity: Severity::Info,
        confidence: Confidence::High,
        checks: "The files that front matter lists under `documents`, `depends_on`, `related` or `related_docs` are looked up like paths in \
                 the text. They count as what the runbook depends on. In a list such as \"Update related docs in the same PR:\" the paths \
                 are checked like all others of the text.",
        matters: "Whoever changes such a file is no longer led to the runbook that has to change with it.",
        example: "`documents: [docs/deploy.md]`, while the file is called `docs/deployment.md`.",
        fix: "Write the path that is right today, or take the entry out.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Path { path, .. } = &reference.kind else {
            continue;
        };
        if reference.context != ReferenceContext::FrontMatter {
            continue;
        }
        let suggestion = resolution.suggestion.as_deref();
        findings.push(Finding {
            message: format!("`{path}` is not in the repository{}", fate::told(context.past, resolution)),
            help: Some(match suggestion {
                Some(suggestion) => format!("there is `{suggestion}`"),
                None => "write the path that is right today, or take the entry out".to_owned(),
            }),
            suggestion: resolution.suggestion.clone(),
            fix: suggestion.and_then(|suggestion| context.rewrite(reference.span, path, suggestion, Safety::Unsafe)),
            related: fate::related(context.past, resolution),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{inline, tree};
    use crate::model::reference::{Reference, ReferenceContext};

    fn declared(path: &str) -> Reference {
        Reference {
            context: ReferenceContext::FrontMatter,
            ..inline(path)
        }
    }

    #[test]
    fn a_declared_file_that_is_not_there_is_worth_knowing() {
        let fixture = tree(&["docs/deployment.md"]).naming(declared("docs/deploymnt.md"));
        assert_eq!(
            fixture.findings("related-doc-missing"),
            ["info docs/runbook.md:1 `docs/deploymnt.md`: `docs/deploymnt.md` is not in the repository -> docs/deployment.md"]
        );
        assert!(fixture.findings("path-missing").is_empty());
    }

    #[test]
    fn declared_files_that_are_there_and_paths_of_the_text_are_not_its_subject() {
        let fixture = tree(&["docs/deployment.md"])
            .naming(declared("docs/deployment.md"))
            .naming(inline("docs/gone.md"));
        assert!(fixture.findings("related-doc-missing").is_empty());
    }
}
