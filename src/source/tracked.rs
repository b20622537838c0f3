//! Whether git tracks a file, whatever repository it belongs to.

use std::path::Path;

use git2::{ObjectType, Oid, Repository, RepositoryOpenFlags};

/// The records of releases that lie in folders of a worktree and are not in the head of its branch as they are: new ones, and those that were
/// changed. Paths from the root; none where there is no head.
pub(crate) fn uncommitted_records(root: &Path, folders: &[String]) -> Vec<String> {
    let no_ceilings: [&Path; 0] = [];
    let git = Repository::open_ext(root, RepositoryOpenFlags::NO_SEARCH, no_ceilings).ok();
    let Some(git) = git.filter(|git| !git.is_bare()) else {
        return Vec::new();
    };
    let Some(head) = git.head().ok().and_then(|head| head.peel_to_tree().ok()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for folder in folders {
        for release in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            let file = release.path().join("record.json");
            let is_file = file.symlink_metadata().is_ok_and(|file| file.is_file());
            let Some(path) = file.strip_prefix(root).ok().filter(|_| is_file) else {
                continue;
            };
            let held = head.get_path(path).ok().map(|entry| entry.id());
            if held.is_none() || held != Oid::hash_file(ObjectType::Blob, &file).ok() {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// Whether git leaves a folder of a worktree alone by its ignore patterns. What cannot be asked is left alone.
pub(crate) fn is_ignored(root: &Path, folder: &Path) -> bool {
    let no_ceilings: [&Path; 0] = [];
    let git = Repository::open_ext(root, RepositoryOpenFlags::NO_SEARCH, no_ceilings);
    // The patterns for folders end with a slash, and so must what they are asked of.
    let asked = folder.join("");
    git.map_or(true, |git| git.is_bare() || git.is_path_ignored(&asked).unwrap_or(true))
}

/// Whether a repository around a folder tracks anything in it.
pub(crate) fn tracks_below(folder: &Path) -> bool {
    let real = folder.canonicalize();
    // A folder that is not there yet holds nothing.
    real.is_ok_and(|folder| is_tracked(&folder.join("*")))
}

/// Whether a repository around a file tracks it. A repository that cannot be read tracks everything: what it holds is then unknown.
pub(crate) fn is_tracked(file: &Path) -> bool {
    file.ancestors()
        .skip(1)
        .filter(|folder| folder.join(".git").symlink_metadata().is_ok())
        .any(|folder| tracks(folder, file).unwrap_or(true))
}

/// Whether the repository of one folder tracks a file below it, in any case of its letters: some disks do not tell them apart.
fn tracks(folder: &Path, file: &Path) -> Option<bool> {
    let flags = RepositoryOpenFlags::NO_SEARCH;
    let no_ceilings: [&Path; 0] = [];
    let git = Repository::open_ext(folder, flags, no_ceilings).or_else(|_| Repository::open_bare(folder.join(".git")));
    let index = git.ok()?.index().ok()?;
    let below = file.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/");
    let below = below.to_lowercase();
    let any = below.strip_suffix('*');
    Some(index.iter().any(|entry| {
        let path = String::from_utf8_lossy(&entry.path).to_lowercase();
        // A link or a submodule in place of a folder on the way counts, too.
        path == below
            || any.is_some_and(|folder| path.starts_with(folder))
            || below.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/'))
    }))
}

#[cfg(test)]
mod tests {
    use super::{is_tracked, tracks_below, uncommitted_records};
    use crate::source::testing::TestRepository;

    #[test]
    fn records_that_no_commit_holds_are_named() {
        let Some(test) = TestRepository::new() else { return };
        let folders = ["releases".to_owned(), "none".to_owned()];
        test.write("releases/v1/record.json", "{}");
        assert!(uncommitted_records(&test.join(""), &folders).is_empty(), "there is no head");
        test.git(&["add", "--all"]);
        test.git(&["commit", "-qm", "first"]);
        assert!(uncommitted_records(&test.join(""), &folders).is_empty());
        test.write("releases/v1/record.json", "{ }");
        test.write("releases/v2/record.json", "{}");
        test.write("releases/v3/notes.md", "x");
        assert_eq!(
            uncommitted_records(&test.join(""), &folders),
            ["releases/v1/record.json", "releases/v2/record.json"]
        );
    }

    #[test]
    fn what_was_added_is_tracked_in_any_case() {
        let Some(test) = TestRepository::new() else { return };
        test.write("site/.runproof-site", "x");
        assert!(!is_tracked(&test.join("site/.runproof-site")));
        test.git(&["add", "--all"]);
        assert!(is_tracked(&test.join("site/.runproof-site")));
        assert!(is_tracked(&test.join("Site/.Runproof-site")));
        assert!(!is_tracked(&test.join("other/.runproof-site")));
        assert!(tracks_below(&test.join("site")) && !tracks_below(&test.join("other")));
        test.write("other/x", "x");
        assert!(!tracks_below(&test.join("other")));
    }
}
