//! The gates of a product over its releases: rows are gates, columns releases, newest first. Beyond twelve releases there is a page for
//! each year. `inner` is 0 for the newest, else the number of the year, from 1.

use std::collections::BTreeSet;

use chrono::Datelike;
use serde::Serialize;

use crate::model::gate::Gate;
use crate::model::handbook::JudgedRelease;
use crate::site::frame::{Frame, Made};
use crate::site::gate_title::gate_title;
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::pages::needs::{Declared, declared};
use crate::site::pages::views::{GateCell, ReleaseColumn, Shown, shown};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "gates",
    template: include_str!("../../../templates/gates.html"),
    pages,
    make,
    section: "gates",
    entry: Some(Entry {
        text: "Gates",
        order: 3,
        leads: Leads::Product(|product| (format!("{}gates/", product.base), !product.product.gates.is_empty())),
    }),
    reserves: &["gates"],
    ..PLAIN
};

/// Releases on the first page.
const COLUMNS: usize = 12;

#[derive(Serialize)]
struct Facts<'site> {
    /// None for the newest releases.
    part: Option<String>,
    releases: Vec<ReleaseColumn<'site>>,
    rows: Vec<Row<'site>>,
    /// The outcomes that the matrix shows.
    shown: BTreeSet<Shown>,
    parts: Vec<Part>,
    total: usize,
}

#[derive(Serialize)]
struct Row<'site> {
    id: &'site str,
    title: String,
    url: &'site str,
    is_declared: bool,
    declared: Vec<Declared<'site>>,
    needs: Vec<String>,
    cells: Vec<GateCell<'site>>,
}

#[derive(Serialize)]
struct Part {
    name: String,
    url: String,
    releases: usize,
    is_here: bool,
}

/// The years that have releases, newest first, and the releases of each; `None` is the unknown year.
fn years<'site>(product: &ProductSite<'site>) -> Vec<(Option<i32>, Vec<&'site JudgedRelease>)> {
    let mut years: Vec<(Option<i32>, Vec<&JudgedRelease>)> = Vec::new();
    if product.product.releases.len() <= COLUMNS {
        return years;
    }
    for release in &product.product.releases {
        let year = release.release.date.as_ref().map(|date| date.day.year());
        match years.iter_mut().find(|(other, _)| *other == year) {
            Some((_, releases)) => releases.push(release),
            None => years.push((year, vec![release])),
        }
    }
    years.sort_by_key(|(year, _)| std::cmp::Reverse(*year));
    years
}

fn name(year: Option<i32>) -> String {
    year.map_or_else(|| "undated".to_owned(), |year| year.to_string())
}

fn pages(site: &Site) -> Vec<Target> {
    site.numbered(|product| {
        let whole = format!("{}gates/", product.base);
        let years = years(product);
        let of_years = years.iter().map(|(year, _)| format!("{whole}{}/", name(*year)));
        std::iter::once(whole.clone())
            .chain(of_years)
            .map(|address| (address, "the gate matrix".to_owned()))
            .collect()
    })
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let years = years(product);
    let (part, releases): (Option<String>, Vec<&JudgedRelease>) =
        match target.inner.checked_sub(1).and_then(|index| years.get(index)) {
            Some((year, releases)) => (Some(name(*year)), releases.clone()),
            None => (None, product.product.releases.iter().take(COLUMNS).collect()),
        };
    let gates = product.product.gates.iter();
    let rows: Vec<Row> = gates.map(|gate| row(product, gate, &releases)).collect();
    let facts = Facts {
        releases: releases.iter().map(|release| ReleaseColumn::of(product, release)).collect(),
        shown: shown(rows.iter().flat_map(|row| &row.cells)),
        rows,
        parts: years
            .iter()
            .enumerate()
            .map(|(index, (year, releases))| Part {
                name: name(*year),
                url: format!("{}gates/{}/", product.base, name(*year)),
                releases: releases.len(),
                is_here: index + 1 == target.inner,
            })
            .collect(),
        total: product.product.releases.len(),
        part: part.clone(),
    };
    let title = part
        .as_ref()
        .map_or_else(|| "Gates".to_owned(), |part| format!("Gates, {part}"));
    let mut frame = Frame::of_product(KIND.name, site, target, title)
        .described(format!("How the gates of {} went, release by release.", product.product.name));
    if part.is_some() {
        frame = frame.below("Gates", format!("{}gates/", product.base));
    }
    frame.with(&facts)
}

fn row<'site>(product: &'site ProductSite, gate: &'site Gate, releases: &[&'site JudgedRelease]) -> Row<'site> {
    Row {
        id: &gate.id,
        title: gate_title(product, &gate.id),
        url: product.gates.get(gate.id.as_str()).map(String::as_str).unwrap_or_default(),
        is_declared: gate.is_declared,
        declared: declared(gate),
        needs: gate.demand.in_words(),
        cells: releases
            .iter()
            .map(|release| GateCell::of(product, release, &gate.id))
            .collect(),
    }
}
