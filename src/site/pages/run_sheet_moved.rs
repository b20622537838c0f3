//! Where the run sheet of a runbook stands when another address has it: whoever opened it in the middle of a release finds it again. `outer`
//! is the edition, `inner` the number of the slug.

use serde::Serialize;

use crate::model::handbook::JudgedRunbook;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "run-sheet-moved",
    template: include_str!("../../../templates/run_sheet_moved.html"),
    pages,
    make,
    section: "runbooks",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    version: &'site str,
    /// Where the sheet stands; none where this edition does not have the runbook.
    sheet: Option<String>,
    /// The page of the runbook at this edition, which says where it is.
    runbook: String,
}

/// The first page of an edition, as its readers know it.
fn index(product: &ProductSite, edition: usize, is_latest: bool) -> String {
    if is_latest {
        product.latest_address()
    } else {
        product.editions[edition].address.clone()
    }
}

/// The sheet of a runbook that an edition has.
fn sheet(product: &ProductSite, edition: usize, is_latest: bool, slug: &str) -> Option<String> {
    let followed = product.followed(edition, is_latest);
    let has_it = |judged: &&JudgedRunbook| judged.runbook.slug == slug;
    // Mostly those that readers follow stand in the order of the edition.
    let place = product.runbooks.get(slug).and_then(|runbook| runbook.places[edition]);
    let at_place = place.and_then(|place| followed.get(place)).filter(has_it);
    at_place.or_else(|| followed.iter().find(has_it))?;
    product.sheet(edition, is_latest, slug)
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        let latest = product.latest.map(|latest| (latest, true));
        let next = product
            .current
            .filter(|current| product.editions[*current].edition.release.is_none())
            .map(|current| (current, false));
        for (outer, is_latest) in latest.into_iter().chain(next) {
            for (inner, slug) in product.slugs.iter().enumerate() {
                let address = format!(
                    "{}runbooks/{}/run/",
                    index(product, outer, is_latest),
                    product.runbooks[slug].part
                );
                if sheet(product, outer, is_latest, slug).as_ref() == Some(&address) {
                    continue;
                }
                targets.push(Target {
                    address,
                    owner: format!("the note where the run sheet of `{slug}` stands"),
                    product: Some(number),
                    outer,
                    inner,
                    is_latest,
                    ..Target::default()
                });
            }
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let slug = product.slugs[target.inner];
    let runbook = &product.runbooks[slug];
    let index = index(product, target.outer, target.is_latest);
    let version = &product.editions[target.outer].edition.version;
    let page = format!("{index}runbooks/{}/", runbook.part);
    let facts = Facts {
        version,
        sheet: sheet(product, target.outer, target.is_latest, slug),
        runbook: page.clone(),
    };
    let mut frame = Frame::of_product(KIND.name, site, target, format!("Run sheet: {}", runbook.title))
        .below(format!("Runbooks of {version}"), &index)
        .below(runbook.title, page)
        .described(format!("Where the run sheet of {} stands.", runbook.title));
    frame.is_unlisted = true;
    frame.with(&facts)
}
