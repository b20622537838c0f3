//! Two clocks: what a release said never changes, and the page that people follow speaks of today.

use crate::support::Folder;

/// A release whose runbook was right on its day, and a main branch that has gone on.
fn gone_on() -> Folder {
    let runbook = "---\nlast_reviewed_on: 2026-01-01\nreview_in: 3 months\n---\n\n# Roll back\n\n## Steps\n\n1. Undo it:\n\n   ```sh\n   make undo\n   ```\n";
    let folder = Folder::with(&[
        ("Makefile", "undo:\n\t./back.sh\n"),
        ("back.sh", "#!/bin/sh\n"),
        ("docs/runbooks/rollback.md", runbook),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    folder.commit(
        "Call it revert",
        &[
            ("Makefile", "revert:\n\t./back.sh\n"),
            ("docs/runbooks/rollback.md", &runbook.replace("make undo", "make revert")),
        ],
    );
    folder
}

/// The twin of a page.
fn twin(folder: &Folder, page: &str) -> serde_json::Value {
    serde_json::from_str(&folder.read(&format!("site/{page}/index.json"))).expect("the twin is JSON")
}

#[test]
fn latest_speaks_of_today_and_the_edition_of_its_day() {
    let folder = gone_on();
    let built = folder.run(&["build"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    let latest = twin(&folder, "latest/runbooks/rollback");
    assert_eq!(latest["facts"]["freshness"]["state"], "broken");
    assert_eq!(latest["facts"]["as_released"]["state"], "fresh");
    let edition = twin(&folder, "v1.0.0/runbooks/rollback");
    assert_eq!(edition["facts"]["freshness"]["state"], "fresh");
    assert!(
        edition["facts"].get("as_released").is_none(),
        "an old edition knows one clock"
    );
    let page = folder.read("site/latest/runbooks/rollback/index.html");
    assert!(page.contains("Copy anyway"), "the step is marked where it stands");
    assert!(
        page.contains("../../../next/runbooks/rollback/index.html"),
        "the text on main is one click away"
    );
    let home = folder.read("site/index.html");
    assert!(home.contains("Broken"), "whoever has to act is told on the first page");
}

#[test]
fn two_years_later_nothing_is_green() {
    let folder = gone_on();
    let built = folder.run(&["build", "--today", "2028-02-01"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    let latest = twin(&folder, "latest/runbooks/rollback");
    assert_eq!(latest["facts"]["freshness"]["state"], "broken");
    assert_eq!(
        twin(&folder, "next/runbooks/rollback")["facts"]["freshness"]["state"],
        "stale"
    );
    assert_eq!(twin(&folder, "latest")["facts"]["runbooks"][0]["state"], "broken");
    for page in [
        "index.html",
        "next/index.html",
        "next/runbooks/rollback/index.html",
        "latest/index.html",
        "freshness/index.html",
    ] {
        let text = folder.read(&format!("site/{page}"));
        assert!(!text.contains("class=\"st pass\""), "{page} shows something green");
    }
    let text = folder.read("site/latest/runbooks/rollback/index.html");
    let greens = text.matches("class=\"st pass\"").count();
    assert_eq!(greens, 1, "only the word of the day of the release is green");
    assert!(text.contains("<div class=\"then\">"), "and it stands under its own clock");
}

#[test]
fn a_day_and_a_commit_later_the_old_edition_says_the_same() {
    let folder = gone_on();
    assert_eq!(folder.run(&["build"]).code, 0);
    let before = twin(&folder, "v1.0.0/runbooks/rollback");
    let files = [("Makefile", "other:\n\ttrue\n"), (".gitignore", "site/\n")];
    folder.commit("Go on", &files);
    assert_eq!(folder.run(&["build", "--today", "2026-03-01"]).code, 0);
    assert_eq!(before, twin(&folder, "v1.0.0/runbooks/rollback"));
}

/// Every file of the editions of releases, of what they are compared in, and of their evidence.
fn of_releases(folder: &Folder) -> std::collections::BTreeMap<String, Vec<u8>> {
    let is_old = |path: &str| path.starts_with('v') || path.starts_with("compare/v");
    folder.files("site").into_iter().filter(|(path, _)| is_old(path)).collect()
}

#[test]
fn nothing_that_comes_later_changes_a_file_of_an_older_edition() {
    let folder = gone_on();
    let other = "# Deploy\n\nSee [the way back](rollback.md).\n\n1. Ship it\n\n   ```sh\n   ./back.sh\n   ```\n";
    folder.commit("Deploy", &[("docs/runbooks/deploy.md", other), (".gitignore", "site/\n")]);
    folder.git(&["tag", "v1.1.0"]);
    folder.commit("Go on", &[("back.sh", "#!/bin/sh\nexit 0\n")]);
    assert_eq!(folder.run(&["build"]).code, 0);
    let before = of_releases(&folder);
    assert!(
        before.contains_key("v1.0.0/runbooks/rollback/index.html") && before.contains_key("compare/v1.0.0...v1.1.0/index.html")
    );
    let check = |what: &str| {
        let after = of_releases(&folder);
        let changed: Vec<&String> = before
            .iter()
            .filter(|(path, bytes)| after.get(*path) != Some(bytes))
            .map(|(path, _)| path)
            .collect();
        assert!(changed.is_empty(), "{what} changes {changed:?}");
        after
    };
    folder.commit(
        "One line",
        &[("docs/runbooks/deploy.md", &other.replace("Ship it", "Ship it now"))],
    );
    assert_eq!(folder.run(&["build"]).code, 0);
    check("a line on the main branch");
    assert_eq!(folder.run(&["build", "--today", "2026-02-02"]).code, 0);
    check("a day");
    folder.commit("A new runbook", &[("docs/runbooks/restore.md", "# Restore\n\n1. Wait\n")]);
    folder.git(&["tag", "v1.2.0"]);
    folder.commit("Go on", &[("docs/runbooks/restore.md", "# Restore\n\n1. Wait longer\n")]);
    assert_eq!(folder.run(&["build", "--today", "2026-02-03"]).code, 0);
    let after = check("a release");
    let added: Vec<&String> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    assert!(
        added.iter().all(|path| path.contains("v1.2.0")),
        "nothing is added to older editions: {added:?}"
    );
    assert!(
        folder
            .read("site/runbooks/rollback/later.js")
            .contains("\"version\":\"v1.2.0\""),
        "a file beside them tells of it"
    );
}
