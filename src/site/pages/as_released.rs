//! How a release stood when it went out, and which gates let it through only afterwards, as pages tell it.

use serde::Serialize;

use crate::model::gate::ReleaseState;
use crate::model::handbook::{ClosedLater, JudgedRelease};
use crate::model::release::Outcome;
use crate::site::gate_title::gate_title;
use crate::site::shared::ProductSite;
use crate::site::words::{counted, day, of_value};

/// Names that a line spells out.
const SPELT: usize = 6;

/// How a release stood when it went out.
#[derive(Serialize)]
pub(super) struct Then {
    /// The status.
    status: String,
    /// What else has to be said; empty where the status says it.
    says: String,
}

/// How a release stood when it went out. What does not agree with its record tells nothing of that day.
pub(super) fn then(product: &ProductSite, judged: &JudgedRelease) -> Then {
    let outcome = judged.release.record.as_ref().and_then(|record| record.outcome);
    let open: Vec<String> = judged
        .at_release
        .iter()
        .flat_map(|then| &then.open)
        .map(|gate| gate_title(product, gate))
        .collect();
    let (status, says) = match judged.state_then() {
        ReleaseState::Contradicted => (
            "cannot-be-told".to_owned(),
            "record, files, tag or git do not agree any more".to_owned(),
        ),
        ReleaseState::Withdrawn if outcome == Some(Outcome::Abandoned) => ("abandoned".to_owned(), String::new()),
        state if open.is_empty() => (of_value(&state), String::new()),
        state => (of_value(&state), format!("not let through by {}", spelt(&open))),
    };
    Then { status, says }
}

/// Names, as many as a sentence holds.
pub(super) fn spelt(names: &[String]) -> String {
    let mut text = names.iter().take(SPELT).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SPELT {
        text.push_str(&format!(" and {} more", names.len() - SPELT));
    }
    text
}

/// The gates that were open when a release went out and let it through since, each with what closed it.
pub(super) fn closed_later(product: &ProductSite, judged: &JudgedRelease) -> Vec<String> {
    let closed = judged.closed_later();
    let name = |one: &ClosedLater| gate_title(product, one.gate);
    closed.iter().map(|one| format!("{}, {}", name(one), closing(one))).collect()
}

/// The same in a few words, for a line among those of other releases: `1 gate open when it went out, closed on 3 Mar 2026 by amendment 1`.
pub(super) fn closed_in_short(judged: &JudgedRelease) -> Option<String> {
    let closed = judged.closed_later();
    let mut by: Vec<String> = closed.iter().map(closing).collect();
    by.dedup();
    let gates = counted(closed.len() as u64, "gate");
    (!closed.is_empty()).then(|| format!("{gates} open when it went out, {}", by.join(" and ")))
}

fn closing(one: &ClosedLater) -> String {
    match one.by {
        Some((number, Some(on))) => format!("closed on {} by amendment {number}", day(on)),
        Some((number, None)) => format!("closed by amendment {number}"),
        None => "closed by amendments".to_owned(),
    }
}
