//! Whether anything changed: a digest of the names, lengths and times of the files that somebody edits, and of where git stands.

use std::collections::hash_map::DefaultHasher;
use std::fs::Metadata;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use walkdir::WalkDir;

/// What the files looked like at one moment. Two looks at the same files are equal; it means nothing beyond this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look(u64);

/// Looks at a worktree: at every file that git does not ignore, outside of folders that hold `marker`, and at the head and the refs of
/// its git folders: that of the worktree and the common one, which are two for a linked worktree. No file is opened, no link is followed.
pub(crate) fn look(root: &Path, git_folders: &[PathBuf], marker: &'static str) -> Look {
    let mut hasher = DefaultHasher::new();
    let mut walk = WalkBuilder::new(root);
    walk.hidden(false)
        .sort_by_file_path(Path::cmp)
        .filter_entry(move |entry| entry.file_name() != ".git" && !entry.path().join(marker).exists());
    for entry in walk.build().flatten() {
        entry.path().hash(&mut hasher);
        if let Ok(metadata) = entry.metadata() {
            note(&metadata, &mut hasher);
        }
    }
    for folder in git_folders {
        let refs = WalkDir::new(folder.join("refs")).sort_by_file_name().into_iter().flatten();
        let files = ["HEAD", "packed-refs"].map(|name| folder.join(name));
        for path in files.into_iter().chain(refs.map(walkdir::DirEntry::into_path)) {
            path.hash(&mut hasher);
            if let Ok(metadata) = path.symlink_metadata() {
                note(&metadata, &mut hasher);
            }
        }
    }
    Look(hasher.finish())
}

/// Adds what tells one state of a file from another. The times of folders change with what is in them, and say nothing more.
fn note(metadata: &Metadata, hasher: &mut DefaultHasher) {
    if metadata.is_dir() {
        return;
    }
    metadata.len().hash(hasher);
    if let Ok(time) = metadata.modified() {
        time.hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::look;

    #[test]
    fn a_look_differs_after_a_change_and_not_after_one_that_git_ignores() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path();
        let write = |path: &str, text: &str| {
            let place = root.join(path);
            fs::create_dir_all(place.parent().expect("it has a folder")).expect("the folder can be made");
            fs::write(place, text).expect("the file can be written");
        };
        write(".git/HEAD", "ref: refs/heads/main\n");
        write(".gitignore", "/target/\n");
        write("docs/release.md", "# Release\n");
        let seen = || look(root, &[root.join(".git")], ".mark");
        let first = seen();
        assert_eq!(first, seen());
        write("target/debug/x", "x");
        write("site/.mark", "");
        write("site/index.html", "x");
        assert_eq!(first, seen(), "what is ignored and what the program wrote is no change");
        write("docs/release.md", "# Release it\n");
        let second = seen();
        assert_ne!(first, second);
        write(".git/refs/tags/v1", "0\n");
        assert_ne!(second, seen(), "a new tag is a change");
    }
}
