//! What moves, and what goes at once: files, folders, dates and runbooks.

use serde_json::Value;

use crate::support::{Folder, Ran};

const RUNBOOK: &str =
    "# Restore\n\n**Last reviewed:** 2026-01-02\n\n```bash\n./ops/dump.sh\n./ops/restore.sh\n./ops/verify.sh\n```\n";
const SCRIPT: &str = "#!/bin/sh\npsql -c 'select count(*) from orders where created_at > now()'\n";

fn repository() -> Folder {
    let folder = Folder::with(&[
        ("docs/runbooks/restore.md", RUNBOOK),
        ("ops/dump.sh", SCRIPT),
        ("ops/restore.sh", "#!/bin/sh\npg_restore latest.dump\n"),
        ("ops/verify.sh", "#!/bin/sh\npsql -c 'select 1'\n"),
        ("src/app.py", "print(1)\n"),
    ]);
    folder.git(&["checkout", "--quiet", "-b", "change"]);
    folder
}

/// The findings of a run: rule, line and message.
fn findings(ran: &Ran) -> Vec<(String, u64, String)> {
    let value: Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("the output is JSON: {error}\n{}{}", ran.stdout, ran.stderr));
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = value["findings"].as_array().expect("findings are a list");
    let told = |finding: &Value| {
        let line = finding["line"].as_u64().unwrap_or_default();
        (text(finding, "rule"), line, text(finding, "message"))
    };
    findings.iter().map(told).collect()
}

fn broken_lines(folder: &Folder) -> Vec<u64> {
    let ran = folder.run(&["lint", "--format", "json", "--base", "main"]);
    let found = findings(&ran).into_iter().filter(|(rule, ..)| rule == "breaks-runbook");
    found.map(|(_, line, _)| line).collect()
}

#[test]
fn every_script_of_a_runbook_that_goes_at_once_is_told() {
    let folder = repository();
    folder.git(&["rm", "--quiet", "-r", "ops"]);
    folder.git(&["commit", "--quiet", "-m", "Remove the folder"]);
    assert_eq!(broken_lines(&folder), [6, 7, 8]);
}

#[test]
fn a_folder_that_moves_is_told() {
    let folder = repository();
    folder.git(&["mv", "ops", "operations"]);
    folder.git(&["commit", "--quiet", "-m", "Move the folder"]);
    assert_eq!(broken_lines(&folder), [6, 7, 8]);
}

#[test]
fn a_workflow_that_shows_another_name_is_told() {
    let workflow = |name: &str| format!("name: {name}\non: workflow_dispatch\njobs:\n  a:\n    runs-on: x\n    steps: []\n");
    let folder = Folder::with(&[
        (
            "docs/runbooks/deploy.md",
            "# Deploy\n\n**Last reviewed:** 2026-01-02\n\nRun the **Nightly Build** workflow.\n",
        ),
        (".github/workflows/nightly-build.yml", &workflow("Nightly Build")),
    ]);
    folder.git(&["checkout", "--quiet", "-b", "change"]);
    folder.commit("Rename", &[(".github/workflows/nightly-build.yml", &workflow("Night shift"))]);
    assert_eq!(broken_lines(&folder), [5]);
}

#[test]
fn a_date_that_moves_alone_is_told() {
    let folder = repository();
    let moved = RUNBOOK.replace("2026-01-02", "2026-01-20");
    folder.commit("Review", &[("docs/runbooks/restore.md", &moved)]);
    let ran = folder.run(&["lint", "--format", "json", "--base", "main", "--today", "2026-02-01"]);
    let found = findings(&ran);
    let dates: Vec<&str> = found.iter().map(|(rule, ..)| rule.as_str()).collect();
    assert!(dates.contains(&"date-only-changed"), "{}", ran.stdout);
    let told = format!("{moved}\nMind the gap.\n");
    folder.commit("Write", &[("docs/runbooks/restore.md", &told)]);
    let ran = folder.run(&["lint", "--format", "json", "--base", "main", "--today", "2026-02-01"]);
    assert!(
        findings(&ran).iter().all(|(rule, ..)| rule != "date-only-changed"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_move_is_no_edit() {
    let text = "# Restore\n\nCall somebody who knows how the database is restored, and write down what was done.\n";
    let folder = Folder::with(&[("notes/restore.md", text)]);
    folder.git(&["mv", "notes/restore.md", "restore-runbook.md"]);
    folder.git(&["commit", "--quiet", "-m", "Move"]);
    let first = folder.git(&["log", "--reverse", "--format=%as"]);
    let first = first.lines().next().unwrap_or_default().to_owned();
    let ran = folder.run(&["lint", "--format", "json", "--today", "2030-01-01", "restore-runbook.md"]);
    let found = findings(&ran);
    let overdue = found.iter().find(|(rule, ..)| rule == "review-overdue");
    let message = overdue.map_or("", |(_, _, message)| message);
    assert!(message.contains(&format!("last edited on {first}")), "{}", ran.stdout);
}

#[test]
fn a_repository_without_dates_is_told_once() {
    let folder = Folder::with(&[
        ("docs/runbooks/a.md", "# A\n\nCall somebody.\n"),
        ("docs/runbooks/b.md", "# B\n\nCall somebody else.\n"),
    ]);
    let clock = |folder: &Folder| {
        let found = findings(&folder.run(&["lint", "--format", "json", "--today", "2030-01-01"]));
        let of_clock = found.into_iter().filter(|(rule, ..)| rule.starts_with("review-"));
        of_clock.map(|(_, _, message)| message).collect::<Vec<_>>()
    };
    let told = clock(&folder);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("none of the 2 runbooks says when it was last reviewed"),
        "{told:?}"
    );
    folder.commit(
        "Review",
        &[(
            "docs/runbooks/a.md",
            "# A\n\n**Last reviewed:** 2029-12-20\n\nCall somebody.\n",
        )],
    );
    assert_eq!(clock(&folder).len(), 1, "the one without a date");
}

#[test]
fn a_runbook_is_found_at_every_address_it_was_published_at() {
    let text = "# Undo a release\n\n1. Stop the queue and say so in the channel.\n2. Deploy the version before.\n3. Start the queue again.\n";
    let folder = Folder::with(&[
        ("docs/runbooks/undo.md", text),
        ("docs/runbooks/other.md", "# Other\n\nText.\n"),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    folder.git(&["mv", "docs/runbooks/undo.md", "docs/runbooks/rollback.md"]);
    folder.commit(
        "Rename",
        &[("docs/runbooks/rollback.md", &text.replace("again", "again, slowly"))],
    );
    folder.git(&["tag", "v1.1.0"]);
    folder.git(&["rm", "--quiet", "docs/runbooks/other.md"]);
    folder.commit(
        "Another one",
        &[("docs/runbooks/unlike.md", "# Quite another\n\n- one\n- two\n- three\n")],
    );
    let ran = folder.run(&["build", "--today", "2030-01-01"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let redirects: Value = serde_json::from_str(&folder.read("site/redirects.json")).expect("redirects are JSON");
    let pairs: Vec<(&str, &str)> = redirects["redirects"]
        .as_array()
        .expect("redirects are a list")
        .iter()
        .filter_map(|one| Some((one["from"].as_str()?, one["to"].as_str()?)))
        .collect();
    let wanted = [
        ("latest/runbooks/undo/", "latest/runbooks/rollback/"),
        ("next/runbooks/undo/", "next/runbooks/rollback/"),
        ("v1.0.0/runbooks/rollback/", "v1.0.0/runbooks/undo/"),
        ("v1.1.0/runbooks/undo/", "v1.1.0/runbooks/rollback/"),
    ];
    assert_eq!(pairs, wanted, "what is unlike is no rename");
    let page = folder.read("site/latest/runbooks/undo/index.html");
    assert!(page.contains("has another name in v1.1.0"), "{page}");
    assert!(
        page.contains("href=\"../../../latest/runbooks/rollback/index.html\""),
        "{page}"
    );
    assert!(
        folder
            .read("site/runbooks/undo/index.html")
            .contains("Since v1.1.0 it stands at")
    );
}
