//! One file per kind of page. A kind names its template, tells which pages there are, and makes the facts of one of them.

mod about;
mod absent;
mod advisories;
mod advisory;
mod attested;
mod compare;
mod component;
mod component_words;
mod components;
mod copy;
mod duties;
mod duty_rows;
mod edition;
mod editions;
mod evidence;
mod evidence_words;
mod exceptions;
mod found;
mod freshness;
mod freshness_calendar;
mod freshness_editions;
mod freshness_owner;
mod gate;
mod gates;
mod history;
mod home;
mod licences;
mod logs;
mod needs;
mod not_found;
mod owners;
mod product;
mod release;
mod releases;
mod rule;
mod rules;
mod runbook;
mod runbooks;
mod sbom_fields;
mod search;
mod tasks;
mod trend;
pub(crate) mod views;

use crate::site::kind::Kind;

/// Every kind of page, sorted by name.
pub(crate) static KINDS: &[&Kind] = &[
    &about::KIND,
    &advisories::KIND,
    &advisory::KIND,
    &compare::KIND,
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
    &gate::KIND,
    &gates::KIND,
    &home::KIND,
    &licences::KIND,
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
    &search::KIND,
];

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn kinds_are_sorted_by_name() {
        assert!(KINDS.is_sorted_by(|left, right| left.name < right.name));
    }
}
