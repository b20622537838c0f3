//! Joins source and parse: one revision -> `Edition`, and everything that tells of releases -> `Release`.

mod address;
pub(crate) mod amendments;
pub(crate) mod attachments;
mod book;
pub(crate) mod chain;
mod changelogs;
mod changesets;
mod cited;
pub(crate) mod code;
pub(crate) mod confirm;
mod digests;
pub(crate) mod discovery;
mod drafts;
pub(crate) mod edition;
mod excerpts;
pub(crate) mod kept;
pub(crate) mod lost;
mod memory;
mod reading;
pub(crate) mod registers;
pub(crate) mod releases;
mod site;
mod tagged;
mod texts;
pub(crate) mod trail;
pub(crate) mod unread;
pub(crate) mod version;
