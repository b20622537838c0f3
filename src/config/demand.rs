//! What a gate of the settings asks for and nothing could meet, or everything would.

use std::collections::BTreeSet;

use crate::config::{Bound, GateConfig};
use crate::model::gate::{Limit, Period};

/// Metrics of coverage, which are percentages.
const COVERAGE: [&str; 8] = [
    "lines", "branches", "functions", "statements", "instructions", "regions", "methods", "classes",
];

/// A value that cannot be meant so.
pub(super) struct Wrong {
    /// The words at which it stands.
    pub(super) at: String,
    /// What is wrong with it.
    pub(super) message: String,
    /// What to write, where that is not plain.
    pub(super) help: Option<&'static str>,
}

/// The first value of a gate that cannot be meant so.
pub(super) fn wrong(gate: &GateConfig) -> Option<Wrong> {
    bounds(gate).or_else(|| times(gate)).or_else(|| names(gate))
}

/// The id that two gates of a list have.
pub(super) fn twin(gates: &[GateConfig]) -> Option<&str> {
    let mut ids = BTreeSet::new();
    let mut ids_of = gates.iter().map(|gate| gate.id.as_str());
    ids_of.find(|id| !ids.insert(id.to_lowercase()))
}

fn tell(at: &str, message: String, help: Option<&'static str>) -> Wrong {
    Wrong {
        at: at.to_owned(),
        message,
        help,
    }
}

fn bounds(gate: &GateConfig) -> Option<Wrong> {
    let least = gate.at_least.iter().map(|(metric, bound)| (metric, bound, true));
    let most = gate.at_most.iter().map(|(metric, bound)| (metric, bound, false));
    for (metric, bound, is_least) in least.chain(most) {
        let is_coverage = COVERAGE.contains(&metric.as_str());
        let value = match bound {
            Bound::Number(number) => *number,
            Bound::Text(text) if Limit::read(metric, text, is_least).is_none() || is_coverage && is_least => {
                let help = "write a number, or as text a number with a sign or a unit: `< 1 %`, `400 ms`";
                return Some(tell(text, format!("`{metric} = \"{text}\"` is no bound"), Some(help)));
            }
            Bound::Text(_) => continue,
        };
        if !value.is_finite() || (is_coverage && !(0.0..=100.0).contains(&value)) {
            let words = if is_coverage { "percentage" } else { "number" };
            return Some(tell(metric, format!("`{metric} = {value}` is no {words}"), None));
        }
    }
    let severity = gate
        .security_severity_below
        .filter(|severity| !(0.0..=10.0).contains(severity))?;
    let message = format!("`security-severity-below = {severity}` is no number from 0 to 10");
    Some(tell("security-severity-below", message, None))
}

fn times(gate: &GateConfig) -> Option<Wrong> {
    for (key, period) in [
        ("max-age", &gate.max_age),
        ("window", &gate.window),
        ("every", &gate.every),
        ("tolerance", &gate.tolerance),
    ] {
        if let Some(period) = period.as_deref().filter(|period| Period::read(period).is_none()) {
            let message = format!("`{key} = \"{period}\"` is no length of time");
            return Some(tell(period, message, Some("write it as `90 days`, `12 h` or `15 min`")));
        }
    }
    let check = gate.checks.iter().find(|check| Period::after_start(check).is_none())?;
    let message = format!("`{check}` is no moment after the start");
    Some(tell(check, message, Some("write it as `0`, `15m` or `T+15m`")))
}

fn names(gate: &GateConfig) -> Option<Wrong> {
    if let Some(role) = gate.roles.iter().find(|role| role.trim().is_empty()) {
        let message = format!("`roles` of `{}` names nobody with `{role}`", gate.id);
        return Some(tell("roles", message, None));
    }
    let mut globs = gate.files.iter().chain(&gate.required).chain(&gate.when);
    globs.find_map(|glob| {
        let error = globset::Glob::new(glob).err()?;
        Some(tell(glob, format!("`{glob}` is no glob: {}", error.kind()), None))
    })
}
