//! The first page of an edition: its runbooks. `outer` is the edition.

use serde::Serialize;

use crate::site::frame::{Frame, Made, notice};
use crate::site::kind::{Kind, never_same};
use crate::site::later;
use crate::site::pages::views::{EditionView, ReleaseRow, RunbookRow, StateCount, counts, references};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "edition",
    template: include_str!("../../../templates/edition.html"),
    pages,
    make,
    is_same: never_same,
};

#[derive(Serialize)]
struct Facts<'site> {
    edition: EditionView<'site>,
    release: Option<ReleaseRow<'site>>,
    states: Vec<StateCount>,
    references: crate::model::freshness::ReferenceCounts,
    runbooks: Vec<RunbookRow<'site>>,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, edition) in product.editions.iter().enumerate() {
            let target = |address, is_latest| Target {
                address,
                owner: format!("the edition {}", edition.edition.version),
                product: Some(number),
                outer,
                is_latest,
                ..Target::default()
            };
            targets.push(target(edition.address.clone(), false));
            if product.latest == Some(outer) {
                targets.push(target(product.latest_address(), true));
            }
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let edition = &product.editions[target.outer];
    let version = &edition.edition.version;
    let followed = product.followed(target.outer, target.is_latest);
    let facts = Facts {
        edition: EditionView::of(product, target.outer),
        release: product
            .release_of(target.outer)
            .map(|release| ReleaseRow::of(product, release)),
        states: counts(followed.iter()),
        references: references(followed.iter()),
        runbooks: RunbookRow::by_need(product, target.outer, target.is_latest),
    };
    let mut frame = Frame::of_product(KIND.name, site, target, format!("Runbooks of {version}"))
        .in_section("runbooks")
        .described(format!("The runbooks of {} as at {version}.", product.product.name));
    frame.edition = Some(edition.edition.id.clone());
    frame.version = Some(version.clone());
    frame.notice = notice(site, target, version, None);
    frame.is_unlisted = frame.notice.as_ref().is_some_and(|notice| notice.tone == "fail");
    if product.is_old(target) {
        frame = frame.of_its_day();
        frame.later = Some(later::of_editions(product));
        frame.canonical = product.latest.map(|_| product.latest_address());
    }
    frame.with(&facts)
}
