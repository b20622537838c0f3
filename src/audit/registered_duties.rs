//! Duties that a product declares: when each was last done, by its log, and when it is due.

use chrono::{Days, Months, NaiveDate};

use crate::audit::done::objection;
use crate::model::register::{DeclaredDuty, DutyState, JudgedDuty};
use crate::model::release::{LogRow, OperationsLog};
use crate::model::runbook::ReviewInterval;

/// Days before the due day from which it is due soon.
const NOTICE_DAYS: i64 = 14;

/// Judges the duties of a product today. Logs count from the folder of the file that declares the duty.
pub(crate) fn judge(duties: &[DeclaredDuty], logs: &[OperationsLog], today: NaiveDate) -> Vec<JudgedDuty> {
    duties.iter().map(|duty| judge_one(duty, logs, today)).collect()
}

fn judge_one(duty: &DeclaredDuty, logs: &[OperationsLog], today: NaiveDate) -> JudgedDuty {
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
        return told(
            DutyState::CannotBeTold,
            match &duty.workflow {
                Some(workflow) => format!("`{workflow}` does it by itself, and nothing in the repository says when it last ran"),
                None => "it names no log that says when it was done".to_owned(),
            },
        );
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
        let reason = format!("no row of `{path}` says that it was ever done{against}");
        return JudgedDuty {
            done: told_rows,
            ..told(DutyState::Overdue, reason)
        };
    };
    let due = match interval {
        ReviewInterval::Days(days) => done.checked_add_days(Days::new(u64::from(days))),
        ReviewInterval::Months(months) => done.checked_add_months(Months::new(months)),
    };
    let days_left = due.map_or(i64::MAX, |due| (due - today).num_days());
    let (state, mut reason) = match due {
        Some(due) if days_left < 0 => (
            DutyState::Overdue,
            format!("last done on {done}, due on {due}, overdue by {} days", -days_left),
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

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::judge;
    use crate::model::register::{DeclaredDuty, DutyState};
    use crate::model::release::{LogRow, OperationsLog};
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
        let judged = judge(&[duty], &[log], day(today)).remove(0);
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

    #[test]
    fn what_nothing_can_tell_is_said() {
        let duty = DeclaredDuty {
            interval: Some(ReviewInterval::Days(7)),
            workflow: Some("scan.yml".to_owned()),
            ..DeclaredDuty::default()
        };
        let judged = judge(&[duty], &[], day("2026-02-01"));
        assert_eq!(judged[0].state, DutyState::CannotBeTold);
    }
}
