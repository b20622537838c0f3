//! Links that no page may have: they run something, or leave for the disk of the reader.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Links that are taken out.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "link-unsafe",
        summary: "A link runs a script, carries its own content, or leads to the disk of the reader",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "The schemes `javascript:`, `vbscript:`, `data:`, `blob:`, `file:` and `filesystem:` of links and pictures, also with blanks \
                 or tabs between their letters, as browsers read them.",
        matters: "No page of the handbook has such a link, and forges take it out as well: whoever follows the runbook finds words without a way.",
        example: "[open the console](javascript:open())",
        fix: "Link to a page or to a file of the repository, or write the steps down.",
    },
    check: Check::Always(check),
};

/// The schemes. Sorted.
const SCHEMES: &[&str] = &["blob", "data", "file", "filesystem", "javascript", "vbscript"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for link in &context.runbook.runbook.links {
        let Some(scheme) = scheme(&link.destination) else { continue };
        findings.push(Finding {
            message: format!("a link of the scheme `{scheme}:` stands on no page"),
            help: Some("link to a page or to a file of the repository".to_owned()),
            reference: Some(link.destination.chars().take(80).collect()),
            ..context.finding(&RULE.text, Some(link.span))
        });
    }
}

/// The scheme of a destination that no page may have, as browsers read it: without control characters and blanks in front.
fn scheme(destination: &str) -> Option<&'static str> {
    let mut written = String::new();
    for c in destination.trim_start().chars().filter(|c| !c.is_ascii_control()) {
        match c {
            ':' => return SCHEMES.iter().find(|scheme| **scheme == written).copied(),
            'a'..='z' | 'A'..='Z' if written.len() < 16 => written.push(c.to_ascii_lowercase()),
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::scheme;
    use crate::audit::testing::tree;
    use crate::model::place::Span;
    use crate::model::runbook::Link;

    #[test]
    fn what_browsers_would_run_is_known_and_nothing_else() {
        for (destination, found) in [
            ("javascript:alert(1)", Some("javascript")),
            ("  JaVa\tScript\n:x", Some("javascript")),
            ("data:text/html,x", Some("data")),
            ("vbscript:x", Some("vbscript")),
            ("file:///etc/passwd", Some("file")),
            ("https://example.org/javascript:x", None),
            ("docs/data:of.md", None),
            ("mailto:team@example.org", None),
            ("data", None),
            ("#file:x", None),
        ] {
            assert_eq!(scheme(destination), found, "{destination}");
        }
    }

    #[test]
    fn such_a_link_is_told_once() {
        let mut fixture = tree(&[]).says("[a](javascript:x)\n");
        assert!(fixture.findings("link-unsafe").is_empty());
        fixture.runbook.links.push(Link {
            destination: "javascript:x".to_owned(),
            title: String::new(),
            span: Span::new(0, 17),
            is_image: false,
        });
        assert_eq!(
            fixture.findings("link-unsafe"),
            ["warning docs/runbook.md:1 `javascript:x`: a link of the scheme `javascript:` stands on no page"]
        );
    }
}
