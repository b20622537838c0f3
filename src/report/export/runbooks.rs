//! The table of runbooks.

use crate::model::finding::Finding;
use crate::report::export::table::{Cell, Kind, PRODUCT, REPOSITORY, Source, Table, column, row};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "runbooks",
    about: "A runbook as it stands on the branch today.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        column("path", Kind::Text, "The file, from the root of the repository."),
        column("title", Kind::Text, "The title."),
        column(
            "state",
            Kind::Text,
            "Its freshness, such as `fresh`, `stale`, `broken`, `not-reviewed`.",
        ),
        column("reason", Kind::Text, "Why, in one sentence."),
        column("reviewed_on", Kind::Day, "The day of the last review."),
        column("reviewed_by", Kind::Text, "How that is known, such as `stamp`."),
        column("due_on", Kind::Day, "The day that the next review is due."),
        column("owners", Kind::Text, "Who answers for it, with commas between."),
        column("steps", Kind::Number, "How many steps it has."),
        column(
            "references",
            Kind::Number,
            "How many of its words name something of the repository.",
        ),
        column("findings", Kind::Number, "How many findings count against it."),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    for (product, start) in source.products() {
        let Some(next) = product.editions.first() else { continue };
        for judged in &next.runbooks {
            let text = &judged.runbook.runbook;
            let reviewed = judged.freshness.reviewed.as_ref();
            let owners: Vec<&str> = text.metadata.owners.iter().map(|owner| owner.value.as_str()).collect();
            let counts = |finding: &&Finding| finding.suppression.is_none();
            add(row(
                &start,
                [
                    Cell::text(&judged.runbook.path),
                    Cell::maybe(text.title.as_deref()),
                    Cell::word(judged.freshness.state),
                    Cell::text(&judged.freshness.reason),
                    Cell::day(reviewed.map(|review| review.on)),
                    reviewed.map_or(Cell::Empty, |review| Cell::word(review.source)),
                    Cell::day(judged.freshness.due),
                    Cell::owned(owners.join(", ")),
                    Cell::count(text.steps.len()),
                    Cell::count(text.references.len()),
                    Cell::count(judged.findings.iter().filter(counts).count()),
                ],
            ));
        }
    }
}
