//! A tree from values, for tests of every layer.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::model::tree::{Entry, EntryKind, Listing};
use crate::source::tree::{Tree, content_id};

/// A tree from paths and bytes.
pub(crate) struct MemoryTree {
    listing: Arc<Listing>,
    files: HashMap<String, Vec<u8>>,
}

impl MemoryTree {
    /// A tree with these files. A path that stands twice has its last content.
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let files: HashMap<String, Vec<u8>> = files
            .iter()
            .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()))
            .collect();
        let entries = files
            .iter()
            .map(|(path, bytes)| Entry {
                path: path.clone(),
                kind: EntryKind::File,
                id: content_id(bytes),
            })
            .collect();
        Self {
            listing: Arc::new(Listing::new(entries)),
            files,
        }
    }
}

impl Tree for MemoryTree {
    fn listing(&self) -> &Arc<Listing> {
        &self.listing
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>> {
        self.files
            .get(&entry.path)
            .cloned()
            .ok_or_else(|| Error::usage(format!("failed to read `{}`", entry.path)).caused_by(&"it is not there"))
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryTree;
    use crate::model::tree::ContentId;
    use crate::source::tree::Tree;

    #[test]
    fn files_are_listed_and_read() {
        let tree = MemoryTree::new(&[("b.md", b"two"), ("a/c.md", b"hello\n")]);
        let paths: Vec<&str> = tree.listing().entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["a/c.md", "b.md"]);
        let entry = tree.listing().entry("a/c.md").unwrap();
        assert_eq!(entry.id.to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(tree.read(entry).unwrap(), b"hello\n");
        assert_ne!(entry.id, ContentId::default());
    }
}
