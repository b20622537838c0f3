//! One file per kind of page. A kind names its template, tells which pages there are, and makes the facts of one of them.

mod about;
mod absent;
mod advisories;
mod advisory;
mod component;
mod components;
mod copy;
mod duties;
mod edition;
mod editions;
mod evidence;
mod exceptions;
mod freshness;
mod freshness_calendar;
mod freshness_editions;
mod freshness_owner;
mod gates;
mod history;
mod home;
mod logs;
mod not_found;
mod product;
mod release;
mod releases;
mod rule;
mod rules;
mod runbook;
mod runbooks;
mod tasks;
pub(crate) mod views;

use crate::site::frame::Made;
use crate::site::shared::Site;

/// A kind of page.
pub(crate) struct Kind {
    /// The name, as in the JSON twins.
    pub(crate) name: &'static str,
    /// The text of its template, which the engine knows by the name of the kind.
    pub(crate) template: &'static str,
    /// Which pages there are.
    pub(crate) pages: fn(&Site) -> Vec<Target>,
    /// Makes one of them.
    pub(crate) make: fn(&Site, &Target) -> Made,
    /// Whether two neighbours among its pages differ in nothing but the words of their editions, so that one can be filled in from the
    /// other. See `mould`.
    pub(crate) is_same: fn(&Site, &Target, &Target) -> bool,
}

/// For kinds whose pages differ in more than the words of editions.
fn never_same(_: &Site, _: &Target, _: &Target) -> bool {
    false
}

/// A page that is to be made. What `outer` and `inner` count, each kind says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// The address.
    pub(crate) address: String,
    /// What stands there, in words, for a clash of addresses.
    pub(crate) owner: String,
    /// The product; none for pages above several.
    pub(crate) product: Option<usize>,
    /// The edition or release.
    pub(crate) outer: usize,
    /// The runbook, file or part.
    pub(crate) inner: usize,
    /// Whether an edition is read under `latest`.
    pub(crate) is_latest: bool,
    /// Whether the words of its edition are left as gaps. See `mould`.
    pub(crate) has_gaps: bool,
}

/// Every kind of page, sorted by name.
pub(crate) static KINDS: &[&Kind] = &[
    &about::KIND,
    &advisories::KIND,
    &advisory::KIND,
    &component::KIND,
    &components::KIND,
    &copy::KIND,
    &duties::KIND,
    &edition::KIND,
    &editions::KIND,
    &evidence::KIND,
    &exceptions::KIND,
    &freshness::KIND,
    &freshness_calendar::KIND,
    &freshness_editions::KIND,
    &freshness_owner::KIND,
    &gates::KIND,
    &home::KIND,
    &logs::KIND,
    &not_found::KIND,
    &product::KIND,
    &release::KIND,
    &releases::KIND,
    &rule::KIND,
    &rules::KIND,
    &runbook::KIND,
    &absent::KIND,
    &history::KIND,
    &runbooks::KIND,
];

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn kinds_are_sorted_by_name() {
        assert!(KINDS.is_sorted_by(|left, right| left.name < right.name));
    }
}
