//! One file per kind of page. A kind names its template, tells which pages there are, and makes the facts of one of them.

mod about;
mod absent;
mod advisories;
mod advisory;
mod as_released;
mod attested;
mod audit;
mod audit_changes;
mod audit_control;
mod audit_controls;
mod audit_deployments;
mod audit_first;
mod audit_kept;
mod audit_pack;
mod audit_procedures;
mod audit_questions;
mod audit_rows;
mod audit_ways;
mod compare;
mod component;
mod component_words;
mod components;
mod control_rows;
mod copy;
mod destination;
mod duties;
mod duty_rows;
mod edition;
mod editions;
mod evidence;
mod evidence_tables;
mod evidence_words;
mod exceptions;
mod failing;
mod followed;
mod found;
mod freshness;
mod freshness_calendar;
mod freshness_editions;
mod freshness_owner;
mod gate;
mod gates;
mod history;
mod home;
mod how_to_read;
mod licences;
mod log_rows;
mod logs;
mod marked;
mod needs;
mod not_found;
mod owners;
mod product;
mod proof_rows;
mod provenance;
mod release;
mod release_advisories;
mod release_today;
mod releases;
mod rows;
mod rule;
mod rules;
mod run_sheet;
mod run_sheet_moved;
mod runbook;
mod runbook_table;
mod runbooks;
mod sbom_fields;
mod search;
pub(super) mod standing;
mod tasks;
mod timeline;
mod trend;
mod troubles;
mod unchanged;
pub(crate) mod views;

use crate::site::kind::Kind;

/// Every kind of page, sorted by name.
pub(crate) static KINDS: &[&Kind] = &[
    &about::KIND,
    &advisories::KIND,
    &advisory::KIND,
    &audit::KIND,
    &audit_changes::KIND,
    &audit_control::KIND,
    &audit_controls::KIND,
    &audit_deployments::KIND,
    &audit_kept::KIND,
    &audit_pack::KIND,
    &audit_procedures::KIND,
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
    &how_to_read::KIND,
    &licences::KIND,
    &logs::KIND,
    &not_found::KIND,
    &product::KIND,
    &provenance::KIND,
    &release::KIND,
    &releases::KIND,
    &rule::KIND,
    &rules::KIND,
    &run_sheet::KIND,
    &run_sheet_moved::KIND,
    &runbook::KIND,
    &absent::KIND,
    &history::KIND,
    &unchanged::KIND,
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
