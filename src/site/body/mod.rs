//! The text of a runbook as markup. It is written once per distinct text; what differs from edition to edition (marks of findings,
//! links to other files) is put into slots when a page is assembled.

mod anchors;
mod code;
pub(crate) mod draft;
pub(crate) mod fields;
mod headings;
mod highlight;
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
use crate::site::body::written::Body;

/// Writes the text of a runbook.
pub(crate) fn write(runbook: &Runbook) -> Body {
    writer::write(runbook)
}

/// Writes the text of a runbook as a form for one release, and tells what it asks for.
pub(crate) fn write_sheet(runbook: &Runbook, page: &Body) -> (Body, Sheet) {
    writer::write_sheet(runbook, page)
}
