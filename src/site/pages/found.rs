//! What a rule finds in the current editions.

use crate::model::finding::Finding;
use crate::model::handbook::JudgedRunbook;
use crate::site::shared::{ProductSite, Site};

/// What a rule finds in the current editions.
pub(super) fn found<'site>(
    site: &'site Site,
    rule: &'site str,
) -> impl Iterator<Item = (&'site ProductSite<'site>, usize, &'site JudgedRunbook, &'site Finding)> {
    site.products
        .iter()
        .filter_map(|product| Some((product, product.current?)))
        .flat_map(|(product, current)| {
            product.editions[current]
                .edition
                .runbooks
                .iter()
                .map(move |runbook| (product, current, runbook))
        })
        .flat_map(move |(product, current, runbook)| {
            runbook
                .findings
                .iter()
                .filter(move |finding| finding.rule == rule && finding.suppression.is_none())
                .map(move |finding| (product, current, runbook, finding))
        })
}
