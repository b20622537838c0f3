//! What became of what a runbook names, as history tells it.

use crate::support::Folder;

/// The findings of `runproof lint`, one line each: rule, line, message.
fn findings(folder: &Folder) -> Vec<String> {
    let ran = folder.run(&["lint", "--format", "json", "--today", "2026-06-15"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{}", ran.stderr));
    let findings = value["findings"].as_array().expect("findings are a list");
    let shown = |finding: &serde_json::Value| {
        format!(
            "{}:{} {}",
            finding["rule"].as_str().unwrap_or_default(),
            finding["line"],
            finding["message"].as_str().unwrap_or_default()
        )
    };
    findings.iter().map(shown).collect()
}

#[test]
fn moved_deleted_and_unknown_paths_are_told_apart() {
    let script = "#!/bin/sh\nset -eu\necho restore the database from the newest backup\necho done\n";
    let runbook = "# Release\n\n```bash\n./scripts/restore.sh\nbash scripts/old.sh\nmake ship\nmake build\n```\n\nSee `scripts/never/x.md`.\n";
    let folder = Folder::repository();
    folder.commit(
        "Begin",
        &[
            ("RELEASING.md", runbook),
            ("scripts/restore.sh", script),
            ("scripts/old.sh", "echo old\n"),
            ("scripts/kept.sh", "echo kept\n"),
            ("Makefile", "build:\n\ttrue\nship:\n\ttrue\n"),
        ],
    );
    folder.git(&["mv", "scripts/restore.sh", "scripts/restore-database.sh"]);
    folder.git(&["rm", "-q", "scripts/old.sh"]);
    folder.commit("Tidy up", &[("Makefile", "build:\n\ttrue\n")]);
    let commit = folder.git(&["rev-parse", "HEAD"]).trim()[..7].to_owned();
    let found = findings(&folder);
    for part in [
        format!(
            "path-moved:4 `./scripts/restore.sh` is not there any more, renamed to `scripts/restore-database.sh` in `{commit}`"
        ),
        format!("path-missing:5 `scripts/old.sh` is not in the repository, deleted in `{commit}`"),
        format!("make-target-missing:6 `ship` is no target of `Makefile`, removed in `{commit}`"),
        "path-missing:10 `scripts/never/x.md` is not in the repository, and never was in its history".to_owned(),
    ] {
        assert!(
            found.iter().any(|line| line.starts_with(&part)),
            "`{part}` is among {found:#?}"
        );
    }
}

#[test]
fn a_shallow_clone_claims_nothing_about_the_past() {
    let folder = Folder::repository();
    folder.commit(
        "Begin",
        &[("RELEASING.md", "# Release\n\n    bash\n"), ("scripts/old.sh", "echo old\n")],
    );
    folder.git(&["rm", "-q", "scripts/old.sh"]);
    folder.commit(
        "Go on",
        &[
            (
                "RELEASING.md",
                "# Release\n\n```bash\nbash scripts/kept.sh\nbash scripts/old.sh\n```\n",
            ),
            ("scripts/kept.sh", "echo kept\n"),
        ],
    );
    let clone = Folder::empty();
    let address = format!("file://{}", folder.path().display());
    clone.git(&["clone", "-q", "--depth", "1", &address, "app"]);
    let path = clone.join("app").to_string_lossy().into_owned();
    let ran = clone.run(&["lint", "--repo", &path, "--format", "concise"]);
    assert!(
        ran.stdout.contains("`scripts/old.sh` is not in the repository\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_edit_behind_the_declared_day_is_told_and_a_reflow_is_not() {
    let folder = Folder::repository();
    let head = "# Release\n\n**Last Updated:** 2025-12-20\n\n";
    folder.commit(
        "Begin",
        &[("RELEASING.md", &format!("{head}Stop the workers, then deploy.\n"))],
    );
    folder.commit(
        "Reflow",
        &[("RELEASING.md", &format!("{head}Stop the workers,\nthen deploy.\n"))],
    );
    assert!(!findings(&folder).iter().any(|line| line.starts_with("stamp-behind-edit")));
    folder.commit(
        "Edit",
        &[(
            "RELEASING.md",
            &format!("{head}Stop the workers and the beat,\nthen deploy.\n"),
        )],
    );
    let found = findings(&folder);
    let line = found.iter().find(|line| line.starts_with("stamp-behind-edit:3 "));
    assert!(
        line.is_some_and(|line| line.contains("`Last Updated` says 2025-12-20")),
        "{found:#?}"
    );
}
