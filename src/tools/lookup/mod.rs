//! What looking things up stands on: a tree in order, a runbook at its place, and outcomes.

mod abroad;
mod advised;
pub(crate) mod answer;
pub(crate) mod claim;
pub(crate) mod document;
mod gone;
mod home;
pub(crate) mod output;
pub(crate) mod packages;
pub(crate) mod pages;
pub(crate) mod place;
pub(crate) mod resolver;
mod said;
mod shown;
pub(crate) mod tree;
pub(crate) mod workflows;
