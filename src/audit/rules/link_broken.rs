//! A link leads nowhere.

use crate::audit::fate::{self, Fate};
use crate::audit::resolve;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceKind, Resolution, Status};

/// Links without a target.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "link-broken",
        summary: "A relative link or image leads to nothing",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Relative links and images are followed from the folder of the runbook, as the forge does when it shows the file. Folders \
                 are fine. A link to `x.html` is fine when `x.md` or another source of that page is there. Links from the root of a site \
                 (`/x`) are followed from the root of the repository, and are unverifiable when nothing is there. Addresses on the web \
                 are not fetched; a scheme that is one letter away from `https` is a slip. A label such as `[words][label]` that is defined \
                 nowhere is a warning, and so is `[[Page]]` without such a page, in a wiki and where other links of that form lead to a page.",
        matters: "The reader who needs the other document now does not get it.",
        example: "See [the rollback plan](rollback-plan.md), while the file is called `rollback.md`.",
        fix: "Write the path from the folder of the runbook to the file. The finding offers it when the file moved or is written almost \
              the same.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        if let (ReferenceKind::Named(named), Reason::SchemeMistyped(_) | Reason::LabelUndefined) =
            (&reference.kind, &resolution.reason)
        {
            findings.push(unwritten(context, reference, named, resolution));
            continue;
        }
        if let ReferenceKind::Named(named) = &reference.kind
            && named.kind == Kind::WikiLink
        {
            findings.push(by_name(context, reference, named, resolution));
            continue;
        }
        let ReferenceKind::Link { path, is_image, .. } = &reference.kind else {
            continue;
        };
        if resolution.target.is_some() {
            // The file is there; its anchor is the subject of another rule.
            continue;
        }
        let what = if *is_image { "image" } else { "link" };
        if stands_for_address(path) && context.runbook.path.to_lowercase().contains("template") {
            continue;
        }
        if let Some(finding) = never_an_address(context, reference, what, path) {
            findings.push(finding);
            continue;
        }
        let help = match &resolution.suggestion {
            Some(suggestion) => format!("there is `{suggestion}`"),
            None if matches!(fate::of(context.past, resolution), Fate::Never) => {
                "write the page, or take the link out".to_owned()
            }
            None => "write the path from the folder of the runbook".to_owned(),
        };
        let told = fate::told(context.past, resolution);
        let is_known = matches!(fate::of(context.past, resolution), Fate::Moved(..)) || resolve::is_in_another_case(resolution);
        let safety = if is_known { Safety::Safe } else { Safety::Unsafe };
        // Such letters would have to be written in another way in a destination.
        let is_plain = |to: &&str| !to.contains([' ', '(', ')', '<', '>', '%', '#', '?']);
        let suggestion = resolution.suggestion.as_deref().filter(is_plain);
        findings.push(Finding {
            message: match &resolution.reason {
                reason @ Reason::LinkDangling(..) => format!("{reason}{told}"),
                _ => format!("the {what} leads to `{path}`, which is not there{told}"),
            },
            fix: suggestion.and_then(|suggestion| context.rewrite(reference.span, path, suggestion, safety)),
            related: fate::related(context.past, resolution),
            help: Some(help),
            suggestion: resolution.suggestion.clone(),
            ..context.about(&RULE.text, reference)
        });
    }
}

/// A destination that was never one: a word that stands for an address, or an address in round brackets.
fn never_an_address(context: &Context<'_>, reference: &Reference, what: &str, path: &str) -> Option<Finding> {
    let about = context.about(&RULE.text, reference);
    if let Some(inner) = path.strip_prefix('(').and_then(|path| path.strip_suffix(')')) {
        return Some(Finding {
            message: format!("the address of the {what} stands in round brackets: `{path}`"),
            help: Some(format!("write `{inner}`")),
            fix: context.rewrite(reference.span, path, inner, Safety::Unsafe),
            ..about
        });
    }
    stands_for_address(path).then(|| Finding {
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!("`{path}` only holds the place of an address"),
        help: Some("write the address, or take the link out".to_owned()),
        ..about
    })
}

/// Whether a destination is a word that its author meant to replace: `url`, `link-to-dashboard`, `tracking-board-link`.
fn stands_for_address(path: &str) -> bool {
    let lower = path.to_lowercase();
    let is_word = !lower.is_empty() && lower.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '_'));
    let is_whole = matches!(
        lower.as_str(),
        "address" | "insert" | "link" | "placeholder" | "tbc" | "tbd" | "todo" | "url"
    );
    let begins = ["link-to-", "link_to_", "url-to-", "insert-", "insert_", "todo-"];
    let ends = ["-link", "_link", "-url", "_url"];
    is_word
        && (is_whole || begins.iter().any(|words| lower.starts_with(words)) || ends.iter().any(|words| lower.ends_with(words)))
}

/// A link that is none because of how it is written: its scheme is a slip, or its label has no definition.
fn unwritten(context: &Context<'_>, reference: &Reference, named: &Named, resolution: &Resolution) -> Finding {
    let about = context.about(&RULE.text, reference);
    match &resolution.reason {
        Reason::SchemeMistyped(right) => {
            let (wrong, _) = named.name.split_once(':').unwrap_or((&named.name, ""));
            Finding {
                message: format!("the link begins with `{wrong}:`, which no browser opens"),
                help: Some(format!("write `{right}:`")),
                fix: context.rewrite(reference.span, &format!("{wrong}:"), &format!("{right}:"), Safety::Safe),
                ..about
            }
        }
        _ => Finding {
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            message: format!(
                "the label `{}` is not defined, so the link is shown as plain words",
                named.name
            ),
            help: Some(format!(
                "define it with `[{}]: ADDRESS`, or write the address in brackets",
                named.name
            )),
            ..about
        },
    }
}

/// A link by the name of a page that leads to no page, or to none of its headings.
fn by_name(context: &Context<'_>, reference: &Reference, named: &Named, resolution: &Resolution) -> Finding {
    let heading = named.within.first().map_or("", String::as_str);
    let (message, help) = match (&resolution.target, &resolution.suggestion) {
        (Some(page), Some(near)) => (format!("`{page}` has no heading `#{heading}`"), format!("there is `{near}`")),
        (Some(page), None) => (
            format!("`{page}` has no heading `#{heading}`"),
            "write a heading that is there".to_owned(),
        ),
        (None, Some(near)) => (format!("no page is called `{}`", named.name), format!("there is `{near}`")),
        (None, None) => (
            format!("no page is called `{}`", named.name),
            "write the name of a page that is there, or take the link out".to_owned(),
        ),
    };
    Finding {
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message,
        help: Some(help),
        suggestion: resolution.suggestion.clone(),
        ..context.about(&RULE.text, reference)
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{link, tree};

    #[test]
    fn a_word_that_stands_for_an_address_is_a_warning() {
        for path in ["link-to-dashboard", "url", "TODO", "tracking-board-link"] {
            let told = tree(&["docs/x.md"]).naming(link(path)).findings("link-broken");
            assert!(
                told[0].starts_with("warning ") && told[0].contains("holds the place"),
                "{told:?}"
            );
        }
        for path in ["dashboard.md", "links", "deep-linking"] {
            let told = tree(&["docs/x.md"]).naming(link(path)).findings("link-broken");
            assert!(told[0].starts_with("error "), "{told:?}");
        }
    }

    #[test]
    fn a_link_to_nothing_is_reported_with_the_file_that_is_there() {
        let fixture = tree(&["docs/rollback.md", "ops/plan.md"])
            .naming(link("rolback.md"))
            .naming(link("plan.md"));
        assert_eq!(
            fixture.findings("link-broken"),
            [
                "error docs/runbook.md:1 `rolback.md`: the link leads to `rolback.md`, which is not there -> rollback.md",
                "error docs/runbook.md:2 `plan.md`: the link leads to `plan.md`, which is not there -> ../ops/plan.md"
            ]
        );
    }

    #[test]
    fn links_to_files_folders_and_pages_are_fine() {
        let fixture = tree(&["docs/rollback.md", "ops/plan.md"])
            .naming(link("rollback.md"))
            .naming(link("../ops/"))
            .naming(link("rollback.html"))
            .naming(link("/guide"))
            .naming(link("../../issues"));
        assert!(fixture.findings("link-broken").is_empty());
    }
}
