//! One component over the releases of its product: which contain it, in which versions, under which licences, and which advisories are
//! about it. `inner` is its number among the components that have a page.

use serde::Serialize;

use crate::model::inventory::{ComponentLife, Inventory, Span, Standing};
use crate::site::frame::{Frame, Made};
use crate::site::inventory::{advisory, list, page};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::component_words::{Named, ecosystem, licence, named};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "component",
    template: include_str!("../../../templates/component.html"),
    pages,
    make,
    section: "components",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    identity: &'site str,
    name: &'site str,
    ecosystem: Option<&'site str>,
    kind: &'site str,
    /// Releases that contain it, of those that have a bill of materials.
    contained: usize,
    of: usize,
    first: Named<'site>,
    last: Named<'site>,
    is_gone: bool,
    /// Releases of which nobody can tell.
    unknown: usize,
    /// The bills of materials that are missing.
    lacks: Vec<String>,
    /// How it was contained, newest first, with the gaps between.
    spans: Vec<Row<'site>>,
    advisories: Vec<About<'site>>,
}

#[derive(Serialize)]
struct Row<'site> {
    newest: Named<'site>,
    oldest: Named<'site>,
    releases: usize,
    /// None of them contains it.
    is_gap: bool,
    /// A bill of materials that lists it elsewhere is missing in them, so that nobody can tell.
    is_unknown: bool,
    versions: &'site [String],
    licence: String,
    is_direct: Option<bool>,
    has_hash: bool,
    licence_changed: bool,
}

#[derive(Serialize)]
struct About<'site> {
    id: &'site str,
    url: String,
    severity: &'site str,
    /// The newest release whose scan found it.
    newest: Named<'site>,
    sightings: usize,
    standing: &'site Standing,
}

fn pages(site: &Site) -> Vec<Target> {
    site.numbered(|product| {
        let lives = product.places.with_page.iter();
        lives
            .map(|life| (page(&product.base, life), format!("the component {}", life.identity)))
            .collect()
    })
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let inventory = &product.product.inventory;
    let life = product.places.with_page[target.inner];
    let of_bill = |place: usize| named(product, inventory.bills[place]);
    let (newest, oldest) = (
        life.spans.first().map_or(0, |span| span.newest),
        life.spans.last().map_or(0, |span| span.oldest),
    );
    let advisories = product.places.advisories(life).iter().map(|index| {
        let about = &inventory.advisories[*index];
        let sighting = &about.sightings[0];
        About {
            id: &about.id,
            url: advisory(&product.base, &about.id),
            severity: sighting.hits.first().map_or("", |hit| &hit.severity),
            newest: named(product, sighting.release),
            sightings: about.sightings.len(),
            standing: &sighting.standing,
        }
    });
    let facts = Facts {
        identity: &life.identity,
        name: &life.name,
        ecosystem: ecosystem(&life.identity, &life.name),
        kind: &life.kind,
        contained: life.spans.iter().map(|span| span.oldest - span.newest + 1).sum(),
        of: inventory.bills.len(),
        first: of_bill(oldest),
        last: of_bill(newest),
        is_gone: newest > 0 && !(0..newest).all(|place| life.unknown.contains(&place)),
        unknown: life.unknown.len(),
        lacks: lacks(inventory, life, &of_bill),
        spans: rows(life, inventory.bills.len(), &of_bill),
        advisories: advisories.collect(),
    };
    Frame::of_product(KIND.name, site, target, life.name.clone())
        .below("Components", list(&product.base, 0))
        .described(format!("Which releases of {} contain {}.", product.product.name, life.name))
        .with(&facts)
}

/// The spans with the gaps before, between and after them.
fn rows<'site>(life: &'site ComponentLife, bills: usize, of_bill: &dyn Fn(usize) -> Named<'site>) -> Vec<Row<'site>> {
    let mut rows: Vec<Row> = Vec::new();
    let gap = |newest: usize, oldest: usize| Row {
        newest: of_bill(newest),
        oldest: of_bill(oldest),
        releases: oldest - newest + 1,
        is_gap: true,
        is_unknown: life.unknown.contains(&newest),
        versions: &[],
        licence: String::new(),
        is_direct: None,
        has_hash: false,
        licence_changed: false,
    };
    let mut next = 0;
    for (index, span) in life.spans.iter().enumerate() {
        if span.newest > next {
            rows.extend(gaps(life, next, span.newest - 1).map(|(newest, oldest)| gap(newest, oldest)));
        }
        let older = life.spans.get(index + 1);
        rows.push(Row {
            newest: of_bill(span.newest),
            oldest: of_bill(span.oldest),
            releases: span.oldest - span.newest + 1,
            is_gap: false,
            is_unknown: false,
            versions: &span.versions,
            licence: licence(span),
            is_direct: span.is_direct,
            has_hash: span.has_hash,
            licence_changed: older.is_some_and(|older| is_other_licence(span, older)),
        });
        next = span.oldest + 1;
    }
    if next < bills {
        rows.extend(gaps(life, next, bills - 1).map(|(newest, oldest)| gap(newest, oldest)));
    }
    rows
}

/// A gap cut into releases that do not contain it and those of which nobody can tell.
fn gaps(life: &ComponentLife, newest: usize, oldest: usize) -> impl Iterator<Item = (usize, usize)> {
    let places: Vec<usize> = (newest..=oldest).collect();
    let is_alike = |one: &usize, other: &usize| life.unknown.contains(one) == life.unknown.contains(other);
    let runs: Vec<(usize, usize)> = places.chunk_by(is_alike).map(|run| (run[0], run[run.len() - 1])).collect();
    runs.into_iter()
}

/// The bills of materials whose absence makes that nobody can tell.
fn lacks<'site>(inventory: &'site Inventory, life: &ComponentLife, of_bill: &dyn Fn(usize) -> Named<'site>) -> Vec<String> {
    let versions: Vec<&str> = life.unknown.iter().map(|place| of_bill(*place).version).collect();
    let lacks = inventory
        .lacks
        .iter()
        .filter(|lack| versions.contains(&lack.version.as_str()));
    lacks.map(ToString::to_string).collect()
}

/// A licence that one side does not tell is no change of licence.
fn is_other_licence(now: &Span, then: &Span) -> bool {
    !now.licences.is_empty() && !then.licences.is_empty() && now.licences != then.licences
}
