//! Bounds that words make: "no P0 issues", "within the last 90 days", "more than one", "two consecutive", "max age 7 days".

use crate::parse::runbook::gates::figure::{Bound, Purpose, is_time, name_before, unit_behind};
use crate::parse::runbook::gates::words::{Placed, Words, is_unwanted};
use crate::parse::runbook::number::leading;

/// The bounds that words make: zero, within, more than one, in a row.
pub(super) fn worded(words: &Words<'_>, purpose: Purpose, found: &mut Vec<Bound>) {
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
