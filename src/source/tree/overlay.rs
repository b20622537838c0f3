//! A tree with other files laid over it: an evidence store that lies elsewhere, or files that are still to be written.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Result;
use crate::model::tree::{Entry, EntryKind, Listing};
use crate::source::tree::{Tree, content_id};

/// What stands at a path in place of what the tree below has.
enum Upper<'tree> {
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// A file of another tree.
    Of(Arc<dyn Tree + 'tree>, Entry),
}

/// A tree with other files laid over it.
pub(crate) struct OverlayTree<'tree> {
    base: &'tree dyn Tree,
    upper: HashMap<String, Upper<'tree>>,
    listing: Arc<Listing>,
}

impl<'tree> OverlayTree<'tree> {
    /// A tree with files in memory laid over it; those of `without` are taken away.
    pub(crate) fn with_files(base: &'tree dyn Tree, files: &[(String, Vec<u8>)], without: &[String]) -> Self {
        let mut upper = HashMap::new();
        let mut entries: Vec<Entry> = Vec::with_capacity(files.len());
        for (path, bytes) in files {
            entries.push(Entry {
                path: path.clone(),
                kind: EntryKind::File,
                id: content_id(bytes),
            });
            upper.insert(path.clone(), Upper::Bytes(bytes.clone()));
        }
        let is_left = |entry: &&Entry| !upper.contains_key(&entry.path) && !without.contains(&entry.path);
        entries.extend(base.listing().entries.iter().filter(is_left).cloned());
        Self {
            base,
            listing: Arc::new(Listing::new(entries)),
            upper,
        }
    }

    /// A tree in which folders are those of other trees: each time the folder here, the tree, and the folder there.
    pub(crate) fn with_folders(base: &'tree dyn Tree, folders: &[(String, Arc<dyn Tree + 'tree>, String)]) -> Self {
        let is_hidden = |path: &str| {
            let mut hidden = folders.iter().map(|(folder, ..)| folder);
            hidden.any(|folder| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
        };
        let base_entries = base.listing().entries.iter();
        let mut entries: Vec<Entry> = base_entries.filter(|entry| !is_hidden(&entry.path)).cloned().collect();
        let mut upper = HashMap::new();
        for (folder, tree, there) in folders {
            for entry in tree.listing().below(there) {
                let rest = if there.is_empty() {
                    entry.path.as_str()
                } else {
                    entry.path.get(there.len() + 1..).unwrap_or_default()
                };
                let path = format!("{folder}/{rest}");
                entries.push(Entry {
                    path: path.clone(),
                    ..entry.clone()
                });
                upper.insert(path, Upper::Of(Arc::clone(tree), entry.clone()));
            }
        }
        Self {
            base,
            listing: Arc::new(Listing::new(entries)),
            upper,
        }
    }
}

impl Tree for OverlayTree<'_> {
    fn listing(&self) -> &Arc<Listing> {
        &self.listing
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>> {
        match self.upper.get(&entry.path) {
            Some(Upper::Bytes(bytes)) => Ok(bytes.clone()),
            Some(Upper::Of(tree, entry)) => tree.read(entry),
            None => self.base.read(entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::OverlayTree;
    use crate::source::tree::Tree;
    use crate::source::tree::memory::MemoryTree;

    fn told(tree: &dyn Tree) -> Vec<String> {
        let told = |entry: &crate::model::tree::Entry| {
            let bytes = tree.read(entry).expect("it is there");
            format!("{} {}", entry.path, String::from_utf8_lossy(&bytes))
        };
        tree.listing().entries.iter().map(told).collect()
    }

    #[test]
    fn files_in_memory_stand_in_place_of_those_below() {
        let base = MemoryTree::new(&[("a", b"1"), ("b/c", b"2"), ("d", b"3")]);
        let files = [("b/c".to_owned(), b"new".to_vec()), ("b/x".to_owned(), b"x".to_vec())];
        let tree = OverlayTree::with_files(&base, &files, &["d".to_owned()]);
        assert_eq!(told(&tree), ["a 1", "b/c new", "b/x x"]);
    }

    #[test]
    fn a_folder_is_that_of_another_tree_and_nothing_of_the_old_one_is_left() {
        let base = MemoryTree::new(&[("releases/v1/a", b"old"), ("releases-x", b"1"), ("r.md", b"2")]);
        let other: Arc<dyn Tree> = Arc::new(MemoryTree::new(&[("s/v2/a", b"new"), ("t", b"-")]));
        let folders = [("releases".to_owned(), Arc::clone(&other), "s".to_owned())];
        assert_eq!(
            told(&OverlayTree::with_folders(&base, &folders)),
            ["r.md 2", "releases-x 1", "releases/v2/a new"]
        );
        let whole = [("releases".to_owned(), other, String::new())];
        let tree = OverlayTree::with_folders(&base, &whole);
        assert_eq!(tree.listing().below("releases").len(), 2);
    }
}
