//! Numbers that bound a metric: comparisons, zero, "within the last 90 days", "3+", "2x baseline", "two consecutive".

use crate::model::count::of_word;
use crate::model::runbook::Threshold;
use crate::parse::runbook::gates::denied::denied;
use crate::parse::runbook::gates::figure::{Bound, Purpose, is_time, name_before, unit_behind};
use crate::parse::runbook::gates::labelled::labelled;
use crate::parse::runbook::gates::percentile::{with_percentile, without_brackets};
use crate::parse::runbook::gates::worded::worded;
use crate::parse::runbook::gates::words::{Words, is_better_large, is_unwanted};
use crate::parse::runbook::number::leading;
use crate::parse::runbook::pairs::has_digit;
use crate::parse::runbook::structure::criterion::{clause, metric};
use crate::parse::runbook::structure::threshold::{compared, comparison as comparison_before};

/// The bounds in some words, in writing order. The label is what a bare comparison is about: the name of the row or the heading.
pub(crate) fn bounds(words: &Words<'_>, label: &str, purpose: Purpose) -> Vec<Bound> {
    let mut found: Vec<Bound> = Vec::new();
    let is_numbered = has_digit(words.text);
    if is_numbered {
        for (start, threshold) in compared(words.text) {
            found.push(of_comparison(words, start, threshold));
        }
        joined_share(words, &mut found);
        maximum_setting(words, &mut found);
        equals(words, &mut found);
        if purpose == Purpose::Demand {
            or_more(words, label, &mut found);
        }
    }
    worded(words, purpose, &mut found);
    spelled(words, &mut found);
    if purpose == Purpose::Demand {
        denied(words, &mut found);
    }
    if is_numbered && found.is_empty() {
        labelled(words, label, &mut found);
    }
    found.sort_by_key(|bound| bound.range.start);
    for bound in &mut found {
        bound.metric = with_percentile(&bound.metric);
        let name = bound.metric.split('(').next().unwrap_or_default();
        let name = name.trim().trim_start_matches(|char: char| !char.is_alphanumeric());
        bound.metric = if name == "baseline" || name.starts_with(|char: char| char.is_ascii_digit() && !label.is_empty()) {
            String::new()
        } else {
            name.to_owned()
        };
        if bound.metric.is_empty() {
            bound.metric = without_moment(label).to_lowercase();
        }
    }
    without_persistence(words, &mut found);
    found
}

fn of_comparison(words: &Words<'_>, start: usize, threshold: Threshold) -> Bound {
    let flat = without_brackets(words.text);
    let text = flat.as_ref();
    let end = text[start..]
        .find(&threshold.value)
        .map_or(start, |at| start + at + threshold.value.len());
    let (mut unit, mut end) = (threshold.unit.clone(), end);
    if unit.is_empty() {
        (unit, end) = unit_behind(text, end);
    } else if let Some(at) = text[end..].find(&unit) {
        end += at + unit.len();
    }
    if unit == "x" && text[end..].trim_start().to_ascii_lowercase().starts_with("baseline") {
        "x baseline".clone_into(&mut unit);
    }
    Bound {
        metric: metric(text, &clause(text, start), start, &threshold),
        comparison: threshold.comparison,
        value: threshold.value,
        unit,
        range: start..end,
    }
}

/// A label without the moment at which it is measured: "Error rate (T+30 min)" measures the error rate.
fn without_moment(label: &str) -> &str {
    match label.split_once('(') {
        Some((name, inner)) if inner.trim_start().to_ascii_lowercase().starts_with("t+") => name.trim_end(),
        _ => label,
    }
}

/// What a number that is written as a word counts in bounds. Sorted.
const COUNTABLE: [&str; 20] = [
    "alerts", "cases", "critical", "errors", "failed", "failing", "failures", "findings", "flaky", "high", "low", "medium",
    "skipped", "skips", "test", "tests", "violations", "vulnerabilities", "warning", "warnings",
];

/// "no more than one skipped test", "at least two hundred tests" is none: a number up to twelve as a word.
fn spelled(words: &Words<'_>, found: &mut Vec<Bound>) {
    let tokens = words.placed();
    for (at, (range, word)) in tokens.iter().enumerate() {
        let Some(value) = of_word(word) else { continue };
        let is_countable = tokens
            .get(at + 1)
            .is_some_and(|(_, next)| COUNTABLE.binary_search(next).is_ok());
        let Some((start, comparison)) = comparison_before(words.lower[..range.start].trim_end()).filter(|_| is_countable) else {
            continue;
        };
        if found
            .iter()
            .any(|bound| bound.range.start < range.end && start < bound.range.end)
        {
            continue;
        }
        let counted = tokens[at + 1..].iter().map(|(_, word)| *word);
        let metric: Vec<&str> = counted
            .take_while(|word| COUNTABLE.binary_search(word).is_ok())
            .take(3)
            .collect();
        found.push(Bound {
            metric: metric.join(" "),
            comparison,
            value: value.to_string(),
            unit: String::new(),
            range: start..range.end,
        });
    }
}

/// "at least 90 % line coverage and 70 % branch coverage": the second share is bounded as the first one is.
fn joined_share(words: &Words<'_>, found: &mut Vec<Bound>) {
    let Some(first) = found.last().filter(|first| first.unit == "%").cloned() else {
        return;
    };
    let behind = &words.lower[first.range.end..];
    let Some((name, rest)) = behind.split_once(" and ") else {
        return;
    };
    let at = first.range.end + name.len() + " and ".len();
    let Some(value) = leading(rest) else { return };
    let (unit, end) = unit_behind(words.text, at + value.len());
    let clause = words.lower[end..].split([',', ';', '.', '(', '|']).next().unwrap_or_default();
    let kind: Vec<&str> = clause.split_whitespace().collect();
    let is_kind = |words: &[&str]| (1..=2).contains(&words.len()) && is_better_large(&words.join(" ")).is_some();
    let name: Vec<&str> = name.split_whitespace().collect();
    if unit == "%" && is_kind(&name) && is_kind(&kind) {
        found.push(Bound {
            metric: kind.join(" "),
            comparison: first.comparison,
            value: value.to_owned(),
            unit,
            range: at..end,
        });
    }
}

/// "80 % or more", "4 or more tests", "500 ms or less": the comparison stands behind the number.
fn or_more(words: &Words<'_>, label: &str, found: &mut Vec<Bound>) {
    const BEHIND: [(&str, &str); 12] = [
        ("or more", ">="),
        ("or higher", ">="),
        ("or above", ">="),
        ("or greater", ">="),
        ("or over", ">="),
        ("and above", ">="),
        ("or less", "<="),
        ("or fewer", "<="),
        ("or lower", "<="),
        ("or below", "<="),
        ("or under", "<="),
        ("and below", "<="),
    ];
    for (range, word) in words.placed() {
        let Some(value) = leading(word).filter(|_| word.starts_with(|c: char| c.is_ascii_digit())) else {
            continue;
        };
        // `1.2` and `p95` are read whole by whoever reads them first.
        let is_inside = words.lower[..range.start].ends_with(['.', ',', '-', '/', ':', '<', '>', '=', '≥', '≤']);
        if is_inside
            || found
                .iter()
                .any(|bound| bound.range.start < range.end && range.start < bound.range.end)
        {
            continue;
        }
        let value = leading(&words.text[range.start..]).unwrap_or(value);
        let end = range.start + value.len();
        let (unit, end) = unit_behind(words.text, end);
        let behind = &words.lower[end..];
        let lead = behind.len() - behind.trim_start().len();
        let spelled = BEHIND.iter().find(|(spelling, _)| behind[lead..].starts_with(spelling));
        // "or better" says more or less by what is measured.
        let better = || {
            let is_large = is_better_large(&name_before(words, range.start)).or_else(|| is_better_large(label))?;
            behind[lead..]
                .starts_with("or better")
                .then_some(("or better", if is_large { ">=" } else { "<=" }))
        };
        let Some((spelling, comparison)) = spelled.copied().or_else(better) else {
            continue;
        };
        let end = end + lead + spelling.len();
        // What is counted stands behind it, what is measured in front: "4 or more tests", "coverage of 80 % or more".
        let mut metric = name_before(words, range.start);
        for filling in [" of", " at", " with", " must be", " must have"] {
            metric.truncate(metric.strip_suffix(filling).unwrap_or(&metric).len());
        }
        // "skips: 1 or fewer"
        let named = words.lower[..range.start].trim_end().strip_suffix(':');
        if let Some(named) = named.filter(|_| metric.is_empty()) {
            metric = name_before(words, named.len());
        }
        if metric.is_empty() {
            let clause = words.lower[end..]
                .split([',', ';', '.', '(', '\n'])
                .next()
                .unwrap_or_default();
            let clause = clause.trim().strip_prefix("of ").unwrap_or(clause.trim());
            metric = clause.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        }
        found.push(Bound {
            metric,
            comparison,
            value: value.to_owned(),
            unit,
            range: range.start..end,
        });
    }
}

/// `--max-warnings=0` and `max-warnings 0`.
fn maximum_setting(words: &Words<'_>, found: &mut Vec<Bound>) {
    let lower = words.text.to_ascii_lowercase();
    for name in ["max-warnings", "max_warnings", "max-errors"] {
        for (at, _) in lower.match_indices(name) {
            let rest = &lower[at + name.len()..];
            let lead = rest.len() - rest.trim_start_matches(['=', ' ', ':']).len();
            let value: String = rest[lead..].chars().take_while(char::is_ascii_digit).collect();
            let range = at..at + name.len() + lead + value.len();
            let is_read = found
                .iter()
                .any(|bound| bound.range.start < range.end && range.start < bound.range.end);
            if lead > 0 && !value.is_empty() && !is_read {
                found.push(Bound {
                    metric: name[4..].to_owned(),
                    comparison: "<=",
                    range,
                    value,
                    unit: String::new(),
                });
            }
        }
    }
}

/// "critical = 0": the direction is that of the metric; a name that has none is no metric.
fn equals(words: &Words<'_>, found: &mut Vec<Bound>) {
    for (at, _) in words.lower.match_indices('=') {
        let behind = &words.text[at + 1..];
        let lead = behind.len() - behind.trim_start_matches([' ', '=']).len();
        let is_read = found.iter().any(|bound| bound.range.contains(&at));
        let is_sign = !is_read && !words.lower[..at].ends_with(['<', '>', '=', '!', '≤', '≥']) && !behind.starts_with('>');
        let Some(value) = leading(&behind[lead..]).filter(|_| is_sign) else {
            continue;
        };
        let metric = name_before(words, at);
        let is_unwanted = metric.split_whitespace().any(is_unwanted);
        let comparison = match is_better_large(&metric) {
            Some(true) => ">=",
            Some(false) => "<=",
            None if is_unwanted => "<=",
            None => continue,
        };
        let (unit, end) = unit_behind(words.text, at + 1 + lead + value.len());
        found.push(Bound {
            range: at..end,
            metric,
            comparison,
            value: value.to_owned(),
            unit,
        });
    }
}

/// "for more than 5 minutes" beside another bound says how long it must last, and is no bound of its own.
fn without_persistence(words: &Words<'_>, found: &mut Vec<Bound>) {
    if found.len() < 2 {
        return;
    }
    let ends: Vec<usize> = found.iter().map(|bound| bound.range.end).collect();
    let lasts = |bound: &Bound| {
        let before = words.lower[..bound.range.start].trim_end();
        let own = &words.lower[bound.range.clone()];
        // "at most 1 % over 2 hours": directly behind another bound it says for how long.
        let is_behind = own.starts_with("over ") && ends.contains(&before.len());
        is_time(&bound.unit) && (before.ends_with(" for") || before.ends_with(" over") || own.starts_with("persist") || is_behind)
    };
    if found.iter().any(|bound| !lasts(bound)) {
        found.retain(|bound| !lasts(bound));
    }
}

#[cfg(test)]
mod tests {
    use super::bounds;
    use crate::parse::runbook::gates::figure::Purpose;
    use crate::parse::runbook::gates::words::Words;

    fn read(text: &str, label: &str, purpose: Purpose) -> Vec<String> {
        bounds(&Words::new(text, &[]), label, purpose)
            .into_iter()
            .map(|bound| {
                format!("{} {} {} {}", bound.metric, bound.comparison, bound.value, bound.unit)
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn a_range_bounds_from_both_sides() {
        for (text, expected) in [
            ("40-70%", ["rate >= 40 %", "rate <= 70 %"]),
            ("between 0.1% and 2 %", ["rate >= 0.1 %", "rate <= 2 %"]),
            ("200 – 400 ms", ["rate >= 200 ms", "rate <= 400 ms"]),
        ] {
            assert_eq!(read(text, "Rate", Purpose::Demand), expected, "{text}");
        }
        for text in ["5-10 minutes", "70-40%", "2026-01-02", "1-2", "40-70% of 3"] {
            assert!(read(text, "Rate", Purpose::Demand).len() < 2, "{text}");
        }
        assert!(read("40-70%", "", Purpose::Demand).is_empty(), "nothing says of what");
    }

    #[test]
    fn a_share_behind_an_and_is_bounded_as_the_one_in_front() {
        assert_eq!(
            read(
                "at least 90% line coverage and 70% branch coverage",
                "Coverage",
                Purpose::Demand
            ),
            ["line coverage >= 90 %", "branch coverage >= 70 %"]
        );
        for text in [
            "at least 90 % of lines and 70 % of the users agree",
            "at least 90 % line coverage and 70 ms",
        ] {
            assert_eq!(read(text, "Coverage", Purpose::Demand).len(), 1, "{text}");
        }
    }

    #[test]
    fn demands_are_read() {
        for (text, label, expected) in [
            ("p95 latency < 250ms", "", "p95 latency < 250 ms"),
            ("No P0/P1 open issues for modules", "", "p0/p1 open issues <= 0"),
            ("scan complete (0 critical)", "", "critical <= 0"),
            ("secrets rotated within last 90 days or so", "", "secrets rotated <= 90 days"),
            ("spread within 2x baseline", "", "spread <= 2 x baseline"),
            ("Two consecutive 48h PASS validations", "", "validations >= 2 consecutive"),
            ("2+ approvals from engineers", "", "approvals from >= 2"),
            ("Critical violations: 0", "", "critical violations <= 0"),
            (
                "500 events/sec",
                "Minimum publish throughput",
                "publish throughput >= 500 events/sec",
            ),
            ("0.05 (5%)", "Maximum exception rate", "exception rate <= 0.05"),
            ("80 %", "Coverage", "coverage >= 80 %"),
            ("3", "Widgets", "widgets  3"),
            ("100% uptime during deploy", "Zero downtime", "zero downtime >= 100 %"),
            ("100% pass", "Integration tests", "failures <= 0"),
            ("100 % of tests pass (CI)", "E2E", "failures <= 0"),
            ("90% pass", "Integration tests", "integration tests  90 %"),
            ("`npx eslint . --max-warnings=0`", "", "warnings <= 0"),
            ("< 1 %", "Error Rate", "error rate < 1 %"),
            ("p95 latency must not exceed 500 ms", "", "p95 latency <= 500 ms"),
            ("lines never below 80 %", "", "lines >= 80 %"),
            ("no fewer than 4 tests run", "Unit tests", "tests run >= 4"),
            ("line coverage of 80 % or higher", "", "line coverage >= 80 %"),
            ("4 or more tests", "Unit tests", "tests >= 4"),
            ("lines 80 % or better", "Coverage", "lines >= 80 %"),
            ("p95 latency 500 ms or less", "", "p95 latency <= 500 ms"),
            ("95th percentile below 500 ms", "Load test", "p95 < 500 ms"),
            (
                "http_req_duration p(95) < 500 ms",
                "Load test",
                "http_req_duration p95 < 500 ms",
            ),
            ("p95 latency within 500 ms", "", "p95 latency <= 500 ms"),
            ("restored within the last month", "Drill", "restored <= 31 days"),
            ("no more than one skipped test", "Unit tests", "skipped test <= 1"),
            ("skips: 1 or fewer", "Unit tests", "skips <= 1"),
            ("line coverage 85 % minimum", "Coverage", "line coverage >= 85 %"),
            (
                "overall line coverage 85 % at least",
                "Coverage",
                "overall line coverage >= 85 %",
            ),
            ("at most two skipped", "Unit tests", "skipped <= 2"),
            ("at least ten tests", "Unit tests", "tests >= 10"),
            ("none critical", "Image scan", "critical <= 0"),
            ("no failed or skipped tests", "Unit tests", "failures <= 0"),
            ("threshold 80 % (lines)", "Coverage", "coverage >= 80 %"),
            ("floor 80 % lines", "Coverage", "coverage >= 80 %"),
            ("requires 80 % of lines", "Coverage", "coverage >= 80 %"),
            ("minimum line coverage 80 %", "", "line coverage >= 80 %"),
            ("threshold 500 ms", "p95 latency", "p95 latency <= 500 ms"),
            ("all 3 tests pass", "Unit tests", "tests >= 3"),
            ("3/3 pass", "Unit tests", "tests >= 3"),
            ("≤ 1 %", "Error rate (T+30 min)", "error rate <= 1 %"),
        ] {
            assert_eq!(read(text, label, Purpose::Demand), [expected], "{text}");
        }
    }

    #[test]
    fn breaches_are_read_with_their_duration_left_out() {
        for (text, expected) in [
            (
                "Error rate +2% over baseline for 10 minutes.",
                "error rate > 2 % over baseline",
            ),
            ("error rate > 1% for more than 5 minutes", "error rate > 1 %"),
            ("not ready for more than 5 minutes", "not ready > 5 minutes"),
            ("breach persists for 2 consecutive checks", "breach >= 2 consecutive"),
        ] {
            assert_eq!(read(text, "", Purpose::Breach), [expected], "{text}");
        }
    }

    #[test]
    fn other_numbers_bound_nothing() {
        for text in [
            "deploy to 5% of traffic",
            "Flow 1 and Flow 5",
            "no or few failures",
            "no direct force push",
            "no 500 seen yet, 5 consecutive minutes",
            "12:30 start",
            "runs on 3 replicas",
            "version 2.0+build",
            "at most two reviewers",
            "none open",
            "2/3 pass",
            "min 80",
            "alerts at (70%, 80%)",
            "Nov 25-30",
            "T+30",
        ] {
            assert_eq!(read(text, "", Purpose::Demand), Vec::<String>::new(), "{text}");
        }
        assert!(read("no errors", "", Purpose::Breach).is_empty());
    }
}
