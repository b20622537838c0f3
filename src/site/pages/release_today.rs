//! How a release stands by the clock of today, beside how it stood when it was released.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::freshness::State;
use crate::model::gate::{Outcome, ReleaseState};
use crate::model::handbook::JudgedRelease;
use crate::model::register::DutyState;
use crate::site::gate_title::gate_title;
use crate::site::pages::views::counts;
use crate::site::shared::ProductSite;
use crate::site::words;

/// The clock of today.
#[derive(Serialize)]
pub(super) struct Today {
    state: &'static str,
    words: String,
    tone: &'static str,
    /// Tone, symbol and sentence.
    lines: Vec<(&'static str, &'static str, String)>,
    /// Whether any of it follows from the day of the build.
    #[serde(skip)]
    pub(super) is_of_day: bool,
}

/// What today says of a release: its exceptions, the settings of today, and, as far as people follow it, its runbooks and the duties. None
/// where no gate judged it.
pub(super) fn today(product: &ProductSite, index: usize) -> Option<Today> {
    let judged = &product.product.releases[index];
    if judged.verdict.gates.is_empty() {
        return None;
    }
    let mut lines: Vec<(&str, &str, String)> = Vec::new();
    let mut over: BTreeSet<&str> = BTreeSet::new();
    let had_ended = |gate: &str| {
        let mut gates = judged.verdict.gates.iter();
        gates.any(|verdict| verdict.gate == gate && verdict.outcome == Outcome::AcceptedExpired)
    };
    for applied in &judged.exceptions {
        let title = gate_title(product, &applied.gate);
        // A gate that was open then is counted already, and one gate may have several exceptions.
        if applied.is_over_today && !had_ended(&applied.gate) {
            over.insert(&applied.gate);
        }
        let last = applied.expires.map(words::day);
        lines.push(match (applied.is_over_today, last) {
            (true, Some(last)) => (
                "fail",
                "fail",
                format!("{} ended on {last}: {title} counts as failed", applied.id),
            ),
            (true, None) => ("fail", "fail", format!("{} has ended: {title} counts as failed", applied.id)),
            (false, Some(last)) => ("wave", "wave", format!("{} runs until {last}", applied.id)),
            (false, None) => ("wave", "wave", format!("{} still runs", applied.id)),
        });
    }
    for gate in &judged.today {
        let title = gate_title(product, &gate.gate);
        lines.push(("warn", "warn", format!("today's settings judge {title} otherwise")));
    }
    let is_followed = product.latest.is_some() && product.latest == judged.edition;
    if is_followed {
        lines.extend(runbooks(product));
        lines.extend(duties(product));
    } else if let Some(in_use) = product.latest.map(|latest| &product.editions[latest].edition.version) {
        lines.push(("none", "minus", format!("not in use: people follow {in_use}")));
    }
    let (state, words, tone) = state(judged, over.len());
    Some(Today {
        state,
        words,
        tone,
        lines,
        is_of_day: is_followed || !judged.exceptions.is_empty() || !judged.today.is_empty(),
    })
}

/// The word of today for a release, of which exceptions for so many gates ended since.
fn state(judged: &JudgedRelease, over: usize) -> (&'static str, String, &'static str) {
    let before = judged
        .verdict
        .gates
        .iter()
        .filter(|gate| !gate.outcome.lets_through())
        .count();
    let gates = |count: usize| words::counted(count as u64, "gate");
    let still = |state: ReleaseState| match judged.state_then() {
        // What does not agree with its record tells nothing of the day.
        then if then != state || state == ReleaseState::Contradicted => state.word().to_owned(),
        _ => format!("Still {}", state.word().to_lowercase()),
    };
    match judged.verdict.state {
        state @ ReleaseState::Contradicted => ("contradicted", still(state), "fail"),
        state @ ReleaseState::RolledBack => ("rolled-back", still(state), "fail"),
        state @ ReleaseState::Withdrawn => ("withdrawn", still(state), "fail"),
        _ if over > 0 => ("failed", format!("Open: {}", gates(before + over)), "fail"),
        _ if before > 0 => ("open", format!("Still open: {}", gates(before)), "warn"),
        state @ ReleaseState::Unproven => ("unproven", still(state), "none"),
        ReleaseState::Proven => ("info", "No gate is open".to_owned(), "info"),
        _ => ("accepted", "No gate is open".to_owned(), "wave"),
    }
}

/// How the runbooks of the version in use stand today.
fn runbooks(product: &ProductSite) -> Vec<(&'static str, &'static str, String)> {
    let Some(latest) = product.latest else { return Vec::new() };
    let followed = product.followed(latest, true);
    let all = words::counted(followed.len() as u64, "runbook");
    let counted = counts(followed.iter());
    let line = |count: &crate::site::pages::views::StateCount| {
        let look = words::look_of(count.state.id()).copied();
        let (tone, icon) = look.map_or(("none", "none"), |look| (look.tone, look.icon));
        (
            tone,
            icon,
            format!("{} of {all} {}", count.count, count.state.word().to_lowercase()),
        )
    };
    // What is in order is told only where nothing else is to tell.
    let in_need: Vec<_> = counted.iter().filter(|count| count.state != State::Fresh).map(line).collect();
    if in_need.is_empty() {
        return counted.iter().map(line).collect();
    }
    in_need
}

/// How many duties of the product are overdue today.
fn duties(product: &ProductSite) -> Option<(&'static str, &'static str, String)> {
    let all = &product.product.duties;
    let overdue = all.iter().filter(|judged| judged.state == DutyState::Overdue).count();
    if all.is_empty() {
        return None;
    }
    Some(match overdue {
        0 => ("pass", "pass", "no duty is overdue".to_owned()),
        count => (
            "stale",
            "due",
            format!("{} overdue", words::counted(count as u64, "duty/duties")),
        ),
    })
}
