//! Joins source and parse: one revision -> `Edition`.

pub(crate) mod version;
