//! A link leads nowhere.

use crate::audit::fate::{self, Fate};
use crate::audit::resolve;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
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
                 nowhere is a warning.",
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
        let ReferenceKind::Link { path, is_image, .. } = &reference.kind else {
            continue;
        };
        if resolution.target.is_some() {
            // The file is there; its anchor is the subject of another rule.
            continue;
        }
        let what = if *is_image { "image" } else { "link" };
        let help = match &resolution.suggestion {
            Some(suggestion) => format!("there is `{suggestion}`"),
            None => "write the path from the folder of the runbook".to_owned(),
        };
        let told = fate::told(context.past, resolution);
        let is_known = matches!(fate::of(context.past, resolution), Fate::Moved(..)) || resolve::is_in_another_case(resolution);
        let safety = if is_known { Safety::Safe } else { Safety::Unsafe };
        // Such letters would have to be written in another way in a destination.
        let is_plain = |to: &&str| !to.contains([' ', '(', ')', '<', '>', '%', '#', '?']);
        let suggestion = resolution.suggestion.as_deref().filter(is_plain);
        findings.push(Finding {
            message: format!("the {what} leads to `{path}`, which is not there{told}"),
            fix: suggestion.and_then(|suggestion| context.rewrite(reference.span, path, suggestion, safety)),
            related: fate::related(context.past, resolution),
            help: Some(help),
            suggestion: resolution.suggestion.clone(),
            ..context.about(&RULE.text, reference)
        });
    }
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

#[cfg(test)]
mod tests {
    use crate::audit::testing::{link, tree};

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
