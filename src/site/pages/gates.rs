//! The gates of a product over its releases: rows are gates, columns releases, newest first. Beyond twelve releases there is a page for
//! each year. `inner` is 0 for the newest, else the number of the year, from 1.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::model::gate::Gate;
use crate::model::handbook::JudgedRelease;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, never_same};
use crate::site::pages::views::{GateCell, gate_title};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "gates",
    template: include_str!("../../../templates/gates.html"),
    pages,
    make,
    is_same: never_same,
};

/// Releases on the first page.
const COLUMNS: usize = 12;

#[derive(Serialize)]
struct Facts<'site> {
    /// None for the newest releases.
    part: Option<String>,
    releases: Vec<Column<'site>>,
    rows: Vec<Row<'site>>,
    parts: Vec<Part>,
    total: usize,
}

#[derive(Serialize)]
struct Column<'site> {
    version: &'site str,
    url: String,
    day: Option<NaiveDate>,
    state: crate::model::gate::ReleaseState,
}

#[derive(Serialize)]
struct Row<'site> {
    id: &'site str,
    title: String,
    is_declared: bool,
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
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        let target = |address, inner| Target {
            address,
            owner: "the gate matrix".to_owned(),
            product: Some(number),
            inner,
            ..Target::default()
        };
        targets.push(target(format!("{}gates/", product.base), 0));
        for (index, (year, _)) in years(product).iter().enumerate() {
            targets.push(target(format!("{}gates/{}/", product.base, name(*year)), index + 1));
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let years = years(product);
    let (part, releases): (Option<String>, Vec<&JudgedRelease>) =
        match target.inner.checked_sub(1).and_then(|index| years.get(index)) {
            Some((year, releases)) => (Some(name(*year)), releases.clone()),
            None => (None, product.product.releases.iter().take(COLUMNS).collect()),
        };
    let facts = Facts {
        releases: releases
            .iter()
            .map(|release| Column {
                version: &release.release.version,
                url: product.release(release),
                day: release.release.date.as_ref().map(|date| date.day),
                state: release.verdict.state,
            })
            .collect(),
        rows: product
            .product
            .gates
            .iter()
            .map(|gate| Row {
                id: &gate.id,
                title: gate_title(product, &gate.id),
                is_declared: gate.is_declared,
                needs: needs(gate),
                cells: releases
                    .iter()
                    .map(|release| GateCell::of(product, release, &gate.id))
                    .collect(),
            })
            .collect(),
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
        .in_section("gates")
        .described(format!("How the gates of {} went, release by release.", product.product.name));
    if part.is_some() {
        frame = frame.below("Gates", format!("{}gates/", product.base));
    }
    frame.with(&facts)
}

/// What a gate asks for, in words.
fn needs(gate: &Gate) -> Vec<String> {
    let mut needs = Vec::new();
    let demand = &gate.demand;
    if let Some(format) = &demand.format {
        needs.push(format!("evidence as {format}"));
    }
    let count = crate::site::words::count;
    if let Some(tool) = &demand.tool {
        needs.push(format!("written by {tool}"));
    }
    if let Some(subject) = &demand.subject {
        needs.push(format!("about {subject}"));
    }
    needs.push(format!("at least {} tests run", count(demand.min_tests.unwrap_or(1))));
    for (most, what) in [
        (demand.max_skipped, "skipped cases"),
        (demand.max_flaky, "flaky cases"),
        (demand.max_errors, "errors"),
        (demand.max_warnings, "warnings"),
    ] {
        needs.extend(most.map(|most| format!("at most {} {what}", count(most))));
    }
    for (severity, most) in &demand.max_findings {
        needs.push(format!("at most {} findings of {severity} severity", count(*most)));
    }
    if let Some(severity) = demand.security_severity_below {
        needs.push(format!("security severity under {severity}"));
    }
    for name in &demand.required {
        needs.push(format!("{name} passes"));
    }
    for (metric, least) in &demand.at_least {
        needs.push(format!("{metric} at least {least} %"));
    }
    for (metric, most) in &demand.at_most {
        needs.push(format!("{metric} at most {most}"));
    }
    for (fact, value) in &demand.expect {
        needs.push(format!("{fact} is {value}"));
    }
    if let Some(age) = demand.max_age {
        needs.push(format!("not older than {age}"));
    }
    needs
}
