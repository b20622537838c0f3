//! Joins source and parse: one revision -> `Edition`.
