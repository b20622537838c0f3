//! What one kind of evidence says, compared with the thresholds of its gate.

use crate::audit::verdict::call;
use crate::audit::verdict::numbers::{Measurement, plural, thousands};
use crate::audit::verdict::severity::{SEVERITIES, is_one_severity, rank};
use crate::model::evidence::{CaseKind, FindingFacts, TestFacts};
use crate::model::gate::{Demand, Outcome};
use crate::model::sbom::Sbom;

/// Results of tests, jobs or steps in one or more files. What a file lists and what it says of itself may differ; the worse of the two
/// counts. A test that was skipped is none that ran; a job or a step that was skipped is none that passed, unless the gate names those
/// that it requires.
pub(crate) fn cases(kind: CaseKind, results: &[(&str, &TestFacts)], demand: &Demand) -> Measurement {
    let (one, many) = match kind {
        CaseKind::Test => ("test", "tests"),
        CaseKind::Job => ("job", "jobs"),
        CaseKind::Step => ("step", "steps"),
        CaseKind::Check => ("item", "items"),
        CaseKind::Probe => ("probe", "probes"),
        CaseKind::Part => ("part", "parts"),
    };
    let did = match kind {
        CaseKind::Test | CaseKind::Job | CaseKind::Step => "ran",
        CaseKind::Check => "answered",
        CaseKind::Probe => "made",
        CaseKind::Part => "told of",
    };
    let least = match kind {
        CaseKind::Test => demand.min_tests.unwrap_or(1).max(1),
        _ => 1,
    };
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    let (mut sum, mut failed): (TestFacts, u64) = (TestFacts::default(), 0);
    for (path, facts) in results {
        sum.tests += facts.tests;
        sum.skipped += facts.skipped;
        sum.flaky += facts.flaky;
        sum.unknown += facts.unknown;
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
    let mut decisive = Vec::new(); // What keeps it open is said last.
    if sum.unknown > 0 {
        outcome = outcome.max(Outcome::Inconclusive);
        decisive.push(format!("How {} went is not known.", plural(sum.unknown, one, many)));
    }
    if sum.skipped > 0 && kind != CaseKind::Test && demand.required.is_empty() {
        outcome = outcome.max(Outcome::Skipped);
        let were = if sum.skipped == 1 { "was" } else { "were" };
        let left = if kind == CaseKind::Check {
            "left open"
        } else {
            "skipped, and what did not run did not pass"
        };
        decisive.push(format!("{} {were} {left}.", plural(sum.skipped, one, many)));
    }
    for (count, most, what) in [
        (sum.skipped, demand.max_skipped, "skipped"),
        (sum.flaky, demand.max_flaky, "flaky"),
    ] {
        if let Some(most) = most.filter(|most| count > *most) {
            outcome = outcome.max(Outcome::Failed);
            decisive.push(format!(
                "{} {what}, and at most {} may be.",
                plural(count, one, many),
                thousands(most)
            ));
        }
    }
    if failed > 0 {
        outcome = Outcome::Failed;
    } else if ran < least {
        outcome = outcome.max(Outcome::Empty);
        reasons.push(format!(
            "{} {did}, and at least {} must.",
            plural(ran, one, many),
            thousands(least)
        ));
    } else {
        let kept = if outcome == Outcome::Passed {
            "none failed"
        } else {
            "none is known to have failed"
        };
        reasons.push(format!("{} {did}, and {kept}.", plural(ran, one, many)));
    }
    reasons.append(&mut decisive);
    let (passed, skipped) = match kind {
        // An item that does not apply was answered, and was not done.
        CaseKind::Check => ("done or not applicable", "left open"),
        _ => ("passed", "skipped"),
    };
    let value: Vec<String> = [
        (ran.saturating_sub(failed).saturating_sub(sum.unknown), passed, true),
        (failed, "failed", true),
        (sum.unknown, "unknown", false),
        (sum.skipped, skipped, false),
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

/// Findings of a scanner: errors and warnings over their limits fail, warnings without a limit leave it open, and so does a run that did
/// not end well.
pub(crate) fn findings(path: &str, facts: &FindingFacts, demand: &Demand) -> Measurement {
    let count = |counts: &[(String, u64)], level: &str| -> u64 {
        let levels = counts.iter().filter(|(name, _)| is_one_severity(name, level));
        levels.map(|(_, count)| count).sum()
    };
    let level = |level: &str| count(&facts.levels, level);
    let (errors, warnings, notes) = (level("error"), level("warning"), level("note"));
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    if !facts.is_conclusive {
        outcome = Outcome::Inconclusive;
        reasons.push(format!(
            "`{path}` holds a run that did not end well or has no list of results, so it proves nothing."
        ));
    }
    // Where every finding has a severity and the gate limits those, the severities decide.
    let is_by_severity = is_by_severity(facts, demand, errors + warnings + notes);
    let of_level = |level: &str| {
        let mut limits = demand.max_findings.iter();
        limits
            .find(|(name, _)| name.eq_ignore_ascii_case(level))
            .map(|(_, limit)| *limit)
    };
    let most_errors = demand.max_errors.or(of_level("error"));
    if errors > most_errors.unwrap_or(0) && (most_errors.is_some() || !is_by_severity) {
        outcome = Outcome::Failed;
        let limit = most_errors.map(|limit| format!(", and at most {} may be", thousands(limit)));
        reasons.push(format!(
            "`{path}` lists {}{}.",
            plural(errors, "error", "errors"),
            limit.unwrap_or_default()
        ));
    }
    match demand.max_warnings {
        Some(limit) if warnings > limit => {
            outcome = Outcome::Failed;
            reasons.push(format!(
                "`{path}` lists {}, and at most {} may be.",
                plural(warnings, "warning", "warnings"),
                thousands(limit)
            ));
        }
        // A limit by severity is a limit: what has a severity is judged by it.
        None if warnings > 0 && demand.max_findings.is_empty() && demand.security_severity_below.is_none() => {
            outcome = outcome.max(Outcome::Inconclusive);
            reasons.push(format!(
                "`{path}` lists {}, for which the gate declares no limit.",
                plural(warnings, "warning", "warnings")
            ));
        }
        _ => {}
    }
    if call::asks_for_none(demand) && errors + warnings + notes > 0 {
        outcome = Outcome::Failed;
        reasons.push(format!(
            "`{path}` lists {}, and the gate asks for none.",
            plural(errors + warnings + notes, "finding", "findings")
        ));
    }
    for (severity, limit) in &demand.max_findings {
        let found = match severity.as_str() {
            "error" | "warning" | "note" => level(severity),
            _ => count(&facts.severities, severity),
        };
        if found > *limit {
            outcome = Outcome::Failed;
            reasons.push(format!(
                "`{path}` lists {} of {severity} severity, and at most {} may be.",
                plural(found, "finding", "findings"),
                thousands(*limit)
            ));
        }
        let is_word = SEVERITIES.binary_search(&severity.to_ascii_lowercase().as_str()).is_ok();
        let is_said = facts.severities.iter().any(|(name, _)| name.eq_ignore_ascii_case(severity));
        if !is_word && !is_said {
            outcome = outcome.max(Outcome::Inconclusive);
            reasons.push(format!(
                "The gate limits findings of `{severity}` severity, which is no severity that a scanner is known to give."
            ));
        }
        let is_known = matches!(severity.as_str(), "error" | "warning" | "note") || !facts.severities.is_empty();
        if !is_known && errors + warnings + notes > 0 {
            outcome = outcome.max(Outcome::Inconclusive);
            reasons.push(format!(
                "`{path}` gives its findings no severity, and the gate limits those of {severity} severity."
            ));
        }
    }
    if is_by_severity {
        for (severity, found) in unlimited(facts, demand) {
            let found = plural(found, "finding", "findings");
            let (worse, sentence) = match rank(&severity) {
                Some(_) => (
                    Outcome::Failed,
                    format!("`{path}` lists {found} of {severity} severity, which is worse than what the gate limits."),
                ),
                None => (
                    Outcome::Inconclusive,
                    format!("`{path}` lists {found} of {severity} severity, and the gate limits none of that."),
                ),
            };
            outcome = outcome.max(worse);
            reasons.push(sentence);
        }
    }
    if let Some(limit) = demand.security_severity_below {
        match facts.security_severity.map(|hundredths| f64::from(hundredths) / 100.0) {
            Some(highest) if highest >= limit => {
                outcome = Outcome::Failed;
                reasons.push(format!(
                    "`{path}` lists a security severity of {highest}, and all must be under {limit}."
                ));
            }
            None if errors + warnings + notes > 0 => {
                outcome = outcome.max(Outcome::Inconclusive);
                reasons.push(format!(
                    "`{path}` gives its findings no security severity, and all must be under {limit}."
                ));
            }
            // A limit of warnings judges those as well.
            Some(_) if facts.unscored > 0 && demand.max_warnings.is_none() => {
                outcome = outcome.max(Outcome::Inconclusive);
                reasons.push(format!(
                    "`{path}` gives {} no security severity, and all must be under {limit}.",
                    plural(facts.unscored, "finding", "findings")
                ));
            }
            _ => {}
        }
    }
    if outcome == Outcome::Passed && is_by_severity {
        let limits = demand.max_findings.iter().map(|(severity, limit)| {
            let found = count(&facts.severities, severity);
            format!(
                "{} of {severity} severity, and {} may be",
                thousands(found),
                thousands(*limit)
            )
        });
        reasons.push(format!("`{path}` lists {}.", limits.collect::<Vec<_>>().join("; ")));
    } else if outcome == Outcome::Passed {
        let limited = |count: u64, limit: Option<u64>, none: &str, many: &str| match limit {
            Some(limit) if count > 0 || limit > 0 => format!("{} of {} {many} that may be", thousands(count), thousands(limit)),
            _ if count == 0 => none.to_owned(),
            _ => plural(count, many.trim_end_matches('s'), many),
        };
        reasons.push(format!(
            "`{path}` lists {}, and {}.",
            limited(errors, demand.max_errors, "no errors", "errors"),
            limited(warnings, demand.max_warnings, "no warnings", "warnings"),
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

/// Whether the severities of findings decide: the gate limits some, no limit of levels stands beside them, and each finding has one.
fn is_by_severity(facts: &FindingFacts, demand: &Demand, listed: u64) -> bool {
    let is_limited = demand.max_findings.iter().any(|(severity, _)| rank(severity).is_some());
    let known: u64 = facts.severities.iter().map(|(_, count)| count).sum();
    is_limited && demand.max_errors.is_none() && known >= listed && !facts.severities.is_empty()
}

/// Findings of a severity that the gate does not limit although it limits a better one, and those of a severity that nobody can place.
fn unlimited(facts: &FindingFacts, demand: &Demand) -> Vec<(String, u64)> {
    let limited = |severity: &str| demand.max_findings.iter().any(|(name, _)| is_one_severity(name, severity));
    let least = demand.max_findings.iter().filter_map(|(name, _)| rank(name)).min();
    let found = facts.severities.iter().filter(|(name, count)| *count > 0 && !limited(name));
    let is_worse = |name: &str| rank(name).is_none_or(|rank| least.is_some_and(|least| rank >= least));
    found
        .filter(|(name, _)| is_worse(name))
        .map(|(name, count)| (name.to_lowercase(), *count))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::{cases, findings, sbom};
    use crate::audit::verdict::numbers::Measurement;
    use crate::model::evidence::{CaseKind, DeclaredCounts, FindingFacts, TestFacts};
    use crate::model::gate::{Demand, Outcome};
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

    fn at_least(min_tests: u64) -> Demand {
        Demand {
            min_tests: Some(min_tests),
            ..Demand::default()
        }
    }

    #[test]
    fn jobs_that_did_not_run_did_not_pass_and_limits_of_skipped_and_flaky_hold() {
        let facts = TestFacts {
            flaky: 2,
            ..ran(9, 0, 3)
        };
        let outcome = |kind, demand: &Demand| cases(kind, &[("a", &facts)], demand).outcome;
        assert_eq!(outcome(CaseKind::Test, &Demand::default()), Outcome::Passed);
        assert_eq!(outcome(CaseKind::Job, &Demand::default()), Outcome::Skipped);
        let named = Demand {
            required: vec!["verify".to_owned()],
            ..Demand::default()
        };
        assert_eq!(outcome(CaseKind::Job, &named), Outcome::Passed, "those that count are named");
        let limited = |max_skipped, max_flaky| Demand {
            max_skipped,
            max_flaky,
            ..Demand::default()
        };
        assert_eq!(outcome(CaseKind::Test, &limited(Some(3), Some(2))), Outcome::Passed);
        assert_eq!(outcome(CaseKind::Test, &limited(Some(2), None)), Outcome::Failed);
        assert_eq!(outcome(CaseKind::Test, &limited(None, Some(1))), Outcome::Failed);
        let unknown = TestFacts {
            unknown: 1,
            ..ran(3, 0, 0)
        };
        let unknown = cases(CaseKind::Test, &[("a", &unknown)], &Demand::default());
        assert_eq!(
            (unknown.outcome, unknown.value.as_str()),
            (Outcome::Inconclusive, "2 passed, 0 failed, 1 unknown")
        );
    }

    #[test]
    fn tests_pass_fail_or_are_empty() {
        let one = |facts: TestFacts, min: u64| cases(CaseKind::Test, &[("a.xml", &facts)], &at_least(min));
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
        let sum = cases(CaseKind::Test, &[("a.xml", &six), ("b.xml", &five)], &at_least(10));
        check(
            &sum,
            Outcome::Passed,
            "10 passed, 0 failed, 1 skipped",
            &["10 tests ran, and none failed."],
        );
        assert_eq!(
            cases(CaseKind::Test, &[("a.xml", &six), ("b.xml", &none)], &at_least(1)).outcome,
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
        let measurement = cases(CaseKind::Test, &[("a.xml", &facts)], &at_least(1));
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
            let demand = Demand {
                max_warnings: limit,
                ..Demand::default()
            };
            findings("a.sarif", &facts, &demand)
        };
        let reason = "`a.sarif` lists 3 warnings, for which the gate declares no limit.";
        let found = [("warning", 3), ("note", 1)];
        check(
            &scan(&found, true, None),
            Outcome::Inconclusive,
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

    #[test]
    fn where_severities_are_limited_they_decide() {
        let outcome = |severities: &[(&str, u64)], errors: u64, limits: &[(&str, u64)]| {
            let list = |list: &[(&str, u64)]| list.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
            let facts = FindingFacts {
                levels: list(&[("error", errors)]),
                severities: list(severities),
                is_conclusive: true,
                ..FindingFacts::default()
            };
            let demand = Demand {
                max_findings: list(limits),
                ..Demand::default()
            };
            findings("t.json", &facts, &demand).outcome
        };
        let (critical, high) = (("critical", 0), ("high", 2));
        assert_eq!(
            outcome(&[("HIGH", 3)], 3, &[critical]),
            Outcome::Passed,
            "high ones are not limited"
        );
        assert_eq!(outcome(&[("HIGH", 2)], 2, &[critical, high]), Outcome::Passed);
        assert_eq!(outcome(&[("HIGH", 3)], 3, &[critical, high]), Outcome::Failed);
        assert_eq!(
            outcome(&[("CRITICAL", 1)], 1, &[("high", 0)]),
            Outcome::Failed,
            "worse than what is limited"
        );
        assert_eq!(
            outcome(&[("moderate", 1)], 1, &[("medium", 3)]),
            Outcome::Passed,
            "one severity, two names"
        );
        assert_eq!(outcome(&[("moderate", 4)], 4, &[("medium", 3)]), Outcome::Failed);
        assert_eq!(outcome(&[("UNKNOWN", 1)], 1, &[critical]), Outcome::Inconclusive);
        assert_eq!(
            outcome(&[("HIGH", 1)], 2, &[critical]),
            Outcome::Failed,
            "one finding has no severity"
        );
        assert_eq!(outcome(&[("HIGH", 1)], 1, &[critical, ("error", 1)]), Outcome::Passed);
        assert_eq!(outcome(&[("HIGH", 1)], 1, &[critical, ("error", 0)]), Outcome::Failed);
    }

    #[test]
    fn bills_of_materials_pass_when_they_list_anything() {
        let of = |components: Vec<Component>| {
            let facts = Sbom {
                components: components.into_iter().map(std::sync::Arc::new).collect(),
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
