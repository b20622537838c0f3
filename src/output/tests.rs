//! The writer on real folders: what is written, what stays, what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tempfile::TempDir;
use walkdir::WalkDir;

use super::publish::turn;
use super::{MARKER, Rules, Summary, Writer};
use crate::error::Result;

fn begin(out: &Path, protected: &[&Path]) -> Result<Writer> {
    let rules = Rules {
        protected,
        within: None,
        is_tracked: &|_| false,
    };
    Writer::begin(out, &rules)
}

fn write(out: &Path, files: &[(&str, &str)]) -> Result<Summary> {
    let writer = begin(out, &[])?;
    for (url, text) in files {
        writer.put(url, text.as_bytes())?;
    }
    writer.finish()
}

/// Every file below a folder with its text, the marker left out.
fn files(folder: &Path) -> BTreeMap<String, String> {
    WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| !entry.file_type().is_dir() && entry.file_name() != MARKER)
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (path, fs::read_to_string(entry.path()).unwrap_or_default())
        })
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_keys().collect()
}

fn site() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("deep/site");
    (folder, out)
}

#[test]
fn a_site_is_written_and_the_same_site_is_left_alone() {
    let (_folder, out) = site();
    let pages = [("index.html", "home"), ("next/a/index.html", "a"), ("assets/x.css", "css")];
    let first = write(&out, &pages).unwrap();
    assert_eq!(
        first,
        Summary {
            written: 3,
            unchanged: 0,
            removed: Vec::new(),
            bytes: 8,
            standing: first.standing.clone()
        }
    );
    let marker = fs::read(out.join(MARKER)).unwrap();
    let time = |url: &str| fs::metadata(out.join(url)).unwrap().modified().unwrap();
    let times: Vec<_> = pages.iter().map(|(url, _)| time(url)).collect();
    let second = write(&out, &pages).unwrap();
    assert_eq!(
        second,
        Summary {
            written: 0,
            unchanged: 3,
            removed: Vec::new(),
            bytes: 8,
            standing: second.standing.clone()
        }
    );
    assert_eq!(times, pages.iter().map(|(url, _)| time(url)).collect::<Vec<_>>());
    assert_eq!(fs::read(out.join(MARKER)).unwrap(), marker);
    assert_eq!(names(&out), ["assets/x.css", "index.html", "next/a/index.html"]);
}

#[test]
fn changed_files_are_replaced_and_old_ones_removed() {
    let (_folder, out) = site();
    write(
        &out,
        &[
            ("index.html", "one"),
            ("old/deep/x.html", "x"),
            ("same.css", "s"),
            ("old/y.html", "y"),
        ],
    )
    .unwrap();
    fs::write(out.join("CNAME"), "by hand").unwrap();
    fs::write(out.join("old/note.txt"), "by hand").unwrap();
    let summary = write(&out, &[("index.html", "two"), ("new/deep/x.html", "x"), ("same.css", "s")]).unwrap();
    assert_eq!((summary.written, summary.unchanged, summary.removed.len()), (2, 1, 2));
    assert_eq!(
        names(&out),
        ["CNAME", "index.html", "new/deep/x.html", "old/note.txt", "same.css"]
    );
    assert_eq!(fs::read_to_string(out.join("index.html")).unwrap(), "two");
    assert!(!out.join("old/deep").exists());
}

#[test]
fn a_build_that_fails_half_way_leaves_the_old_site() {
    let (_folder, out) = site();
    write(&out, &[("index.html", "one"), ("a/b.html", "b")]).unwrap();
    let before = files(&out);
    let marker = fs::read(out.join(MARKER)).unwrap();
    assert!(write(&out, &[("index.html", "two"), ("c/d.html", "d"), ("../x", "")]).is_err());
    let panic = std::panic::catch_unwind(|| {
        let writer = begin(&out, &[]).unwrap();
        (0..100).into_par_iter().for_each(|number| {
            writer.put(&format!("c/{number}.html"), b"x").unwrap();
            assert!(number != 50, "a page cannot be made");
        });
        writer.finish().unwrap();
    });
    assert!(panic.is_err());
    assert_eq!(files(&out), before);
    assert_eq!(fs::read(out.join(MARKER)).unwrap(), marker);
}

#[test]
fn a_first_build_that_fails_leaves_nothing() {
    let (folder, out) = site();
    assert!(write(&out, &[("index.html", "one"), ("/x", "")]).is_err());
    assert!(!out.exists());
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(write(&empty, &[("index.html", "one"), ("/x", "")]).is_err());
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
}

#[test]
fn the_remains_of_a_killed_build_are_cleared() {
    let (_folder, out) = site();
    // A process that is killed runs no destructor, and its lock goes with it.
    let mut writer = begin(&out, &[]).unwrap();
    writer.put("a/index.html", b"half").unwrap();
    writer.lock = None;
    std::mem::forget(writer);
    let beside = || fs::read_dir(out.parent().unwrap()).unwrap().count();
    assert_eq!(beside(), 2);
    write(&out, &[("index.html", "one")]).unwrap();
    assert_eq!(names(&out), ["index.html"]);
    assert_eq!(beside(), 1);
}

#[test]
fn two_builds_do_not_write_to_one_folder() {
    let (_folder, out) = site();
    let first = begin(&out, &[]).unwrap();
    let second = begin(&out, &[]).err();
    if cfg!(unix) {
        assert!(second.unwrap().message.contains("another build"));
    }
    first.put("index.html", b"one").unwrap();
    first.finish().unwrap();
    assert_eq!(names(&out), ["index.html"]);
}

#[test]
fn folders_that_are_not_ours_are_refused() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("repository/src")).unwrap();
    fs::create_dir_all(root.join("repository/.git/x")).unwrap();
    fs::write(root.join("repository/src/lib.rs"), "").unwrap();
    fs::write(root.join("file"), "").unwrap();
    let repository = root.join("repository");
    for (out, reason) in [
        (repository.join("src"), "not empty"),
        (repository.clone(), "it holds"),
        (root.join("repository/src/.."), "it holds"),
        (root.to_path_buf(), "it holds"),
        (PathBuf::from("/"), "root of the disk"),
        (repository.join(".git/x"), "belongs to git"),
        (root.join("missing/../other"), "does not exist"),
        (root.join("file"), "will not write"),
    ] {
        let error = begin(&out, &[&repository]).err().unwrap();
        assert!(error.message.contains(reason), "{}: {error}", out.display());
    }
    assert!(begin(&repository.join("site"), &[&repository]).is_ok());
    assert_eq!(names(&repository), ["src/lib.rs"]);
}

#[test]
fn a_checkout_of_an_empty_branch_may_be_written_to() {
    let (_folder, out) = site();
    fs::create_dir_all(&out).unwrap();
    fs::write(out.join(".git"), "gitdir: elsewhere").unwrap();
    write(&out, &[("index.html", "one")]).unwrap();
    write(&out, &[]).unwrap();
    assert_eq!(names(&out), [".git"]);
}

#[test]
fn paths_that_clash_are_refused_with_both_names() {
    let (_folder, out) = site();
    for (one, other) in [
        ("a.html", "a.html"),
        ("Deploy/index.html", "deploy/index.html"),
        ("a", "a/index.html"),
        ("A/b.html", "a"),
    ] {
        let error = write(&out, &[(one, "1"), (other, "2")]).unwrap_err();
        assert!(
            error.message.contains(&format!("`{one}`")) && error.message.contains(&format!("`{other}`")),
            "{error}"
        );
    }
    assert!(!out.exists());
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let (_folder, out) = site();
    write(&out, &[("a", "file"), ("b/c/d.html", "d"), ("b/e.html", "e")]).unwrap();
    write(&out, &[("a/index.html", "now a folder"), ("b", "now a file")]).unwrap();
    assert_eq!(names(&out), ["a/index.html", "b"]);
    // What we did not write is in the way, and nothing is published then.
    write(&out, &[("a/index.html", "a")]).unwrap();
    fs::write(out.join("a/note.txt"), "by hand").unwrap();
    assert!(write(&out, &[("a", "file"), ("new.html", "n")]).is_err());
    assert_eq!(names(&out), ["a/index.html", "a/note.txt"]);
    fs::write(out.join("hand"), "by hand").unwrap();
    assert!(write(&out, &[("hand/index.html", "h"), ("new.html", "n")]).is_err());
    assert_eq!(names(&out), ["a/index.html", "a/note.txt", "hand"]);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_or_removed_through_links() {
    let (folder, out) = site();
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x.html"), "theirs").unwrap();
    write(&out, &[("a/x.html", "ours"), ("b.html", "ours")]).unwrap();
    fs::remove_dir_all(out.join("a")).unwrap();
    std::os::unix::fs::symlink(&outside, out.join("a")).unwrap();
    assert!(write(&out, &[("a/x.html", "new")]).is_err());
    fs::remove_file(out.join("b.html")).unwrap();
    std::os::unix::fs::symlink(outside.join("x.html"), out.join("b.html")).unwrap();
    assert!(write(&out, &[("b.html", "new")]).is_err());
    // Both are on the list of ours and no longer made.
    write(&out, &[("c.html", "c")]).unwrap();
    assert_eq!(files(&outside)["x.html"], "theirs");
}

#[test]
fn a_marker_that_somebody_else_wrote_or_changed_proves_nothing() {
    let (folder, out) = site();
    fs::write(folder.path().join("theirs"), "x").unwrap();
    write(&out, &[("index.html", "one")]).unwrap();
    let ours = fs::read_to_string(out.join(MARKER)).unwrap();
    fs::write(out.join("keep.txt"), "kept").unwrap();
    for marker in [
        "# list\nkeep.txt\nindex.html\n".to_owned(),
        format!("{ours}keep.txt\n"),
        ours.replace("index.html", "keep.txt"),
        String::new(),
    ] {
        fs::write(out.join(MARKER), marker).unwrap();
        assert!(write(&out, &[("a.html", "a")]).is_err());
        assert_eq!(names(&out), ["index.html", "keep.txt"]);
    }
}

#[test]
fn a_list_of_ours_that_leads_outside_removes_nothing_there() {
    let (folder, out) = site();
    let theirs = folder.path().join("theirs");
    fs::write(&theirs, "x").unwrap();
    write(&out, &[("index.html", "one")]).unwrap();
    let listed = ["../../theirs", theirs.to_str().unwrap(), "index.html", ".git"];
    let opened = crate::folder::Folder::open(&out.canonicalize().unwrap()).unwrap();
    super::mark(&opened, &listed.map(str::to_owned).into(), None).unwrap();
    write(&out, &[("a.html", "a")]).unwrap();
    assert_eq!(names(&out), ["a.html"]);
    assert!(theirs.exists());
}

/// A name as builds draw them.
const DRAWN: &str = ".runproof-0123456789abcdef0123456789abcdef";

#[test]
fn what_killed_builds_left_is_cleared_and_nothing_else() {
    let (folder, out) = site();
    write(&out, &[("index.html", "one")]).unwrap();
    let beside = folder.path().join("deep");
    let open = |place: &Path| crate::folder::Folder::open(&place.canonicalize().unwrap()).unwrap();
    let leave = |name: &str, staging: Option<&str>| {
        fs::create_dir_all(beside.join(name).join("a")).unwrap();
        fs::write(beside.join(name).join("a/x.html"), "x").unwrap();
        if let Some(staging) = staging {
            super::mark(&open(&beside.join(name)), &[].into(), Some(staging)).unwrap();
        }
    };
    // A mark that did not come to its place, and a staging folder that no site names any more.
    fs::write(out.join(DRAWN), "half").unwrap();
    leave(DRAWN, Some(DRAWN));
    write(&out, &[("index.html", "one")]).unwrap();
    assert!(!out.join(DRAWN).exists() && !beside.join(DRAWN).exists());
    // One without its own mark or with the mark of another, one under another name, one that somebody works in.
    let other = DRAWN.replace('0', "f");
    leave(DRAWN, None);
    leave(&other, Some(DRAWN));
    leave(".runproof-mine", Some(".runproof-mine"));
    let busy = DRAWN.replace('1', "e");
    leave(&busy, Some(&busy));
    let lock = open(&beside.join(&busy)).lock().unwrap();
    write(&out, &[("index.html", "two")]).unwrap();
    for name in [DRAWN, &other, ".runproof-mine"] {
        assert!(beside.join(name).join("a/x.html").exists(), "{name}");
    }
    assert!(lock.is_none() || beside.join(&busy).exists());
    // One that git tracks came with the repository.
    fs::remove_dir_all(beside.join(DRAWN)).unwrap();
    leave(DRAWN, Some(DRAWN));
    let rules = Rules {
        protected: &[],
        within: None,
        is_tracked: &|path| path.components().any(|part| part.as_os_str() == DRAWN),
    };
    drop(Writer::begin(&out, &rules).unwrap());
    assert!(beside.join(DRAWN).exists());
    drop(begin(&out, &[]).unwrap());
    assert!(!beside.join(DRAWN).exists());
}

#[test]
fn changed_files_take_their_turn() {
    let mut urls = ["manifest.json", "index.html", "a/index.html", "search.json", "assets/x.css"];
    urls.sort_by_key(|url| turn(url));
    assert_eq!(
        urls,
        ["search.json", "assets/x.css", "a/index.html", "index.html", "manifest.json"]
    );
}

#[test]
fn many_threads_may_write() {
    let (_folder, out) = site();
    for round in ["one", "two"] {
        let writer = begin(&out, &[]).unwrap();
        (0..500_usize)
            .into_par_iter()
            .try_for_each(|number| {
                writer.put(
                    &format!("v{}/p{number}/index.html", number % 7),
                    format!("{round} {}", number / 2).as_bytes(),
                )
            })
            .unwrap();
        assert_eq!(writer.finish().unwrap().written, 500);
    }
    let files = files(&out);
    assert_eq!(files.len(), 500);
    assert_eq!(files["v6/p13/index.html"], "two 6");
}
