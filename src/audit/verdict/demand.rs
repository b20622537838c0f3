//! What a gate asks for beyond the measurement of one file: names that must be there, facts that must hold, kinds of evidence that must
//! speak, and when it does not apply.

use chrono::TimeDelta;
use globset::GlobBuilder;

use crate::audit::verdict::flaw::Surroundings;
use crate::audit::verdict::{call, condition, limit, named, phases, scope, signoff, subject, window};
use crate::model::evidence::{CaseKind, CaseResult, Content, Evidence, NamedResult};
use crate::model::gate::{Gate, Outcome};
use crate::model::release::{Release, TimelineEvent};
use crate::model::said::{LEAST_REASON, is_same, is_somebody, letters, says_why};
use crate::tools::family;

/// Words that say that something went well, in facts whose name asks for one. Whatever is not among them does not pass. Sorted.
const GOOD: &[&str] = &[
    "accepted", "approve", "approved", "complete", "completed", "confirmed", "done", "go", "good", "granted", "healthy", "met",
    "ok", "pass", "passed", "ready", "signed", "signed-off", "succeeded", "success", "true", "yes",
];

/// Names of facts that must not be denied: `ok = false`, `passed = no`. Sorted.
const AFFIRMING: &[&str] = &[
    "accepted", "approved", "complete", "completed", "confirmed", "done", "good", "granted", "healthy", "met", "ok", "pass",
    "passed", "ready", "succeeded", "success", "successful", "valid", "verified",
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

/// How long after a release its record may still be written.
const AFTERWARDS: TimeDelta = TimeDelta::days(1);

/// Words of the name of a gate that asks for a bill of materials. Sorted.
const BILLS: [&str; 12] = [
    "bill", "bills", "bom", "boms", "components", "cyclonedx", "dependencies", "inventory", "materials", "sbom", "sboms", "spdx",
];

/// What a gate without evidence is: not applicable when the gate has a condition and the release does not meet it, or when the record says
/// why, by the word of a role that is not the author of the release; else missing.
pub(crate) fn absent(release: &Release, gate: &Gate) -> (Outcome, String) {
    // A condition that names nothing is weaker than the word of somebody.
    let unnamed = match condition::without_evidence(release, gate) {
        Some((Outcome::Inconclusive, reason)) => Some(reason),
        Some(told) => return told,
        None => None,
    };
    let events = release.record.iter().flat_map(|record| &record.timeline);
    let claims = events.filter(|event| event.event == "not-applicable" && event.gate.as_deref() == Some(gate.id.as_str()));
    let missing = format!("The release has no evidence for the gate `{}`.", gate.id);
    let mut refused = None;
    for event in claims {
        let note = event.note.as_deref().unwrap_or_default().trim().trim_end_matches('.');
        let by = event.by.as_deref().unwrap_or_default().trim();
        let why = if letters(note) < LEAST_REASON {
            "its reason is shorter than 20 letters"
        } else if !says_why(note) {
            "its reason says nothing"
        } else if !is_somebody(by) {
            "it names no role"
        } else if is_author(release, by) {
            "it is by the author of the release"
        } else if is_late(release, event) {
            "it was said after the release"
        } else {
            let reason = format!("It does not apply to this release, by the word of {by}: {note}.");
            return (Outcome::NotApplicable, reason);
        };
        refused = Some(format!("{missing} That it does not apply does not count: {why}."));
    }
    match (refused, unnamed) {
        (None, Some(reason)) => (Outcome::Inconclusive, reason),
        (refused, _) => (Outcome::Missing, refused.unwrap_or(missing)),
    }
}

/// Whether an event is later than the bookkeeping of the release: what nobody decided until then was no decision of the release.
fn is_late(release: &Release, event: &TimelineEvent) -> bool {
    let released = release.record.as_ref().and_then(|record| record.released);
    released.is_some_and(|released| event.at > released + AFTERWARDS)
}

/// Whether a role tagged or released it, or wrote what was released.
fn is_author(release: &Release, by: &str) -> bool {
    let tagger = release.tag.as_ref().and_then(|tag| tag.tagger.as_deref());
    let events = release.record.iter().flat_map(|record| &record.timeline);
    let authors = events.filter(|event| matches!(event.event.as_str(), "authored" | "committed" | "tagged" | "released"));
    let mut authors = authors
        .filter_map(|event| event.by.as_deref())
        .chain(tagger)
        .chain(release.author.as_deref())
        .chain(release.author_mail.as_deref());
    authors.any(|author| is_same(author, by))
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
    formats(sound, gate, &mut open);
    unasked(sound, gate, &mut open);
    required(sound, gate, &mut open);
    named::jobs(sound, gate, &mut open);
    named::workflows(sound, gate, &mut open);
    named::files(sound, gate, around.release, &mut open);
    named::parts(sound, &mut open);
    scope::open(sound, gate, &mut open);
    call::open(sound, &gate.demand, &mut open);
    call::suppressed(sound, &gate.demand, &mut open);
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
    // "no failures and no errors": cases tell of both.
    let is_of_cases = demand.max_errors == Some(0)
        && demand.max_warnings.is_none()
        && demand.max_findings.is_empty()
        && demand.security_severity_below.is_none()
        && any(|content| matches!(content, Content::Tests(_)));
    tell(
        !is_of_cases
            && (demand.max_errors.is_some() || !demand.max_findings.is_empty() || demand.security_severity_below.is_some())
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

/// Of several families of formats each must be there.
fn formats(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let is_there = |wanted: &str| {
        let mut formats = sound.iter().filter_map(|file| file.artifact.format);
        formats.any(|format| family::is_of(format, wanted))
    };
    for wanted in gate.demand.formats.iter().filter(|wanted| !is_there(wanted)) {
        let sentence = format!("The gate asks for {wanted}, and none of its evidence is that.");
        open.push((Outcome::Missing, sentence));
    }
}

/// Evidence of another kind than the name of a gate asks for, where nothing else says what it asks for.
fn unasked(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    if !gate.demand.asks_nothing() {
        return;
    }
    let are_all = |is_kind: fn(&Content) -> bool| sound.iter().all(|file| is_kind(&file.artifact.content));
    // What people and machines attest may tell of tests; lists of parts and of findings do not.
    let is_list = |content: &Content| matches!(content, Content::Sbom(_) | Content::Findings(_) | Content::Advisories(_));
    let is_bill = |content: &Content| matches!(content, Content::Sbom(_));
    if subject::asks_for_tests(gate) && are_all(is_list) {
        let sentence = "The gate asks for tests by its name, and its evidence holds none.";
        open.push((Outcome::Inconclusive, sentence.to_owned()));
    } else if are_all(is_bill) && !subject::is_named_by(gate, &BILLS) {
        let sentence = "A bill of materials says what there is and not how anything went, and the gate does not ask for one.";
        open.push((Outcome::Inconclusive, sentence.to_owned()));
    }
}

/// Names that must be there and pass: of cases, suites, jobs, items and phases.
fn required(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    if gate.demand.required.is_empty() {
        return;
    }
    let named: Vec<NamedResult> = sound
        .iter()
        .flat_map(|file| match &file.artifact.content {
            Content::Tests(facts) => facts.named.clone(),
            Content::Phases(phases) => phases::named(phases),
            _ => Vec::new(),
        })
        .collect();
    let jobs = sound.iter().filter_map(|file| match &file.artifact.content {
        Content::Tests(facts) if facts.kind == CaseKind::Job => Some(&facts.named),
        _ => None,
    });
    let jobs: Vec<&NamedResult> = jobs.flatten().collect();
    for wanted in &gate.demand.required {
        let Ok(glob) = GlobBuilder::new(wanted).build() else {
            open.push((Outcome::Inconclusive, format!("`{wanted}` is no glob.")));
            continue;
        };
        let matcher = glob.compile_matcher();
        let is_match = |text: &str| text == wanted || matcher.is_match(text);
        // A job of a matrix, or of a workflow that another one calls: `test (linux)`, `test / unit`.
        let is_of_job = |name: &str| {
            let rest = name.strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.starts_with(" (") || rest.starts_with(" / "))
        };
        let is_wanted = |result: &&NamedResult| {
            is_match(&result.name)
                || jobs.contains(result) && is_of_job(&result.name)
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
        for value in found.iter().filter(|value| !is_value(value, wanted)) {
            open.push((Outcome::Failed, format!("`{name}` is `{value}` and must be `{wanted}`.")));
        }
    }
    let is_expected = |name: &str| expect.iter().any(|(expected, _)| expected == name);
    for file in sound {
        let about = &file.artifact.about;
        let unexpected = about.facts.iter().filter(|(name, _)| !is_expected(name));
        for (name, value) in unexpected.map(|(name, value)| (name.as_str(), value)) {
            let value = value.trim().to_ascii_lowercase();
            if is_open(name, &value) {
                // A fact inside of another one is told by its own name: `deploy.status`.
                let name = name.rsplit_once('.').map_or(name, |(_, last)| last);
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

/// Whether a fact holds what is asked for: the same words, or the same number.
fn is_value(value: &str, wanted: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let is_number = number(value)
        .zip(number(wanted))
        .is_some_and(|(one, other)| one.total_cmp(&other).is_eq());
    is_number || value.trim().eq_ignore_ascii_case(wanted.trim())
}

/// Whether a fact that nobody asked for says by its name and its value that something is not good, not done or not whole. The value is in
/// lower case.
fn is_open(name: &str, value: &str) -> bool {
    let is_none = matches!(value, "" | "0" | "false" | "n/a" | "nil" | "no" | "none" | "nothing" | "null");
    // A number is a count of them: none was accepted, because there was none.
    let is_denied = matches!(value, "fail" | "failed" | "false" | "no" | "not ok");
    let parts: Vec<String> = name.split('.').map(snake).collect();
    let is_place = |part: &String| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    // What stands in a list of what failed did not go well, whatever its own names are: `failed.0`, `errors.0.message`.
    let is_listed = parts
        .windows(2)
        .any(|pair| COUNTING.contains(&pair[0].as_str()) && is_place(&pair[1]));
    if is_listed && !is_none {
        return true;
    }
    let last = parts.last().map(String::as_str).unwrap_or_default();
    if DECIDING.contains(&last) {
        // An inner status may be that of an answer over http.
        let is_fine_answer = parts.len() > 1 && value.parse::<u16>().is_ok_and(|code| (200..300).contains(&code));
        return GOOD.binary_search(&value).is_err() && !is_fine_answer;
    }
    if AFFIRMING.binary_search(&last).is_ok() {
        return is_denied;
    }
    if SPOILING.binary_search(&last).is_ok() {
        // A timeout of 30 s is a setting; that it was reached is a flag.
        return matches!(value, "true" | "yes");
    }
    match value.parse::<f64>() {
        _ if !COUNTING.contains(&last) => false,
        Ok(count) => count != 0.0,
        // Doors are open as well, and what remains has units.
        Err(_) if matches!(last, "open" | "remaining") => matches!(value, "true" | "yes"),
        Err(_) => !is_none,
    }
}

/// A name with its words joined by underscores: `dryRun`, `dry-run` and `dry run` are `dry_run`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 2);
    let mut is_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && is_lower {
            snake.push('_');
        }
        is_lower = letter.is_lowercase() || letter.is_ascii_digit();
        match letter {
            '-' | ' ' => snake.push('_'),
            letter => snake.extend(letter.to_lowercase()),
        }
    }
    snake
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

#[cfg(test)]
mod tests {
    use super::{AFFIRMING, BILLS, GOOD, SPOILING, is_open, is_value, unasked};
    use crate::audit::testing::evidence_file;
    use crate::model::evidence::{Artifact, Content, Evidence, FindingFacts, TestFacts};
    use crate::model::gate::{Demand, Gate};

    #[test]
    fn facts_keep_a_gate_open_by_their_names() {
        assert!(BILLS.is_sorted() && AFFIRMING.is_sorted() && GOOD.is_sorted() && SPOILING.is_sorted());
        for (name, value) in [
            ("decision", "rejected"),
            ("pending", "3"),
            ("pending", "three"),
            ("failed", "true"),
            ("failed.0", "t1"),
            ("errors.0.message", "disk full"),
            ("ok", "false"),
            ("healthy", "no"),
            ("db.passed", "false"),
            ("dryRun", "true"),
            ("dry-run", "yes"),
            ("open", "2"),
            ("status", "200"),
        ] {
            assert!(is_open(name, value), "{name} {value}");
        }
        for (name, value) in [
            ("decision", "approved"),
            ("pending", "0"),
            ("pending", "none"),
            ("failed.0", "none"),
            ("ok", "true"),
            ("timeout", "30"),
            ("timeout", "30s"),
            ("dryRun", "false"),
            ("open", "https://x.example"),
            ("remaining", "12 mb"),
            ("answer.status", "204"),
            ("signed", "false"),
            ("drift", "false"),
            ("applied.0", "a1b2"),
            ("accepted", "0"),
        ] {
            assert!(!is_open(name, value), "{name} {value}");
        }
    }

    #[test]
    fn a_gate_that_asks_for_nothing_is_not_met_by_evidence_of_another_kind() {
        let file = |content: Content| {
            evidence_file(
                "evidence/g/a",
                Artifact {
                    content,
                    ..Artifact::default()
                },
            )
        };
        let bill = file(Content::Sbom(Box::default()));
        let phases = file(Content::Phases(Vec::new()));
        let (scan, cases) = (
            file(Content::Findings(FindingFacts::default())),
            file(Content::Tests(TestFacts::default())),
        );
        let open = |title: &str, demand: Demand, evidence: &Evidence| {
            let gate = Gate {
                id: "g".to_owned(),
                title: title.to_owned(),
                demand,
                ..Gate::default()
            };
            let mut open = Vec::new();
            unasked(&[evidence], &gate, &mut open);
            open.len()
        };
        let bare = Demand::default;
        for (title, evidence, count) in [
            ("All tests pass in CI", &bill, 1),
            ("All tests pass in CI", &scan, 1),
            ("All tests pass in CI", &cases, 0),
            ("Migration", &bill, 1),
            ("SBOM of the backend", &bill, 0),
            ("Migration", &scan, 0),
            ("Database, servers, smoke", &phases, 0),
        ] {
            assert_eq!(open(title, bare(), evidence), count, "{title}");
        }
        let asked = Demand {
            format: Some("cyclonedx-json".to_owned()),
            ..bare()
        };
        assert_eq!(open("Migration", asked, &bill), 0, "the gate asks for it");
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(is_value("0.0", "0") && is_value("Approved", "approved") && is_value("true", "TRUE"));
        assert!(!is_value("0.1", "0") && !is_value("nan", "0") && !is_value("", "0") && !is_value("00x", "0"));
    }
}
