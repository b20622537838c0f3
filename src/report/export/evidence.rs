//! The table of evidence.

use crate::report::export::table::{Cell, Kind, PRODUCT, RELEASE, REPOSITORY, Source, Table, column, row};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "evidence",
    about: "A file of evidence of a release.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        RELEASE,
        column("path", Kind::Text, "The path from the folder of the release."),
        column("gate", Kind::Text, "The gate that it shows."),
        column("format", Kind::Text, "The format that read it, such as `junit`."),
        column("integrity", Kind::Text, "`recorded`, `altered`, `unrecorded` or `absent`."),
        column("sha256", Kind::Text, "The SHA-256 digest of the file as it is now."),
        column("bytes", Kind::Number, "The length."),
        column("made_at", Kind::Time, "When it was made, by its own word."),
        column(
            "problems",
            Kind::Number,
            "How many things could not be read, or are worth knowing.",
        ),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    for (judged, start) in source.releases() {
        for file in &judged.release.evidence {
            add(row(
                &start,
                [
                    Cell::text(&file.path),
                    Cell::maybe(file.gate.as_deref()),
                    Cell::maybe(file.artifact.format),
                    Cell::word(file.integrity),
                    Cell::text(&file.sha256),
                    Cell::number(file.bytes),
                    Cell::written_time(file.artifact.about.made.as_deref()),
                    Cell::count(file.artifact.problems.len()),
                ],
            ));
        }
    }
}
