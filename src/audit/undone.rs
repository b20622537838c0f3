//! Releases that a log of rollbacks says were undone: a log that people keep counts as much as the record of a release does.

use chrono::NaiveDate;

use crate::model::release::{LogRow, OperationsLog, Release, Undone};
use crate::model::version::is_same;

/// Words in the title or the name of a log that is kept of rollbacks, and of an entry that tells of one.
const OF_ROLLBACKS: &[&str] = &["rollback", "roll back", "roll-back", "rolled back", "went back", "reverted"];
/// Words in the name of a column that only a rollback fills.
const BY_COLUMN: &[&str] = &["back to", "rolled back", "went back", "reverted"];
/// Words of a log that tells of other things as well, so that its title alone says nothing of a row.
const OF_MORE: &[&str] = &[
    "change", "deploy", "handoff", "incident", "operation", "promotion", "release", "rollout",
];
/// Words of a log that tells of tries: what is rehearsed is not undone.
const OF_TRIES: &[&str] = &["drill", "exercise", "rehears", "dry run", "test"];
/// What stands in a cell where there is nothing to say.
const BLANKS: &[&str] = &["", "-", "–", "—", "n/a", "no", "none", "nothing"];
/// Columns that say how a rollback ended.
const RESULTS: &[&str] = &["result", "outcome", "status"];
/// Words of a result, or of a row, by which nothing was undone.
const NOT_DONE: &[&str] = &[
    "abandoned", "aborted", "called off", "cancelled", "canceled", "did not roll back", "dry run", "given up", "not done",
    "not rolled back", "not undone", "rehears", "stayed on",
];
/// Columns that say why; the name of an incident where no other does.
const REASONS: &[&str] = &[
    "happened", "cause", "reason", "why", "criterion", "details", "trigger", "incident",
];

/// Says of each release that a log of rollbacks names what the log says, as of a day. A row from before the release was out is about an
/// earlier try, and one from after the day is none yet.
pub(crate) fn tell(releases: &mut [Release], logs: &[OperationsLog], today: NaiveDate) {
    for log in logs.iter().filter(|log| !says(&head(log), OF_TRIES)) {
        for row in log.rows.iter().filter(|row| is_done(log, row)) {
            let (Some(version), Some(day)) = (row.version.as_deref(), row.date.filter(|day| *day <= today)) else {
                continue;
            };
            let is_named = |release: &&mut Release| {
                is_same(&release.version, version) && release.date.as_ref().is_none_or(|date| date.day <= day)
            };
            let Some(release) = releases.iter_mut().find(is_named) else {
                continue;
            };
            if release.undone.as_ref().is_none_or(|known| known.day < day) {
                release.undone = Some(Undone {
                    path: log.path.clone(),
                    line: row.line,
                    day,
                    back_to: row.back_to.clone(),
                    why: why(log, row).to_owned(),
                });
            }
        }
    }
}

fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// What a log is called, in lower case: its title, or its file where the title says nothing.
fn head(log: &OperationsLog) -> String {
    let title = log.title.to_lowercase();
    if matches!(title.trim(), "" | "log" | "logs") {
        let name = log.path.rsplit('/').next().unwrap_or(&log.path);
        return name.replace(['-', '_'], " ").to_lowercase();
    }
    title
}

/// Whether a row tells of a rollback that was done to the end: by a column that only a rollback fills, by the words of an entry, or because the
/// log is kept of nothing else.
fn is_done(log: &OperationsLog, row: &LogRow) -> bool {
    let head = head(log);
    let mut names = log.columns.iter().zip(&row.cells);
    let by_column = names.find(|(name, _)| says(&name.to_lowercase(), BY_COLUMN));
    let is_entry = log.columns.get(1).is_some_and(|name| name == "Entry");
    let is_rollback = match by_column {
        Some((_, cell)) => !BLANKS.contains(&cell.trim().to_lowercase().as_str()),
        None if is_entry => row.cells.get(1).is_some_and(|entry| undoes(entry, row)),
        None => says(&head, OF_ROLLBACKS) && !says(&head, OF_MORE),
    };
    let result = cell(log, row, RESULTS).to_lowercase();
    let is_failed = result.starts_with("failed") || result.starts_with("unsuccessful");
    is_rollback && !is_failed && !NOT_DONE.iter().any(|word| result.contains(word))
}

/// Whether an entry of a log that is no table says that its version was undone, and not that it was gone back to.
fn undoes(entry: &str, row: &LogRow) -> bool {
    let entry = entry.to_lowercase();
    let version = row.version.as_deref().unwrap_or_default().to_lowercase();
    let Some((before, _)) = entry.split_once(&version).filter(|_| !version.is_empty()) else {
        return false;
    };
    let mut before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    for filler in ["version", "release", "the", "of", "from"] {
        before = before.strip_suffix(filler).map_or(before, str::trim_end);
    }
    OF_ROLLBACKS.iter().any(|word| before.ends_with(word))
}

/// Why it was undone, in the words of the log.
fn why<'log>(log: &OperationsLog, row: &'log LogRow) -> &'log str {
    let why = cell(log, row, REASONS);
    if BLANKS.contains(&why.trim().to_lowercase().as_str()) {
        ""
    } else {
        why
    }
}

/// The cell of the first column whose name has one of the words, in the order of the words.
fn cell<'log>(log: &OperationsLog, row: &'log LogRow, words: &[&str]) -> &'log str {
    let column = |word: &&str| {
        let mut columns = log.columns.iter().enumerate();
        columns.find(|(_, name)| name.to_lowercase().contains(word)).map(|(at, _)| at)
    };
    let found = words.iter().find_map(|word| row.cells.get(column(word)?));
    found.map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::tell;
    use crate::model::release::{LogRow, OperationsLog, Release, ReleaseDate, ReleaseSource};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn told(path: &str, columns: &[&str], cells: &[&str], released: &str) -> Option<String> {
        told_of(path, "Log", columns, cells, released)
    }

    fn told_of(path: &str, title: &str, columns: &[&str], cells: &[&str], released: &str) -> Option<String> {
        let mut releases = [Release {
            version: "1.3.0".to_owned(),
            date: Some(ReleaseDate {
                day: day(released),
                at: None,
                source: ReleaseSource::Changelog,
            }),
            ..Release::default()
        }];
        let log = OperationsLog {
            path: path.to_owned(),
            title: title.to_owned(),
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            rows: vec![LogRow {
                line: 8,
                date: cells[0].parse().ok(),
                version: Some("v1.3.0".to_owned()),
                back_to: Some("v1.2.4".to_owned()),
                cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            }],
            ..OperationsLog::default()
        };
        tell(&mut releases, &[log], day("2026-11-29"));
        let undone = releases[0].undone.clone()?;
        Some(format!(
            "{}:{} {} {} {}",
            undone.path,
            undone.line,
            undone.day,
            undone.back_to.unwrap_or_default(),
            undone.why
        ))
    }

    #[test]
    fn an_entry_undoes_the_version_behind_its_word_only() {
        let columns = ["Date", "Entry", "Details"];
        let entry = |words: &str| told("rollback-log.md", &columns, &["2026-09-08", words, ""], "2026-09-07").is_some();
        assert!(entry("rollback of `v1.3.0`") && entry("Rolled back v1.3.0 to v1.2.4") && entry("Rolled back from v1.3.0"));
        assert!(!entry("rolled back to v1.3.0") && !entry("v1.3.0 is stable") && !entry("Rollback plan written"));
    }

    const COLUMNS: [&str; 5] = ["Date", "Release", "Went back to", "What happened", "Result"];

    #[test]
    fn a_row_of_a_rollback_log_undoes_the_release_that_it_names() {
        let cells = ["2026-09-08", "v1.3.0", "v1.2.4", "The queue grew", "healthy after 9 minutes"];
        let expected = Some("logs/rollback-log.md:8 2026-09-08 v1.2.4 The queue grew".to_owned());
        assert_eq!(told("logs/rollback-log.md", &COLUMNS, &cells, "2026-09-07"), expected);
        assert!(
            told("logs/operations.md", &COLUMNS, &cells, "2026-09-07").is_some(),
            "its column says what it is kept of"
        );
    }

    #[test]
    fn the_name_of_an_incident_is_a_reason_where_no_other_is_written() {
        let row = |incident: &str, cause: Option<&str>| {
            let mut columns = vec!["Date", "Incident", "What was rolled back"];
            let mut cells = vec!["2026-09-08", incident, "agents, web"];
            if let Some(cause) = cause {
                columns.push("Cause");
                cells.push(cause);
            }
            told("logs/rollback-log.md", &columns, &cells, "2026-09-07").expect("it is undone")
        };
        assert!(row("INC-131", None).ends_with("v1.2.4 INC-131"));
        assert!(row("INC-131", Some("The queue grew")).ends_with("v1.2.4 The queue grew"));
        assert!(row("-", None).ends_with("v1.2.4 "), "a dash says nothing");
    }

    #[test]
    fn tries_drills_and_days_that_cannot_be_undo_nothing() {
        let row = |result: &str, on: &str| {
            let cells = [on, "v1.3.0", "v1.2.4", "The queue grew", result];
            told("logs/rollback-log.md", &COLUMNS, &cells, "2026-09-07")
        };
        for result in [
            "given up after 3 minutes",
            "Aborted",
            "failed: the image was gone",
            "not rolled back",
        ] {
            assert_eq!(row(result, "2026-09-08"), None, "{result}");
        }
        assert_eq!(row("healthy", "2026-09-06"), None, "before it was released");
        assert_eq!(row("healthy", "2026-11-30"), None, "after today");
        assert_eq!(row("healthy", "soon"), None, "on no day");
        let cells = ["2026-09-08", "v1.3.0", "v1.2.4", "x", "healthy"];
        for path in ["logs/rollback-drill-log.md", "logs/rollback-exercises.md"] {
            assert_eq!(told(path, &COLUMNS, &cells, "2026-09-07"), None, "{path}");
        }
        let deployed = ["Date", "Release", "Host", "What happened", "Result"];
        assert_eq!(told("logs/deploy-log.md", &deployed, &cells, "2026-09-07"), None);
    }

    #[test]
    fn a_log_that_tells_of_other_things_as_well_undoes_only_what_its_column_says() {
        let path = "docs/rollback-log.md";
        let rollout = ["At", "Release", "Phase", "Change", "Owner"];
        let cells = ["2026-09-08", "v1.3.0", "pilot", "enable a flag", "driver"];
        let of = |title: &str, columns: &[&str], cells: &[&str]| told_of(path, title, columns, cells, "2026-09-07").is_some();
        assert!(
            !of("Rollouts and handoffs: Rollouts", &rollout, &cells),
            "the name of the file is not the title"
        );
        assert!(!of("Incidents and rollbacks", &rollout, &cells), "it may be an incident");
        assert!(of("Rollbacks", &rollout, &cells));
        let incidents = ["Date", "Release", "What was rolled back", "Result"];
        assert!(of(
            "Incidents",
            &incidents,
            &["2026-09-08", "v1.3.0", "flag, web", "recovered"]
        ));
        assert!(!of("Incidents", &incidents, &["2026-09-08", "v1.3.0", "-", "recovered"]));
        let ways = ["Date", "From", "To", "What happened"];
        assert!(
            !of("Deployments", &ways, &["2026-09-08", "v1.3.0", "v1.4.0", "x"]),
            "it went on"
        );
    }
}
