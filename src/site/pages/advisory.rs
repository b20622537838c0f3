//! One advisory over the releases of a product: when it came and went and why, which packages it is about, what stands against it.
//! `inner` is its number in the inventory.

use serde::Serialize;

use crate::model::inventory::{Cause, ScanFile, Sighting, Standing};
use crate::site::frame::{Frame, Made};
use crate::site::inventory::advisory;
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::component_words::{Named, named};
use crate::site::pages::proof_rows::urls;
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "advisory",
    template: include_str!("../../../templates/advisory.html"),
    pages,
    make,
    section: "components",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    id: &'site str,
    aliases: &'site [String],
    /// Whether the scan of the newest release that was scanned found it.
    is_current: bool,
    turns: Vec<TurnRow<'site>>,
    sightings: Vec<Row<'site>>,
    /// Releases that were scanned without finding it, newest first.
    without: Vec<Named<'site>>,
}

#[derive(Serialize)]
struct TurnRow<'site> {
    release: Named<'site>,
    is_entry: bool,
    cause: &'site Cause,
    /// The cause in words.
    why: String,
}

#[derive(Serialize)]
struct Row<'site> {
    release: Named<'site>,
    packages: Vec<Package<'site>>,
    standing: &'site Standing,
    files: Vec<File<'site>>,
}

/// A report that found it.
#[derive(Serialize)]
struct File<'site> {
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(flatten)]
    scan: &'site ScanFile,
}

#[derive(Serialize)]
struct Package<'site> {
    name: &'site str,
    /// The place of the component, where a bill of materials lists it.
    link: Option<&'site str>,
    version: &'site str,
    severity: &'site str,
    fixed: &'site str,
}

fn pages(site: &Site) -> Vec<Target> {
    site.numbered(|product| {
        let lives = product.product.inventory.advisories.iter();
        lives
            .map(|life| (advisory(&product.base, &life.id), format!("the advisory {}", life.id)))
            .collect()
    })
}

fn files<'site>(product: &'site ProductSite, sighting: &'site Sighting) -> Vec<File<'site>> {
    let judged = &product.product.releases[sighting.release];
    let urls = urls(product, judged);
    let files = sighting.files.iter();
    files
        .map(|scan| File {
            url: urls.get(scan.path.as_str()).cloned(),
            scan,
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let inventory = &product.product.inventory;
    let life = &inventory.advisories[target.inner];
    let is_sighted = |release: usize| life.sightings.iter().any(|sighting| sighting.release == release);
    let facts = Facts {
        id: &life.id,
        aliases: &life.aliases,
        is_current: inventory.scans.first().is_some_and(|release| is_sighted(*release)),
        turns: life
            .turns
            .iter()
            .map(|turn| TurnRow {
                release: named(product, turn.release),
                is_entry: turn.is_entry,
                cause: &turn.cause,
                why: turn.cause.to_string(),
            })
            .collect(),
        sightings: life
            .sightings
            .iter()
            .map(|sighting| Row {
                release: named(product, sighting.release),
                packages: sighting
                    .hits
                    .iter()
                    .map(|hit| Package {
                        name: &hit.package,
                        link: product
                            .places
                            .named(&hit.package)
                            .and_then(|life| product.places.link(&life.identity)),
                        version: &hit.version,
                        severity: &hit.severity,
                        fixed: &hit.fixed,
                    })
                    .collect(),
                standing: &sighting.standing,
                files: files(product, sighting),
            })
            .collect(),
        without: inventory
            .scans
            .iter()
            .filter(|release| !is_sighted(**release))
            .map(|release| named(product, *release))
            .collect(),
    };
    Frame::of_product(KIND.name, site, target, life.id.clone())
        .below("Advisories", format!("{}advisories/", product.base))
        .described(format!("When {} was in releases of {}.", life.id, product.product.name))
        .with(&facts)
}
