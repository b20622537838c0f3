//! The folder that a command runs in.

use serde::Serialize;

/// The folder that a command runs in, as far as `cd` tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Directory {
    /// A folder of the source tree, relative to its root, without a slash at the end; empty is the root itself.
    Known(String),
    /// A folder of a host, as it is written: `/opt/app`. Where that is a clone of this repository, its names count from the root.
    Host(String),
    /// Somewhere that cannot be told; what is named relative to it is not judged.
    Unknown,
}
