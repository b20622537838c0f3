//! The walks against the `git` program, on small histories of every shape.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::sample::Index;

use super::{contents_at, last_touches, touches};
use crate::model::history::Completeness;
use crate::source::repository::Repository;
use crate::source::testing::{self, TestRepository};
use crate::source::tree::Tree;

/// The paths that random histories change, and what git knows beside them: folders, and a path that never was.
const FILES: [&str; 8] = ["a", "a/k", "b", "d/x", "d/y", "d/e/z", "d-e", "d/e"];
const OTHERS: [&str; 2] = ["d", "never/there"];

/// One commit of a random history.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    parents: Vec<Index>,
    edits: Vec<(usize, Option<u8>)>,
    sides: Vec<u8>,
    date: u32,
}

/// Any commit of a random history.
pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    (
        prop_oneof![4 => 1..2usize, 2 => 2..3usize, 1 => 0..4usize]
            .prop_flat_map(|count| proptest::collection::vec(any::<Index>(), count)),
        proptest::collection::vec((0..FILES.len(), proptest::option::weighted(0.8, 0..3u8)), 0..4),
        proptest::collection::vec(0..3u8, FILES.len()),
        // Few dates, so that many are equal and many are in the wrong order.
        0..12u32,
    )
        .prop_map(|(parents, edits, sides, date)| Plan {
            parents,
            edits,
            sides,
            date,
        })
}

type Files = BTreeMap<&'static str, u8>;

/// Puts a file into a tree; what would stand above or below it gives way.
fn put(files: &mut Files, path: &'static str, content: u8) {
    files.retain(|other, _| !other.starts_with(&format!("{path}/")) && !path.starts_with(&format!("{other}/")));
    files.insert(path, content);
}

/// Writes a random history into a repository in one go; the last commit becomes the head.
pub(crate) fn import(test: &TestRepository, plans: &[Plan]) {
    let mut stream = String::new();
    let mut trees: Vec<Files> = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let mut parents: Vec<usize> = Vec::new();
        if number > 0 {
            for parent in &plan.parents {
                let parent = parent.index(number);
                if !parents.contains(&parent) {
                    parents.push(parent);
                }
            }
        }
        let mut files = parents.first().map(|parent| trees[*parent].clone()).unwrap_or_default();
        for (path, side) in FILES.into_iter().zip(&plan.sides) {
            if let Some(parent) = parents.get(*side as usize)
                && let Some(content) = trees[*parent].get(path)
            {
                put(&mut files, path, *content);
            }
        }
        for (path, content) in &plan.edits {
            match content {
                Some(content) => put(&mut files, FILES[*path], *content),
                None => {
                    files.remove(FILES[*path]);
                }
            }
        }
        writeln!(stream, "commit refs/heads/c{number}\nmark :{}", number + 1).unwrap();
        writeln!(
            stream,
            "committer C <c@example.org> {} +0000\ndata 1\nm",
            1_700_000_000 + plan.date * 60
        )
        .unwrap();
        for (position, parent) in parents.iter().enumerate() {
            writeln!(stream, "{} :{}", if position == 0 { "from" } else { "merge" }, parent + 1).unwrap();
        }
        writeln!(stream, "deleteall").unwrap();
        for (path, content) in &files {
            let mode = if *content == 2 { "100755" } else { "100644" };
            writeln!(stream, "M {mode} inline {path}\ndata 1\n{}", content % 2).unwrap();
        }
        trees.push(files);
    }
    writeln!(stream, "reset refs/heads/main\nfrom :{}", plans.len()).unwrap();
    let mut process = Command::new("git")
        .current_dir(test.path())
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(process.wait().unwrap().success());
}

/// Compares both walks with git for some paths. Where git knows several orders, only the newest commit must be the same.
fn same_as_git(repository: &Repository, git: impl Fn(&[&str]) -> String, paths: &[String]) {
    let head = repository.head().unwrap().unwrap().id;
    let all = touches(repository, &head, paths).unwrap();
    let last = last_touches(repository, &head, paths).unwrap();
    for path in paths {
        let spec = format!(":(top,literal){path}");
        let mut expected: Vec<String> = git(&["log", "--format=%H", "--", &spec]).lines().map(str::to_owned).collect();
        let newest = git(&["log", "-1", "--format=%H", "--", &spec]);
        let ids = |commits: Option<&Vec<std::sync::Arc<crate::model::history::Commit>>>| {
            commits
                .into_iter()
                .flatten()
                .map(|commit| commit.id.clone())
                .collect::<Vec<_>>()
        };
        let mut found = ids(all.touches.get(path));
        assert_eq!(found.first().map_or("", String::as_str), newest, "newest of {path}");
        assert_eq!(ids(last.touches.get(path)).join(" "), newest, "last of {path}");
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "all of {path}");
    }
}

/// Texts that are owned.
pub(crate) fn owned(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_histories_are_read_as_git_reads_them(plans in proptest::collection::vec(plan(), 1..24)) {
        let Some(test) = TestRepository::new() else { return Ok(()) };
        import(&test, &plans);
        let paths = owned(&[FILES.as_slice(), OTHERS.as_slice()].concat());
        same_as_git(&test.open(), |arguments| test.git(arguments), &paths);
    }
}

#[test]
fn merges_are_followed_to_the_side_that_a_path_came_from() {
    let Some(test) = TestRepository::new() else { return };
    test.commit(&[("a", "1"), ("b", "1"), ("d/x", "1")], "base");
    test.git(&["branch", "side"]);
    test.commit(&[("a", "2")], "ours");
    test.git(&["checkout", "--quiet", "side"]);
    let side = test.commit(&[("b", "2"), ("d/x", "2")], "theirs");
    test.git(&["checkout", "--quiet", "main"]);
    test.merge(&["side"]);
    let repository = test.open();
    let paths = owned(&["a", "b", "d", "d/x"]);
    let history = last_touches(&repository, &test.head(), &paths).unwrap();
    assert_eq!(history.last_commit("d").map(|commit| commit.id.as_str()), Some(side.as_str()));
    assert_eq!(history.last_commit("a").map(|commit| commit.subject.as_str()), Some("ours"));
    assert_eq!(history.completeness, Completeness::Full);
    same_as_git(&repository, |arguments| test.git(arguments), &paths);
}

#[test]
fn an_octopus_and_a_criss_cross_are_read_as_git_reads_them() {
    let Some(test) = TestRepository::new() else { return };
    test.commit(&[("a", "1"), ("b", "1"), ("c", "1")], "base");
    for (branch, file) in [("one", "a"), ("two", "b"), ("three", "c")] {
        test.git(&["checkout", "--quiet", "-b", branch, "main"]);
        test.commit(&[(file, branch)], branch);
    }
    test.git(&["checkout", "--quiet", "main"]);
    test.merge(&["one", "two", "three"]);
    assert_eq!(
        test.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(),
        5,
        "four parents"
    );
    test.git(&["branch", "left"]);
    test.git(&["branch", "right"]);
    test.git(&["checkout", "--quiet", "left"]);
    let left = test.commit(&[("a", "left\n\n\n\n\nx")], "left");
    test.git(&["checkout", "--quiet", "right"]);
    let right = test.commit(&[("a", "one"), ("b", "right")], "right");
    test.merge(&[&left]);
    test.git(&["checkout", "--quiet", "left"]);
    test.merge(&[&right]);
    test.commit(&[("a", "after")], "after");
    test.merge(&["right"]);
    same_as_git(&test.open(), |arguments| test.git(arguments), &owned(&["a", "b", "c"]));
}

#[test]
fn a_rename_is_a_removal_and_an_addition() {
    let Some(test) = TestRepository::new() else { return };
    let first = test.commit(&[("old.md", "text")], "first");
    test.git(&["mv", "old.md", "new.md"]);
    let second = test.commit(&[], "second");
    let repository = test.open();
    let paths = owned(&["old.md", "new.md"]);
    let history = touches(&repository, &second, &paths).unwrap();
    let ids = |path: &str| {
        history.touches[path]
            .iter()
            .map(|commit| commit.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("old.md"), [second.clone(), first]);
    assert_eq!(ids("new.md"), [second]);
    same_as_git(&repository, |arguments| test.git(arguments), &paths);
}

#[test]
fn old_modes_and_empty_folders_are_no_change() {
    let Some(test) = TestRepository::new() else { return };
    test.commit(&[("d/a", "text")], "first");
    let blob = test.git(&["rev-parse", "HEAD:d/a"]);
    let empty = test.git(&["hash-object", "-t", "tree", "--literally", "-w", "/dev/null"]);
    // `git mktree` would refuse both, so the trees are written byte by byte.
    let bytes_of = |hex: &str| git2::Oid::from_str(hex).unwrap().as_bytes().to_vec();
    let write = |parts: &[(&str, &str)]| {
        let mut bytes = Vec::new();
        for (head, id) in parts {
            bytes.extend_from_slice(head.as_bytes());
            bytes.push(0);
            bytes.extend(bytes_of(id));
        }
        std::fs::write(test.join("tree"), bytes).unwrap();
        test.git(&["hash-object", "-t", "tree", "--literally", "-w", "tree"])
    };
    let folder = write(&[("100664 a", &blob), ("40000 void", &empty)]);
    let root = write(&[("40000 d", &folder)]);
    let parent = test.head();
    let commit = test.git(&["commit-tree", &root, "-p", &parent, "-m", "odd"]);
    test.git(&["update-ref", "refs/heads/main", &commit]);
    let repository = test.open();
    let paths = owned(&["d", "d/a", "d/void", ""]);
    let history = last_touches(&repository, &commit, &paths).unwrap();
    for path in ["d", "d/a", ""] {
        assert_eq!(
            history.last_commit(path).map(|commit| commit.subject.as_str()),
            Some("first"),
            "{path}"
        );
    }
    assert!(history.last_commit("d/void").is_none());
    same_as_git(&repository, |arguments| test.git(arguments), &owned(&["d", "d/a"]));
}

#[test]
fn the_root_is_touched_by_every_change() {
    let Some(test) = TestRepository::new() else { return };
    test.commit(&[("a", "1")], "first");
    let second = test.commit(&[("d/x", "1")], "second");
    test.commit(&[], "nothing");
    let history = touches(&test.open(), &test.head(), &owned(&["", "d/"])).unwrap();
    assert_eq!(history.touches[""].len(), 2);
    assert_eq!(history.touches["d/"][0].id, second);
}

#[test]
fn a_shallow_boundary_is_unknown() {
    let Some(test) = TestRepository::new() else { return };
    test.commit(&[("a", "1"), ("b", "1")], "first");
    test.commit(&[("b", "2")], "second");
    let third = test.commit(&[("c", "1")], "third");
    let url = format!("file://{}", test.path().display());
    for depth in [1, 2] {
        let clone = format!("clone{depth}");
        test.git(&["clone", "--quiet", &format!("--depth={depth}"), &url, &clone]);
        let repository = testing::open(&test.join(&clone));
        let paths = owned(&["a", "b", "c"]);
        for history in [
            touches(&repository, &third, &paths).unwrap(),
            last_touches(&repository, &third, &paths).unwrap(),
        ] {
            assert_eq!(history.completeness, Completeness::Shallow);
            let known: Vec<&String> = history.touches.keys().collect();
            if depth == 1 {
                assert!(known.is_empty(), "nothing is known of the boundary");
            } else {
                assert_eq!(known, ["c"]);
            }
        }
        assert_eq!(repository.completeness(), Completeness::Shallow);
    }
}

#[test]
fn replaced_commits_are_read_as_git_reads_them() {
    let Some(test) = TestRepository::new() else { return };
    test.commit(&[("a", "1")], "first");
    let second = test.commit(&[("a", "2")], "second");
    test.commit(&[("b", "1")], "third");
    // The second commit counts as one without parents, as after cutting off old history.
    test.git(&["replace", "--graft", &second]);
    let paths = owned(&["a", "b"]);
    let repository = test.open();
    assert_eq!(touches(&repository, &test.head(), &paths).unwrap().touches["a"].len(), 1);
    same_as_git(&repository, |arguments| test.git(arguments), &paths);
}

#[test]
fn contents_are_told_for_files_folders_and_submodules() {
    let Some(test) = TestRepository::new() else { return };
    let first = test.commit(&[("a.md", "hello\n"), ("d/x", "1"), ("d/y", "1")], "first");
    test.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{first},vendor")]);
    test.git(&["commit", "--quiet", "-m", "second"]);
    let repository = test.open();
    let paths = owned(&["a.md", "d", "d/", "d/x", "d/z", "a.md/below", "vendor", "", "nothing"]);
    let contents = contents_at(&repository, &test.head(), &paths).unwrap();
    let id = |path: &str| contents[path].map(|id| id.to_string());
    assert_eq!(id("a.md").as_deref(), Some("ce013625030ba8dba906f756967f9e9ca394464a"));
    assert_eq!(id("d"), Some(test.git(&["rev-parse", "HEAD:d"])));
    assert_eq!(id("d/"), id("d"));
    assert_eq!(id("d/x"), Some(test.git(&["rev-parse", "HEAD:d/x"])));
    assert_eq!(id(""), Some(test.git(&["rev-parse", "HEAD^{tree}"])));
    assert_eq!(id("vendor"), Some(first));
    for path in ["d/z", "a.md/below", "nothing"] {
        assert_eq!(id(path), None, "{path}");
    }
    let entry = repository.tree(&test.head()).unwrap().listing().entry("d/x").unwrap().id;
    assert_eq!(contents["d/x"], Some(entry));
}

#[test]
fn a_commit_that_is_not_here_is_said_to_be_missing() {
    let Some(test) = TestRepository::new() else { return };
    test.commit(&[("a", "1")], "first");
    let repository = test.open();
    let missing = "12".repeat(20);
    let error = contents_at(&repository, &missing, &owned(&["a"])).unwrap_err();
    assert_eq!(error.kind, crate::error::ErrorKind::Unjudged);
    assert!(error.message.contains("is not in this clone"), "{error}");
    assert!(touches(&repository, "abc", &[]).is_err());
}
