//! What is told in the terminal, as plain values: the outcome of a lint, and what was understood of runbooks.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::finding::{Finding, RuleText};
use crate::model::freshness::{ReferenceCounts, State};
use crate::model::history::Completeness;
use crate::model::place::Place;
use crate::model::reference::{Reference, Resolution};

/// The outcome of a lint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// What is wrong, worst first, then by file and place.
    pub(crate) findings: Vec<Finding>,
    /// What is wrong but was accepted, in the same order; it is told apart everywhere and never counts.
    pub(crate) suppressed: Vec<Finding>,
    /// The words of the rules, sorted by id.
    pub(crate) rules: Vec<RuleText>,
    /// The commit that was judged, as 40 hex digits; none for a worktree.
    pub(crate) commit: Option<String>,
    /// The texts of the runbooks, by path, to show the lines in question.
    pub(crate) texts: BTreeMap<String, Arc<str>>,
    /// Whether only what a change does was judged, and not what was wrong before it.
    pub(crate) is_of_change: bool,
    /// How many runbooks were judged.
    pub(crate) runbooks: u32,
    /// How many of them are in each state, the worst first. Of a change only what is broken is known.
    pub(crate) states: Vec<(State, u32)>,
    /// How their references came out.
    pub(crate) references: ReferenceCounts,
    /// How much of the history could be read.
    pub(crate) completeness: Completeness,
    /// The rules that look at every runbook, unless the settings switch them off; sorted by id.
    pub(crate) checked: Vec<&'static str>,
    /// The folder that paths are relative to, absolute, for links in a terminal; none for a bare repository.
    pub(crate) root: Option<String>,
    /// Where a file of this commit can be read on the web, with `{path}` in place of its percent-encoded path.
    pub(crate) source_url: Option<String>,
}

/// What was understood of some runbooks, reference by reference.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReferenceReport {
    /// The references, by file and place.
    pub(crate) references: Vec<ResolvedReference>,
    /// How many runbooks were read.
    pub(crate) runbooks: u32,
    /// How much of the history could be read.
    pub(crate) completeness: Completeness,
}

/// A reference with its place and its outcome.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedReference {
    /// The runbook, relative to the repository root.
    pub(crate) path: String,
    /// Where in the runbook.
    pub(crate) place: Place,
    /// The reference.
    pub(crate) reference: Reference,
    /// The outcome.
    pub(crate) resolution: Resolution,
}
