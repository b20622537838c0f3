//! What a change takes out of sight: by its settings, by removing a runbook, by quietening the check.

use crate::change::{changed, lint};
use crate::support::Folder;

const RESTORE: &str = "# Restore\n\n```bash\nbash scripts/restore.sh\n```\n";
const RELEASE: &str =
    "# Release\n\n| Gate | Threshold | Evidence |\n|---|---|---|\n| Coverage | lines >= 80 % | `lcov.info` |\n\n1. Tag it.\n";
const SETTINGS: &str = "title = \"x\"\n";

fn repository() -> Folder {
    let folder = Folder::with(&[
        ("docs/runbooks/restore.md", RESTORE),
        ("docs/runbooks/release.md", RELEASE),
        ("scripts/restore.sh", "#!/bin/sh\n"),
        ("runproof.toml", SETTINGS),
        ("releases/v1.0.0/record.json", "{}"),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    folder.git(&["checkout", "--quiet", "-b", "change"]);
    folder
}

/// The findings of one rule: severity, path and line.
fn told(folder: &Folder, rule: &str) -> Vec<(String, String, u64)> {
    let found = changed(folder).into_iter().filter(|(found, ..)| found == rule);
    found.map(|(_, severity, path, line)| (severity, path, line)).collect()
}

#[test]
fn settings_that_no_longer_let_something_be_judged_are_told() {
    let at = |severity: &str, line: u64| vec![(severity.to_owned(), "runproof.toml".to_owned(), line)];
    for (settings, expected) in [
        ("exclude = [\"docs/runbooks/restore.md\"]\n", at("warning", 2)),
        ("runbooks = [\"docs/runbooks/release.md\"]\n", at("warning", 2)),
        ("releases = \"records\"\n", at("error", 2)),
        ("tags = \"v2*\"\n", at("error", 2)),
        // The change must not quieten what is said of it.
        (
            "exclude = [\"docs/runbooks/restore.md\"]\n[rules]\ncheck-loosened = \"off\"\n",
            [at("warning", 2), at("warning", 4)].concat(),
        ),
        (
            "runbooks = [\"docs/runbooks/*.md\", \"ops/*.md\"]\ntags = \"*\"\n",
            Vec::new(),
        ),
    ] {
        let folder = repository();
        folder.commit("Set it", &[("runproof.toml", format!("{SETTINGS}{settings}").as_str())]);
        let mut found = told(&folder, "check-loosened");
        found.sort_by_key(|(_, _, line)| *line);
        assert_eq!(found, expected, "{settings}");
    }
}

#[test]
fn a_runbook_that_goes_is_told_by_what_goes_with_it() {
    let of = |severity: &str, path: &str| vec![(severity.to_owned(), path.to_owned(), 0)];
    let folder = repository();
    folder.git(&["rm", "--quiet", "docs/runbooks/restore.md"]);
    folder.commit("Remove it", &[]);
    assert_eq!(told(&folder, "runbook-removed"), of("info", "docs/runbooks/restore.md"));

    let folder = repository();
    folder.git(&["rm", "--quiet", "docs/runbooks/release.md"]);
    folder.commit("Remove it", &[]);
    assert_eq!(
        told(&folder, "runbook-removed"),
        of("error", "docs/runbooks/release.md"),
        "a gate goes with it"
    );

    let folder = repository();
    folder.git(&["rm", "--quiet", "docs/runbooks/release.md"]);
    folder.commit(
        "Say it elsewhere",
        &[("docs/runbooks/restore.md", &format!("{RESTORE}\n{RELEASE}"))],
    );
    assert_eq!(
        told(&folder, "runbook-removed"),
        of("info", "docs/runbooks/release.md"),
        "the gate is still declared"
    );

    let folder = repository();
    folder.git(&["mv", "docs/runbooks/restore.md", "docs/old.md"]);
    folder.commit("Move it away", &[]);
    assert_eq!(told(&folder, "runbook-removed"), of("warning", "docs/runbooks/restore.md"));

    let folder = repository();
    folder.git(&["mv", "docs/runbooks/restore.md", "docs/runbooks/get-back.md"]);
    folder.commit("Rename it", &[]);
    assert!(told(&folder, "runbook-removed").is_empty(), "it is a runbook still");
}

#[test]
fn a_change_is_told_no_state_that_was_not_looked_at() {
    let folder = repository();
    folder.commit(
        "Date it",
        &[(
            "docs/runbooks/restore.md",
            &format!("---\nreviewed: 2999-01-01\n---\n{RESTORE}"),
        )],
    );
    let ran = lint(&folder, &["--base", "main"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert!(value["summary"]["states"].get("fresh").is_none(), "{value:#}");
    assert_eq!(
        told(&folder, "review-date-future"),
        [("error".to_owned(), "docs/runbooks/restore.md".to_owned(), 2)]
    );
    assert_eq!(ran.code, 1, "the change brings it");
    let plain = folder.run(&["lint", "--base", "main", "--rev", "main"]);
    assert!(
        plain.stdout.contains("the change breaks nothing"),
        "{}{}",
        plain.stdout,
        plain.stderr
    );
}
