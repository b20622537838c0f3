//! The runbooks of the current edition by state, with the first reason of each, and what is wrong with other files.

use serde::Serialize;

use crate::model::freshness::ReferenceCounts;
use crate::site::frame::{Frame, Made};
use crate::site::pages::views::{EditionView, FindingView, RunbookRow, StateCount, counts, references};
use crate::site::pages::{Kind, Target, never_same};
use crate::site::shared::{ProductSite, Site};

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "freshness",
    template: "freshness.html",
    pages,
    make,
    is_same: never_same,
};

#[derive(Serialize)]
struct Facts<'site> {
    edition: Option<EditionView<'site>>,
    states: Vec<StateCount>,
    references: ReferenceCounts,
    runbooks: Vec<RunbookRow<'site>>,
    findings: Vec<FindingView<'site>>,
    history: crate::model::history::Completeness,
}

fn pages(site: &Site) -> Vec<Target> {
    let target = |(number, product): (usize, &ProductSite)| Target {
        address: format!("{}freshness/", product.base),
        owner: "the freshness of all runbooks".to_owned(),
        product: Some(number),
        ..Target::default()
    };
    site.products.iter().enumerate().map(target).collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let runbooks = || {
        product
            .current
            .into_iter()
            .flat_map(|current| &product.editions[current].edition.runbooks)
    };
    let facts = Facts {
        edition: product.current.map(|current| EditionView::of(product, current)),
        states: counts(runbooks()),
        references: references(runbooks()),
        runbooks: product
            .current
            .map(|current| RunbookRow::by_need(product, current))
            .unwrap_or_default(),
        findings: FindingView::list(site, &product.product.findings),
        history: site.handbook.completeness,
    };
    Frame::of_product(KIND.name, site, target, "Freshness")
        .in_section("freshness")
        .described(format!("Which runbooks of {} can be trusted today.", product.product.name))
        .with(&facts)
}
