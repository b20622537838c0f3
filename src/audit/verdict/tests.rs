//! How gates and releases go, with whole releases.

mod about;

use chrono::NaiveDate;

use crate::audit::testing::evidence_file;
use crate::audit::verdict::{gates, verdicts};
use crate::model::evidence::{
    Anomaly, AnomalyKind, Artifact, CaseKind, CaseResult, Content, Evidence, FindingFacts, Integrity, NamedResult, TestFacts,
};
use crate::model::finding::Problem;
use crate::model::gate::{Demand, Gate, GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
use crate::model::release::{self, Confirmation, Notes, Record, RecordFile, Release, TimelineEvent};

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
