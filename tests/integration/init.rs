//! `init`: what it writes for a repository with nothing, with runbooks and gates, with tags; what it never touches.

use crate::support::{Folder, Ran};

fn init(folder: &Folder, arguments: &[&str]) -> Ran {
    let mut all = vec!["init"];
    all.extend(arguments);
    folder.run(&all)
}

#[test]
fn a_repository_with_nothing_gets_a_runbook_that_lint_finds_nothing_wrong_with() {
    let folder = Folder::repository();
    let ran = init(&folder, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.read("docs/runbooks/release.md").contains("\n# Release "));
    assert!(folder.read(".gitignore").contains("/site/"));
    assert!(!folder.join(".github").exists(), "nobody said which forge it is");
    assert!(
        ran.stderr.contains("no file for CI") && ran.stderr.contains("--forge github"),
        "{}",
        ran.stderr
    );
    folder.commit("Begin a handbook", &[]);
    let ran = folder.run(&["lint", "--format", "json", "--today", "2026-01-02"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(!ran.stdout.contains("\"error\""), "{}", ran.stdout);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.read("site/index.html").contains("handbook"));
}

#[test]
fn what_texts_ask_for_and_what_tags_tell_stands_in_the_settings_as_comments() {
    let folder = Folder::with(&[
        (
            "docs/runbooks/release.md",
            "# Release\n\n| Gate | Demand | Evidence |\n|---|---|---|\n| Coverage | lines ≥ 80 % | cobertura.xml |\n",
        ),
        ("CHANGELOG.md", "# Changelog\n\n## 1.0.0 - 2026-01-01\n\n- First\n"),
        (".github/workflows/ci.yml", "on: push\njobs: {}\n"),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    let ran = init(&folder, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let settings = folder.read("runproof.toml");
    for words in [
        "#   docs/runbooks/release.md  (by ",
        "One tag is a version, the newest v1.0.0.",
        "# changelogs = [\"CHANGELOG.md\"]",
        "# [[gates]]\n# id = \"coverage\"",
        "# at-least = { \"lines\" = 80 }",
    ] {
        assert!(settings.contains(words), "{words}\n{settings}");
    }
    let workflow = folder.read(".github/workflows/handbook.yml");
    assert!(workflow.contains("branches: [\"main\"]"), "{workflow}");
    // The proposals are sound: with their marks taken away the settings are read, and the gate is there.
    let chosen: String = settings
        .lines()
        .skip_while(|line| !line.starts_with("# [[gates]]"))
        .map(|line| format!("{}\n", line.trim_start_matches("# ")))
        .collect();
    folder.write("runproof.toml", chosen);
    let ran = folder.run(&["config", "show"]);
    assert!(
        ran.stdout.contains("gates[0].id = \"coverage\""),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn what_is_there_is_left_as_it_is_and_a_dry_run_writes_nothing() {
    let folder = Folder::with(&[("runproof.toml", "title = \"Ours\"\n"), (".gitlab-ci.yml", "stages: []\n")]);
    let ran = init(&folder, &["--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("--- .gitlab/runproof.yml\n"), "{}", ran.stdout);
    assert_eq!(folder.git(&["status", "--porcelain"]), "");
    let ran = init(&folder, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("kept  runproof.toml"), "{}", ran.stderr);
    assert_eq!(folder.read("runproof.toml"), "title = \"Ours\"\n");
    assert!(folder.join(".gitlab/runproof.yml").exists());
    let again = init(&folder, &[]);
    assert!(!again.stderr.contains("wrote"), "{}", again.stderr);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_leads_nowhere() {
    let outside = Folder::empty();
    for link in ["docs", ".github", "docs/runbooks", ".github/workflows"] {
        let folder = Folder::repository();
        let place = folder.join(link);
        std::fs::create_dir_all(place.parent().expect("it has a folder")).expect("the folder can be made");
        std::os::unix::fs::symlink(outside.path(), &place).expect("the link can be made");
        let _ = init(&folder, &["--forge", "github"]);
        let found = std::fs::read_dir(outside.path()).expect("the folder can be read").count();
        assert_eq!(found, 0, "{link}");
    }
}
