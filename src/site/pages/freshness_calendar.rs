//! When reviews and recurring duties are due: what is overdue first, then month by month.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::model::freshness::State;
use crate::site::feeds::address::REVIEWS_ICS;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
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

fn pages(site: &Site) -> Vec<Target> {
    let target = |(number, product): (usize, &ProductSite)| Target {
        address: format!("{}freshness/calendar/", product.base),
        owner: "the calendar of reviews".to_owned(),
        product: Some(number),
        ..Target::default()
    };
    site.products.iter().enumerate().map(target).collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let today = site.handbook.today;
    let mut reviews: Vec<Review> = Vec::new();
    let mut undated = 0;
    if let Some(current) = product.current {
        for runbook in &product.editions[current].edition.runbooks {
            let duties = runbook.freshness.duties.iter();
            let duties = duties.filter_map(|duty| Some((duty.due?, Some(duty.what.as_str()), duty.last)));
            let reviewed = runbook.freshness.reviewed.as_ref().map(|review| review.on);
            let review = runbook.freshness.due.map(|due| (due, None, reviewed));
            undated += usize::from(review.is_none());
            reviews.extend(review.into_iter().chain(duties).map(|(due, duty, reviewed)| Review {
                due,
                duty,
                title: title(runbook),
                path: &runbook.runbook.path,
                url: product.runbook(current, &runbook.runbook.slug),
                state: runbook.freshness.state,
                owners: owners(runbook),
                reviewed,
            }));
        }
    }
    reviews.sort_by(|left, right| (left.due, left.path, left.duty).cmp(&(right.due, right.path, right.duty)));
    let mut months: Vec<Month> = Vec::new();
    for review in reviews {
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
        months,
        undated,
        file: format!("{}{REVIEWS_ICS}", product.base),
    };
    Frame::of_product(KIND.name, site, target, "Reviews due")
        .below("Freshness", format!("{}freshness/", product.base))
        .described(format!("When the runbooks of {} are to be reviewed.", product.product.name))
        .with(&facts)
}
