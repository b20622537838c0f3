//! The table of findings.

use crate::model::finding::Finding;
use crate::report::export::table::{Cell, Kind, PRODUCT, REPOSITORY, Source, Table, column};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "findings",
    about: "A finding as it stands today: about runbooks, and about records, artifacts and logs of a product. Those about the repository as a whole have no product.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        column("rule", Kind::Text, "The id of the rule."),
        column("severity", Kind::Text, "`error`, `warning` or `info`."),
        column("path", Kind::Text, "The file, from the root of the repository."),
        column("line", Kind::Number, "The line, from 1."),
        column("message", Kind::Text, "What is wrong, in one line."),
        column(
            "is_suppressed",
            Kind::Flag,
            "Whether an ignore, a waiver or the baseline lets it be.",
        ),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    let cells = |start: &[Cell<'_>], finding: &Finding| -> Vec<Cell<'static>> {
        let owned = |cell: &Cell<'_>| match cell {
            Cell::Text(text) => Cell::Text(text.clone().into_owned().into()),
            _ => Cell::Empty,
        };
        let mut row: Vec<Cell<'static>> = start.iter().map(owned).collect();
        row.extend([
            Cell::text(finding.rule),
            Cell::word(finding.severity),
            Cell::owned(finding.path.clone()),
            finding.place.map_or(Cell::Empty, |place| Cell::number(u64::from(place.line))),
            Cell::owned(finding.message.clone()),
            Cell::Flag(finding.suppression.is_some()),
        ]);
        row
    };
    for finding in &source.handbook.findings {
        add(cells(&[Cell::text(source.repository), Cell::Empty], finding));
    }
    for (product, start) in source.products() {
        let next = product.editions.first();
        let of_runbooks = next
            .into_iter()
            .flat_map(|edition| &edition.runbooks)
            .flat_map(|judged| &judged.findings);
        for finding in product.findings.iter().chain(of_runbooks) {
            add(cells(&start, finding));
        }
    }
}
