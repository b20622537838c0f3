//! What evidence is about and when it was made, with whole releases.

use chrono::NaiveDate;

use crate::audit::verdict::tests::{config, demanding, judged, junit, ran, recorded, verdict};
use crate::audit::verdict::{gates, verdicts};
use crate::model::about::{About, Attachment};
use crate::model::evidence::Evidence;
use crate::model::gate::{Demand, Gate, Outcome};
use crate::model::release::{Record, RecordFile, Release, ReleaseDate, ReleaseSource};

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
