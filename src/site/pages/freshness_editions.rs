//! The state of every runbook over the editions: rows are runbooks, columns editions, newest first. Beyond twelve editions the older
//! ones stand on further pages. `inner` is the number of the page, from 0.

use serde::Serialize;

use crate::model::freshness::State;
use crate::site::feeds::address::EDITIONS_CSV;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, never_same};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "freshness-editions",
    template: include_str!("../../../templates/freshness_editions.html"),
    pages,
    make,
    is_same: never_same,
};

/// Editions on a page.
const COLUMNS: usize = 12;

#[derive(Serialize)]
struct Facts<'site> {
    editions: Vec<Column<'site>>,
    rows: Vec<Row<'site>>,
    parts: Vec<Part>,
    file: String,
}

#[derive(Serialize)]
struct Column<'site> {
    version: &'site str,
    url: &'site str,
    day: Option<chrono::NaiveDate>,
}

#[derive(Serialize)]
struct Row<'site> {
    title: &'site str,
    history: String,
    cells: Vec<Cell<'site>>,
}

#[derive(Serialize)]
struct Cell<'site> {
    version: &'site str,
    /// None where the edition does not have the runbook.
    state: Option<State>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Part {
    name: String,
    url: String,
    is_here: bool,
}

fn address_of(product: &ProductSite, part: usize) -> String {
    match part {
        0 => format!("{}freshness/editions/", product.base),
        part => format!("{}freshness/editions/{}/", product.base, part + 1),
    }
}

fn parts(product: &ProductSite) -> usize {
    product.editions.len().div_ceil(COLUMNS).max(1)
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        targets.extend((0..parts(product)).map(|inner| Target {
            address: address_of(product, inner),
            owner: "freshness over the editions".to_owned(),
            product: Some(number),
            inner,
            ..Target::default()
        }));
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let start = target.inner * COLUMNS;
    let end = (start + COLUMNS).min(product.editions.len());
    let here = &product.editions[start.min(end)..end];
    let rows = product.slugs.iter().map(|slug| {
        let runbook = &product.runbooks[slug];
        Row {
            title: runbook.title,
            history: format!("{}runbooks/{}/", product.base, runbook.part),
            cells: (start..end)
                .map(|edition| {
                    let here = product.editions[edition].with_slug(slug);
                    Cell {
                        version: &product.editions[edition].edition.version,
                        state: here.map(|runbook| runbook.freshness.state),
                        url: here.map(|_| product.runbook(edition, slug)),
                    }
                })
                .collect(),
        }
    });
    let name = |part: usize| {
        let first = &product.editions[part * COLUMNS].edition.version;
        let last = &product.editions[((part + 1) * COLUMNS).min(product.editions.len()) - 1]
            .edition
            .version;
        if first == last {
            first.clone()
        } else {
            format!("{first} to {last}")
        }
    };
    let parts = if parts(product) > 1 { parts(product) } else { 0 };
    let facts = Facts {
        editions: here
            .iter()
            .map(|edition| Column {
                version: &edition.edition.version,
                url: &edition.address,
                day: edition.day,
            })
            .collect(),
        // A runbook that none of these editions has says nothing here.
        rows: rows.filter(|row| row.cells.iter().any(|cell| cell.state.is_some())).collect(),
        parts: (0..parts)
            .map(|part| Part {
                name: name(part),
                url: address_of(product, part),
                is_here: part == target.inner,
            })
            .collect(),
        file: format!("{}{EDITIONS_CSV}", product.base),
    };
    Frame::of_product(KIND.name, site, target, "Freshness over the editions")
        .below("Freshness", format!("{}freshness/", product.base))
        .in_section("freshness")
        .described(format!(
            "How fresh each runbook of {} was in each edition.",
            product.product.name
        ))
        .with(&facts)
}
