//! Rows of logs, as pages of releases and of procedures show them.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::register::JudgedDuty;
use crate::model::release::{LogRow, OperationsLog};
use crate::model::version;
use crate::site::address::log_anchor;
use crate::site::shared::ProductSite;

/// A row of a log with its place.
#[derive(Serialize)]
pub(super) struct LogEntry<'site> {
    log: &'site str,
    url: String,
    anchor: String,
    day: Option<NaiveDate>,
    cells: Vec<Cell<'site>>,
}

#[derive(Serialize)]
struct Cell<'site> {
    column: &'site str,
    text: &'site str,
}

/// The rows that name a version.
pub(super) fn of_version<'site>(product: &'site ProductSite, version: &str) -> Vec<LogEntry<'site>> {
    let is_same = |other: &str| version::is_same(other, version);
    entries(product, &|_, row| row.version.as_deref().is_some_and(is_same))
}

/// The rows that say when a duty was done, from a day on, newest first.
pub(super) fn of_duty<'site>(product: &'site ProductSite, judged: &JudgedDuty, since: NaiveDate) -> Vec<LogEntry<'site>> {
    let mut found = entries(product, &|log, row| {
        let is_told = judged.done.iter().any(|(path, line)| *path == log.path && *line == row.line);
        is_told && row.date.is_some_and(|date| date >= since)
    });
    found.sort_by_key(|entry| std::cmp::Reverse(entry.day));
    found
}

fn entries<'site>(product: &'site ProductSite, is_wanted: &dyn Fn(&OperationsLog, &LogRow) -> bool) -> Vec<LogEntry<'site>> {
    let mut entries = Vec::new();
    for (number, log) in product.product.logs.iter().enumerate() {
        for row in log.rows.iter().filter(|row| is_wanted(log, row)) {
            entries.push(LogEntry {
                log: if log.title.is_empty() { &log.path } else { &log.title },
                url: format!("{}logs/", product.base),
                anchor: log_anchor(number),
                day: row.date,
                cells: row
                    .cells
                    .iter()
                    .enumerate()
                    // The day stands before them already.
                    .filter(|(_, cell)| !cell.is_empty() && row.date.is_none_or(|day| **cell != day.to_string()))
                    .map(|(column, text)| Cell {
                        column: log.columns.get(column).map_or("", String::as_str),
                        text,
                    })
                    .collect(),
            });
        }
    }
    entries
}
