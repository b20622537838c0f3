//! Coverage against thresholds. Counts are compared, never rounded percentages.

use std::cmp::Ordering;

use crate::audit::figure::is_named;
use crate::audit::verdict::numbers::{Measurement, thousands};
use crate::model::evidence::{CoverageFacts, CoverageMetric};
use crate::model::gate::{Limit, Outcome};

/// Coverage against thresholds by metric. Counts are compared, never rounded percentages. `limits` are bounds that are compared elsewhere.
pub(crate) fn coverage(path: &str, facts: &CoverageFacts, at_least: &[(String, f64)], limits: &[Limit]) -> Measurement {
    let metric = |name: &str| {
        let named = |name: &str| facts.metrics.iter().find(|metric| metric.name == name);
        named(name).or_else(|| named(also(name)?))
    };
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    let mut values = Vec::new();
    if at_least.is_empty() {
        let is_bounded = |metric: &CoverageMetric| {
            let name = format!("{} coverage", metric.name);
            limits.iter().any(|limit| is_named(&name, "", &limit.metric))
        };
        if !facts.metrics.iter().any(is_bounded) {
            outcome = Outcome::Inconclusive;
            reasons.push(format!(
                "`{path}` measures coverage, and the gate has no threshold declared to compare it with."
            ));
        }
        if let Some(lines) = metric("lines").or(facts.metrics.first()) {
            values.push(percentage(lines.name, worse(lines)));
            if lines.total == 0 {
                outcome = Outcome::Empty;
                reasons.push(format!("`{path}` measures {} as nothing of nothing.", lines.name));
            }
        } else {
            outcome = Outcome::Empty;
        }
    }
    let asked: Vec<&CoverageMetric> = if at_least.is_empty() {
        metric("lines").or(facts.metrics.first()).into_iter().collect()
    } else {
        at_least.iter().filter_map(|(name, _)| metric(name)).collect()
    };
    for metric in asked {
        let said = [Some((metric.covered, metric.total)), metric.declared];
        if let Some((covered, total)) = said.into_iter().flatten().find(|(covered, total)| covered > total) {
            outcome = outcome.max(Outcome::Inconclusive);
            reasons.push(format!(
                "`{path}` says that {} of {} {} are covered, which cannot be.",
                thousands(covered),
                thousands(total),
                metric.name
            ));
        }
    }
    for (name, least) in at_least {
        let Some(metric) = metric(name) else {
            outcome = outcome.max(Outcome::Inconclusive);
            reasons.push(format!(
                "`{path}` does not measure {name}, for which the gate has a threshold."
            ));
            continue;
        };
        values.push(percentage(name, worse(metric)));
        if metric.total == 0 {
            outcome = outcome.max(Outcome::Empty);
            reasons.push(format!("`{path}` measures {name} as nothing of nothing."));
            continue;
        }
        // Nobody asks for less than one in a hundred, and many write a share: 0.8 is 80 %.
        if (0.0..1.0).contains(least) {
            outcome = outcome.max(Outcome::Inconclusive);
            let why = if *least > 0.0 {
                format!("is a share; a percentage is meant, such as {}", least * 100.0)
            } else {
                "asks for nothing".to_owned()
            };
            reasons.push(format!("The threshold {least} for {name} {why}."));
            continue;
        }
        let Some(order) = compare(worse(metric), *least) else {
            outcome = outcome.max(Outcome::Inconclusive);
            reasons.push(format!("The threshold {least} for {name} is no percentage."));
            continue;
        };
        if worse(metric) != (metric.covered, metric.total) {
            reasons.push(format!(
                "`{path}` lists {} and says {} of itself; the worse counts.",
                percentage(name, (metric.covered, metric.total)),
                percentage(name, worse(metric))
            ));
        }
        let relation = if order == Ordering::Less {
            outcome = Outcome::Failed;
            "under"
        } else {
            "at or over"
        };
        reasons.push(format!("{} is {relation} {least} %.", percentage(name, worse(metric))));
    }
    Measurement {
        outcome,
        value: values.join(", "),
        reasons,
    }
}

/// What others call a metric.
fn also(name: &str) -> Option<&'static str> {
    match name {
        "conditionals" => Some("branches"),
        "methods" => Some("functions"),
        _ => None,
    }
}

/// Whether a report counts statements and no lines, as that of Go does.
pub(crate) fn counts_statements_only(facts: &CoverageFacts) -> bool {
    let has = |name: &str| facts.metrics.iter().any(|metric| metric.name == name);
    has("statements") && !has("lines")
}

/// What a metric counts as: its recount, or what the file says of itself where that is worse.
fn worse(metric: &CoverageMetric) -> (u64, u64) {
    let counted = (metric.covered, metric.total);
    match metric.declared {
        Some((covered, total)) if total > 0 && metric.total > 0 && covered <= total => {
            let is_worse = u128::from(covered) * u128::from(counted.1) < u128::from(counted.0) * u128::from(total);
            if is_worse { (covered, total) } else { counted }
        }
        _ => counted,
    }
}

/// How a share compares with a percentage, exactly: the threshold is taken as the decimal number that was written.
fn compare((covered, total): (u64, u64), least: f64) -> Option<Ordering> {
    if !(0.0..=100.0).contains(&least) {
        return None;
    }
    let written = least.to_string();
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    // Sixteen places are more than a float near 100 has.
    let fraction = fraction.get(..16).unwrap_or(fraction);
    let scale = 10_u128.pow(fraction.len() as u32);
    let least = whole.parse::<u128>().ok()? * scale + if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let share = u128::from(covered) * 100 * scale;
    Some(share.cmp(&(least * u128::from(total))))
}

/// `lines 83.1 % (12,041 of 14,490)`, cut after one place and not rounded, so that 79.99 % never reads as 80 %.
fn percentage(name: &str, (covered, total): (u64, u64)) -> String {
    if total == 0 {
        return format!("{name} 0 of 0");
    }
    let tenths = u128::from(covered) * 1000 / u128::from(total);
    format!(
        "{name} {}.{} % ({} of {})",
        tenths / 10,
        tenths % 10,
        thousands(covered),
        thousands(total)
    )
}

#[cfg(test)]
mod tests {
    use super::coverage;
    use crate::audit::verdict::numbers::Measurement;
    use crate::model::evidence::{CoverageFacts, CoverageMetric};
    use crate::model::gate::Outcome;

    fn check(measurement: &Measurement, outcome: Outcome, value: &str, reasons: &[&str]) {
        assert_eq!(
            (measurement.outcome, measurement.value.as_str()),
            (outcome, value),
            "{:?}",
            measurement.reasons
        );
        assert_eq!(measurement.reasons, reasons);
    }

    fn lines(covered: u64, total: u64, declared: Option<(u64, u64)>, at_least: &[(&str, f64)]) -> Measurement {
        let metrics = vec![CoverageMetric {
            name: "lines",
            covered,
            total,
            declared,
        }];
        let at_least: Vec<_> = at_least.iter().map(|(name, least)| ((*name).to_owned(), *least)).collect();
        coverage("a.info", &CoverageFacts { metrics, files: 1 }, &at_least, &[])
    }

    #[test]
    fn more_than_there_is_cannot_be_covered() {
        for (covered, total, declared) in [(20, 10, None), (9, 10, Some((12, 10)))] {
            for at_least in [&[("lines", 80.0)][..], &[]] {
                let measured = lines(covered, total, declared, at_least);
                assert_eq!(measured.outcome, Outcome::Inconclusive, "{measured:?}");
            }
        }
        assert_eq!(lines(10, 10, Some((10, 10)), &[("lines", 100.0)]).outcome, Outcome::Passed);
    }

    #[test]
    fn coverage_is_compared_exactly_and_never_rounded() {
        let outcome = |covered: u64, total: u64, least: f64| lines(covered, total, None, &[("lines", least)]).outcome;
        let value = "lines 79.9 % (79,999 of 100,000)";
        let under = lines(79_999, 100_000, None, &[("lines", 80.0)]);
        check(
            &under,
            Outcome::Failed,
            value,
            &["lines 79.9 % (79,999 of 100,000) is under 80 %."],
        );
        assert_eq!(outcome(4, 5, 80.0), Outcome::Passed);
        assert_eq!(outcome(1, 3, 33.4), Outcome::Failed);
        assert_eq!(outcome(333, 1000, 33.3), Outcome::Passed);
        assert_eq!(outcome(u64::MAX, u64::MAX, 99.999_999_999), Outcome::Passed);
        assert_eq!(outcome(0, 0, 0.0), Outcome::Empty);
        assert_eq!(outcome(1, 1, f64::NAN), Outcome::Inconclusive);
        assert_eq!(outcome(1, 1, 101.0), Outcome::Inconclusive);
        // A share where a percentage is meant, and a threshold that asks for nothing.
        assert_eq!(outcome(1, 1, 1e-300), Outcome::Inconclusive);
        assert_eq!(outcome(1, 2, 0.8), Outcome::Inconclusive);
        assert_eq!(outcome(1, 1, 0.0), Outcome::Inconclusive);
        assert_eq!(outcome(1, 100, 1.0), Outcome::Passed);
    }

    #[test]
    fn what_a_coverage_report_says_of_itself_counts_where_it_is_worse() {
        let worse = lines(9, 10, Some((7, 10)), &[("lines", 80.0)]);
        let reasons = [
            "`a.info` lists lines 90.0 % (9 of 10) and says lines 70.0 % (7 of 10) of itself; the worse counts.",
            "lines 70.0 % (7 of 10) is under 80 %.",
        ];
        check(&worse, Outcome::Failed, "lines 70.0 % (7 of 10)", &reasons);
        let better = lines(7, 10, Some((9, 10)), &[("lines", 80.0)]);
        check(&better, Outcome::Failed, "lines 70.0 % (7 of 10)", &reasons[1..]);
    }

    #[test]
    fn coverage_without_a_threshold_a_metric_or_lines_does_not_pass() {
        let reason = "`a.info` measures coverage, and the gate has no threshold declared to compare it with.";
        check(
            &lines(9, 10, None, &[]),
            Outcome::Inconclusive,
            "lines 90.0 % (9 of 10)",
            &[reason],
        );
        let reason = "`a.info` does not measure branches, for which the gate has a threshold.";
        check(
            &lines(9, 10, None, &[("branches", 50.0)]),
            Outcome::Inconclusive,
            "",
            &[reason],
        );
        let reason = "`a.info` measures lines as nothing of nothing.";
        check(
            &lines(0, 0, Some((9, 10)), &[("lines", 50.0)]),
            Outcome::Empty,
            "lines 0 of 0",
            &[reason],
        );
        assert_eq!(lines(0, 0, None, &[]).outcome, Outcome::Empty);
    }
}
