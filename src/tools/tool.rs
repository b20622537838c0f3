//! What a tool is.

use crate::tools::format::Format;
use crate::tools::tasks::TaskFiles;

/// A tool: one const in a file of its own, one entry in the list of tools.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    /// The formats of the files that define what it runs.
    pub(crate) formats: &'static [Format],
    /// How it finds a task by its name.
    pub(crate) tasks: TaskFiles,
}
