//! How a release stood when it went out: without what amendments added, and without what its record or a log says of how it ended.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::audit;
use crate::audit::verdict::Digests;
use crate::model::gate::{AsReleased, Gate};
use crate::model::register::Exception;
use crate::model::release::{Outcome, Release};

/// Whether anything came later that may let a release stand otherwise.
pub(super) fn came_later(release: &Release) -> bool {
    let outcome = release.record.as_ref().and_then(|record| record.outcome);
    let has_ended = matches!(outcome, Some(Outcome::RolledBack | Outcome::Withdrawn));
    !release.amendments.is_empty() || release.undone.is_some() || has_ended
}

/// How a release stood without what came later. `digests` are those of all releases, `exceptions` those of its own day.
pub(super) fn state(
    release: &Release,
    gates: &[Gate],
    digests: &Digests<'_>,
    exceptions: &[Exception],
    today: NaiveDate,
) -> AsReleased {
    let mut then = release.clone();
    then.undone = None;
    let later: BTreeSet<&str> = release
        .amendments
        .iter()
        .flat_map(|amendment| &amendment.files)
        .map(|file| file.path.as_str())
        .collect();
    then.evidence.retain(|file| !later.contains(file.path.as_str()));
    if let Some(record) = &mut then.record {
        record.files.retain(|file| !later.contains(file.path.as_str()));
        let told = release.amendments.iter().flat_map(|amendment| &amendment.timeline);
        record.timeline.retain(|event| told.clone().all(|later| later != event));
        let is_amended = release.amendments.iter().any(|amendment| amendment.outcome.is_some());
        if is_amended || record.outcome != Some(Outcome::Abandoned) {
            record.outcome = None;
        }
    }
    let mut verdict = audit::verdict::among(&then, gates, digests, today);
    let again = |lessened: &Release| audit::verdict::again(lessened, gates, today);
    audit::exceptions::apply(&then, &again, exceptions, today, &mut verdict);
    let open = verdict.gates.iter().filter(|gate| !gate.outcome.lets_through());
    AsReleased {
        open: open.map(|gate| gate.gate.clone()).collect(),
        state: verdict.state,
    }
}
