//! Two demands of one gate: what either asks for is asked for, and where both ask for the same thing the stricter counts.

use crate::audit::asked::name;
use crate::model::gate::{Demand, Limit};
use crate::tools::family;

/// A key for which two demands differ.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// The key, as settings have it.
    pub(super) key: &'static str,
    /// What the second asks for.
    pub(super) said: String,
    /// What the first asks for.
    pub(super) held: String,
}

/// Takes over what a text asks for where it asks for more, and tells the keys for which the two differ.
pub(super) fn take_stricter(held: &mut Demand, text: &Demand) -> Vec<Difference> {
    let mut differs = Vec::new();
    counts(held, text, &mut differs);
    periods(held, text, &mut differs);
    figures(held, text, &mut differs);
    lists(held, text, &mut differs);
    format(held, text, &mut differs);
    named("tool", &mut held.tool, text.tool.as_ref(), &mut differs);
    held.required.extend(
        text.required
            .iter()
            .filter(|name| !held.required.contains(name))
            .cloned()
            .collect::<Vec<_>>(),
    );
    for name in &text.spoken {
        if !held.spoken.contains(name) {
            held.spoken.push(name.clone());
        }
    }
    for workflow in &text.workflows {
        if !held.workflows.contains(workflow) {
            held.workflows.push(workflow.clone());
        }
    }
    for named in &text.named {
        if !held.named.contains(named) {
            held.named.push(named.clone());
        }
    }
    if held.files.is_empty() {
        held.files.clone_from(&text.files);
    }
    held.unread.extend(text.unread.iter().cloned());
    held.said.extend(text.said.iter().cloned());
    differs
}

/// Takes a name over where none is held; neither of two is the stricter, so the first stays and the other is told.
fn named(key: &'static str, held: &mut Option<String>, said: Option<&String>, differs: &mut Vec<Difference>) {
    match (held.as_ref(), said) {
        (Some(own), Some(said)) if !own.eq_ignore_ascii_case(said) => differs.push(Difference {
            key,
            said: said.clone(),
            held: own.clone(),
        }),
        (None, Some(said)) => *held = Some(said.clone()),
        _ => {}
    }
}

/// Takes the format over: of a family and one of its formats the format is the stricter, and nothing differs.
fn format(held: &mut Demand, text: &Demand, differs: &mut Vec<Difference>) {
    let is_of = |own: &Option<String>, wanted: &Option<String>| {
        own.as_deref()
            .zip(wanted.as_deref())
            .is_some_and(|(own, wanted)| family::is_of(own, wanted))
    };
    if is_of(&text.format, &held.format) {
        held.format.clone_from(&text.format);
    } else if !is_of(&held.format, &text.format) {
        named("format", &mut held.format, text.format.as_ref(), differs);
    }
    for family in &text.formats {
        if !held.formats.contains(family) {
            held.formats.push(family.clone());
        }
    }
}

/// Takes one key over: the better of both, and whether they differ.
fn one<T: Copy + PartialEq + ToString>(
    key: &'static str,
    held: &mut Option<T>,
    said: Option<T>,
    stricter: impl Fn(T, T) -> T,
    differs: &mut Vec<Difference>,
) {
    match (*held, said) {
        (Some(own), Some(said)) if own != said => {
            differs.push(Difference {
                key,
                said: said.to_string(),
                held: own.to_string(),
            });
            *held = Some(stricter(own, said));
        }
        (None, Some(said)) => *held = Some(said),
        _ => {}
    }
}

fn counts(held: &mut Demand, text: &Demand, differs: &mut Vec<Difference>) {
    one("min-tests", &mut held.min_tests, text.min_tests, u64::max, differs);
    one("max-skipped", &mut held.max_skipped, text.max_skipped, u64::min, differs);
    one("max-flaky", &mut held.max_flaky, text.max_flaky, u64::min, differs);
    one("max-errors", &mut held.max_errors, text.max_errors, u64::min, differs);
    one("max-warnings", &mut held.max_warnings, text.max_warnings, u64::min, differs);
    one("breaches", &mut held.breaches, text.breaches, u64::min, differs);
    one(
        "security-severity-below",
        &mut held.security_severity_below,
        text.security_severity_below,
        f64::min,
        differs,
    );
}

fn periods(held: &mut Demand, text: &Demand, differs: &mut Vec<Difference>) {
    one("max-age", &mut held.max_age, text.max_age, Ord::min, differs);
    one("window", &mut held.window, text.window, Ord::max, differs);
    one("every", &mut held.every, text.every, Ord::min, differs);
    one("tolerance", &mut held.tolerance, text.tolerance, Ord::min, differs);
}

fn figures(held: &mut Demand, text: &Demand, differs: &mut Vec<Difference>) {
    for (severity, said) in &text.max_findings {
        match held.max_findings.iter_mut().find(|(name, _)| name == severity) {
            Some((_, own)) if own != said => {
                differs.push(Difference {
                    key: "max-findings",
                    said: format!("{severity} {said}"),
                    held: format!("{severity} {own}"),
                });
                *own = (*own).min(*said);
            }
            Some(_) => {}
            None => held.max_findings.push((severity.clone(), *said)),
        }
    }
    for (metric, said) in &text.at_least {
        match held.at_least.iter_mut().find(|(name, _)| name == metric) {
            Some((_, own)) if own.total_cmp(said).is_ne() => {
                differs.push(Difference {
                    key: "at-least",
                    said: format!("{metric} {said}"),
                    held: format!("{metric} {own}"),
                });
                *own = own.max(*said);
            }
            Some(_) => {}
            None => held.at_least.push((metric.clone(), *said)),
        }
    }
    for limit in &text.limits {
        differs.extend(take_limit(held, limit));
    }
}

/// Takes a bound of a figure over. Both judge, so that the stricter does; it is told where they bound the same figure otherwise.
fn take_limit(held: &mut Demand, limit: &Limit) -> Option<Difference> {
    let same = |name: &str| name::id(name) == name::id(&limit.metric);
    let (key, list) = if limit.sign.is_upward() {
        ("at-least", &held.at_least)
    } else {
        ("at-most", &held.at_most)
    };
    let own = list.iter().find(|(name, _)| same(name)).cloned();
    let twin = held
        .limits
        .iter()
        .find(|own| same(&own.metric) && own.sign.is_upward() == limit.sign.is_upward())
        .map(|own| (own.metric.clone(), own.value));
    if !held.limits.contains(limit) {
        held.limits.push(limit.clone());
    }
    let (metric, value) = own.or(twin).filter(|(_, value)| (*value - limit.value).abs() > 0.0)?;
    Some(Difference {
        key,
        said: format!("{} {}", limit.metric, limit.value),
        held: format!("{metric} {value}"),
    })
}

fn lists(held: &mut Demand, text: &Demand, differs: &mut Vec<Difference>) {
    let missing = |own: &[String]| -> Vec<String> {
        let is_new = |role: &&String| !own.iter().any(|own| own.eq_ignore_ascii_case(role));
        text.roles.iter().filter(is_new).cloned().collect()
    };
    let new = missing(&held.roles);
    let is_dropped = !text.roles.is_empty()
        && held
            .roles
            .iter()
            .any(|own| !text.roles.iter().any(|role| role.eq_ignore_ascii_case(own)));
    if !held.roles.is_empty() && !text.roles.is_empty() && (!new.is_empty() || is_dropped) {
        differs.push(Difference {
            key: "roles",
            said: text.roles.join(", "),
            held: held.roles.join(", "),
        });
    }
    held.roles.extend(new);
    if !text.checks.is_empty() && text.checks != held.checks {
        if !held.checks.is_empty() {
            let words = |checks: &[u64]| -> String {
                let moments: Vec<String> = checks.iter().map(|check| format!("T+{}m", check / 60)).collect();
                moments.join(", ")
            };
            differs.push(Difference {
                key: "checks",
                said: words(&text.checks),
                held: words(&held.checks),
            });
        }
        held.checks.extend(text.checks.iter().copied());
        held.checks.sort_unstable();
        held.checks.dedup();
    }
    // A path may be written from the root of the product or of the repository; only what shares nothing differs.
    if !text.when.is_empty() && !held.when.is_empty() && !held.when.iter().any(|glob| text.when.contains(glob)) {
        differs.push(Difference {
            key: "when",
            said: text.when.join(", "),
            held: held.when.join(", "),
        });
        // A gate that always applies asks for more than one that may not.
        held.when.clear();
    }
}
