//! Joins source and parse: one revision -> `Edition`, and everything that tells of releases -> `Release`.

pub(crate) mod chain;
mod code;
pub(crate) mod edition;
mod memory;
pub(crate) mod registers;
pub(crate) mod releases;
pub(crate) mod version;
