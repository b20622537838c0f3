//! The controls of a product, those of the organisation first: what each is, and how far the releases show it.

use serde::Serialize;

use crate::model::control::{JudgedControl, Mapping, Shown};
use crate::site::address::part;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, never_same};
use crate::site::pages::audit_rows::{CAUTION, release_url};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit_controls",
    template: include_str!("../../../templates/audit_controls.html"),
    pages,
    make,
    is_same: never_same,
};

/// Releases in the head of the table.
const MOST_RELEASES: usize = 8;

#[derive(Serialize)]
struct Facts<'site> {
    versions: Vec<Version<'site>>,
    own: Vec<ControlRow<'site>>,
    catalogs: Vec<Group<'site>>,
    caution: &'static str,
}

/// A release in the head of a table.
#[derive(Serialize)]
pub(super) struct Version<'site> {
    version: &'site str,
    url: Option<String>,
}

/// The rows of one catalogue.
#[derive(Serialize)]
struct Group<'site> {
    title: &'site str,
    rows: Vec<ControlRow<'site>>,
}

/// A control in one line.
#[derive(Serialize)]
pub(super) struct ControlRow<'site> {
    id: &'site str,
    title: &'site str,
    url: String,
    mapping: &'site Mapping,
    supports: Vec<&'site str>,
    summary: &'site str,
    cells: Vec<Cell<'site>>,
}

#[derive(Serialize)]
struct Cell<'site> {
    version: &'site str,
    /// None where the release has no cell.
    shown: Option<Shown>,
    words: &'static str,
}

/// How far a release shows a control, in words.
pub(super) fn words(shown: Option<Shown>) -> &'static str {
    match shown {
        Some(Shown::Shown) => "shown",
        Some(Shown::ByException) => "by exception",
        Some(Shown::Open) => "open",
        Some(Shown::Nothing) | None => "nothing mapped",
    }
}

/// The address of a control.
pub(super) fn address(product: &ProductSite, control: &JudgedControl) -> String {
    format!("{}audit/controls/{}/", product.base, part(&control.id))
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .filter(|(_, product)| !product.product.controls.is_empty())
        .map(|(number, product)| Target {
            address: format!("{}audit/controls/", product.base),
            owner: "the controls".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let versions: Vec<&str> = versions(product);
    let mut catalogs: Vec<Group> = Vec::new();
    for control in product.product.controls.iter().filter(|control| !control.is_own) {
        let title = control.rows.first().map_or("", |row| row.catalog.as_str());
        let row = row(product, control, &versions);
        match catalogs.iter_mut().find(|group| group.title == title) {
            Some(group) => group.rows.push(row),
            None => catalogs.push(Group { title, rows: vec![row] }),
        }
    }
    let facts = Facts {
        own: own(product, &versions),
        catalogs,
        versions: version_links(product),
        caution: CAUTION,
    };
    Frame::of_product(KIND.name, site, target, "Controls")
        .in_section("audit")
        .below("For auditors", format!("{}audit/", product.base))
        .described(format!(
            "Controls of {}, and the evidence that is mapped to each.",
            product.product.name
        ))
        .with(&facts)
}

/// The releases that the table shows, newest first.
pub(super) fn versions<'site>(product: &ProductSite<'site>) -> Vec<&'site str> {
    let releases = product.product.releases.iter();
    let recorded = releases.filter(|judged| judged.release.record.is_some());
    recorded
        .take(MOST_RELEASES)
        .map(|judged| judged.release.version.as_str())
        .collect()
}

/// The same with their pages.
pub(super) fn version_links<'site>(product: &ProductSite<'site>) -> Vec<Version<'site>> {
    let links = versions(product).into_iter().map(|version| Version {
        version,
        url: release_url(product, version),
    });
    links.collect()
}

/// The controls of the organisation.
pub(super) fn own<'site>(product: &ProductSite<'site>, versions: &[&'site str]) -> Vec<ControlRow<'site>> {
    let controls = product.product.controls.iter().filter(|control| control.is_own);
    controls.map(|control| row(product, control, versions)).collect()
}

fn row<'site>(product: &ProductSite<'site>, control: &'site JudgedControl, versions: &[&'site str]) -> ControlRow<'site> {
    ControlRow {
        id: &control.id,
        title: &control.title,
        url: address(product, control),
        mapping: &control.mapping,
        supports: control
            .rows
            .iter()
            .filter(|_| control.is_own)
            .map(|row| row.id.as_str())
            .collect(),
        summary: &control.summary,
        cells: versions
            .iter()
            .map(|version| {
                let shown = control
                    .cells
                    .iter()
                    .find(|cell| cell.version == *version)
                    .map(|cell| cell.shown);
                Cell {
                    version,
                    shown,
                    words: words(shown),
                }
            })
            .collect(),
    }
}
