//! One control: what an auditor asks, what the releases hold for it, and what that does not show. `outer` is the control.

use serde::Serialize;

use crate::model::control::{CatalogRow, ControlCell, FactCount, JudgedControl, Mapping};
use crate::site::frame::{Frame, Made};
use crate::site::gate_title::gate_title;
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::audit_rows::{CAUTION, release_url};
use crate::site::pages::control_rows::{address, words};

use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit_control",
    template: include_str!("../../../templates/audit_control.html"),
    pages,
    make,
    is_dated: true,
    section: "audit",
    ..PLAIN
};

#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "the name that twins carry")]
struct Facts<'site> {
    id: &'site str,
    title: &'site str,
    is_own: bool,
    mapping: &'site Mapping,
    summary: &'site str,
    rows: &'site [CatalogRow],
    unknown_rows: &'site [String],
    gates: Vec<String>,
    facts: Vec<Fact<'site>>,
    cells: Vec<Cell<'site>>,
    exceptions: Vec<&'site str>,
    caution: &'static str,
}

#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "it is flattened")]
struct Fact<'site> {
    #[serde(flatten)]
    fact: &'site FactCount,
    url: Option<String>,
}

#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "it is flattened")]
struct Cell<'site> {
    #[serde(flatten)]
    cell: &'site ControlCell,
    words: &'static str,
    url: Option<String>,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .flat_map(|(number, product)| {
            let controls = product.product.controls.iter().enumerate();
            controls.map(move |(outer, control)| Target {
                address: address(product, control),
                owner: format!("the control {}", control.id),
                product: Some(number),
                outer,
                ..Target::default()
            })
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let control: &JudgedControl = &product.product.controls[target.outer];
    let facts = Facts {
        id: &control.id,
        title: &control.title,
        is_own: control.is_own,
        mapping: &control.mapping,
        summary: &control.summary,
        rows: &control.rows,
        unknown_rows: &control.unknown_rows,
        gates: control.gates.iter().map(|gate| gate_title(product, gate)).collect(),
        facts: control
            .facts
            .iter()
            .map(|fact| Fact {
                url: page(product, fact.page),
                fact,
            })
            .collect(),
        cells: control
            .cells
            .iter()
            .map(|cell| Cell {
                words: words(Some(cell.shown)),
                url: release_url(product, &cell.version),
                cell,
            })
            .collect(),
        exceptions: exceptions(product, control),
        caution: CAUTION,
    };
    Frame::of_product(KIND.name, site, target, format!("{}: {}", control.id, control.title))
        .below("For auditors", format!("{}audit/", product.base))
        .below("Controls", format!("{}audit/controls/", product.base))
        .described(format!(
            "What {} holds for {}, and what that does not show.",
            product.product.name, control.id
        ))
        .with(&facts)
}

/// A page of the product, where the product has it.
fn page(product: &ProductSite, page: &str) -> Option<String> {
    let has = match page {
        "advisories/" => !product.product.inventory.scans.is_empty(),
        "components/" => !product.product.inventory.bills.is_empty(),
        "duties/" => !product.product.duties.is_empty(),
        "exceptions/" => !product.product.exceptions.is_empty(),
        "logs/" => !product.product.logs.is_empty(),
        "" => false,
        _ => true,
    };
    has.then(|| format!("{}{page}", product.base))
}

/// The exceptions that its gates needed, by id.
fn exceptions<'site>(product: &ProductSite<'site>, control: &JudgedControl) -> Vec<&'site str> {
    let releases = product.product.releases.iter();
    let applied = releases.flat_map(|judged| &judged.exceptions);
    let mut ids: Vec<&str> = applied
        .filter(|applied| control.gates.contains(&applied.gate))
        .map(|applied| applied.id.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
