//! Joins source and parse: one revision -> `Edition`, and everything that tells of releases -> `Release`.

pub(crate) mod chain;
mod code;
pub(crate) mod discovery;
pub(crate) mod edition;
pub(crate) mod releases;
pub(crate) mod unread;
pub(crate) mod version;
