//! What looks green and was not earned, with whole repositories: exceptions out of their time, candidates that a change came with, tags that
//! lead to nothing, and commands that looked at nothing.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::Folder;

const EXCEPTION: &str = "id: EX-1\ngate: unit\nmatch:\n  rule: works\nrationale: The case tests a feature that is switched off.\nowner: web team\napproved_by: release lead\ncreated: 2026-01-02\nexpires: 2026-03-01\n";

const PASSED: &str = "<testsuite><testcase name=\"a\"/><testcase name=\"works\"/></testsuite>";

const FAILED: &str = "<testsuite><testcase name=\"a\"/><testcase name=\"works\"><failure/></testcase></testsuite>";

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the record of a version of the commit that is checked out, with one report for the gate `unit` or none, released on a day.
fn record(folder: &Folder, version: &str, day: u32, report: Option<&str>, prev: Option<&str>) -> String {
    let commit = folder.git(&["rev-parse", "HEAD"]);
    let files = report.map_or_else(String::new, |report| {
        folder.write(&format!("releases/{version}/evidence/unit/junit.xml"), report);
        format!(
            "{{\"path\":\"evidence/unit/junit.xml\",\"sha256\":\"{}\",\"bytes\":{},\"gate\":\"unit\"}}",
            digest(report),
            report.len()
        )
    });
    let prev = prev.map_or_else(|| "null".to_owned(), |prev| format!("\"{}\"", digest(prev)));
    let text = format!(
        "{{\"schema\":\"runproof-record/1\",\"version\":\"{version}\",\"commit\":\"{commit}\",\"released\":\"2026-01-{day:02}T12:00:00Z\",\
         \"outcome\":\"shipped\",\"gates\":[\"unit\"],\"prev\":{prev},\"files\":[{files}]}}"
    );
    folder.write(&format!("releases/{version}/record.json"), &text);
    text
}

/// A repository of one commit with one gate.
fn begun(demand: &str) -> Folder {
    Folder::with(&[
        ("RELEASING.md", "# Release\n\n1. Ship it\n"),
        (
            "runproof.toml",
            &format!("[[gates]]\nid = \"unit\"\nformat = \"junit\"\n{demand}"),
        ),
    ])
}

/// The state of a release, and why its gate is as it is.
fn told(folder: &Folder, version: &str) -> (String, String) {
    let ran = folder.run(&["release", version, "--format", "json"]);
    let value: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr));
    let state = value["state"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        ran.code,
        i32::from(!matches!(state.as_str(), "proven" | "accepted")),
        "{state}"
    );
    (state, value["gates"].to_string())
}

#[test]
fn an_exception_accepts_what_it_accepted_when_the_release_was_recorded() {
    let other = EXCEPTION.replace("works", "sleeps");
    let ended = EXCEPTION.replace("2026-03-01", "2026-01-02");
    for (before, with, after, expected) in [
        (Some(EXCEPTION), None, None, "accepted"),
        (None, Some(EXCEPTION), None, "accepted"),
        (None, None, Some(EXCEPTION), "failed"),
        (Some(other.as_str()), None, Some(EXCEPTION), "failed"),
        (Some(ended.as_str()), None, Some(EXCEPTION), "failed"),
        (Some(EXCEPTION), None, Some(""), "accepted"),
    ] {
        let folder = begun("");
        let set = |text: Option<&str>, message: &str| match text {
            None => {}
            Some("") => {
                folder.git(&["rm", "--quiet", "exceptions/EX-1.yaml"]);
                folder.commit(message, &[]);
            }
            Some(text) => {
                folder.commit(message, &[("exceptions/EX-1.yaml", text)]);
            }
        };
        set(before, "Accept it");
        if let Some(with) = with {
            folder.write("exceptions/EX-1.yaml", with);
        }
        record(&folder, "v1.0.0", 3, Some(FAILED), None);
        folder.commit("Record it", &[]);
        set(after, "Change what is accepted");
        let (state, why) = told(&folder, "v1.0.0");
        assert_eq!(state, expected, "{before:?} {with:?} {after:?}: {why}");
        assert_eq!(
            why.contains("was added or changed in git after the release was recorded"),
            expected == "failed",
            "{why}"
        );
    }
}

#[test]
fn evidence_on_a_branch_of_its_own_has_the_exceptions_that_stood_on_its_day() {
    for (before, after, expected) in [
        (Some(EXCEPTION), None, "accepted"),
        (None, Some(EXCEPTION), "failed"),
        (Some(EXCEPTION), Some(""), "accepted"),
    ] {
        let folder = begun("");
        folder.commit("Begin", &[]);
        if let Some(before) = before {
            folder.commit("Accept it", &[("exceptions/EX-1.yaml", before)]);
        }
        folder.git(&["checkout", "--quiet", "-b", "evidence"]);
        record(&folder, "v1.0.0", 3, Some(FAILED), None);
        folder.commit("Record it", &[]);
        folder.git(&["checkout", "--quiet", "main"]);
        match after {
            None => {}
            Some("") => {
                folder.git(&["rm", "--quiet", "exceptions/EX-1.yaml"]);
                folder.commit("Accept it no more", &[]);
            }
            Some(after) => {
                folder.commit("Accept it later", &[("exceptions/EX-1.yaml", after)]);
            }
        }
        let of = |arguments: &[&str]| {
            let ran = folder.run(&[&["release", "v1.0.0", "--format", "json"], arguments].concat());
            let value: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
            (
                value["state"].as_str().unwrap_or_default().to_owned(),
                value["gates"].to_string(),
            )
        };
        let (state, why) = of(&["--evidence-ref", "evidence"]);
        assert_eq!(state, expected, "{before:?} {after:?}: {why}");
        assert!(!why.contains("as they stand today"), "{why}");
        if after.is_none() {
            folder.git(&["checkout", "--quiet", "evidence", "--", "releases"]);
            let elsewhere = Folder::empty();
            for path in ["releases/v1.0.0/record.json", "releases/v1.0.0/evidence/unit/junit.xml"] {
                elsewhere.write(path, folder.read(path));
            }
            folder.git(&["reset", "--quiet", "--hard"]);
            let (_, why) = of(&["--artifacts", &elsewhere.path().to_string_lossy()]);
            assert!(why.contains("so exceptions count as they stand today"), "{why}");
        }
    }
}

#[test]
fn what_a_candidate_or_a_release_that_was_withdrawn_changed_is_new() {
    for (between, outcome, expected) in [
        ("v1.1.0-rc.1", "shipped", "open-gates"),
        ("v1.1.0", "abandoned", "open-gates"),
        ("v1.1.0", "shipped", "proven"),
    ] {
        let folder = begun("when = [\"prompts/**\"]\n");
        let first = record(&folder, "v1.0.0", 2, Some(PASSED), None);
        folder.commit("Record v1.0.0", &[]);
        folder.commit("Ask for something else", &[("prompts/a.txt", "b")]);
        let second = record(&folder, between, 4, Some(&PASSED.replace("\"a\"", "\"b\"")), Some(&first));
        let second_text = second.replace("\"shipped\"", &format!("\"{outcome}\""));
        folder.write(&format!("releases/{between}/record.json"), &second_text);
        folder.commit("Record what came between", &[]);
        folder.commit("Mend a typo", &[("README.md", "x")]);
        record(&folder, "v1.2.0", 6, None, Some(&second_text));
        folder.commit("Record v1.2.0", &[]);
        let (state, why) = told(&folder, "v1.2.0");
        assert_eq!(state, expected, "{between} {outcome}: {why}");
    }
}

#[test]
fn a_tag_that_leads_to_no_commit_contradicts_its_record() {
    let folder = begun("");
    folder.git(&["tag", "v1.0.0", "HEAD^{tree}"]);
    record(&folder, "v1.0.0", 2, Some(PASSED), None);
    folder.commit("Record it", &[]);
    assert_eq!(told(&folder, "v1.0.0").0, "contradicted");
}

#[test]
fn an_amendment_by_nobody_or_without_a_reason_amends_nothing() {
    for (by, note, expected) in [
        ("release lead", "The report of the run before had been taken.", "proven"),
        ("TBD", "The report of the run before had been taken.", "contradicted"),
        ("release lead", ".", "contradicted"),
    ] {
        let folder = begun("");
        let text = record(&folder, "v1.0.0", 2, Some(PASSED), None);
        folder.commit("Record it", &[]);
        let event = format!("{{\"at\":\"2026-01-03T10:00:00Z\",\"event\":\"amended\",\"by\":\"{by}\",\"note\":\"{note}\"}}");
        let other = text.replace("\"files\"", &format!("\"timeline\":[{event}],\"files\""));
        folder.commit("Change it", &[("releases/v1.0.0/record.json", &other)]);
        assert_eq!(told(&folder, "v1.0.0").0, expected, "{by}: {note}");
    }
}

#[test]
fn what_looked_at_nothing_is_no_success() {
    let folder = Folder::with(&[("RELEASING.md", "# Release\n\n1. Ship it\n")]);
    let ran = folder.run(&["build", "--fail-on", "gates"]);
    assert!(
        ran.code == 3 && ran.stderr.contains("no release has a gate"),
        "{}",
        ran.stderr
    );
    let again = folder.run(&["build", "--fail-on", "gates"]);
    assert_eq!(again.code, 3, "nor the second time: {}", again.stderr);
    assert_eq!(folder.run(&["build"]).code, 0);
    let nothing = Folder::with(&[("src/a.c", "int a;\n")]);
    let ran = nothing.run(&["export", "--out", "tables"]);
    assert!(
        ran.code == 3 && ran.stderr.contains("neither a runbook nor a release"),
        "{}",
        ran.stderr
    );
}

#[test]
fn settings_that_have_no_effect_are_named() {
    let folder = Folder::with(&[
        ("RELEASING.md", "# Release\n\n1. Ship it\n"),
        (".runproof.toml", "title = \"t\"\n"),
        ("docs/runproof.toml", "title = \"t\"\n"),
    ]);
    let ran = folder.run(&["lint"]);
    for words in ["`.runproof.toml` is not read", "`docs/runproof.toml` is not read"] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
    folder.commit(
        "Name a format",
        &[("runproof.toml", "[[gates]]\nid = \"unit\"\nformat = \"junt\"\n")],
    );
    let ran = folder.run(&["lint"]);
    assert!(
        ran.stderr
            .contains("asks for the format `junt`, which nothing reads; did you mean `junit`?"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("docs/runproof.toml"), "{}", ran.stderr);
    let link = Folder::with(&[("RELEASING.md", "# Release\n\n1. Ship it\n")]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("gone.md", link.join("gone-too.md")).expect("the link can be made");
        link.commit("Link to nothing", &[]);
        let ran = link.run(&["lint", "gone-too.md"]);
        assert!(ran.code == 2 && ran.stderr.contains("leads to no file"), "{}", ran.stderr);
    }
    drop(link);
}

#[test]
fn a_release_does_not_lose_its_gates_by_losing_its_record() {
    let folder = begun("");
    record(&folder, "v1.0.0", 3, Some(FAILED), None);
    folder.commit("Record it", &[]);
    assert_eq!(told(&folder, "v1.0.0").0, "failed");
    folder.git(&["rm", "--quiet", "releases/v1.0.0/record.json"]);
    folder.commit("Tidy up", &[]);
    let by = folder.git(&["rev-parse", "--short=7", "HEAD"]);
    for again in ["its evidence is left", "nothing is left"] {
        let (state, gates) = told(&folder, "v1.0.0");
        assert_eq!(state, "contradicted", "{again}");
        assert!(
            gates.contains("\"unit\"") && !gates.contains("\"passed\""),
            "{again}: {gates}"
        );
        for arguments in [&["lint"][..], &["lint", "--base", "HEAD~1"]] {
            let ran = folder.run(arguments);
            assert!(
                ran.code == 1 && ran.stdout.contains("record-contradicted"),
                "{again} {arguments:?}: {}",
                ran.stdout
            );
            if again == "nothing is left" {
                break;
            }
        }
        let told = folder.run(&["lint"]).stdout;
        assert!(told.contains(&format!("was removed by {by}")), "{told}");
        let site = Folder::empty();
        let out = site.join("out").display().to_string();
        assert_eq!(folder.run(&["build", "--fail-on", "gates", "--out", &out]).code, 1, "{again}");
        if again == "its evidence is left" {
            folder.git(&["rm", "-r", "--quiet", "releases"]);
            folder.commit("Tidy up more", &[]);
        }
    }
}

#[test]
fn a_release_that_was_never_recorded_is_told_as_such() {
    let folder = begun("");
    folder.git(&["tag", "v1.0.0"]);
    assert_eq!(told(&folder, "v1.0.0").0, "unproven");
    let ran = folder.run(&["lint"]);
    assert!(!ran.stdout.contains("record-contradicted"), "{}", ran.stdout);
}

#[test]
fn two_records_that_were_rewritten_together_confirm_nothing() {
    let folder = begun("");
    let first = record(&folder, "v1.0.0", 3, Some(FAILED), None);
    folder.commit("Record it", &[]);
    folder.commit("Go on", &[("README.md", "x")]);
    let second = record(&folder, "v1.1.0", 5, Some(&PASSED.replace("\"a\"", "\"b\"")), Some(&first));
    folder.commit("Record the next", &[]);
    assert_eq!(told(&folder, "v1.1.0").0, "proven");
    let edited = first.replace("shipped", "withdrawn");
    folder.write("releases/v1.0.0/record.json", &edited);
    folder.write(
        "releases/v1.1.0/record.json",
        second.replace(&digest(&first), &digest(&edited)),
    );
    folder.commit("Mend both", &[]);
    for version in ["v1.0.0", "v1.1.0"] {
        assert_eq!(told(&folder, version).0, "contradicted", "{version}");
    }
}

#[test]
fn what_was_asked_for_is_counted_and_files_show_what_they_hold_whatever_they_are_called() {
    let folder = Folder::with(&[
        ("RELEASING.md", "# Release\n\n1. Ship it\n"),
        ("runproof.toml", "[[gates]]\nid = \"unit\"\n"),
    ]);
    let text = record(&folder, "v1.0.0", 3, Some(PASSED), None);
    let sheet = "{\"schema\":\"runproof-checklist/1\",\"items\":[{\"id\":\"a\",\"state\":\"done\",\"at\":\"2026-01-03T10:00:00Z\",\"by\":\"driver\"}]}";
    folder.write("releases/v1.0.0/sheet (1).json", sheet);
    let file = format!(
        ",{{\"path\":\"sheet (1).json\",\"sha256\":\"{}\",\"bytes\":{}}}]}}",
        digest(sheet),
        sheet.len()
    );
    folder.write("releases/v1.0.0/record.json", text.replace("]}", &file));
    folder.commit("Record it", &[]);
    let ran = folder.run(&["release", "v1.0.0"]);
    assert!(
        ran.stdout.contains("1 of 1 gate passed, 1 of them without a demand"),
        "{}",
        ran.stdout
    );
    let out = folder.path().join("out");
    let ran = folder.run(&["build", "--out", &out.display().to_string()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = std::fs::read_to_string(out.join("releases/v1.0.0/index.html")).expect("the page is there");
    assert!(
        page.contains("without a demand") && page.contains("names no commit"),
        "{page}"
    );
    assert!(!page.contains("Not read by any format"), "{page}");
}
