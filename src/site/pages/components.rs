//! The components of the newest release with a bill of materials, and which releases contain each. `inner` is the part of the list.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::evidence::Content;
use crate::model::handbook::JudgedRelease;
use crate::model::sbom::Component;
use crate::site::frame::{Frame, Made};
use crate::site::pages::{Kind, Target, never_same};
use crate::site::shared::{ProductSite, Site, has_components};

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "components",
    template: "components.html",
    pages,
    make,
    is_same: never_same,
};

/// Components in one part of the list.
const ROWS: usize = 200;
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
    name: &'site str,
    versions: Vec<&'site str>,
    licence: &'site str,
    kind: &'site str,
    is_direct: Option<bool>,
    has_hash: bool,
    /// Indexes into `releases`: who contains it, newest first.
    releases: Vec<usize>,
}

#[derive(Serialize)]
struct Extra {
    spans: Vec<String>,
}

/// The components of a release by identity, all bills of materials together.
fn components(release: &JudgedRelease) -> BTreeMap<&str, Vec<&Component>> {
    let mut components: BTreeMap<&str, Vec<&Component>> = BTreeMap::new();
    for file in &release.release.evidence {
        if let Content::Sbom(sbom) = &file.artifact.content {
            for component in &sbom.components {
                components.entry(&component.identity).or_default().push(component);
            }
        }
    }
    components
}

fn address(product: &ProductSite, part: usize) -> String {
    if part == 0 {
        format!("{}components/", product.base)
    } else {
        format!("{}components/{}/", product.base, part + 1)
    }
}

fn newest<'site>(product: &ProductSite<'site>) -> Option<&'site JudgedRelease> {
    product.product.releases.iter().find(|release| has_components(release))
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        let parts = newest(product).map_or(1, |release| components(release).len().div_ceil(ROWS).max(1));
        for inner in 0..parts {
            targets.push(Target {
                address: address(product, inner),
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
    let with: Vec<(&JudgedRelease, BTreeMap<&str, Vec<&Component>>)> = product
        .product
        .releases
        .iter()
        .filter(|release| has_components(release))
        .map(|release| (release, components(release)))
        .collect();
    let releases: Vec<ReleaseFacts> = with
        .iter()
        .map(|(release, _)| ReleaseFacts {
            version: &release.release.version,
            url: product.release(release),
            day: release.release.date.as_ref().map(|date| date.day),
        })
        .collect();
    let all: Vec<(&str, &Vec<&Component>)> = with
        .first()
        .map(|(_, components)| components.iter().map(|(identity, list)| (*identity, list)).collect())
        .unwrap_or_default();
    let rows: Vec<Row> = all
        .iter()
        .skip(target.inner * ROWS)
        .take(ROWS)
        .map(|(identity, list)| {
            let first = list[0];
            let mut versions: Vec<&str> = list.iter().map(|component| component.version.as_str()).collect();
            versions.sort_unstable();
            versions.dedup();
            Row {
                identity,
                name: &first.name,
                versions,
                licence: &first.licence,
                kind: &first.kind,
                is_direct: list.iter().filter_map(|component| component.is_direct).max(),
                has_hash: list.iter().all(|component| component.has_hash),
                releases: with
                    .iter()
                    .enumerate()
                    .filter(|(_, (_, components))| components.contains_key(identity))
                    .map(|(index, _)| index)
                    .collect(),
            }
        })
        .collect();
    let spans = rows.iter().map(|row| span(&row.releases, &releases)).collect();
    let name = |index: usize| all.get(index).map(|(_, list)| list[0].name.clone()).unwrap_or_default();
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
                url: address(product, part),
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
        frame = frame.below("Components", address(product, 0));
    }
    let mut made = frame.with(&facts);
    made.extra = tera::Value::from_serializable(&Extra { spans });
    made
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
