//! Every advisory that a scan of any release found, the open ones of the newest release first.

use serde::Serialize;

use crate::model::inventory::{AdvisoryLife, Standing};
use crate::site::frame::{Frame, Made};
use crate::site::inventory::advisory;
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::component_words::{Named, named};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "advisories",
    template: include_str!("../../../templates/advisories.html"),
    pages,
    make,
    section: "components",
    reserves: &["advisories"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    /// Releases of which somebody looked for advisories, newest first.
    scanned: Vec<Named<'site>>,
    /// Releases of which nobody did: nothing is known of them.
    unscanned: usize,
    advisories: Vec<Row<'site>>,
}

/// An advisory in one line.
#[derive(Serialize)]
struct Row<'site> {
    id: &'site str,
    aliases: &'site [String],
    url: String,
    severity: &'site str,
    packages: Vec<&'site str>,
    /// Whether the newest scan found it.
    is_current: bool,
    standing: &'site Standing,
    /// The newest and the oldest release whose scan found it.
    newest: Named<'site>,
    oldest: Named<'site>,
    sightings: usize,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .filter(|(_, product)| !product.product.inventory.scans.is_empty())
        .map(|(number, product)| Target {
            address: format!("{}advisories/", product.base),
            owner: "the list of advisories".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let inventory = &product.product.inventory;
    let newest = inventory.scans.first().copied();
    let mut rows: Vec<Row> = inventory.advisories.iter().map(|life| row(product, life, newest)).collect();
    let rank = |row: &Row| (!row.is_current, !row.standing.is_open());
    rows.sort_by(|one, other| (rank(one), one.id).cmp(&(rank(other), other.id)));
    let facts = Facts {
        scanned: inventory.scans.iter().map(|release| named(product, *release)).collect(),
        unscanned: product.product.releases.len() - inventory.scans.len(),
        advisories: rows,
    };
    Frame::of_product(KIND.name, site, target, "Advisories")
        .described(format!(
            "Advisories that scans of releases of {} found.",
            product.product.name
        ))
        .with(&facts)
}

fn row<'site>(product: &'site ProductSite, life: &'site AdvisoryLife, scanned: Option<usize>) -> Row<'site> {
    let (newest, oldest) = (&life.sightings[0], &life.sightings[life.sightings.len() - 1]);
    let mut packages: Vec<&str> = life
        .sightings
        .iter()
        .flat_map(|sighting| &sighting.hits)
        .map(|hit| hit.package.as_str())
        .filter(|package| !package.is_empty())
        .collect();
    packages.sort_unstable();
    packages.dedup();
    Row {
        id: &life.id,
        aliases: &life.aliases,
        url: advisory(&product.base, &life.id),
        severity: newest.hits.first().map_or("", |hit| &hit.severity),
        packages,
        is_current: scanned == Some(newest.release),
        standing: &newest.standing,
        newest: named(product, newest.release),
        oldest: named(product, oldest.release),
        sightings: life.sightings.len(),
    }
}
