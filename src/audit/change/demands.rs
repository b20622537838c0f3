//! Two demands of one gate, before and with a change: key by key, what asks for less than before.

use crate::model::gate::{Demand, Limit, Period};

/// A key of a demand that asks for less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Less {
    /// The key, as settings have it, with the metric behind a dot where there is one.
    pub(crate) key: String,
    /// What was asked for.
    pub(crate) before: String,
    /// What is asked for now; none when nothing is.
    pub(crate) now: Option<String>,
}

/// The keys that no bound of a text stands for: the words of a row decide them.
pub(crate) const OF_TIME: [&str; 4] = ["checks", "every", "tolerance", "window"];

/// What asks for less, sorted by key.
pub(crate) fn less(before: &Demand, now: &Demand) -> Vec<Less> {
    let mut found = Vec::new();
    counts(before, now, &mut found);
    periods(before, now, &mut found);
    figures(before, now, &mut found);
    names(before, now, &mut found);
    found.sort_by(|left, right| left.key.cmp(&right.key));
    found
}

#[allow(clippy::needless_pass_by_value, reason = "numbers and texts alike, as they are")]
fn push(found: &mut Vec<Less>, key: impl Into<String>, before: impl ToString, now: Option<String>) {
    found.push(Less {
        key: key.into(),
        before: before.to_string(),
        now,
    });
}

/// Counts. What an absent key stands for is part of the comparison: no errors may be, any number of skipped cases may.
fn counts(before: &Demand, now: &Demand, found: &mut Vec<Less>) {
    if now.min_tests.unwrap_or(1) < before.min_tests.unwrap_or(1) {
        push(
            found,
            "min-tests",
            before.min_tests.unwrap_or(1),
            now.min_tests.map(|count| count.to_string()),
        );
    }
    for (key, before, now, absent) in [
        ("max-skipped", before.max_skipped, now.max_skipped, u64::MAX),
        ("max-flaky", before.max_flaky, now.max_flaky, u64::MAX),
        ("max-errors", before.max_errors, now.max_errors, 0),
        // Without a limit any warning leaves the gate inconclusive, so that none may be.
        ("max-warnings", before.max_warnings, now.max_warnings, 0),
        ("breaches", before.breaches, now.breaches, 1),
    ] {
        if now.unwrap_or(absent) > before.unwrap_or(absent) {
            push(found, key, before.unwrap_or(absent), now.map(|count| count.to_string()));
        }
    }
    if let Some(limit) = before.security_severity_below
        && now.security_severity_below.is_none_or(|now| now > limit)
    {
        push(
            found,
            "security-severity-below",
            limit,
            now.security_severity_below.map(|now| now.to_string()),
        );
    }
    for (severity, most) in &before.max_findings {
        let next = now
            .max_findings
            .iter()
            .find(|(name, _)| name == severity)
            .map(|(_, most)| *most);
        if next.is_none_or(|next| next > *most) {
            push(
                found,
                format!("max-findings.{severity}"),
                most,
                next.map(|next| next.to_string()),
            );
        }
    }
}

fn periods(before: &Demand, now: &Demand, found: &mut Vec<Less>) {
    let told = |period: Option<Period>| period.map(|period| period.to_string());
    // Without an age evidence must be as young as the released commit, which asks for more than any age.
    if let Some(age) = now.max_age
        && before.max_age.is_none_or(|before| age > before)
    {
        let before = told(before.max_age).unwrap_or_else(|| "not older than the released commit".to_owned());
        push(found, "max-age", before, told(now.max_age));
    }
    if let Some(window) = before.window
        && now.window.is_none_or(|now| now < window)
    {
        push(found, "window", window, told(now.window));
    }
    for (key, before, now) in [
        ("every", before.every, now.every),
        ("tolerance", before.tolerance, now.tolerance),
    ] {
        if let Some(length) = before {
            let is_less = match now {
                Some(now) => now > length,
                None => key == "every",
            };
            if is_less {
                push(found, key, length, told(now));
            }
        }
    }
    let gone: Vec<String> = before
        .checks
        .iter()
        .filter(|moment| !now.checks.contains(moment))
        .map(|moment| format!("T+{}m", moment / 60))
        .collect();
    // A moment that only moved is still looked at.
    if !gone.is_empty() && now.checks.len() < before.checks.len() {
        let left = (!now.checks.is_empty()).then(|| format!("{} of {} moments", now.checks.len(), before.checks.len()));
        push(found, "checks", gone.join(", "), left);
    }
}

fn figures(before: &Demand, now: &Demand, found: &mut Vec<Less>) {
    let lists = [
        ("at-least", &before.at_least, &now.at_least),
        ("at-most", &before.at_most, &now.at_most),
    ];
    for (key, before, now) in lists {
        for (metric, bound) in before {
            let next = now.iter().find(|(name, _)| name == metric).map(|(_, bound)| *bound);
            let is_less = next.is_none_or(|next| if key == "at-least" { next < *bound } else { next > *bound });
            if is_less {
                push(found, format!("{key}.{metric}"), bound, next.map(|next| next.to_string()));
            }
        }
    }
    for limit in &before.limits {
        let held = |other: &&Limit| other.metric == limit.metric && other.sign.is_upward() == limit.sign.is_upward();
        let is_met = |other: &Limit| {
            other.unit == limit.unit
                && if limit.sign.is_upward() {
                    other.value >= limit.value
                } else {
                    other.value <= limit.value
                }
        };
        let told = |limit: &Limit| {
            format!("{} {} {}", limit.sign.words(), limit.value, limit.unit)
                .trim()
                .to_owned()
        };
        let next = now.limits.iter().find(held);
        if next.is_none_or(|next| next.unit == limit.unit && !is_met(next)) {
            push(found, limit.metric.clone(), told(limit), next.map(told));
        }
    }
}

fn names(before: &Demand, now: &Demand, found: &mut Vec<Less>) {
    let lists = [
        ("format", &before.formats, &now.formats),
        ("required", &before.required, &now.required),
        ("roles", &before.roles, &now.roles),
    ];
    for (key, before, now) in lists {
        let gone: Vec<&str> = before
            .iter()
            .filter(|name| !now.iter().any(|other| other.eq_ignore_ascii_case(name)))
            .map(String::as_str)
            .collect();
        if !gone.is_empty() && (now.len() < before.len() || gone.len() == before.len()) {
            let left = (!now.is_empty()).then(|| now.join(", "));
            push(found, key, gone.join(", "), left);
        }
    }
    for (fact, value) in &before.expect {
        let next = now
            .expect
            .iter()
            .find(|(name, _)| name == fact)
            .map(|(_, value)| value.clone());
        // Another value of what must be exactly so is another demand, and somebody should see it.
        if next.as_ref() != Some(value) {
            push(found, format!("expect.{fact}"), value, next);
        }
    }
    for (key, before, now) in [
        ("format", &before.format, &now.format),
        ("subject", &before.subject, &now.subject),
        ("tool", &before.tool, &now.tool),
    ] {
        if let (Some(wanted), None) = (before, now) {
            push(found, key, wanted, None);
        }
    }
    // A gate with a condition asks for less than one without, and the less the fewer paths set it off.
    let gone: Vec<&str> = before
        .when
        .iter()
        .filter(|glob| !now.when.contains(glob))
        .map(String::as_str)
        .collect();
    if before.when.is_empty() && !now.when.is_empty() {
        push(
            found,
            "when",
            "always",
            Some(format!("only where `{}` changed", now.when.join("`, `"))),
        );
    } else if !now.when.is_empty() && !gone.is_empty() && now.when.len() < before.when.len() {
        push(found, "when", gone.join(", "), Some(now.when.join(", ")));
    }
}

#[cfg(test)]
mod tests {
    use super::less;
    use crate::config::gate::gate;
    use crate::config::read::read;
    use crate::model::gate::Demand;

    fn demand(keys: &str) -> Demand {
        let text = format!("[[gates]]\nid = \"g\"\n{keys}\n");
        let config = read(&text, "runproof.toml", &[]).expect("it reads");
        gate(&config.gates[0]).demand
    }

    fn told(before: &str, now: &str) -> Vec<String> {
        let found = less(&demand(before), &demand(now)).into_iter();
        found
            .map(|less| {
                format!(
                    "{}: {} -> {}",
                    less.key,
                    less.before,
                    less.now.as_deref().unwrap_or("nothing")
                )
            })
            .collect()
    }

    #[test]
    fn every_key_that_asks_for_less_is_told() {
        for (before, now, expected) in [
            (
                "at-least = { lines = 80 }",
                "at-least = { lines = 60 }",
                "at-least.lines: 80 -> 60",
            ),
            ("at-least = { lines = 80 }", "", "at-least.lines: 80 -> nothing"),
            (
                "at-most = { errors = 1 }", "at-most = { errors = 5 }", "at-most.errors: 1 -> 5",
            ),
            ("min-tests = 500", "min-tests = 5", "min-tests: 500 -> 5"),
            ("min-tests = 500", "", "min-tests: 500 -> nothing"),
            ("max-skipped = 2", "", "max-skipped: 2 -> nothing"),
            ("max-flaky = 2", "max-flaky = 3", "max-flaky: 2 -> 3"),
            ("", "max-errors = 1", "max-errors: 0 -> 1"),
            ("", "max-warnings = 9", "max-warnings: 0 -> 9"),
            (
                "max-findings = { high = 0 }",
                "max-findings = { high = 2 }",
                "max-findings.high: 0 -> 2",
            ),
            (
                "security-severity-below = 7",
                "security-severity-below = 9",
                "security-severity-below: 7 -> 9",
            ),
            (
                "required = [\"ios\", \"web\"]",
                "required = [\"web\"]",
                "required: ios -> web",
            ),
            ("roles = [\"lead\"]", "", "roles: lead -> nothing"),
            ("max-age = \"7 days\"", "max-age = \"90 days\"", "max-age: 7 days -> 90 days"),
            (
                "",
                "max-age = \"1 h\"",
                "max-age: not older than the released commit -> 1 hour",
            ),
            ("window = \"24 h\"", "window = \"2 h\"", "window: 1 day -> 2 hours"),
            ("every = \"15 min\"", "", "every: 15 minutes -> nothing"),
            ("breaches = 2", "breaches = 5", "breaches: 2 -> 5"),
            (
                "checks = [\"0\", \"15m\"]",
                "checks = [\"0\"]",
                "checks: T+15m -> 1 of 2 moments",
            ),
            (
                "expect = { pending = 0 }", "expect = { pending = 5 }", "expect.pending: 0 -> 5",
            ),
            ("tool = \"trivy\"", "", "tool: trivy -> nothing"),
            ("", "when = [\"src/**\"]", "when: always -> only where `src/**` changed"),
        ] {
            assert_eq!(told(before, now), [expected], "{before} -> {now}");
        }
    }

    #[test]
    fn tightening_and_moving_is_not_told() {
        for (before, now) in [
            ("at-least = { lines = 60 }", "at-least = { lines = 80 }"),
            ("", "at-least = { lines = 80 }"),
            ("max-age = \"7 days\"", ""),
            ("required = [\"ios\", \"web\"]", "required = [\"web\", \"ios\", \"android\"]"),
            ("required = [\"ios\", \"web\"]", "required = [\"iOS\", \"web app\"]"),
            ("checks = [\"0\", \"15m\"]", "checks = [\"0\", \"20m\"]"),
            ("max-warnings = 3", ""),
            ("when = [\"src/**\"]", ""),
            ("breaches = 5", "breaches = 2"),
            ("window = \"2 h\"", "window = \"120 min\""),
            ("tool = \"trivy\"", "tool = \"grype\""),
            ("title = \"A\"", "title = \"B\""),
        ] {
            assert_eq!(told(before, now), [""; 0], "{before} -> {now}");
        }
    }
}
