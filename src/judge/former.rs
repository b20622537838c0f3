//! Where files lay that a runbook names without a folder, when its words were written: such a name says nothing about a place, but what it
//! meant then is known.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::model::edition::Edition;
use crate::model::history::History;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::source::repository::Repository;
use crate::source::tree::Tree as _;
use crate::tools::lookup::claim;

/// The most trees of other commits that are looked at.
const MOST_TREES: usize = 8;
/// The most files of the tree that is judged; in larger ones a look at others would cost more than it tells.
const MOST_FILES: usize = 30_000;

/// Notes for bare names that are nowhere in the tree the only place that they had when the runbook was last edited, so that history is asked
/// what became of it.
pub(crate) fn note(
    repository: &Repository,
    edition: &Edition,
    history: &History,
    resolutions: &mut [Vec<Resolution>],
) -> Result<()> {
    if edition.id != "next" || edition.source.unavailable.is_some() || edition.source.listing.entries.len() > MOST_FILES {
        return Ok(());
    }
    // The runbooks that ask, by the commit that holds the answer.
    let mut asked: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (at, (runbook, outcomes)) in edition.runbooks.iter().zip(&*resolutions).enumerate() {
        let references = runbook.runbook.references.iter().zip(outcomes);
        if references
            .filter(|(reference, outcome)| bare_name(reference, outcome).is_some())
            .count()
            == 0
        {
            continue;
        }
        if let Some(last) = history.edits(&runbook.path).next() {
            asked.entry(last.id.as_str()).or_default().insert(at);
        }
    }
    for (commit, runbooks) in asked.into_iter().take(MOST_TREES) {
        let tree = repository.tree(commit)?;
        for at in runbooks {
            let references = edition.runbooks[at].runbook.references.iter();
            for (reference, outcome) in references.zip(&mut resolutions[at]) {
                let Some(name) = bare_name(reference, outcome) else { continue };
                let mut same = tree.listing().named(name);
                if let (Some(only), None) = (same.next(), same.next()) {
                    outcome.expected = Some(only.path.clone());
                }
            }
        }
    }
    Ok(())
}

/// The name of a file that is nowhere in the tree, where it is one that nobody else would give: of several words and with an ending.
fn bare_name<'text>(reference: &'text Reference, outcome: &Resolution) -> Option<&'text str> {
    let ReferenceKind::Path { path, .. } = &reference.kind else {
        return None;
    };
    let is_open = outcome.status == Status::Ignored && outcome.reason == Reason::NoPathOfRepository;
    let is_told = matches!(reference.context, ReferenceContext::Inline | ReferenceContext::Command);
    let is_own = !path.contains('/') && path.len() >= 8 && path.contains(['-', '_']) && claim::extension(path).is_some();
    (is_open && is_told && is_own).then_some(path)
}
