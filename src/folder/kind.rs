//! What stands at a place, and the errors that all systems share.

use std::io::{Error, ErrorKind};

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file of so many bytes.
    File(u64),
    /// A folder.
    Folder,
    /// A link, wherever it leads.
    Link,
    /// A device, a pipe, a socket.
    Other,
}

/// What stands at a place, as far as a list of names tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, a device, a pipe, a socket.
    Other,
}

impl From<Kind> for Sort {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::File(_) => Self::File,
            Kind::Folder => Self::Folder,
            Kind::Link | Kind::Other => Self::Other,
        }
    }
}

pub(super) fn too_large(length: u64, limit: u64) -> Error {
    Error::other(format!("it is too large: {length} bytes, and the limit is {limit}"))
}

pub(super) fn not_a_file() -> Error {
    Error::other("it is not a file")
}

/// Whether an error says that nothing is there.
pub(crate) fn is_missing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound)
}
