//! What must recur: when it was last done, when it is due, and who does it. Above several products their duties stand together.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::register::DutyState;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::duty_rows::{Row, rows, sort};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "duties",
    template: include_str!("../../../templates/duties.html"),
    pages,
    make,
    is_dated: true,
    section: "freshness",
    reserves: &["duties"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    overdue: usize,
    duties: Vec<Row<'site>>,
    /// What runbooks ask for in their own words, beside what is declared.
    in_texts: Vec<InText<'site>>,
    is_over_products: bool,
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
    frame.described("What must recur: last done, due, and by whom.").with(&facts)
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
