//! Files that define what can be called by name: Makefiles, packages, workflows.

use crate::model::task::TaskFile;

/// A format of task files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The name, such as `make`.
    pub(crate) name: &'static str,
    /// Whether a file is of this format, by its path.
    pub(crate) recognizes: fn(&str) -> bool,
    /// Reads a file: its path and its text.
    pub(crate) parse: fn(&str, &str) -> TaskFile,
}

/// Every format, sorted by name.
pub(crate) const FORMATS: &[Format] = &[];
