//! The files of one revision, by name.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a tree entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum EntryKind {
    /// A file.
    File,
    /// A file that may be run.
    Executable,
    /// A symbolic link; its content is the target.
    Symlink,
    /// Another repository at this place.
    Submodule,
}

/// One entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The path from the root of the tree, `/` between parts. Bytes that are not UTF-8 are written as `\xNN`.
    pub(crate) path: String,
    /// What it is.
    pub(crate) kind: EntryKind,
    /// The id of the content: the git blob id in hex, also for trees that are not in git.
    pub(crate) id: ContentId,
}

/// The git blob id of a content (SHA-1 of `blob <length>\0<bytes>`), as 20 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ContentId(pub(crate) [u8; 20]);

impl std::fmt::Display for ContentId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// The names of one tree, made once and asked often.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    /// The entries, sorted bytewise by path.
    pub(crate) entries: Vec<Entry>,
    /// The entries by the last part of their path. Made when it is asked for: of most revisions only a few paths are.
    by_name: OnceLock<HashMap<String, Vec<u32>>>,
}

impl Listing {
    /// A listing of entries in any order.
    pub(crate) fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|left, right| left.path.cmp(&right.path));
        entries.dedup_by(|left, right| left.path == right.path);
        Self {
            entries,
            by_name: OnceLock::new(),
        }
    }

    /// The entry at a path.
    pub(crate) fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        Some(&self.entries[at])
    }

    /// Whether a file (or link, or submodule) stands at a path.
    pub(crate) fn has_file(&self, path: &str) -> bool {
        self.entry(path).is_some()
    }

    /// Whether a folder with at least one file stands at a path; the empty path is the root.
    pub(crate) fn has_folder(&self, path: &str) -> bool {
        path.is_empty()
            || self.entries.get(self.start_of(path)).is_some_and(|entry| {
                let rest = entry.path.strip_prefix(path);
                rest.is_some_and(|rest| rest.starts_with('/'))
            })
    }

    /// The entries whose last part is `name`, in order of their paths.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Entry> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<String, Vec<u32>> = HashMap::new();
            for (index, entry) in self.entries.iter().enumerate() {
                let name = entry.path.rsplit('/').next().unwrap_or_default();
                by_name.entry(name.to_owned()).or_default().push(index as u32);
            }
            by_name
        });
        let indexes = by_name.get(name).into_iter().flatten();
        indexes.map(|index| &self.entries[*index as usize])
    }

    /// The entries below a folder, in order of their paths; all of them for the empty path.
    pub(crate) fn below(&self, folder: &str) -> &[Entry] {
        if folder.is_empty() {
            return &self.entries;
        }
        let start = self.start_of(folder);
        let is_below = |entry: &Entry| entry.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let length = self.entries[start..].partition_point(is_below);
        &self.entries[start..start + length]
    }

    /// Where the entries below a folder begin, if there are any.
    fn start_of(&self, folder: &str) -> usize {
        // Whole runs of bytes are compared at once: every reference asks for a folder or two.
        let is_before = |entry: &Entry| {
            let (path, folder) = (entry.path.as_bytes(), folder.as_bytes());
            let length = path.len().min(folder.len());
            match path[..length].cmp(&folder[..length]) {
                Ordering::Equal => path.get(folder.len()).is_none_or(|next| *next < b'/'),
                order => order == Ordering::Less,
            }
        };
        self.entries.partition_point(is_before)
    }
}

#[cfg(test)]
impl Listing {
    /// Files without content, by their paths.
    pub(crate) fn of_paths(paths: &[&str]) -> Self {
        let entry = |path: &&str| Entry {
            path: (*path).to_owned(),
            kind: EntryKind::File,
            id: ContentId::default(),
        };
        Self::new(paths.iter().map(entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Listing;

    #[test]
    fn folders_and_names_are_known() {
        let listing = Listing::of_paths(&["b/c/d.md", "a.md", "b-x", "b/c.md", "b/c/a.md"]);
        assert!(listing.has_folder("") && listing.has_folder("b") && listing.has_folder("b/c"));
        assert!(!listing.has_folder("b/c.md") && !listing.has_folder("c"));
        assert!(listing.has_file("b/c.md") && !listing.has_file("b"));
        let below = |folder| {
            listing
                .below(folder)
                .iter()
                .map(|entry| entry.path.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(below("b"), ["b/c.md", "b/c/a.md", "b/c/d.md"]);
        assert_eq!(below("b/c"), ["b/c/a.md", "b/c/d.md"]);
        assert_eq!(listing.named("a.md").count(), 2);
    }
}
