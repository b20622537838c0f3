//! The folder on a real disk, with links at every step and one that is put there between two looks.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tempfile::TempDir;

use crate::folder::Folder;
use crate::folder::door::{Missing, door};
use crate::folder::kind::Kind;

fn folders() -> (TempDir, PathBuf, PathBuf) {
    let folder = TempDir::new().unwrap();
    let real = folder.path().canonicalize().unwrap();
    let (inside, outside) = (real.join("inside"), real.join("outside"));
    fs::create_dir_all(inside.join("a/b")).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x"), "theirs").unwrap();
    (folder, inside, outside)
}

#[test]
fn what_is_made_can_be_read_moved_and_removed() {
    let (_folder, inside, _) = folders();
    let root = Folder::open(&inside).unwrap();
    root.create("a/new/x", b"one", None).unwrap();
    assert!(root.create("a/new/x", b"two", None).is_err(), "it is there already");
    assert_eq!(root.read("a/new/x", 3).unwrap(), b"one");
    assert!(root.read("a/new/x", 2).unwrap_err().to_string().contains("the limit is 2"));
    assert_eq!(root.kind("a/new").unwrap(), Some(Kind::Folder));
    assert_eq!(root.kind("nothing/here").unwrap(), None);
    root.create("y", b"", None).unwrap();
    assert!(root.rename_new("a/new/x", &root, "y").is_err());
    root.rename("a/new/x", &root, "y").unwrap();
    assert_eq!(root.read("y", 9).unwrap(), b"one");
    root.remove_all("a").unwrap();
    assert_eq!(root.names().unwrap(), [("y".to_owned(), Kind::File(3))]);
    for path in ["", ".", "..", "a/../y", "/y/"] {
        assert!(root.read(path, 9).is_err(), "{path}");
    }
}

#[test]
fn no_step_goes_through_a_link() {
    let (_folder, inside, outside) = folders();
    symlink(&outside, inside.join("out")).unwrap();
    symlink("../../outside/x", inside.join("a/file")).unwrap();
    symlink(&outside, inside.join("a/b/deep")).unwrap();
    let root = Folder::open(&inside).unwrap();
    for path in ["out/x", "a/file", "a/b/deep/x"] {
        assert!(root.read(path, 99).is_err(), "{path}");
        assert!(root.create(path, b"ours", None).is_err(), "{path}");
        assert!(root.create(&format!("{path}/y/z"), b"ours", None).is_err(), "{path}");
    }
    assert!(root.make("out/new").is_err());
    assert!(root.remove_file("out/x").is_err());
    assert!(Folder::open(&inside.join("out")).is_err());
    root.remove_all("out").unwrap();
    root.remove_all("a").unwrap();
    assert_eq!(fs::read(outside.join("x")).unwrap(), b"theirs");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}

#[test]
fn pipes_devices_and_giants_are_not_read() {
    let (_folder, inside, _) = folders();
    let root = Folder::open(&inside).unwrap();
    if std::process::Command::new("mkfifo")
        .arg(inside.join("pipe"))
        .status()
        .is_ok_and(|status| status.success())
    {
        assert!(root.read("pipe", 99).is_err());
    }
    let giant = fs::File::create(inside.join("giant")).unwrap();
    giant.set_len(1 << 40).unwrap();
    assert!(root.read("giant", 1 << 20).unwrap_err().to_string().contains("too large"));
    assert!(Folder::open("/dev".as_ref()).unwrap().read("zero", 99).is_err());
}

#[test]
fn below_a_guard_links_are_refused_and_above_it_they_are_the_users() {
    let (_folder, inside, outside) = folders();
    symlink(&outside, inside.join("out")).unwrap();
    symlink(&inside, outside.join("way")).unwrap();
    let guards = [inside.as_path()];
    assert!(door(&inside.join("out/new"), &guards, Missing::Make).is_err());
    assert!(door(&inside.join("a/../new"), &guards, Missing::Make).is_err());
    let (folder, name) = door(&outside.join("way/a/new"), &guards, Missing::Fail).unwrap();
    folder.create(std::str::from_utf8(&name).unwrap(), b"x", None).unwrap();
    assert!(inside.join("a/new").exists());
}

#[test]
fn a_link_that_comes_and_goes_leads_nowhere() {
    let (_folder, inside, outside) = folders();
    let stop = AtomicBool::new(false);
    let root = Folder::open(&inside).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let _ = fs::rename(inside.join("a"), inside.join("away"));
                let _ = symlink(&outside, inside.join("a"));
                let _ = fs::remove_file(inside.join("a"));
                let _ = fs::rename(inside.join("away"), inside.join("a"));
            }
        });
        for number in 0..3000 {
            let _ = root.create(&format!("a/new{number}"), b"ours", None);
            let _ = root.remove_file("a/x");
            if let Ok(bytes) = root.read("a/x", 99) {
                assert_ne!(bytes, b"theirs");
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1, "nothing came through the link");
    assert_eq!(fs::read(outside.join("x")).unwrap(), b"theirs");
}
