//! Bytes -> model. A parser never fails and never panics: it returns a value and the problems that it met.

pub(crate) mod artifact;
pub(crate) mod code_owners;
pub(crate) mod commit_message;
pub(crate) mod forge;
pub(crate) mod gate;
pub(crate) mod month;
pub(crate) mod normal;
pub(crate) mod picture;
pub(crate) mod provenance;
pub(crate) mod recognise;
pub(crate) mod record;
pub(crate) mod register;
pub(crate) mod release_log;
pub(crate) mod runbook;
pub(crate) mod sbom;
