//! Duties that a product declares: when each was last done, by its log or by a run of its workflow, and when it is due.

use chrono::{DateTime, Days, Months, NaiveDate};

use crate::audit::done::objection;
use crate::audit::due::counted;
use crate::model::evidence::{CaseKind, Content, Evidence, Integrity};
use crate::model::register::{DeclaredDuty, DutyState, JudgedDuty};
use crate::model::release::{LogRow, OperationsLog, Release};
use crate::model::runbook::ReviewInterval;

/// Days before the due day from which it is due soon.
const NOTICE_DAYS: i64 = 14;

/// What says when duties were done.
#[derive(Clone, Copy)]
pub(crate) struct Told<'product> {
    /// The logs of the product.
    pub(crate) logs: &'product [OperationsLog],
    /// Its releases, whose evidence holds runs of workflows.
    pub(crate) releases: &'product [&'product Release],
}

/// Judges the duties of a product today. Logs count from the folder of the file that declares the duty.
pub(crate) fn judge(duties: &[DeclaredDuty], told: Told<'_>, today: NaiveDate) -> Vec<JudgedDuty> {
    duties.iter().map(|duty| judge_one(duty, told, today)).collect()
}

fn judge_one(duty: &DeclaredDuty, Told { logs, releases }: Told<'_>, today: NaiveDate) -> JudgedDuty {
    let told = |state, reason: String| JudgedDuty {
        duty: duty.clone(),
        state,
        last: None,
        last_line: None,
        done: Vec::new(),
        due: None,
        reason,
    };
    let Some(interval) = duty.interval else {
        return told(DutyState::CannotBeTold, format!("`{}` is no length of time", duty.every));
    };
    let Some(log) = &duty.log else {
        return match &duty.workflow {
            Some(workflow) => by_run(duty, workflow, interval, releases, today),
            None => told(
                DutyState::CannotBeTold,
                "it names no log that says when it was done".to_owned(),
            ),
        };
    };
    let folder = duty.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = if folder.is_empty() {
        log.clone()
    } else {
        format!("{folder}/{log}")
    };
    let own: Vec<&OperationsLog> = logs.iter().filter(|other| other.path == path).collect();
    if own.is_empty() {
        return told(
            DutyState::CannotBeTold,
            format!("its log `{path}` is not there, or is not read as a log"),
        );
    }
    let subject = duty.subject.as_deref().unwrap_or(&duty.title).to_lowercase();
    let is_about = |row: &&LogRow| row.cells.iter().any(|cell| cell.to_lowercase().contains(&subject));
    // A day that is still to come does not say that anything was done, and neither does a row that says that it failed.
    let mut rows: Vec<(NaiveDate, u32)> = Vec::new();
    let mut objected: Vec<(NaiveDate, String)> = Vec::new();
    let mut told_rows: Vec<(String, u32)> = Vec::new();
    for log in own {
        for row in log.rows.iter().filter(is_about) {
            let Some(date) = row.date.filter(|date| *date <= today) else {
                continue;
            };
            told_rows.push((path.clone(), row.line));
            match objection(row, log, &subject) {
                None => rows.push((date, row.line)),
                Some(words) => objected.push((date, words)),
            }
        }
    }
    let newest = rows.iter().max().copied();
    let against = objected
        .into_iter()
        .filter(|(date, _)| newest.is_none_or(|(done, _)| *date >= done))
        .max();
    let against = against.map_or_else(String::new, |(date, words)| {
        if words.is_empty() {
            format!("; the row of {date} does not say how it went")
        } else {
            format!("; the row of {date} says `{words}`")
        }
    });
    let Some((done, line)) = newest else {
        let reason = format!("no row of `{path}` up to {today} says that it was ever done{against}");
        return JudgedDuty {
            done: told_rows,
            ..told(DutyState::Overdue, reason)
        };
    };
    let due = after(done, interval);
    let days_left = due.map_or(i64::MAX, |due| (due - today).num_days());
    let (state, mut reason) = match due {
        Some(due) if days_left < 0 => (
            DutyState::Overdue,
            format!("last done on {done}, due on {due}, overdue by {}", counted(-days_left, "day")),
        ),
        Some(due) if days_left <= NOTICE_DAYS => (DutyState::DueSoon, format!("last done on {done}, due on {due}")),
        Some(due) => (DutyState::Done, format!("last done on {done}, due on {due}")),
        None => (DutyState::CannotBeTold, format!("last done on {done}")),
    };
    reason.push_str(&against);
    JudgedDuty {
        last: Some(done),
        last_line: Some(line),
        done: told_rows,
        due,
        ..told(state, reason)
    }
}

/// When something is to be done again.
fn after(done: NaiveDate, interval: ReviewInterval) -> Option<NaiveDate> {
    match interval {
        ReviewInterval::Days(days) => done.checked_add_days(Days::new(u64::from(days))),
        ReviewInterval::Months(months) => done.checked_add_months(Months::new(months)),
    }
}

/// A duty that a workflow does by itself, by the newest of its runs that passed and is evidence of a release, as recorded. Later runs may
/// not have been collected, so that an old one does not say that the duty is overdue.
fn by_run(duty: &DeclaredDuty, workflow: &str, interval: ReviewInterval, releases: &[&Release], today: NaiveDate) -> JudgedDuty {
    let runs = releases.iter().flat_map(|release| {
        let runs = release.evidence.iter().filter_map(|evidence| {
            let day = passed_on(evidence, duty.workflow_name.as_deref()?)?;
            (day <= today).then_some((day, evidence.repository_path.as_str()))
        });
        runs.map(|(day, path)| (day, path, release.version.as_str()))
    });
    let Some((done, path, version)) = runs.max() else {
        return JudgedDuty {
            duty: duty.clone(),
            state: DutyState::CannotBeTold,
            last: None,
            last_line: None,
            done: Vec::new(),
            due: None,
            reason: format!("`{workflow}` does it by itself, and no run of it that passed is evidence of a release"),
        };
    };
    let due = after(done, interval);
    let is_known = due.is_some_and(|due| today <= due);
    let of = format!("`{workflow}` ran on {done}, by the evidence of {version}");
    JudgedDuty {
        duty: duty.clone(),
        state: if is_known { DutyState::Done } else { DutyState::CannotBeTold },
        last: Some(done),
        last_line: None,
        done: vec![(path.to_owned(), 1)],
        due: due.filter(|_| is_known),
        reason: match due.filter(|_| is_known) {
            Some(due) => format!("{of}, due on {due}"),
            None => format!("{of}; nothing in the repository says whether it ran since"),
        },
    }
}

/// The day of a run of a workflow that passed; none for other evidence, and for what is not as it was recorded.
fn passed_on(evidence: &Evidence, workflow: &str) -> Option<NaiveDate> {
    let Content::Tests(facts) = &evidence.artifact.content else {
        return None;
    };
    let is_run = facts.kind == CaseKind::Job && !facts.named.is_empty() && facts.named.iter().all(|job| job.group == workflow);
    let passed = facts.failures + facts.errors + facts.unknown == 0 && facts.tests > facts.skipped;
    let is_sound = evidence.integrity == Integrity::Recorded && evidence.artifact.anomalies.is_empty();
    if !(is_run && passed && is_sound) {
        return None;
    }
    let times = evidence.artifact.about.times.iter();
    times
        .filter_map(|time| DateTime::parse_from_rfc3339(time).ok())
        .map(|time| time.to_utc().date_naive())
        .max()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{Told, judge};
    use crate::model::about::About;
    use crate::model::evidence::{Artifact, CaseKind, CaseResult, Content, Evidence, Integrity, NamedResult, TestFacts};
    use crate::model::register::{DeclaredDuty, DutyState};
    use crate::model::release::{LogRow, OperationsLog, Release};
    use crate::model::runbook::ReviewInterval;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("the day is one")
    }

    fn state(rows: &[(&str, &str)], today: &str) -> (DutyState, String) {
        let log = OperationsLog {
            path: "ops/logs/drill.md".to_owned(),
            rows: rows
                .iter()
                .map(|(date, what)| LogRow {
                    line: 7,
                    date: date.parse().ok(),
                    version: None,
                    back_to: None,
                    cells: vec![(*date).to_owned(), (*what).to_owned()],
                })
                .collect(),
            ..OperationsLog::default()
        };
        let duty = DeclaredDuty {
            path: "ops/duties.yaml".to_owned(),
            id: "restore".to_owned(),
            title: "Restore a backup".to_owned(),
            every: "1 month".to_owned(),
            interval: Some(ReviewInterval::Months(1)),
            log: Some("logs/drill.md".to_owned()),
            subject: Some("Backup restore".to_owned()),
            ..DeclaredDuty::default()
        };
        let told = Told {
            logs: &[log],
            releases: &[],
        };
        let judged = judge(&[duty], told, day(today)).remove(0);
        (judged.state, judged.reason)
    }

    #[test]
    fn the_newest_row_that_names_it_counts() {
        let rows = [("2026-01-10", "backup restore, 20 min"), ("2026-02-10", "failover")];
        assert_eq!(state(&rows, "2026-01-20").0, DutyState::Done);
        assert_eq!(
            state(&rows, "2026-02-10").0,
            DutyState::DueSoon,
            "the due day itself is in time"
        );
        let (overdue, reason) = state(&rows, "2026-02-12");
        assert_eq!(overdue, DutyState::Overdue);
        assert_eq!(reason, "last done on 2026-01-10, due on 2026-02-10, overdue by 2 days");
    }

    #[test]
    fn what_was_never_done_is_overdue_and_a_day_to_come_is_no_proof() {
        assert_eq!(state(&[], "2026-02-01").0, DutyState::Overdue);
        assert_eq!(state(&[("2026-03-01", "backup restore")], "2026-02-01").0, DutyState::Overdue);
    }

    #[test]
    fn a_drill_that_failed_or_is_only_planned_was_not_done() {
        let rows = [
            ("2026-01-10", "backup restore, 20 min"),
            ("2026-02-10", "backup restore failed"),
        ];
        let (overdue, reason) = state(&rows, "2026-02-12");
        assert_eq!(overdue, DutyState::Overdue);
        assert_eq!(
            reason,
            "last done on 2026-01-10, due on 2026-02-10, overdue by 2 days; the row of 2026-02-10 says `backup restore failed`"
        );
        let mended = [
            ("2026-02-10", "backup restore failed"),
            ("2026-02-11", "backup restore, 30 min"),
        ];
        assert_eq!(
            state(&mended, "2026-02-12"),
            (DutyState::Done, "last done on 2026-02-11, due on 2026-03-11".to_owned())
        );
        let never = state(&[("2026-02-10", "backup restore: aborted")], "2026-02-12");
        assert_eq!(never.0, DutyState::Overdue);
        assert!(
            never
                .1
                .ends_with("was ever done; the row of 2026-02-10 says `backup restore: aborted`"),
            "{}",
            never.1
        );
    }

    /// The state of a weekly duty of the workflow `Scan`, on 9 February, with one run of a workflow among the evidence.
    fn by_run(workflow: &str, on: &str, result: CaseResult, integrity: Integrity) -> (DutyState, String) {
        let duty = DeclaredDuty {
            interval: Some(ReviewInterval::Days(7)),
            workflow: Some(".github/workflows/scan.yml".to_owned()),
            workflow_name: Some("Scan".to_owned()),
            ..DeclaredDuty::default()
        };
        let facts = TestFacts {
            kind: CaseKind::Job,
            tests: 1,
            failures: u64::from(result == CaseResult::Failed),
            named: vec![NamedResult {
                group: workflow.to_owned(),
                name: "scan".to_owned(),
                result,
            }],
            ..TestFacts::default()
        };
        let evidence = Evidence {
            path: "run.json".to_owned(),
            repository_path: "releases/v1.0.0/run.json".to_owned(),
            gate: None,
            sha256: String::new(),
            bytes: 1,
            integrity,
            artifact: Artifact {
                content: Content::Tests(facts),
                about: About {
                    times: vec![format!("{on}T03:17:04Z")],
                    ..About::default()
                },
                ..Artifact::default()
            },
            excerpt: None,
        };
        let release = Release {
            version: "v1.0.0".to_owned(),
            evidence: vec![evidence],
            ..Release::default()
        };
        let told = Told {
            logs: &[],
            releases: &[&release],
        };
        let judged = judge(&[duty], told, day("2026-02-09")).remove(0);
        (judged.state, judged.reason)
    }

    #[test]
    fn a_run_that_is_evidence_of_a_release_says_when_a_workflow_did_it() {
        let (state, reason) = by_run("Scan", "2026-02-05", CaseResult::Passed, Integrity::Recorded);
        assert_eq!(state, DutyState::Done);
        assert_eq!(
            reason,
            "`.github/workflows/scan.yml` ran on 2026-02-05, by the evidence of v1.0.0, due on 2026-02-12"
        );
        let (old, reason) = by_run("Scan", "2026-01-05", CaseResult::Passed, Integrity::Recorded);
        assert_eq!(old, DutyState::CannotBeTold);
        assert!(reason.ends_with("whether it ran since"), "{reason}");
    }

    #[test]
    fn a_run_that_failed_of_another_workflow_or_that_was_altered_says_nothing() {
        for (workflow, result, integrity) in [
            ("Scan", CaseResult::Failed, Integrity::Recorded),
            ("Other", CaseResult::Passed, Integrity::Recorded),
            ("Scan", CaseResult::Passed, Integrity::Altered),
        ] {
            let (state, reason) = by_run(workflow, "2026-02-05", result, integrity);
            assert_eq!(state, DutyState::CannotBeTold);
            assert!(reason.contains("no run of it that passed"), "{reason}");
        }
    }

    #[test]
    fn what_nothing_can_tell_is_said() {
        let duty = DeclaredDuty {
            interval: Some(ReviewInterval::Days(7)),
            workflow: Some("scan.yml".to_owned()),
            ..DeclaredDuty::default()
        };
        let told = Told {
            logs: &[],
            releases: &[],
        };
        let judged = judge(&[duty], told, day("2026-02-01"));
        assert_eq!(judged[0].state, DutyState::CannotBeTold);
    }
}
