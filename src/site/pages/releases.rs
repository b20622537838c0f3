//! The releases of a product, newest first, by year.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::model::handbook::JudgedRelease;
use crate::model::release::Notes;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::pages::rows::{self, Part};
use crate::site::pages::views::ReleaseRow;
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "releases",
    template: include_str!("../../../templates/releases.html"),
    pages,
    make,
    section: "releases",
    entry: Some(Entry {
        text: "Releases",
        order: 2,
        leads: Leads::Product(|product| (format!("{}releases/", product.base), true)),
    }),
    reserves: &["releases"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    total: usize,
    parts: Vec<Part>,
    /// Those of this part of the list.
    years: Vec<Year<'site>>,
    left_out_tags: usize,
    /// The newest release of each line, where there is more than one; on the first part of the list.
    newest: Vec<Newest<'site>>,
    /// What is written about the release that comes next; on the first part of the list.
    coming: &'site [Notes],
}

/// The newest release of a line of tags.
#[derive(Serialize)]
struct Newest<'site> {
    /// What stands before the versions of the line; empty where nothing does.
    line: &'site str,
    /// Its newest release.
    version: &'site str,
    url: String,
    day: Option<NaiveDate>,
    /// How many releases the line has.
    total: usize,
}

#[derive(Serialize)]
struct Year<'site> {
    /// None for releases whose day is unknown.
    year: Option<i32>,
    releases: Vec<ReleaseRow<'site>>,
}

fn pages(site: &Site) -> Vec<Target> {
    let targets = |(number, product): (usize, &ProductSite)| {
        let first = Target {
            address: list(product),
            owner: "the list of releases".to_owned(),
            product: Some(number),
            ..Target::default()
        };
        rows::pages(&first, product.product.releases.len())
    };
    site.products.iter().enumerate().flat_map(targets).collect()
}

fn list(product: &ProductSite) -> String {
    format!("{}releases/", product.base)
}

/// The newest release of each line, where there is more than one.
fn newest<'site>(product: &'site ProductSite<'_>) -> Vec<Newest<'site>> {
    let of_lines = product.product.newest_of_lines();
    if of_lines.len() < 2 {
        return Vec::new();
    }
    let total = |judged: &JudgedRelease| {
        let line = judged.release.line.as_str();
        product
            .product
            .releases
            .iter()
            .filter(|other| other.release.line == line)
            .count()
    };
    of_lines
        .into_iter()
        .map(|judged| Newest {
            line: judged.release.line.trim_end_matches(['-', '_', '/', '@']),
            version: &judged.release.version,
            url: product.release(judged),
            day: judged.release.date.as_ref().map(|date| date.day),
            total: total(judged),
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let mut years: Vec<Year> = Vec::new();
    for release in rows::of(&product.product.releases, target.inner) {
        let row = ReleaseRow::of(product, release);
        let year = row.day.map(|day| day.year());
        // Releases may be out of order in time; each year stands where its first release does.
        match years.iter_mut().find(|group| group.year == year) {
            Some(group) => group.releases.push(row),
            None => years.push(Year {
                year,
                releases: vec![row],
            }),
        }
    }
    let facts = Facts {
        total: product.product.releases.len(),
        parts: rows::parts(&list(product), product.product.releases.len(), target.inner),
        years,
        left_out_tags: product.product.left_out_tags.len(),
        newest: if target.inner == 0 { newest(product) } else { Vec::new() },
        coming: if target.inner == 0 { &product.product.coming } else { &[] },
    };
    let mut frame = Frame::of_product(KIND.name, site, target, "Releases").described(format!(
        "Every release of {}, with its gates and evidence.",
        product.product.name
    ));
    frame.is_unlisted = target.inner > 0;
    frame.with(&facts)
}
