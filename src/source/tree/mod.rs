//! The files of one revision, of a folder, or of a test: three sources with one face.

use std::sync::Arc;

use git2::{ObjectType, Oid};

use crate::error::Result;
use crate::model::tree::{ContentId, Entry, Listing};

pub(crate) mod git;
pub(crate) mod index;
#[cfg(test)]
pub(crate) mod memory;
pub(crate) mod overlay;
pub(crate) mod raw;
pub(crate) mod worktree;

/// A tree of files. Links and submodules are listed and never followed.
pub(crate) trait Tree: Send + Sync {
    /// The names.
    fn listing(&self) -> &Arc<Listing>;

    /// The bytes of a file, or the target of a symbolic link. A submodule has none, so asking for it is an error.
    fn read(&self, entry: &Entry) -> Result<Vec<u8>>;
}

/// The git blob id of some bytes.
pub(crate) fn content_id(bytes: &[u8]) -> ContentId {
    let id = Oid::hash_object(ObjectType::Blob, bytes).expect("bytes in memory can be hashed");
    to_content_id(id)
}

/// An object id as the id of a content.
pub(crate) fn to_content_id(id: Oid) -> ContentId {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(id.as_bytes());
    ContentId(bytes)
}
