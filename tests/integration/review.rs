//! What changed since somebody vouched for a runbook, and `runproof review`, on repositories that the tests build.

use std::process::Command;

use crate::support::{Folder, Ran};

const RUNBOOK: &str = "# Release\n\n**Last reviewed:** 2026-01-01\n\nRun `scripts/deploy.sh`.\n\n```bash\nmake build\n```\n";
const SCRIPT: &str = "#!/bin/sh\necho deploy\n";
const MAKEFILE: &str = "build: lint\n\ttrue\nlint:\n\ttrue\n";

fn folder() -> Folder {
    Folder::with(&[
        ("RELEASING.md", RUNBOOK),
        ("scripts/deploy.sh", SCRIPT),
        ("Makefile", MAKEFILE),
    ])
}

/// The findings of a rule, each as its severity and its message.
fn findings(ran: &Ran, rule: &str) -> Vec<String> {
    let value: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{}{}", ran.stdout, ran.stderr));
    let findings = value["findings"].as_array().expect("findings are a list").clone();
    let text = |finding: serde_json::Value| {
        format!(
            "{}: {}",
            finding["severity"].as_str().unwrap_or_default(),
            finding["message"].as_str().unwrap_or_default()
        )
    };
    findings
        .into_iter()
        .filter(|finding| finding["rule"] == rule)
        .map(text)
        .collect()
}

fn drifted(folder: &Folder) -> Vec<String> {
    findings(&folder.run(&["lint", "--format", "json"]), "source-drifted")
}

fn stamp(folder: &Folder) {
    let ran = folder.run(&["review", "RELEASING.md", "--by", "platform", "--yes", "--today", "2026-01-20"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

/// A clone of a folder with options.
fn clone(folder: &Folder, options: &[&str]) -> Folder {
    let copy = Folder::empty();
    let output = Command::new("git")
        .args(["-c", "protocol.file.allow=always", "clone", "--quiet"])
        .args(options)
        .arg(format!("file://{}", folder.path().display()))
        .arg(copy.join("copy"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    copy
}

fn drifted_in_clone(copy: &Folder) -> Vec<String> {
    let path = copy.join("copy").to_string_lossy().into_owned();
    findings(&copy.run(&["lint", "--format", "json", "--repo", &path]), "source-drifted")
}

/// F3.
#[test]
fn an_edit_of_comments_and_form_is_silent() {
    let folder = folder();
    folder.commit("Two", &[("x", "1")]);
    folder.commit("Three", &[("x", "2")]);
    folder.commit(
        "Explain it",
        &[
            ("scripts/deploy.sh", "#!/bin/sh\n# Deploys.\n\necho deploy  # now\n"),
            (
                "Makefile",
                "# All of it.\nbuild:   lint ## Build\n\n\ttrue\n\nlint:\n\t# nothing yet\n\ttrue\n",
            ),
        ],
    );
    assert_eq!(drifted(&folder), Vec::<String>::new());
    let references: serde_json::Value =
        serde_json::from_str(&folder.run(&["refs", "--format", "json", "RELEASING.md"]).stdout).expect("the output is JSON");
    for reference in references["references"].as_array().expect("references are a list") {
        assert_eq!(reference["changed_since_review"], false, "{reference}");
    }
    folder.commit("Deploy twice", &[("scripts/deploy.sh", "#!/bin/sh\necho deploy deploy\n")]);
    let commit = folder.git(&["rev-parse", "--short=7", "HEAD"]);
    assert_eq!(
        drifted(&folder),
        [format!(
            "info: `scripts/deploy.sh` changed in {commit} since the review of 2026-01-01"
        )]
    );
}

#[test]
fn another_target_of_the_same_file_is_silent() {
    let folder = folder();
    folder.commit("Two", &[("x", "1")]);
    folder.commit("Three", &[("x", "2")]);
    folder.commit("Change the other", &[("Makefile", "build: lint\n\ttrue\nlint:\n\tfalse\n")]);
    assert_eq!(drifted(&folder), Vec::<String>::new());
    folder.commit(
        "Change this one",
        &[("Makefile", "build: lint\n\tmake all\nlint:\n\tfalse\n")],
    );
    let found = drifted(&folder);
    let commit = folder.git(&["rev-parse", "--short=7", "HEAD"]);
    assert!(
        found.len() == 1 && found[0].starts_with(&format!("warning: `make build` in `Makefile` changed in {commit} since")),
        "{found:?}"
    );
}

/// F5.
#[test]
fn a_stamp_survives_a_squash_merge_and_a_clone_without_history() {
    let folder = folder();
    folder.git(&["checkout", "--quiet", "-b", "work"]);
    folder.commit("Deploy twice", &[("scripts/deploy.sh", "#!/bin/sh\necho deploy deploy\n")]);
    stamp(&folder);
    folder.commit("Review it", &[]);
    folder.git(&["checkout", "--quiet", "main"]);
    folder.git(&["merge", "--quiet", "--squash", "work"]);
    folder.commit("Squashed", &[]);
    folder.git(&["branch", "-D", "work"]);
    folder.git(&["reflog", "expire", "--expire=now", "--all"]);
    folder.git(&["gc", "--quiet", "--prune=now"]);
    assert_eq!(drifted(&folder), Vec::<String>::new());
    let shallow = clone(&folder, &["--depth=1"]);
    assert_eq!(drifted_in_clone(&shallow), Vec::<String>::new());
    let path = shallow.join("copy").to_string_lossy().into_owned();
    for repo in [folder.path().to_string_lossy().into_owned(), path] {
        let shown = folder
            .run(&["review", "RELEASING.md", "--by", "platform", "--repo", &repo])
            .stdout;
        assert!(
            shown.contains("RELEASING.md: fresh; reviewed on 2026-01-20 by platform"),
            "{shown}"
        );
    }

    folder.commit("Deploy thrice", &[("scripts/deploy.sh", "#!/bin/sh\necho thrice\n")]);
    assert_eq!(drifted(&folder).len(), 1);
    let shallow = drifted_in_clone(&clone(&folder, &["--depth=1"]));
    assert_eq!(
        shallow,
        ["info: `scripts/deploy.sh` changed since the review of 2026-01-20 by platform"]
    );
}

#[test]
fn a_stamp_is_the_only_change_of_the_file() {
    let folder = Folder::repository();
    let text = "\u{FEFF}# Release\r\n\r\n**Last Verified:** 2026-01-01\r\n\r\nRun `scripts/deploy.sh`.\r\n";
    folder.commit("Write it down", &[("RELEASING.md", text), ("scripts/deploy.sh", SCRIPT)]);
    stamp(&folder);
    let stamped = folder.read("RELEASING.md");
    let rest = text.replace("2026-01-01", "2026-01-20");
    let comment = stamped.strip_prefix(&rest).expect("everything else is as it was");
    assert!(
        comment.starts_with(
            "\r\n<!-- runproof-review:\r\non: 2026-01-20\r\nby: \"platform\"\r\nrefs:\r\n  \"path scripts/deploy.sh\": \""
        ),
        "{comment:?}"
    );
    assert_eq!(folder.git(&["status", "--porcelain"]), " M RELEASING.md");
    let again = folder.run(&["review", "RELEASING.md", "--by", "platform", "--yes", "--today", "2026-01-20"]);
    assert_eq!((again.code, folder.read("RELEASING.md")), (0, stamped));
}

#[test]
fn a_review_is_shown_and_not_written_without_consent() {
    let folder = folder();
    let ran = folder.run(&["review", "RELEASING.md", "--by", "platform"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    let ran = folder.run(&[
        "review", "RELEASING.md", "--by", "platform", "--diff", "--today", "2026-01-20",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("-**Last reviewed:** 2026-01-01\n+**Last reviewed:** 2026-01-20\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(folder.read("RELEASING.md"), RUNBOOK);
    assert_eq!(folder.run(&["review", "missing.md", "--by", "platform"]).code, 2);
}

#[test]
fn a_runbook_with_broken_references_is_not_stamped() {
    let folder = folder();
    let text = RUNBOOK.replace("make build", "make gone");
    folder.commit("Name what is not there", &[("RELEASING.md", &text)]);
    let ran = folder.run(&["review", "RELEASING.md", "--by", "platform", "--yes"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(
        ran.stdout.contains("not stamped") && ran.stdout.contains("make-target-missing"),
        "{}",
        ran.stdout
    );
    assert_eq!(folder.read("RELEASING.md"), text);
}

#[test]
fn a_review_shows_what_changed_with_the_commits() {
    let folder = folder();
    stamp(&folder);
    folder.commit("Review it", &[]);
    folder.commit("Deploy twice", &[("scripts/deploy.sh", "#!/bin/sh\necho deploy deploy\n")]);
    let ran = folder.run(&["review", "RELEASING.md", "--by", "platform"]);
    let commit = folder.git(&["rev-parse", "--short=7", "HEAD"]);
    for part in [
        "due soon; reviewed on 2026-01-20 by platform",
        &format!("`scripts/deploy.sh` changed in {commit} (weighs 1)"),
        "Deploy twice",
    ] {
        assert!(ran.stdout.contains(part), "`{part}` is in\n{}", ran.stdout);
    }
}

#[test]
fn a_date_that_is_moved_alone_clears_nothing() {
    let folder = folder();
    for day in 2..5 {
        folder.commit("Wait", &[("x", &day.to_string())]);
    }
    folder.commit("Another recipe", &[("Makefile", "build: lint\n\tmake all\nlint:\n\ttrue\n")]);
    let moved = RUNBOOK.replace("2026-01-01", "2026-01-06");
    folder.commit("Reviewed", &[("RELEASING.md", &moved)]);
    let ran = folder.run(&["lint", "--format", "json"]);
    assert_eq!(findings(&ran, "stamp-without-evidence").len(), 1, "{}", ran.stdout);
    assert_eq!(findings(&ran, "source-drifted").len(), 1, "{}", ran.stdout);
    // An edit of the section that names it is a look.
    folder.commit("Say more", &[("RELEASING.md", &format!("{moved}\nIt takes a while.\n"))]);
    let ran = folder.run(&["lint", "--format", "json"]);
    assert_eq!(findings(&ran, "source-drifted"), Vec::<String>::new());
    assert_eq!(findings(&ran, "stamp-without-evidence"), Vec::<String>::new());
}

#[test]
fn an_edit_of_another_section_clears_nothing() {
    let text = "# Release\n\n**Last reviewed:** 2026-01-01\n\n## Build\n\n```bash\nmake build\n```\n\n## Tell\n\nTell them.\n";
    let folder = Folder::with(&[("RELEASING.md", text), ("Makefile", MAKEFILE)]);
    folder.commit("Two", &[("x", "1")]);
    folder.commit("Three", &[("x", "2")]);
    folder.commit("Another recipe", &[("Makefile", "build: lint\n\tmake all\nlint:\n\ttrue\n")]);
    folder.commit(
        "Tell more",
        &[("RELEASING.md", &text.replace("Tell them.", "Tell them all."))],
    );
    assert_eq!(drifted(&folder).len(), 1);
    folder.commit(
        "Look",
        &[("RELEASING.md", &text.replace("## Build\n", "## Build\n\nOnce.\n"))],
    );
    assert_eq!(drifted(&folder), Vec::<String>::new());
}

#[test]
fn a_trailer_counts_as_a_review() {
    let folder = folder();
    for day in 2..5 {
        folder.commit("Wait", &[("x", &day.to_string())]);
    }
    folder.commit("Another recipe", &[("Makefile", "build: lint\n\tmake all\nlint:\n\ttrue\n")]);
    assert_eq!(drifted(&folder).len(), 1);
    folder.commit(
        "Look\n\nRunbook-Reviewed: RELEASING.md — the steps are as before",
        &[("x", "9")],
    );
    assert_eq!(drifted(&folder), Vec::<String>::new());
    let shown = folder.run(&["review", "RELEASING.md", "--by", "platform"]).stdout;
    assert!(shown.contains("reviewed on 2026-01-06, by the word of a commit"), "{shown}");
}

#[test]
fn a_damaged_stamp_is_reported_and_replaced() {
    let folder = folder();
    stamp(&folder);
    let damaged = folder.read("RELEASING.md").replace("on: 2026-01-20", "on: <<<<<<< ours");
    folder.commit("A merge", &[("RELEASING.md", &damaged)]);
    let ran = folder.run(&["lint", "--format", "json"]);
    assert_eq!(findings(&ran, "stamp-damaged").len(), 1, "{}", ran.stdout);
    stamp(&folder);
    folder.commit("Review it", &[]);
    let ran = folder.run(&["lint", "--format", "json"]);
    assert_eq!(findings(&ran, "stamp-damaged"), Vec::<String>::new());
}

/// F14.
#[test]
fn a_review_around_midnight_is_in_no_zone_in_the_future() {
    for zone in ["+1400", "-1100", "+0000"] {
        let folder = Folder::repository();
        folder.write("RELEASING.md", RUNBOOK.replace("2026-01-01", "2026-02-02"));
        folder.write("scripts/deploy.sh", SCRIPT);
        folder.write("Makefile", MAKEFILE);
        folder.git(&["add", "--all"]);
        let date = format!("2026-02-01T23:30:00{zone}");
        let status = Command::new("git")
            .arg("-C")
            .arg(folder.path())
            .args([
                "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "one",
            ])
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .status()
            .expect("git starts");
        assert!(status.success());
        let ran = folder.run(&["lint", "--format", "json", "--today", "2026-02-01"]);
        for rule in ["review-date-future", "review-overdue", "source-drifted"] {
            assert_eq!(findings(&ran, rule), Vec::<String>::new(), "{zone}");
        }
    }
}

#[test]
fn duties_are_held_to_the_dates_of_the_text() {
    let folder = Folder::with(&[(
        "RUNBOOK.md",
        "# Keys\n\n**Last reviewed:** 2026-01-01\n\n| Key | Interval | Last rotated |\n|---|---|---|\n| Signing | every 90 days | 2025-10-01 |\n| Token | every 90 days | 2026-01-10 |\n| Other | monthly | - |\n",
    )]);
    let ran = folder.run(&["lint", "--format", "json"]);
    assert_eq!(
        findings(&ran, "duty-overdue"),
        ["warning: Signing was due on 2025-12-30, 33 days ago; it was last done on 2025-10-01"]
    );
}

/// F15.
#[test]
fn a_commit_that_only_changed_form_by_the_word_of_the_repository_does_not_count() {
    let folder = folder();
    for day in 2..4 {
        folder.commit("Wait", &[("x", &day.to_string())]);
    }
    let formatted = folder.commit(
        "Format everything",
        &[
            ("scripts/deploy.sh", "#!/bin/sh\n{\n  echo deploy\n}\n"),
            ("Makefile", "build: lint\n\t@true\nlint:\n\ttrue\n"),
        ],
    );
    assert_eq!(drifted(&folder).len(), 2);
    folder.commit(
        "Say which commits to ignore",
        &[(".git-blame-ignore-revs", &format!("# form\n{formatted}\n"))],
    );
    assert_eq!(drifted(&folder), Vec::<String>::new());
    folder.commit(
        "Deploy twice",
        &[("scripts/deploy.sh", "#!/bin/sh\n{\n  echo deploy deploy\n}\n")],
    );
    assert_eq!(drifted(&folder).len(), 1);
}

#[test]
fn an_edit_after_the_stamp_clears_what_its_section_names() {
    let text = "# Release\n\n## Build\n\n```bash\nmake build\n```\n\n## Deploy\n\nRun `scripts/deploy.sh`.\n";
    let folder = Folder::with(&[("RELEASING.md", text), ("scripts/deploy.sh", SCRIPT), ("Makefile", MAKEFILE)]);
    stamp(&folder);
    folder.commit("Review it", &[]);
    folder.commit(
        "Change both",
        &[
            ("scripts/deploy.sh", "#!/bin/sh\necho two\n"),
            ("Makefile", "build: lint\n\tmake all\nlint:\n\ttrue\n"),
        ],
    );
    assert_eq!(drifted(&folder).len(), 2);
    let stamped = folder.read("RELEASING.md");
    folder.commit(
        "Say it takes a while",
        &[(
            "RELEASING.md",
            &stamped.replace("## Deploy\n", "## Deploy\n\nIt takes a while.\n"),
        )],
    );
    let found = drifted(&folder);
    assert!(found.len() == 1 && found[0].contains("make build"), "{found:?}");
}

#[test]
fn what_is_not_committed_yet_counts_in_the_worktree() {
    let folder = folder();
    for day in 2..4 {
        folder.commit("Wait", &[("x", &day.to_string())]);
    }
    let drifted = |folder: &Folder| findings(&folder.run(&["lint", "--worktree", "--format", "json"]), "source-drifted");
    folder.commit("Another recipe", &[("Makefile", "build: lint\n\tmake all\nlint:\n\ttrue\n")]);
    assert_eq!(drifted(&folder).len(), 1);
    folder.write("RELEASING.md", RUNBOOK.replace("Run `", "First run `"));
    assert_eq!(drifted(&folder), Vec::<String>::new(), "an edit of the section is a look");
    folder.write("RELEASING.md", RUNBOOK.replace("2026-01-01", "2026-01-05"));
    assert_eq!(drifted(&folder).len(), 1, "a moved date is none");
    stamp(&folder);
    assert_eq!(drifted(&folder), Vec::<String>::new());
    folder.commit("Review it", &[]);
    folder.write("Makefile", "build: lint\n\tmake everything\nlint:\n\ttrue\n");
    assert_eq!(
        drifted(&folder),
        ["warning: `make build` in `Makefile` changed since the review of 2026-01-20 by platform: recipe"]
    );
}

#[test]
fn each_runbook_is_told_the_commits_since_its_own_review() {
    let text = |day: &str| format!("# Runbook\n\n**Last reviewed:** 2026-01-{day}\n\n```bash\nmake build\n```\n");
    let folder = Folder::with(&[("docs/runbooks/a.md", &text("01")), ("Makefile", MAKEFILE)]);
    folder.commit("Wait", &[("x", "2")]);
    folder.commit("Wait", &[("x", "3")]);
    let first = folder.commit("One", &[("Makefile", "build: lint\n\tmake one\nlint:\n\ttrue\n")]);
    folder.commit("Write another", &[("docs/runbooks/b.md", &text("05"))]);
    folder.commit("Wait", &[("x", "6")]);
    let second = folder.commit("Two", &[("Makefile", "build: lint\n\tmake two\nlint:\n\ttrue\n")]);
    let found = drifted(&folder);
    let (first, second) = (&first[..7], &second[..7]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains(&format!("changed in {second}, {first} since the review of 2026-01-01")),
        "{found:?}"
    );
    assert!(
        found[1].contains(&format!("changed in {second} since the review of 2026-01-05")),
        "{found:?}"
    );
}
