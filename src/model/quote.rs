//! Words of a text of the repository, quoted with their place.

use serde::Serialize;

/// Words of a text, with their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Quote {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The words.
    pub(crate) text: String,
}
