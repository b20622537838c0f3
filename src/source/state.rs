//! What a repository holds, in one digest: where its references stand. Objects never change, so two runs that find the same references,
//! and all that they lead to, find the same history.

use sha2::{Digest as _, Sha256};

use crate::model::digest::hex;
use crate::source::partial::is_partial;
use crate::source::repository::Repository;
use crate::source::tags::tag_files;

/// The digest; none where a repository does not hold all of its history, or holds it in another way than git writes it, so that the
/// references do not tell what is there.
pub(crate) fn state(repository: &Repository) -> Option<String> {
    if !is_whole(repository) {
        return None;
    }
    let git = repository.git();
    let common = git.commondir();
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut note = |name: &[u8], reference: &git2::Reference<'_>| {
        let mut line = name.to_vec();
        line.push(0);
        if let Some(target) = reference.target() {
            line.extend_from_slice(target.as_bytes());
        }
        line.push(0);
        line.extend_from_slice(reference.symbolic_target_bytes().unwrap_or_default());
        lines.push(line);
    };
    note(b"HEAD", &git.find_reference("HEAD").ok()?);
    for reference in git.references().ok()? {
        let reference = reference.ok()?;
        note(reference.name_bytes(), &reference);
    }
    // Files that hold no reference are told of, too.
    lines.extend(tag_files(&common.join("refs/tags")).into_iter().map(String::into_bytes));
    lines.sort();
    let mut digest = Sha256::new();
    for line in lines {
        digest.update((line.len() as u64).to_le_bytes());
        digest.update(line);
    }
    Some(hex(&digest.finalize()))
}

/// Whether a repository holds all of its history, in the way that git writes it: a commit then tells everything that it contains.
pub(crate) fn is_whole(repository: &Repository) -> bool {
    let git = repository.git();
    let common = git.commondir();
    let is_there = |name: &str| common.join(name).symlink_metadata().is_ok();
    !is_there("shallow") && !is_there("info/grafts") && is_partial(&git) == Some(false)
}

#[cfg(test)]
mod tests {
    use super::state;
    use crate::source::repository::{Repository, Trust};
    use crate::source::testing::TestRepository;

    #[test]
    fn every_commit_branch_and_tag_makes_another_state() {
        let Some(test) = TestRepository::new() else { return };
        let now = || {
            let repository = Repository::open(&test.join("."), Trust::Anyone).ok().flatten();
            state(&repository.expect("the repository opens"))
        };
        test.write("a", "1");
        test.git(&["add", "--all"]);
        test.git(&["commit", "--quiet", "--message", "One"]);
        let mut seen = vec![now().expect("all of it is there")];
        assert_eq!(now().as_ref(), seen.last(), "it is the same as long as nothing happens");
        let mut step = |arguments: &[&str]| {
            test.git(arguments);
            let state = now().expect("all of it is there");
            assert!(!seen.contains(&state), "{arguments:?} changes what is there");
            seen.push(state);
        };
        step(&["commit", "--quiet", "--allow-empty", "--message", "Two"]);
        step(&["tag", "v1"]);
        step(&["tag", "--annotate", "--message", "x", "v2"]);
        step(&["branch", "other"]);
        step(&["checkout", "--quiet", "other"]);
        step(&["checkout", "--quiet", "--detach", "HEAD~1"]);
        step(&["tag", "--delete", "v2"]);
        test.write(".git/refs/tags/odd", "no reference\n");
        assert!(now().is_none_or(|state| !seen.contains(&state)));
        test.write(".git/shallow", "");
        assert_eq!(now(), None, "what is not there cannot be told by references");
    }
}
