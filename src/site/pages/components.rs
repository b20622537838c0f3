//! The components of the newest release with a bill of materials, and which releases contain each. `inner` is the part of the list.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::handbook::JudgedRelease;
use crate::model::inventory::ComponentLife;
use crate::site::frame::{Frame, Made};
use crate::site::inventory::{ROWS, anchor, list};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::pages::component_words::{ecosystem, licence};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;
use crate::site::words::counted;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "components",
    template: include_str!("../../../templates/components.html"),
    pages,
    make,
    section: "components",
    entry: Some(Entry {
        text: "Components",
        order: 4,
        leads: Leads::Product(|product| (list(&product.base, 0), !product.product.inventory.bills.is_empty())),
    }),
    reserves: &["components"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    /// The release that the list is of; none when no release has a bill of materials.
    release: Option<ReleaseFacts<'site>>,
    /// The releases that have one, newest first.
    releases: Vec<ReleaseFacts<'site>>,
    total: usize,
    /// How many components that are: two versions of one name are two.
    listed: Option<u64>,
    /// Advisories that scans of any release found.
    /// The bills of materials that releases lack, one sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lacks: Vec<String>,
    advisories: usize,
    part: usize,
    parts: Vec<Part>,
    components: Vec<Row<'site>>,
    /// Components that older releases contain and the newest does not, on the first part only.
    gone: Vec<Gone<'site>>,
}

#[derive(Clone, Serialize)]
struct ReleaseFacts<'site> {
    version: &'site str,
    url: String,
    day: Option<NaiveDate>,
}

#[derive(Serialize)]
struct Part {
    first: String,
    last: String,
    url: String,
    is_here: bool,
}

#[derive(Serialize)]
struct Row<'site> {
    identity: &'site str,
    /// The element id.
    anchor: String,
    /// `pypi` where the identity is nothing but that and the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    ecosystem: Option<&'site str>,
    name: &'site str,
    /// The page of the component, where there is more to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'site str>,
    versions: Vec<&'site str>,
    licence: String,
    kind: &'site str,
    is_direct: Option<bool>,
    has_hash: bool,
    advisories: usize,
    /// Indexes into `releases`: who contains it, newest first.
    releases: Vec<usize>,
}

#[derive(Serialize)]
struct Gone<'site> {
    identity: &'site str,
    name: &'site str,
    page: Option<&'site str>,
    /// The newest release that contains it.
    last: &'site str,
}

#[derive(Serialize)]
struct Extra {
    spans: Vec<String>,
}

fn pages(site: &Site) -> Vec<Target> {
    site.numbered(|product| {
        let parts = product.places.newest.len().div_ceil(ROWS).max(1);
        let addresses = (0..parts).map(|part| list(&product.base, part));
        addresses
            .map(|address| (address, "the list of components".to_owned()))
            .collect()
    })
}

/// The releases with a bill of materials, newest first.
fn releases_with_bills<'site>(product: &ProductSite<'site>) -> impl Iterator<Item = &'site JudgedRelease> {
    let releases = &product.product.releases;
    product.product.inventory.bills.iter().map(|index| &releases[*index])
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let inventory = &product.product.inventory;
    let releases: Vec<ReleaseFacts> = releases_with_bills(product)
        .map(|release| ReleaseFacts {
            version: &release.release.version,
            url: product.release(release),
            day: release.release.date.as_ref().map(|date| date.day),
        })
        .collect();
    let all = &product.places.newest;
    let rows: Vec<Row> = all
        .iter()
        .skip(target.inner * ROWS)
        .take(ROWS)
        .map(|life| row(product, life))
        .collect();
    let here = all.iter().skip(target.inner * ROWS).take(ROWS);
    let spans = here.map(|life| contained(life, &releases)).collect();
    let name = |index: usize| all.get(index).map(|life| life.name.clone()).unwrap_or_default();
    let parts = all.len().div_ceil(ROWS);
    // What a bill that is missing today may list is not gone.
    let gone = |life: &&'_ ComponentLife| life.spans.first().is_some_and(|span| span.newest > 0) && !life.unknown.contains(&0);
    let facts = Facts {
        release: releases.first().cloned(),
        total: all.len(),
        listed: releases_with_bills(product)
            .next()
            .and_then(|release| release.release.components()),
        advisories: inventory.advisories.len(),
        lacks: inventory.lacks.iter().map(ToString::to_string).collect(),
        part: target.inner + 1,
        parts: (0..parts)
            .filter(|_| parts > 1)
            .map(|part| Part {
                first: name(part * ROWS),
                last: name(((part + 1) * ROWS).min(all.len()) - 1),
                url: list(&product.base, part),
                is_here: part == target.inner,
            })
            .collect(),
        gone: inventory
            .components
            .iter()
            .filter(|_| target.inner == 0)
            .filter(gone)
            .take(ROWS)
            .map(|life| Gone {
                identity: &life.identity,
                name: &life.name,
                page: product.places.link(&life.identity),
                last: releases[life.spans[0].newest].version,
            })
            .collect(),
        releases,
        components: rows,
    };
    let title = if target.inner == 0 {
        "Components".to_owned()
    } else {
        format!("Components, part {}", target.inner + 1)
    };
    let mut frame = Frame::of_product(KIND.name, site, target, title).described(format!(
        "What {} is made of, and which releases contain it.",
        product.product.name
    ));
    if target.inner > 0 {
        frame = frame.below("Components", list(&product.base, 0));
    }
    let mut made = frame.with(&facts);
    made.extra = tera::Value::from_serializable(&Extra { spans });
    made
}

fn row<'site>(product: &'site ProductSite, life: &'site ComponentLife) -> Row<'site> {
    let span = &life.spans[0];
    let mut versions: Vec<&str> = span.versions.iter().map(String::as_str).collect();
    versions.dedup();
    Row {
        identity: &life.identity,
        anchor: anchor(&life.identity),
        ecosystem: ecosystem(&life.identity, &life.name),
        name: &life.name,
        page: product.places.link(&life.identity).filter(|link| !link.contains('#')),
        versions,
        licence: licence(span),
        kind: &life.kind,
        is_direct: span.is_direct,
        has_hash: span.has_hash,
        advisories: product.places.advisories(life).len(),
        releases: life.spans.iter().flat_map(|span| span.newest..=span.oldest).collect(),
    }
}

/// In which releases something is, in words: all of them, since one, or so many.
fn contained(life: &ComponentLife, releases: &[ReleaseFacts]) -> String {
    let count: usize = life.spans.iter().map(|span| span.oldest - span.newest + 1).sum();
    if count == releases.len() {
        return if count == 1 {
            "only this release".to_owned()
        } else {
            format!("all {count} releases")
        };
    }
    let all = counted(releases.len() as u64, "release");
    let runs = life.spans.windows(2).all(|pair| pair[0].oldest + 1 == pair[1].newest);
    match life.spans.last() {
        Some(span) if runs && span.oldest == 0 => format!("new in {}", releases[0].version),
        Some(span) if runs => format!("since {}", releases[span.oldest].version),
        _ if !life.unknown.is_empty() => format!("{count} of {all}, {} not known", life.unknown.len()),
        _ => format!("{count} of {all}"),
    }
}
