//! Looks at a built handbook in a real browser, where there is one: accessibility, overflow, requests, links, and that nothing runs that
//! an author wrote. `tests/browser/check.mjs` does the work and says what it found.
//!
//! Needs Chromium (`RUNPROOF_CHROMIUM`, else `/usr/bin/chromium`), node, and `npm install` in `tests/browser` (or `RUNPROOF_MODULES`, a
//! folder whose `node_modules` holds the packages). `RUNPROOF_SITE` names a site that is built already; without it the handbook of this
//! repository is built.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_handbook_holds_in_a_browser() {
    in_browser("check.mjs");
}

/// The errands of readers, each at most two clicks from the first page, and what pages weigh.
#[test]
fn readers_reach_what_they_came_for() {
    in_browser("errands.mjs");
}

/// Twenty-five questions of an auditor for each product, each with an answer three clicks from the first page, or the reason why not.
#[test]
fn an_auditor_reaches_every_answer() {
    in_browser("auditor.mjs");
}

/// A run sheet goes all the way: filled in, ticked, skipped, reloaded and exported in a browser, then collected and built into the page of
/// the release. Its commands are run by bash with hostile values, a text that changed warns, and a form without scripts stays a form.
#[test]
fn a_run_sheet_goes_all_the_way() {
    let Some((modules, chromium)) = browser() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let trial = tempfile::tempdir().expect("a temporary folder can be made");
    let (repository, site, later, out) = (
        trial.path().join("service"),
        trial.path().join("site"),
        trial.path().join("later"),
        trial.path().join("out"),
    );
    let write = |path: &str, text: &str| {
        let path = repository.join(path);
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    };
    let run = |program: &str, arguments: &[&str]| {
        let ran = Command::new(program)
            .args(arguments)
            .current_dir(&repository)
            .env("GIT_AUTHOR_NAME", "Test")
            .env("GIT_AUTHOR_EMAIL", "test@example.org")
            .env("GIT_COMMITTER_NAME", "Test")
            .env("GIT_COMMITTER_EMAIL", "test@example.org")
            .output()
            .expect("the program can be started");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
        assert!(ran.status.success(), "{program} {arguments:?}\n{said}");
        said
    };
    let commit = |message: &str| {
        run("git", &["add", "-A"]);
        run("git", &["commit", "--quiet", "--message", message]);
    };
    let text = include_str!("../browser/run-sheet.md");
    write("docs/runbooks/release.md", text);
    write("Makefile", "check:\n\ttrue\n");
    write("deploy.sh", "#!/bin/sh\n");
    run("chmod", &["+x", "deploy.sh"]);
    write("runproof.toml", "[[gates]]\nid = \"checklist\"\n");
    run("git", &["init", "--quiet", "--initial-branch", "main"]);
    commit("Begin");
    run("git", &["tag", "v1.0.0"]);
    build(&repository, &site);
    write(
        "docs/runbooks/release.md",
        &text.replace("Tag the commit", "Tag the right commit"),
    );
    commit("Change a step");
    run("git", &["tag", "v1.1.0"]);
    build(&repository, &later);
    let check = Command::new("node")
        .arg(folder.join("run-sheet.mjs"))
        .args([&site, &later, &out])
        .env("RUNPROOF_MODULES", &modules)
        .env("RUNPROOF_CHROMIUM", &chromium)
        .output()
        .expect("node can be started");
    let said = String::from_utf8_lossy(&check.stdout);
    assert!(check.status.success(), "{said}{}", String::from_utf8_lossy(&check.stderr));
    // The record goes into the repository and is evidence.
    let runproof = env!("CARGO_BIN_EXE_runproof");
    let collected = run(
        runproof,
        &["collect", "v1.1.0", "--from", &out.join("left").display().to_string()],
    );
    assert!(
        collected.contains("evidence/checklist/run-docs-runbooks-release.json") || collected.contains("run-release.json"),
        "{collected}"
    );
    commit("Record v1.1.0");
    build(&repository, &site);
    let page = std::fs::read_to_string(site.join("releases/v1.1.0/index.html")).expect("the page is there");
    for words in [
        "As it was run",
        "Tag the right commit",
        "release driver",
        "Does not apply",
        "the templates did not change in this release",
        "confirmed by reviewer",
        "evidence of the gate <code>checklist</code>",
        "The text that was followed is that of this release.",
        "0 errors in the log",
        "&lt;img src=x onerror=window.__pwn=1&gt;",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let twin = std::fs::read_to_string(site.join("releases/v1.1.0/index.json")).expect("the twin is there");
    let twin: serde_json::Value = serde_json::from_str(&twin).expect("it is JSON");
    assert_eq!(twin["facts"]["gates"][0]["id"], "checklist");
    assert_eq!(twin["facts"]["gates"][0]["outcome"], "passed", "{}", twin["facts"]["gates"]);
    assert_eq!(twin["facts"]["state"], "proven", "{}", twin["facts"]["gates"]);
}

/// The folder with the packages and the browser, where there are both.
#[allow(clippy::print_stdout, reason = "what a test skips or finds is said where tests are run")]
pub(crate) fn browser() -> Option<(PathBuf, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let modules = env::var_os("RUNPROOF_MODULES").map_or(folder, PathBuf::from);
    let chromium = env::var_os("RUNPROOF_CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    if !modules.join("node_modules").is_dir() {
        println!("skipped: no packages; run `npm install` in tests/browser");
        return None;
    }
    if !chromium.is_file() {
        println!("skipped: no Chromium at {}; set RUNPROOF_CHROMIUM", chromium.display());
        return None;
    }
    Some((modules, chromium))
}

/// Runs a script over the handbook of this repository, where there is a browser.
#[allow(clippy::print_stdout, reason = "what a test skips or finds is said where tests are run")]
fn in_browser(script: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/browser");
    let Some((modules, chromium)) = browser() else { return };
    let built = tempfile::tempdir().expect("a temporary folder can be made");
    let site = env::var_os("RUNPROOF_SITE").map_or_else(|| build(root, &built.path().join("site")), PathBuf::from);
    let check = Command::new("node")
        .arg(folder.join(script))
        .arg(&site)
        .env("RUNPROOF_MODULES", &modules)
        .env("RUNPROOF_CHROMIUM", &chromium)
        .output()
        .expect("node can be started");
    let said = String::from_utf8_lossy(&check.stdout);
    println!("{said}");
    assert!(check.status.success(), "{said}{}", String::from_utf8_lossy(&check.stderr));
}

/// What people look for in the handbook of this repository comes first. Needs node.
#[test]
fn what_people_look_for_is_found_first() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/browser");
    let built = tempfile::tempdir().expect("a temporary folder can be made");
    let site = build(root, &built.path().join("site"));
    let asked = Command::new("node")
        .arg(folder.join("search.mjs"))
        .arg(&site)
        .arg(folder.join("queries.tsv"))
        .output();
    let Ok(asked) = asked else {
        println!("skipped: there is no node");
        return;
    };
    let said = String::from_utf8_lossy(&asked.stdout);
    println!("{said}");
    assert!(asked.status.success(), "{said}{}", String::from_utf8_lossy(&asked.stderr));
}

/// Builds the handbook of a repository.
fn build(repository: &Path, site: &Path) -> PathBuf {
    let build = Command::new(env!("CARGO_BIN_EXE_runproof"))
        .args(["build", "--quiet", "--repo"])
        .arg(repository)
        .arg("--out")
        .arg(site)
        .output()
        .expect("the program can be started");
    let said = String::from_utf8_lossy(&build.stderr);
    assert!(build.status.success(), "the handbook was not built:\n{said}");
    site.to_owned()
}
