//! Tables that are forms: what is filled in by whoever runs the runbook, and not by its author.

use crate::model::document::{Element, NodeKind};
use crate::model::place::Span;
use crate::model::runbook::Runbook;

/// Words in the heading of a column that is filled in during a run.
const RUN: &[&str] = &[
    "actual", "approved", "completed", "done", "initials", "measured", "observed", "outcome", "outcomes", "pass", "passed",
    "performed", "result", "results", "score", "sign", "signature", "signed", "signoff", "verified", "verdict", "fail",
];

/// Words in the heading of a column that tells of what is missing elsewhere.
const ABOUT: &[&str] = &["finding", "gap", "gaps", "issue", "missing", "todo", "todos"];

/// Words in the heading of a column that the reader needs filled: whom to ask, and where.
const NEEDED: &[&str] = &[
    "link", "links", "runbook", "description", "document", "address", "channel", "contact", "contacts", "email", "lead", "name",
    "number", "on-call", "oncall", "owner", "owners", "pager", "person", "phone", "slack", "team", "url", "value", "who",
    "command", "step", "action",
];

/// What a cell is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The author writes it.
    Text,
    /// Nobody filled the column in yet.
    Form,
    /// Whoever runs the runbook fills it in.
    FilledInLater,
}

/// A table with its cells.
pub(crate) struct Table {
    /// The whole table.
    pub(crate) span: Span,
    heads: Vec<String>,
    /// The cells of each row: where they are, and their words.
    rows: Vec<Vec<(Span, String)>>,
}

impl Table {
    /// What the cell at a place is for.
    pub(crate) fn purpose_of(&self, place: Span) -> Purpose {
        let column = self
            .rows
            .iter()
            .find_map(|row| row.iter().position(|(cell, _)| cell.contains(place)));
        let Some(column) = column else { return Purpose::Text };
        let head = self.heads.get(column).map_or("", String::as_str);
        let is_run = |head: &String| has_word(head, RUN);
        let is_signed = self
            .heads
            .iter()
            .any(|head| has_word(head, &["signature", "signed", "sign", "initials", "signoff"]));
        if is_signed || is_run(&head.to_owned()) || has_word(head, ABOUT) {
            return Purpose::FilledInLater;
        }
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let (mut empty, mut all) = (0, 0);
        for (_, words) in cells {
            all += 1;
            empty += usize::from(is_open(words));
        }
        if empty == all && all >= 2 && !has_word(head, NEEDED) {
            Purpose::Form
        } else {
            Purpose::Text
        }
    }
}

/// Whether a cell waits for something.
fn is_open(words: &str) -> bool {
    let words = words.trim().trim_matches(['[', ']', '(', ')', '*', '_']);
    matches!(
        words,
        "" | "-" | "–" | "—" | "?" | "TBD" | "TBC" | "TODO" | "N/A" | "..." | "…"
    )
}

fn has_word(head: &str, words: &[&str]) -> bool {
    head.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| words.contains(&word))
}

/// The tables of a runbook.
pub(crate) fn tables(runbook: &Runbook) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let nodes = runbook.document.nodes();
    let mut open: Vec<&Element> = Vec::new();
    for node in &nodes {
        match &node.kind {
            NodeKind::Open(element) => {
                open.push(element);
                let is_head = open.iter().any(|element| matches!(element, Element::TableHead));
                match (element, tables.last_mut()) {
                    (Element::Table(_), _) => tables.push(Table {
                        span: node.span,
                        heads: Vec::new(),
                        rows: Vec::new(),
                    }),
                    (Element::TableRow, Some(table)) => table.rows.push(Vec::new()),
                    (Element::TableCell, Some(table)) if is_head => table.heads.push(String::new()),
                    (Element::TableCell, Some(table)) => {
                        if let Some(row) = table.rows.last_mut() {
                            row.push((node.span, String::new()));
                        }
                    }
                    _ => {}
                }
            }
            NodeKind::Close => {
                open.pop();
            }
            NodeKind::Text(words) | NodeKind::Code(words) if open.iter().any(|element| matches!(element, Element::TableCell)) => {
                let is_head = open.iter().any(|element| matches!(element, Element::TableHead));
                let Some(table) = tables.last_mut() else { continue };
                let cell = if is_head {
                    table.heads.last_mut()
                } else {
                    table.rows.last_mut().and_then(|row| row.last_mut()).map(|(_, words)| words)
                };
                if let Some(cell) = cell {
                    cell.push_str(words.of(&runbook.text));
                }
            }
            _ => {}
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::{Purpose, Table};
    use crate::model::place::Span;

    /// What the second cell of the first row is for.
    fn purpose(heads: &[&str], rows: &[&[&str]]) -> Purpose {
        let cell = |row: usize, column: usize| Span::new(row * 100 + column * 10, row * 100 + column * 10 + 5);
        let cells = |(at, row): (usize, &&[&str])| {
            let cells = row.iter().enumerate();
            cells.map(|(column, words)| (cell(at, column), (*words).to_owned())).collect()
        };
        let table = Table {
            span: Span::new(0, 1_000),
            heads: heads.iter().map(|head| (*head).to_owned()).collect(),
            rows: rows.iter().enumerate().map(cells).collect(),
        };
        table.purpose_of(cell(0, 1))
    }

    #[test]
    fn columns_tell_what_they_are_for() {
        assert_eq!(purpose(&["Role", "Name"], &[&["SRE", "TBD"], &["DBA", "TBD"]]), Purpose::Text);
        assert_eq!(
            purpose(&["Role", "Name", "Signature"], &[&["SRE", "TBD", ""]]),
            Purpose::FilledInLater
        );
        assert_eq!(
            purpose(&["Metric", "Actual"], &[&["Rate", "TBD"], &["Lag", "3"]]),
            Purpose::FilledInLater
        );
        assert_eq!(
            purpose(&["Drill", "Detection"], &[&["#1", "TBD"], &["#2", "-"]]),
            Purpose::Form
        );
        assert_eq!(
            purpose(&["Drill", "Detection"], &[&["#1", "TBD"], &["#2", "4 min"]]),
            Purpose::Text
        );
    }
}
