//! One rule: what it checks, why, an example, how to fix it, and what it finds now. `inner` is the number of the rule.

use serde::Serialize;

use crate::model::finding::{Confidence, Severity};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::found::found;
use crate::site::pages::views::FindingView;
use crate::site::shared::{Site, title};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "rule",
    template: include_str!("../../../templates/rule.html"),
    pages,
    make,
    section: "rules",
    ..PLAIN
};

/// Findings that the page lists.
const MOST_FINDINGS: usize = 100;

#[derive(Serialize)]
struct Facts<'site> {
    id: &'site str,
    summary: &'site str,
    severity: Severity,
    confidence: Confidence,
    checks: Vec<&'site str>,
    matters: Vec<&'site str>,
    example: &'site str,
    fix: Vec<&'site str>,
    findings: Vec<Found<'site>>,
    total: usize,
}

#[derive(Serialize)]
struct Found<'site> {
    product: &'site str,
    runbook: &'site str,
    url: String,
    #[serde(flatten)]
    finding: FindingView<'site>,
}

fn pages(site: &Site) -> Vec<Target> {
    site.handbook
        .rules
        .iter()
        .enumerate()
        .map(|(inner, rule)| Target {
            address: site.rule(rule.id).unwrap_or_default(),
            owner: format!("rule `{}`", rule.id),
            inner,
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let rule = &site.handbook.rules[target.inner];
    let facts = Facts {
        id: rule.id,
        summary: rule.summary,
        severity: rule.severity,
        confidence: rule.confidence,
        checks: paragraphs(rule.checks),
        matters: paragraphs(rule.matters),
        example: rule.example,
        fix: paragraphs(rule.fix),
        findings: found(site, rule.id)
            .take(MOST_FINDINGS)
            .map(|(product, edition, runbook, finding)| Found {
                product: &product.product.name,
                runbook: title(runbook),
                url: product.runbook(edition, &runbook.runbook.slug),
                finding: FindingView::of(site, finding),
            })
            .collect(),
        total: found(site, rule.id).count(),
    };
    Frame::new(KIND.name, target, rule.id)
        .below("Rules", "rules/")
        .described(rule.summary)
        .with(&facts)
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .collect()
}
