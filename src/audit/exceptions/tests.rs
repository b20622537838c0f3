//! What exceptions need, cover and take out.

use chrono::NaiveDate;

use crate::audit::exceptions::{covers, faults, late, state, take_breaches, take_cases, take_findings};
use crate::audit::testing::evidence_file;
use crate::model::attest::{Observation, Series};
use crate::model::evidence::{Artifact, CaseKind, Content, DeclaredCounts, FailedCase, FindingFacts, ScannerFinding, TestFacts};
use crate::model::gate::{GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
use crate::model::register::{Exception, ExceptionMatch, ExceptionState};
use crate::model::release::{Release, ReleaseDate, ReleaseSource};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the day is one")
}

fn whole() -> Exception {
    Exception {
        id: "EX-1".to_owned(),
        gate: "scan".to_owned(),
        matches: ExceptionMatch {
            rules: vec!["A1".to_owned()],
            ..ExceptionMatch::default()
        },
        rationale: "The service is not reachable from outside.".to_owned(),
        owner: "web team".to_owned(),
        approved_by: "lead".to_owned(),
        created: Some(day("2026-01-01")),
        expires: Some(day("2026-03-01")),
        releases: "v1.0.0".to_owned(),
        ..Exception::default()
    }
}

#[test]
fn an_exception_needs_all_its_parts() {
    assert_eq!(faults(&whole()), [""; 0]);
    let told = |change: fn(&mut Exception)| {
        let mut exception = whole();
        change(&mut exception);
        faults(&exception).join("; ")
    };
    assert_eq!(
        told(|exception| exception.approved_by = " Web Team".to_owned()),
        "its owner approved it; another role must"
    );
    assert_eq!(
        told(|exception| exception.rationale = "Later.".to_owned()),
        "its rationale has 5 letters, and 20 are the least"
    );
    for nobody in ["TBD", "n/a", "-", "ci", "dependabot[bot]"] {
        let exception = Exception {
            approved_by: nobody.to_owned(),
            ..whole()
        };
        assert_eq!(
            faults(&exception),
            [format!("its `approved_by` is `{nobody}`, which names nobody")]
        );
    }
    assert_eq!(
        told(|exception| exception.approved_by = "web-team".to_owned()),
        "its owner approved it; another role must"
    );
    assert_eq!(
        told(|exception| exception.rationale = "....................".to_owned()),
        "its rationale has 0 letters, and 20 are the least"
    );
    assert_eq!(
        told(|exception| exception.rationale = "x".repeat(24)),
        "its rationale says nothing"
    );
    for empty in ["TODO: write the rationale here later", "see ticket see ticket see ticket"] {
        let exception = Exception {
            rationale: empty.to_owned(),
            ..whole()
        };
        assert_eq!(faults(&exception), ["its rationale says nothing"], "{empty}");
    }
    assert_eq!(told(|exception| exception.expires = None), "it has no last day (`expires`)");
    assert_eq!(
        told(|exception| exception.expires = Some(day("2027-01-01"))),
        "it runs longer than 180 days"
    );
    assert_eq!(
        told(|exception| exception.matches = ExceptionMatch::default()),
        "it does not say what it accepts (`match`)"
    );
    assert_eq!(told(|exception| exception.owner.clear()), "it has no `owner`");
}

#[test]
fn its_last_day_still_counts() {
    assert_eq!(state(&whole(), day("2026-01-10")), ExceptionState::Running);
    assert_eq!(state(&whole(), day("2026-02-20")), ExceptionState::EndsSoon);
    assert_eq!(state(&whole(), day("2026-03-01")), ExceptionState::EndsSoon);
    assert_eq!(state(&whole(), day("2026-03-02")), ExceptionState::Ended);
}

#[test]
fn releases_are_named_or_bounded() {
    let release = |version: &str| Release {
        version: version.to_owned(),
        semver: semver::Version::parse(version.trim_start_matches('v')).ok(),
        ..Release::default()
    };
    let covered = |releases: &str, version: &str| {
        let exception = Exception {
            releases: releases.to_owned(),
            ..whole()
        };
        covers(&exception, &release(version))
    };
    assert!(covered("v1.0.0", "1.0.0") && !covered("v1.0.0", "v1.0.1"));
    assert!(covered("v0.9.0, v1.0.0", "v1.0.0"));
    assert!(
        covered("v1.0.*", "v1.0.7") && covered("1.x", "v1.2.0") && !covered("v1.0.*", "v1.1.0") && !covered("1.x", "v10.0.0")
    );
    assert!(!covered("v1.0*", "v1.0.7") && !covered(".*", "v1.0.7"));
    assert!(covered(">=v1.0.0 <v1.2.0", "v1.1.9") && !covered(">=v1.0.0 <v1.2.0", "v1.2.0"));
    assert!(!covered(">=x", "v1.0.0"), "a bound that is no version covers nothing");
    assert!(!covered(">=v1.0.0", "2026-10"), "what is no semantic version is in no bounds");
}

#[test]
fn only_what_matches_is_taken_out() {
    let finding = |rule: &str, path: &str| ScannerFinding {
        rule: rule.to_owned(),
        level: "error".to_owned(),
        message: "bad".to_owned(),
        path: path.to_owned(),
        line: None,
        fingerprints: Vec::new(),
    };
    let mut facts = FindingFacts {
        levels: vec![("error".to_owned(), 3)],
        findings: vec![
            finding("A1", "src/a.rs"),
            finding("A1", "src/b.rs"),
            finding("B2", "src/a.rs"),
        ],
        ..FindingFacts::default()
    };
    let wanted = ExceptionMatch {
        rules: vec!["a1".to_owned()],
        path: Some("src/a.rs".to_owned()),
        ..ExceptionMatch::default()
    };
    assert!(take_findings(&mut facts, &wanted));
    assert_eq!(facts.levels, [("error".to_owned(), 2)]);
    assert!(!take_findings(&mut facts, &wanted), "once is enough");
    assert!(
        !take_findings(&mut facts, &ExceptionMatch::default()),
        "nothing named accepts nothing"
    );
}

#[test]
fn what_came_too_late_for_a_release_is_known() {
    let facts = FindingFacts {
        levels: vec![("error".to_owned(), 1)],
        findings: vec![ScannerFinding {
            rule: "A1".to_owned(),
            level: "error".to_owned(),
            message: "bad".to_owned(),
            path: "a.rs".to_owned(),
            line: None,
            fingerprints: Vec::new(),
        }],
        ..FindingFacts::default()
    };
    let artifact = Artifact {
        content: Content::Findings(facts),
        ..Artifact::default()
    };
    let release = Release {
        version: "v1.0.0".to_owned(),
        date: Some(ReleaseDate {
            day: day("2026-02-01"),
            at: None,
            source: ReleaseSource::Record,
        }),
        evidence: vec![evidence_file("evidence/scan/scan.sarif", artifact)],
        ..Release::default()
    };
    let verdict = |outcome| ReleaseVerdict {
        gates: vec![GateVerdict {
            gate: "scan".to_owned(),
            outcome,
            value: String::new(),
            reasons: Vec::new(),
            evidence: Vec::new(),
        }],
        let_through: 0,
        state: ReleaseState::Failed,
        contradictions: Vec::new(),
        reasons: Vec::new(),
    };
    let failed = verdict(Outcome::Failed);
    let today = [whole()];
    assert_eq!(late(&release, &[], &today, &failed), ["EX-1"], "git did not hold it then");
    assert!(late(&release, &today, &today, &failed).is_empty(), "it was there");
    assert!(
        late(&release, &[], &today, &verdict(Outcome::Accepted)).is_empty(),
        "nothing failed"
    );
    let narrower = [Exception {
        matches: matching("B2"),
        ..whole()
    }];
    assert_eq!(late(&release, &narrower, &today, &failed), ["EX-1"], "it was widened later");
    let of_another = Exception {
        matches: matching("B2"),
        ..whole()
    };
    assert!(late(&release, &[], &[of_another], &failed).is_empty(), "it matches nothing");
    let after = [Exception {
        created: Some(day("2026-02-02")),
        ..whole()
    }];
    assert_eq!(
        late(&release, &after, &after, &failed),
        ["EX-1"],
        "it says that it was written later"
    );
}

fn matching(rule: &str) -> ExceptionMatch {
    ExceptionMatch {
        rules: vec![rule.to_owned()],
        ..ExceptionMatch::default()
    }
}

#[test]
fn cases_steps_and_figures_are_accepted_by_their_names() {
    let failed = |kind: CaseKind, name: &str| TestFacts {
        kind,
        tests: 2,
        failures: 1,
        declared: DeclaredCounts {
            failures: Some(1),
            ..DeclaredCounts::default()
        },
        failed: vec![FailedCase {
            name: name.to_owned(),
            message: String::new(),
        }],
        ..TestFacts::default()
    };
    for rule in ["Login: works", "Login.works", "works"] {
        let mut facts = failed(CaseKind::Test, "Login: works");
        assert!(take_cases(&mut facts, &matching(rule)), "{rule}");
        assert_eq!((facts.failures, facts.declared.failures, facts.skipped), (0, Some(0), 1));
    }
    let mut job = failed(CaseKind::Job, "deploy");
    assert!(!take_cases(&mut job, &matching("ploy")) && take_cases(&mut job, &matching("deploy")));
    assert_eq!(
        (job.failures, job.skipped),
        (0, 0),
        "a job that was accepted is none that was left out"
    );
    let mut series = Series {
        points: vec![Observation {
            metric: "error_rate".to_owned(),
            ..Observation::default()
        }],
    };
    assert!(!take_breaches(&mut series, &matching("latency")));
    assert!(take_breaches(&mut series, &matching("error-rate")) && series.points[0].is_accepted);
}
