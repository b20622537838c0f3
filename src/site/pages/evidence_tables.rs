//! What people and machines attested, as tables for the page of its file: sign-offs, phases, and observations in the order of time, with
//! the breaches and the hours in which nobody looked marked where they are.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::model::attest::{Observation, Phase, Signoff};
use crate::model::gate::{Demand, Period};
use crate::site::words;

/// Observations that the page lists at most.
const MOST_POINTS: usize = 1_000;

/// Rows that stand open; longer tables are folded, and what is marked in them stands before them.
const MOST_OPEN: usize = 60;

/// A table.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Table {
    /// What it is, for those who do not see it.
    caption: &'static str,
    /// What is worth knowing before it is read, in sentences.
    told: Vec<String>,
    /// The heads of the columns that are not empty.
    heads: Vec<&'static str>,
    /// The rows that are marked, where the whole table is folded.
    marked: Vec<Row>,
    /// All rows.
    rows: Vec<Row>,
    /// Whether the rows are folded.
    is_folded: bool,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Row {
    cells: Vec<Cell>,
    /// Whether something is wrong here.
    is_marked: bool,
}

/// A cell: words, a moment, or a status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Cell {
    words: String,
    /// A moment in UTC for which the words stand.
    at: Option<String>,
    /// A status for which the words stand.
    status: Option<&'static str>,
}

fn cell(words: impl Into<String>) -> Cell {
    Cell {
        words: words.into(),
        ..Cell::default()
    }
}

/// A moment as written, told as people write it where it can be read.
fn at(text: &str) -> Cell {
    Cell {
        words: text.to_owned(),
        at: read(text).map(|at| words::moment(at.fixed_offset())),
        status: None,
    }
}

fn status(id: &'static str, words: impl Into<String>) -> Cell {
    Cell {
        words: words.into(),
        status: Some(id),
        at: None,
    }
}

fn read(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| at.to_utc())
}

/// A table without the columns in which nothing stands.
fn table(caption: &'static str, heads: &[&'static str], rows: Vec<Row>) -> Table {
    let is_used = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column));
        column == 0 || cells.into_iter().any(|cell| !cell.words.is_empty())
    };
    let used: Vec<usize> = (0..heads.len()).filter(|column| is_used(*column)).collect();
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|row| Row {
            cells: used.iter().filter_map(|column| row.cells.get(*column).cloned()).collect(),
            ..row
        })
        .collect();
    let is_folded = rows.len() > MOST_OPEN;
    Table {
        caption,
        heads: used.iter().map(|column| heads[*column]).collect(),
        marked: if is_folded {
            rows.iter().filter(|row| row.is_marked).take(MOST_OPEN).cloned().collect()
        } else {
            Vec::new()
        },
        rows,
        is_folded,
        told: Vec::new(),
    }
}

/// Who agreed, and who did not.
pub(super) fn signoffs(signoffs: &[Signoff]) -> Table {
    let rows = signoffs
        .iter()
        .map(|one| Row {
            cells: vec![
                cell(&one.role),
                cell(&one.decision),
                at(&one.at),
                cell(&one.identity),
                cell(&one.note),
            ],
            is_marked: false,
        })
        .collect();
    table("Sign-offs", &["Role", "Decision", "Time", "By", "Note"], rows)
}

/// The phases of a rollout.
pub(super) fn phases(phases: &[Phase]) -> Table {
    let rows = phases
        .iter()
        .map(|one| Row {
            cells: vec![
                cell(&one.title),
                cell(&one.track),
                cell(&one.state),
                at(one.started.as_deref().unwrap_or_default()),
                at(one.finished.as_deref().unwrap_or_default()),
                cell(&one.by),
                cell(&one.note),
            ],
            is_marked: false,
        })
        .collect();
    table("Phases", &["Phase", "Of", "State", "Began", "Ended", "By", "Note"], rows)
}

/// A series of observations. How often somebody had to look is what the gate asks for, where it does.
pub(super) fn series(points: &[Observation], demand: Option<&Demand>) -> Table {
    let mut sorted: Vec<(Option<DateTime<Utc>>, &Observation)> = points.iter().map(|point| (read(&point.at), point)).collect();
    // What has no moment that can be read comes last; the order of the file holds among equals.
    sorted.sort_by_key(|(at, _)| (at.is_none(), *at));
    let mut moments: Vec<DateTime<Utc>> = sorted.iter().filter_map(|(at, _)| *at).collect();
    moments.dedup();
    let asked = demand.and_then(|demand| demand.every);
    let longest = longest(&moments, demand);
    let mut rows: Vec<Row> = Vec::new();
    let mut before: Option<DateTime<Utc>> = None;
    let (mut breaches, mut gaps) = (0_u64, 0_u64);
    for (moment, point) in sorted.iter().copied() {
        if let (Some(last), Some(now), Some(longest)) = (before, moment, longest)
            && now - last > longest
        {
            gaps += 1;
            rows.push(gap(last, now - last, asked));
        }
        before = moment.or(before);
        let is_breach = point.is_breach == Some(true) && !point.is_accepted;
        breaches += u64::from(is_breach);
        rows.push(Row {
            cells: vec![
                at(&point.at),
                cell(&point.metric),
                cell(&point.labels),
                cell(value(point)),
                state(point),
                cell(&point.note),
            ],
            is_marked: is_breach || point.value.is_none() || moment.is_none(),
        });
    }
    let all = rows.len();
    rows.truncate(MOST_POINTS);
    let mut table = table(
        "Observations in the order of time",
        &["Time", "Metric", "Labels", "Value", "State", "Note"],
        rows,
    );
    table.told = told(points.len(), &moments, (breaches, gaps));
    if all > MOST_POINTS {
        table.told.push(format!(
            "The first {} lines are listed; the file holds the others.",
            words::count(MOST_POINTS as u64)
        ));
    }
    table
}

/// The longest time between two looks that is no gap: what was asked for and a tenth of it, else more than twice the usual time.
fn longest(moments: &[DateTime<Utc>], demand: Option<&Demand>) -> Option<TimeDelta> {
    let seconds = |period: Period| i64::try_from(period.0).ok().and_then(TimeDelta::try_seconds);
    if let Some(every) = demand.and_then(|demand| demand.every) {
        let slack = demand
            .and_then(|demand| demand.tolerance)
            .unwrap_or(Period((every.0 / 10).max(60)));
        return seconds(every)?.checked_add(&seconds(slack)?);
    }
    // Where the gate names its moments, the time between them is as it should be.
    if demand.is_some_and(|demand| !demand.checks.is_empty()) {
        return None;
    }
    let mut between: Vec<TimeDelta> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
    between.sort_unstable();
    let usual = *between.get(between.len() / 2)?;
    (between.len() > 2).then(|| usual.checked_mul(2)).flatten()
}

/// The hours in which nobody looked.
fn gap(after: DateTime<Utc>, length: TimeDelta, asked: Option<Period>) -> Row {
    let asked = asked.map_or(String::new(), |every| format!("; every {every} was asked for"));
    let mut cells = vec![Cell::default(); 6];
    cells[0] = at(&words::moment(after.fixed_offset()));
    cells[4] = status("missing", "Nobody looked");
    cells[5] = cell(format!("for {} after this{asked}", told_length(length)));
    Row { cells, is_marked: true }
}

fn value(point: &Observation) -> String {
    let value = point.value.map_or_else(|| "no number".to_owned(), |value| value.to_string());
    format!("{value} {}", point.unit).trim_end().to_owned()
}

fn state(point: &Observation) -> Cell {
    match point.is_breach {
        Some(true) if point.is_accepted => status("accepted", "Breach, accepted"),
        Some(true) => status("failed", "Breach"),
        Some(false) => cell("ok"),
        None => cell(""),
    }
}

/// What stands in a series, before it is read line by line.
fn told(points: usize, moments: &[DateTime<Utc>], (breaches, gaps): (u64, u64)) -> Vec<String> {
    let mut told = Vec::new();
    if let (Some(first), Some(last)) = (moments.first(), moments.last()) {
        told.push(format!(
            "{} at {}, from {} to {}.",
            words::counted(points as u64, "observation"),
            words::counted(moments.len() as u64, "moment"),
            words::moment(first.fixed_offset()),
            words::moment(last.fixed_offset()),
        ));
    }
    if breaches > 0 {
        told.push(format!(
            "{} by the word of whoever looked.",
            words::counted(breaches, "breach/breaches")
        ));
    }
    if gaps > 0 {
        told.push(format!("{} in which nobody looked.", words::counted(gaps, "gap")));
    }
    told
}

/// A length of time in words.
fn told_length(length: TimeDelta) -> String {
    let minutes = length.num_minutes();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_OPEN, phases, series, signoffs};
    use crate::model::attest::{Observation, Phase, Signoff};
    use crate::model::gate::{Demand, Period};

    fn look(at: &str, value: f64, is_breach: bool) -> Observation {
        Observation {
            at: at.to_owned(),
            metric: "error_rate".to_owned(),
            value: Some(value),
            unit: "%".to_owned(),
            is_breach: Some(is_breach),
            ..Observation::default()
        }
    }

    fn every(minutes: u64) -> Demand {
        Demand {
            every: Some(Period(minutes * 60)),
            ..Demand::default()
        }
    }

    #[test]
    fn a_series_stands_in_the_order_of_time_with_its_gaps_and_breaches() {
        let points = [
            look("2026-01-02T11:00:00Z", 2.5, true),
            look("2026-01-02T10:00:00Z", 0.5, false),
            look("2026-01-02T14:00:00+01:00", 0.25, false),
            look("yesterday", 0.1, false),
        ];
        let table = series(&points, Some(&every(60)));
        assert_eq!(table.heads, ["Time", "Metric", "Value", "State", "Note"]);
        let rows: Vec<(String, bool)> = table
            .rows
            .iter()
            .map(|row| {
                let words: Vec<&str> = row.cells.iter().map(|cell| cell.words.as_str()).collect();
                (words.join("|"), row.is_marked)
            })
            .collect();
        let rows: Vec<(&str, bool)> = rows.iter().map(|(words, is_marked)| (words.as_str(), *is_marked)).collect();
        assert_eq!(
            rows,
            [
                ("2026-01-02T10:00:00Z|error_rate|0.5 %|ok|", false),
                ("2026-01-02T11:00:00Z|error_rate|2.5 %|Breach|", true),
                (
                    "2026-01-02T11:00:00Z|||Nobody looked|for 2 h after this; every 1 hour was asked for",
                    true
                ),
                ("2026-01-02T14:00:00+01:00|error_rate|0.25 %|ok|", false),
                ("yesterday|error_rate|0.1 %|ok|", true),
            ]
        );
        assert_eq!(
            table.told,
            [
                "4 observations at 3 moments, from 2026-01-02T10:00:00Z to 2026-01-02T13:00:00Z.",
                "1 breach by the word of whoever looked.",
                "1 gap in which nobody looked.",
            ]
        );
        assert!(!table.is_folded && table.marked.is_empty());
    }

    #[test]
    fn an_even_series_has_no_gaps_whatever_its_rhythm() {
        let points: Vec<Observation> = (0..10)
            .map(|at| look(&format!("2026-01-02T1{at}:00:00Z"), 1.0, false))
            .collect();
        assert!(series(&points, None).rows.iter().all(|row| !row.is_marked));
        assert!(series(&points, Some(&every(60))).rows.iter().all(|row| !row.is_marked));
        let mut holed = points.clone();
        holed.drain(4..6);
        assert_eq!(series(&holed, None).rows.iter().filter(|row| row.is_marked).count(), 1);
        let checks = Demand {
            checks: vec![0, 3_600],
            ..Demand::default()
        };
        assert!(series(&holed, Some(&checks)).rows.iter().all(|row| !row.is_marked));
        // Three looks tell of no rhythm.
        assert!(series(&holed[3..6], None).rows.iter().all(|row| !row.is_marked));
    }

    #[test]
    fn a_long_series_is_folded_and_what_is_marked_stands_before_it() {
        let points: Vec<Observation> = (0..96)
            .map(|at| look(&format!("2026-01-02T{:02}:{:02}:00Z", at / 4, at % 4 * 15), 1.0, at == 50))
            .collect();
        let table = series(&points, None);
        assert!(table.is_folded && table.rows.len() > MOST_OPEN);
        assert_eq!(table.marked.len(), 1);
        // What an exception accepts is no breach.
        let mut accepted = points.clone();
        accepted[50].is_accepted = true;
        assert!(series(&accepted, None).marked.is_empty());
    }

    #[test]
    fn columns_without_words_are_left_out() {
        let one = Signoff {
            role: "reviewer".to_owned(),
            decision: "approved".to_owned(),
            at: "2026-01-02".to_owned(),
            ..Signoff::default()
        };
        assert_eq!(signoffs(&[one]).heads, ["Role", "Decision", "Time"]);
        let phase = Phase {
            title: "Canary".to_owned(),
            state: "done".to_owned(),
            started: Some("2026-01-02T10:00:00Z".to_owned()),
            ..Phase::default()
        };
        let table = phases(&[phase]);
        assert_eq!(table.heads, ["Phase", "State", "Began"]);
        assert_eq!(table.rows[0].cells[2].at.as_deref(), Some("2026-01-02T10:00:00Z"));
        assert_eq!(series(&[], None).rows, []);
    }
}
