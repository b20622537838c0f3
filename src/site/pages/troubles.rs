//! Releases that something is wrong with: what contradicts its record first, then what went out although a gate failed or was open.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::gate::{Outcome, ReleaseState};
use crate::model::handbook::JudgedRelease;
use crate::site::gate_title::gate_title;

use crate::site::shared::ProductSite;
use crate::site::words::counted;

/// What a release may be instead of proven, the worst first.
const NOT_PROVEN: [ReleaseState; 7] = [
    ReleaseState::Contradicted,
    ReleaseState::Failed,
    ReleaseState::OpenGates,
    ReleaseState::Withdrawn,
    ReleaseState::RolledBack,
    ReleaseState::Unproven,
    ReleaseState::Accepted,
];

/// Those that somebody has to look at.
const WORST_FIRST: &[ReleaseState] = NOT_PROVEN.split_at(3).0;

/// Gates that a line names.
const MOST_GATES: usize = 3;

/// A release that somebody has to look at.
#[derive(Serialize)]
pub(super) struct Trouble<'site> {
    product: &'site str,
    version: &'site str,
    url: String,
    pub(super) state: ReleaseState,
    day: Option<NaiveDate>,
    /// What is wrong with it, in one sentence.
    says: String,
}

/// How many releases are in a state.
#[derive(Serialize)]
pub(super) struct ReleaseCount {
    state: ReleaseState,
    count: usize,
}

/// The releases of a product that somebody has to look at, the worst first, then the newest.
pub(super) fn troubles<'site>(product: &ProductSite<'site>) -> Vec<Trouble<'site>> {
    let releases = product.product.releases.iter();
    let mut troubles: Vec<Trouble> = releases
        .filter(|release| WORST_FIRST.contains(&release.verdict.state))
        .map(|release| Trouble {
            product: &product.product.name,
            version: &release.release.version,
            url: product.release(release),
            state: release.verdict.state,
            day: release.release.date.as_ref().map(|date| date.day),
            says: says(product, release),
        })
        .collect();
    worst_first(&mut troubles);
    troubles
}

/// The worst first; what is equally bad keeps its order.
pub(super) fn worst_first(troubles: &mut [Trouble<'_>]) {
    troubles.sort_by_key(|trouble| WORST_FIRST.iter().position(|state| *state == trouble.state));
}

/// How many releases are in each state but proven, the worst first.
pub(super) fn tally(releases: &[JudgedRelease]) -> Vec<ReleaseCount> {
    let count = |state: ReleaseState| releases.iter().filter(|release| release.verdict.state == state).count();
    let all = NOT_PROVEN.map(|state| ReleaseCount {
        state,
        count: count(state),
    });
    all.into_iter().filter(|one| one.count > 0).collect()
}

/// What is wrong with a release: its first contradiction, else the gates that failed or are open.
fn says(product: &ProductSite, release: &JudgedRelease) -> String {
    let verdict = &release.verdict;
    if verdict.state == ReleaseState::Contradicted {
        let first = verdict.contradictions.first();
        let first = first.map_or("a file is not as it was recorded", |words| words.trim_end_matches('.'));
        return match verdict.contradictions.len() {
            0 | 1 => format!("{first}."),
            many => format!("{first}. And {} more.", many - 1),
        };
    }
    let is_failed = |outcome: Outcome| matches!(outcome, Outcome::Failed | Outcome::AcceptedExpired);
    let has_failed = verdict.gates.iter().any(|gate| is_failed(gate.outcome));
    let of_state = verdict.gates.iter().filter(|gate| {
        if has_failed {
            is_failed(gate.outcome)
        } else {
            !gate.outcome.lets_through()
        }
    });
    let titles: Vec<String> = of_state.map(|gate| gate_title(product, &gate.gate)).collect();
    let named = titles[..titles.len().min(MOST_GATES)].join(", ");
    let more = match titles.len().saturating_sub(MOST_GATES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let gates = counted(titles.len() as u64, "gate");
    match (has_failed, titles.len()) {
        (true, _) => format!("It went out although {gates} failed: {named}{more}."),
        (false, 1) => format!("It went out while {gates} was open: {named}."),
        (false, _) => format!("It went out while {gates} were open: {named}{more}."),
    }
}
