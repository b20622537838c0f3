//! The table of components.

use crate::report::export::table::{BILL, Cell, Kind, PRODUCT, RELEASE, REPOSITORY, Source, Table, column, row};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "components",
    about: "A component as a bill of materials of a release lists it. What two bills list stands twice, such as one list in two formats: to count, take each identity and version of a release once.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        RELEASE,
        BILL,
        column(
            "identity",
            Kind::Text,
            "What it is known by over releases: the package URL without version, or group and name.",
        ),
        column("name", Kind::Text, "The name with its group, as people say it."),
        column("version", Kind::Text, "The version."),
        column("purl", Kind::Text, "The package URL as written."),
        column("licence", Kind::Text, "The licences as written, joined by ` AND `."),
        column("type", Kind::Text, "The type as written, such as `library`."),
        column("supplier", Kind::Text, "The supplier."),
        column("scope", Kind::Text, "`required`, `optional` or `excluded`."),
        column(
            "is_direct",
            Kind::Flag,
            "Whether the subject names it as a direct dependency; empty where the file has no edges.",
        ),
        column("has_hash", Kind::Flag, "Whether a hash of it is given."),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    for (sbom, start) in source.bills() {
        for component in &sbom.components {
            add(row(
                &start,
                [
                    Cell::text(&component.identity),
                    Cell::text(&component.name),
                    Cell::text(&component.version),
                    Cell::text(&component.purl),
                    Cell::text(&component.licence),
                    Cell::text(&component.kind),
                    Cell::text(&component.supplier),
                    Cell::text(component.scope.word()),
                    Cell::flag(component.is_direct),
                    Cell::Flag(component.has_hash),
                ],
            ));
        }
    }
}
