//! A link names a heading that is not there.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::reason::Reason;
use crate::model::reference::{ReferenceKind, Status};

/// Anchors without a heading.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "anchor-missing",
        summary: "A link names a heading that is not in its target",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "The part of a link after `#` must be the anchor of a heading, by the rules of GitHub, or the `id` or `name` of an HTML \
                 element. In inline code (`docs/ops.md#roll-back`) a missing one is a warning. Where the settings of a site stand in a folder above (`mkdocs.yml`, `conf.py`, VitePress, Middleman ...), or on \
                 GitLab, the anchors of that renderer count as well. An anchor that only differs in the \
                 case of its letters is a note: forges find it, most other pages do not. Lines of code (`#L10`) and the top of the page are always fine.",
        matters: "The browser shows the top of the page, and the reader searches for the section that the link promised.",
        example: "[Undo](#roll-back) in a text whose heading is `## Rolling back`.",
        fix: "Write the anchor of the heading as it is today. The finding offers the nearest one.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Resolved) {
        if let ReferenceKind::Link {
            anchor: Some(anchor), ..
        } = &reference.kind
            && let Reason::HeadingInOtherCase(_, right) = &resolution.reason
        {
            findings.push(Finding {
                severity: Severity::Info,
                message: format!("the anchor `#{anchor}` is `#{right}` in the page, and browsers tell the letters apart"),
                help: Some(format!("write `#{right}`")),
                suggestion: Some(format!("#{right}")),
                fix: context.rewrite(reference.span, &format!("#{anchor}"), &format!("#{right}"), Safety::Safe),
                ..context.about(&RULE.text, reference)
            });
        }
    }
    for (reference, resolution) in context.references_with(Status::Broken) {
        let (anchor, severity) = match (&reference.kind, reference.named_heading()) {
            (
                ReferenceKind::Link {
                    anchor: Some(anchor), ..
                },
                _,
            ) => (anchor.as_str(), Severity::Error),
            // Nobody follows inline code with a click.
            (_, Some(heading)) if matches!(resolution.reason, Reason::HeadingMissing(..)) => (heading, Severity::Warning),
            _ => continue,
        };
        let Some(target) = &resolution.target else {
            continue;
        };
        let place = if *target == context.runbook.path {
            "in this text".to_owned()
        } else {
            format!("in `{target}`")
        };
        let help = match &resolution.suggestion {
            Some(suggestion) => format!("there is `{suggestion}`"),
            None => "write the anchor of a heading that is there".to_owned(),
        };
        findings.push(Finding {
            severity,
            message: format!("there is no heading `#{anchor}` {place}"),
            help: Some(help),
            fix: resolution
                .suggestion
                .as_deref()
                .and_then(|suggestion| context.rewrite(reference.span, &format!("#{anchor}"), suggestion, Safety::Unsafe)),
            suggestion: resolution.suggestion.clone(),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{link, reference, tree};
    use crate::model::directory::Directory;
    use crate::model::reference::{ReferenceContext, ReferenceKind};

    #[test]
    fn the_anchors_of_a_site_count_where_a_site_is() {
        let fixture = |paths: &[&str]| {
            let mut fixture = tree(paths).anchors("docs/runbook.md", &["a--b"]);
            fixture.runbook.anchors.other = vec!["a-b".to_owned()];
            fixture.naming(link("#a-b"))
        };
        assert_eq!(
            fixture(&["docs/runbook.md"]).findings("anchor-missing"),
            ["error docs/runbook.md:1 `#a-b`: there is no heading `#a-b` in this text -> #a--b"]
        );
        assert!(
            fixture(&["docs/runbook.md", "mkdocs.yml"])
                .findings("anchor-missing")
                .is_empty()
        );
        assert!(
            fixture(&["docs/runbook.md", "docs/.vitepress/config.ts"])
                .findings("anchor-missing")
                .is_empty()
        );
    }

    #[test]
    fn an_anchor_without_a_heading_is_reported() {
        let fixture = tree(&["docs/other.md"])
            .anchors("docs/runbook.md", &["rolling-back"])
            .anchors("docs/other.md", &["restore"])
            .naming(link("#roling-back"))
            .naming(link("other.md#gone"));
        assert_eq!(
            fixture.findings("anchor-missing"),
            [
                "error docs/runbook.md:1 `#roling-back`: there is no heading `#roling-back` in this text -> #rolling-back",
                "error docs/runbook.md:2 `other.md#gone`: there is no heading `#gone` in `docs/other.md`"
            ]
        );
    }

    #[test]
    fn a_heading_that_inline_code_names_is_looked_up() {
        let code = |words: &str| {
            let kind = ReferenceKind::Path {
                path: words.split('#').next().unwrap_or_default().to_owned(),
                directory: Directory::Known(String::new()),
            };
            reference(words, kind, ReferenceContext::Inline)
        };
        let fixture = |words: &str| {
            tree(&["docs/other.md", "docs/unread.md", "src/x.py"])
                .anchors("docs/runbook.md", &["here"])
                .anchors("docs/other.md", &["restore"])
                .naming(code(words))
        };
        assert_eq!(
            fixture("docs/other.md#restor").findings("anchor-missing"),
            ["warning docs/runbook.md:1 `docs/other.md#restor`: there is no heading `#restor` in `docs/other.md` -> #restore"]
        );
        assert!(fixture("docs/other.md#restor").findings("path-missing").is_empty());
        for fine in [
            "docs/other.md#restore", "docs/other.md#L3", "docs/unread.md#gone", "src/x.py#main", "docs/other.md#<name>",
            "docs/other.md",
        ] {
            assert!(fixture(fine).findings("anchor-missing").is_empty(), "{fine}");
        }
    }

    #[test]
    fn another_case_of_letters_is_a_note() {
        let fixture = tree(&[])
            .anchors("docs/runbook.md", &["rolling-back"])
            .naming(link("#Rolling-Back"));
        assert_eq!(
            fixture.findings("anchor-missing"),
            [
                "info docs/runbook.md:1 `#Rolling-Back`: the anchor `#Rolling-Back` is `#rolling-back` in the page, and browsers tell the letters apart -> #rolling-back"
            ]
        );
        assert_eq!(fixture.fixed("anchor-missing"), "#rolling-back\n");
    }

    #[test]
    fn headings_lines_and_the_top_are_fine() {
        let fixture = tree(&["docs/other.md", "src/x.py"])
            .anchors("docs/runbook.md", &["rolling-back"])
            .naming(link("#rolling-back"))
            .naming(link("#top"))
            .naming(link("../src/x.py#L10-L20"))
            .naming(link("other.md#unread"));
        assert!(fixture.findings("anchor-missing").is_empty());
    }
}
