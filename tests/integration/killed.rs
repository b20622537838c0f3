//! The program killed, and its disk full or read-only, at the calls by which it changes a disk: what stands there is old or new.
//!
//! `RUNPROOF_KILLS=all cargo test --test integration killed -- --nocapture` kills at every such call; without it a few of them are taken.
//! Needs `strace`; without it, or where it may not trace, the tests say so and end.
#![allow(clippy::print_stdout, reason = "what a test skips or counts is said where tests are run")]
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::Folder;

/// The calls by which a disk is changed.
const CALLS: [&str; 12] = [
    "fchmod", "fsync", "ftruncate", "linkat", "mkdirat", "pwrite64", "rename", "renameat", "renameat2", "syncfs", "unlinkat",
    "write",
];

/// How many places are taken when not all are.
const SAMPLE: usize = 10;

const OLD: &str = "---\nreviewed: 2026-01-01\n---\n# Deploy\n\nRead [the notes](note.md).\n\n```sh\nmake deploy\n```\n";
const NEW: &str =
    "---\nreviewed: 2026-01-01\n---\n# Deploy\n\nRead [the notes](notes.md).\n\n```sh\nmake deploy\nmake gone\n```\n";

/// Whether `strace` is there and may trace.
fn traces() -> bool {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    let works = works.is_ok_and(|status| status.success());
    if !works {
        println!("skipped: there is no `strace`, or it may not trace");
    }
    works
}

/// Runs the program under `strace`.
fn traced(repository: &Path, options: &[&str], arguments: &[&str]) -> Output {
    Command::new("strace")
        .args(["-f", "-qq"])
        .args(options)
        .arg(env!("CARGO_BIN_EXE_runproof"))
        .args(
            arguments
                .iter()
                .map(|word| word.replace("REPO", &repository.display().to_string())),
        )
        .args(["--today", "2026-02-01", "--no-cache", "--repo"])
        .arg(repository)
        .env("RAYON_NUM_THREADS", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("strace starts")
}

/// Every file of a repository but those of git, the mark of the site and what waits for its place.
fn found(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".git" || name.starts_with(".runproof-") {
                continue;
            }
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path().strip_prefix(root).expect("it lies there").display().to_string();
                found.insert(path, fs::read(entry.path()).expect("it can be read"));
            }
        }
    }
    found
}

/// What waits for its place anywhere in the repository.
fn waiting(root: &Path) -> Vec<String> {
    let listed = Command::new("find")
        .arg(root)
        .args([
            "-name", ".runproof-*", "-not", "-name", ".runproof-site", "-not", "-path", "*/.git/*",
        ])
        .output()
        .expect("find starts");
    String::from_utf8_lossy(&listed.stdout).lines().map(str::to_owned).collect()
}

/// The repository as it is before every run, and a copy of it for one.
struct Twin {
    folder: Folder,
}

impl Twin {
    fn new() -> Self {
        let folder = Folder::with(&[
            (".gitignore", "site/\n"),
            ("docs/runbooks/deploy.md", OLD),
            ("docs/runbooks/notes.md", "# Notes\n\nSee `Makefile`.\n"),
            ("Makefile", "deploy:\n\ttrue\n"),
        ]);
        assert_eq!(folder.run(&["build"]).code, 0);
        folder.write("docs/runbooks/deploy.md", NEW);
        Self { folder }
    }

    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().expect("a folder can be made");
        let copied = Command::new("cp")
            .arg("-a")
            .arg(self.folder.path())
            .arg(copy.path().join("repo"))
            .status();
        assert!(copied.is_ok_and(|status| status.success()));
        copy
    }
}

/// The places where a command changes a disk: the call, and which one of them in its thread.
fn places(twin: &Twin, arguments: &[&str]) -> Vec<(&'static str, usize)> {
    let copy = twin.copy();
    let log = copy.path().join("log");
    let trace = format!("trace={}", CALLS.join(","));
    traced(
        &copy.path().join("repo"),
        &["-e", &trace, "-o", &log.display().to_string()],
        arguments,
    );
    let mut counts: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    for line in fs::read_to_string(&log).expect("there is a log").lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let name = rest.trim_start().split('(').next().unwrap_or_default();
        if let Some(call) = CALLS.iter().find(|call| **call == name) {
            *counts.entry((thread.to_owned(), call)).or_default() += 1;
        }
    }
    let mut most: BTreeMap<&'static str, usize> = BTreeMap::new();
    for ((_, call), count) in counts {
        let known = most.entry(call).or_default();
        *known = count.max(*known);
    }
    let all: Vec<_> = most
        .into_iter()
        .flat_map(|(call, count)| (1..=count).map(move |at| (call, at)))
        .collect();
    if std::env::var_os("RUNPROOF_KILLS").is_some() {
        return all;
    }
    let step = all.len().div_ceil(SAMPLE).max(1);
    all.into_iter().step_by(step).collect()
}

/// Runs a command with something that goes wrong at each place, and tells how often the old or the new state stood there.
fn judged(twin: &Twin, arguments: &[&str], fault: &str) {
    let old = found(twin.folder.path());
    let whole = twin.copy();
    traced(
        &whole.path().join("repo"),
        &["-o", "/dev/null", "-e", "trace=none"],
        arguments,
    );
    let new = found(&whole.path().join("repo"));
    assert_ne!(old, new, "{arguments:?} changes something");
    let places = places(twin, arguments);
    let (mut olds, mut news) = (0, 0);
    for (call, at) in &places {
        let copy = twin.copy();
        let root = copy.path().join("repo");
        let inject = format!(
            "inject={call}:{fault}:when={at}{}",
            if fault.starts_with("signal") { "" } else { "+" }
        );
        let trace = format!("trace={call}");
        let ran = traced(&root, &["-o", "/dev/null", "-e", &trace, "-e", &inject], arguments);
        let about = format!("{arguments:?} with {inject}: {}", String::from_utf8_lossy(&ran.stderr));
        let now = found(&root);
        if now == new {
            news += 1;
        } else {
            assert_eq!(now, old, "{about}");
            assert!(!ran.status.success(), "that nothing came is said: {about}");
            olds += 1;
        }
        if arguments.contains(&"build") {
            let again = traced(&root, &["-o", "/dev/null", "-e", "trace=none"], arguments);
            assert_eq!(
                found(&root),
                new,
                "{about}\nthe next build: {}",
                String::from_utf8_lossy(&again.stderr)
            );
            assert_eq!(waiting(&root), [""; 0], "{about}");
        }
    }
    println!(
        "{arguments:?} with {fault}: {} places, {olds} times the old state, {news} times the new one",
        places.len()
    );
}

#[test]
fn a_kill_leaves_the_old_site_or_the_new_one() {
    if traces() {
        judged(&Twin::new(), &["build", "--worktree"], "signal=KILL");
    }
}

#[test]
fn a_full_disk_leaves_the_old_site_or_the_new_one() {
    if traces() {
        judged(&Twin::new(), &["build", "--worktree"], "error=ENOSPC");
    }
}

#[test]
fn a_read_only_disk_leaves_the_old_site() {
    if traces() {
        judged(&Twin::new(), &["build", "--worktree"], "error=EROFS");
    }
}

#[test]
fn a_kill_leaves_runbooks_and_baselines_whole() {
    if !traces() {
        return;
    }
    let twin = Twin::new();
    for arguments in [
        &["review", "docs/runbooks/notes.md", "--by", "Release driver", "--yes"][..],
        &["baseline", "write", "--worktree"],
        &["lint", "--worktree", "--output", "sarif=REPO/out.sarif"],
    ] {
        judged(&twin, arguments, "signal=KILL");
        judged(&twin, arguments, "error=ENOSPC");
    }
}

/// A small disk of its own, in a name space of its own.
#[test]
fn a_disk_that_is_really_full_keeps_the_old_site() {
    let script = r#"
        set -e
        mount -t tmpfs -o size="$3" none "$2"
        cp -a "$1/." "$2/repo"
        cd "$2/repo"
        before=$(find site -type f -not -name .runproof-site -exec sha256sum {} + | sort | sha256sum)
        head -c 100000000 /dev/zero > "$2/filler" 2>/dev/null || true
        code=0
        "$4" build --worktree --no-cache --today 2026-02-01 > /dev/null 2> "$2/../stderr" || code=$?
        rm "$2/filler"
        after=$(find site -type f -not -name .runproof-site -exec sha256sum {} + | sort | sha256sum)
        left=$(find . -name ".runproof-*" -not -name .runproof-site -not -path "./.git/*" | wc -l)
        again=0
        "$4" build --worktree --no-cache --today 2026-02-01 > /dev/null 2>&1 || again=$?
        [ "$before" = "$after" ] && same=same || same=other
        echo "$code $same $left $again"
    "#;
    let twin = Twin::new();
    let copy = tempfile::tempdir().expect("a folder can be made");
    let disk = copy.path().join("disk");
    fs::create_dir(&disk).expect("it can be made");
    let ran = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(twin.folder.path())
        .arg(&disk)
        .arg("8m")
        .arg(env!("CARGO_BIN_EXE_runproof"))
        .output();
    let Ok(ran) = ran else {
        println!("skipped: there is no `unshare`");
        return;
    };
    let said = String::from_utf8_lossy(&ran.stdout).trim().to_owned();
    if said.is_empty() {
        println!("skipped: no disk can be made here: {}", String::from_utf8_lossy(&ran.stderr));
        return;
    }
    assert_eq!(said, "2 same 0 0", "exit code, the old site, what is left, the next build");
}
