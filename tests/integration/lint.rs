//! `runproof lint` and `runproof refs` as their users meet them.

use crate::support::{Folder, run};

const RUNBOOK: &str = "# Release\n\n**Last reviewed:** 2026-01-02\n\n```bash\nmake build\nmake ship\n```\n\nSee `docs/gone.md` and [the rest](docs/there.md#nowhere).\n";

fn folder() -> Folder {
    Folder::with(&[
        ("RELEASING.md", RUNBOOK),
        ("Makefile", "build:\n\ttrue\n"),
        ("docs/there.md", "# There\n"),
    ])
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("the output is JSON: {error}\n{text}"))
}

#[test]
fn findings_point_at_the_words() {
    let ran = folder().run(&["lint"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for part in [
        "make-target-missing", "RELEASING.md:7:", "make ship", "^", "anchor-missing", "path-missing",
    ] {
        assert!(ran.stdout.contains(part), "`{part}` is in the output:\n{}", ran.stdout);
    }
}

#[test]
fn the_json_is_as_published() {
    let ran = folder().run(&["lint", "--format", "json", "RELEASING.md"]);
    let value = json(&ran.stdout);
    assert_eq!(value["schema"], "runproof-lint/1");
    let findings = value["findings"].as_array().expect("findings are a list");
    let target = findings
        .iter()
        .find(|finding| finding["rule"] == "make-target-missing")
        .expect("the missing target is found");
    assert_eq!(
        (target["severity"].as_str(), target["path"].as_str(), target["line"].as_u64()),
        (Some("error"), Some("RELEASING.md"), Some(7))
    );
    assert!(target["reference"].as_str().is_some_and(|words| words.contains("ship")));
    assert!(value["summary"].is_object());
}

#[test]
fn references_are_listed_with_their_status() {
    let ran = folder().run(&["refs", "--format", "json", "RELEASING.md"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let value = json(&ran.stdout);
    let references = value["references"].as_array().expect("references are a list");
    let status = |text: &str| {
        let found = references
            .iter()
            .find(|reference| reference["text"].as_str().is_some_and(|words| words.contains(text)));
        found
            .and_then(|reference| reference["status"].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(
        (status("build"), status("ship"), status("docs/gone.md")),
        ("resolved".into(), "broken".into(), "broken".into())
    );
}

#[test]
fn older_revisions_and_the_worktree_are_judged() {
    let folder = folder();
    folder.commit(
        "Repair it",
        &[(
            "RELEASING.md",
            "# Release\n\n**Last reviewed:** 2026-01-02\n\n```bash\nmake build\n```\n",
        )],
    );
    assert_eq!(folder.run(&["lint"]).code, 0);
    assert_eq!(folder.run(&["lint", "--rev", "HEAD~1"]).code, 1);
    folder.write("RELEASING.md", RUNBOOK);
    assert_eq!(folder.run(&["lint"]).code, 0, "what is not committed is not judged");
    assert_eq!(folder.run(&["lint", "--worktree"]).code, 1);
}

#[test]
fn changes_since_the_review_are_known() {
    let folder = Folder::with(&[
        (
            "RELEASING.md",
            "# Release\n\n**Last reviewed:** 2026-01-02\n\nSee `docs/there.md` and `docs/other.md`.\n",
        ),
        ("docs/there.md", "a\n"),
        ("docs/other.md", "b\n"),
    ]);
    folder.commit("Two", &[("x", "1")]);
    folder.commit("Three", &[("x", "2")]);
    folder.commit("Change it", &[("docs/there.md", "changed\n")]);
    let value = json(&folder.run(&["refs", "--format", "json", "RELEASING.md"]).stdout);
    let changed = |text: &str| {
        let references = value["references"].as_array().expect("references are a list").clone();
        references
            .into_iter()
            .find(|reference| reference["text"] == text)
            .map(|reference| reference["changed_since_review"].clone())
    };
    assert_eq!(changed("docs/there.md"), Some(true.into()));
    assert_eq!(changed("docs/other.md"), Some(false.into()));
}

#[test]
fn exit_codes_tell_what_happened() {
    let folder = folder();
    assert_eq!(folder.run(&["lint", "--fail-on", "never"]).code, 0);
    assert_eq!(folder.run(&["lint", "missing.md"]).code, 2);
    let absent = folder.run(&["lint", "--rev", "0123456789"]);
    assert_eq!(absent.code, 3, "{}", absent.stderr);
    folder.write("runproof.toml", "titel = \"x\"\n");
    let wrong = folder.run(&["lint"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("runproof.toml:1:1") && wrong.stderr.contains("did you mean `title`?"),
        "{}",
        wrong.stderr
    );
    assert_eq!(run(&["lint", "--no-such-option"]).code, 2);
    assert_eq!(run(&["--help"]).code, 0);
}

#[test]
fn a_folder_stands_for_the_runbooks_below_it() {
    let page = "# Restore\n\nLast reviewed: 2026-11-01\n\nSee [the list](gone.md).\n";
    let folder = Folder::with(&[
        (
            "runproof.toml",
            "[[products]]\nid = \"a\"\nname = \"A\"\nroot = \"a\"\n\n[[products]]\nid = \"b\"\nname = \"B\"\nroot = \"b\"\n",
        ),
        ("a/runbooks/restore.md", page),
        ("b/runbooks/restore.md", page),
        ("b/notes/2026.md", page),
    ]);
    let judged = |arguments: &[&str]| -> Vec<String> {
        let value = json(&folder.run(&[&["lint", "--format", "json"], arguments].concat()).stdout);
        let findings = value["findings"].as_array().expect("findings");
        let told = findings.iter().filter(|finding| finding["rule"] == "link-broken");
        let paths = told.map(|finding| finding["path"].as_str().unwrap_or_default().to_owned());
        paths.collect()
    };
    let both = ["a/runbooks/restore.md", "b/runbooks/restore.md"];
    assert_eq!(judged(&["."]), both);
    assert_eq!(judged(&["a", "b/runbooks/"]), both);
    assert_eq!(judged(&["b"]), both[1..]);
    assert_eq!(
        judged(&["b/notes"]),
        ["b/notes/2026.md"],
        "no runbook is below it, so every page is meant"
    );
    assert_eq!(
        judged(&["b", "b/notes/2026.md"]),
        ["b/notes/2026.md", "b/runbooks/restore.md"]
    );
}

#[test]
fn control_characters_of_files_never_reach_the_terminal() {
    let folder = Folder::with(&[
        (
            "RELEASING.md",
            "# Release\n\n```bash\nmake \u{1b}[2Jship\n```\n\n`docs/\u{1b}]52;c;aGk=\u{7}.md`\n",
        ),
        ("Makefile", "a:\n\ttrue\n"),
        ("docs/a.md", "a\n"),
    ]);
    for arguments in [["lint", "--fail-on", "never"], ["refs", "RELEASING.md", "--quiet"]] {
        let ran = folder.run(&arguments);
        assert!(
            !ran.stdout.contains('\u{1b}') && !ran.stdout.contains('\u{7}'),
            "{:?}",
            ran.stdout
        );
    }
}

#[test]
fn settings_are_shown_with_their_origin() {
    let folder = folder();
    folder.write("runproof.toml", "title = \"Ops\"\n\n[freshness]\ncritical-days = 30\n");
    let ran = folder.run(&["config", "show"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let line = |key: &str| {
        ran.stdout
            .lines()
            .find(|line| line.starts_with(key))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(line("title").ends_with("# runproof.toml:1"), "{}", ran.stdout);
    assert!(line("freshness.critical-days").ends_with("# runproof.toml:4"));
    assert!(line("freshness.high-days").ends_with("# default"));
}

#[test]
fn unknown_rules_in_the_settings_are_named() {
    let folder = folder();
    folder.write("runproof.toml", "[rules]\npath-mising = \"off\"\n");
    let ran = folder.run(&["lint", "--fail-on", "never"]);
    assert!(
        ran.stderr.contains("path-mising") && ran.stderr.contains("path-missing"),
        "{}",
        ran.stderr
    );
}

#[test]
fn rules_can_be_switched_off() {
    let folder = folder();
    folder.write(
        "runproof.toml",
        "[rules]\nmake-target-missing = \"off\"\nanchor-missing = \"info\"\npath-missing = \"off\"\n",
    );
    let ran = folder.run(&["lint"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

#[test]
fn rules_are_explained() {
    let ran = run(&["explain", "path-missing"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("Why it matters") && ran.stdout.contains("How to fix it"));
    let wrong = run(&["explain", "path-mising"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `path-missing`?"));
}

#[test]
fn artifacts_are_inspected() {
    let folder = Folder::empty();
    folder.write("junit.xml", "<testsuite tests=\"2\" failures=\"0\"><testcase name=\"a\"/><testcase name=\"b\"><failure message=\"no\"/></testcase></testsuite>");
    let path = folder.join("junit.xml").to_string_lossy().into_owned();
    let ran = run(&["inspect", "--format", "json", &path]);
    let value = json(&ran.stdout);
    assert_eq!(value["files"][0]["format"], "junit");
    assert_eq!(value["files"][0]["content"]["tests"]["failures"], 1);
    assert_eq!(ran.code, 1, "the counts contradict each other");
}

#[test]
fn gates_are_shown_in_every_form() {
    let folder = Folder::with(&[(
        "RELEASING.md",
        "# Releasing\n\n## Gates\n\n| Gate | Demand | Evidence |\n|---|---|---|\n| Coverage | lines ≥ 80 % | `lcov.info` |\n\n## Before\n\n- [ ] Tell the team\n- [ ] `npm run lint`\n",
    )]);
    let ran = folder.run(&["gates"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("7  threshold  lines >= 80 %  (declared)"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("12  gate       npm run lint  (read from the text, line 12)"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("1 box that a person attests"), "{}", ran.stdout);
    let value = json(&folder.run(&["gates", "RELEASING.md", "--format", "json"]).stdout);
    assert_eq!(value["gates"][1]["op"], ">=");
    assert!(
        folder
            .run(&["gates", "--as", "table"])
            .stdout
            .contains("| Coverage | lines >= 80 % | `lcov.info` |")
    );
    assert!(
        folder
            .run(&["gates", "--as", "toml"])
            .stdout
            .contains("at-least = { \"lines\" = 80 }")
    );
    assert_eq!(folder.run(&["gates", "NONE.md"]).code, 2);
}

#[test]
fn the_root_of_a_product_that_is_not_there_is_no_success() {
    let settings = |root: &str| format!("[[products]]\nid = \"a\"\n[[products]]\nid = \"b\"\nroot = \"{root}\"\n");
    let runbook = "# Release\n\nOwner: ops\nLast reviewed: 2026-01-20\n\n1. Ship it\n";
    let folder = Folder::with(&[
        ("RELEASING.md", runbook),
        ("services/api/RELEASING.md", runbook),
        ("runproof.toml", &settings("services/apj")),
    ]);
    for command in ["lint", "build"] {
        let ran = folder.run(&[command]);
        assert_eq!(ran.code, 3, "{command}: {}", ran.stderr);
        let named = ran
            .stderr
            .contains("the root `services/apj` of the product `b` is not in the repository");
        assert!(named && ran.stderr.contains("did you mean `services/api`?"), "{}", ran.stderr);
    }
    folder.commit("Mend it", &[("runproof.toml", &settings("services/api"))]);
    let ran = folder.run(&["lint"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}
