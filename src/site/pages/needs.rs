//! What a gate asks for, in words, and where it says so.

use serde::Serialize;

use crate::model::gate::{DeclaredAt, Gate};
use crate::site::words::{count, counted};

/// A place that declares a gate.
#[derive(Serialize)]
pub(super) struct Declared<'site> {
    path: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// The places that declare a gate.
pub(super) fn declared(gate: &Gate) -> Vec<Declared<'_>> {
    let place = |at: &'_ DeclaredAt| -> (String, Option<u32>) { (at.path.clone(), at.line) };
    let mut seen = Vec::new();
    let mut places = Vec::new();
    for at in &gate.declared_at {
        if !seen.contains(&place(at)) {
            seen.push(place(at));
            places.push(Declared {
                path: &at.path,
                line: at.line,
            });
        }
    }
    places
}

/// What a gate asks for, in words.
pub(super) fn needs(gate: &Gate) -> Vec<String> {
    let mut needs = Vec::new();
    let demand = &gate.demand;
    needs.extend(demand.format.as_ref().map(|format| format!("evidence as {format}")));
    needs.extend(demand.tool.as_ref().map(|tool| format!("written by {tool}")));
    needs.extend(demand.subject.as_ref().map(|subject| format!("about {subject}")));
    needs.extend(demand.roles.iter().map(|role| format!("{role} agrees")));
    needs.extend(
        demand
            .min_tests
            .map(|least| format!("at least {} run", counted(least, "test"))),
    );
    for (most, what) in [
        (demand.max_skipped, "skipped cases"),
        (demand.max_flaky, "flaky cases"),
        (demand.max_errors, "errors"),
        (demand.max_warnings, "warnings"),
    ] {
        needs.extend(most.map(|most| format!("at most {} {what}", count(most))));
    }
    for (severity, most) in &demand.max_findings {
        needs.push(format!("at most {} findings of {severity} severity", count(*most)));
    }
    needs.extend(
        demand
            .security_severity_below
            .map(|severity| format!("security severity under {severity}")),
    );
    needs.extend(demand.required.iter().map(|name| format!("{name} passes")));
    needs.extend(demand.spoken.iter().map(|name| format!("a job of the name {name} passes")));
    if demand.named.len() > 1 {
        needs.extend(demand.named.iter().map(|named| format!("{} is there", named.path)));
    }
    for named in &demand.named {
        needs.extend(named.tool.as_ref().map(|tool| format!("{} is written by {tool}", named.path)));
    }
    needs.extend(
        demand
            .at_least
            .iter()
            .map(|(metric, least)| format!("{metric} at least {least}")),
    );
    needs.extend(demand.at_most.iter().map(|(metric, most)| format!("{metric} at most {most}")));
    for limit in &demand.limits {
        let words = format!("{} {} {} {}", limit.metric, limit.sign.words(), limit.value, limit.unit);
        needs.push(words.trim_end().to_owned());
    }
    needs.extend(demand.expect.iter().map(|(fact, value)| format!("{fact} is {value}")));
    needs.extend(demand.max_age.map(|age| format!("not older than {age}")));
    needs.extend(demand.window.map(|window| format!("watched for {window}")));
    needs.extend(demand.every.map(|every| format!("looked at every {every}")));
    needs.extend(
        demand
            .breaches
            .map(|breaches| format!("{breaches} breach{} in a row fail", if breaches == 1 { "" } else { "es" })),
    );
    if !demand.checks.is_empty() {
        let moments: Vec<String> = demand.checks.iter().map(|check| moment(*check)).collect();
        needs.push(format!("looked at {}", moments.join(", ")));
    }
    needs.extend(demand.unread.iter().map(|unread| unread.trim_end_matches('.').to_owned()));
    if !demand.when.is_empty() {
        needs.push(format!("only when {} changed", demand.when.join(" or ")));
    }
    needs
}

/// A moment after the start: `T+15m`.
fn moment(seconds: u64) -> String {
    match seconds {
        0 => "T+0".to_owned(),
        _ if seconds.is_multiple_of(60) => format!("T+{}m", seconds / 60),
        _ => format!("T+{seconds}s"),
    }
}
