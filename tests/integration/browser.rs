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

/// Eight errands of readers, each at most two clicks from the first page, and what pages weigh.
#[test]
fn readers_reach_what_they_came_for() {
    in_browser("errands.mjs");
}

/// Twenty-five questions of an auditor for each product, each with an answer three clicks from the first page, or the reason why not.
#[test]
fn an_auditor_reaches_every_answer() {
    in_browser("auditor.mjs");
}

/// Runs a script over the handbook of this repository, where there is a browser.
#[allow(clippy::print_stdout, reason = "what a test skips or finds is said where tests are run")]
fn in_browser(script: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/browser");
    let modules = env::var_os("RUNPROOF_MODULES").map_or_else(|| folder.clone(), PathBuf::from);
    let chromium = env::var_os("RUNPROOF_CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    if !modules.join("node_modules").is_dir() {
        println!("skipped: no packages; run `npm install` in tests/browser");
        return;
    }
    if !chromium.is_file() {
        println!("skipped: no Chromium at {}; set RUNPROOF_CHROMIUM", chromium.display());
        return;
    }
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
