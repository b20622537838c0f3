//! Records that are contradicted: what was altered is told on the page of its release, and never looks as if it were in order.

use sha2::{Digest as _, Sha256};

use crate::support::Folder;

const REPORT: &str = "<testsuite name=\"s\" tests=\"1\"><testcase classname=\"a\" name=\"b\"/></testsuite>";

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Records v1.0.0 and v1.1.0 with one passing gate; the second one is chained to the first one.
fn recorded() -> Folder {
    let folder = Folder::repository();
    let commit = folder.commit("Write it", &[("RELEASING.md", "# Release\n\n1. Ship it\n")]);
    let commit = commit.trim();
    let mut prev = "null".to_owned();
    for (version, day) in [("v1.0.0", "02"), ("v1.1.0", "03")] {
        let record = format!(
            "{{\"schema\":\"runproof-record/1\",\"version\":\"{version}\",\"commit\":\"{commit}\",\"released\":\"2026-01-{day}T10:00:00Z\",\"outcome\":\"shipped\",\
             \"gates\":[\"unit\"],\"prev\":{prev},\"files\":[{{\"path\":\"evidence/unit/junit.xml\",\"sha256\":\"{}\",\"bytes\":{},\"gate\":\"unit\"}}]}}",
            digest(REPORT),
            REPORT.len()
        );
        prev = format!("\"{}\"", digest(&record));
        folder.write(&format!("releases/{version}/record.json"), record);
        folder.write(&format!("releases/{version}/evidence/unit/junit.xml"), REPORT);
    }
    folder.commit("Record two releases", &[]);
    folder
}

/// The state of a release and what its page says is wrong with it.
fn page(folder: &Folder, version: &str) -> (String, String) {
    let twin: serde_json::Value =
        serde_json::from_str(&folder.read(&format!("site/releases/{version}/index.json"))).expect("the twin is JSON");
    (
        twin["facts"]["state"].as_str().unwrap_or_default().to_owned(),
        twin["facts"]["problems"].to_string(),
    )
}

fn altered(path: &str, from: &str, to: &str) -> Folder {
    let folder = recorded();
    let text = folder.read(path);
    assert!(text.contains(from), "{text}");
    folder.commit("Alter it", &[(path, &text.replacen(from, to, 1))]);
    assert_eq!(folder.run(&["build"]).code, 0);
    folder
}

#[test]
fn a_whole_chain_is_proven() {
    let folder = recorded();
    assert_eq!(folder.run(&["build"]).code, 0);
    for version in ["v1.0.0", "v1.1.0"] {
        assert_eq!(page(&folder, version), ("proven".to_owned(), "[]".to_owned()));
    }
    assert!(
        folder
            .read("site/releases/v1.1.0/index.html")
            .contains("chained to the one before")
    );
    assert_eq!(folder.run(&["build", "--fail-on", "error"]).code, 0);
}

#[test]
fn a_record_that_was_altered_breaks_the_chain_on_both_pages() {
    let folder = altered("releases/v1.0.0/record.json", "T10:00:00Z", "T11:00:00Z");
    let (state, problems) = page(&folder, "v1.0.0");
    assert_eq!(state, "contradicted");
    assert!(
        problems.contains("not the one that the record of v1.1.0 was chained to"),
        "{problems}"
    );
    let (state, problems) = page(&folder, "v1.1.0");
    assert_eq!(state, "contradicted");
    assert!(problems.contains("he chain is broken"), "{problems}");
    assert!(
        !folder
            .read("site/releases/v1.1.0/index.html")
            .contains("chained to the one before")
    );
    assert_eq!(folder.run(&["build", "--fail-on", "error"]).code, 1);
}

#[test]
fn a_file_a_version_and_a_second_folder_that_contradict_are_never_proven() {
    let folder = altered("releases/v1.1.0/evidence/unit/junit.xml", "tests=", " tests=");
    assert_eq!(page(&folder, "v1.1.0").0, "contradicted");
    let folder = altered(
        "releases/v1.1.0/record.json",
        "\"version\":\"v1.1.0\"",
        "\"version\":\"v9.1.0\"",
    );
    assert_eq!(page(&folder, "v1.1.0").0, "contradicted");
    let folder = recorded();
    folder.commit("Record it twice", &[("releases/1.1.0/evidence/unit/junit.xml", REPORT)]);
    assert_eq!(folder.run(&["build"]).code, 0);
    let (state, problems) = page(&folder, "1.1.0");
    assert_eq!(state, "contradicted");
    assert!(problems.contains("he folders `1.1.0` and `v1.1.0` are both of"), "{problems}");
}

#[test]
fn a_change_of_what_was_recorded_is_told_of_the_change() {
    let folder = recorded();
    folder.git(&["checkout", "--quiet", "-b", "change"]);
    let evidence = "releases/v1.1.0/evidence/unit/junit.xml";
    let rules = |arguments: &[&str]| {
        let ran = folder.run(arguments);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
        let found = report["findings"].as_array().expect("there is a list");
        let mut rules: Vec<String> = found
            .iter()
            .map(|one| one["rule"].as_str().unwrap_or_default().to_owned())
            .collect();
        rules.dedup();
        (ran.code, rules)
    };
    let of_change = ["lint", "--base", "main", "--format", "json"];
    folder.commit("Say more", &[("RELEASING.md", "# Release\n\n1. Ship it\n2. Tell it\n")]);
    assert_eq!(rules(&of_change).0, 0, "nothing that was recorded changed");
    folder.write(evidence, format!("{REPORT}\n"));
    folder.git(&["add", evidence]);
    let told = ["evidence-altered", "gate-open", "record-contradicted"];
    let sorted = |(code, mut rules): (i32, Vec<String>)| {
        rules.sort();
        rules.dedup();
        (code, rules)
    };
    assert_eq!(
        sorted(rules(&["lint", "--staged", "--format", "json"])),
        (1, told.map(str::to_owned).to_vec())
    );
    folder.git(&["commit", "--quiet", "-m", "Touch it"]);
    assert_eq!(sorted(rules(&of_change)), (1, told.map(str::to_owned).to_vec()));
    // What was wrong before the change is not of it.
    folder.git(&["checkout", "--quiet", "-B", "main"]);
    folder.git(&["checkout", "--quiet", "-b", "later"]);
    folder.commit("Say less", &[("releases/notes.txt", "x\n")]);
    assert_eq!(rules(&of_change).0, 0);
}

#[test]
fn a_clone_without_history_verifies_nothing_and_says_so() {
    let folder = recorded();
    folder.commit("Go on", &[("notes.md", "x\n")]);
    let ran = folder.run(&["verify"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let clone = Folder::empty();
    let address = format!("file://{}", folder.path().display());
    clone.git(&["clone", "-q", "--depth", "1", &address, "app"]);
    let ran = clone.run(&["verify", "--repo", &clone.join("app").to_string_lossy()]);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("and 1 record not checked"), "{}", ran.stdout);
    assert!(ran.stderr.contains("1 record was not held against git"), "{}", ran.stderr);
}
