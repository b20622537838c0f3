//! The files of the git index: what the next commit will hold.

use std::sync::Arc;

use git2::IndexEntryExtendedFlag;

use crate::error::{Error, Result};
use crate::model::tree::{Entry, EntryKind, Listing};
use crate::source::objects::Objects;
use crate::source::path;
use crate::source::repository::Repository;
use crate::source::tree::git::GitTree;
use crate::source::tree::worktree::Skipped;
use crate::source::tree::{Tree, to_content_id};

/// The stage of an entry is kept in these bits of its flags: 0 when there is no conflict.
const STAGE: u16 = 0x3000;

/// The files of the git index. Their content is read from objects, so what is in the worktree does not matter.
pub(crate) struct IndexTree {
    files: GitTree,
    skipped: Vec<Skipped>,
}

impl IndexTree {
    /// Reads the index of a repository. A repository without one has staged nothing, so its tree is empty.
    pub(crate) fn read(repository: &Repository) -> Result<Self> {
        let mut entries = Vec::new();
        let mut skipped = Vec::new();
        {
            let git = repository.git();
            let index = git.index().map_err(|error| failed(&error))?;
            for entry in index.iter() {
                let path = path::to_text(&entry.path);
                if entry.flags & STAGE != 0 {
                    skipped.push(Skipped {
                        path,
                        reason: "it has a conflict that is not resolved".to_owned(),
                    });
                } else if !IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended)
                    .contains(IndexEntryExtendedFlag::INTENT_TO_ADD)
                {
                    entries.push(Entry {
                        path,
                        kind: kind(entry.mode),
                        id: to_content_id(entry.id),
                    });
                }
            }
        }
        skipped.sort_by(|left, right| left.path.cmp(&right.path));
        // One conflict has an entry for each side.
        skipped.dedup_by(|left, right| left.path == right.path);
        let objects: Arc<Objects> = Arc::clone(repository.objects());
        Ok(Self {
            files: GitTree::new(objects, Arc::new(Listing::new(entries))),
            skipped,
        })
    }

    /// What is not listed although it is in the index, sorted by path.
    pub(crate) fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
}

impl Tree for IndexTree {
    fn listing(&self) -> &Arc<Listing> {
        self.files.listing()
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>> {
        self.files.read(entry)
    }
}

/// What a mode means.
fn kind(mode: u32) -> EntryKind {
    match mode {
        0o120_000 => EntryKind::Symlink,
        0o160_000 => EntryKind::Submodule,
        0o100_755 => EntryKind::Executable,
        _ => EntryKind::File,
    }
}

fn failed(error: &git2::Error) -> Error {
    let failed = Error::usage("failed to read the index").caused_by(&error.message());
    if error.message().contains("extension") {
        // Git writes such an index for a sparse checkout when `index.sparse` is set.
        return failed.with_help("run `git sparse-checkout reapply --no-sparse-index`");
    }
    failed
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::IndexTree;
    use crate::source::repository::{Repository, Trust};
    use crate::source::testing::{TestRepository, open};
    use crate::source::tree::Tree;

    fn paths(tree: &IndexTree) -> Vec<&str> {
        tree.listing().entries.iter().map(|entry| entry.path.as_str()).collect()
    }

    #[test]
    fn what_is_staged_is_read_whatever_the_worktree_holds() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", "a"), ("d/b.md", "b"), ("gone.md", "g")], "first");
        test.write("a.md", "staged");
        test.write("run.sh", "#!/bin/sh");
        std::os::unix::fs::symlink("a.md", test.join("link")).unwrap();
        test.git(&["add", "--all"]);
        test.git(&["update-index", "--chmod=+x", "run.sh"]);
        test.git(&["rm", "--quiet", "gone.md"]);
        test.write("a.md", "only in the worktree");
        test.write("untracked.md", "u");
        std::fs::remove_file(test.join("d/b.md")).unwrap();
        for trust in [Trust::Owner, Trust::Anyone] {
            let repository = Repository::open(test.path(), trust).unwrap().unwrap();
            let tree = IndexTree::read(&repository).unwrap();
            assert_eq!(paths(&tree), ["a.md", "d/b.md", "link", "run.sh"]);
            assert!(tree.skipped().is_empty());
            assert_eq!(tree.read(tree.listing().entry("a.md").unwrap()).unwrap(), b"staged");
        }
        let staged = IndexTree::read(&test.open()).unwrap();
        test.git(&["commit", "--quiet", "-m", "second"]);
        let repository = test.open();
        let committed = repository.tree(&test.head()).unwrap();
        assert_eq!(staged.listing().entries, committed.listing().entries);
    }

    #[test]
    fn a_conflict_is_skipped_with_its_reason() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", "base"), ("b.md", "b")], "base");
        test.git(&["branch", "side"]);
        test.commit(&[("a.md", "ours")], "ours");
        test.git(&["checkout", "--quiet", "side"]);
        test.commit(&[("a.md", "theirs")], "theirs");
        let merged = std::process::Command::new("git")
            .current_dir(test.path())
            .args(["merge", "--quiet", "main"])
            .env("GIT_AUTHOR_NAME", "A")
            .env("GIT_AUTHOR_EMAIL", "a@example.org")
            .env("GIT_COMMITTER_NAME", "C")
            .env("GIT_COMMITTER_EMAIL", "c@example.org")
            .output()
            .unwrap();
        assert!(!merged.status.success(), "there is a conflict");
        let tree = IndexTree::read(&test.open()).unwrap();
        assert_eq!(paths(&tree), ["b.md"]);
        let skipped: Vec<(&str, &str)> = tree
            .skipped()
            .iter()
            .map(|skipped| (skipped.path.as_str(), skipped.reason.as_str()))
            .collect();
        assert_eq!(skipped, [("a.md", "it has a conflict that is not resolved")]);
    }

    #[test]
    fn a_file_that_is_only_meant_to_be_added_is_not_staged() {
        let Some(test) = TestRepository::new() else { return };
        assert!(paths(&IndexTree::read(&test.open()).unwrap()).is_empty());
        test.commit(&[("a.md", "a")], "first");
        test.write("b.md", "b");
        test.git(&["add", "--intent-to-add", "b.md"]);
        assert_eq!(paths(&IndexTree::read(&test.open()).unwrap()), ["a.md"]);
        test.git(&["clone", "--quiet", "--bare", ".", "copy.git"]);
        assert!(paths(&IndexTree::read(&open(&test.join("copy.git"))).unwrap()).is_empty());
    }
}
