//! What must recur: when it was last done, when it is due, and who does it. Above several products their duties stand together.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::register::{DutyState, JudgedDuty};
use crate::site::address::part;
use crate::site::frame::{Frame, Made};
use crate::site::pages::{Kind, Target, never_same};
use crate::site::shared::{ProductSite, Site};

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "duties",
    template: include_str!("../../../templates/duties.html"),
    pages,
    make,
    is_same: never_same,
};

#[derive(Serialize)]
struct Facts<'site> {
    overdue: usize,
    duties: Vec<Row<'site>>,
    /// What runbooks ask for in their own words, beside what is declared.
    in_texts: Vec<InText<'site>>,
    is_over_products: bool,
}

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

#[derive(Serialize)]
struct InText<'site> {
    product: &'site str,
    what: &'site str,
    interval: &'site str,
    last: Option<NaiveDate>,
    due: Option<NaiveDate>,
    is_overdue: bool,
    runbook: &'site str,
    url: String,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    let mut targets: Vec<Target> = products
        .filter(|(_, product)| !product.product.duties.is_empty())
        .map(|(number, product)| Target {
            address: format!("{}duties/", product.base),
            owner: "the register of duties".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect();
    if !site.is_single() && !targets.is_empty() {
        targets.push(Target {
            address: "duties/".to_owned(),
            owner: "the duties of all products".to_owned(),
            ..Target::default()
        });
    }
    targets
}

/// The duties of a product, the overdue ones first.
pub(super) fn rows<'site>(product: &'site ProductSite) -> Vec<Row<'site>> {
    let mut rows: Vec<Row> = product.product.duties.iter().map(|judged| row(product, judged)).collect();
    sort(&mut rows);
    rows
}

fn sort(rows: &mut [Row]) {
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

fn make(site: &Site, target: &Target) -> Made {
    let is_over_products = target.product.is_none() && !site.is_single();
    let own;
    let products: &[ProductSite] = if is_over_products {
        &site.products
    } else {
        own = std::slice::from_ref(site.product(target));
        own
    };
    let mut duties: Vec<Row> = products.iter().flat_map(rows).collect();
    sort(&mut duties);
    let in_texts = products.iter().flat_map(|product| in_texts(site, product)).collect();
    let facts = Facts {
        overdue: duties.iter().filter(|row| row.state == DutyState::Overdue).count(),
        duties,
        in_texts,
        is_over_products,
    };
    let frame = if is_over_products {
        Frame::new(KIND.name, target, "Duties")
    } else {
        Frame::of_product(KIND.name, site, target, "Duties")
    };
    frame
        .in_section("freshness")
        .described("What must recur: last done, due, and by whom.")
        .with(&facts)
}

fn in_texts<'site>(site: &'site Site, product: &'site ProductSite) -> Vec<InText<'site>> {
    let Some(current) = product.current else { return Vec::new() };
    let edition = &product.editions[current];
    let runbooks = edition.edition.runbooks.iter();
    let pairs = runbooks.flat_map(|runbook| runbook.freshness.duties.iter().map(move |duty| (runbook, duty)));
    pairs
        .map(|(runbook, duty)| InText {
            product: &product.product.name,
            what: &duty.what,
            interval: &duty.interval,
            last: duty.last,
            due: duty.due,
            is_overdue: duty.due.is_some_and(|due| due < site.handbook.today),
            runbook: crate::site::shared::title(runbook),
            url: product.runbook(current, &runbook.runbook.slug),
        })
        .collect()
}
