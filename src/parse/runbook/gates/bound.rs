//! Numbers that bound a metric: comparisons, zero, "within the last 90 days", "3+", "2x baseline", "two consecutive".

use std::ops::Range;

use crate::model::count::of_word;
use crate::model::runbook::Threshold;
use crate::parse::runbook::gates::denied::denied;
use crate::parse::runbook::gates::figure::{Bound, is_time, unit_behind};
use crate::parse::runbook::gates::labelled::labelled;
use crate::parse::runbook::gates::percentile::{with_percentile, without_brackets};
use crate::parse::runbook::gates::words::{Words, is_better_large, is_unwanted};
use crate::parse::runbook::number::leading;
use crate::parse::runbook::pairs::has_digit;
use crate::parse::runbook::structure::criterion::{clause, metric};
use crate::parse::runbook::structure::threshold::{compared, comparison as comparison_before};

/// What a number is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The release must meet it.
    Demand,
    /// The release is undone when it happens.
    Breach,
}

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
    of_words(words, purpose, &mut found);
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

/// The bounds that words make: zero, within, more than one, in a row.
fn of_words(words: &Words<'_>, purpose: Purpose, found: &mut Vec<Bound>) {
    let tokens = words.placed();
    for (at, (range, word)) in tokens.iter().enumerate() {
        if found.iter().any(|bound| bound.range.contains(&range.start)) {
            continue;
        }
        let bound = match *word {
            "no" | "zero" | "0" | "none" if purpose == Purpose::Demand => zero(words, &tokens, at),
            "within" => within(words, &tokens, at),
            "age" => aged(words, &tokens, at),
            _ => more(words, &tokens, at, purpose).or_else(|| in_a_row(words, &tokens, at)),
        };
        found.extend(bound);
    }
}

type Placed<'a> = (Range<usize>, &'a str);

/// "no P0/P1 open issues", "0 critical": none of what nobody wants.
fn zero(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (range, word) = &tokens[at];
    let behind = &words.lower[range.end..];
    // "0.5 %", "no or few failures", "0-30"
    if *word == "0"
        && (behind.starts_with(['.', '%', ':', '/', '+']) || words.lower[..range.start].ends_with(['.', ',', '+', '/']))
    {
        return None;
    }
    // "no failed or skipped tests", "0 failed, 0 skipped"
    let next = tokens.get(at + 1..).unwrap_or_default();
    let is_joined = matches!(next.get(1), Some((_, "or" | "and")));
    if let Some((range_of, "failed" | "failing")) = next.first().filter(|_| is_joined || *word == "0") {
        return Some(Bound {
            metric: "failures".to_owned(),
            comparison: "<=",
            value: "0".to_owned(),
            unit: String::new(),
            range: range.start..range_of.end,
        });
    }
    let mut last = None;
    for (range, word) in tokens.iter().skip(at + 1).take(7) {
        let between = &words.lower[tokens[at].0.end..range.start];
        if between.contains([',', ';', ':', '(', ')'])
            || matches!(*word, "or" | "longer" | "more" | "and" | "in" | "for" | "with" | "on")
        {
            break;
        }
        let is_noun = is_unwanted(word) && word.ends_with('s') && word.len() > 3;
        if is_unwanted(word) {
            last = Some(range.end);
        } else if last.is_some() && !matches!(*word, "open" | "severity" | "new" | "security" | "dependency") {
            // "no skipped critical specs" is about specs.
            last = None;
        }
        if is_noun {
            break;
        }
    }
    let end = last?;
    Some(Bound {
        metric: words.lower[range.end..end].split_whitespace().collect::<Vec<_>>().join(" "),
        comparison: "<=",
        value: "0".to_owned(),
        unit: String::new(),
        range: range.start..end,
    })
}

/// "within the last 90 days", "within 2x baseline".
fn within(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    if let Some(bound) = within_last(words, tokens, at) {
        return Some(bound);
    }
    let mut next = at + 1;
    while tokens
        .get(next)
        .is_some_and(|(_, word)| matches!(*word, "the" | "last" | "past" | "previous"))
    {
        next += 1;
    }
    let (range, _) = tokens.get(next)?;
    let value = leading(&words.text[range.start..])?;
    let (unit, end) = unit_behind(words.text, range.start + value.len());
    let behind = words.lower[end..].trim_start();
    let is_baseline = behind.starts_with("baseline") || behind.starts_with("of ");
    // "p95 latency within 500 ms" is about what stands in front of it.
    let is_short = unit == "ms" && !name_before(words, tokens[at].0.start).is_empty();
    let is_period = is_time(&unit) || is_short;
    if !(is_period || is_baseline && matches!(unit.as_str(), "x" | "%")) {
        return None;
    }
    let start = tokens[at].0.start;
    Some(Bound {
        metric: name_before(words, start),
        comparison: "<=",
        value: value.to_owned(),
        unit: if is_baseline { format!("{unit} baseline") } else { unit },
        range: start..end,
    })
}

/// "within the last month": one of a period that has no number.
fn within_last(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let mut behind = tokens.iter().skip(at + 1).skip_while(|(_, word)| *word == "the");
    let (_, last) = behind.next()?;
    let (range, period) = behind.next()?;
    let (value, unit) = match *period {
        "day" => ("1", "days"),
        "week" => ("7", "days"),
        "month" => ("31", "days"),
        "quarter" => ("92", "days"),
        "year" => ("366", "days"),
        _ => return None,
    };
    let start = tokens[at].0.start;
    matches!(*last, "last" | "past" | "previous").then(|| Bound {
        range: start..range.end,
        metric: name_before(words, start),
        comparison: "<=",
        value: value.to_owned(),
        unit: unit.to_owned(),
    })
}

/// "+2 % over baseline" and "2+ approvals".
fn more(words: &Words<'_>, tokens: &[Placed<'_>], at: usize, purpose: Purpose) -> Option<Bound> {
    let (range, _) = &tokens[at];
    let value = leading(&words.text[range.start..])?;
    let end = range.start + value.len();
    if words.lower[..range.start].ends_with('+') {
        let (unit, end) = unit_behind(words.text, end);
        let behind = words.lower[end..].trim_start();
        let is_more = ["over ", "above ", "vs", "from ", "compared", "relative"]
            .iter()
            .any(|word| behind.starts_with(word));
        let before = &words.lower[..range.start - 1];
        let start = range.start - 1;
        return (is_more && !before.ends_with(char::is_alphanumeric)).then(|| Bound {
            metric: name_before(words, start),
            comparison: if purpose == Purpose::Breach { ">" } else { "<=" },
            value: value.to_owned(),
            unit: format!("{unit} over baseline").trim_start().to_owned(),
            range: start..end,
        });
    }
    let is_free = !words.lower[..range.start].ends_with(['.', '-', '/', '+']);
    let is_plus = words.lower[end..].starts_with("+ ") && is_free;
    is_plus.then(|| Bound {
        metric: words.lower[end + 1..]
            .split(|char: char| !(char.is_alphanumeric() || matches!(char, ' ' | '-')))
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" "),
        comparison: ">=",
        value: value.to_owned(),
        unit: String::new(),
        range: range.start..end + 1,
    })
}

/// "two consecutive validations", "3 in a row".
fn in_a_row(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (range, word) = &tokens[at];
    let value = match *word {
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        word => leading(word).filter(|number| number.len() == word.len())?,
    };
    let (next, follows) = tokens.get(at + 1)?;
    let third = tokens.get(at + 2).map(|(_, word)| *word);
    let is_consecutive = matches!(*follows, "consecutive" | "successive") && !third.is_some_and(is_time);
    let is_row = *follows == "in" && third == Some("a") && tokens.get(at + 3).is_some_and(|(_, word)| *word == "row");
    if !is_consecutive && !is_row {
        return None;
    }
    let noun = tokens
        .iter()
        .skip(at + 2)
        .map(|(_, word)| *word)
        .find(|word| is_consecutive && word.ends_with('s') && !matches!(*word, "pass"))
        .unwrap_or_default();
    let before = name_before(words, range.start);
    Some(Bound {
        metric: if before.is_empty() { noun.to_owned() } else { before },
        comparison: ">=",
        value: value.to_owned(),
        unit: "consecutive".to_owned(),
        range: range.start..next.end,
    })
}

/// "max age 30 days".
fn aged(words: &Words<'_>, tokens: &[Placed<'_>], at: usize) -> Option<Bound> {
    let (before, word) = tokens.get(at.checked_sub(1)?)?;
    let (range, _) = tokens.get(at + 1)?;
    let value = leading(&words.text[range.start..])?;
    let (unit, end) = unit_behind(words.text, range.start + value.len());
    (matches!(*word, "max" | "maximum") && is_time(&unit)).then(|| Bound {
        metric: "age".to_owned(),
        comparison: "<=",
        value: value.to_owned(),
        unit,
        range: before.start..end,
    })
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

/// The words of a clause in front of an offset that name a metric.
fn name_before(words: &Words<'_>, at: usize) -> String {
    let start = words.lower[..at]
        .rfind([',', ';', '(', '\n', ':', '.'])
        .map_or(0, |before| before + 1);
    let name: Vec<&str> = words.lower[start..at]
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    let from = name.len().saturating_sub(5);
    let mut name = &name[from..];
    while name.first().is_some_and(|word| {
        matches!(
            *word,
            "verify" | "if" | "any" | "the" | "all" | "for" | "is" | "confirm" | "ensure"
        )
    }) {
        name = &name[1..];
    }
    while name
        .last()
        .is_some_and(|word| matches!(*word, "for" | "persists" | "is" | "are" | "be" | "stays" | "to" | "by"))
    {
        name = &name[..name.len() - 1];
    }
    name.join(" ").trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Purpose, bounds};
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
