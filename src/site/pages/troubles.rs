//! Releases that something is wrong with: the newest where it was taken back, then what contradicts its record, then what went out although a
//! gate failed or was open.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::gate::{Outcome, ReleaseState};
use crate::model::handbook::JudgedRelease;
use crate::site::gate_title::gate_title;
use crate::site::pages::tasks::{Sound, goes_back_to};
use crate::site::shared::ProductSite;
use crate::site::words::counted;

/// What a release may be, the worst first.
const STATES: [ReleaseState; 8] = [
    ReleaseState::Contradicted,
    ReleaseState::Failed,
    ReleaseState::OpenGates,
    ReleaseState::Withdrawn,
    ReleaseState::RolledBack,
    ReleaseState::Unproven,
    ReleaseState::Accepted,
    ReleaseState::Proven,
];

/// Those that somebody has to look at.
const WORST_FIRST: &[ReleaseState] = STATES.split_at(3).0;

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
    /// Where it was taken back while people follow it: the newest release before it whose gates let it through.
    #[serde(skip_serializing_if = "Option::is_none")]
    goes_back_to: Option<Sound<'site>>,
}

/// How many releases are in a state.
#[derive(Serialize)]
pub(super) struct ReleaseCount {
    state: ReleaseState,
    count: usize,
}

/// The releases of a product that somebody has to look at: the newest, and the one in use, where it was taken back; then the worst first.
pub(super) fn troubles<'site>(product: &ProductSite<'site>) -> Vec<Trouble<'site>> {
    let in_use = product.latest.and_then(|latest| product.release_of(latest));
    let newest = newest(product);
    let is_led_by = |release: &JudgedRelease| {
        [in_use, newest]
            .into_iter()
            .flatten()
            .any(|other| std::ptr::eq(other, release))
    };
    let releases = product.product.releases.iter();
    let mut troubles: Vec<Trouble> = releases
        .filter(|release| {
            let state = release.verdict.state;
            WORST_FIRST.contains(&state) || state.is_taken_back() && is_led_by(release)
        })
        .map(|release| Trouble {
            product: &product.product.name,
            version: &release.release.version,
            url: product.release(release),
            state: release.verdict.state,
            day: release.release.date.as_ref().map(|date| date.day),
            says: says(product, release),
            goes_back_to: in_use
                .filter(|in_use| release.verdict.state.is_taken_back() && std::ptr::eq(*in_use, release))
                .and_then(|_| goes_back_to(product)),
        })
        .collect();
    worst_first(&mut troubles);
    troubles
}

/// The newest release that was meant for people, of the line that leads.
fn newest<'site>(product: &ProductSite<'site>) -> Option<&'site JudgedRelease> {
    let releases = &product.product.releases;
    let line = releases.first()?.release.line.as_str();
    let mut of_line = releases.iter().filter(|release| release.release.line == line);
    of_line.find(|release| !release.release.is_prerelease())
}

/// What was taken back first, then the worst; what is equally bad keeps its order.
pub(super) fn worst_first(troubles: &mut [Trouble<'_>]) {
    troubles.sort_by_key(|trouble| WORST_FIRST.iter().position(|state| *state == trouble.state));
}

/// How many releases are in each state, the worst first.
pub(super) fn tally(releases: &[JudgedRelease]) -> Vec<ReleaseCount> {
    let count = |state: ReleaseState| releases.iter().filter(|release| release.verdict.state == state).count();
    let all = STATES.map(|state| ReleaseCount {
        state,
        count: count(state),
    });
    all.into_iter().filter(|one| one.count > 0).collect()
}

/// What became of a release that was taken back, and what people follow.
fn taken_back(product: &ProductSite, release: &JudgedRelease) -> String {
    let in_use = product.latest.and_then(|latest| product.release_of(latest));
    let back_to = release.release.undone.as_ref().and_then(|undone| undone.back_to.as_deref());
    let what = match (release.verdict.state, back_to) {
        (ReleaseState::Withdrawn, _) => "It was withdrawn".to_owned(),
        (_, Some(version)) => format!("It was rolled back to {version}"),
        (_, None) => "It was rolled back".to_owned(),
    };
    match in_use {
        Some(in_use) if std::ptr::eq(in_use, release) => {
            format!(
                "{what}, and nothing newer is in use: the runbooks here are still those of {}.",
                release.release.version
            )
        }
        Some(in_use) => format!("{what}. People follow {}.", in_use.release.version),
        None => format!("{what}, and no release is in use."),
    }
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
    if verdict.state.is_taken_back() {
        return taken_back(product, release);
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
