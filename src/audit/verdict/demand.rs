//! What a gate asks for beyond the measurement of one file: names that must be there, facts that must hold, kinds of evidence that must
//! speak, and when it does not apply.

use globset::GlobBuilder;

use crate::audit::verdict::flaw::Surroundings;
use crate::audit::verdict::{limit, signoff, window};
use crate::model::evidence::{CaseKind, CaseResult, Content, Evidence, NamedResult};
use crate::model::gate::{Gate, Outcome};
use crate::model::release::Release;

/// Words that say that something went well, in facts whose name asks for one. Whatever is not among them does not pass. Sorted.
const GOOD: &[&str] = &[
    "accepted", "approve", "approved", "complete", "completed", "confirmed", "done", "go", "good", "granted", "healthy", "met",
    "ok", "pass", "passed", "ready", "signed", "signed-off", "succeeded", "success", "true", "yes",
];

/// Names of facts that hold such a word.
const DECIDING: &[&str] = &["conclusion", "decision", "outcome", "result", "state", "status", "verdict"];

/// Names of facts that count what is not done or not good.
const COUNTING: &[&str] = &[
    "blocked", "broken", "errors", "failed", "failures", "missing", "not_done", "open", "pending", "remaining", "todo",
];

/// Names of facts that, where they hold, say that something was not done or not whole. Sorted.
const SPOILING: [&str; 15] = [
    "aborted", "canceled", "cancelled", "crashed", "dry_run", "incomplete", "interrupted", "killed", "partial", "simulated",
    "skipped", "timed_out", "timedout", "timeout", "truncated",
];

/// Characters that a reason must have.
const REASON: usize = 20;

/// Words that name no role. Sorted.
const NOBODY: &[&str] = &[
    "anonymous", "anyone", "automation", "bot", "ci", "nobody", "none", "robot", "somebody", "someone", "system", "unknown",
];

/// What a gate without evidence is: not applicable when the gate has a condition and the release does not meet it, or when the record says
/// why, by the word of a role that is not the author of the release; else missing.
pub(crate) fn absent(release: &Release, gate: &Gate) -> (Outcome, String) {
    if !gate.demand.when.is_empty()
        && let Some(changed) = &release.changed
    {
        let globs: Vec<_> = gate
            .demand
            .when
            .iter()
            .filter_map(|glob| GlobBuilder::new(glob).build().ok())
            .collect();
        let matchers: Vec<_> = globs.iter().map(globset::Glob::compile_matcher).collect();
        let conditions = gate.demand.when.join("`, `");
        match changed
            .iter()
            .find(|path| matchers.iter().any(|matcher| matcher.is_match(path)))
        {
            None if matchers.len() == gate.demand.when.len() => {
                let reason = format!("It does not apply: nothing that `{conditions}` names changed since the release before.");
                return (Outcome::NotApplicable, reason);
            }
            Some(path) => {
                let reason = format!(
                    "The release has no evidence for the gate `{}`, and `{path}` changed, so that it applies.",
                    gate.id
                );
                return (Outcome::Missing, reason);
            }
            None => {}
        }
    }
    let events = release.record.iter().flat_map(|record| &record.timeline);
    let claims = events.filter(|event| event.event == "not-applicable" && event.gate.as_deref() == Some(gate.id.as_str()));
    let missing = format!("The release has no evidence for the gate `{}`.", gate.id);
    let mut refused = None;
    for event in claims {
        let note = event.note.as_deref().unwrap_or_default().trim().trim_end_matches('.');
        let by = event.by.as_deref().unwrap_or_default().trim();
        let why = if note.chars().filter(|c| c.is_alphanumeric()).count() < REASON {
            "its reason is shorter than 20 letters"
        } else if !is_role(by) {
            "it names no role"
        } else if is_author(release, by) {
            "it is by the author of the release"
        } else {
            let reason = format!("It does not apply to this release, by the word of {by}: {note}.");
            return (Outcome::NotApplicable, reason);
        };
        refused = Some(format!("{missing} That it does not apply does not count: {why}."));
    }
    (Outcome::Missing, refused.unwrap_or(missing))
}

/// Whether words name somebody who answers for what they say.
fn is_role(by: &str) -> bool {
    let plain = by.to_ascii_lowercase();
    let is_bot = plain.ends_with("[bot]") || plain.starts_with("github-actions");
    plain.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !is_bot && NOBODY.binary_search(&plain.as_str()).is_err()
}

/// Whether a role tagged or released it, or wrote what was released.
fn is_author(release: &Release, by: &str) -> bool {
    let tagger = release.tag.as_ref().and_then(|tag| tag.tagger.as_deref());
    let events = release.record.iter().flat_map(|record| &record.timeline);
    let authors = events.filter(|event| matches!(event.event.as_str(), "authored" | "committed" | "tagged" | "released"));
    let mut authors = authors
        .filter_map(|event| event.by.as_deref())
        .chain(tagger)
        .chain(release.author.as_deref());
    authors.any(|author| author.trim().eq_ignore_ascii_case(by))
}

/// What a gate asks for and its sound files do not give, in sentences with the state that each leaves.
pub(crate) fn open(sound: &[&Evidence], gate: &Gate, around: &Surroundings<'_>) -> Vec<(Outcome, String)> {
    let mut open = Vec::new();
    open.extend(
        gate.demand
            .unread
            .iter()
            .map(|unread| (Outcome::Inconclusive, unread.clone())),
    );
    limit::open(sound, &gate.demand, &mut open);
    window::open(sound, &gate.demand, around, &mut open);
    if !gate.demand.roles.is_empty() && signoff::measure(sound, &gate.demand).is_none() {
        let roles = gate.demand.roles.join(" and ");
        let reason = format!("The gate asks for {roles} to agree, and its evidence is no sign-off.");
        open.push((Outcome::Inconclusive, reason));
    }
    unmeasured(sound, gate, &mut open);
    required(sound, gate, &mut open);
    facts(sound, gate, &mut open);
    disagreements(sound, &mut open);
    open
}

/// Demands that no file of the gate speaks about.
fn unmeasured(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let demand = &gate.demand;
    let any = |is_kind: fn(&Content) -> bool| sound.iter().any(|file| is_kind(&file.artifact.content));
    let has_tests = any(|content| matches!(content, Content::Tests(facts) if facts.kind == CaseKind::Test));
    let has_findings = any(|content| matches!(content, Content::Findings(_)));
    let mut tell = |is_open: bool, sentence: &str| {
        if is_open {
            open.push((Outcome::Inconclusive, sentence.to_owned()));
        }
    };
    tell(
        demand.at_least.iter().any(|(metric, _)| limit::is_of_coverage(metric))
            && !any(|content| matches!(content, Content::Coverage(_))),
        "The gate declares a threshold for coverage, and its evidence measures none.",
    );
    tell(
        demand.max_warnings.is_some() && !has_findings,
        "The gate limits warnings, and its evidence is no report of a scanner.",
    );
    tell(
        (demand.max_errors.is_some() || !demand.max_findings.is_empty() || demand.security_severity_below.is_some())
            && !has_findings,
        "The gate limits findings, and its evidence is no report of a scanner.",
    );
    tell(
        demand.min_tests.is_some_and(|least| least > 1) && !has_tests,
        "The gate demands a number of tests, and its evidence holds no test results.",
    );
    tell(
        (demand.max_skipped.is_some() || demand.max_flaky.is_some()) && !any(|content| matches!(content, Content::Tests(_))),
        "The gate limits skipped or flaky cases, and its evidence holds no cases.",
    );
}

/// Names that must be there and pass.
fn required(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let named: Vec<&NamedResult> = sound
        .iter()
        .filter_map(|file| match &file.artifact.content {
            Content::Tests(facts) => Some(&facts.named),
            _ => None,
        })
        .flatten()
        .collect();
    for wanted in &gate.demand.required {
        let Ok(glob) = GlobBuilder::new(wanted).build() else {
            open.push((Outcome::Inconclusive, format!("`{wanted}` is no glob.")));
            continue;
        };
        let matcher = glob.compile_matcher();
        let is_match = |text: &str| text == wanted || matcher.is_match(text);
        let is_wanted = |result: &&&NamedResult| {
            is_match(&result.name)
                || (!result.group.is_empty()
                    && (is_match(&result.group)
                        || is_match(&format!("{}.{}", result.group, result.name))
                        || is_match(&format!("{}: {}", result.group, result.name))))
        };
        let worst = named.iter().filter(is_wanted).max_by_key(|result| result.result);
        let (outcome, words) = match worst.map(|worst| worst.result) {
            Some(CaseResult::Passed) => continue,
            None => (Outcome::Missing, "is required, and no evidence speaks about it"),
            Some(CaseResult::Skipped) => (Outcome::Skipped, "is required and did not run"),
            Some(CaseResult::Unknown) => (Outcome::Inconclusive, "is required, and how it went is not known"),
            Some(CaseResult::Failed) => (Outcome::Failed, "is required and failed"),
        };
        open.push((outcome, format!("`{wanted}` {words}.")));
    }
}

/// Facts that must hold, those that decide by their name, and what was left out.
fn facts(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let expect = &gate.demand.expect;
    for (name, wanted) in expect {
        let found: Vec<&str> = sound
            .iter()
            .flat_map(|file| &file.artifact.about.facts)
            .filter(|(fact, _)| fact == name)
            .map(|(_, value)| value.as_str())
            .collect();
        if found.is_empty() {
            open.push((
                Outcome::Missing,
                format!("The gate asks for `{name}` to be `{wanted}`, and no evidence speaks about it."),
            ));
        }
        for value in found.iter().filter(|value| !value.trim().eq_ignore_ascii_case(wanted.trim())) {
            open.push((Outcome::Failed, format!("`{name}` is `{value}` and must be `{wanted}`.")));
        }
    }
    let is_expected = |name: &str| expect.iter().any(|(expected, _)| expected == name);
    for file in sound {
        let about = &file.artifact.about;
        let unexpected = about.facts.iter().filter(|(name, _)| !is_expected(name));
        for (name, value) in unexpected.map(|(name, value)| (name.as_str(), value)) {
            let value = value.trim().to_ascii_lowercase();
            // A fact inside of another one is told by its own name: `deploy.status`.
            let (name, is_inner) = name.rsplit_once('.').map_or((name, false), |(_, last)| (last, true));
            let is_open = if DECIDING.contains(&name) {
                // An inner status may be that of an answer over http.
                let is_fine_answer = is_inner && value.parse::<u16>().is_ok_and(|code| (200..300).contains(&code));
                GOOD.binary_search(&value.as_str()).is_err() && !is_fine_answer
            } else if SPOILING
                .binary_search(&name.to_ascii_lowercase().replace('-', "_").as_str())
                .is_ok()
            {
                // A timeout of 30 s is a setting; that it was reached is a flag.
                matches!(value.as_str(), "true" | "yes")
            } else {
                COUNTING.contains(&name) && value.parse::<f64>().is_ok_and(|count| count != 0.0)
            };
            if is_open {
                let sentence = format!(
                    "`{}` says that `{name}` is `{value}`, which is no word or count that passes.",
                    file.path
                );
                let is_left_out = matches!(value.as_str(), "skipped" | "not_run" | "not run");
                let outcome = if is_left_out {
                    Outcome::Skipped
                } else {
                    Outcome::Inconclusive
                };
                open.push((outcome, sentence));
            }
        }
        if !about.skips.is_empty() && !is_expected("skips") {
            let skips: Vec<&str> = about.skips.iter().take(5).map(String::as_str).collect();
            open.push((
                Outcome::Skipped,
                format!("`{}` left something out: {}.", file.path, skips.join(", ")),
            ));
        }
    }
}

/// Two files on one run that say different things.
fn disagreements(sound: &[&Evidence], open: &mut Vec<(Outcome, String)>) {
    for (at, left) in sound.iter().enumerate() {
        for right in &sound[at + 1..] {
            let differs = match (&left.artifact.content, &right.artifact.content) {
                (Content::Coverage(one), Content::Coverage(other)) if left.artifact.format != right.artifact.format => {
                    // Two formats of one run list the same lines; parts of a project come in one format.
                    one.files == other.files
                        && one.metrics.iter().any(|metric| {
                            let same = other.metrics.iter().find(|twin| twin.name == metric.name);
                            same.is_some_and(|twin| {
                                u128::from(metric.covered) * u128::from(twin.total)
                                    != u128::from(twin.covered) * u128::from(metric.total)
                            })
                        })
                }
                (Content::Tests(one), Content::Tests(other)) => {
                    let is_same_run = left.artifact.about.run.is_some()
                        && left.artifact.about.run == right.artifact.about.run
                        && left.artifact.about.attempt == right.artifact.about.attempt;
                    let is_bad = |facts: &crate::model::evidence::TestFacts| facts.failures + facts.errors + facts.unknown > 0;
                    is_same_run && one.kind == other.kind && is_bad(one) != is_bad(other)
                }
                _ => false,
            };
            if differs {
                open.push((
                    Outcome::Inconclusive,
                    format!("`{}` and `{}` are about one run and disagree.", left.path, right.path),
                ));
            }
        }
    }
}
