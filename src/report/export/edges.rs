//! The table of edges.

use crate::report::export::table::{BILL, Cell, Kind, PRODUCT, RELEASE, REPOSITORY, Source, Table, column, row};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "edges",
    about: "What brings a component into a release: one edge a component, the last one of a shortest way from the subject. Components that the subject names itself have no bringer; those that it does not reach have no row.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        RELEASE,
        BILL,
        column("identity", Kind::Text, "The component."),
        column("version", Kind::Text, "Its version."),
        column(
            "brought_by",
            Kind::Text,
            "The component that depends on it; empty where the subject does.",
        ),
        column("brought_by_version", Kind::Text, "The version of that component."),
        column(
            "depth",
            Kind::Number,
            "How many edges the way has: 1 for a direct dependency.",
        ),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    for (sbom, start) in source.bills() {
        for (at, (component, bringer)) in sbom.components.iter().zip(&sbom.brought_by).enumerate() {
            let bringer = bringer.and_then(|bringer| sbom.components.get(bringer as usize));
            if bringer.is_none() && component.is_direct != Some(true) {
                continue;
            }
            add(row(
                &start,
                [
                    Cell::text(&component.identity),
                    Cell::text(&component.version),
                    Cell::maybe(bringer.map(|bringer| bringer.identity.as_str())),
                    Cell::maybe(bringer.map(|bringer| bringer.version.as_str())),
                    Cell::count(sbom.way_to(at).len() + 1),
                ],
            ));
        }
    }
}
