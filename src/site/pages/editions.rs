//! Every edition of a product, every release without one and why, and the tags that are no release.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::release::LeftOutTag;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::views::{EditionView, StateCount, counts};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "editions",
    template: include_str!("../../../templates/editions.html"),
    pages,
    make,
    section: "runbooks",
    reserves: &["editions"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    latest: Option<&'site str>,
    editions: Vec<Row<'site>>,
    without: Vec<Without<'site>>,
    left_out_tags: &'site [LeftOutTag],
}

#[derive(Serialize)]
struct Row<'site> {
    edition: EditionView<'site>,
    is_latest: bool,
    runbooks: usize,
    /// Those of the day of the release; of the version in use those of today.
    states: Vec<StateCount>,
}

#[derive(Serialize)]
struct Without<'site> {
    version: &'site str,
    url: String,
    day: Option<NaiveDate>,
    reason: &'site str,
}

fn pages(site: &Site) -> Vec<Target> {
    let target = |(number, product): (usize, &ProductSite)| Target {
        address: format!("{}editions/", product.base),
        owner: "the list of all editions".to_owned(),
        product: Some(number),
        ..Target::default()
    };
    site.products.iter().enumerate().map(target).collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let facts = Facts {
        latest: product.latest.map(|latest| product.editions[latest].edition.version.as_str()),
        editions: product
            .editions
            .iter()
            .enumerate()
            .map(|(index, edition)| Row {
                edition: EditionView::of_build(product, index),
                is_latest: product.latest == Some(index),
                runbooks: edition.edition.runbooks.len(),
                states: counts(product.followed(index, product.latest == Some(index)).iter()),
            })
            .collect(),
        without: product
            .product
            .releases
            .iter()
            .filter(|release| release.edition.is_none())
            .map(|release| Without {
                version: &release.release.version,
                url: product.release(release),
                day: release.release.date.as_ref().map(|date| date.day),
                reason: release.edition_absent.as_deref().unwrap_or("no reason is known"),
            })
            .collect(),
        left_out_tags: &product.product.left_out_tags,
    };
    Frame::of_product(KIND.name, site, target, "All editions")
        .described(format!("Every version of the handbook of {}.", product.product.name))
        .with(&facts)
}
