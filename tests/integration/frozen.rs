//! What one build leaves for the next: whatever happened in between, the site is the one that is made from nothing.

use std::collections::BTreeMap;
use std::fs;

use crate::support::Folder;

const ROLLBACK: &str = "---\nlast_reviewed_on: 2026-01-01\nreview_in: 3 months\n---\n\n# Roll back\n\n## Steps\n\n1. Undo it, see [the picture](flow.svg):\n\n   ```sh\n   make undo\n   ```\n";
const DEPLOY: &str =
    "# Deploy\n\nSee [the way back](rollback.md).\n\n1. Ship it\n\n   ```sh\n   ./back.sh\n   ```\n2. Look at `src/main.py`\n";
const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"><path d=\"M0 0h4v4z\"/></svg>";

/// A repository with two releases and a main branch that has gone on.
fn released() -> Folder {
    let folder = Folder::with(&[
        ("Makefile", "undo:\n\t./back.sh\n"),
        ("back.sh", "#!/bin/sh\n"),
        ("src/main.py", "print(1)\n"),
        ("docs/runbooks/flow.svg", PICTURE),
        ("docs/runbooks/rollback.md", ROLLBACK),
        ("docs/runbooks/ship.md", DEPLOY),
        (".gitignore", "site/\n"),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    folder.git(&["mv", "docs/runbooks/ship.md", "docs/runbooks/deploy.md"]);
    folder.commit("Call it deploy", &[("src/main.py", "print(2)\n")]);
    folder.git(&["tag", "v1.1.0"]);
    folder.commit("Go on", &[("docs/runbooks/restore.md", "# Restore\n\n1. Wait\n")]);
    folder
}

/// The files of a site without the mark of its folder.
fn files(folder: &Folder, below: &str) -> BTreeMap<String, Vec<u8>> {
    let files = folder.files(below).into_iter();
    files.filter(|(path, _)| !path.starts_with(".runproof")).collect()
}

/// Builds with what was kept, and from nothing, and compares all bytes.
fn check(folder: &Folder, what: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let cache = tempfile::tempdir().expect("a folder can be made");
    let cold_place = cache.path().join("cold");
    let cold_place = cold_place.to_str().expect("its name is text");
    let kept = folder.path().with_extension("kept");
    let kept = kept.to_str().expect("its name is text");
    let mut warm: Vec<&str> = vec!["build", "--cache-dir", kept];
    warm.extend(more);
    let ran = folder.run_with(&warm, &[("RAYON_NUM_THREADS", "8")]);
    assert_eq!(ran.code, 0, "{what}: {}", ran.stderr);
    let mut cold: Vec<&str> = vec!["build", "--no-cache", "--out", cold_place];
    cold.extend(more);
    let ran = folder.run_with(&cold, &[("RAYON_NUM_THREADS", "1")]);
    assert_eq!(ran.code, 0, "{what}: {}", ran.stderr);
    let (warm, cold) = (files(folder, "site"), files(folder, cold_place));
    let names = || warm.keys().chain(cold.keys());
    let differing: Vec<&String> = names().filter(|path| warm.get(*path) != cold.get(*path)).collect();
    assert!(differing.is_empty(), "{what}: {differing:?}");
    warm
}

/// Damages every file that was kept, and the folder of the site before the last one.
fn damage(folder: &Folder) {
    let kept = folder.path().with_extension("kept");
    for entry in fs::read_dir(&kept).expect("something was kept").flatten() {
        if entry.path().is_dir() {
            fs::remove_file(entry.path().join("manifest.json")).expect("it can be removed");
            fs::write(entry.path().join("odd"), "odd").expect("it can be written");
            continue;
        }
        let mut bytes = fs::read(entry.path()).expect("it can be read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(entry.path(), bytes).expect("it can be written");
    }
}

#[test]
fn a_build_with_what_was_kept_is_the_build_from_nothing() {
    let folder = released();
    check(&folder, "the first build", &[]);
    check(&folder, "nothing happened", &[]);
    folder.commit("One line", &[("docs/runbooks/restore.md", "# Restore\n\n1. Wait longer\n")]);
    let first = check(&folder, "a line on the main branch", &[]);
    let later = check(&folder, "a day", &["--today", "2026-02-02"]);
    let old = "v1.0.0/runbooks/rollback/index.html";
    assert!(first.contains_key(old) && first[old] == later[old]);
    folder.git(&["tag", "v1.2.0"]);
    check(&folder, "a release", &[]);
    folder.commit("Settings", &[("runproof.toml", "title = \"Other\"\n")]);
    check(&folder, "a setting", &[]);
    folder.commit("Another file", &[("Makefile", "redo:\n\t./back.sh\n")]);
    check(&folder, "a target that is gone", &[]);
    folder.commit(
        "Link",
        &[(
            "docs/runbooks/restore.md",
            "# Restore\n\n1. Wait, or go [back](rollback.md#steps)\n",
        )],
    );
    check(&folder, "a link to a place", &[]);
    folder.commit(
        "Heading",
        &[("docs/runbooks/rollback.md", &ROLLBACK.replace("## Steps", "## What to do"))],
    );
    check(&folder, "a place that is gone", &[]);
    folder.git(&["mv", "docs/runbooks/restore.md", "docs/runbooks/recover.md"]);
    folder.commit("Rename", &[("src/main.py", "print(3)\n")]);
    check(&folder, "a file with another name", &[]);
    folder.git(&["rm", "--quiet", "docs/runbooks/recover.md"]);
    folder.commit("Remove", &[("src/main.py", "print(4)\n")]);
    check(&folder, "a file that is gone", &[]);
    folder.commit("Owners", &[(".github/CODEOWNERS", "/docs/ @org/platform\n")]);
    check(&folder, "owners", &[]);
    let theme = "title = \"Other\"\n\n[theme]\ntemplates = \"docs/theme\"\n";
    let banner = "<p>{{ site.title }} {{ site.today }}</p>\n";
    folder.commit("Theme", &[("runproof.toml", theme), ("docs/theme/banner.html", banner)]);
    check(&folder, "a template", &[]);
    check(&folder, "a template on another day", &["--today", "2026-02-07"]);
    folder.commit("No theme", &[("runproof.toml", "title = \"Other\"\n")]);
    check(&folder, "no template", &[]);
    check(&folder, "an address", &["--base-url", "https://example.org/handbook/"]);
    folder.git(&["tag", "--force", "v1.1.0", "v1.0.0^{commit}"]);
    check(&folder, "a tag that was moved", &[]);
    folder.git(&["tag", "--delete", "v1.0.0"]);
    check(&folder, "a tag that is gone", &[]);
    damage(&folder);
    check(&folder, "what was kept is damaged", &["--today", "2026-02-03"]);
    let page = folder.path().join("site/v1.2.0/runbooks/rollback/index.html");
    let mut bytes = fs::read(&page).expect("it is there");
    bytes.reverse();
    fs::write(&page, bytes).expect("it can be written");
    check(&folder, "a page that somebody changed", &["--today", "2026-02-04"]);
    fs::remove_file(&page).expect("it can be removed");
    check(&folder, "a page that somebody removed", &["--today", "2026-02-05"]);
    folder.git(&["tag", "v1.3.0-rc.1"]);
    let setting = "title = \"Other\"\n\n[editions]\nprereleases = true\nlimit = 2\n";
    folder.commit("Settings", &[("runproof.toml", setting)]);
    check(&folder, "a limit of editions", &[]);
    let _ = fs::remove_dir_all(folder.path().with_extension("kept"));
    check(&folder, "nothing is kept any more", &["--today", "2026-02-06"]);
    let _ = fs::remove_dir_all(folder.path().with_extension("kept"));
}

#[test]
fn what_stands_on_another_branch_is_told_by_the_release_that_holds_it_alone() {
    let folder = released();
    folder.git(&["branch", "stable", "v1.1.0"]);
    folder.git(&["checkout", "--quiet", "stable"]);
    folder.commit(
        "Pick it",
        &[("docs/runbooks/deploy.md", &DEPLOY.replace("Ship it", "Ship it slowly"))],
    );
    folder.git(&["tag", "v1.1.1"]);
    folder.git(&["checkout", "--quiet", "main"]);
    let before = check(&folder, "a release on a branch", &[]);
    let page = "v1.1.1/runbooks/deploy/index.html";
    let twin: serde_json::Value = serde_json::from_slice(&before["v1.1.1/runbooks/deploy/index.json"]).expect("the twin is JSON");
    assert_eq!(twin["facts"]["last_change"]["subject"], "Pick it");
    let twin: serde_json::Value = serde_json::from_slice(&before["v1.1.0/runbooks/deploy/index.json"]).expect("the twin is JSON");
    assert_eq!(twin["facts"]["last_change"]["subject"], "Call it deploy");
    folder.git(&["merge", "--quiet", "--no-edit", "stable"]);
    let after = check(&folder, "the branch comes to the main branch", &["--today", "2026-02-02"]);
    assert!(before[page] == after[page], "the old release says what it said");
    let _ = fs::remove_dir_all(folder.path().with_extension("kept"));
}

#[test]
fn two_clones_make_the_same_site() {
    let folder = released();
    let one = check(&folder, "the first clone", &[]);
    let place = tempfile::tempdir().expect("a folder can be made");
    let name = folder
        .path()
        .file_name()
        .and_then(|name| name.to_str())
        .expect("it has a name");
    let clone = place.path().join(name);
    let clone = clone.to_str().expect("its name is text");
    folder.git(&["clone", "--quiet", ".", clone]);
    let out = place.path().join("site");
    let out = out.to_str().expect("its name is text");
    let cache = place.path().join("kept");
    let cache = cache.to_str().expect("its name is text");
    for day in ["2026-02-03", "2026-02-01"] {
        let ran = folder.run(&["build", "--repo", clone, "--out", out, "--cache-dir", cache, "--today", day]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    let other = files(&folder, out);
    let differing: Vec<&String> = one.keys().filter(|path| one.get(*path) != other.get(*path)).collect();
    assert!(differing.is_empty() && one.len() == other.len(), "{differing:?}");
    let _ = fs::remove_dir_all(folder.path().with_extension("kept"));
}
