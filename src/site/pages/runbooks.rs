//! Every runbook of a product, in whatever edition it stands.

use serde::Serialize;

use crate::model::freshness::State;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "runbooks",
    template: include_str!("../../../templates/runbooks.html"),
    pages,
    make,
    section: "runbooks",
    entry: Some(Entry {
        text: "Runbooks",
        order: 1,
        leads: Leads::Product(|product| (product.home.clone(), true)),
    }),
    reserves: &["runbooks"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    editions: usize,
    runbooks: Vec<Row<'site>>,
}

#[derive(Serialize)]
struct Row<'site> {
    title: &'site str,
    path: &'site str,
    history: String,
    /// The page in the newest edition that has it.
    url: String,
    version: &'site str,
    state: Option<State>,
    editions: usize,
    is_current: bool,
}

fn pages(site: &Site) -> Vec<Target> {
    let target = |(number, product): (usize, &crate::site::shared::ProductSite)| Target {
        address: format!("{}runbooks/", product.base),
        owner: "the list of all runbooks".to_owned(),
        product: Some(number),
        ..Target::default()
    };
    site.products.iter().enumerate().map(target).collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let rows = product
        .slugs
        .iter()
        .filter_map(|slug| {
            let runbook = &product.runbooks[slug];
            let newest = runbook.places.iter().position(Option::is_some)?;
            let edition = &product.editions[newest];
            Some(Row {
                title: runbook.title,
                path: runbook.path,
                history: format!("{}runbooks/{}/", product.base, runbook.part),
                url: product.runbook(newest, slug),
                version: &edition.edition.version,
                state: edition.with_slug(slug).map(|runbook| runbook.freshness.state),
                editions: runbook.places.iter().flatten().count(),
                is_current: product.current.is_some_and(|current| runbook.places[current].is_some()),
            })
        })
        .collect();
    let facts = Facts {
        editions: product.editions.len(),
        runbooks: rows,
    };
    Frame::of_product(KIND.name, site, target, "All runbooks")
        .described(format!("Every runbook of {}, in any version.", product.product.name))
        .with(&facts)
}
