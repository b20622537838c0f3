//! The page of a runbook in an edition that does not have it: says so, and where it is. `outer` is the edition, `inner` the number of
//! the slug.

use serde::Serialize;

use crate::site::frame::{Frame, Made, notice};
use crate::site::kind::{Kind, PLAIN};
use crate::site::later;
use crate::site::moved::name_in;
use crate::site::pages::views::EditionView;
use crate::site::shared::{ProductSite, Site, title};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "runbook-absent",
    template: include_str!("../../../templates/absent.html"),
    pages,
    make,
    of_edition: true,
    section: "runbooks",
    ..PLAIN
};

/// Runbooks of the edition that are listed instead.
const MOST_OTHERS: usize = 50;

#[derive(Serialize)]
struct Facts<'site> {
    slug: &'site str,
    path: &'site str,
    runbook: &'site str,
    edition: EditionView<'site>,
    /// The oldest edition that has it.
    first: Option<Place<'site>>,
    /// The newest edition that has it.
    last: Option<Place<'site>>,
    /// The edition to read it in: the one in use, or else the newest that has it.
    best: Option<Place<'site>>,
    /// In how many editions it is; in an old edition, of those before it.
    editions: usize,
    history: String,
    /// The same runbook under the name that it has here.
    #[serde(skip_serializing_if = "Option::is_none")]
    named: Option<Other<'site>>,
    others: Vec<Other<'site>>,
}

#[derive(Serialize)]
struct Place<'site> {
    version: &'site str,
    url: String,
    is_later: bool,
}

#[derive(Serialize)]
struct Other<'site> {
    title: &'site str,
    url: String,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (inner, slug) in product.slugs.iter().enumerate() {
            for (outer, place) in product.runbooks[slug].places.iter().enumerate() {
                if place.is_some() {
                    continue;
                }
                let is_latest = product.latest == Some(outer);
                let edition = &product.editions[outer];
                let target = |address, is_latest| Target {
                    address,
                    owner: format!("the note that runbook `{slug}` is not in {}", edition.edition.version),
                    product: Some(number),
                    outer,
                    inner,
                    is_latest,
                    ..Target::default()
                };
                if product.has_page(outer, slug) {
                    targets.push(target(product.runbook(outer, slug), false));
                }
                if is_latest {
                    let address = format!("{}runbooks/{}/", product.latest_address(), product.runbooks[slug].part);
                    targets.push(target(address, true));
                }
            }
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let slug = product.slugs[target.inner];
    let runbook = &product.runbooks[slug];
    let edition = &product.editions[target.outer];
    let version = &edition.edition.version;
    // The page of an old edition knows of those before it alone.
    let is_old = product.is_old(target);
    let known = if is_old { target.outer } else { 0 };
    let place = |index: usize| Place {
        version: &product.editions[index].edition.version,
        url: product.runbook(index, slug),
        is_later: index < target.outer,
    };
    let present = || (known..product.editions.len()).filter(|index| runbook.places[*index].is_some());
    let newest = present().next().and_then(|index| product.editions[index].with_slug(slug));
    let name = newest.map_or(runbook.title, title);
    let facts = Facts {
        slug,
        path: newest.map_or(runbook.path, |newest| &newest.runbook.path),
        runbook: name,
        edition: EditionView::of(product, target.outer),
        first: present().next_back().map(place),
        last: present().next().map(place),
        best: product
            .latest
            .filter(|latest| !is_old && runbook.places[*latest].is_some())
            .or_else(|| present().next())
            .map(place),
        editions: present().count(),
        history: format!("{}runbooks/{}/", product.base, runbook.part),
        named: name_in(product, slug, target.outer).map(|name| Other {
            title: edition.with_slug(name).map_or(product.runbooks[name].title, title),
            url: if target.is_latest {
                format!("{}runbooks/{}/", product.latest_address(), product.runbooks[name].part)
            } else {
                product.runbook(target.outer, name)
            },
        }),
        others: others(product, target.outer),
    };
    let mut frame = Frame::of_product(KIND.name, site, target, format!("{name}: not in {version}"))
        .below(format!("Runbooks of {version}"), edition.address.clone())
        .described(format!("{name} is not in {version}."));
    frame.edition = Some(edition.edition.id.clone());
    frame.version = Some(version.clone());
    frame.notice = notice(site, target, version, Some(slug));
    frame.is_unlisted = true;
    if is_old {
        frame = frame.of_its_day();
        frame.later = Some(later::of_runbook(product, slug));
    } else {
        frame.versions = product.versions_of(runbook);
    }
    frame.with(&facts)
}

fn others<'site>(product: &'site ProductSite, edition: usize) -> Vec<Other<'site>> {
    product.editions[edition]
        .edition
        .runbooks
        .iter()
        .take(MOST_OTHERS)
        .map(|runbook| Other {
            title: title(runbook),
            url: product.runbook(edition, &runbook.runbook.slug),
        })
        .collect()
}
