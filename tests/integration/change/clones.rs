//! `runproof lint` on changes in checkouts of pull requests, and in shallow and partial clones.

use crate::change::{findings, repository, rules};
use crate::support::Folder;

/// A clone of a repository with a pull request, and the ids of its commits: base, branch, merge. The merge commit is checked out, as a
/// pipeline does it.
fn checkout(origin: &Folder, options: &[&str]) -> Folder {
    let clone = Folder::empty();
    let url = format!("file://{}", origin.path().display());
    clone.git(&["init", "--quiet", "."]);
    clone.git(&["remote", "add", "origin", &url]);
    let mut fetch = vec!["-c", "protocol.file.allow=always", "fetch", "--quiet", "--no-tags"];
    fetch.extend(options);
    fetch.extend(["origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge"]);
    clone.git(&fetch);
    clone.git(&["checkout", "--quiet", "refs/remotes/pull/1/merge"]);
    clone
}

/// A remote with a pull request that deletes a target.
fn remote() -> Folder {
    let origin = repository();
    origin.commit("Remove the restore", &[("Makefile", "build:\n\ttrue\n")]);
    origin.git(&["checkout", "--quiet", "main"]);
    origin.commit("Meanwhile", &[("src/app.py", "print(3)\n")]);
    origin.git(&["checkout", "--quiet", "--detach", "main"]);
    origin.git(&["merge", "--quiet", "--no-ff", "--message", "Merge the pull request", "change"]);
    origin.git(&["update-ref", "refs/pull/1/merge", "HEAD"]);
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin
}

const GITHUB: [(&str, &str); 2] = [("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_BASE_REF", "main")];

#[test]
fn the_checkout_of_a_pull_request_finds_its_base() {
    let origin = remote();
    let clone = checkout(&origin, &["--depth=2"]);
    let ran = clone.run_with(&["lint", "--format", "json"], &GITHUB);
    assert_eq!(
        (ran.code, rules(&findings(&ran))),
        (1, vec!["breaks-runbook"]),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("first parent of the merge commit"), "{}", ran.stderr);
    let everything = clone.run_with(&["lint", "--format", "json", "--no-base"], &GITHUB);
    assert_eq!(
        rules(&findings(&everything))[0],
        "make-target-missing",
        "{}",
        everything.stdout
    );
    let bare = clone.run(&["lint", "--format", "json"]);
    assert_eq!(bare.stdout, everything.stdout, "outside of a pipeline nothing is compared");
    let named = clone.run(&["lint", "--format", "json", "--base", "HEAD^1"]);
    assert_eq!(named.stdout, ran.stdout);
}

#[test]
fn a_base_that_cannot_be_reached_is_no_silent_pass() {
    let origin = remote();
    let clone = checkout(&origin, &["--depth=1"]);
    for arguments in [["lint"].as_slice(), &["lint", "--base", "auto"]] {
        let ran = clone.run_with(arguments, &GITHUB);
        assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
        for part in ["fetch-depth: 2", "fetch-depth: 0", "filter: blob:none", "--no-base"] {
            assert!(ran.stderr.contains(part), "{}", ran.stderr);
        }
    }
    let ran = clone.run(&["lint", "--base", "main"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("fetch-depth"), "{}", ran.stderr);
    assert_eq!(clone.run(&["lint", "--base", "auto"]).code, 3, "there is no pull request");
    assert_eq!(clone.run(&["lint", "--no-base", "--base", "main"]).code, 2);
}

#[test]
fn shallow_and_partial_clones_tell_the_same_truth() {
    let origin = remote();
    let full = checkout(&origin, &[]);
    let expected = full.run_with(&["lint", "--format", "json"], &GITHUB);
    assert_eq!(rules(&findings(&expected)), ["breaks-runbook"], "{}", expected.stderr);
    let shallow = checkout(&origin, &["--depth=2"]);
    assert_eq!(shallow.run_with(&["lint", "--format", "json"], &GITHUB).code, 1);
    // What was in the Makefile before the change was never fetched, so nobody can tell whether the target was there.
    let partial = checkout(&origin, &["--filter=blob:none"]);
    let ran = partial.run_with(&["lint", "--format", "json"], &GITHUB);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("`Makefile`") && ran.stderr.contains("partial clone"),
        "{}",
        ran.stderr
    );
    // The truth of today does not need it.
    let truth = |folder: &Folder| {
        let found = findings(&folder.run(&["lint", "--format", "json"]));
        found.into_iter().filter(|finding| finding.1 == "error").collect::<Vec<_>>()
    };
    assert_eq!(truth(&partial), truth(&full));
    assert_eq!(truth(&shallow), truth(&full));
    assert!(!truth(&full).is_empty());
}

#[test]
fn a_partial_clone_sees_what_names_alone_can_tell() {
    let origin = repository();
    origin.git(&["rm", "--quiet", "scripts/verify.sh"]);
    origin.commit("Remove the script", &[]);
    origin.git(&["update-ref", "refs/pull/1/merge", "HEAD"]);
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = checkout(&origin, &["--filter=blob:none"]);
    let ran = clone.run(&["lint", "--format", "json", "--base", "HEAD~1"]);
    assert_eq!(
        (ran.code, rules(&findings(&ran))),
        (1, vec!["breaks-runbook"]),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_head_of_a_branch_counts_from_where_it_left_the_target() {
    let origin = remote();
    origin.git(&["checkout", "--quiet", "change"]);
    let ran = origin.run_with(&["lint", "--format", "json"], &GITHUB);
    assert_eq!(rules(&findings(&ran)), ["breaks-runbook"], "{}", ran.stderr);
    let base = origin.git(&["merge-base", "main", "change"]);
    assert!(ran.stderr.contains(&base[..7]), "{}", ran.stderr);
    let gitlab = origin.run_with(&["lint", "--format", "json"], &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)]);
    assert_eq!(gitlab.stdout, ran.stdout);
}
