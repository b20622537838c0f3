//! The text of a runbook as markup. What pages must know of it (`Body`) is read once per distinct text and kept; the markup (`Written`) is
//! written with the page that shows it, and dropped with it. What differs from edition to edition (marks of findings, links to other
//! files) is put into slots when a page is assembled.

mod anchors;
mod code;
pub(crate) mod draft;
pub(crate) mod fields;
mod headings;
mod highlight;
pub(crate) mod kept;
mod known;
mod links;
mod lists;
pub(crate) mod marks;
mod open;
mod raw;
pub(crate) mod shape;
mod sheet;
mod tables;
#[cfg(test)]
mod tests;
mod words;
mod writer;
pub(crate) mod written;

use crate::model::runbook::Runbook;
use crate::site::body::draft::Sheet;
use crate::site::body::written::{Body, Written};

/// Reads what pages must know of the text of a runbook; `is_compared` tells whether another text may be held against it.
pub(crate) fn read(runbook: &Runbook, is_compared: bool) -> Body {
    known::read(runbook, is_compared)
}

/// Writes the text of a runbook.
pub(crate) fn write(runbook: &Runbook, body: &Body) -> Written {
    writer::write(runbook, body)
}

/// Writes the text of a runbook as a form for one release, and tells what it asks for.
pub(crate) fn write_sheet(runbook: &Runbook, body: &Body) -> (Written, Sheet) {
    writer::write_sheet(runbook, body)
}
