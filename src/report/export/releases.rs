//! The table of releases.

use crate::model::evidence::Integrity;
use crate::report::export::table::{Cell, Kind, PRODUCT, RELEASE, REPOSITORY, Source, Table, column, row};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "releases",
    about: "A release of a product.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        RELEASE,
        column(
            "line",
            Kind::Text,
            "The line that it belongs to, as the prefix of its tags; empty for the leading one.",
        ),
        column(
            "state",
            Kind::Text,
            "How it went as a whole, such as `proven`, `open-gates`, `failed`.",
        ),
        column(
            "state_at_release",
            Kind::Text,
            "How it stood when it went out, without amendments and without how it ended.",
        ),
        column(
            "outcome",
            Kind::Text,
            "How it ended, by its record: `shipped`, `rolled-back`, `withdrawn`, `abandoned`.",
        ),
        column("day", Kind::Day, "The day that it was released."),
        column("released_at", Kind::Time, "The moment, where a source tells it."),
        column("commit", Kind::Text, "The commit that was shipped."),
        column("tag", Kind::Text, "The tag."),
        column(
            "is_prerelease",
            Kind::Flag,
            "Whether it is a pre-release by semantic versioning.",
        ),
        column("has_record", Kind::Flag, "Whether a record of it was written."),
        column("gates", Kind::Number, "How many gates it has."),
        column("gates_let_through", Kind::Number, "How many of them let it through."),
        column("evidence", Kind::Number, "How many files of evidence it has."),
        column(
            "evidence_recorded",
            Kind::Number,
            "How many of them are as they were recorded.",
        ),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    for (judged, start) in source.releases() {
        let release = &judged.release;
        let outcome = release.record.as_ref().and_then(|record| record.outcome);
        let recorded = release.evidence.iter().filter(|file| file.integrity == Integrity::Recorded);
        add(row(
            &start,
            [
                Cell::text(&release.line),
                Cell::word(judged.verdict.state),
                Cell::word(judged.state_then()),
                outcome.map_or(Cell::Empty, Cell::word),
                Cell::day(release.date.as_ref().map(|date| date.day)),
                Cell::time(release.date.as_ref().and_then(|date| date.at)),
                Cell::maybe(release.commit.as_deref()),
                Cell::maybe(release.tag.as_ref().map(|tag| tag.name.as_str())),
                Cell::Flag(release.is_prerelease()),
                Cell::Flag(release.record.is_some()),
                Cell::count(judged.verdict.gates.len()),
                Cell::number(judged.verdict.let_through),
                Cell::count(release.evidence.len()),
                Cell::count(recorded.count()),
            ],
        ));
    }
}
