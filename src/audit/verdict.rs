//! How a gate went, and a release as a whole. Fail-closed: what was not measured, or not against a threshold, does not pass.
//!
//! Every step of the arithmetic is a sentence of the verdict, so that a reader can follow it with the file in hand.

mod declared;
mod facts;
mod measure;

use std::collections::BTreeSet;

use crate::model::evidence::{Artifact, CaseKind, Content, Evidence, Integrity};
use crate::model::gate::{Gate, GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
use crate::model::release::{self, Record, Release};

use declared::gates_of;
use measure::{Measurement, cases, coverage, findings, sbom};

/// The gates of a product: those that are declared in their order, then those that only records or evidence know, by id.
pub(crate) fn gates(declared: &[Gate], releases: &[Release]) -> Vec<Gate> {
    declared::gates(declared, releases)
}

/// How a release went. Gates that neither the configuration nor the release knows are left out: they came later.
pub(crate) fn verdict(release: &Release, gates: &[Gate]) -> ReleaseVerdict {
    let known: BTreeSet<&str> = gates_of(release).collect();
    let gates: Vec<GateVerdict> = gates
        .iter()
        .filter(|gate| gate.is_declared || known.contains(gate.id.as_str()))
        .map(|gate| gate_verdict(release, gate))
        .collect();
    let let_through = gates.iter().filter(|gate| gate.outcome.lets_through()).count() as u64;
    ReleaseVerdict {
        state: state(release, gates.len() as u64, let_through),
        gates,
        let_through,
        reasons: Vec::new(),
    }
}

fn state(release: &Release, gates: u64, let_through: u64) -> ReleaseState {
    let outcome = release.record.as_ref().and_then(|record| record.outcome);
    let is_yanked = release.notes.iter().any(|notes| notes.is_yanked);
    match outcome {
        Some(release::Outcome::RolledBack) => ReleaseState::RolledBack,
        Some(release::Outcome::Withdrawn | release::Outcome::Abandoned) => ReleaseState::Withdrawn,
        _ if is_yanked => ReleaseState::Withdrawn,
        _ if release.is_contradicted || release.evidence.iter().any(is_unlike_record) => ReleaseState::Contradicted,
        _ if gates == 0 || (release.evidence.is_empty() && release.record.is_none()) => ReleaseState::Unproven,
        _ if gates == let_through => ReleaseState::Proven,
        _ => ReleaseState::OpenGates,
    }
}

/// Whether a file is not as it was recorded. Files of no gate count, too: notes and sign-offs are evidence.
fn is_unlike_record(file: &Evidence) -> bool {
    matches!(file.integrity, Integrity::Altered | Integrity::Absent)
}

fn gate_verdict(release: &Release, gate: &Gate) -> GateVerdict {
    let evidence: Vec<&Evidence> = release
        .evidence
        .iter()
        .filter(|evidence| evidence.gate.as_deref() == Some(gate.id.as_str()))
        .collect();
    let mut reasons = Vec::new();
    let mut outcome = Outcome::Passed;
    let mut values = Vec::new();
    // One file of the declared format is what the gate asks for; what lies beside it is judged by its own content.
    let has_format =
        |file: &&Evidence, wanted: &str| file.artifact.format.is_some_and(|format| format.eq_ignore_ascii_case(wanted));
    let wanted = gate.demand.format.as_deref();
    let wanted = wanted.filter(|wanted| !evidence.iter().any(|file| has_format(file, wanted)));
    let judged: Vec<_> = evidence
        .iter()
        .map(|file| unsound(file, wanted, release.record.as_ref()))
        .collect();
    let sound: Vec<&Evidence> = evidence
        .iter()
        .zip(&judged)
        .filter(|(_, flaw)| flaw.is_none())
        .map(|(file, _)| *file)
        .collect();
    for (file, flaw) in evidence.iter().zip(judged) {
        if let Some((worse, reason)) = flaw {
            reasons.push(format!("`{}` {reason}.", file.path));
            let is_companion = worse == Outcome::Inconclusive && !sound.is_empty() && is_prose(file);
            if !is_companion {
                outcome = outcome.max(worse);
            }
        }
        if file.integrity == Integrity::Unrecorded && release.record.is_some() {
            reasons.push(format!("`{}` is not in the record, so no digest vouches for it.", file.path));
            // A report that came after the record may not turn a gate green.
            if sound.iter().any(|measured| measured.path == file.path) {
                outcome = outcome.max(Outcome::Inconclusive);
            }
        }
    }
    if evidence.is_empty() {
        let (missing, reason) = absent(release, gate);
        outcome = missing;
        reasons.push(reason);
    }
    for measurement in measurements(&sound, gate) {
        outcome = outcome.max(measurement.outcome);
        values.push(measurement.value);
        reasons.extend(measurement.reasons);
    }
    if let Some(commit) = &release.commit {
        for reason in of_other_commits(&sound, commit) {
            outcome = outcome.max(Outcome::Inconclusive);
            reasons.push(reason);
        }
    }
    if !sound.is_empty() {
        for reason in unmeasured(&sound, gate) {
            outcome = outcome.max(Outcome::Inconclusive);
            reasons.push(reason);
        }
    }
    values.retain(|value| !value.is_empty());
    GateVerdict {
        gate: gate.id.clone(),
        outcome,
        value: values.join("; "),
        reasons,
        evidence: evidence.iter().map(|file| file.path.clone()).collect(),
    }
}

/// What a gate without evidence is: not applicable when the record says so and why, else missing.
fn absent(release: &Release, gate: &Gate) -> (Outcome, String) {
    let events = release.record.iter().flat_map(|record| &record.timeline);
    let mut claims = events.filter(|event| event.event == "not-applicable" && event.gate.as_deref() == Some(gate.id.as_str()));
    let reasoned = claims.find_map(|event| {
        event
            .note
            .as_deref()
            .map(str::trim)
            .filter(|note| !note.is_empty())
            .map(|note| (event, note))
    });
    match reasoned {
        Some((event, note)) => {
            let who = event.by.as_deref().unwrap_or("somebody who is not named");
            let note = note.trim_end_matches('.');
            (
                Outcome::NotApplicable,
                format!("It does not apply to this release, by the word of {who}: {note}."),
            )
        }
        None => (
            Outcome::Missing,
            format!("The release has no evidence for the gate `{}`.", gate.id),
        ),
    }
}

/// Why nothing may be measured in a file, and what that makes of the gate.
fn unsound(file: &Evidence, wanted: Option<&str>, record: Option<&Record>) -> Option<(Outcome, String)> {
    match file.integrity {
        Integrity::Altered => {
            return Some((
                Outcome::Altered,
                "is not as it was recorded: its digest is another one".to_owned(),
            ));
        }
        Integrity::Absent => return Some((Outcome::Missing, "is named by the record and is not there".to_owned())),
        Integrity::Recorded | Integrity::Unrecorded => {}
    }
    let is_blank = |text: &str| text.len() as u64 == file.bytes && text.trim().is_empty();
    if file.bytes == 0 || file.excerpt.as_deref().is_some_and(is_blank) {
        return Some((Outcome::Empty, "is an empty file".to_owned()));
    }
    let artifact = &file.artifact;
    let recorded = record
        .and_then(|record| record.files.iter().find(|recorded| recorded.path == file.path))
        .and_then(|recorded| recorded.format.as_deref());
    for (wanted, who) in [(wanted, "the gate"), (recorded, "the record")] {
        let Some(wanted) = wanted else { continue };
        if artifact.format.is_none_or(|format| !format.eq_ignore_ascii_case(wanted)) {
            let found = artifact
                .format
                .map_or_else(|| first_problem(artifact), |format| format!("it is `{format}`"));
            return Some((
                Outcome::Unreadable,
                format!("is not `{wanted}`, as {who} declares it: {found}"),
            ));
        }
    }
    match (&artifact.content, artifact.format) {
        (Content::Unread, Some(format)) => {
            let reason = format!("is `{format}` and cannot be read: {}", first_problem(artifact));
            Some((Outcome::Unreadable, reason))
        }
        (Content::Unread, None) => {
            let reason = format!("is stored, not read, so it measures nothing: {}", first_problem(artifact));
            Some((Outcome::Inconclusive, reason))
        }
        _ => None,
    }
}

fn first_problem(artifact: &Artifact) -> String {
    match artifact.problems.first() {
        Some(problem) => match problem.line {
            Some(line) => format!("{} (line {line})", problem.message),
            None => problem.message.clone(),
        },
        None => "no format knows it".to_owned(),
    }
}

/// Whether a file that no format reads is text for people, such as a log. XML and JSON may hold results that nobody looked at.
fn is_prose(file: &Evidence) -> bool {
    let start = file.excerpt.as_deref().map(str::trim_start);
    start.is_some_and(|start| !start.starts_with(['{', '[', '<']))
}

/// Evidence that says that it is about another commit than that of the release, in sentences.
fn of_other_commits(sound: &[&Evidence], commit: &str) -> Vec<String> {
    let commits = sound
        .iter()
        .flat_map(|file| file.artifact.about.commits.iter().map(move |commit| (file, commit.as_str())));
    let is_other = |named: &str| {
        let named = named.to_ascii_lowercase();
        named.len() < 7 || !commit.to_ascii_lowercase().starts_with(&named)
    };
    commits
        .filter(|(_, named)| is_other(named))
        .map(|(file, named)| format!("`{}` is about the commit {named}, and the release is {commit}.", file.path))
        .collect()
}

/// What the sound files of a gate say. Test results are taken together, because many tools write one file per class.
fn measurements(sound: &[&Evidence], gate: &Gate) -> Vec<Measurement> {
    let mut measurements = Vec::new();
    for (kind, least) in [
        (CaseKind::Test, gate.demand.min_tests.unwrap_or(1)),
        (CaseKind::Job, 1),
        (CaseKind::Step, 1),
    ] {
        let results: Vec<_> = sound
            .iter()
            .filter_map(|file| match &file.artifact.content {
                Content::Tests(facts) if facts.kind == kind => Some((file.path.as_str(), facts)),
                _ => None,
            })
            .collect();
        if !results.is_empty() {
            measurements.push(cases(kind, &results, least));
        }
    }
    for file in sound {
        measurements.extend(match &file.artifact.content {
            Content::Coverage(facts) => Some(coverage(&file.path, facts, &gate.demand.at_least)),
            Content::Findings(facts) => Some(findings(&file.path, facts, gate.demand.max_warnings)),
            Content::Sbom(facts) => Some(sbom(&file.path, facts)),
            Content::Metrics(metrics) => Some(facts::metrics(&file.path, metrics)),
            Content::Provenance(statements) => Some(facts::provenance(&file.path, statements)),
            Content::Advisories(statements) => Some(facts::advisories(&file.path, statements)),
            Content::Tests(_) | Content::Unread => None,
        });
    }
    measurements
}

/// What the gate demands and no file of it measures, in sentences.
fn unmeasured(sound: &[&Evidence], gate: &Gate) -> Vec<String> {
    let any = |is_kind: fn(&Content) -> bool| sound.iter().any(|file| is_kind(&file.artifact.content));
    let mut reasons = Vec::new();
    if !gate.demand.at_least.is_empty() && !any(|content| matches!(content, Content::Coverage(_))) {
        reasons.push("The gate declares a threshold for coverage, and its evidence measures none.".to_owned());
    }
    if gate.demand.max_warnings.is_some() && !any(|content| matches!(content, Content::Findings(_))) {
        reasons.push("The gate limits warnings, and its evidence is no report of a scanner.".to_owned());
    }
    if gate.demand.min_tests.unwrap_or(1) > 1
        && !any(|content| matches!(content, Content::Tests(facts) if facts.kind == CaseKind::Test))
    {
        reasons.push("The gate demands a number of tests, and its evidence holds no test results.".to_owned());
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::{gates, verdict};
    use crate::model::evidence::{Artifact, CaseKind, Content, Evidence, FindingFacts, Integrity, TestFacts};
    use crate::model::finding::Problem;
    use crate::model::gate::{Demand, Gate, GateVerdict, Outcome, ReleaseState};
    use crate::model::release::{self, Notes, Record, RecordFile, Release, TimelineEvent};

    fn evidence(gate: &str, format: Option<&'static str>, content: Content) -> Evidence {
        Evidence {
            path: format!("evidence/{gate}/file"),
            repository_path: format!("releases/v1/evidence/{gate}/file"),
            gate: Some(gate.to_owned()),
            sha256: "0".repeat(64),
            bytes: 100,
            integrity: Integrity::Recorded,
            artifact: Artifact {
                format,
                content,
                ..Artifact::default()
            },
            excerpt: None,
        }
    }

    fn ran(tests: u64, failures: u64, skipped: u64) -> TestFacts {
        TestFacts {
            tests,
            failures,
            skipped,
            suites: 1,
            ..TestFacts::default()
        }
    }

    fn junit(facts: TestFacts) -> Evidence {
        evidence("unit", Some("junit"), Content::Tests(facts))
    }

    fn scan(levels: &[(&str, u64)], is_conclusive: bool) -> Evidence {
        let facts = FindingFacts {
            levels: levels.iter().map(|(level, count)| ((*level).to_owned(), *count)).collect(),
            is_conclusive,
            suppressed: 1,
            ..FindingFacts::default()
        };
        evidence("scan", Some("sarif"), Content::Findings(facts))
    }

    fn config(id: &str) -> Gate {
        demanding(id, Demand::default())
    }

    fn demanding(id: &str, demand: Demand) -> Gate {
        Gate {
            id: id.to_owned(),
            is_declared: true,
            demand,
            ..Gate::default()
        }
    }

    /// The verdict on the only gate of a release with this evidence.
    fn judged(config: Gate, evidence: Vec<Evidence>) -> GateVerdict {
        let release = Release {
            evidence,
            ..Release::default()
        };
        let gates = gates(&[config], &[]);
        verdict(&release, &gates).gates.remove(0)
    }

    fn check(config: Gate, evidence: Vec<Evidence>, outcome: Outcome, value: &str, reasons: &[&str]) {
        let verdict = judged(config, evidence);
        assert_eq!(
            (verdict.outcome, verdict.value.as_str()),
            (outcome, value),
            "{:?}",
            verdict.reasons
        );
        assert_eq!(verdict.reasons, reasons);
    }

    #[test]
    fn a_gate_does_not_apply_only_when_the_record_says_why() {
        let outcome = |note: &str, gate: &str, evidence: Vec<Evidence>| {
            let event = TimelineEvent {
                at: "2026-01-02T10:00:00Z".parse().expect("a moment"),
                event: "not-applicable".to_owned(),
                by: Some("release driver".to_owned()),
                note: Some(note.to_owned()),
                gate: Some(gate.to_owned()),
            };
            let record = Record {
                timeline: vec![event],
                ..Record::default()
            };
            let release = Release {
                record: Some(record),
                evidence,
                ..Release::default()
            };
            let verdict = verdict(&release, &gates(&[config("unit")], &[])).gates.remove(0);
            (verdict.outcome, verdict.reasons.concat())
        };
        let (applies_not, reason) = outcome("no model changed.", "unit", Vec::new());
        assert_eq!(applies_not, Outcome::NotApplicable);
        assert_eq!(
            reason,
            "It does not apply to this release, by the word of release driver: no model changed."
        );
        assert_eq!(outcome(" ", "unit", Vec::new()).0, Outcome::Missing, "no reason");
        assert_eq!(
            outcome("no model changed", "scan", Vec::new()).0,
            Outcome::Missing,
            "another gate"
        );
        assert_eq!(
            outcome("no model changed", "unit", vec![junit(ran(3, 1, 0))]).0,
            Outcome::Failed,
            "what was measured counts"
        );
    }

    #[test]
    fn evidence_of_another_kind_than_the_threshold_does_not_pass() {
        let demand = Demand {
            at_least: vec![("lines".to_owned(), 50.0)],
            max_warnings: Some(0),
            min_tests: Some(2),
            ..Demand::default()
        };
        let wanted = demanding("unit", demand);
        let verdict = judged(wanted, vec![junit(ran(3, 0, 0))]);
        assert_eq!((verdict.outcome, verdict.reasons.len()), (Outcome::Inconclusive, 3));
    }

    #[test]
    fn files_that_cannot_be_trusted_or_read_are_not_measured() {
        let good = || junit(ran(3, 0, 0));
        let altered = Evidence {
            integrity: Integrity::Altered,
            ..good()
        };
        check(
            config("unit"),
            vec![altered, good()],
            Outcome::Altered,
            "3 passed, 0 failed",
            &[
                "`evidence/unit/file` is not as it was recorded: its digest is another one.",
                "3 tests ran, and none failed.",
            ],
        );
        let absent = Evidence {
            integrity: Integrity::Absent,
            ..good()
        };
        check(
            config("unit"),
            vec![absent],
            Outcome::Missing,
            "",
            &["`evidence/unit/file` is named by the record and is not there."],
        );
        check(
            config("unit"),
            Vec::new(),
            Outcome::Missing,
            "",
            &["The release has no evidence for the gate `unit`."],
        );
        let empty = Evidence {
            bytes: 0,
            ..evidence("unit", None, Content::Unread)
        };
        check(
            config("unit"),
            vec![empty],
            Outcome::Empty,
            "",
            &["`evidence/unit/file` is an empty file."],
        );
        let mut broken = evidence("unit", Some("junit"), Content::Unread);
        broken
            .artifact
            .problems
            .push(Problem::at(7, "the file ends inside of an element"));
        check(
            config("unit"),
            vec![broken],
            Outcome::Unreadable,
            "",
            &["`evidence/unit/file` is `junit` and cannot be read: the file ends inside of an element (line 7)."],
        );
        let stored = evidence("unit", None, Content::Unread);
        check(
            config("unit"),
            vec![stored],
            Outcome::Inconclusive,
            "",
            &["`evidence/unit/file` is stored, not read, so it measures nothing: no format knows it."],
        );
    }

    #[test]
    fn prose_beside_what_was_measured_does_not_count_and_structured_files_do() {
        let beside = |excerpt: &str| Evidence {
            excerpt: Some(excerpt.to_owned()),
            ..evidence("unit", None, Content::Unread)
        };
        let log = judged(config("unit"), vec![junit(ran(3, 0, 0)), beside("INFO ran the tests")]);
        assert_eq!((log.outcome, log.reasons.len()), (Outcome::Passed, 2));
        let report = judged(config("unit"), vec![junit(ran(3, 0, 0)), beside("  {\"failed\": 3}")]);
        assert_eq!(report.outcome, Outcome::Inconclusive);
        assert_eq!(
            judged(config("unit"), vec![beside("INFO ran the tests")]).outcome,
            Outcome::Inconclusive
        );
    }

    #[test]
    fn a_declared_format_is_met_by_one_file_and_others_are_judged_as_they_are() {
        let demand = Demand {
            format: Some("junit".to_owned()),
            min_tests: Some(3),
            ..Demand::default()
        };
        let wanted = demanding("unit", demand);
        let step = |failures: u64| {
            let facts = TestFacts {
                kind: CaseKind::Step,
                ..ran(1, failures, 0)
            };
            evidence("unit", Some("step-record"), Content::Tests(facts))
        };
        let reasons = ["3 tests ran, and none failed.", "1 step ran, and none failed."];
        check(
            wanted.clone(),
            vec![junit(ran(3, 0, 0)), step(0)],
            Outcome::Passed,
            "3 passed, 0 failed; 1 passed, 0 failed",
            &reasons,
        );
        assert_eq!(
            judged(wanted.clone(), vec![junit(ran(2, 0, 0)), step(0)]).outcome,
            Outcome::Empty
        );
        assert_eq!(
            judged(wanted.clone(), vec![junit(ran(3, 0, 0)), step(1)]).outcome,
            Outcome::Failed
        );
        assert_eq!(judged(wanted, vec![step(0)]).outcome, Outcome::Unreadable);
    }

    #[test]
    fn evidence_about_another_commit_does_not_pass() {
        let about = |commit: &str| {
            let mut file = junit(ran(3, 0, 0));
            file.artifact.about.commits.push(commit.to_owned());
            let release = Release {
                commit: Some("abcdef0123456789abcdef0123456789abcdef01".to_owned()),
                evidence: vec![file],
                ..Release::default()
            };
            verdict(&release, &gates(&[config("unit")], &[])).gates.remove(0)
        };
        assert_eq!(about("ABCDEF0").outcome, Outcome::Passed);
        assert_eq!(about("abc").outcome, Outcome::Inconclusive);
        let other = about("0000000123456789abcdef0123456789abcdef01");
        assert_eq!(other.outcome, Outcome::Inconclusive);
        assert_eq!(
            other.reasons[1],
            "`evidence/unit/file` is about the commit 0000000123456789abcdef0123456789abcdef01, and the release is abcdef0123456789abcdef0123456789abcdef01."
        );
    }

    #[test]
    fn another_format_than_declared_is_unreadable() {
        let demand = Demand {
            format: Some("sarif".to_owned()),
            ..Demand::default()
        };
        let wanted = demanding("unit", demand);
        check(
            wanted,
            vec![junit(ran(3, 0, 0))],
            Outcome::Unreadable,
            "",
            &["`evidence/unit/file` is not `sarif`, as the gate declares it: it is `junit`."],
        );
        let release = Release {
            evidence: vec![junit(ran(3, 0, 0))],
            record: Some(Record {
                files: vec![RecordFile {
                    path: "evidence/unit/file".to_owned(),
                    sha256: "0".repeat(64),
                    bytes: 100,
                    format: Some("lcov".to_owned()),
                    gate: Some("unit".to_owned()),
                }],
                ..Record::default()
            }),
            ..Release::default()
        };
        let verdict = verdict(&release, &gates(&[config("unit")], &[]));
        assert_eq!(
            verdict.gates[0].reasons,
            ["`evidence/unit/file` is not `lcov`, as the record declares it: it is `junit`."]
        );
    }

    #[test]
    fn gates_that_came_later_say_nothing_about_an_earlier_release() {
        let later = Release {
            evidence: vec![scan(&[], true)],
            ..Release::default()
        };
        let gates = gates(&[config("unit")], &[later]);
        let known: Vec<_> = verdict(&Release::default(), &gates)
            .gates
            .into_iter()
            .map(|gate| gate.gate)
            .collect();
        assert_eq!((gates.len(), known), (2, vec!["unit".to_owned()]));
    }

    #[test]
    fn what_is_not_as_it_was_recorded_is_never_proven() {
        let judged = |integrity: Integrity, gate: Option<&str>, is_contradicted: bool| {
            let release = Release {
                record: Some(Record::default()),
                evidence: vec![
                    junit(ran(3, 0, 0)),
                    Evidence {
                        gate: gate.map(str::to_owned),
                        integrity,
                        ..junit(ran(3, 0, 0))
                    },
                ],
                is_contradicted,
                ..Release::default()
            };
            verdict(&release, &gates(&[config("unit")], &[])).state
        };
        assert_eq!(judged(Integrity::Recorded, Some("unit"), false), ReleaseState::Proven);
        assert_eq!(judged(Integrity::Altered, None, false), ReleaseState::Contradicted);
        assert_eq!(judged(Integrity::Absent, None, false), ReleaseState::Contradicted);
        assert_eq!(judged(Integrity::Recorded, None, true), ReleaseState::Contradicted);
        assert_eq!(judged(Integrity::Unrecorded, Some("unit"), false), ReleaseState::OpenGates);
        assert_eq!(judged(Integrity::Unrecorded, None, false), ReleaseState::Proven);
    }

    #[test]
    fn the_state_of_a_release_follows_its_record_and_its_gates() {
        let state = |outcome: Option<release::Outcome>, evidence: Vec<Evidence>, is_yanked: bool| {
            let release = Release {
                record: outcome.map(|outcome| Record {
                    outcome: Some(outcome),
                    ..Record::default()
                }),
                notes: vec![Notes {
                    is_yanked,
                    ..Notes::default()
                }],
                evidence,
                ..Release::default()
            };
            verdict(&release, &gates(&[config("unit")], &[])).state
        };
        let good = || vec![junit(ran(3, 0, 0))];
        assert_eq!(state(Some(release::Outcome::Shipped), good(), false), ReleaseState::Proven);
        assert_eq!(state(None, good(), false), ReleaseState::Proven);
        assert_eq!(state(None, vec![junit(ran(3, 1, 0))], false), ReleaseState::OpenGates);
        assert_eq!(
            state(Some(release::Outcome::Shipped), Vec::new(), false),
            ReleaseState::OpenGates
        );
        assert_eq!(
            state(Some(release::Outcome::RolledBack), good(), false),
            ReleaseState::RolledBack
        );
        assert_eq!(
            state(Some(release::Outcome::Withdrawn), good(), false),
            ReleaseState::Withdrawn
        );
        assert_eq!(state(None, good(), true), ReleaseState::Withdrawn);
        assert_eq!(state(None, Vec::new(), false), ReleaseState::Unproven);
    }
}
