//! Exceptions: what they need to hold, which findings they accept, and what they make of the verdict of a release.
//!
//! An exception turns *failed* into *accepted*, and nothing else: where nothing was measured there is nothing to accept. What it accepts
//! is taken out of the evidence, and the gate is judged again; only when it then passes is it accepted.

mod matching;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::audit::covering;
use crate::audit::exceptions::matching::{is_finding, names_tool};
use crate::model::attest::{Phase, Series};
use crate::model::count::counted;
use crate::model::evidence::{CaseKind, CaseResult, Content, CoverageFacts, Evidence, FindingFacts, TestFacts};
use crate::model::gate::{Outcome, ReleaseState, ReleaseVerdict};
use crate::model::measure::MetricFacts;
use crate::model::register::{AppliedException, Exception, ExceptionMatch, ExceptionState, JudgedException};
use crate::model::release::Release;
use crate::model::said::{self, LEAST_REASON, is_same, is_somebody};

/// Days that an exception may run.
const MOST_DAYS: u64 = 180;
/// Days before its end from which it is said that it ends soon.
const NOTICE_DAYS: i64 = 14;

/// What keeps an exception from accepting anything, one sentence each; none when it is whole.
pub(crate) fn faults(exception: &Exception) -> Vec<String> {
    let mut faults: Vec<String> = Vec::new();
    for (name, value) in [
        ("gate", &exception.gate),
        ("rationale", &exception.rationale),
        ("owner", &exception.owner),
        ("approved_by", &exception.approved_by),
    ] {
        if value.trim().is_empty() {
            faults.push(format!("it has no `{name}`"));
        }
    }
    let letters = said::letters(&exception.rationale);
    if !exception.rationale.trim().is_empty() && letters < LEAST_REASON {
        faults.push(format!(
            "its rationale has {}, and {LEAST_REASON} are the least",
            counted(letters as u64, "letter")
        ));
    } else if letters >= LEAST_REASON && (!said::is_varied(&exception.rationale) || says_nothing(&exception.rationale)) {
        faults.push("its rationale says nothing".to_owned());
    }
    for (name, value) in [("owner", &exception.owner), ("approved_by", &exception.approved_by)] {
        if !value.trim().is_empty() && !is_somebody(value) {
            faults.push(format!("its `{name}` is `{}`, which names nobody", value.trim()));
        }
    }
    if is_same(&exception.owner, &exception.approved_by) {
        faults.push("its owner approved it; another role must".to_owned());
    }
    match (exception.created, exception.expires) {
        (_, None) => faults.push("it has no last day (`expires`)".to_owned()),
        (None, Some(_)) => faults.push("it does not say when it was written (`created`)".to_owned()),
        (Some(created), Some(expires)) if expires < created => faults.push("it ends before it was written".to_owned()),
        (Some(created), Some(expires)) => {
            if created
                .checked_add_days(Days::new(MOST_DAYS))
                .is_some_and(|limit| expires > limit)
            {
                faults.push(format!("it runs longer than {MOST_DAYS} days"));
            }
        }
    }
    if exception.matches == ExceptionMatch::default() {
        faults.push("it does not say what it accepts (`match`)".to_owned());
    }
    faults.extend(exception.problems.iter().map(|problem| problem.message.clone()));
    faults
}

/// Whether a rationale is still to be written, or is the same two words again and again.
fn says_nothing(rationale: &str) -> bool {
    let words: Vec<String> = rationale
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let different: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    let is_gap = matches!(words.first().map(String::as_str), Some("todo" | "tbd" | "fixme" | "xxx"));
    is_gap || words.len() >= 4 && different.len() <= 2
}

/// How an exception stands on a day.
pub(crate) fn state(exception: &Exception, today: NaiveDate) -> ExceptionState {
    match exception.expires {
        _ if !faults(exception).is_empty() => ExceptionState::Invalid,
        Some(last) if last < today => ExceptionState::Ended,
        Some(last) if (last - today).num_days() <= NOTICE_DAYS => ExceptionState::EndsSoon,
        _ => ExceptionState::Running,
    }
}

/// Judges the exceptions of a product today. `used` names the id of each exception and the version that it was needed for, newest first.
///
/// `used` and `late` name the exceptions that releases needed, and those that came too late for one, each with its version.
pub(crate) fn judge(
    exceptions: &[Exception],
    used: &[(String, String)],
    late: &[(String, String)],
    today: NaiveDate,
) -> Vec<JudgedException> {
    let of = |all: &[(String, String)], exception: &Exception| -> Vec<String> {
        let own = all.iter().filter(|(id, _)| *id == exception.id);
        own.map(|(_, version)| version.clone()).collect()
    };
    let judged = exceptions.iter().map(|exception| JudgedException {
        state: state(exception, today),
        reasons: faults(exception),
        used_by: of(used, exception),
        late_for: of(late, exception),
        exception: exception.clone(),
    });
    judged.collect()
}

/// Applies exceptions to the verdict of a release, and tells which ones were needed. Each is taken at the clock of the release: one that
/// had ended by then makes the gate *accepted-expired*, which counts as failed. What is over today is marked.
///
/// `judge` gives the verdict of a release, as it was given before.
pub(crate) fn apply(
    release: &Release,
    judge: &dyn Fn(&Release) -> ReleaseVerdict,
    exceptions: &[Exception],
    today: NaiveDate,
    verdict_now: &mut ReleaseVerdict,
) -> Vec<AppliedException> {
    let is_failed = |id: &str, verdict: &ReleaseVerdict| {
        verdict
            .gates
            .iter()
            .any(|gate| gate.gate == id && gate.outcome == Outcome::Failed)
    };
    let day = release.date.as_ref().map_or(today, |date| date.day);
    let candidates: Vec<&Exception> = exceptions
        .iter()
        .filter(|exception| is_failed(&exception.gate, verdict_now) && covers(exception, release) && faults(exception).is_empty())
        .collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    // What was written after the release accepted nothing on its day.
    let (late, candidates): (Vec<&Exception>, Vec<&Exception>) = candidates
        .into_iter()
        .partition(|exception| exception.created.is_some_and(|created| created > day));
    for exception in without(release, &late).1 {
        for gate in verdict_now
            .gates
            .iter_mut()
            .filter(|gate| gate.gate == exception.gate && gate.outcome == Outcome::Failed)
        {
            let written = exception.created.map(|created| created.to_string()).unwrap_or_default();
            gate.remark(format!(
                "The exception {} was written on {written}, after the release, and accepts nothing of it.",
                exception.id
            ));
        }
    }
    let (running, ended): (Vec<&Exception>, Vec<&Exception>) = candidates
        .into_iter()
        .partition(|exception| exception.expires.is_some_and(|last| last >= day));
    let mut applied = Vec::new();
    let (lessened, needed) = without(release, &running);
    if !needed.is_empty() {
        let again = judge(&lessened);
        let mut is_changed = false;
        for gate in &mut verdict_now.gates {
            let own: Vec<&&Exception> = needed.iter().filter(|exception| exception.gate == gate.gate).collect();
            let passes = again
                .gates
                .iter()
                .any(|other| other.gate == gate.gate && other.outcome == Outcome::Passed);
            if gate.outcome != Outcome::Failed || own.is_empty() {
                continue;
            }
            if !passes {
                let ids: Vec<&str> = own.iter().map(|exception| exception.id.as_str()).collect();
                let left = again.gates.iter().find(|other| other.gate == gate.gate);
                let why = left.and_then(|left| left.reasons.last()).map_or("", String::as_str);
                gate.reasons.push(format!(
                    "The exception {} does not accept all of it; what is left: {why}",
                    ids.join(", ")
                ));
                continue;
            }
            is_changed = true;
            gate.outcome = Outcome::Accepted;
            for exception in own {
                let last = exception.expires.map(|last| last.to_string()).unwrap_or_default();
                gate.reasons.push(format!(
                    "It failed; {} accepted it until {last} as {}, and {} mends it.",
                    exception.approved_by, exception.id, exception.owner
                ));
                applied.push(applied_exception(exception, today));
            }
        }
        if is_changed {
            verdict_now.let_through = verdict_now.gates.iter().filter(|gate| gate.outcome.lets_through()).count() as u64;
            verdict_now.state = match (verdict_now.state, again.state) {
                (ReleaseState::Failed | ReleaseState::OpenGates, state) if all_let_through(verdict_now) => match state {
                    ReleaseState::Proven => ReleaseState::Accepted,
                    other => other,
                },
                (ReleaseState::Failed, _) if !verdict_now.gates.iter().any(|gate| gate.outcome == Outcome::Failed) => {
                    ReleaseState::OpenGates
                }
                (state, _) => state,
            };
        }
    }
    let (_, over) = without(release, &ended);
    for exception in over {
        for gate in &mut verdict_now.gates {
            if gate.gate == exception.gate && gate.outcome == Outcome::Failed {
                gate.outcome = Outcome::AcceptedExpired;
                let last = exception.expires.map(|last| last.to_string()).unwrap_or_default();
                gate.reasons.push(format!(
                    "The exception {} accepted it until {last}, which was past on the day of the release: it counts as failed.",
                    exception.id
                ));
                applied.push(applied_exception(exception, today));
            }
        }
    }
    applied
}

/// Says of exceptions of today that were not in force when the release was recorded, and would accept what failed, that they accept nothing
/// of it.
pub(crate) fn tell_later(release: &Release, then: &[Exception], today: &[Exception], verdict: &mut ReleaseVerdict) {
    let is_later = |exception: &&Exception| covers(exception, release) && faults(exception).is_empty() && !stood(exception, then);
    let later: Vec<&Exception> = today.iter().filter(is_later).collect();
    for exception in without(release, &later).1 {
        let failed = [Outcome::Failed, Outcome::AcceptedExpired];
        let gates = verdict.gates.iter_mut();
        for gate in gates.filter(|gate| gate.gate == exception.gate && failed.contains(&gate.outcome)) {
            gate.remark(format!(
                "The exception {} was added or changed in git after the release was recorded, and accepts nothing of it.",
                exception.id
            ));
        }
    }
}

/// Whether an exception stood then as it stands now, wherever in its file.
fn stood(exception: &Exception, then: &[Exception]) -> bool {
    let is_same = |other: &Exception| {
        Exception {
            lines: exception.lines.clone(),
            ..other.clone()
        } == *exception
    };
    then.iter().any(is_same)
}

/// The exceptions of today, by id, that would accept what failed in a release and came too late for it: written after it, or added or changed
/// in git after it was recorded. `then` are those of its record, `verdict` is what they left.
pub(crate) fn late(release: &Release, then: &[Exception], today: &[Exception], verdict: &ReleaseVerdict) -> Vec<String> {
    let day = release.date.as_ref().map(|date| date.day);
    let failed = [Outcome::Failed, Outcome::AcceptedExpired];
    let is_open = |exception: &Exception| {
        let mut gates = verdict.gates.iter();
        gates.any(|gate| gate.gate == exception.gate && failed.contains(&gate.outcome))
    };
    let is_late = |exception: &&Exception| {
        let is_after = exception.created.zip(day).is_some_and(|(created, day)| created > day);
        (is_after || !stood(exception, then)) && is_open(exception) && covers(exception, release) && faults(exception).is_empty()
    };
    let late: Vec<&Exception> = today.iter().filter(is_late).collect();
    if late.is_empty() {
        return Vec::new();
    }
    let needed = without(release, &late).1;
    needed.iter().map(|exception| exception.id.clone()).collect()
}

/// Says of gates that an exception accepted that nobody knows whether it stood when the release was recorded.
pub(crate) fn tell_undated(verdict: &mut ReleaseVerdict) {
    let accepted = verdict.gates.iter_mut().filter(|gate| gate.outcome == Outcome::Accepted);
    for gate in accepted {
        let sentence = "No history tells when this evidence was recorded, so exceptions count as they stand today.";
        gate.reasons.push(sentence.to_owned());
    }
}

/// How applied exceptions stand today: one that was extended since is not over.
pub(crate) fn stand_today(applied: &mut [AppliedException], exceptions: &[Exception], today: NaiveDate) {
    for applied in applied {
        let same = exceptions
            .iter()
            .find(|exception| exception.id == applied.id && faults(exception).is_empty());
        if let Some(last) = same.and_then(|exception| exception.expires) {
            applied.is_over_today = last < today;
        }
    }
}

fn all_let_through(verdict: &ReleaseVerdict) -> bool {
    verdict.gates.iter().all(|gate| gate.outcome.lets_through())
}

fn applied_exception(exception: &Exception, today: NaiveDate) -> AppliedException {
    AppliedException {
        gate: exception.gate.clone(),
        id: exception.id.clone(),
        path: exception.path.clone(),
        owner: exception.owner.clone(),
        approved_by: exception.approved_by.clone(),
        rationale: exception.rationale.clone(),
        compensating_control: exception.compensating_control.clone(),
        expires: exception.expires,
        is_over_today: exception.expires.is_some_and(|last| last < today),
    }
}

/// Whether an exception covers a release, by its `releases`.
pub(crate) fn covers(exception: &Exception, release: &Release) -> bool {
    covering::covers(&exception.releases, release)
}

/// The release without what some exceptions accept, and those of them that accepted something.
fn without<'list>(release: &Release, exceptions: &[&'list Exception]) -> (Release, Vec<&'list Exception>) {
    let mut release = release.clone();
    let mut needed = Vec::new();
    for exception in exceptions {
        let mut matched = false;
        let of_gate = |evidence: &&mut Evidence| evidence.gate.as_deref() == Some(exception.gate.as_str());
        for evidence in release.evidence.iter_mut().filter(of_gate) {
            if let Some(tool) = &exception.matches.tool
                && !names_tool(evidence, tool)
            {
                continue;
            }
            matched |= match &mut evidence.artifact.content {
                Content::Findings(facts) => take_findings(facts, &exception.matches),
                Content::Tests(facts) => take_cases(facts, &exception.matches),
                Content::Series(series) => take_breaches(series, &exception.matches),
                Content::Metrics(facts) => take_figures(facts, &exception.matches),
                Content::Coverage(facts) => take_coverage(facts, &exception.matches),
                Content::Phases(phases) => take_phases(phases, &exception.matches),
                _ => false,
            };
        }
        if matched {
            needed.push(*exception);
        }
    }
    (release, needed)
}

/// Takes the findings that match out of the counts. Findings that a long report does not list cannot be matched, and stay.
fn take_findings(facts: &mut FindingFacts, wanted: &ExceptionMatch) -> bool {
    let names_nothing =
        wanted.fingerprint.is_none() && wanted.rules.is_empty() && wanted.package.is_none() && wanted.path.is_none();
    if names_nothing {
        return false;
    }
    let is_accepted = is_finding(&facts.advisories, wanted);
    let mut taken = 0;
    let (levels, severities) = (&mut facts.levels, &mut facts.severities);
    facts.findings.retain(|finding| {
        if !is_accepted(finding) {
            return true;
        }
        for (name, count) in levels.iter_mut().chain(severities.iter_mut()) {
            if name.eq_ignore_ascii_case(&finding.level) {
                *count = count.saturating_sub(1);
            }
        }
        taken += 1;
        false
    });
    if taken > 0 && facts.findings.is_empty() {
        let is_clean = facts.levels.iter().all(|(_, count)| *count == 0);
        if is_clean {
            facts.security_severity = None;
            for (_, count) in &mut facts.severities {
                *count = 0;
            }
        }
    }
    facts.suppressed += taken;
    taken > 0
}

/// Takes the failed cases that match out of the counts; as cases that did not run they do not count as passed either.
fn take_cases(facts: &mut TestFacts, wanted: &ExceptionMatch) -> bool {
    if wanted.rules.is_empty() {
        return false;
    }
    // A case may be named with its class before it: `Class: case`, `Class.case`.
    let is_it = |name: &str| {
        let dotted = name.replacen(": ", ".", 1);
        let mut rules = wanted.rules.iter();
        rules.any(|rule| name == rule || dotted == *rule || dotted.ends_with(&format!(".{rule}")))
    };
    let before = facts.failed.len();
    facts.failed.retain(|case| !is_it(&case.name));
    let taken = (before - facts.failed.len()) as u64;
    let failures = taken.min(facts.failures);
    facts.failures -= failures;
    facts.errors = facts.errors.saturating_sub(taken - failures);
    // What the report says of itself counted them as well.
    let declared = &mut facts.declared;
    let of_failures = taken.min(declared.failures.unwrap_or_default());
    declared.failures = declared.failures.map(|count| count - of_failures);
    declared.errors = declared.errors.map(|count| count.saturating_sub(taken - of_failures));
    // A job or a step that was skipped would keep its gate open; a test that was accepted is none that ran.
    if facts.kind == CaseKind::Test {
        facts.skipped += taken;
    }
    for named in &mut facts.named {
        if named.result == CaseResult::Failed && is_it(&named.name) {
            named.result = CaseResult::Passed;
        }
    }
    taken > 0
}

/// Whether a name is one of those that an exception accepts, however its words are joined: `error-rate`, `error_rate`.
fn is_accepted(name: &str, wanted: &ExceptionMatch) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], " ");
    wanted.rules.iter().any(|rule| plain(rule) == plain(name))
}

/// Accepts the breaches of the series that match. Whether somebody looked for long enough stays as it is: where nobody looked there is
/// nothing to accept.
fn take_breaches(series: &mut Series, wanted: &ExceptionMatch) -> bool {
    let mut taken = false;
    for point in series.points.iter_mut().filter(|point| is_accepted(&point.metric, wanted)) {
        point.is_accepted = true;
        taken = true;
    }
    taken
}

/// Accepts the figures that match.
fn take_figures(facts: &mut MetricFacts, wanted: &ExceptionMatch) -> bool {
    let mut taken = false;
    for metric in facts
        .metrics
        .iter_mut()
        .filter(|metric| metric.value.is_some() && is_accepted(&metric.name, wanted))
    {
        metric.is_accepted = true;
        metric.holds = metric.holds.map(|_| true);
        taken = true;
    }
    taken
}

/// Accepts the kinds of coverage that match: for the judgement without them, they are whole.
fn take_coverage(facts: &mut CoverageFacts, wanted: &ExceptionMatch) -> bool {
    let mut taken = false;
    for metric in facts
        .metrics
        .iter_mut()
        .filter(|metric| metric.total > 0 && is_accepted(metric.name, wanted))
    {
        metric.covered = metric.total;
        metric.declared = None;
        taken = true;
    }
    taken
}

/// Accepts the phases that match and failed, or that began too early.
fn take_phases(phases: &mut Vec<Phase>, wanted: &ExceptionMatch) -> bool {
    let before = phases.len();
    phases.retain(|phase| !is_accepted(&phase.id, wanted) && !is_accepted(&phase.title, wanted));
    before > phases.len()
}

#[cfg(test)]
mod tests;
