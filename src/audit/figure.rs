//! Figures and their names: how a bound finds the figure that it is about, and how the two compare.

/// The number that a text is: `1,000`, `0.92`, `70,0`. A comma before three digits stands between thousands; before another number of digits,
/// or behind a lone zero, it can only be a decimal one. What is neither is no number that anybody can tell.
pub(crate) fn number(text: &str) -> Option<f64> {
    if let Some(decimal) = with_decimal_comma(text.trim()) {
        return decimal.parse().ok().filter(|number: &f64| number.is_finite());
    }
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if part.contains(',') {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().trim_start_matches(['-', '+']);
    let is_grouped = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let is_group = |group: &str| is_grouped && group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    if !groups.all(is_group) {
        return None;
    }
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '\u{a0}')).collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number whose only comma is a decimal one, with a dot in its place.
fn with_decimal_comma(text: &str) -> Option<String> {
    let (whole, part) = text.split_once(',')?;
    let digits = whole.trim_start_matches(['-', '+']);
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_decimal = part.len() != 3 || digits == "0";
    (is_decimal && are_digits(digits) && are_digits(part)).then(|| format!("{whole}.{part}"))
}

/// The words of a name in lower case: `http_req_duration p(95)` is `http`, `req`, `duration`, `p95`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let name: String = name.to_lowercase().replace(['(', ')'], "");
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '.');
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Words that make another figure of a figure: what it is compared with, what it was, what it is not, how far it spreads. Sorted.
const ANOTHER: &[&str] = &[
    "baseline", "before", "bucket", "budget", "chance", "change", "control", "delta", "deviation", "diff", "difference",
    "expected", "forecast", "gap", "goal", "ideal", "improvement", "inverse", "limit", "minus", "naive", "non", "not",
    "objective", "old", "previous", "prior", "random", "reference", "remaining", "sample", "samples", "slo", "std", "stddev",
    "stderr", "stdev", "target", "threshold", "train", "trained", "training", "variance", "weight",
];

/// Whether a figure is the one that a bound names: all of its words stand in the name of the figure or of what it is a figure of, in any
/// order, and no further word makes another figure of it. `p95` is `http_req_duration p(95)`, and `error rate` is `error_rate`; `accuracy`
/// is neither `accuracy-train` nor `non-accuracy`.
pub(crate) fn is_named(figure: &str, of: &str, wanted: &str) -> bool {
    let (figure, of, wanted) = (words(figure), words(of), words(wanted));
    let is_another = |word: &&String| !wanted.contains(word) && ANOTHER.binary_search(&word.as_str()).is_ok();
    !wanted.is_empty()
        && wanted.iter().all(|word| figure.contains(word) || of.contains(word))
        && !figure.iter().any(|word| is_another(&word))
}

/// Whether the name of a figure has the words that a bound names, and no other. Where such a figure is there, no longer name is meant.
pub(crate) fn is_exactly(figure: &str, wanted: &str) -> bool {
    let sorted = |name: &str| {
        let mut words = words(name);
        words.sort();
        words.dedup();
        words
    };
    sorted(figure) == sorted(wanted)
}

/// The unit that the name of a figure ends with, as the conventions of metrics have it: `latency_seconds`, `error_ratio`, `latency (ms)`. What
/// a counter or a statistic puts behind it is left out. Empty where the name has none.
pub(crate) fn unit_in(name: &str) -> &'static str {
    let in_brackets = name
        .trim_end()
        .strip_suffix([')', ']'])
        .and_then(|rest| rest.rsplit_once(['(', '[']))
        .map(|(_, unit)| unit.trim().to_lowercase());
    let words = words(name);
    let is_behind = |word: &&String| {
        matches!(word.as_str(), "total" | "sum" | "max" | "min" | "avg" | "mean" | "median") || is_percentile(word)
    };
    let last = words.iter().rev().find(|word| !is_behind(word));
    // A bare letter is a unit in brackets only.
    let short = in_brackets.as_deref().filter(|unit| matches!(*unit, "s" | "h" | "%" | "ms"));
    match short.or(last.map(String::as_str)).unwrap_or_default() {
        "seconds" | "secs" | "sec" | "s" if short == Some("s") || words.len() > 1 => "s",
        "milliseconds" | "millis" | "ms" if words.len() > 1 || short.is_some() => "ms",
        "minutes" | "mins" if words.len() > 1 => "min",
        "hours" | "h" if words.len() > 1 && (short == Some("h") || last.is_some_and(|last| last == "hours")) => "h",
        "ratio" | "fraction" if words.len() > 1 => "ratio",
        "percent" | "percentage" | "pct" | "%" if words.len() > 1 || short.is_some() => "%",
        _ => "",
    }
}

/// Whether a word is a percentile: `p95`.
fn is_percentile(word: &str) -> bool {
    word.strip_prefix('p')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// A figure in the unit of its bound; none where the two are of different kinds. A figure or a bound without a unit is in that of the
/// other.
pub(crate) fn scaled(value: f64, unit: &str, wanted: &str) -> Option<f64> {
    let (Some((own, kind)), Some((other, wanted))) = (of_unit(unit), of_unit(wanted)) else {
        return Some(value);
    };
    (kind == wanted).then(|| value * own / other)
}

/// Whether a bound without a unit can be meant for figures of a unit: a share never reaches 1, so that `at most 1` of shares is a percentage
/// whose sign was forgotten, or asks for nothing.
pub(crate) fn is_share_under(unit: &str, wanted: &str, bound: f64) -> bool {
    let is_share = of_unit(unit).is_some_and(|(factor, kind)| kind == "share" && factor >= 1.0);
    is_share && of_unit(wanted).is_none() && bound >= 1.0
}

/// How many of the smallest unit of its kind a unit is, and the kind; none without a unit.
fn of_unit(unit: &str) -> Option<(f64, String)> {
    let unit = unit.trim().to_lowercase();
    // "% of interactions" is a share.
    let first = unit.split_whitespace().next()?;
    let (factor, kind) = match first {
        "ms" | "millis" | "millisecond" | "milliseconds" => (1.0, "time"),
        "s" | "sec" | "secs" | "second" | "seconds" => (1_000.0, "time"),
        "m" | "min" | "mins" | "minute" | "minutes" => (60_000.0, "time"),
        "h" | "hour" | "hours" => (3_600_000.0, "time"),
        "d" | "day" | "days" => (86_400_000.0, "time"),
        "%" | "percent" => (0.01, "share"),
        "ratio" | "fraction" => (1.0, "share"),
        "kb" => (1e3, "bytes"),
        "mb" => (1e6, "bytes"),
        "gb" => (1e9, "bytes"),
        other => return Some((1.0, other.to_owned())),
    };
    Some((factor, kind.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{ANOTHER, is_exactly, is_named, number, scaled, unit_in};

    #[test]
    fn a_longer_name_may_be_that_of_another_figure() {
        assert!(ANOTHER.is_sorted());
        for (figure, wanted, expected) in [
            ("accuracy", "accuracy", true),
            ("checkout accuracy", "accuracy", true),
            ("accuracy (validation)", "accuracy", true),
            ("http_errors_total", "errors", true),
            ("accuracy-train", "accuracy", false),
            ("accuracy-train", "accuracy train", true),
            ("non-accuracy", "accuracy", false),
            ("accuracy baseline", "accuracy", false),
            ("error-rate target", "error-rate", false),
            ("error budget", "error budget", true),
        ] {
            assert_eq!(is_named(figure, "", wanted), expected, "{figure} {wanted}");
        }
        assert!(is_exactly("error_rate", "error-rate") && !is_exactly("checkout error rate", "error rate"));
    }

    #[test]
    fn names_may_end_with_their_unit() {
        for (name, unit) in [
            ("latency_seconds", "s"),
            ("http_request_duration_seconds_sum", "s"),
            ("latency_seconds p95", "s"),
            ("latency (s)", "s"),
            ("latency_ms", "ms"),
            ("error_ratio", "ratio"),
            ("cpu percent", "%"),
            ("error rate", ""),
            ("latency_seconds_count", ""),
            ("s", ""),
            ("ratio", ""),
            ("tests", ""),
            ("items (a)", ""),
        ] {
            assert_eq!(unit_in(name), unit, "{name}");
        }
    }

    #[test]
    fn names_and_units_find_each_other() {
        assert!(is_named("http_req_duration p(95)", "", "p95") && is_named("error_rate", "", "error rate"));
        assert!(is_named("error_rate", "region=\"eu\"", "error rate eu") && is_named("up", "target=\"a\"", "up"));
        assert!(!is_named("error_rate", "", "error budget") && !is_named("p95", "", ""));
        assert_eq!(number("1,000"), Some(1_000.0));
        assert_eq!((number("-1,234,567.5"), number(" 12 ")), (Some(-1_234_567.5), Some(12.0)));
        for (text, value) in [
            ("0,92", 0.92),
            ("70,0", 70.0),
            ("80,5", 80.5),
            ("0,123", 0.123),
            ("-1,25", -1.25),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["many", "1,,000", "1,", ",5", "12,5,0", "0,1,000", "1.000,5"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(number("inf"), None);
        for (value, unit, wanted, expected) in [
            (0.5, "s", "ms", Some(500.0)),
            (1.0, "%", "ratio", Some(0.01)),
            (3.0, "", "ms", Some(3.0)),
            (3.0, "jobs", "", Some(3.0)),
            (3.0, "jobs", "ms", None),
            (0.2, "% of interactions", "%", Some(0.2)),
        ] {
            assert_eq!(scaled(value, unit, wanted), expected, "{value} {unit} {wanted}");
        }
    }
}
