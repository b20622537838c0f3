//! Phases of a rollout: all of them done, one behind the other, and stable for as long as they must be.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::audit::verdict::numbers::{Measurement, plural};
use crate::audit::verdict::time::moment;
use crate::model::attest::Phase;
use crate::model::evidence::{CaseResult, NamedResult};
use crate::model::gate::{Outcome, Period};

/// States that are good. Sorted.
const DONE: &[&str] = &["complete", "completed", "done", "finished", "ok"];

/// What the phases of a file say.
pub(super) fn measure(path: &str, phases: &[Phase]) -> Measurement {
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    if phases.is_empty() {
        outcome = Outcome::Empty;
        reasons.push(format!("`{path}` lists no phases."));
    }
    let mut done = 0_u64;
    for phase in phases {
        let (worse, sentence) = match phase.state.as_str() {
            state if DONE.binary_search(&state).is_ok() => {
                done += 1;
                let Some(sentence) = untimed(phase) else { continue };
                (Outcome::Inconclusive, sentence)
            }
            "open" | "waiting" | "running" | "started" => (Outcome::Inconclusive, "is not over"),
            "skipped" | "stopped" | "not_done" => (Outcome::Skipped, "was not done"),
            "failed" | "rolled-back" | "rolled_back" => (Outcome::Failed, "failed"),
            _ => (Outcome::Inconclusive, "has a state that is not known"),
        };
        outcome = outcome.max(worse);
        reasons.push(format!("The phase {} {sentence}: `{}`.", phase.title, phase.state));
    }
    for track in tracks(phases).values() {
        for pair in track.windows(2) {
            if let Some((worse, sentence)) = between(pair[0], pair[1]) {
                outcome = outcome.max(worse);
                reasons.push(sentence);
            }
        }
    }
    if outcome == Outcome::Passed {
        reasons.push(format!("{} followed each other in order.", plural(done, "phase", "phases")));
    }
    Measurement {
        outcome,
        value: format!("{done} of {} done", plural(phases.len() as u64, "phase", "phases")),
        reasons,
    }
}

/// How each phase went, by its name and by its id, for gates that require some of them.
pub(super) fn named(phases: &[Phase]) -> Vec<NamedResult> {
    let of = |phase: &Phase, name: &str| NamedResult {
        group: phase.track.clone(),
        name: name.to_owned(),
        result: match phase.state.as_str() {
            state if DONE.binary_search(&state).is_ok() => CaseResult::Passed,
            "skipped" | "stopped" | "not_done" => CaseResult::Skipped,
            "failed" | "rolled-back" | "rolled_back" => CaseResult::Failed,
            _ => CaseResult::Unknown,
        },
    };
    let mut named: Vec<NamedResult> = phases.iter().map(|phase| of(phase, &phase.id)).collect();
    let titled = phases.iter().filter(|phase| phase.title != phase.id);
    named.extend(titled.map(|phase| of(phase, &phase.title)));
    named
}

/// Why a phase that is done is of no time: it names none, or ends before it begins.
fn untimed(phase: &Phase) -> Option<&'static str> {
    let at = |text: &Option<String>| text.as_deref().and_then(moment).map(|moment| moment.at);
    match (at(&phase.started), at(&phase.finished)) {
        (None, None) => Some("does not say when it was"),
        (Some(started), Some(finished)) if finished < started => Some("ended before it began"),
        (Some(_), None) => Some("does not say when it ended"),
        _ => None,
    }
}

/// The phases by track, each in its order.
fn tracks(phases: &[Phase]) -> BTreeMap<&str, Vec<&Phase>> {
    let mut tracks: BTreeMap<&str, Vec<&Phase>> = BTreeMap::new();
    for phase in phases {
        tracks.entry(&phase.track).or_default().push(phase);
    }
    for track in tracks.values_mut() {
        if track.iter().all(|phase| phase.order.is_some()) {
            track.sort_by_key(|phase| phase.order);
        }
    }
    tracks
}

/// What is wrong between a phase and the one behind it.
fn between(first: &Phase, next: &Phase) -> Option<(Outcome, String)> {
    let at = |text: &Option<String>| -> Option<DateTime<Utc>> { moment(text.as_deref()?).map(|moment| moment.at) };
    let began = at(&next.started).or_else(|| at(&next.finished))?;
    let ended = at(&first.finished).or_else(|| at(&first.started))?;
    let begun_first = at(&first.started).unwrap_or(ended);
    let Some(wait) = &first.wait else {
        // Phases may overlap; the later one may not begin before the earlier one does.
        return (began < begun_first).then(|| {
            let sentence = format!("The phase {} began before {}, which comes first.", next.title, first.title);
            (Outcome::Failed, sentence)
        });
    };
    let Some(period) = Period::read(wait) else {
        return Some((
            Outcome::Inconclusive,
            format!(
                "The phase {} must be stable for `{wait}`, which is no length of time.",
                first.title
            ),
        ));
    };
    let stable = began - ended;
    let wanted = i64::try_from(period.0).ok().and_then(TimeDelta::try_seconds)?;
    (stable < wanted).then(|| {
        let sentence = format!(
            "The phase {} began {} after {} ended, which must be stable for {period} first.",
            next.title,
            told(stable),
            first.title
        );
        (Outcome::Failed, sentence)
    })
}

/// A length of time in words.
fn told(length: TimeDelta) -> String {
    let minutes = length.num_minutes();
    if minutes.abs() >= 120 {
        format!("{} h {} min", minutes / 60, minutes.abs() % 60)
    } else {
        format!("{minutes} min")
    }
}

#[cfg(test)]
mod tests {
    use super::{DONE, measure};
    use crate::model::attest::Phase;
    use crate::model::gate::Outcome;

    fn phase(id: &str, state: &str, started: &str, finished: &str, wait: Option<&str>) -> Phase {
        let at = |text: &str| (!text.is_empty()).then(|| format!("2026-01-{text}:00Z"));
        Phase {
            id: id.to_owned(),
            title: id.to_owned(),
            state: state.to_owned(),
            started: at(started),
            finished: at(finished),
            wait: wait.map(str::to_owned),
            ..Phase::default()
        }
    }

    fn outcome(phases: &[Phase]) -> Outcome {
        measure("phases.yaml", phases).outcome
    }

    #[test]
    fn phases_are_done_in_order_and_wait() {
        assert!(DONE.is_sorted());
        let canary = phase("canary", "done", "02T10:00", "02T11:00", Some("12h"));
        let all = |began: &str| phase("all", "done", began, "03T23:00", None);
        assert_eq!(outcome(&[canary.clone(), all("02T23:00")]), Outcome::Passed);
        assert_eq!(
            outcome(&[canary.clone(), all("02T22:59")]),
            Outcome::Failed,
            "a minute too early"
        );
        assert_eq!(
            outcome(&[all("02T23:00"), phase("late", "done", "02T10:00", "02T11:00", None)]),
            Outcome::Failed
        );
        let odd = phase("canary", "done", "02T10:00", "02T11:00", Some("a while"));
        assert_eq!(outcome(&[odd, all("02T23:00")]), Outcome::Inconclusive);
    }

    #[test]
    fn what_is_not_done_is_no_pass() {
        for (state, expected) in [
            ("done", Outcome::Passed),
            ("open", Outcome::Inconclusive),
            ("waiting", Outcome::Inconclusive),
            ("stopped", Outcome::Skipped),
            ("failed", Outcome::Failed),
            ("fine, I think", Outcome::Inconclusive),
        ] {
            assert_eq!(
                outcome(&[phase("a", state, "02T10:00", "02T11:00", None)]),
                expected,
                "{state}"
            );
        }
        assert_eq!(outcome(&[]), Outcome::Empty);
        assert_eq!(
            outcome(&[phase("a", "done", "", "", None)]),
            Outcome::Inconclusive,
            "done, and nobody knows when"
        );
        assert_eq!(
            outcome(&[phase("a", "done", "02T11:00", "02T10:00", None)]),
            Outcome::Inconclusive
        );
        assert_eq!(
            outcome(&[phase("a", "done", "", "02T10:00", None)]),
            Outcome::Passed,
            "one moment is enough"
        );
    }

    #[test]
    fn tracks_go_on_beside_each_other() {
        let of = |track: &str, phase: Phase| Phase {
            track: track.to_owned(),
            ..phase
        };
        let ios = of("ios", phase("a", "done", "02T12:00", "02T13:00", None));
        let android = of("android", phase("b", "done", "02T10:00", "02T11:00", None));
        assert_eq!(outcome(&[ios, android]), Outcome::Passed);
    }
}
