//! What people write about releases: changelogs, release notes, tag messages, records, logs of rollbacks and rotations.

mod amendment;
mod blocks;
pub(crate) mod changelog;
mod changeset;
mod date;
pub(crate) mod heading;
mod log;
mod positions;
mod record;
pub(crate) mod signoffs;
pub(crate) mod write;

use crate::model::finding::Problem;
use crate::model::release::{Amendment, Changeset, Notes, OperationsLog, Record};
use crate::parse::release_log::changelog::Changelog;

pub(crate) use amendment::LEAST_REASON;

/// Reads a changelog: Keep a Changelog, headings with a version and a date in any order, or with a date alone.
pub(crate) fn changelog(path: &str, text: &str) -> Changelog {
    changelog::read(path, text)
}

/// Reads a file that holds the notes of one release, such as `notes.md`. The version is empty unless its title names one.
pub(crate) fn notes(path: &str, text: &str) -> Notes {
    changelog::notes(path, text)
}

/// Reads a changeset: packages with how far their versions go up, and text for their changelogs.
pub(crate) fn changeset(path: &str, text: &str) -> Changeset {
    changeset::read(path, text)
}

/// Reads the message of an annotated tag. A message that says no more than the version has no groups.
pub(crate) fn tag_message(text: &str) -> Notes {
    changelog::tag_message(text)
}

/// Reads the logs of a file, of rollbacks, rotations or drills: tables with a date column, else headings or list items that begin with a
/// date.
pub(crate) fn log_tables(path: &str, text: &str) -> Vec<OperationsLog> {
    log::read(path, text)
}

/// Reads `record.json`. What is wrong with it is left out of the record and told, except for digests: a digest that is none is
/// kept as written, so that its file counts as altered.
pub(crate) fn record(path: &str, bytes: &[u8]) -> (Record, Vec<Problem>) {
    record::read(path, bytes)
}

/// Reads an amendment of a record, in the same way as a record.
pub(crate) fn amendment(path: &str, bytes: &[u8]) -> (Amendment, Vec<Problem>) {
    amendment::read(path, bytes)
}

/// Whether a path can stand in a record: inside of the folder of the release, with plain names.
pub(crate) fn is_inside(path: &str) -> bool {
    record::is_inside(path)
}
