//! What a form of output is, and how output looks.

use crate::model::report::{ReferenceReport, Report};

/// A form that findings are told in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The name, as for `--format`.
    pub(crate) name: &'static str,
    /// What it is for, in one line without full stop.
    pub(crate) summary: &'static str,
    /// Writes a report.
    pub(crate) write: fn(&Report, Style) -> String,
}

/// A form that references are told in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReferenceFormat {
    /// The name, as for `--format`.
    pub(crate) name: &'static str,
    /// Writes a report.
    pub(crate) write: fn(&ReferenceReport, Style) -> String,
}

/// How output looks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style {
    /// Whether colours are wanted.
    pub(crate) has_color: bool,
    /// Whether the terminal follows links.
    pub(crate) has_links: bool,
    /// How wide the terminal is, in columns; none where no terminal is.
    pub(crate) width: Option<u16>,
}
