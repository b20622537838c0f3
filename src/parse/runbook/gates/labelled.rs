//! Numbers that stand alone in a cell or behind a name: what they bound, and from which side, the name of the row tells.

use crate::parse::runbook::gates::figure::{Bound, unit_behind};
use crate::parse::runbook::gates::words::{Words, is_better_large, is_unwanted};
use crate::parse::runbook::number::leading;

/// Reads words that are such numbers, in the first form that they have.
pub(super) fn labelled(words: &Words<'_>, label: &str, found: &mut Vec<Bound>) {
    if !of_labels(words, label, found)
        && !of_all(words, found)
        && !of_count(words, found)
        && !of_range(words, label, found)
        && !of_shares(words, label, found)
        && !of_extreme(words, found)
        && !of_extreme_behind(words, found)
    {
        of_label(words, label, found);
    }
}

/// "critical: 0; high: 0": several names with a number each, and nothing else. Whether that is what stands there.
fn of_labels(words: &Words<'_>, label: &str, found: &mut Vec<Bound>) -> bool {
    let mut bounds = Vec::new();
    let mut at = 0;
    let mut parts = 0;
    for part in words.text.split_inclusive([';', ',', '\n']) {
        let start = at;
        at += part.len();
        let inner = part.trim_end_matches([';', ',', '\n', ' ', '.']);
        if inner.trim().is_empty() {
            continue;
        }
        parts += 1;
        let Some((name, rest)) = inner.split_once(':') else {
            return false;
        };
        let name = name.trim();
        let lead = rest.len() - rest.trim_start().len();
        let Some(value) = leading(&rest[lead..]) else { return false };
        let (unit, end) = unit_behind(rest, lead + value.len());
        let is_name =
            name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        if !is_name || !rest[end..].trim().is_empty() {
            return false;
        }
        let name = name.to_lowercase();
        let is_unwanted_name = name.split_whitespace().any(is_unwanted);
        let comparison = direction(&name)
            .or(is_unwanted_name.then_some("<="))
            .or_else(|| direction(label))
            .unwrap_or(if value == "0" { "<=" } else { "" });
        let from = start + part.find(':').unwrap_or_default() + 1 + lead;
        bounds.push(Bound {
            metric: without_direction(&name),
            comparison,
            value: value.to_owned(),
            unit,
            range: from..from - lead + end,
        });
    }
    if parts < 2 {
        return false;
    }
    found.append(&mut bounds);
    true
}

/// "100 % pass", "100 % of tests pass": none fails. Whether that is what stands there.
fn of_all(words: &Words<'_>, found: &mut Vec<Bound>) -> bool {
    const PASSING: &[&str] = &["green", "pass", "passed", "passes", "passing", "success", "successful"];
    let lead = words.text.len() - words.text.trim_start_matches([' ', '`', '*']).len();
    let is_all = leading(&words.text[lead..]) == Some("100");
    let (unit, end) = unit_behind(words.text, lead + 3 * usize::from(is_all));
    let behind = words.lower[end..].split([',', ';', '.', '(']).next().unwrap_or_default();
    let last = behind.split_whitespace().take(6).last().unwrap_or_default();
    let is_met = is_all && unit == "%" && PASSING.contains(&last.trim_matches(['`', '*']));
    if is_met {
        found.push(Bound {
            metric: "failures".to_owned(),
            comparison: "<=",
            value: "0".to_owned(),
            unit: String::new(),
            range: lead..end + behind.trim_end().len(),
        });
    }
    is_met
}

/// "all 3 tests pass", "3/3 pass": so many must have run. Whether that is what stands there.
fn of_count(words: &Words<'_>, found: &mut Vec<Bound>) -> bool {
    let text = words.lower.trim_end_matches([' ', '.']);
    let lead = text.len() - text.trim_start().len();
    let lead = lead + if text[lead..].starts_with("all ") { 4 } else { 0 };
    let Some(value) = leading(&text[lead..]).filter(|value| value.bytes().all(|byte| byte.is_ascii_digit())) else {
        return false;
    };
    let end = lead + value.len();
    let (of_all, end) = match text[end..].strip_prefix('/').and_then(leading) {
        Some(whole) if whole == value => (true, end + 1 + whole.len()),
        Some(_) => return false,
        None => (false, end),
    };
    let behind: Vec<&str> = text[end..].split_whitespace().collect();
    let is_pass = |word: &str| matches!(word, "pass" | "passed" | "passing" | "green");
    let is_met = match behind.as_slice() {
        [only] => of_all && is_pass(only),
        [noun, last] | ["test" | "unit", noun, last] => matches!(*noun, "tests" | "cases" | "specs") && is_pass(last),
        _ => false,
    };
    if is_met {
        found.push(Bound {
            metric: "tests".to_owned(),
            comparison: ">=",
            value: value.to_owned(),
            unit: String::new(),
            range: lead..end,
        });
    }
    is_met
}

/// "80 % lines and 50 % branches", "80 % (lines), 50 % (branches)": several shares, each with what it is of. Whether that is what stands
/// there.
fn of_shares(words: &Words<'_>, label: &str, found: &mut Vec<Bound>) -> bool {
    let mut bounds = Vec::new();
    let mut at = 0;
    let flat = words.lower.replace(" and ", ",    ").replace(" & ", ",  ");
    for part in flat.split_inclusive([',', ';']) {
        let start = at + part.len() - part.trim_start().len();
        at += part.len();
        let inner = part.trim().trim_end_matches([',', ';', '.', ' ']);
        if inner.is_empty() {
            continue;
        }
        let Some(value) = leading(inner) else { return false };
        let (unit, end) = unit_behind(inner, value.len());
        let name: Vec<&str> = inner[end..]
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
            .filter(|word| !matches!(*word, "" | "for" | "of" | "the"))
            .collect();
        let is_name = (1..=2).contains(&name.len()) && name.iter().all(|word| word.chars().all(char::is_alphabetic));
        let name = name.join(" ");
        let Some(comparison) = direction(&name)
            .or_else(|| direction(label))
            .filter(|_| is_name && unit == "%")
        else {
            return false;
        };
        bounds.push(Bound {
            metric: name,
            comparison,
            value: value.to_owned(),
            unit,
            range: start..start + end,
        });
    }
    if bounds.len() < 2 {
        return false;
    }
    found.append(&mut bounds);
    true
}

/// "minimum line coverage 80 %": what is measured stands between the word and the number. Whether that is what stands there.
fn of_extreme(words: &Words<'_>, found: &mut Vec<Bound>) -> bool {
    let text = words.lower.trim_end_matches([' ', '.']);
    let sides = [("minimum ", ">="), ("maximum ", "<="), ("min ", ">="), ("max ", "<=")];
    let Some((rest, comparison)) = sides.iter().find_map(|(word, sign)| Some((text.strip_prefix(word)?, *sign))) else {
        return false;
    };
    let Some((name, last)) = rest.find(|c: char| c.is_ascii_digit()).map(|at| rest.split_at(at)) else {
        return false;
    };
    let Some(value) = leading(last) else { return false };
    let (unit, end) = unit_behind(last, value.len());
    let name = name.trim();
    let is_name = name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-')) && (1..=4).contains(&name.split(' ').count());
    if name.is_empty() || !is_name || !last[end..].is_empty() || unit.is_empty() {
        return false;
    }
    let start = text.len() - last.len();
    found.push(Bound {
        metric: name.to_owned(),
        comparison,
        value: value.to_owned(),
        unit,
        range: start..start + end,
    });
    true
}

/// "line coverage 85 % minimum": the word stands behind the number. Whether that is what stands there.
fn of_extreme_behind(words: &Words<'_>, found: &mut Vec<Bound>) -> bool {
    let text = words.lower.trim_end_matches([' ', '.']);
    let sides = [
        (" minimum", ">="),
        (" at least", ">="),
        (" min", ">="),
        (" maximum", "<="),
        (" at most", "<="),
        (" max", "<="),
    ];
    let Some((rest, comparison)) = sides.iter().find_map(|(word, sign)| Some((text.strip_suffix(word)?, *sign))) else {
        return false;
    };
    let Some((name, last)) = rest.find(|c: char| c.is_ascii_digit()).map(|at| rest.split_at(at)) else {
        return false;
    };
    let Some(value) = leading(last) else { return false };
    let (unit, end) = unit_behind(last, value.len());
    let name_at = name.len();
    let name = name.trim().trim_end_matches(':').trim_end();
    let is_name = name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-')) && (1..=4).contains(&name.split(' ').count());
    if name.is_empty() || !is_name || !last[end..].is_empty() || unit.is_empty() {
        return false;
    }
    found.push(Bound {
        metric: name.to_owned(),
        comparison,
        value: value.to_owned(),
        unit,
        range: name_at..name_at + end,
    });
    true
}

/// Words in front of a number that only say that it is asked for, and which side of it where they tell.
const LEADS: [(&str, Option<&str>); 9] = [
    ("cap ", Some("<=")),
    ("ceiling ", Some("<=")),
    ("floor ", Some(">=")),
    ("min ", Some(">=")),
    ("needs ", None),
    ("required ", None),
    ("requires ", None),
    ("target ", None),
    ("threshold ", None),
];

/// "40-70 %", "between 200 and 400 ms": a cell that is two numbers, which bound the label from both sides. Whether that is what stands
/// there. A range of minutes or days says how long something takes.
fn of_range(words: &Words<'_>, label: &str, found: &mut Vec<Bound>) -> bool {
    let start = words.text.len() - words.text.trim_start_matches([' ', '`', '*']).len();
    let from = start + if words.lower[start..].starts_with("between ") { 8 } else { 0 };
    let Some(least) = leading(&words.text[from..]).filter(|_| !label.is_empty()) else {
        return false;
    };
    let (first_unit, first_end) = unit_behind(words.text, from + least.len());
    let between = &words.lower[first_end..];
    let joint = [" and ", " to ", "-", "–", "—", " - ", " – ", " — "]
        .iter()
        .filter(|joint| between.starts_with(**joint))
        .map(|joint| joint.len())
        .max();
    let Some(second) = joint.map(|joint| first_end + joint) else {
        return false;
    };
    let Some(most) = leading(&words.text[second..]) else {
        return false;
    };
    let (unit, end) = unit_behind(words.text, second + most.len());
    let is_whole = words.text[end..].trim_matches([' ', '`', '*', '.']).is_empty();
    let is_of_one = first_unit.is_empty() || first_unit == unit;
    let is_rising = matches!((least.parse::<f64>(), most.parse::<f64>()), (Ok(least), Ok(most)) if least < most);
    if !is_whole || !is_of_one || !is_rising || !matches!(unit.as_str(), "%" | "percent" | "ms") {
        return false;
    }
    let metric = without_direction(&label.to_lowercase());
    for (comparison, value, range) in [(">=", least, start..first_end), ("<=", most, second..end)] {
        found.push(Bound {
            metric: metric.clone(),
            comparison,
            value: value.to_owned(),
            unit: unit.clone(),
            range,
        });
    }
    true
}

/// "Critical violations: 0", "Threshold: 80 % for lines", and a cell that is a number: the direction is that of the metric.
fn of_label(words: &Words<'_>, label: &str, found: &mut Vec<Bound>) {
    let colon = words.text.find(':').filter(|colon| *colon <= 60);
    let (name, start) = match colon {
        Some(colon) => (&words.text[..colon], colon + 1),
        None if label.is_empty() => return,
        None => ("", 0),
    };
    let lower = words.lower[start..].trim_start();
    let lead_word = LEADS.iter().find(|(word, _)| colon.is_none() && lower.starts_with(word));
    let start = lead_word.map_or(start, |(word, _)| words.lower.len() - lower.len() + word.len());
    let rest = &words.text[start..];
    let lead = rest.len() - rest.trim_start_matches([' ', '\n', '`', '*', '$', '~', '≈']).len();
    if rest[..lead].contains(['~', '≈']) {
        return;
    }
    let Some(value) = leading(&rest[lead..]) else {
        return;
    };
    let value_end = start + lead + value.len();
    let (unit, end) = unit_behind(words.text, value_end);
    // "80ish", "80-ish"
    if words.text[end..].starts_with(char::is_alphanumeric) {
        return;
    }
    let behind = words.lower[end..].trim_start();
    let is_whole = behind.is_empty()
        || behind.starts_with(['(', ',', ';', '.', '✅'])
        || !unit.is_empty()
        || colon.is_none() && !behind.starts_with(['-', '–', '/', ':']);
    if !is_whole || behind.starts_with(['-', '–', ':', '/']) {
        return;
    }
    let name = name.trim().to_lowercase();
    let is_generic = matches!(
        name.as_str(),
        "" | "threshold" | "thresholds" | "target" | "limit" | "minimum" | "maximum" | "requirement" | "demand"
    );
    // "Day 31-60: 3x weekly review", "Phase 2: 10 %"
    let is_count = ["day", "week", "phase", "step", "time", "date", "version", "window", "port"]
        .iter()
        .any(|word| name.starts_with(word));
    let is_fact = matches!(
        name.as_str(),
        "status" | "result" | "exit code" | "score" | "error" | "total" | "count" | "duration" | "weight" | "id" | "episodes"
    );
    if is_count || is_fact || unit == "x" || colon.is_some() && is_generic && label.is_empty() {
        return;
    }
    let metric = if is_generic { label.to_lowercase() } else { name.clone() };
    // Nothing is more than all of it, and nothing less than none.
    let told = lead_word.and_then(|(_, side)| *side);
    // A bare number behind a word is no bound of anything.
    if lead_word.is_some() && unit.is_empty() {
        return;
    }
    let comparison = told
        .or_else(|| direction(&name))
        .or_else(|| direction(label))
        .unwrap_or(match value {
            "0" => "<=",
            "100" if unit == "%" => ">=",
            _ => "",
        });
    found.push(Bound {
        metric: without_direction(&metric),
        comparison,
        value: value.to_owned(),
        unit,
        range: start + lead..end,
    });
}

/// The sign that a name asks for: "Minimum publish throughput", "Coverage", "Error rate".
fn direction(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let has = |words: &[&str]| {
        name.split(|char: char| !char.is_alphanumeric())
            .any(|word| words.contains(&word))
    };
    if has(&["minimum", "min", "least"]) {
        return Some(">=");
    }
    if has(&["maximum", "max", "most"]) {
        return Some("<=");
    }
    is_better_large(&name).map(|is_large| if is_large { ">=" } else { "<=" })
}

/// A metric without "minimum" and "maximum" in front.
pub(super) fn without_direction(metric: &str) -> String {
    let trimmed = metric.trim();
    ["minimum ", "maximum ", "min ", "max "]
        .iter()
        .find_map(|word| trimmed.strip_prefix(word))
        .unwrap_or(trimmed)
        .to_owned()
}
