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

/// What tells a file from any other one that stood at its place, and when anybody touched it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The disk.
    pub(crate) device: u64,
    /// The number of the file on it.
    pub(crate) inode: u64,
    /// The number that the list of its folder gives it, which is the same on most systems.
    pub(crate) listed: u64,
    /// The time of its last writing, in seconds and their billionths.
    pub(crate) written: (i64, i64),
    /// The time of its last change of any kind.
    pub(crate) changed: (i64, i64),
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
