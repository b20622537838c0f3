//! What can be called by name: make targets, package scripts, workflows.

use serde::Serialize;

use crate::model::finding::Problem;

/// A file that defines things which can be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TaskFile {
    /// The path in the tree.
    pub(crate) path: String,
    /// The name of the format that read it: `make`, `package-json`, `workflow`.
    pub(crate) format: &'static str,
    /// The name that the file gives itself: of the package, of the workflow.
    pub(crate) name: Option<String>,
    /// What can be called.
    pub(crate) tasks: Vec<Task>,
    /// Whether every name is known. A Makefile with `$(eval)` or a computed include is not complete, so a missing name is
    /// unverifiable there.
    pub(crate) is_complete: bool,
    /// Other files that belong to it: includes of a Makefile, workspace globs of a package.
    pub(crate) includes: Vec<String>,
    /// Further names that a caller may use without being a task: binaries of dependencies of a package.
    pub(crate) binaries: Vec<String>,
    /// Stands for everything that the file says, apart from comments and form; two readings are compared by it. 0 where the format does
    /// not tell.
    pub(crate) fingerprint: u64,
    /// What could not be read. A file that does not parse at all makes everything that depends on it unverifiable.
    pub(crate) problems: Vec<Problem>,
}

/// One thing that can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Task {
    /// The name: target, script, job.
    pub(crate) name: String,
    /// The line that defines it, from 1.
    pub(crate) line: u32,
    /// Whether the name is a pattern: `%.o` of make.
    pub(crate) is_pattern: bool,
    /// Stands for the definition, apart from comments and form; two readings of the task are compared by it.
    pub(crate) fingerprint: u64,
}
