//! The handbook as values: url -> bytes.

pub(crate) mod pages;
