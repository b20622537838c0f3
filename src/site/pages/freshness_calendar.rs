//! When reviews and recurring duties are due: what is overdue first, then month by month.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::model::freshness::State;
use crate::model::handbook::JudgedRunbook;
use crate::site::feeds::address::REVIEWS_ICS;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::rows::{self, Part};
use crate::site::pages::views::owners;
use crate::site::shared::{ProductSite, Site, title};
use crate::site::target::Target;
use crate::site::words;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "freshness-calendar",
    template: include_str!("../../../templates/freshness_calendar.html"),
    pages,
    make,
    section: "freshness",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    today: NaiveDate,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
    /// Those of this part of the list.
    months: Vec<Month<'site>>,
    /// Runbooks without a day.
    undated: usize,
    file: String,
}

#[derive(Serialize)]
struct Month<'site> {
    /// `overdue`, or the month as `2026-11`.
    id: String,
    name: String,
    is_overdue: bool,
    reviews: Vec<Review<'site>>,
}

#[derive(Serialize)]
struct Review<'site> {
    due: NaiveDate,
    /// What is to be done, where it is no review.
    #[serde(skip_serializing_if = "Option::is_none")]
    duty: Option<&'site str>,
    title: &'site str,
    path: &'site str,
    url: String,
    state: State,
    owners: Vec<&'site str>,
    reviewed: Option<NaiveDate>,
}

/// A day on which something is due.
struct Due<'site> {
    on: NaiveDate,
    /// What is to be done, where it is no review.
    duty: Option<&'site str>,
    /// When it was done before.
    last: Option<NaiveDate>,
    runbook: &'site JudgedRunbook,
    /// Its page.
    url: &'site str,
}

/// Everything with a day on which it is due, in order; and how many runbooks have none.
fn dues<'site>(product: &'site ProductSite) -> (Vec<Due<'site>>, usize) {
    let mut dues: Vec<Due> = Vec::new();
    let mut undated = 0;
    for at_hand in &product.at_hand {
        let (runbook, url) = (at_hand.runbook, at_hand.url.as_str());
        let due = |on, duty, last| Due {
            on,
            duty,
            last,
            runbook,
            url,
        };
        let duties = runbook.freshness.duties.iter();
        let duties = duties.filter_map(|duty| Some(due(duty.due?, Some(duty.what.as_str()), duty.last)));
        let reviewed = runbook.freshness.reviewed.as_ref().map(|review| review.on);
        let review = runbook.freshness.due.map(|on| due(on, None, reviewed));
        undated += usize::from(review.is_none());
        dues.extend(review.into_iter().chain(duties));
    }
    dues.sort_by(|left, right| {
        let key = |due: &Due<'site>| (due.on, due.runbook.runbook.path.as_str(), due.duty);
        key(left).cmp(&key(right))
    });
    (dues, undated)
}

/// The address of the first part.
fn list(product: &ProductSite) -> String {
    format!("{}freshness/calendar/", product.base)
}

fn pages(site: &Site) -> Vec<Target> {
    let targets = |(number, product): (usize, &ProductSite)| {
        let first = Target {
            address: list(product),
            owner: "the calendar of reviews".to_owned(),
            product: Some(number),
            ..Target::default()
        };
        rows::pages(&first, dues(product).0.len())
    };
    site.products.iter().enumerate().flat_map(targets).collect()
}

fn make<'site>(site: &'site Site, target: &Target) -> Made {
    let product = site.product(target);
    let today = site.handbook.today;
    let (dues, undated) = dues(product);
    let parts = rows::parts(&list(product), dues.len(), target.inner);
    let review = |due: Due<'site>| Review {
        due: due.on,
        duty: due.duty,
        title: title(due.runbook),
        path: &due.runbook.runbook.path,
        url: due.url.to_owned(),
        state: due.runbook.freshness.state,
        owners: owners(due.runbook),
        reviewed: due.last,
    };
    let mut months: Vec<Month> = Vec::new();
    for review in rows::of(dues, target.inner).into_iter().map(review) {
        let is_overdue = review.due < today;
        let (id, name) = if is_overdue {
            ("overdue".to_owned(), "Overdue".to_owned())
        } else {
            let id = format!("{:04}-{:02}", review.due.year(), review.due.month());
            (id, words::month(review.due))
        };
        match months.last_mut() {
            Some(month) if month.id == id => month.reviews.push(review),
            _ => months.push(Month {
                id,
                name,
                is_overdue,
                reviews: vec![review],
            }),
        }
    }
    let facts = Facts {
        today,
        parts,
        months,
        undated,
        file: format!("{}{REVIEWS_ICS}", product.base),
    };
    let mut frame = Frame::of_product(KIND.name, site, target, "Reviews due")
        .below("Freshness", format!("{}freshness/", product.base))
        .described(format!("When the runbooks of {} are to be reviewed.", product.product.name));
    frame.is_unlisted = target.inner > 0;
    frame.with(&facts)
}
