//! The exceptions of a product: what failed and was accepted, by whom, why, and until when.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::register::{ExceptionMatch, ExceptionState, JudgedException};
use crate::site::address::exception_anchor;
use crate::site::frame::{Frame, Made};
use crate::site::gate_title::gate_title;
use crate::site::kind::{Kind, PLAIN};

use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "exceptions",
    template: include_str!("../../../templates/exceptions.html"),
    pages,
    make,
    section: "releases",
    reserves: &["exceptions"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    exceptions: Vec<Row<'site>>,
}

#[derive(Serialize)]
struct Row<'site> {
    id: &'site str,
    /// The id as an element of the page is called.
    anchor: String,
    path: &'site str,
    gate: String,
    state: ExceptionState,
    reasons: &'site [String],
    matches: &'site ExceptionMatch,
    rationale: &'site str,
    owner: &'site str,
    approved_by: &'site str,
    created: Option<NaiveDate>,
    expires: Option<NaiveDate>,
    releases: &'site str,
    ticket: &'site str,
    compensating_control: &'site str,
    used_by: Vec<Used<'site>>,
    /// The releases that it came too late for.
    late_for: &'site [String],
}

#[derive(Serialize)]
struct Used<'site> {
    version: &'site str,
    url: Option<String>,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .filter(|(_, product)| !product.product.exceptions.is_empty())
        .map(|(number, product)| Target {
            address: format!("{}exceptions/", product.base),
            owner: "the register of exceptions".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let mut rows: Vec<Row> = product.product.exceptions.iter().map(|judged| row(product, judged)).collect();
    rows.sort_by(|left, right| right.state.cmp(&left.state).then_with(|| left.path.cmp(right.path)));
    Frame::of_product(KIND.name, site, target, "Exceptions")
        .described(format!(
            "What failed in releases of {} and was accepted: why, by whom, until when.",
            product.product.name
        ))
        .with(&Facts { exceptions: rows })
}

fn row<'site>(product: &ProductSite, judged: &'site JudgedException) -> Row<'site> {
    let exception = &judged.exception;
    let used_by = judged.used_by.iter().map(|version| Used {
        version,
        url: product
            .product
            .releases
            .iter()
            .find(|release| release.release.version == *version)
            .map(|release| product.release(release)),
    });
    Row {
        id: &exception.id,
        anchor: exception_anchor(&exception.id),
        path: &exception.path,
        gate: gate_title(product, &exception.gate),
        state: judged.state,
        reasons: &judged.reasons,
        matches: &exception.matches,
        rationale: &exception.rationale,
        owner: &exception.owner,
        approved_by: &exception.approved_by,
        created: exception.created,
        expires: exception.expires,
        releases: &exception.releases,
        ticket: &exception.ticket,
        compensating_control: &exception.compensating_control,
        used_by: used_by.collect(),
        late_for: &judged.late_for,
    }
}
