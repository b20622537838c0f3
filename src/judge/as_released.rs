//! How a release stood when it went out: without what amendments added, and without what a log says that came later.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::audit;
use crate::audit::verdict::Digests;
use crate::model::gate::{Gate, ReleaseState};
use crate::model::register::Exception;
use crate::model::release::Release;

/// Whether anything came later that may let a release stand otherwise.
pub(super) fn came_later(release: &Release) -> bool {
    !release.amendments.is_empty() || release.undone.is_some()
}

/// The state of a release without what came later. `digests` are those of all releases, `exceptions` those of its own day.
pub(super) fn state(
    release: &Release,
    gates: &[Gate],
    digests: &Digests<'_>,
    exceptions: &[Exception],
    today: NaiveDate,
) -> ReleaseState {
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
        if release.amendments.iter().any(|amendment| amendment.outcome.is_some()) {
            record.outcome = None;
        }
    }
    let mut verdict = audit::verdict::among(&then, gates, digests, today);
    let again = |lessened: &Release| audit::verdict::again(lessened, gates, today);
    audit::exceptions::apply(&then, &again, exceptions, today, &mut verdict);
    verdict.state
}
