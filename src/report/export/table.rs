//! What a table is.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::Serialize;

use crate::model::evidence::Content;
use crate::model::handbook::{Handbook, JudgedRelease, Product};
use crate::model::sbom::Sbom;

/// The version of the schema: a column that changes its meaning or goes counts it up, a new one does not.
pub(crate) const SCHEMA: &str = "runproof-export/1";

/// Gives the rows of a table, one after the other.
pub(crate) type Rows = fn(&Source<'_>, &mut dyn FnMut(Vec<Cell<'_>>));

/// A table: its columns, and how its rows are made.
#[derive(Debug)]
pub(crate) struct Table {
    /// The name, and that of its file without the ending.
    pub(crate) name: &'static str,
    /// What a row is, as a sentence.
    pub(crate) about: &'static str,
    /// The columns.
    pub(crate) columns: &'static [Column],
    /// Gives the rows, one after the other, in an order that is always the same.
    pub(crate) rows: Rows,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    /// The name.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
    /// What it is, in words.
    pub(crate) about: &'static str,
}

/// A column of a table.
pub(crate) const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, about }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// A day.
    Day,
    /// A moment.
    Time,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'row> {
    /// Nothing is known.
    Empty,
    /// A text.
    Text(Cow<'row, str>),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Day(NaiveDate),
    /// A moment.
    Time(DateTime<Utc>),
}

impl<'row> Cell<'row> {
    /// A text; an empty one is unknown.
    pub(crate) fn text(text: &'row str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.into())
        }
    }

    /// A text of its own; an empty one is unknown.
    pub(crate) fn owned(text: String) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.into())
        }
    }

    /// A text that may not be there.
    pub(crate) fn maybe(text: Option<&'row str>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// The word of a state, as in the twins of pages.
    pub(crate) fn word(state: impl Serialize) -> Self {
        match serde_json::to_value(state) {
            Ok(serde_json::Value::String(word)) => Self::owned(word),
            _ => Self::Empty,
        }
    }

    /// A count.
    pub(crate) fn count(count: usize) -> Self {
        Self::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// A number that is not negative.
    pub(crate) fn number(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// Yes or no, where it is known.
    pub(crate) fn flag(flag: Option<bool>) -> Self {
        flag.map_or(Self::Empty, Self::Flag)
    }

    /// A day that may not be known.
    pub(crate) fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }

    /// A moment that may not be known.
    pub(crate) fn time(at: Option<DateTime<FixedOffset>>) -> Self {
        at.map_or(Self::Empty, |at| Self::Time(at.to_utc()))
    }

    /// A moment as a file writes it; unknown where it is none.
    pub(crate) fn written_time(text: Option<&str>) -> Self {
        Self::time(text.and_then(|text| DateTime::parse_from_rfc3339(text.trim()).ok()))
    }

    /// Whether it may stand in a column of the kind.
    pub(crate) fn fits(&self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Self::Empty, _)
                | (Self::Text(_), Kind::Text)
                | (Self::Number(_), Kind::Number)
                | (Self::Flag(_), Kind::Flag)
                | (Self::Day(_), Kind::Day)
                | (Self::Time(_), Kind::Time)
        )
    }
}

/// What rows are made from.
pub(crate) struct Source<'handbook> {
    /// The name of the repository.
    pub(crate) repository: &'handbook str,
    /// Everything that was read and judged.
    pub(crate) handbook: &'handbook Handbook,
}

impl<'handbook> Source<'handbook> {
    /// The products, each with the cells that every row of it begins with.
    pub(crate) fn products(&self) -> impl Iterator<Item = (&'handbook Product, Vec<Cell<'handbook>>)> {
        let products = self.handbook.products.iter();
        products.map(|product| (product, vec![Cell::text(self.repository), Cell::text(&product.name)]))
    }

    /// The releases of all products, newest first, each with the cells that every row of it begins with.
    pub(crate) fn releases(&self) -> impl Iterator<Item = (&'handbook JudgedRelease, Vec<Cell<'handbook>>)> {
        self.products().flat_map(|(product, start)| {
            product.releases.iter().map(move |judged| {
                let mut cells = start.clone();
                cells.push(Cell::text(&judged.release.version));
                (judged, cells)
            })
        })
    }

    /// The bills of materials of all releases, each with the cells that every row of it begins with: its file is the last of them.
    pub(crate) fn bills(&self) -> impl Iterator<Item = (&'handbook Sbom, Vec<Cell<'handbook>>)> {
        self.releases().flat_map(|(judged, start)| {
            judged
                .release
                .evidence
                .iter()
                .filter_map(move |file| match &file.artifact.content {
                    Content::Sbom(sbom) => Some((sbom.as_ref(), row(&start, [Cell::text(&file.path)]))),
                    _ => None,
                })
        })
    }
}

/// The cells of a row behind those that it begins with.
pub(crate) fn row<'row, const COUNT: usize>(start: &[Cell<'row>], more: [Cell<'row>; COUNT]) -> Vec<Cell<'row>> {
    let mut cells = Vec::with_capacity(start.len() + COUNT);
    cells.extend_from_slice(start);
    cells.extend(more);
    cells
}

/// The first columns of every table.
pub(crate) const REPOSITORY: Column = column("repository", Kind::Text, "The name of the repository.");
/// The second column of every table.
pub(crate) const PRODUCT: Column = column("product", Kind::Text, "The name of the product.");
/// The fourth column of every table about bills of materials.
pub(crate) const BILL: Column = column(
    "file",
    Kind::Text,
    "The bill of materials, by its path from the folder of the release.",
);
/// The third column of every table about releases.
pub(crate) const RELEASE: Column = column("release", Kind::Text, "The version of the release.");
