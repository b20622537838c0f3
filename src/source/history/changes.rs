//! Which files one tree has and another one has not.

use std::sync::Arc;

use git2::Oid;

use crate::error::{Error, Result};
use crate::model::tree::EntryKind;
use crate::source::objects::Objects;
use crate::source::path;
use crate::source::tree::raw::{self, RawEntry};

/// The most files that may differ: a few small trees that hold each other many times over can stand for billions.
const FILE_LIMIT: usize = 2_000_000;

/// A file that one of two trees has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// The path from the root.
    pub(crate) path: String,
    /// The blob.
    pub(crate) id: Oid,
    /// What it is. Files that may be run count as plain files.
    pub(crate) kind: EntryKind,
}

impl File {
    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        name_of(&self.path)
    }
}

/// The last part of a path.
pub(crate) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The files that came and went between two trees, by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// Files whose path holds no file in the newer tree, sorted by path.
    pub(crate) removed: Vec<File>,
    /// Files whose path held no file in the older tree, sorted by path.
    pub(crate) added: Vec<File>,
}

/// The files that came and went from one root tree to another. No tree stands for an empty one.
pub(crate) fn between(objects: &Objects, older: Option<Oid>, newer: Option<Oid>) -> Result<Changes> {
    let mut changes = Changes::default();
    let mut folders = vec![(Vec::new(), older, newer)];
    while let Some((prefix, older, newer)) = folders.pop() {
        let tree = |id: Option<Oid>| id.map_or_else(|| Ok(Arc::from([])), |id| objects.tree(id));
        let (left, right) = (tree(older)?, tree(newer)?);
        let read = raw::for_each_difference(&left, &right, |one, other| {
            let Some(entry) = one.or(other) else { return true };
            let mut bytes: Vec<u8> = Vec::with_capacity(prefix.len() + entry.name.len() + 1);
            bytes.extend_from_slice(&prefix);
            bytes.extend_from_slice(entry.name);
            let one_file = one.filter(|entry| !entry.is_folder());
            let other_file = other.filter(|entry| !entry.is_folder());
            match (one_file, other_file) {
                (Some(file), None) => changes.removed.push(File::new(&bytes, file)),
                (None, Some(file)) => changes.added.push(File::new(&bytes, file)),
                _ => {}
            }
            let folder = |entry: Option<RawEntry<'_>>| entry.filter(RawEntry::is_folder).map(|entry| entry.oid());
            if folder(one).is_some() || folder(other).is_some() {
                bytes.push(b'/');
                folders.push((bytes, folder(one), folder(other)));
            }
            true
        });
        read.map_err(|raw::Damaged| Error::unjudged("a tree is damaged").with_help("run `git fsck`"))?;
        if changes.removed.len() + changes.added.len() + folders.len() > FILE_LIMIT {
            return Err(Error::usage(format!("more than {FILE_LIMIT} files differ between two trees")));
        }
    }
    changes.removed.sort_by(|left, right| left.path.cmp(&right.path));
    changes.added.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(changes)
}

impl File {
    fn new(path: &[u8], entry: RawEntry<'_>) -> Self {
        Self {
            path: path::to_text(path),
            id: entry.oid(),
            kind: match entry.kind() {
                EntryKind::Executable => EntryKind::File,
                other => other,
            },
        }
    }
}
