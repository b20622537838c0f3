//! The bounds of a text as keys of a demand: what is measured decides which.

use crate::audit::asked::listed;
use crate::audit::figure::{number, words};
use crate::model::declaration::Declaration;
use crate::model::gate::{Demand, Limit, Period, Sign};

/// Severities of findings, as scanners name them.
const SEVERITIES: [&str; 5] = ["critical", "high", "low", "medium", "moderate"];

/// Words for findings without a severity.
const FINDINGS: [&str; 12] = [
    "advisories", "alerts", "cves", "findings", "issues", "leaks", "problems", "secrets", "violations", "vulnerabilities",
    "vulnerability", "vulns",
];

/// Words that a number in front of them counts.
const COUNTED: [&str; 7] = ["errors", "failed", "failing", "failures", "flaky", "skipped", "warnings"];

/// Words for cases that did not run.
const NOT_RUN: [&str; 6] = ["disabled", "ignored", "pending", "skipped", "skips", "todo"];

/// Words that make something else of coverage, or only a part of it, than the total of a report. Sorted.
const OTHER_COVERAGE: [&str; 21] = [
    "changed", "changes", "dc", "decision", "diff", "differential", "doc", "docs", "docstring", "documentation", "mc", "mcdc",
    "mutant", "mutants", "mutation", "new", "patch", "requirement", "requirements", "touched", "type",
];

/// Words that ask of every part what a report says of the whole. Sorted.
const EACH: [&str; 4] = ["any", "each", "every", "per"];

/// Words for a part of the sources: a bound of one of them is none of the whole. Sorted.
const PARTS: [&str; 11] = [
    "class", "component", "crate", "directory", "folder", "layer", "module", "namespace", "package", "submodule", "subsystem",
];

/// The kinds of coverage, by the words that people have for them.
const KINDS: [(&str, &str); 9] = [
    ("branch", "branches"),
    ("class", "classes"),
    ("conditional", "conditionals"),
    ("function", "functions"),
    ("instruction", "instructions"),
    ("line", "lines"),
    ("method", "methods"),
    ("region", "regions"),
    ("statement", "statements"),
];

/// The kinds that are meant where a text speaks of all of them.
const USUAL_KINDS: [&str; 4] = ["branches", "functions", "lines", "statements"];

/// Puts a bound into the demand; what cannot be compared with anything is told. `before` and `behind` are the words around the bound.
pub(super) fn take(demand: &mut Demand, found: &Declaration, (before, behind): (&str, &str)) {
    let metric = if found.metric.is_empty() { &found.name } else { &found.metric };
    // "0 failed": what is counted stands behind the number.
    let counted_word = behind
        .split_whitespace()
        .next()
        .map(|word| word.trim_end_matches([',', ';', '.', '|']).to_lowercase());
    let counted_word = counted_word.filter(|word| COUNTED.contains(&word.as_str()));
    // "fewer than 1 % of requests fail": what fails stands behind the share.
    let lower = behind.trim_start().to_lowercase();
    let is_of_requests = lower.starts_with("of requests fail")
        || lower.starts_with("of all requests fail")
        || lower.starts_with("failed requests");
    let counted_word = counted_word.or_else(|| is_of_requests.then(|| "errors".to_owned()));
    // "pass at least 3 tests"
    let is_verb = matches!(metric.as_str(), "pass" | "passes" | "run" | "runs");
    let is_of_tests = is_verb
        && ["tests", "test cases", "cases", "scenarios", "specs"]
            .iter()
            .any(|noun| lower.starts_with(noun));
    let counted_word = counted_word.or_else(|| is_of_tests.then(|| "tests".to_owned()));
    let metric = counted_word.as_ref().unwrap_or(metric);
    if found.value.is_empty() {
        demand.unread.push(format!("No threshold is declared for {metric}."));
        return;
    }
    if found.unit.is_empty() && is_grouped_by_dots(&found.value) {
        demand
            .unread
            .push(format!("`{}` for {metric} may be a thousand or one.", found.value));
        return;
    }
    if found.unit.contains("baseline") || found.text.contains("baseline") {
        demand
            .unread
            .push(format!("`{}` needs a baseline, and no evidence names one.", found.text));
        return;
    }
    let sign = match found.comparison {
        ">=" => Sign::AtLeast,
        ">" => Sign::Over,
        "<=" => Sign::AtMost,
        "<" => Sign::Under,
        "==" => {
            limit(demand, found, metric, Sign::AtLeast);
            limit(demand, found, metric, Sign::AtMost);
            return;
        }
        _ => {
            demand.unread.push(format!(
                "`{}` for {metric} does not say whether more or less is better.",
                found.text
            ));
            return;
        }
    };
    if found.unit == "consecutive" {
        match found.value.parse() {
            Ok(count) if count > 0 => demand.breaches = Some(count),
            _ => limit(demand, found, metric, sign),
        }
        return;
    }
    if !counted(demand, found, (before, metric, behind), sign) {
        limit(demand, found, metric, sign);
    }
}

/// Whether a number has a dot before three digits, so that nobody can tell whether the dot is a decimal one: `1.000`.
fn is_grouped_by_dots(value: &str) -> bool {
    let mut groups = value.split('.');
    let first = groups.next().unwrap_or_default();
    let is_first = (1..=3).contains(&first.len()) && !first.starts_with('0') && first.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = groups.peekable();
    is_first && rest.peek().is_some() && rest.all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A bound of something that evidence counts by itself. Whether it was one.
fn counted(demand: &mut Demand, found: &Declaration, (before, metric, behind): (&str, &str, &str), sign: Sign) -> bool {
    let Some(value) = number(&found.value) else { return false };
    let of_metric = words(metric);
    let of_name = words(&found.name);
    let has = |word: &str| of_metric.iter().any(|found| found == word);
    let is_share = matches!(found.unit.as_str(), "" | "%" | "percent");
    let is_coverage = has("coverage") || of_name.iter().any(|word| word == "coverage");
    let is_kind = |word: &str| KINDS.iter().any(|(one, many)| word == *one || word == *many);
    // "lines, branches and functions ≥ 80 %" bounds all three.
    let beside = [listed::before(before, is_kind), listed::behind(behind, is_kind)].concat();
    let is_said = |word: &str| has(word) || beside.iter().any(|found| found == word);
    let is_of_all = is_coverage && says_all_kinds(metric, behind);
    let kinds: Vec<&str> = KINDS
        .into_iter()
        .filter(|(one, many)| is_said(one) || is_said(many) || is_of_all && USUAL_KINDS.contains(many))
        .map(|(_, many)| many)
        .collect();
    let is_of_coverage = is_share && (is_coverage || !kinds.is_empty() && found.unit == "%");
    // A share of one is all of it, or one percent.
    if is_of_coverage && found.unit.is_empty() && (value - 1.0).abs() < f64::EPSILON && sign.is_upward() {
        demand
            .unread
            .push(format!("`{}` for {metric} may be 1 % or 100 %.", found.value));
        return true;
    }
    // "lines >= 0.8": nobody asks for less than one in a hundred.
    let is_written_share = is_of_coverage && found.unit.is_empty() && value > 0.0 && value < 1.0;
    if is_written_share && sign != Sign::AtLeast {
        demand.limits.push(Limit {
            metric: usual(metric, &found.unit).to_owned(),
            sign,
            value,
            unit: "ratio".to_owned(),
        });
        return true;
    }
    let value = if is_written_share {
        (value * 1e10).round() / 1e8
    } else {
        value
    };
    if sign == Sign::AtLeast && is_of_coverage {
        if let Some(what) = other_coverage(&of_metric, &of_name, behind) {
            demand.unread.push(format!(
                "It asks for {} `{what}`, and a report of coverage says what the whole has.",
                found.text
            ));
        }
        for name in if kinds.is_empty() { vec!["lines"] } else { kinds } {
            stricter(&mut demand.at_least, name, value);
        }
        return true;
    }
    if has("cvss") || has("security") && has("severity") {
        if sign == Sign::Under {
            let held = demand.security_severity_below.unwrap_or(f64::INFINITY);
            demand.security_severity_below = Some(value.min(held));
            return true;
        }
        return false;
    }
    if let Some(age) = age(found, metric, behind).filter(|_| !sign.is_upward()) {
        demand.max_age = Some(demand.max_age.map_or(age, |held| held.min(age)));
        return true;
    }
    // What is counted is whole.
    let whole = (value.fract() == 0.0 && (0.0..1e15).contains(&value) && found.unit.is_empty()).then_some(value as u64);
    let most = match (sign, whole) {
        (Sign::AtMost, Some(whole)) => Some(whole),
        (Sign::Under, Some(whole)) => whole.checked_sub(1),
        _ => None,
    };
    let least = match (sign, whole) {
        (Sign::AtLeast, Some(whole)) => Some(whole),
        (Sign::Over, Some(whole)) => whole.checked_add(1),
        _ => None,
    };
    let lower = |held: &mut Option<u64>, most: u64| *held = Some(held.map_or(most, |held| held.min(most)));
    if let Some(most) = most {
        // "no critical or high findings" bounds both.
        let also = listed::behind(behind, |word| SEVERITIES.contains(&word));
        let has_one = |severity: &str| has(severity) || of_metric.iter().any(|word| word.strip_suffix('s') == Some(severity));
        let is_said = |severity: &&str| has_one(severity) || also.iter().any(|word| word == severity);
        let severities: Vec<&str> = SEVERITIES.into_iter().filter(is_said).collect();
        if SEVERITIES.into_iter().any(has_one) {
            for severity in severities {
                match demand.max_findings.iter_mut().find(|(name, _)| name == severity) {
                    Some((_, held)) => *held = most.min(*held),
                    None => demand.max_findings.push((severity.to_owned(), most)),
                }
            }
            return true;
        }
        let is_one = |names: &[&str]| of_metric.iter().any(|word| names.contains(&word.as_str()));
        let is_rate = is_one(&["rate", "ratio", "budget", "percentage"]);
        if is_one(&["warning", "warnings"]) {
            lower(&mut demand.max_warnings, most);
            return true;
        }
        if is_one(&["skip", "skipped", "skips"]) {
            lower(&mut demand.max_skipped, most);
            // "no skipped, pending or flaky tests"
            if listed::behind(behind, |word| NOT_RUN.contains(&word) || word == "flaky")
                .iter()
                .any(|word| word == "flaky")
            {
                lower(&mut demand.max_flaky, most);
            }
            return true;
        }
        if is_one(&["flaky", "flakes"]) {
            lower(&mut demand.max_flaky, most);
            return true;
        }
        if is_one(&FINDINGS) && !is_rate {
            lower(&mut demand.max_errors, most);
            lower(&mut demand.max_warnings, most);
            // "no vulnerabilities" is none of a low severity either.
            let is_all = behind
                .trim_start()
                .split(|c: char| !c.is_alphanumeric())
                .next()
                .is_none_or(|word| matches!(word, "" | "and" | "open" | "or"))
                || behind.to_lowercase().contains("any severity");
            if most == 0 && is_all && !demand.max_findings.iter().any(|(name, _)| name == "note") {
                demand.max_findings.push(("note".to_owned(), 0));
            }
            return true;
        }
        // "no failures or skips" bounds what did not run as well.
        if most == 0 && is_one(&["errors", "failed", "failing", "failures"]) && !is_rate {
            let also = listed::behind(behind, |word| NOT_RUN.contains(&word) || COUNTED.contains(&word));
            if also.iter().any(|word| NOT_RUN.contains(&word.as_str())) {
                lower(&mut demand.max_skipped, 0);
            }
            if also.iter().any(|word| word == "flaky") {
                lower(&mut demand.max_flaky, 0);
            }
        }
        if of_metric == ["errors"] || of_metric == ["error"] || of_metric == ["lint", "errors"] || of_metric == ["type", "errors"]
        {
            lower(&mut demand.max_errors, most);
            return true;
        }
        // A report tells what failed, and hardly ever what was expected to.
        if has("expected") {
            return false;
        }
        // A failed case fails the gate in any case.
        if most == 0 && is_one(&["failed", "failing", "failures"]) && !is_rate {
            return true;
        }
    }
    if let Some(least) = least
        && (has("tests") || has("test") || has("cases") || has("scenario") || has("scenarios") || has("spec") || has("specs"))
        && !has("minutes")
    {
        demand.min_tests = Some(demand.min_tests.map_or(least, |held| held.max(least)));
        return true;
    }
    // Every case must pass, whatever share a text would do with.
    sign == Sign::AtLeast
        && found.unit == "%"
        && (has("pass") || has("passing") || has("passed"))
        && (has("rate") || has("tests"))
}

/// The words that make something else of a bound of coverage than one of the whole: "diff coverage", "of new code", "in each package".
fn other_coverage(metric: &[String], name: &[String], behind: &str) -> Option<String> {
    let is_other = |word: &&String| OTHER_COVERAGE.binary_search(&word.as_str()).is_ok();
    if let Some(word) = metric.iter().chain(name).find(is_other) {
        return Some(word.clone());
    }
    let is_each = |word: &&String| EACH.binary_search(&word.as_str()).is_ok();
    if let Some(word) = metric.iter().find(is_each) {
        return Some(word.clone());
    }
    let clause = behind.split([',', ';', '|', '.', '<']).next().unwrap_or_default().trim();
    let of_clause = words(clause);
    let is_part = matches!(
        of_clause.first().map(String::as_str),
        Some("of" | "in" | "for" | "on" | "per" | "each" | "every")
    );
    let is_one = |word: &&String| PARTS.binary_search(&word.as_str()).is_ok();
    let found = of_clause
        .iter()
        .any(|word| is_other(&word) || is_each(&word) || is_one(&word));
    // "of `src/core/`" names a folder of the sources, and "in `lcov.info`" the evidence.
    let is_folder =
        |code: &str| code.ends_with('/') || code.contains('/') && !code.rsplit('/').next().unwrap_or_default().contains('.');
    let code = behind.split([',', ';', '|']).next().unwrap_or_default().split('`').nth(1);
    (is_part && (found || code.is_some_and(is_folder))).then(|| clause.to_owned())
}

/// Whether a text asks for every kind of coverage: "all metrics", "on all four metrics".
fn says_all_kinds(metric: &str, behind: &str) -> bool {
    let clause = behind.split(['|', ';', '.', ',']).next().unwrap_or_default();
    let of_metric = words(metric);
    let around = [of_metric, words(clause)].concat();
    let is_every = |word: &String| matches!(word.as_str(), "all" | "each" | "every" | "four");
    around
        .windows(2)
        .any(|pair| is_every(&pair[0]) && matches!(pair[1].as_str(), "metric" | "metrics"))
}

/// How old evidence may be: "within the last 90 days", "age ≤ 30 days", "≤ 30 days old", "younger than 2 weeks".
fn age(found: &Declaration, metric: &str, behind: &str) -> Option<Period> {
    let text = found.text.to_lowercase();
    let of_metric = words(metric);
    let is_old_behind = behind
        .split_whitespace()
        .next()
        .is_some_and(|word| word.trim_end_matches([',', ';', '.', '|', ')']).eq_ignore_ascii_case("old"));
    let is_age = text.contains("last ")
        || text.starts_with("within")
        || text.contains(" old")
        || text.starts_with("younger")
        || is_old_behind
        || of_metric.iter().any(|word| matches!(word.as_str(), "age" | "old"));
    let is_days = matches!(
        found.unit.as_str(),
        "d" | "day" | "days" | "w" | "week" | "weeks" | "h" | "hour" | "hours"
    );
    if !is_age || !is_days {
        let months: u64 = found
            .value
            .parse()
            .ok()
            .filter(|_| is_age && found.unit.starts_with("month"))?;
        return Period::read(&format!("{} days", months.checked_mul(31)?));
    }
    Period::read(&format!("{} {}", found.value, found.unit))
}

fn stricter(list: &mut Vec<(String, f64)>, name: &str, least: f64) {
    match list.iter_mut().find(|(held, _)| held == name) {
        Some((_, held)) => *held = held.max(least),
        None => list.push((name.to_owned(), least)),
    }
}

/// What a figure is called by those who measure it: people speak of the errors of a load test and of LCP.
fn usual<'a>(metric: &'a str, unit: &str) -> &'a str {
    let is_share = matches!(unit, "%" | "percent");
    match metric {
        "errors" | "failed requests" | "failing requests" | "failures" | "request errors" | "request failures" if is_share => {
            "error rate"
        }
        "cls" => "cumulative layout shift",
        "approvals from" => "approvals",
        "component" => "components",
        "fcp" => "first contentful paint",
        "lcp" => "largest contentful paint",
        "line coverage" => "lines coverage",
        "branch coverage" => "branches coverage",
        "performance score" => "performance",
        "accessibility score" => "accessibility",
        "best practices score" => "best practices",
        "seo score" => "seo",
        "tbt" => "total blocking time",
        metric => metric,
    }
}

/// A bound of some figure.
fn limit(demand: &mut Demand, found: &Declaration, metric: &str, sign: Sign) {
    let Some(value) = number(&found.value) else {
        demand
            .unread
            .push(format!("`{}` for {metric} is no number that can be compared.", found.value));
        return;
    };
    demand.limits.push(Limit {
        metric: usual(metric, &found.unit).to_owned(),
        sign,
        value,
        unit: found.unit.clone(),
    });
}

#[cfg(test)]
mod tests {
    use super::take;
    use crate::audit::change::gates::tests::gate;
    use crate::model::gate::{Demand, Period, Sign};

    /// The demand of `metric sign value unit`, with the words of the text and those behind it.
    fn demand(bound: &str, text: &str, behind: &str) -> Demand {
        let mut threshold = gate(1, "Thing", bound).pop().expect("there is a bound");
        text.clone_into(&mut threshold.text);
        let mut demand = Demand::default();
        take(&mut demand, &threshold, ("", behind));
        demand
    }

    #[test]
    fn every_bound_finds_its_key() {
        let of = |bound| demand(bound, "", "");
        assert_eq!(of("branches >= 70 %").at_least, [("branches".to_owned(), 70.0)]);
        assert_eq!(of("coverage >= 80").at_least, [("lines".to_owned(), 80.0)]);
        assert_eq!(of("warnings <= 0").max_warnings, Some(0));
        assert_eq!(of("skipped <= 3").max_skipped, Some(3));
        assert_eq!(of("critical < 1").max_findings, [("critical".to_owned(), 0)]);
        assert_eq!(of("criticals <= 0").max_findings, [("critical".to_owned(), 0)]);
        assert_eq!(demand("pass >= 3", "at least 3", " tests |").min_tests, Some(3));
        assert_eq!(of("cvss < 7").security_severity_below, Some(7.0));
        assert_eq!(of("tests > 199").min_tests, Some(200));
        assert_eq!(of("Thing >= 2 consecutive").breaches, Some(2));
        let vulnerabilities = of("vulnerabilities <= 0");
        assert_eq!((vulnerabilities.max_errors, vulnerabilities.max_warnings), (Some(0), Some(0)));
        assert_eq!(demand("tests <= 0", "0", " skipped |").max_skipped, Some(0));
        let failed = demand("tests <= 0", "0", " failed |");
        assert!(
            failed.limits.is_empty() && failed.asks_nothing(),
            "a failed case fails in any case: {failed:?}"
        );
        let rate = of("rate < 1 %").limits;
        assert_eq!((rate[0].sign, rate[0].value, rate[0].unit.as_str()), (Sign::Under, 1.0, "%"));
    }

    #[test]
    fn only_the_whole_is_coverage_as_reports_have_it() {
        assert!(super::OTHER_COVERAGE.is_sorted() && super::EACH.is_sorted());
        let of = |metric: &str, behind: &str| {
            let mut threshold = gate(1, "Thing", "coverage >= 70 %").pop().expect("there is a bound");
            metric.clone_into(&mut threshold.metric);
            let mut demand = Demand::default();
            take(&mut demand, &threshold, ("", behind));
            demand
        };
        let both = of("line and branch coverage", "");
        let names: Vec<&str> = both.at_least.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["branches", "lines"]);
        for (metric, behind) in [
            ("diff coverage", ""),
            ("coverage of changed lines", ""),
            ("mutation coverage", ""),
            ("coverage", " of new code | `c.xml` |"),
            ("lines", " in each package |"),
            ("every file coverage", ""),
            ("lines", " of package `payments` |"),
            ("lines", " in `src/core/` |"),
            ("coverage", " of the module for payments"),
        ] {
            assert_eq!(of(metric, behind).unread.len(), 1, "{metric}{behind}");
        }
        for (metric, behind) in [
            ("test coverage", ""),
            ("code coverage", " | `new.xml` |"),
            ("lines", ", new code is looked at |"),
            ("lines", " of the backend |"),
            ("lines", " in CI | `coverage/` |"),
            ("lines", " in `lcov.info` |"),
            ("lines", " in `reports/lcov.info` |"),
            ("lines", " of all packages |"),
        ] {
            assert!(of(metric, behind).unread.is_empty(), "{metric}{behind}");
        }
    }

    #[test]
    fn several_kinds_of_coverage_beside_one_bound_are_all_bounded() {
        let of = |metric: &str, value: &str, before: &str, behind: &str| {
            let mut threshold = gate(1, "Coverage", &format!("coverage >= {value}"))
                .pop()
                .expect("there is a bound");
            metric.clone_into(&mut threshold.metric);
            let mut demand = Demand::default();
            take(&mut demand, &threshold, (before, behind));
            let told = demand.at_least.iter().map(|(name, least)| format!("{name} {least}"));
            told.chain(demand.unread.iter().map(|_| "unread".to_owned()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        for (metric, value, before, behind, expected) in [
            (
                "functions",
                "80 %",
                "| Coverage | lines, branches and functions ",
                " |",
                "branches 80, functions 80, lines 80",
            ),
            (
                "coverage", "80 %", "| Coverage | coverage ", " (lines and branches) |", "branches 80, lines 80",
            ),
            ("coverage", "80 %", "| Coverage | ", " branches |", "branches 80"),
            ("lines", "80 %", "| Coverage | lines ", ", branches ≥ 70 % |", "lines 80"),
            (
                "lines",
                "80 %",
                "| Coverage | lines ",
                ", branches are informational |",
                "lines 80",
            ),
            (
                "all metrics",
                "80 %",
                "| Coverage | all metrics ",
                " |",
                "branches 80, functions 80, lines 80, statements 80",
            ),
            ("coverage", "0.8", "", "", "lines 80"),
            ("line rate", "0.57", "", "", "lines 57"),
            ("lines", "1", "", "", "unread"),
            ("lines", "0.8 %", "", "", "lines 0.8"),
        ] {
            assert_eq!(of(metric, value, before, behind), expected, "{before}{value}{behind}");
        }
        let over = demand("lines > 0.8", "", "").limits;
        assert!(over.is_empty() || over[0].unit.is_empty(), "nothing says that it is coverage");
    }

    #[test]
    fn what_did_not_run_is_bounded_beside_failures() {
        for (bound, behind, most) in [
            ("failures <= 0", " or skips |", Some(0)),
            ("failures <= 0", ", errors or skips |", Some(0)),
            ("errors <= 0", ", failures or skips |", Some(0)),
            ("failures <= 0", ", at most 3 skipped |", None),
            ("failures <= 0", " |", None),
        ] {
            assert_eq!(demand(bound, "no failures", behind).max_skipped, most, "{behind}");
        }
    }

    #[test]
    fn several_severities_of_one_bound_are_all_bounded() {
        let both = demand("critical <= 0", "no critical", " or high findings | x |");
        assert_eq!(both.max_findings, [("critical".to_owned(), 0), ("high".to_owned(), 0)]);
        let one = demand("critical <= 0", "no critical", ", high are listed");
        assert_eq!(one.max_findings.len(), 1);
        let three = demand("critical <= 0", "no critical", ", high, or medium vulnerabilities | x |");
        assert_eq!(three.max_findings.len(), 3);
        let own = demand("critical <= 0", "no critical", " and high ≤ 5 | x |");
        assert_eq!(own.max_findings.len(), 1, "high has a bound of its own");
    }

    #[test]
    fn ages_are_no_figures() {
        assert_eq!(
            demand("drill <= 90 days", "within the last 90 days", "").max_age,
            Some(Period(90 * 86_400))
        );
        assert_eq!(demand("deploy <= 90 days", "done in 90 days", "").max_age, None);
        for (text, behind) in [
            ("not older than 90 days", ""),
            ("younger than 90 days", ""),
            ("≤ 90 days", " old |"),
            ("max age 90 days", ""),
        ] {
            let metric = if text.contains("max age") { "age" } else { "drill" };
            let sign = if text.contains("younger") { "<" } else { "<=" };
            let found = demand(&format!("{metric} {sign} 90 days"), text, behind);
            assert_eq!(found.max_age, Some(Period(90 * 86_400)), "{text}");
            assert!(found.limits.is_empty() && found.unread.is_empty(), "{text}");
        }
        assert_eq!(demand("restore <= 90 days", "≤ 90 days", " after the order").max_age, None);
    }

    #[test]
    fn what_nobody_can_compare_is_told() {
        for (bound, text) in [
            ("latency", "acceptable"),
            ("latency ? 80", "80"),
            ("latency <= 2 %", "+2 % over baseline"),
            ("latency <= many", "many"),
            ("tests >= 1.000", "1.000"),
        ] {
            let demand = demand(bound, text, "");
            assert_eq!(demand.unread.len(), 1, "{bound}: {demand:?}");
            assert!(demand.limits.is_empty(), "{bound}");
        }
    }
}
