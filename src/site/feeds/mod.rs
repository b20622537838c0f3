//! Files of the handbook for other programs: tables, calendars, feeds, badges. One file per kind, and one list.

pub(crate) mod address;
mod atom;
mod badge;
mod calendar;
mod editions_csv;
mod feed;
mod redirects;
mod runbooks_csv;
mod table;
mod vsa;

use crate::site::feeds::feed::Feed;

/// Every kind.
pub(crate) static FEEDS: [&Feed; 7] = [
    &atom::FEED,
    &badge::FEED,
    &calendar::FEED,
    &editions_csv::FEED,
    &redirects::FEED,
    &runbooks_csv::FEED,
    &vsa::FEED,
];
