//! Whether a row of a log says that something was done, or that it failed, was left out, or is only planned.

use crate::model::release::{LogRow, OperationsLog};

/// Words in the name of a column that tells how it went. Sorted.
const RESULTS: &[&str] = &[
    "ergebnis", "ok", "outcome", "passed", "result", "resultado", "results", "résultat", "state", "status", "success", "verdict",
];

/// Words that say that it was done. Sorted.
const DONE: &[&str] = &[
    "bestanden", "complete", "completed", "done", "erfolgreich", "erledigt", "fine", "good", "green", "healthy", "ok", "okay",
    "pass", "passed", "restored", "succeeded", "success", "successful", "successfully", "verified", "worked", "works", "yes",
];

/// Words that say that it was not. Sorted.
const NOT_DONE: &[&str] = &[
    "abandoned", "abgebrochen", "abgesagt", "aborted", "ausgefallen", "blocked", "broken", "canceled", "cancelled", "errored",
    "fail", "failed", "failing", "fails", "failure", "fehlgeschlagen", "gescheitert", "incomplete", "interrupted", "missed",
    "nok", "partial", "partially", "postponed", "skipped", "stopped", "unfinished", "unsuccessful", "unsuccessfully",
    "verschoben",
];

/// Words that say it where little else stands in the cell: a planned outage may well be what was done. Sorted.
const OPEN: &[&str] = &[
    "deferred", "geplant", "na", "no", "none", "offen", "open", "pending", "planned", "red", "running", "scheduled", "started",
    "tba", "tbc", "tbd", "todo", "unknown", "upcoming", "waiting",
];

/// Words that turn the one behind them. Sorted.
const NOT: &[&str] = &[
    "cannot", "couldn", "didn", "doesn", "isn", "kein", "keine", "keiner", "never", "nicht", "no", "none", "not", "nothing", "t",
    "wasn", "without", "won",
];

/// Words of a cell in which a word that may mean something else still counts.
const FEW: usize = 3;

/// What a row says against having been done, as it is written there; none where it says nothing against it. `subject` is what was to be
/// done, in lower case: its own words tell nothing.
pub(crate) fn objection(row: &LogRow, log: &OperationsLog, subject: &str) -> Option<String> {
    let is_result = |name: &String| {
        let name = name.to_lowercase();
        let mut words = name.split(|c: char| !c.is_alphanumeric());
        words.any(|word| RESULTS.binary_search(&word).is_ok())
    };
    let results: Vec<usize> = (0..log.columns.len()).filter(|at| is_result(&log.columns[*at])).collect();
    if results.is_empty() {
        let mut cells = row.cells.iter().skip(1);
        return cells.find_map(|cell| {
            let lower = cell.to_lowercase();
            let rest = lower.replacen(subject, " ", 1);
            let is_subject = rest.len() < lower.len();
            denies(&rest, !is_subject).then(|| cell.trim().to_owned())
        });
    }
    let cells: Vec<&String> = results.iter().filter_map(|at| row.cells.get(*at)).collect();
    if cells
        .iter()
        .all(|cell| !cell.chars().any(|c| c.is_alphanumeric() || !c.is_ascii()))
    {
        return Some(String::new());
    }
    cells
        .into_iter()
        .find(|cell| denies(&cell.to_lowercase(), true))
        .map(|cell| cell.trim().to_owned())
}

/// Whether the words of a cell, in lower case, say that it was not done. `may_be_open` is whether a word such as `planned` counts.
fn denies(cell: &str, may_be_open: bool) -> bool {
    if cell.contains([
        '\u{274c}', '\u{2717}', '\u{2718}', '\u{2716}', '\u{1f534}', '\u{26d4}', '\u{1f44e}', '\u{1f6ab}',
    ]) {
        return true;
    }
    let words: Vec<&str> = cell
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let before = |at: usize| at.checked_sub(1).map(|at| words[at]).unwrap_or_default();
    let is_turned = |at: usize| (1..=2).any(|back| at.checked_sub(back).is_some_and(|at| NOT.binary_search(&words[at]).is_ok()));
    let is_none = |at: usize| before(at) == "0" || is_turned(at);
    let is = |list: &[&str], at: usize| list.binary_search(&words[at]).is_ok();
    // `failed over` is what a failover is for.
    let is_over = |at: usize| words[at].starts_with("fail") && words.get(at + 1) == Some(&"over");
    let all = 0..words.len();
    let is_bad = |at: usize| is(NOT_DONE, at) && !is_none(at) && !is_over(at);
    let is_counted = |at: usize| before(at).parse::<u64>().is_ok_and(|count| count > 0);
    let is_partial = |at: usize| matches!(words[at], "partial" | "partially" | "incomplete" | "unfinished");
    if all.clone().any(|at| is_bad(at) && (is_counted(at) || is_partial(at))) {
        return true;
    }
    if all.clone().any(|at| (is(DONE, at)) && !is_turned(at)) {
        return false;
    }
    let is_no = |at: usize| is(DONE, at) || matches!(words[at], "work" | "restore" | "finish" | "complete" | "run" | "start");
    let is_open =
        may_be_open && words.len() <= FEW && all.clone().any(|at| is(OPEN, at) && !(words[at] == "no" && words.len() > 1));
    // Two letters with a stroke between are one word for many.
    let is_na = may_be_open && words == ["n", "a"];
    all.clone().any(is_bad) || all.clone().any(|at| is_no(at) && is_turned(at)) || is_open || is_na
}

#[cfg(test)]
mod tests {
    use super::{DONE, NOT, NOT_DONE, OPEN, RESULTS, denies, objection};
    use crate::model::release::{LogRow, OperationsLog};

    #[test]
    fn words_of_results_are_understood() {
        for list in [RESULTS, DONE, NOT_DONE, OPEN, NOT] {
            assert!(list.is_sorted(), "{list:?}");
        }
        for cell in [
            "failed",
            "aborted",
            "planned",
            "skipped, no time",
            "tbd",
            "cancelled",
            "not ok",
            "nok",
            "\u{274c}",
            "did not work",
            "didn't work",
            "unsuccessful",
            "fehlgeschlagen",
            "nicht bestanden",
            "partially restored",
            "12 passed, 3 failed",
            "failed after 20 minutes, the dump was cut",
            "no",
            "n/a",
            "in progress, not done",
            "could not restore",
        ] {
            assert!(denies(cell, true), "{cell}");
        }
        for cell in [
            "passed",
            "ok",
            "12 passed, 0 failed",
            "no errors, nothing failed",
            "failed over to the standby in 3 minutes",
            "34 minutes, entitlements complete",
            "as in the dry run, after the release",
            "frozen with v1.5.0 half an hour later",
            "passed; the planned outage took 3 minutes",
            "planned outage of 3 minutes, all orders there",
            "7 minutes each way",
            "no orders lost",
            "failed at first, passed at the second try",
            "\u{2705}",
            "test notification applied",
        ] {
            assert!(!denies(cell, true), "{cell}");
        }
    }

    #[test]
    fn the_column_of_results_is_asked_where_there_is_one() {
        let told = |columns: &[&str], cells: &[&str]| {
            let own = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
            let log = OperationsLog {
                columns: own(columns),
                ..OperationsLog::default()
            };
            let row = LogRow {
                cells: own(cells),
                ..LogRow::default()
            };
            objection(&row, &log, "restore")
        };
        let head = ["Date", "Subject", "Result", "Notes"];
        assert_eq!(
            told(&head, &["2026-01-01", "restore", "failed", ""]),
            Some("failed".to_owned())
        );
        assert_eq!(
            told(&head, &["2026-01-01", "restore", "passed", "the first try failed"]),
            None
        );
        assert_eq!(told(&head, &["2026-01-01", "restore", "", "cable cut"]), Some(String::new()));
        assert_eq!(told(&head, &["2026-01-01", "restore", "\u{2705}", ""]), None);
        let bare = ["Date", "Drill", "Notes"];
        assert_eq!(
            told(&bare, &["2026-01-01", "restore failed", ""]),
            Some("restore failed".to_owned())
        );
        assert_eq!(told(&bare, &["2026-01-01", "Planned restore", "20 min"]), None);
        assert_eq!(told(&bare, &["2026-01-01", "restore", "planned"]), Some("planned".to_owned()));
        assert_eq!(told(&bare, &["2026-01-01", "restore", ""]), None);
    }
}
