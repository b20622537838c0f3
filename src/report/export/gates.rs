//! The table of gates.

use crate::report::export::table::{Cell, Kind, PRODUCT, RELEASE, REPOSITORY, Source, Table, column, row};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "gates",
    about: "A gate of a release.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        RELEASE,
        column("gate", Kind::Text, "The id of the gate."),
        column("outcome", Kind::Text, "How it went, such as `passed`, `missing`, `stale`."),
        column("lets_through", Kind::Flag, "Whether the outcome lets the release through."),
        column("value", Kind::Text, "What was measured, in words."),
        column("reasons", Kind::Text, "Why, one sentence a line."),
        column("evidence", Kind::Number, "How many files show it."),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    for (judged, start) in source.releases() {
        for gate in &judged.verdict.gates {
            add(row(
                &start,
                [
                    Cell::text(&gate.gate),
                    Cell::word(gate.outcome),
                    Cell::Flag(gate.outcome.lets_through()),
                    Cell::text(&gate.value),
                    Cell::owned(gate.reasons.join("\n")),
                    Cell::count(gate.evidence.len()),
                ],
            ));
        }
    }
}
