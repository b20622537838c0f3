//! Whether git tracks a file, whatever repository it belongs to.

use std::path::Path;

use git2::{Repository, RepositoryOpenFlags};

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
    use super::{is_tracked, tracks_below};
    use crate::source::testing::TestRepository;

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
