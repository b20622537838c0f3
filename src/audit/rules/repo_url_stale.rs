//! An address of this very repository on the web leads to a file that is not there.

use crate::audit::fate::{self, Fate};
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{ReferenceKind, Status};

/// Addresses of this repository without a file.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "repo-url-stale",
        summary: "An address of this repository on the web leads to a file that is not there",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Links to files of this repository on its forge (`/blob/main/x`, `/tree/main/x`, `/-/blob/main/x`, raw files) are looked up \
                 among the tracked files. The heading behind `#`, badges and pages of workflows, and pages that the forge calls otherwise \
                 (`issue/3`) are looked up as well. Only addresses of the repository that `origin` names (without one, the repository whose \
                 addresses fit this tree) and of its main branches are judged: a commit in the address says what was there then. \
                 Nothing is fetched. It is an error where history knows what stood there.",
        matters: "The reader gets a page that says 404. A relative link would be checked and would work in every fork and branch.",
        example: "`https://github.com/org/app/blob/main/docs/deploy.md`, while the file is `docs/deployment.md`.",
        fix: "Write a relative link to the file, or the address that is right today.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::Url || matches!(resolution.reason, Reason::SchemeMistyped(_)) {
            continue;
        }
        if resolution.expected.is_none() {
            // The file is there, or it is no file: what is wrong is in the rest of the address.
            findings.push(Finding {
                message: format!("the address of this repository leads to nothing: {}", resolution.reason),
                help: resolution.suggestion.as_ref().map(|right| format!("there is `{right}`")),
                suggestion: resolution.suggestion.clone(),
                ..context.about(&RULE.text, reference)
            });
            continue;
        }
        let expected = resolution.expected.as_deref().unwrap_or_default();
        let told = fate::told(context.past, resolution);
        let fix = resolution
            .suggestion
            .as_deref()
            .filter(|to| !to.contains([' ', '(', ')', '#', '?', '%']));
        // What history knows at the very place was there.
        let is_known = matches!(fate::of(context.past, resolution), Fate::Moved(..) | Fate::Deleted(_));
        findings.push(Finding {
            severity: if is_known { Severity::Error } else { RULE.text.severity },
            message: format!("the address leads to `{expected}` of this repository, which is not there{told}"),
            help: Some(match &resolution.suggestion {
                Some(suggestion) => format!("there is `{suggestion}`"),
                None => "write a relative link to the file that is meant".to_owned(),
            }),
            suggestion: resolution.suggestion.clone(),
            fix: fix.and_then(|to| context.rewrite(reference.span, expected, to, Safety::Safe)),
            related: fate::related(context.past, resolution),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, tree, url};

    fn here(paths: &[&str]) -> Fixture {
        let mut fixture = tree(paths);
        fixture.source.web_url = Some("https://github.com/org/app".to_owned());
        fixture
    }

    #[test]
    fn an_address_of_a_file_that_is_gone_is_reported() {
        let fixture = here(&["docs/deployment.md"])
            .gone("docs/deploy.md", Some("docs/deployment.md"), "2026-05-02")
            .naming(url("https://github.com/org/app/blob/main/docs/deploy.md#start"));
        assert_eq!(
            fixture.findings("repo-url-stale"),
            [
                "error docs/runbook.md:1 `https://github.com/org/app/blob/main/docs/deploy.md#start`: the address leads to `docs/deploy.md` of this repository, which is not there, renamed to `docs/deployment.md` in `gone` of 2026-05-02 -> docs/deployment.md"
            ]
        );
        assert_eq!(
            fixture.fixed("repo-url-stale"),
            "https://github.com/org/app/blob/main/docs/deployment.md#start\n"
        );
    }

    #[test]
    fn other_repositories_other_revisions_and_files_that_are_there_are_fine() {
        for address in [
            "https://github.com/org/app/blob/main/docs/x.md",
            "https://github.com/Org/App/tree/master/docs",
            "https://github.com/org/app/blob/v1.2.0/docs/gone.md",
            "https://github.com/org/app/blob/feature/x/docs/gone.md",
            "https://github.com/org/other/blob/main/docs/gone.md",
            "https://github.com/org/app/issues/1",
            "https://github.com/org/app/blob/main/<path>",
            "https://example.org/org/app/blob/main/docs/gone.md",
        ] {
            let fixture = here(&["docs/x.md"]).naming(url(address));
            assert!(fixture.findings("repo-url-stale").is_empty(), "{address}");
        }
        let unknown = tree(&[]).naming(url("https://github.com/org/app/blob/main/docs/gone.md"));
        assert!(unknown.findings("repo-url-stale").is_empty());
    }
}
