//! Every runbook of a product, in whatever edition it stands.

use serde::Serialize;

use crate::model::freshness::State;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::pages::rows::{self, Part};
use crate::site::shared::{ProductSite, Site};
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
    total: usize,
    parts: Vec<Part>,
    /// Those of this part of the list.
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
    let targets = |(number, product): (usize, &ProductSite)| {
        let first = Target {
            address: list(product),
            owner: "the list of all runbooks".to_owned(),
            product: Some(number),
            ..Target::default()
        };
        rows::pages(&first, product.slugs.len())
    };
    site.products.iter().enumerate().flat_map(targets).collect()
}

fn list(product: &ProductSite) -> String {
    format!("{}runbooks/", product.base)
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let rows = rows::of(&product.slugs, target.inner)
        .into_iter()
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
        total: product.slugs.len(),
        parts: rows::parts(&list(product), product.slugs.len(), target.inner),
        runbooks: rows,
    };
    let mut frame = Frame::of_product(KIND.name, site, target, "All runbooks")
        .described(format!("Every runbook of {}, in any version.", product.product.name));
    frame.is_unlisted = target.inner > 0;
    frame.with(&facts)
}
