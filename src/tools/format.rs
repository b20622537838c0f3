//! What every format of definition files shares.

use crate::model::definition::DefinitionFile;
use crate::model::finding::Problem;
use crate::model::stable::{Encode, stable};

/// A format of task files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The name, such as `make`.
    pub(crate) name: &'static str,
    /// Whether a file is of this format, by its path.
    pub(crate) recognizes: fn(&str) -> bool,
    /// Reads a file: its path and its text.
    pub(crate) parse: fn(&str, &str) -> DefinitionFile,
}

/// The fingerprint of a definition, to compare two readings of it. It is written into runbooks, so it is stable.
pub(crate) fn fingerprint(definition: impl Encode) -> u128 {
    stable(definition)
}

/// A file of a structured format: what was read fills it; what could not be read is its problem, and then it is not complete.
pub(crate) fn file_of<V>(
    path: &str,
    format: &'static str,
    read: Result<V, Problem>,
    fill: impl FnOnce(V, &mut DefinitionFile),
) -> DefinitionFile {
    let mut file = DefinitionFile::new(path, format);
    match read {
        Ok(value) => fill(value, &mut file),
        Err(problem) => file.problems.push(problem),
    }
    file
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// What follows the last dot of the last part of a path; empty without a dot.
pub(crate) fn extension(path: &str) -> &str {
    file_name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}
