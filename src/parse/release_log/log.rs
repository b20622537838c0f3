//! Logs that are kept over many releases: rollbacks, rotations, drills.

use chrono::NaiveDate;

use crate::model::finding::Problem;
use crate::model::release::{LogRow, OperationsLog};
use crate::parse::release_log::blocks::{Block, BlockKind, blocks};
use crate::parse::release_log::date;
use crate::parse::release_log::heading::version_of;

/// Words in the name of a column that holds the day.
const DATE_COLUMNS: &[&str] = &[
    "date", "day", "when", "time", "timestamp", "performed", "completed", "rotated",
];

/// Words in the name of a column that holds the version, the surest first.
const VERSION_COLUMNS: &[&str] = &["version", "release", "tag", "rolled back", "from", "build"];

/// What stands in a cell that nobody filled in yet.
const BLANKS: &[&str] = &["", "-", "–", "—", "n/a", "na", "none", "none yet", "tbd", "yyyy-mm-dd"];

/// The columns of a log that is no table.
const ENTRY_COLUMNS: &[&str] = &["Date", "Entry", "Details"];

/// Every log of a file: a table with dates is one, and so is each further one that has other columns.
pub(super) fn read(path: &str, text: &str) -> Vec<OperationsLog> {
    let blocks = blocks(text);
    let new = |title: String| OperationsLog {
        path: path.to_owned(),
        title,
        ..OperationsLog::default()
    };
    let title = title(&blocks);
    let mut logs = tables(&blocks, &title, &new);
    if logs.is_empty() {
        let mut log = new(title);
        entries(&blocks, &mut log);
        if log.columns.is_empty() && !text.trim().is_empty() {
            log.problems.push(Problem::of_file(
                "there is no table with a date column and no entry that begins with a date",
            ));
        }
        logs.push(log);
    }
    logs
}

fn title(blocks: &[Block]) -> String {
    let heading = blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)));
    heading.map(|heading| heading.text.clone()).unwrap_or_default()
}

/// Reads every table with dates. Tables with the same columns are one log; others are logs of their own, called after their headings.
fn tables(blocks: &[Block], title: &str, new: &dyn Fn(String) -> OperationsLog) -> Vec<OperationsLog> {
    let mut logs: Vec<OperationsLog> = Vec::new();
    let mut at = 0;
    while let Some(begin) = blocks[at..].iter().position(|block| block.kind == BlockKind::TableHead) {
        let head = &blocks[at + begin];
        let rows = &blocks[at + begin + 1..];
        let length = rows
            .iter()
            .position(|block| block.kind != BlockKind::Row)
            .unwrap_or(rows.len());
        let rows = &rows[..length];
        let before = &blocks[..at + begin];
        at += begin + 1 + length;
        let Some(date_column) = date_column(head, rows) else {
            continue;
        };
        let index = logs.iter().position(|log| log.columns == head.cells).unwrap_or_else(|| {
            let heading = before.iter().rfind(|block| matches!(block.kind, BlockKind::Heading(_)));
            let own = heading.filter(|_| !logs.is_empty()).map(|heading| heading.text.as_str());
            logs.push(new(match own {
                Some(own) if own != title && !title.is_empty() => format!("{title}: {own}"),
                Some(own) => own.to_owned(),
                None => title.to_owned(),
            }));
            logs.len() - 1
        });
        let log = &mut logs[index];
        log.columns.clone_from(&head.cells);
        let versions = (version_column(head), back_to_column(head));
        for row in rows {
            read_row(row, date_column, versions, log);
        }
    }
    logs
}

/// The column that holds the day: by its name, else because most of its cells are dates.
fn date_column(head: &Block, rows: &[Block]) -> Option<usize> {
    let has_dates = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column));
        let filled: Vec<_> = cells.filter(|cell| !is_blank(cell)).collect();
        let dates = filled.iter().filter(|cell| date::leading(cell).is_some()).count();
        (dates * 2 > filled.len(), filled.is_empty())
    };
    let named = |name: &str| {
        let name = name.to_lowercase();
        DATE_COLUMNS
            .iter()
            .any(|word| name.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word))
    };
    let columns = 0..head.cells.len();
    let by_name = columns.clone().find(|column| {
        let (is_dated, is_unfilled) = has_dates(*column);
        named(&head.cells[*column]) && (is_dated || is_unfilled)
    });
    by_name
        .or_else(|| columns.clone().find(|column| has_dates(*column).0))
        .or_else(|| {
            // A column by its name alone, so that cells that are no dates are told and not passed over.
            columns.clone().find(|column| named(&head.cells[*column]))
        })
}

fn version_column(head: &Block) -> Option<usize> {
    let names: Vec<String> = head.cells.iter().map(|name| name.to_lowercase()).collect();
    VERSION_COLUMNS
        .iter()
        .find_map(|word| names.iter().position(|name| name.contains(word) && !is_way_back(name)))
}

/// The column that holds the version that was gone back to.
fn back_to_column(head: &Block) -> Option<usize> {
    head.cells.iter().position(|name| is_way_back(&name.to_lowercase()))
}

/// Whether the name of a column, in lower case, is that of the version that was gone back to: `to`, `Went back to`, `Rolled back to v`.
fn is_way_back(name: &str) -> bool {
    let name = name.trim();
    name == "to" || name.ends_with(" to") || name.contains("back to ") || name.contains("reverted to ")
}

fn read_row(
    row: &Block,
    date_column: usize,
    (version_column, back_to_column): (Option<usize>, Option<usize>),
    log: &mut OperationsLog,
) {
    if row.cells.iter().all(|cell| is_blank(cell)) {
        return;
    }
    let cell = row.cells.get(date_column).map(String::as_str).unwrap_or_default();
    let date = day(cell, row.line, &mut log.problems);
    let version_in = |column: Option<usize>| column.and_then(|column| version_of(row.cells.get(column)?));
    log.rows.push(LogRow {
        line: row.line,
        date,
        version: version_in(version_column),
        back_to: version_in(back_to_column),
        cells: row.cells.clone(),
    });
}

fn day(cell: &str, line: u32, problems: &mut Vec<Problem>) -> Option<NaiveDate> {
    if is_blank(cell) {
        return None;
    }
    let day = date::leading(cell).and_then(|found| found.day);
    if day.is_none() {
        let message = format!("`{cell}` is no date, or may be two; write YYYY-MM-DD");
        problems.push(Problem::at(line, message));
    }
    day
}

fn is_blank(cell: &str) -> bool {
    let cell = cell.trim_matches(|c: char| matches!(c, '_' | '*' | '(' | ')' | '[' | ']' | '<' | '>') || c.is_whitespace());
    BLANKS.contains(&cell.to_lowercase().as_str())
}

/// Reads headings and list items that begin with a date; what stands below an entry are its details.
fn entries(blocks: &[Block], log: &mut OperationsLog) {
    let mut is_open = false;
    for block in blocks {
        let is_heading = matches!(block.kind, BlockKind::Heading(_));
        let begins = is_heading || block.kind == BlockKind::Item;
        let found = begins.then(|| date::leading(&block.text)).flatten();
        if let Some(found) = found {
            let words = block.text.get(found.end..).unwrap_or_default();
            let words = words.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | ',' | '|'));
            let written = block.text.get(found.start..found.end).unwrap_or_default();
            log.rows.push(LogRow {
                line: block.line,
                date: day(written, block.line, &mut log.problems),
                version: version_of(words),
                back_to: None,
                cells: vec![written.to_owned(), words.to_owned(), String::new()],
            });
            is_open = true;
        } else if is_heading {
            is_open = false;
        } else if is_open
            && let Some(row) = log.rows.last_mut()
            && let Some(details) = row.cells.last_mut()
        {
            if !details.is_empty() {
                details.push(' ');
            }
            details.push_str(&block.text);
            if row.version.is_none() {
                row.version = version_of(&block.text);
            }
        }
    }
    if !log.rows.is_empty() {
        log.columns = ENTRY_COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::read;

    fn check(text: &str, expected: &[&str]) {
        let mut got = Vec::new();
        for log in read("docs/rollback-log.md", text) {
            got.push(format!("{}: {}", log.title, log.columns.join("|")));
            got.extend(log.rows.iter().map(|row| {
                let date = row.date.map(|date| date.to_string()).unwrap_or_default();
                format!(
                    "{} {date} {}{} = {}",
                    row.line,
                    row.version.as_deref().unwrap_or("none"),
                    row.back_to.as_ref().map(|to| format!(" to {to}")).unwrap_or_default(),
                    row.cells.join("|")
                )
            }));
            got.extend(
                log.problems
                    .iter()
                    .map(|problem| format!("{:?}: {}", problem.line, problem.message)),
            );
        }
        assert_eq!(got, expected);
    }

    #[test]
    fn tables_with_a_date_column_are_read() {
        check(
            "# Rollback log\n\n| Role | Who |\n|--|--|\n| driver | operator |\n\n| Date | Rolled back from | To | Minutes |\n|---|---|---|---|\n| 2026-01-02 | `v1.4.0` | v1.3.9 | 12 |\n| 2 March 2026 | [v1.5.0](x) | v1.4.1 | 8 |\n| _TBD_ | | | |\n| 03/04/2026 | v2.0.0 | v1.9.0 | 5 |\n\n## Archive\n\n| When | What |\n|--|--|\n| 2025-01-01 | x |\n",
            &[
                "Rollback log: Date|Rolled back from|To|Minutes",
                "9 2026-01-02 v1.4.0 to v1.3.9 = 2026-01-02|v1.4.0|v1.3.9|12",
                "10 2026-03-02 v1.5.0 to v1.4.1 = 2 March 2026|v1.5.0|v1.4.1|8",
                "12  v2.0.0 to v1.9.0 = 03/04/2026|v2.0.0|v1.9.0|5",
                "Some(12): `03/04/2026` is no date, or may be two; write YYYY-MM-DD",
                "Rollback log: Archive: When|What",
                "18 2025-01-01 none = 2025-01-01|x",
            ],
        );
    }

    #[test]
    fn the_version_that_was_gone_back_to_is_not_the_one_that_was_undone() {
        check(
            "| Date | Rolled back to | Release |\n|---|---|---|\n| 2026-01-02 | v1.3.9 | v1.4.0 |\n",
            &[
                ": Date|Rolled back to|Release",
                "3 2026-01-02 v1.4.0 to v1.3.9 = 2026-01-02|v1.3.9|v1.4.0",
            ],
        );
        check(
            "| Date | Rolled back to |\n|---|---|\n| 2026-01-02 | v1.3.9 |\n",
            &[": Date|Rolled back to", "3 2026-01-02 none to v1.3.9 = 2026-01-02|v1.3.9"],
        );
    }

    #[test]
    fn a_table_that_nobody_filled_in_is_an_empty_log() {
        check(
            "# Drills\n\n| Drill date | Result |\n|---|---|\n| YYYY-MM-DD | |\n",
            &["Drills: Drill date|Result"],
        );
    }

    #[test]
    fn dated_headings_and_items_are_entries() {
        check(
            "# Log\n\n## 2026-01-02: rollback of v1.4.0\n\nThe worker ran out of memory.\n\n- restored in 12 minutes\n\n## How to write here\n\nBriefly.\n",
            &[
                "Log: Date|Entry|Details",
                "3 2026-01-02 v1.4.0 = 2026-01-02|rollback of v1.4.0|The worker ran out of memory. restored in 12 minutes",
            ],
        );
        check(
            "- 2026-01-02 rotated the key\n- 2026-02-02 – rotated it again\n",
            &[
                ": Date|Entry|Details",
                "1 2026-01-02 none = 2026-01-02|rotated the key|",
                "2 2026-02-02 none = 2026-02-02|rotated it again|",
            ],
        );
    }

    #[test]
    fn a_file_without_dates_is_told() {
        check(
            "# Log\n\nNothing yet.\n",
            &[
                "Log: ",
                "None: there is no table with a date column and no entry that begins with a date",
            ],
        );
        check("", &[": "]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[|#*\\- a-cé0-9.\n]{0,80}") {
            let _ = read("a", &text);
        }
    }
}
