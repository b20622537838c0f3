//! What figures and statements about vulnerabilities make of a gate. None of them passes by being there.

use crate::audit::verdict::limit;
use crate::audit::verdict::numbers::{Measurement, plural};
use crate::model::advisory::Advisories;
use crate::model::attest::Series;
use crate::model::gate::{Limit, Outcome};
use crate::model::measure::{Metric, MetricFacts};

/// Figures that the value of a gate names at most.
const MAX_SHOWN: usize = 4;

/// Figures pass when each of them was measured, at least one has a limit, of its own or of the gate, and every limit holds. Those of the
/// gate are compared elsewhere.
pub(super) fn metrics(path: &str, facts: &MetricFacts, limits: &[Limit]) -> Measurement {
    let is_limited = |metric: &&Metric| {
        metric.holds.is_some()
            || limits
                .iter()
                .any(|limit| limit::is_meant(&metric.name, &metric.of, &limit.metric))
    };
    let limited = facts.metrics.iter().filter(is_limited).count();
    let broken: Vec<_> = facts.metrics.iter().filter(|metric| metric.holds == Some(false)).collect();
    let absent = facts.metrics.iter().filter(|metric| metric.value.is_none()).count();
    let mut reasons = Vec::new();
    let mut outcome = Outcome::Passed;
    if facts.metrics.is_empty() {
        outcome = Outcome::Empty;
        reasons.push(format!("`{path}` holds no figures."));
    } else if limited == 0 {
        outcome = Outcome::Inconclusive;
        reasons.push(format!("`{path}` holds figures and no limit to compare them with."));
    }
    if !facts.is_conclusive || (absent > 0 && limited == 0) {
        outcome = outcome.max(Outcome::Inconclusive);
        reasons.push(format!(
            "`{path}` does not say that its measurement ended well with every figure."
        ));
    }
    for metric in &broken {
        outcome = Outcome::Failed;
        reasons.push(format!(
            "`{}` is {}, and the limit {} does not hold.",
            metric.name,
            metric.value.as_deref().unwrap_or("not measured"),
            metric.limit
        ));
    }
    let own = facts.metrics.iter().filter(|metric| metric.holds.is_some()).count();
    if outcome == Outcome::Passed && own > 0 {
        reasons.push(format!("Every limit in `{path}` holds."));
    }
    let figure = |metric: &Metric| format!("{} {}", metric.name, metric.value.as_deref().unwrap_or("not measured"));
    let value = if own > 0 || limited == 0 {
        format!("{} of {own} limits hold", own - broken.len())
    } else {
        let shown = facts.metrics.iter().filter(is_limited).take(MAX_SHOWN).map(figure);
        shown.collect::<Vec<_>>().join(", ")
    };
    Measurement { outcome, value, reasons }
}

/// A series by itself says how much was looked at; what it says is compared elsewhere.
pub(super) fn series(path: &str, series: &Series, breaches: u64) -> Measurement {
    let count = series.points.len() as u64;
    let (outcome, reasons) = if count == 0 {
        (Outcome::Empty, vec![format!("`{path}` holds no observations.")])
    } else {
        (Outcome::Passed, Vec::new())
    };
    Measurement {
        outcome,
        value: match breaches {
            0 => plural(count, "observation", "observations"),
            _ => format!(
                "{}, {}",
                plural(count, "observation", "observations"),
                plural(breaches, "breach", "breaches")
            ),
        },
        reasons,
    }
}

/// Statements are words about findings, and no measurement.
pub(super) fn advisories(path: &str, facts: &Advisories) -> Measurement {
    Measurement {
        outcome: Outcome::Inconclusive,
        value: format!("{} statements", facts.statements.len()),
        reasons: vec![format!(
            "`{path}` states what somebody says of vulnerabilities, and measures nothing."
        )],
    }
}

#[cfg(test)]
mod tests {
    use super::{advisories, metrics};
    use crate::model::advisory::Advisories;
    use crate::model::gate::Outcome;
    use crate::model::measure::{Metric, MetricFacts};

    fn figures(holds: &[Option<bool>], is_conclusive: bool) -> Outcome {
        let metrics_of = holds.iter().map(|holds| Metric {
            name: "a".to_owned(),
            value: Some("1".to_owned()),
            holds: *holds,
            ..Metric::default()
        });
        let facts = MetricFacts {
            metrics: metrics_of.collect(),
            is_conclusive,
            unlisted: 0,
        };
        metrics("f", &facts, &[]).outcome
    }

    #[test]
    fn figures_pass_only_with_limits_that_hold() {
        for (holds, is_conclusive, expected) in [
            (&[][..], true, Outcome::Empty),
            (&[None][..], true, Outcome::Inconclusive),
            (&[Some(true), None][..], true, Outcome::Passed),
            (&[Some(true)][..], false, Outcome::Inconclusive),
            (&[Some(true), Some(false)][..], true, Outcome::Failed),
        ] {
            assert_eq!(figures(holds, is_conclusive), expected, "{holds:?}");
        }
    }

    #[test]
    fn words_about_findings_do_not_pass() {
        assert_eq!(advisories("f", &Advisories::default()).outcome, Outcome::Inconclusive);
    }
}
