//! Observations against the limits of a gate: which are breaches, how many in a row, and what was done about them.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::audit::figure::{is_exactly, is_named, is_share_under, scaled, unit_in};
use crate::audit::verdict::flaw::Surroundings;
use crate::audit::verdict::limit::{asked, limits, may_be_negative, without_unit};
use crate::audit::verdict::time::moment;
use crate::model::attest::Observation;
use crate::model::gate::{Demand, Limit, Outcome};

/// The limits of a gate, and whether a figure has the very name of each: then no longer name is meant.
pub(super) struct Bounds<'limit>(Vec<(&'limit Limit, bool)>);

impl<'limit> Bounds<'limit> {
    /// The limits of a gate whose evidence has figures of these names.
    pub(super) fn of<'name>(limits: &'limit [Limit], metrics: impl Iterator<Item = &'name str>) -> Self {
        let metrics: BTreeSet<&str> = metrics.collect();
        let has_exact = |limit: &Limit| metrics.iter().any(|metric| is_exactly(metric, &limit.metric));
        Self(limits.iter().map(|limit| (limit, has_exact(limit))).collect())
    }

    /// Those that hold for a figure.
    pub(super) fn on(&self, metric: &str, labels: &str) -> Vec<&'limit Limit> {
        let named = self.0.iter().filter(|(limit, _)| is_named(metric, labels, &limit.metric));
        let meant = named.filter(|(limit, has_exact)| !has_exact || is_exactly(metric, &limit.metric));
        meant.map(|(limit, _)| *limit).collect()
    }
}

/// How many observations breach what a demand asks of them, or were called a breach by whoever looked.
pub(super) fn breaches(points: &[Observation], demand: &Demand) -> u64 {
    let limits = limits(demand);
    let bounds = Bounds::of(&limits, points.iter().map(|point| point.metric.as_str()));
    let is_one = |point: &&Observation| is_breach(point, &bounds.on(&point.metric, &point.labels));
    points.iter().filter(is_one).count() as u64
}

/// Whether an observation is a breach: by its figure, or by the word of whoever looked.
fn is_breach(point: &Observation, limits: &[&Limit]) -> bool {
    let is_broken = |limit: &&Limit| matches!(held("", point, limit), Held::Broken);
    !point.is_accepted && (point.is_breach == Some(true) || limits.iter().any(is_broken))
}

/// How the figure of an observation stands to a limit.
enum Held {
    Kept,
    Broken,
    /// Nobody can tell, and why.
    Unclear(String),
}

fn held(name: &str, point: &Observation, limit: &Limit) -> Held {
    let unit = if point.unit.is_empty() {
        unit_in(&point.metric)
    } else {
        &point.unit
    };
    let is_vague = !limit.sign.is_upward() && is_share_under(unit, &limit.unit, limit.value);
    let value = point.value.and_then(|value| scaled(value, unit, &limit.unit));
    let is_possible =
        |value: &f64| *value >= 0.0 || limit.sign.is_upward() || limit.value < 0.0 || may_be_negative(&point.metric);
    let Some(value) = value.filter(|value| !is_vague && is_possible(value)) else {
        return Held::Unclear(format!(
            "{name} at {} is no number that can be held against {}.",
            point.at,
            asked(limit)
        ));
    };
    match without_unit(&point.metric, unit, value, limit) {
        Some(why) => Held::Unclear(format!(
            "{name} at {} is {value} without a unit, {why}, and the gate asks for {}.",
            point.at,
            asked(limit)
        )),
        None if limit.sign.holds(value, limit.value) => Held::Kept,
        None => Held::Broken,
    }
}

/// One series against its limits: so many breaches in a row fail.
pub(super) fn of_series(
    name: &str,
    points: &[&Observation],
    limits: &[&Limit],
    allowed: u64,
    around: &Surroundings<'_>,
) -> Vec<(Outcome, String)> {
    let mut open = Vec::new();
    let (mut run, mut longest, mut all): (Vec<&Observation>, Vec<&Observation>, usize) = (Vec::new(), Vec::new(), 0);
    for point in points {
        for limit in limits.iter().filter(|_| !point.is_accepted) {
            if let Held::Unclear(why) = held(name, point, limit) {
                open.push((Outcome::Inconclusive, why));
            }
        }
        if is_breach(point, limits) {
            all += 1;
            run.push(point);
            if run.len() > longest.len() {
                longest.clone_from(&run);
            }
        } else {
            run.clear();
        }
    }
    let count = longest.len() as u64;
    if count >= allowed {
        let (first, last) = (longest[0], longest[longest.len() - 1]);
        let times = if count == 1 {
            "once".to_owned()
        } else {
            format!("{count} times in a row")
        };
        open.push((
            Outcome::Failed,
            format!(
                "{name} was breached {times}, from {} to {}, and {allowed} fail{}. {}",
                first.at,
                last.at,
                if allowed == 1 { "s" } else { "" },
                answered(last, around)
            ),
        ));
    } else if all > 0 {
        open.push((
            Outcome::Passed,
            format!(
                "{name} was breached {}, never {allowed} times in a row.",
                if all == 1 { "once".to_owned() } else { format!("{all} times") }
            ),
        ));
    } else {
        let count = points.len();
        let sentence = if limits.is_empty() {
            format!("Whoever looked called none of the {count} observations of {name} a breach.")
        } else {
            format!("{name} kept its limit in all {count} observations.")
        };
        open.push((Outcome::Passed, sentence));
    }
    open
}

/// What was done about a breach, by the records of incidents.
fn answered(breach: &Observation, around: &Surroundings<'_>) -> String {
    let since = moment(&breach.at).map(|moment| moment.at - TimeDelta::minutes(15));
    let files = around
        .release
        .evidence
        .iter()
        .filter(|file| file.artifact.format == Some("incident"));
    let answers = files.flat_map(|file| {
        let facts = file.artifact.about.facts.iter();
        facts
            .filter(|(name, _)| name == "answered_at")
            .map(|(_, at)| (at.as_str(), file.path.as_str()))
    });
    let first = answers
        .filter_map(|(at, path)| Some((moment(at)?.at, at, path)))
        .filter(|(at, _, _)| since.is_some_and(|since| *at >= since))
        .min();
    match first {
        Some((_, at, path)) => format!("It was answered at {at}, as `{path}` says."),
        None => "No record of an incident says that anything was frozen or taken back.".to_owned(),
    }
}
