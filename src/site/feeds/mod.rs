//! Files of the handbook for other programs: tables, calendars, feeds, badges. One file per kind, and one list.

mod atom;
mod badge;
mod calendar;
mod editions_csv;
mod runbooks_csv;
mod table;
mod vsa;

use crate::site::File;
use crate::site::shared::Site;

/// A kind of file for other programs.
pub(crate) struct Feed {
    /// Makes all files of the kind. They are small, and few.
    pub(crate) files: fn(&Site) -> Vec<File>,
}

/// Every kind.
pub(crate) static FEEDS: [&Feed; 6] = [
    &atom::FEED,
    &badge::FEED,
    &calendar::FEED,
    &editions_csv::FEED,
    &runbooks_csv::FEED,
    &vsa::FEED,
];

/// The address of the table of the runbooks of a product, below its first page.
pub(crate) const RUNBOOKS_CSV: &str = "freshness/runbooks.csv";
/// The address of the table of states over editions.
pub(crate) const EDITIONS_CSV: &str = "freshness/editions.csv";
/// The address of the calendar of reviews.
pub(crate) const REVIEWS_ICS: &str = "freshness/reviews.ics";
/// The address of the statement on a release, below its page.
pub(crate) const STATEMENT: &str = "vsa.intoto.json";
/// The address of the feed of changes.
pub(crate) const FEED_ATOM: &str = "freshness/feed.atom";

/// The address of the badge of a runbook, below the first page of its product.
pub(crate) fn badge_of(part: &str) -> String {
    format!("badge/{part}.svg")
}
