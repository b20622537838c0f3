//! What holds for every population: it is complete, it tells what it leaves out, and nothing outside of it changes it.

use crate::audit::testing::evidence_file;
use chrono::{DateTime, NaiveDate};
use proptest::prelude::{prop, proptest};

use super::known::Known;
use super::{periods, population, since};
use crate::config::{Audit, AuditPeriod};
use crate::model::attest::Signoff;
use crate::model::evidence::{Artifact, Content};
use crate::model::population::{Change, ForgeExport, Period, Person, PullRequest, Review, Strength, Trail};
use crate::model::release::{
    LeftOutTag, LogRow, Notes, OperationsLog, Record, Release, ReleaseDate, ReleaseSource, TimelineEvent,
};
use crate::model::separation::Seat;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn change(number: u64, at: &str) -> Change {
    let at = DateTime::parse_from_rfc3339(at).expect("a moment");
    let person = |name: &str| Person {
        name: name.to_owned(),
        mail: format!("{name}@example.org"),
    };
    Change {
        id: format!("{number:040x}"),
        at,
        authored: at,
        author: person("author"),
        committer: person("forge"),
        subject: format!("Change {number}"),
        is_merge: false,
        request: None,
        pull_request: None,
        tickets: Vec::new(),
        trailers: Vec::new(),
        signature: None,
        reviews: Vec::new(),
        attested: None,
        emergency: None,
        release: None,
    }
}

fn review(by: &str, at: Option<&str>, is_author: bool) -> Review {
    Review {
        by: by.to_owned(),
        decision: "approved".to_owned(),
        at: at.map(|at| DateTime::parse_from_rfc3339(at).expect("a moment")),
        strength: Strength::ForgeExport,
        is_author,
    }
}

fn release(version: &str, on: &str) -> Release {
    Release {
        version: version.to_owned(),
        date: Some(ReleaseDate {
            day: day(on),
            at: None,
            source: ReleaseSource::Record,
        }),
        ..Release::default()
    }
}

fn recorded(version: &str, on: &str, events: &[(&str, &str)]) -> Release {
    let timeline = events.iter().map(|(event, by)| TimelineEvent {
        at: DateTime::parse_from_rfc3339(&format!("{on}T12:00:00Z")).expect("a moment"),
        event: (*event).to_owned(),
        by: Some((*by).to_owned()),
        note: None,
        gate: None,
    });
    Release {
        record: Some(Record {
            path: format!("releases/{version}/record.json"),
            version: version.to_owned(),
            timeline: timeline.collect(),
            ..Record::default()
        }),
        record_digest: Some("d".repeat(64)),
        ..release(version, on)
    }
}

fn known<'a>(trail: &'a Trail, releases: &'a [Release], logs: &'a [OperationsLog], tags: &'a [LeftOutTag]) -> Known<'a> {
    Known {
        trail,
        releases: releases.iter().collect(),
        left_out_tags: tags,
        logs,
        exceptions: Vec::new(),
        runbooks: Vec::new(),
    }
}

fn quarter() -> Period {
    Period::between(day("2026-07-01"), day("2026-09-30"))
}

#[test]
fn lists_are_held_against_each_other_in_both_directions() {
    let notes = Notes {
        version: "v1.1.0".to_owned(),
        path: "CHANGELOG.md".to_owned(),
        line: 3,
        ..Notes::default()
    };
    let mut first = recorded("v1.1.0", "2026-08-01", &[("deployed", "operator")]);
    first.notes = vec![notes];
    let releases = [
        release("v1.2.0", "2026-09-01"),
        first,
        recorded("v1.0.0", "2026-06-30", &[]),
        Release {
            date: None,
            ..release("v0.9.0", "2026-01-01")
        },
    ];
    let row = |version: &str, on: &str| LogRow {
        line: 7,
        date: Some(day(on)),
        version: Some(version.to_owned()),
        back_to: None,
        cells: vec![version.to_owned()],
    };
    let logs = [OperationsLog {
        path: "logs/rollback-log.md".to_owned(),
        rows: vec![
            row("1.1.0", "2026-08-02"),
            row("v1.1.9", "2026-08-03"),
            row("v0.1.0", "2025-01-01"),
        ],
        ..OperationsLog::default()
    }];
    let tags = [LeftOutTag {
        name: "junk".to_owned(),
        reason: "not a version".to_owned(),
    }];
    let trail = Trail {
        elsewhere: vec![day("2026-07-01"), day("2026-10-01")],
        folder: "a".to_owned(),
        is_whole: true,
        ..Trail::default()
    };
    let found = population(&known(&trail, &releases, &logs, &tags), &quarter());
    let missing: Vec<(&str, &[&str])> = found
        .shipped
        .iter()
        .map(|shipped| (shipped.version.as_str(), shipped.missing.as_slice()))
        .collect();
    assert_eq!(
        missing,
        [
            ("v1.2.0", ["records", "changelog", "deployments"].as_slice()),
            ("v1.1.0", [].as_slice())
        ]
    );
    let told = found.differences.join("\n");
    assert!(told.contains("no version can be checked against them: tags."), "{told}");
    assert!(told.contains("v1.2.0 is not in: records, changelog, deployments."), "{told}");
    assert!(
        told.contains("line 7, names v1.1.9") && !told.contains("names 1.1.0") && !told.contains("v0.1.0"),
        "{told}"
    );
    assert!(told.contains("No export of the forge is kept"), "{told}");
    let left_out: Vec<(usize, &str)> = found.left_out.iter().map(|one| (one.count, one.reason.as_str())).collect();
    assert_eq!(left_out.len(), 3, "{left_out:?}");
    assert_eq!(left_out[0], (1, "changes of the period that touch nothing below `a`"));
}

#[test]
fn requests_without_a_change_and_changes_without_a_request_are_both_told() {
    let request = |number: u64, at: &str| PullRequest {
        number,
        merged_at: Some(DateTime::parse_from_rfc3339(at).expect("a moment")),
        ..PullRequest::default()
    };
    let mut joined = change(1, "2026-07-02T10:00:00Z");
    joined.request = Some(1);
    joined.pull_request = Some(request(1, "2026-07-02T10:00:00Z"));
    let mut named = change(2, "2026-07-03T10:00:00Z");
    named.request = Some(9);
    let trail = Trail {
        changes: vec![
            named,
            joined,
            change(3, "2026-07-01T00:00:00Z"),
            change(4, "2026-06-30T23:59:59Z"),
        ],
        exports: vec![ForgeExport {
            path: "forge/pulls.json".to_owned(),
            problems: vec!["It holds exactly 30 requests.".to_owned()],
            ..ForgeExport::default()
        }],
        requests: vec![
            request(1, "2026-07-02T10:00:00Z"),
            request(5, "2026-07-04T10:00:00Z"),
            request(6, "2026-10-01T00:00:00Z"),
        ],
        is_whole: true,
        ..Trail::default()
    };
    let found = population(&known(&trail, &[], &[], &[]), &quarter());
    assert_eq!(found.changes, [0, 1, 2], "both ends of the period belong to it, in UTC");
    let told = found.differences.join("\n");
    assert!(
        told.contains("1 pull request that the export says were merged in the period") && told.contains(": #5."),
        "{told}"
    );
    assert!(
        told.contains("1 change whose message names a pull request that the export does not have"),
        "{told}"
    );
    assert!(told.contains("`forge/pulls.json`: It holds exactly 30 requests."), "{told}");
    assert_eq!(found.direct.len(), 1);
    assert_eq!(found.unreviewed, 3);
}

#[test]
fn changes_are_listed_by_who_agreed_to_them() {
    let with = |number: u64, merged_by: &str, reviews: Vec<Review>, failed: &[&str]| {
        let mut change = change(number, "2026-07-02T10:00:00Z");
        change.request = Some(number);
        change.release = Some("v1.1.0".to_owned());
        change.reviews.clone_from(&reviews);
        change.pull_request = Some(PullRequest {
            number,
            author: "one".to_owned(),
            merged_by: merged_by.to_owned(),
            reviews,
            failed_checks: failed.iter().map(|check| (*check).to_owned()).collect(),
            checks: 3,
            ..PullRequest::default()
        });
        change
    };
    let mut urgent = with(4, "one", vec![review("two", Some("2026-07-02T11:00:00Z"), false)], &[]);
    urgent.emergency = Some("the label `hotfix`".to_owned());
    let mut signed = with(5, "two", vec![], &[]);
    signed.emergency = Some("the branch `hotfix/x`".to_owned());
    let trail = Trail {
        changes: vec![
            with(1, "ONE", vec![], &[]),
            with(2, "two", vec![], &["lint: failure"]),
            with(3, "one", vec![review("two", None, false)], &[]),
            urgent,
            signed,
            with(6, "two", vec![review("one", None, true)], &[]),
        ],
        is_whole: true,
        ..Trail::default()
    };
    let mut shipped = recorded(
        "v1.1.0",
        "2026-07-03",
        &[
            ("approved", "reviewer"),
            ("tagged", "release driver"),
            ("deployed", "operator"),
        ],
    );
    let signoff = |role: &str, identity: &str, decision: &str| Signoff {
        role: role.to_owned(),
        identity: identity.to_owned(),
        decision: decision.to_owned(),
        at: "2026-07-03T09:00:00Z".to_owned(),
        ..Signoff::default()
    };
    shipped.evidence = vec![evidence_file(
        "signoffs.yaml",
        Artifact {
            content: Content::Signoffs(vec![
                signoff("reviewer", "seat-2", "approved"),
                signoff("operator", "seat-1", "verified"),
                signoff("release driver", "seat-1", "asked"),
            ]),
            ..Artifact::default()
        },
    )];
    let releases = [shipped];
    let found = population(&known(&trail, &releases, &[], &[]), &quarter());
    let numbers = |list: &[crate::model::population::Listed]| list.iter().map(|listed| listed.change + 1).collect::<Vec<_>>();
    assert_eq!(numbers(&found.self_approved), [1, 6]);
    assert_eq!(numbers(&found.bypassed), [2]);
    assert_eq!(numbers(&found.emergencies), [4, 5]);
    assert_eq!(
        found.emergencies[0].why,
        "By the label `hotfix`. two agreed afterwards, at 2026-07-02 11:00 UTC, in the export."
    );
    assert!(
        found.emergencies[1]
            .why
            .contains("seat-2 agreed to v1.1.0 afterwards, at 2026-07-03 09:00 UTC"),
        "{}",
        found.emergencies[1].why
    );
    assert!(found.direct.is_empty());
    let [separation] = found.separation.as_slice() else {
        panic!("one release")
    };
    assert_eq!(
        separation.shared().next(),
        Some("One person sat in three seats: operator (seat-1) approved the release, made the tag and brought it out.")
    );
    assert_eq!(separation.holders(Seat::Author), ["one"]);
    assert_eq!(separation.holders(Seat::Reviewer), ["two", "one"]);
}

#[test]
fn periods_are_those_of_the_calendar_in_which_anything_happened() {
    let trail = Trail {
        changes: vec![
            change(1, "2026-08-02T10:00:00Z"),
            change(2, "2026-01-02T10:00:00Z"),
            change(3, "2023-01-02T10:00:00Z"),
        ],
        ..Trail::default()
    };
    let known = known(&trail, &[], &[], &[]);
    let ids = |period: AuditPeriod, periods_kept: u32| -> Vec<String> {
        let settings = Audit {
            period,
            periods: periods_kept,
        };
        periods(&known, &settings, day("2026-11-28"))
            .into_iter()
            .map(|period| period.id)
            .collect()
    };
    assert_eq!(ids(AuditPeriod::Quarter, 4), ["2026-Q4", "2026-Q3", "2026-Q1", "2023-Q1"]);
    assert_eq!(ids(AuditPeriod::Month, 2), ["2026-11", "2026-08"]);
    assert_eq!(ids(AuditPeriod::Year, 9), ["2026", "2023"]);
    assert!(ids(AuditPeriod::Quarter, 0).is_empty());
    assert_eq!(since(&Audit::default(), day("2026-11-28")), Some(day("2023-10-01")));
}

proptest! {
    #[test]
    fn what_is_outside_of_a_period_changes_nothing(
        inside in prop::collection::vec(0_i64..92, 1..20),
        outside in prop::collection::vec(prop::sample::select(vec![-400_i64, -40, -1, 92, 100, 1000]), 0..10),
    ) {
        let start = DateTime::parse_from_rfc3339("2026-07-01T00:00:00Z").expect("a moment");
        let all = |days: &[i64], first: u64| -> Vec<Change> {
            days.iter()
                .enumerate()
                .map(|(at, days)| {
                    let mut change = change(first + at as u64, "2026-07-01T00:00:00Z");
                    change.at = start + chrono::TimeDelta::days(*days);
                    change
                })
                .collect()
        };
        let alone = Trail { changes: all(&inside, 1), is_whole: true, ..Trail::default() };
        let more = Trail { changes: [all(&outside, 1000), all(&inside, 1)].concat(), is_whole: true, ..Trail::default() };
        let releases = [recorded("v1.0.0", "2026-08-01", &[])];
        let others = [recorded("v1.0.0", "2026-08-01", &[]), recorded("v0.9.0", "2026-06-30", &[])];
        let ids = |trail: &Trail, releases: &[Release]| {
            let found = population(&known(trail, releases, &[], &[]), &quarter());
            let ids: Vec<String> = found.changes.iter().map(|at| trail.changes[*at].id.clone()).collect();
            (ids, found.digest, found.shipped, found.direct.len())
        };
        assert_eq!(ids(&alone, &releases), ids(&more, &others));
    }
}
