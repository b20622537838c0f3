//! The table of advisories.

use crate::model::inventory::Standing;
use crate::report::export::table::{Cell, Kind, PRODUCT, RELEASE, REPOSITORY, Source, Table, column, row};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "advisories",
    about: "An advisory that the scans of a release found for a package. A release that nobody scanned has no row and is not free of them: `releases` has it.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        RELEASE,
        column("advisory", Kind::Text, "The id."),
        column("aliases", Kind::Text, "Other ids of it, with blanks between."),
        column("package", Kind::Text, "The package, as the scan names it."),
        column("version", Kind::Text, "The version that was found."),
        column("severity", Kind::Text, "The severity in the words of the scan."),
        column("fixed", Kind::Text, "The versions that mend it."),
        column(
            "standing",
            Kind::Text,
            "`open`, `accepted` by an exception, or `stated` by a statement such as VEX.",
        ),
        column("exception", Kind::Text, "The exception, by id."),
        column("status", Kind::Text, "What the statement says, such as `not_affected`."),
        column("scanned_at", Kind::Time, "When the scan was made, by its own word."),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    for (product, start) in source.products() {
        for life in &product.inventory.advisories {
            for sighting in &life.sightings {
                let Some(judged) = product.releases.get(sighting.release) else {
                    continue;
                };
                let (exception, status) = match &sighting.standing {
                    Standing::Open => ("", ""),
                    Standing::Accepted { exception, .. } | Standing::AcceptedExpired { exception } => (exception.as_str(), ""),
                    Standing::Stated { status, .. } => ("", status.as_str()),
                };
                let standing = match sighting.standing {
                    Standing::Open => "open",
                    Standing::Accepted { is_over: true, .. } | Standing::AcceptedExpired { .. } => "accepted-expired",
                    Standing::Accepted { .. } => "accepted",
                    Standing::Stated { .. } => "stated",
                };
                let made = sighting.files.iter().find_map(|file| file.made.as_deref());
                for hit in &sighting.hits {
                    add(row(
                        &start,
                        [
                            Cell::text(&judged.release.version),
                            Cell::text(&life.id),
                            Cell::owned(life.aliases.join(" ")),
                            Cell::text(&hit.package),
                            Cell::text(&hit.version),
                            Cell::text(&hit.severity),
                            Cell::text(&hit.fixed),
                            Cell::text(standing),
                            Cell::text(exception),
                            Cell::text(status),
                            Cell::written_time(made),
                        ],
                    ));
                }
            }
        }
    }
}
