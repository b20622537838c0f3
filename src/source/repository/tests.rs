//! Repositories as people have them: bare, empty, shallow, of others.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{Repository, Trust, shell_word};
use crate::error::ErrorKind;
use crate::model::history::Completeness;
use crate::source::testing::{TestRepository, git, open};
use crate::source::tree::Tree;
use crate::source::tree::worktree::WorktreeTree;

/// What went wrong while opening a repository.
fn failure(path: &Path) -> crate::error::Error {
    Repository::open(path, Trust::Owner).err().unwrap()
}

#[test]
fn a_repository_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Repository>();
}

#[test]
fn a_plain_folder_is_no_repository_and_no_error() {
    let folder = TempDir::new().unwrap();
    for trust in [Trust::Owner, Trust::Anyone] {
        assert!(Repository::open(folder.path(), trust).unwrap().is_none());
    }
    let error = failure(&folder.path().join("nothing"));
    assert!(error.message.ends_with("does not exist"), "{error}");
}

#[test]
fn a_repository_is_found_from_a_folder_in_it() {
    let Some(test) = TestRepository::new() else { return };
    let commit = test.commit(&[("docs/a.md", "a")], "Ship it");
    for trust in [Trust::Owner, Trust::Anyone] {
        let repository = Repository::open(&test.join("docs"), trust).unwrap().unwrap();
        assert_eq!(repository.root().canonicalize().unwrap(), test.path().canonicalize().unwrap());
        assert!(!repository.is_bare());
        let head = repository.head().unwrap().unwrap();
        assert_eq!((head.id, head.subject.as_str()), (commit.clone(), "Ship it"));
        assert_eq!(repository.completeness(), Completeness::Full);
    }
}

#[test]
fn bare_repositories_and_linked_worktrees_are_opened() {
    let Some(test) = TestRepository::new() else { return };
    let commit = test.commit(&[("a.md", "a")], "first");
    test.git(&["clone", "--quiet", "--bare", ".", "copy.git"]);
    test.git(&["worktree", "add", "--quiet", "linked", "-b", "other"]);
    git(
        &test.join("linked"),
        &["commit", "--quiet", "--allow-empty", "-m", "linked"],
        1_700_001_000,
    );
    for trust in [Trust::Owner, Trust::Anyone] {
        let bare = Repository::open(&test.join("copy.git"), trust).unwrap().unwrap();
        assert!(bare.is_bare());
        assert_eq!(
            bare.root().canonicalize().unwrap(),
            test.join("copy.git").canonicalize().unwrap()
        );
        assert_eq!(bare.head().unwrap().unwrap().id, commit);
        assert!(bare.tree(&commit).unwrap().listing().has_file("a.md"));
        let linked = Repository::open(&test.join("linked"), trust).unwrap().unwrap();
        assert_eq!(
            linked.root().canonicalize().unwrap(),
            test.join("linked").canonicalize().unwrap()
        );
        assert_eq!(linked.head().unwrap().unwrap().subject, "linked");
        assert!(linked.commit(&commit).is_some());
        let files = WorktreeTree::read(linked.root(), Some(&linked), ".marker").unwrap();
        let head = linked.head().unwrap().unwrap().id;
        assert_eq!(files.listing().entries, linked.tree(&head).unwrap().listing().entries);
    }
}

#[test]
fn a_detached_head_and_a_branch_without_commits_are_told_apart() {
    let Some(test) = TestRepository::new() else { return };
    let unborn = test.open();
    assert_eq!(unborn.head().unwrap(), None);
    assert_eq!(unborn.completeness(), Completeness::None);
    let first = test.commit(&[("a.md", "a")], "first");
    test.commit(&[("a.md", "b")], "second");
    test.git(&["checkout", "--quiet", "--detach", "HEAD~1"]);
    assert_eq!(test.open().head().unwrap().unwrap().id, first);
}

#[test]
fn revisions_are_resolved_and_missing_ones_explained() {
    let Some(test) = TestRepository::new() else { return };
    let first = test.commit(&[("a.md", "a")], "first");
    test.git(&["tag", "-a", "v1", "-m", "one"]);
    let second = test.commit(&[("a.md", "b")], "second");
    test.git(&["tag", "blob", "HEAD:a.md"]);
    let repository = test.open();
    for (revision, id) in [
        ("v1", &first),
        ("HEAD~1", &first),
        (&first[..8], &first),
        ("main", &second),
        (&second, &second),
    ] {
        assert_eq!(&repository.resolve(revision).unwrap(), id, "{revision}");
    }
    let missing = repository.resolve("v9").unwrap_err();
    assert_eq!(missing.kind, ErrorKind::Unjudged);
    assert!(missing.help.unwrap().contains("git fetch origin v9"));
    assert_eq!(repository.resolve("blob").unwrap_err().kind, ErrorKind::Unjudged);
    assert!(repository.resolve("a..b:").is_err() && repository.resolve("").is_err());
    assert!(repository.commit(&"12".repeat(20)).is_none() && repository.commit("junk").is_none());
    assert_eq!(repository.commit(&first).unwrap().subject, "first");
}

#[test]
fn a_shallow_clone_says_that_history_is_missing() {
    let Some(test) = TestRepository::new() else { return };
    let first = test.commit(&[("a.md", "a")], "first");
    test.commit(&[("a.md", "b")], "second");
    let url = format!("file://{}", test.path().display());
    test.git(&["clone", "--quiet", "--depth=1", &url, "clone"]);
    let clone = open(&test.join("clone"));
    let head = clone.head().unwrap().unwrap().id;
    assert_eq!(clone.completeness(), Completeness::Shallow);
    assert!(clone.commit(&first).is_none());
    assert_eq!(clone.is_ancestor(&first, &head), None);
    let error = clone.resolve(&first).unwrap_err();
    assert!(error.help.unwrap().contains("git fetch --unshallow"));
}

#[test]
fn ancestors_are_told_from_strangers() {
    let Some(test) = TestRepository::new() else { return };
    let first = test.commit(&[("a.md", "a")], "first");
    test.git(&["branch", "side"]);
    let second = test.commit(&[("a.md", "b")], "second");
    test.git(&["checkout", "--quiet", "side"]);
    let side = test.commit(&[("b.md", "b")], "side");
    let repository = test.open();
    assert_eq!(repository.is_ancestor(&first, &second), Some(true));
    assert_eq!(repository.is_ancestor(&second, &second), Some(true));
    assert_eq!(repository.is_ancestor(&second, &first), Some(false));
    assert_eq!(repository.is_ancestor(&side, &second), Some(false));
    assert_eq!(repository.is_ancestor(&first, &"12".repeat(20)), None);
}

#[test]
fn the_name_comes_from_origin_else_from_the_folder() {
    let Some(test) = TestRepository::new() else { return };
    let folder = test.path().file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(test.open().name(), folder);
    assert_eq!(test.open().web_url(), None);
    test.git(&["remote", "add", "origin", "https://user:secret@github.com/group/handbook.git"]);
    assert_eq!(test.open().name(), "handbook");
    assert_eq!(test.open().web_url().as_deref(), Some("https://github.com/group/handbook"));
    test.git(&["init", "--quiet", "--bare", "plain.git"]);
    assert_eq!(open(&test.join("plain.git")).name(), "plain");
    test.commit(&[], "first");
    test.git(&["remote", "remove", "origin"]);
    test.git(&["worktree", "add", "--quiet", "linked"]);
    assert_eq!(open(&test.join("linked")).name(), folder);
}

#[test]
fn object_formats_and_ref_stores_that_are_not_supported_are_named() {
    let Some(sha256) = TestRepository::with_options(&["--object-format=sha256"]) else {
        return;
    };
    let error = failure(sha256.path());
    assert!(error.message.contains("SHA-256"), "{error}");
    assert!(error.help.is_some());
    let Some(reftable) = TestRepository::with_options(&["--ref-format=reftable"]) else {
        return;
    };
    let error = failure(reftable.path());
    assert!(error.message.contains("reftable"), "{error}");
    assert!(error.help.unwrap().contains("git refs migrate"));
}

#[test]
fn a_repository_of_another_user_opens_only_when_trusted() {
    let Some(test) = TestRepository::new() else { return };
    let commit = test.commit(&[("a.md", "a")], "first");
    let changed = Command::new("chown").args(["-R", "12345"]).arg(test.path()).output();
    if !changed.is_ok_and(|output| output.status.success()) {
        println!("skipped: this user may not give files away");
        return;
    }
    let error = failure(test.path());
    assert!(error.message.contains("owned by another user"), "{error}");
    let help = error.help.unwrap();
    let command = format!(
        "git config --global --add safe.directory {}",
        test.path().canonicalize().unwrap().display()
    );
    assert!(help.contains(&command) && help.contains("--trust-repository"), "{help}");
    let repository = Repository::open(test.path(), Trust::Anyone).unwrap().unwrap();
    assert_eq!(repository.head().unwrap().unwrap().id, commit);
    assert_eq!(repository.root().canonicalize().unwrap(), test.path().canonicalize().unwrap());
    assert!(
        Repository::open(test.path(), Trust::Owner).is_err(),
        "trust is for one repository, not for the process"
    );
}

#[test]
fn folders_are_quoted_for_the_shell() {
    assert_eq!(shell_word("/srv/a_b-c.d"), "/srv/a_b-c.d");
    assert_eq!(shell_word("/srv/it's $HOME"), "'/srv/it'\\''s $HOME'");
}

#[test]
fn listings_of_the_same_tree_are_shared() {
    let Some(test) = TestRepository::new() else { return };
    let first = test.commit(&[("a.md", "a")], "first");
    let second = test.commit(&[], "nothing new");
    let repository = test.open();
    let (one, two) = (repository.tree(&first).unwrap(), repository.tree(&second).unwrap());
    assert!(std::sync::Arc::ptr_eq(one.listing(), two.listing()));
}
