//! How gates and releases go, with whole releases.

use crate::audit::testing::evidence_file;
use chrono::NaiveDate;

use crate::audit::verdict::{gates, verdicts};
use crate::model::about::{About, Attachment};
use crate::model::evidence::{
    Anomaly, AnomalyKind, Artifact, CaseKind, CaseResult, Content, Evidence, FindingFacts, Integrity, NamedResult, TestFacts,
};
use crate::model::finding::Problem;
use crate::model::gate::{Demand, Gate, GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
use crate::model::release::{self, Confirmation, Notes, Record, RecordFile, Release, ReleaseDate, ReleaseSource, TimelineEvent};

fn evidence(gate: &str, format: Option<&'static str>, content: Content) -> Evidence {
    Evidence {
        sha256: "0".repeat(64),
        ..evidence_file(
            &format!("evidence/{gate}/file"),
            Artifact {
                format,
                content,
                ..Artifact::default()
            },
        )
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

fn verdict(release: &Release, gates: &[Gate]) -> ReleaseVerdict {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    verdicts(std::slice::from_ref(release), &[gates.to_vec()], today).remove(0)
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
    let (applies_not, reason) = outcome("no prompt and no model changed.", "unit", Vec::new());
    assert_eq!(applies_not, Outcome::NotApplicable);
    assert_eq!(
        reason,
        "It does not apply to this release, by the word of release driver: no prompt and no model changed."
    );
    assert_eq!(outcome(" ", "unit", Vec::new()).0, Outcome::Missing, "no reason");
    assert_eq!(
        outcome("no need", "unit", Vec::new()).0,
        Outcome::Missing,
        "no reason of 20 letters"
    );
    assert_eq!(
        outcome("no prompt and no model changed", "scan", Vec::new()).0,
        Outcome::Missing,
        "another gate"
    );
    assert_eq!(
        outcome("no prompt and no model changed", "unit", vec![junit(ran(3, 1, 0))]).0,
        Outcome::Failed,
        "what was measured counts"
    );
}

#[test]
fn that_a_gate_does_not_apply_is_said_with_the_release_and_not_later() {
    for (released, expected) in [
        ("2026-01-02T11:00:00Z", Outcome::NotApplicable),
        ("2026-01-01T16:00:00Z", Outcome::NotApplicable),
        ("2025-12-30T10:00:00Z", Outcome::Missing),
    ] {
        let event = TimelineEvent {
            at: "2026-01-02T10:00:00Z".parse().expect("a moment"),
            event: "not-applicable".to_owned(),
            by: Some("QA lead".to_owned()),
            note: Some("no prompt and no model changed".to_owned()),
            gate: Some("unit".to_owned()),
        };
        let record = Record {
            released: released.parse().ok(),
            timeline: vec![event],
            ..Record::default()
        };
        let release = Release {
            record: Some(record),
            ..Release::default()
        };
        let verdict = verdict(&release, &gates(&[config("unit")], &[])).gates.remove(0);
        assert_eq!(verdict.outcome, expected, "{released}: {:?}", verdict.reasons);
    }
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
        sha256: "1".repeat(64),
        ..good()
    };
    check(
        config("unit"),
        vec![altered, good()],
        Outcome::Altered,
        "3 passed, 0 failed",
        &[
            "3 tests ran, and none failed.",
            "`evidence/unit/file` is not as it was recorded: its digest is another one.",
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
    let release = recorded(Vec::new());
    let gates = gates(&[config("unit")], std::slice::from_ref(&release));
    let missing = &verdict(&release, &gates).gates[0];
    assert_eq!(missing.outcome, Outcome::Missing);
    assert_eq!(missing.reasons, ["The release has no evidence for the gate `unit`."]);
    // Without a record it is not judged.
    assert!(verdict(&Release::default(), &gates).gates.is_empty());
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
        sha256: "1".repeat(64),
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
        Evidence {
            sha256: "1".repeat(64),
            ..evidence("unit", Some("step-record"), Content::Tests(facts))
        }
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
    assert_eq!(about("abc").outcome, Outcome::WrongSubject);
    let other = about("0000000123456789abcdef0123456789abcdef01");
    assert_eq!(other.outcome, Outcome::WrongSubject);
    assert_eq!(
        other.reasons.last().map(String::as_str),
        Some(
            "`evidence/unit/file` is about the commit 0000000123456789abcdef0123456789abcdef01, and the release is abcdef0123456789abcdef0123456789abcdef01."
        ),
        "why it does not count is said last"
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
                collected_at: None,
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
fn a_family_of_formats_is_met_by_each_of_its_formats_and_by_no_other() {
    let bill = |format| evidence("unit", Some(format), Content::Sbom(Box::default()));
    let outcome = |title: &str, demand: Demand, files: Vec<Evidence>| {
        let gate = Gate {
            title: title.to_owned(),
            ..demanding("unit", demand)
        };
        judged(gate, files).outcome
    };
    let spdx = || Demand {
        format: Some("SPDX".to_owned()),
        ..Demand::default()
    };
    assert_ne!(outcome("SBOM", spdx(), vec![bill("spdx-yaml")]), Outcome::Unreadable);
    assert_eq!(outcome("SBOM", spdx(), vec![bill("cyclonedx-json")]), Outcome::Unreadable);
    let both = || Demand {
        formats: vec!["SPDX".to_owned(), "CycloneDX".to_owned()],
        ..Demand::default()
    };
    let mut other = bill("cyclonedx-xml");
    other.sha256 = "1".repeat(64);
    assert_ne!(outcome("SBOM", both(), vec![bill("spdx-json"), other]), Outcome::Missing);
    assert_eq!(outcome("SBOM", both(), vec![bill("spdx-json")]), Outcome::Missing);
    let none = Demand::default;
    assert_ne!(outcome("SPDX SBOM", none(), vec![bill("spdx-json")]), Outcome::Unreadable);
    assert_eq!(
        outcome("SPDX SBOM", none(), vec![bill("cyclonedx-json")]),
        Outcome::Unreadable
    );
    assert_eq!(
        outcome("SPDX upload", none(), vec![junit(ran(1, 0, 0))]),
        Outcome::Passed,
        "what is no bill may show that there is one"
    );
}

#[test]
fn evidence_is_placed_in_time_by_itself_by_the_record_or_by_history() {
    let collected = "2026-11-20T10:30:00Z".parse().ok();
    let outcome = |collected_at, recorded_at: Option<&str>, of_file: &[&str]| {
        let mut file = junit(ran(3, 0, 0));
        file.artifact.about.times = of_file.iter().map(|time| (*time).to_owned()).collect();
        let release = Release {
            evidence: vec![file],
            recorded_at: recorded_at.and_then(|at| at.parse().ok()),
            record: Some(Record {
                files: vec![RecordFile {
                    path: "evidence/unit/file".to_owned(),
                    sha256: "0".repeat(64),
                    bytes: 100,
                    format: None,
                    gate: Some("unit".to_owned()),
                    collected_at,
                }],
                ..Record::default()
            }),
            ..Release::default()
        };
        let mut verdict = verdict(&release, &gates(&[config("unit")], &[]));
        let gate = verdict.gates.remove(0);
        (gate.outcome, gate.reasons.last().cloned().unwrap_or_default())
    };
    assert_eq!(outcome(collected, None, &[]).0, Outcome::Passed);
    assert_eq!(
        outcome(None, None, &["2026-11-20T10:00:00Z"]).0,
        Outcome::Passed,
        "it tells its own moment"
    );
    assert_eq!(
        outcome(None, Some("2026-11-20T12:00:00Z"), &[]).0,
        Outcome::Passed,
        "a record that was written by hand is placed by the commit that added it"
    );
    let in_folder = Release {
        evidence: vec![junit(ran(3, 1, 0))],
        record: Some(Record {
            released: "2026-11-20T11:00:00Z".parse().ok(),
            files: vec![RecordFile {
                path: "evidence/unit/file".to_owned(),
                sha256: "0".repeat(64),
                bytes: 100,
                format: None,
                gate: Some("unit".to_owned()),
                collected_at: None,
            }],
            ..Record::default()
        }),
        ..Release::default()
    };
    let judged = verdict(&in_folder, &gates(&[config("unit")], &[]));
    assert_eq!(
        judged.gates[0].outcome,
        Outcome::Failed,
        "what failed stays failed where no history holds the record"
    );
    assert_eq!(
        outcome(None, None, &[]),
        (
            Outcome::Inconclusive,
            "`evidence/unit/file` does not say when it was made, and neither the record nor history says when it was collected."
                .to_owned()
        )
    );
}

#[test]
fn gates_that_came_later_say_nothing_about_an_earlier_release() {
    let later = Release {
        evidence: vec![scan(&[], true)],
        ..Release::default()
    };
    let gates = gates(&[config("unit")], &[later]);
    let earlier = Release {
        record: Some(Record::default()),
        ..Release::default()
    };
    let known: Vec<_> = verdict(&earlier, &gates).gates.into_iter().map(|gate| gate.gate).collect();
    assert_eq!((gates.len(), known), (2, vec!["unit".to_owned()]));
}

/// A release whose record is whole, with this evidence.
fn recorded(evidence: Vec<Evidence>) -> Release {
    Release {
        commit: Some("a".repeat(40)),
        commit_is_present: true,
        is_chain_start: true,
        confirmation: Confirmation::Next,
        record: Some(Record {
            gates: vec!["unit".to_owned()],
            ..Record::default()
        }),
        evidence,
        ..Release::default()
    }
}

#[test]
fn what_is_not_as_it_was_recorded_is_never_proven() {
    let judged = |integrity: Integrity, gate: Option<&str>| {
        let other = Evidence {
            gate: gate.map(str::to_owned),
            integrity,
            sha256: "1".repeat(64),
            ..junit(ran(3, 0, 0))
        };
        let release = recorded(vec![junit(ran(3, 0, 0)), other]);
        verdict(&release, &gates(&[config("unit")], &[])).state
    };
    assert_eq!(judged(Integrity::Recorded, Some("unit")), ReleaseState::Proven);
    assert_eq!(judged(Integrity::Altered, None), ReleaseState::Contradicted);
    assert_eq!(judged(Integrity::Absent, None), ReleaseState::Contradicted);
    assert_eq!(judged(Integrity::Unrecorded, Some("unit")), ReleaseState::OpenGates);
    assert_eq!(judged(Integrity::Unrecorded, None), ReleaseState::Proven);
}

#[test]
fn the_state_of_a_release_follows_its_record_and_its_gates() {
    let state = |outcome: Option<release::Outcome>, evidence: Vec<Evidence>, change: &dyn Fn(&mut Release)| {
        let mut release = recorded(evidence);
        release.record.as_mut().expect("it is there").outcome = outcome;
        change(&mut release);
        verdict(&release, &gates(&[config("unit")], &[])).state
    };
    let good = || vec![junit(ran(3, 0, 0))];
    let keep: &dyn Fn(&mut Release) = &|_| {};
    let yank: &dyn Fn(&mut Release) = &|release| {
        release.notes.push(Notes {
            is_yanked: true,
            ..Notes::default()
        });
    };
    let contradict: &dyn Fn(&mut Release) = &|release| release.contradictions.push(Problem::of_file("odd"));
    let shipped = Some(release::Outcome::Shipped);
    assert_eq!(state(shipped, good(), keep), ReleaseState::Proven);
    assert_eq!(state(None, good(), keep), ReleaseState::Proven);
    assert_eq!(state(None, vec![junit(ran(3, 1, 0))], keep), ReleaseState::Failed);
    assert_eq!(state(shipped, Vec::new(), keep), ReleaseState::OpenGates);
    assert_eq!(
        state(Some(release::Outcome::RolledBack), good(), keep),
        ReleaseState::RolledBack
    );
    assert_eq!(
        state(Some(release::Outcome::Withdrawn), good(), keep),
        ReleaseState::Withdrawn
    );
    assert_eq!(state(None, good(), yank), ReleaseState::Withdrawn);
    assert_eq!(
        state(Some(release::Outcome::RolledBack), good(), contradict),
        ReleaseState::Contradicted
    );
    assert_eq!(state(None, good(), &|release| release.record = None), ReleaseState::Unproven);
    assert_eq!(
        state(None, good(), &|release| release.is_chain_start = false),
        ReleaseState::Unproven
    );
    assert_eq!(verdict(&Release::default(), &[]).state, ReleaseState::Unproven);
}

#[test]
fn a_copy_counts_once_and_bytes_of_an_older_release_are_about_that_one() {
    let copy = Evidence {
        path: "evidence/unit/copy".to_owned(),
        ..junit(ran(3, 0, 0))
    };
    let demand = Demand {
        min_tests: Some(6),
        ..Demand::default()
    };
    let verdict = judged(demanding("unit", demand), vec![junit(ran(3, 0, 0)), copy]);
    assert_eq!(
        (verdict.outcome, verdict.value.as_str()),
        (Outcome::Empty, "3 passed, 0 failed")
    );
    assert_eq!(verdict.evidence.len(), 2, "both are shown");
    let on = |version: &str, commit: &str, day: u32| Release {
        version: version.to_owned(),
        commit: Some(commit.repeat(40)),
        date: NaiveDate::from_ymd_opt(2026, 11, day).map(|day| ReleaseDate {
            day,
            at: None,
            source: ReleaseSource::Record,
        }),
        ..recorded(vec![junit(ran(3, 0, 0))])
    };
    let outcomes = |releases: &[Release]| -> Vec<Outcome> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        let gates = vec![vec![config("unit")]; releases.len()];
        let verdicts = verdicts(releases, &gates, today);
        verdicts.iter().map(|verdict| verdict.gates[0].outcome).collect()
    };
    let copied = [on("v2", "b", 20), on("v1", "a", 10)];
    assert_eq!(outcomes(&copied), [Outcome::WrongSubject, Outcome::Passed]);
    // A run that names the very bytes and the commit tells what the file cannot.
    let run_of = |commit: &str, digest: String| {
        let mut run = junit(ran(1, 0, 0));
        run.path = "evidence/unit/run".to_owned();
        run.sha256 = "7".repeat(64);
        run.artifact.about.commits.push(commit.repeat(40));
        run.artifact.about.digests.push(digest);
        run
    };
    let bytes = junit(ran(3, 0, 0)).sha256;
    for (run, outcome) in [
        (run_of("b", format!("sha256:{bytes}")), Outcome::Passed),
        (run_of("a", format!("sha256:{bytes}")), Outcome::WrongSubject),
        (run_of("b", format!("sha256:{}", "8".repeat(64))), Outcome::WrongSubject),
    ] {
        let mut copied = copied.clone();
        copied[0]
            .record
            .as_mut()
            .expect("it is recorded")
            .files
            .extend(recorded(vec![run.clone()]).record.unwrap_or_default().files);
        copied[0].evidence.push(run);
        assert_eq!(outcomes(&copied)[0], outcome);
    }
    let candidate = [on("v2", "a", 20), on("v2-rc1", "a", 10)];
    assert_eq!(outcomes(&candidate), [Outcome::Passed; 2], "one commit may have two names");
}

#[test]
fn what_the_reader_saw_reaches_the_verdict_with_its_state() {
    let with = |kind| {
        let mut file = junit(ran(3, 0, 0));
        file.artifact.anomalies.push(Anomaly {
            kind,
            line: Some(4),
            message: "odd".to_owned(),
        });
        judged(config("unit"), vec![file])
    };
    let open = with(AnomalyKind::FewerThanDeclared);
    assert_eq!(
        (open.outcome, open.value.as_str()),
        (Outcome::Inconclusive, "3 passed, 0 failed")
    );
    assert_eq!(
        open.reasons,
        ["3 tests ran, and none failed.", "`evidence/unit/file`: odd (line 4)."]
    );
    let cut = with(AnomalyKind::CutOff);
    assert_eq!((cut.outcome, cut.value.as_str()), (Outcome::Unreadable, ""));
    let mut failed = junit(ran(3, 1, 0));
    failed.artifact.anomalies.push(Anomaly {
        kind: AnomalyKind::FewerThanDeclared,
        line: None,
        message: "odd".to_owned(),
    });
    assert_eq!(judged(config("unit"), vec![failed]).outcome, Outcome::Failed);
}

#[test]
fn evidence_says_what_it_is_about_and_when_it_was_made() {
    let with = |change: &dyn Fn(&mut About), gate: Gate| {
        let mut file = junit(ran(3, 0, 0));
        change(&mut file.artifact.about);
        let mut release = recorded(vec![file]);
        release.semver = "1.2.0".parse().ok();
        release.commit_date = "2026-11-20T09:00:00Z".parse().ok();
        verdict(&release, &[gate]).gates.remove(0).outcome
    };
    let plain = || config("unit");
    let of_tool = || {
        demanding(
            "unit",
            Demand {
                tool: Some("pytest".to_owned()),
                ..Demand::default()
            },
        )
    };
    let time = |text: &'static str| move |about: &mut About| about.times.push(text.to_owned());
    assert_eq!(with(&|_| {}, plain()), Outcome::Passed);
    assert_eq!(with(&|about| about.gate = Some("unit".to_owned()), plain()), Outcome::Passed);
    assert_eq!(
        with(&|about| about.gate = Some("scan".to_owned()), plain()),
        Outcome::WrongSubject
    );
    assert_eq!(
        with(&|about| about.versions.push("v1.2.0".to_owned()), plain()),
        Outcome::Passed
    );
    assert_eq!(
        with(&|about| about.versions.push("0.0.1".to_owned()), plain()),
        Outcome::WrongSubject
    );
    assert_eq!(
        with(&|about| about.tools.push("pytest 9".to_owned()), of_tool()),
        Outcome::Passed
    );
    assert_eq!(
        with(&|about| about.tools.push("jest 30".to_owned()), of_tool()),
        Outcome::WrongSubject
    );
    assert_eq!(with(&|_| {}, of_tool()), Outcome::WrongSubject);
    assert_eq!(with(&time("2026-11-20T10:00:00Z"), plain()), Outcome::Passed);
    assert_eq!(
        with(&time("2026-11-19T10:00:00Z"), plain()),
        Outcome::Passed,
        "a day of tolerance"
    );
    assert_eq!(with(&time("2026-11-18T10:00:00Z"), plain()), Outcome::Stale);
    assert_eq!(with(&time("2099-01-01T00:00:00Z"), plain()), Outcome::Inconclusive);
    assert_eq!(with(&time("soon"), plain()), Outcome::Inconclusive);
    assert_eq!(with(&|about| about.skips.push("ios".to_owned()), plain()), Outcome::Skipped);
    let fact = |value: &'static str| move |about: &mut About| about.facts.push(("decision".to_owned(), value.to_owned()));
    assert_eq!(with(&fact("approved"), plain()), Outcome::Passed);
    assert_eq!(with(&fact("rejected"), plain()), Outcome::Inconclusive);
    let expecting = || {
        demanding(
            "unit",
            Demand {
                expect: vec![("decision".to_owned(), "approved".to_owned())],
                ..Demand::default()
            },
        )
    };
    assert_eq!(with(&fact("approved"), expecting()), Outcome::Passed);
    assert_eq!(with(&fact("rejected"), expecting()), Outcome::Failed);
    assert_eq!(with(&|_| {}, expecting()), Outcome::Missing);
    let attach = |about: &mut About| {
        about.attachments.push(Attachment {
            path: "a.log".to_owned(),
            sha256: None,
        });
    };
    assert_eq!(with(&attach, plain()), Outcome::Inconclusive);
}

#[test]
fn what_is_required_must_be_there_and_pass() {
    let outcome = |wanted: &str, result: CaseResult| {
        let mut facts = ran(3, 0, 0);
        facts.named.push(NamedResult {
            group: "orders".to_owned(),
            name: "refund".to_owned(),
            result,
        });
        let demand = Demand {
            required: vec![wanted.to_owned()],
            ..Demand::default()
        };
        judged(demanding("unit", demand), vec![junit(facts)]).outcome
    };
    for wanted in ["refund", "orders", "orders.refund", "ord*", "orders: refund"] {
        assert_eq!(outcome(wanted, CaseResult::Passed), Outcome::Passed, "{wanted}");
    }
    assert_eq!(outcome("cancel", CaseResult::Passed), Outcome::Missing);
    assert_eq!(outcome("refund", CaseResult::Skipped), Outcome::Skipped);
    assert_eq!(outcome("refund", CaseResult::Unknown), Outcome::Inconclusive);
}
