//! The components of the newest release with a bill of materials, and which releases contain each. `inner` is the part of the list.

use chrono::NaiveDate;
use serde::Serialize;

use crate::site::frame::{Frame, Made};
use crate::site::inventory::{Line, ROWS, address};
use crate::site::pages::{Kind, Target, never_same};
use crate::site::shared::Site;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "components",
    template: include_str!("../../../templates/components.html"),
    pages,
    make,
    is_same: never_same,
};

/// Releases that a row names.
const MOST_RELEASES: usize = 6;

#[derive(Serialize)]
struct Facts<'site> {
    /// The release that the list is of; none when no release has a bill of materials.
    release: Option<ReleaseFacts<'site>>,
    /// The releases that have one, newest first.
    releases: Vec<ReleaseFacts<'site>>,
    total: usize,
    part: usize,
    parts: Vec<Part>,
    components: Vec<Row<'site>>,
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
    /// `pypi` where the identity is nothing but that and the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    ecosystem: Option<&'site str>,
    name: &'site str,
    versions: Vec<&'site str>,
    licence: &'site str,
    kind: &'site str,
    is_direct: Option<bool>,
    has_hash: bool,
    /// Indexes into `releases`: who contains it, newest first.
    releases: &'site [usize],
}

#[derive(Serialize)]
struct Extra {
    spans: Vec<String>,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        let parts = product.inventory.lines.len().div_ceil(ROWS).max(1);
        for inner in 0..parts {
            targets.push(Target {
                address: address(&product.base, inner),
                owner: "the list of components".to_owned(),
                product: Some(number),
                inner,
                ..Target::default()
            });
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let inventory = &product.inventory;
    let releases: Vec<ReleaseFacts> = inventory
        .releases
        .iter()
        .map(|release| ReleaseFacts {
            version: &release.release.version,
            url: product.release(release),
            day: release.release.date.as_ref().map(|date| date.day),
        })
        .collect();
    let all = &inventory.lines;
    let rows: Vec<Row> = all.iter().skip(target.inner * ROWS).take(ROWS).map(row).collect();
    let spans = rows.iter().map(|row| span(row.releases, &releases)).collect();
    let name = |index: usize| all.get(index).map(|line| line.components[0].name.clone()).unwrap_or_default();
    let parts = all.len().div_ceil(ROWS);
    let facts = Facts {
        release: releases.first().cloned(),
        total: all.len(),
        part: target.inner + 1,
        parts: (0..parts)
            .filter(|_| parts > 1)
            .map(|part| Part {
                first: name(part * ROWS),
                last: name(((part + 1) * ROWS).min(all.len()) - 1),
                url: address(&product.base, part),
                is_here: part == target.inner,
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
    let mut frame = Frame::of_product(KIND.name, site, target, title)
        .in_section("components")
        .described(format!(
            "What {} is made of, and which releases contain it.",
            product.product.name
        ));
    if target.inner > 0 {
        frame = frame.below("Components", address(&product.base, 0));
    }
    let mut made = frame.with(&facts);
    made.extra = tera::Value::from_serializable(&Extra { spans });
    made
}

fn row<'site>(line: &'site Line) -> Row<'site> {
    let components = &line.components;
    let first = components[0];
    let mut versions: Vec<&str> = components.iter().map(|component| component.version.as_str()).collect();
    versions.sort_unstable();
    versions.dedup();
    Row {
        identity: line.identity,
        ecosystem: ecosystem(line.identity, &first.name),
        name: &first.name,
        versions,
        licence: &first.licence,
        kind: &first.kind,
        is_direct: components.iter().filter_map(|component| component.is_direct).max(),
        has_hash: components.iter().all(|component| component.has_hash),
        releases: &line.releases,
    }
}

/// The ecosystem of a package URL that says nothing else than that and the name.
fn ecosystem<'site>(identity: &'site str, name: &str) -> Option<&'site str> {
    identity
        .strip_prefix("pkg:")?
        .strip_suffix(name)?
        .strip_suffix('/')
        .filter(|ecosystem| !ecosystem.contains('/'))
}

/// In which releases something is, in words: all of them, since one, or by name.
fn span(indexes: &[usize], releases: &[ReleaseFacts]) -> String {
    if indexes.len() == releases.len() {
        return if releases.len() == 1 {
            "only this release".to_owned()
        } else {
            format!("all {} releases", releases.len())
        };
    }
    let is_run = indexes.iter().enumerate().all(|(expected, index)| expected == *index);
    if is_run && let Some(last) = indexes.last() {
        return if *last == 0 {
            format!("new in {}", releases[0].version)
        } else {
            format!("since {}", releases[*last].version)
        };
    }
    let mut names: Vec<&str> = indexes
        .iter()
        .take(MOST_RELEASES)
        .map(|index| releases[*index].version)
        .collect();
    let more = indexes.len().saturating_sub(MOST_RELEASES);
    let rest = format!("{more} more");
    if more > 0 {
        names.push(&rest);
    }
    names.join(", ")
}
