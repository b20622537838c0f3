//! Duties in one line each.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::handbook::JudgedRelease;
use crate::model::register::{DutyState, JudgedDuty};
use crate::site::address::part;
use crate::site::shared::ProductSite;

/// A duty in one line.
#[derive(Serialize)]
pub(super) struct Row<'site> {
    /// The product.
    pub(super) product: &'site str,
    /// Its page of duties.
    pub(super) url: String,
    /// What is to be done.
    pub(super) title: &'site str,
    /// How it stands.
    pub(super) state: DutyState,
    /// Why, in one sentence.
    pub(super) reason: &'site str,
    /// How often.
    pub(super) every: &'site str,
    /// When it was last done.
    pub(super) last: Option<NaiveDate>,
    /// When it is due.
    pub(super) due: Option<NaiveDate>,
    /// Who does it.
    pub(super) owner: &'site str,
    /// The page that tells how.
    pub(super) runbook: Option<String>,
}

/// The duties of a product, the overdue ones first.
pub(super) fn rows<'site>(product: &'site ProductSite) -> Vec<Row<'site>> {
    let mut rows: Vec<Row> = product.product.duties.iter().map(|judged| row(product, judged)).collect();
    sort(&mut rows);
    rows
}

/// The duties as they stood on the day of a release, the overdue ones first.
pub(super) fn of_release<'site>(product: &'site ProductSite, release: &'site JudgedRelease) -> Vec<Row<'site>> {
    let mut rows: Vec<Row> = release.duties.iter().map(|judged| row(product, judged)).collect();
    sort(&mut rows);
    rows
}

/// Puts the overdue ones first.
pub(super) fn sort(rows: &mut [Row]) {
    let weight = |state| match state {
        DutyState::Overdue => 0,
        DutyState::DueSoon => 1,
        DutyState::CannotBeTold => 2,
        DutyState::Done => 3,
    };
    rows.sort_by_key(|row| (weight(row.state), row.due));
}

fn row<'site>(product: &'site ProductSite, judged: &'site JudgedDuty) -> Row<'site> {
    let duty = &judged.duty;
    let folder = duty.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let runbook = duty.runbook.as_ref().and_then(|runbook| {
        let path = if folder.is_empty() {
            runbook.clone()
        } else {
            format!("{folder}/{runbook}")
        };
        let edition = product.latest.or(product.current)?;
        let judged = product.editions[edition].at_path(&path)?;
        let address = if product.latest.is_some() {
            product.latest_address()
        } else {
            product.editions[edition].address.clone()
        };
        Some(format!("{address}runbooks/{}/", part(&judged.runbook.slug)))
    });
    Row {
        product: &product.product.name,
        url: format!("{}duties/", product.base),
        title: &duty.title,
        state: judged.state,
        reason: &judged.reason,
        every: &duty.every,
        last: judged.last,
        due: judged.due,
        owner: &duty.owner,
        runbook,
    }
}
