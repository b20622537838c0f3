//! What one kind of evidence says, compared with the thresholds of its gate.

use std::cmp::Ordering;

use crate::model::evidence::{CaseKind, CoverageFacts, CoverageMetric, FindingFacts, TestFacts};
use crate::model::gate::Outcome;
use crate::model::sbom::Sbom;

/// What was measured, and what that makes of the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measurement {
    /// The outcome as far as this evidence goes.
    pub(crate) outcome: Outcome,
    /// The value in words.
    pub(crate) value: String,
    /// One sentence per step.
    pub(crate) reasons: Vec<String>,
}

/// Results of tests, jobs or steps in one or more files, of which at least so many must have run. What a file lists and what it
/// says of itself may differ; the worse of the two counts.
pub(crate) fn cases(kind: CaseKind, results: &[(&str, &TestFacts)], least: u64) -> Measurement {
    let (one, many) = match kind {
        CaseKind::Test => ("test", "tests"),
        CaseKind::Job => ("job", "jobs"),
        CaseKind::Step => ("step", "steps"),
    };
    let least = least.max(1);
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    let (mut sum, mut failed): (TestFacts, u64) = (TestFacts::default(), 0);
    for (path, facts) in results {
        sum.tests += facts.tests;
        sum.skipped += facts.skipped;
        sum.flaky += facts.flaky;
        let listed = facts.failures.saturating_add(facts.errors);
        let says = &facts.declared;
        let declared = says
            .failures
            .unwrap_or_default()
            .saturating_add(says.errors.unwrap_or_default());
        failed = listed.max(declared).saturating_add(failed);
        if declared > listed {
            reasons.push(format!(
                "`{path}` lists {} and says {declared} of itself; the worse counts.",
                plural(listed, &format!("failed {one}"), &format!("failed {many}"))
            ));
        } else if listed > 0 {
            let failed = plural(listed, &format!("failed {one}"), &format!("failed {many}"));
            reasons.push(format!("`{path}` lists {failed}."));
        }
        if facts.tests == 0 {
            outcome = outcome.max(Outcome::Empty);
            reasons.push(format!("`{path}` holds no {many}."));
        }
    }
    let ran = sum.tests.saturating_sub(sum.skipped);
    if failed > 0 {
        outcome = Outcome::Failed;
    } else if ran < least {
        outcome = outcome.max(Outcome::Empty);
        reasons.push(format!(
            "{} ran, and at least {} must.",
            plural(ran, one, many),
            thousands(least)
        ));
    } else {
        reasons.push(format!("{} ran, and none failed.", plural(ran, one, many)));
    }
    let value: Vec<String> = [
        (ran.saturating_sub(failed), "passed", true),
        (failed, "failed", true),
        (sum.skipped, "skipped", false),
        (sum.flaky, "flaky", false),
    ]
    .iter()
    .filter(|(count, _, is_always_told)| *count > 0 || *is_always_told)
    .map(|(count, word, _)| format!("{} {word}", thousands(*count)))
    .collect();
    Measurement {
        outcome,
        value: value.join(", "),
        reasons,
    }
}

/// Findings of a scanner: errors fail, warnings fail over their limit, a run that did not end well tells nothing.
pub(crate) fn findings(path: &str, facts: &FindingFacts, max_warnings: Option<u64>) -> Measurement {
    let count = |level: &str| -> u64 {
        let levels = facts.levels.iter().filter(|(name, _)| name == level);
        levels.map(|(_, count)| count).sum()
    };
    let (errors, warnings, notes) = (count("error"), count("warning"), count("note"));
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    if !facts.is_conclusive {
        outcome = Outcome::Inconclusive;
        reasons.push(format!(
            "`{path}` holds a run that did not end well or has no list of results, so it proves nothing."
        ));
    }
    if errors > 0 {
        outcome = Outcome::Failed;
        reasons.push(format!("`{path}` lists {}.", plural(errors, "error", "errors")));
    }
    if let Some(limit) = max_warnings.filter(|limit| warnings > *limit) {
        outcome = Outcome::Failed;
        reasons.push(format!(
            "`{path}` lists {}, and at most {} may be.",
            plural(warnings, "warning", "warnings"),
            thousands(limit)
        ));
    }
    if outcome == Outcome::Passed {
        reasons.push(format!(
            "`{path}` lists no errors, and {}.",
            match max_warnings {
                Some(limit) => format!("{} of {} warnings that may be", thousands(warnings), thousands(limit)),
                None => format!("{}, for which there is no limit", plural(warnings, "warning", "warnings")),
            }
        ));
    }
    let mut value = vec![plural(errors, "error", "errors"), plural(warnings, "warning", "warnings")];
    if notes > 0 {
        value.push(plural(notes, "note", "notes"));
    }
    if facts.suppressed > 0 {
        value.push(format!("{} suppressed", thousands(facts.suppressed)));
    }
    Measurement {
        outcome,
        value: value.join(", "),
        reasons,
    }
}

/// Coverage against thresholds by metric. Counts are compared, never rounded percentages.
pub(crate) fn coverage(path: &str, facts: &CoverageFacts, at_least: &[(String, f64)]) -> Measurement {
    let metric = |name: &str| facts.metrics.iter().find(|metric| metric.name == name);
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    let mut values = Vec::new();
    if at_least.is_empty() {
        outcome = Outcome::Inconclusive;
        reasons.push(format!(
            "`{path}` measures coverage, and the gate has no threshold declared to compare it with."
        ));
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

/// A bill of materials is evidence when it lists anything.
pub(crate) fn sbom(path: &str, facts: &Sbom) -> Measurement {
    let count = facts.components.len() as u64;
    let (outcome, reason) = if count > 0 {
        (
            Outcome::Passed,
            format!("`{path}` lists {}.", plural(count, "component", "components")),
        )
    } else {
        (Outcome::Empty, format!("`{path}` lists no components."))
    };
    Measurement {
        outcome,
        value: plural(count, "component", "components"),
        reasons: vec![reason],
    }
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

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

/// A count with commas between thousands.
fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::{Measurement, cases, coverage, findings, sbom};
    use crate::model::evidence::{CaseKind, CoverageFacts, CoverageMetric, DeclaredCounts, FindingFacts, TestFacts};
    use crate::model::gate::Outcome;
    use crate::model::sbom::{Component, Sbom};

    fn check(measurement: &Measurement, outcome: Outcome, value: &str, reasons: &[&str]) {
        assert_eq!(
            (measurement.outcome, measurement.value.as_str()),
            (outcome, value),
            "{:?}",
            measurement.reasons
        );
        assert_eq!(measurement.reasons, reasons);
    }

    fn ran(tests: u64, failures: u64, skipped: u64) -> TestFacts {
        TestFacts {
            tests,
            failures,
            skipped,
            suites: 1,
            ..TestFacts::default()
        }
    }

    #[test]
    fn tests_pass_fail_or_are_empty() {
        let one = |facts: TestFacts, min: u64| cases(CaseKind::Test, &[("a.xml", &facts)], min);
        check(
            &one(ran(2190, 0, 6), 1),
            Outcome::Passed,
            "2,184 passed, 0 failed, 6 skipped",
            &["2,184 tests ran, and none failed."],
        );
        check(
            &one(ran(3, 1, 0), 1),
            Outcome::Failed,
            "2 passed, 1 failed",
            &["`a.xml` lists 1 failed test."],
        );
        let none = ["`a.xml` holds no tests.", "0 tests ran, and at least 1 must."];
        check(&one(ran(0, 0, 0), 0), Outcome::Empty, "0 passed, 0 failed", &none);
        check(
            &one(ran(4, 0, 4), 1),
            Outcome::Empty,
            "0 passed, 0 failed, 4 skipped",
            &none[1..],
        );
        check(
            &one(ran(9, 0, 0), 10),
            Outcome::Empty,
            "9 passed, 0 failed",
            &["9 tests ran, and at least 10 must."],
        );
        let flaky = TestFacts {
            flaky: 1,
            ..ran(1, 0, 0)
        };
        check(
            &one(flaky, 1),
            Outcome::Passed,
            "1 passed, 0 failed, 1 flaky",
            &["1 test ran, and none failed."],
        );
    }

    #[test]
    fn files_of_tests_add_up_and_one_without_tests_is_not_hidden() {
        let (six, five, none) = (ran(6, 0, 0), ran(5, 0, 1), ran(0, 0, 0));
        let sum = cases(CaseKind::Test, &[("a.xml", &six), ("b.xml", &five)], 10);
        check(
            &sum,
            Outcome::Passed,
            "10 passed, 0 failed, 1 skipped",
            &["10 tests ran, and none failed."],
        );
        assert_eq!(
            cases(CaseKind::Test, &[("a.xml", &six), ("b.xml", &none)], 1).outcome,
            Outcome::Empty
        );
    }

    #[test]
    fn what_a_test_report_says_of_itself_counts_where_it_is_worse() {
        let facts = TestFacts {
            declared: DeclaredCounts {
                tests: Some(4),
                failures: Some(0),
                errors: Some(2),
                skipped: None,
            },
            ..ran(4, 0, 0)
        };
        let measurement = cases(CaseKind::Test, &[("a.xml", &facts)], 1);
        let reason = "`a.xml` lists 0 failed tests and says 2 of itself; the worse counts.";
        check(&measurement, Outcome::Failed, "2 passed, 2 failed", &[reason]);
    }

    #[test]
    fn findings_are_compared_with_their_limits() {
        let scan = |levels: &[(&str, u64)], is_conclusive: bool, limit: Option<u64>| {
            let facts = FindingFacts {
                levels: levels.iter().map(|(level, count)| ((*level).to_owned(), *count)).collect(),
                is_conclusive,
                suppressed: 1,
                ..FindingFacts::default()
            };
            findings("a.sarif", &facts, limit)
        };
        let reason = "`a.sarif` lists no errors, and 3 warnings, for which there is no limit.";
        let found = [("warning", 3), ("note", 1)];
        check(
            &scan(&found, true, None),
            Outcome::Passed,
            "0 errors, 3 warnings, 1 note, 1 suppressed",
            &[reason],
        );
        let reason = "`a.sarif` lists 3 warnings, and at most 2 may be.";
        check(
            &scan(&found[..1], true, Some(2)),
            Outcome::Failed,
            "0 errors, 3 warnings, 1 suppressed",
            &[reason],
        );
        let reason = "`a.sarif` lists no errors, and 3 of 3 warnings that may be.";
        check(
            &scan(&found[..1], true, Some(3)),
            Outcome::Passed,
            "0 errors, 3 warnings, 1 suppressed",
            &[reason],
        );
        let reason = "`a.sarif` holds a run that did not end well or has no list of results, so it proves nothing.";
        check(
            &scan(&[], false, None),
            Outcome::Inconclusive,
            "0 errors, 0 warnings, 1 suppressed",
            &[reason],
        );
        assert_eq!(scan(&[("error", 1)], false, None).outcome, Outcome::Failed);
        assert_eq!(scan(&[("error", 1)], true, Some(9)).outcome, Outcome::Failed);
    }

    fn lines(covered: u64, total: u64, declared: Option<(u64, u64)>, at_least: &[(&str, f64)]) -> Measurement {
        let metrics = vec![CoverageMetric {
            name: "lines",
            covered,
            total,
            declared,
        }];
        let at_least: Vec<_> = at_least.iter().map(|(name, least)| ((*name).to_owned(), *least)).collect();
        coverage("a.info", &CoverageFacts { metrics, files: 1 }, &at_least)
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
        assert_eq!(outcome(1, 1, 1e-300), Outcome::Passed);
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

    #[test]
    fn bills_of_materials_pass_when_they_list_anything() {
        let of = |components: Vec<Component>| {
            let facts = Sbom {
                components,
                ..Sbom::default()
            };
            sbom("a.json", &facts)
        };
        check(
            &of(vec![Component::default()]),
            Outcome::Passed,
            "1 component",
            &["`a.json` lists 1 component."],
        );
        check(
            &of(Vec::new()),
            Outcome::Empty,
            "0 components",
            &["`a.json` lists no components."],
        );
    }
}
