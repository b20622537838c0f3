//! The way of evidence as people go it: from a folder that CI left behind to a proven release, steps, amendments, and what `verify` finds.

mod mistakes;
mod verified;

use std::fs;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{Folder, Ran};

/// The moment that counts as now in these tests.
const NOW: &str = "1767607200"; // 2026-01-05T10:00:00Z

const RECORD: &str = "releases/v1.0.0/record.json";

const SETTINGS: &str = r#"[[gates]]
id = "unit"
format = "junit"
min-tests = 2

[[gates]]
id = "coverage"
format = "cobertura"
at-least = { lines = 50 }

[[gates]]
id = "scan"
files = ["**/*.sarif"]
max-warnings = 0

[[gates]]
id = "sbom"
format = "cyclonedx-json"

[[gates]]
id = "ci"
format = "github-run"
required = ["build", "test"]
"#;

const COVERAGE: &str = r#"<coverage line-rate="0.75" lines-covered="3" lines-valid="4" timestamp="1767434400"><packages><package name="p"><classes><class name="c" filename="c.py" line-rate="0.75"><lines><line number="1" hits="1"/><line number="2" hits="1"/><line number="3" hits="1"/><line number="4" hits="0"/></lines></class></classes></package></packages></coverage>"#;

fn digest(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder as CI leaves it for a commit: reports in folders of their own, a log, and the run beside it.
struct Ci {
    folder: tempfile::TempDir,
}

impl Ci {
    fn of(commit: &str, mark: &str) -> Self {
        let ci = Self {
            folder: tempfile::tempdir().expect("a folder for the test can be made"),
        };
        ci.write(
            "artifacts/reports/junit.xml",
            &format!("<testsuite name=\"{mark}\" tests=\"2\" timestamp=\"2026-01-03T10:00:00Z\"><testcase classname=\"a\" name=\"b\"/><testcase classname=\"a\" name=\"c\"/></testsuite>"),
        );
        ci.write(
            "artifacts/reports/cov.xml",
            &COVERAGE.replace("filename=\"c.py\"", &format!("filename=\"{mark}.py\"")),
        );
        ci.write(
            "artifacts/security/codeql.sarif",
            &format!("{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"CodeQL\",\"rules\":[]}}}},\"invocations\":[{{\"executionSuccessful\":true}}],\"versionControlProvenance\":[{{\"repositoryUri\":\"https://example.org/r\",\"revisionId\":\"{commit}\"}}],\"results\":[]}}]}}"),
        );
        ci.write(
            "artifacts/app.cdx.json",
            &format!("{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"metadata\":{{\"component\":{{\"type\":\"application\",\"name\":\"{mark}\"}}}},\"components\":[{{\"type\":\"library\",\"name\":\"serde\",\"version\":\"1.0.0\",\"purl\":\"pkg:cargo/serde@1.0.0\"}}]}}"),
        );
        ci.write("artifacts/build.log", "it was built\n");
        ci.write(
            "run.json",
            &format!("{{\"attempt\":1,\"conclusion\":\"success\",\"databaseId\":41,\"headSha\":\"{commit}\",\"jobs\":[{{\"name\":\"build\",\"conclusion\":\"success\",\"status\":\"completed\"}},{{\"name\":\"test\",\"conclusion\":\"success\",\"status\":\"completed\"}}],\"startedAt\":\"2026-01-03T09:00:00Z\",\"status\":\"completed\",\"updatedAt\":\"2026-01-03T10:30:00Z\",\"url\":\"https://github.com/o/r/actions/runs/41\",\"workflowName\":\"{mark}\"}}"),
        );
        ci
    }

    fn write(&self, path: &str, text: &str) {
        let place = self.folder.path().join(path);
        fs::create_dir_all(place.parent().expect("the file has a folder")).expect("the folder can be made");
        fs::write(place, text).expect("the file can be written");
    }

    fn path(&self, path: &str) -> String {
        self.folder.path().join(path).to_string_lossy().into_owned()
    }

    fn collect(&self, folder: &Folder, version: &str, more: &[&str]) -> Ran {
        let (from, run) = (self.path("artifacts"), self.path("run.json"));
        let mut arguments = vec!["collect", version, "--from", &from, "--run", &run];
        arguments.extend(more);
        now(folder, &arguments)
    }
}

fn now(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run_with(arguments, &[("SOURCE_DATE_EPOCH", NOW)])
}

/// A repository with the gates and a tag on its first commit.
fn tagged() -> (Folder, String) {
    let folder = Folder::repository();
    let commit = folder.commit(
        "Write it",
        &[("RELEASING.md", "# Release\n\n1. Ship it\n"), ("runproof.toml", SETTINGS)],
    );
    folder.git(&["tag", "--annotate", "v1.0.0", "--message", "v1.0.0"]);
    (folder, commit)
}

/// Two releases of two commits, collected and committed.
fn two() -> Folder {
    let (folder, commit) = tagged();
    let ran = Ci::of(&commit, "one").collect(&folder, "v1.0.0", &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    folder.commit("Record v1.0.0", &[]);
    let commit = folder.commit("Go on", &[("code.txt", "2")]);
    let ran = Ci::of(&commit, "two").collect(&folder, "v1.1.0", &["--commit", "HEAD", "--released", "2026-01-05T09:00:00Z"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    folder.commit("Record v1.1.0", &[]);
    folder
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

#[test]
fn one_command_and_one_commit_lead_from_what_ci_left_to_a_proven_release() {
    let (folder, commit) = tagged();
    let ci = Ci::of(&commit, "one");
    let tried = ci.collect(&folder, "v1.0.0", &["--dry-run"]);
    assert_eq!(tried.code, 0, "{}{}", tried.stdout, tried.stderr);
    assert_eq!(folder.git(&["status", "--porcelain"]), "", "nothing was written");
    let ran = ci.collect(&folder, "v1.0.0", &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    for part in [
        "v1.0.0: proven, once its record is committed",
        "5 of 5 gates passed",
        "evidence/ci/run.json",
        "left out: build.log",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let between = now(&folder, &["release", "v1.0.0", "--worktree"]);
    assert!(
        between.code == 1 && between.stdout.contains("v1.0.0: not proven") && between.stdout.contains("it is not committed"),
        "{}",
        between.stdout
    );
    folder.commit("Record it", &[]);
    let release = now(&folder, &["release", "v1.0.0", "--format", "json"]);
    let value = json(&release);
    assert_eq!((release.code, &value["state"]), (0, &"proven".into()), "{value}");
    assert_eq!(value["commit"], commit.as_str(), "the tag is followed to its commit");
    let record: Value = serde_json::from_str(&folder.read("releases/v1.0.0/record.json")).expect("it is JSON");
    assert_eq!(record["files"][0]["source_url"], "https://github.com/o/r/actions/runs/41");
    assert_eq!(record["runbook"]["path"], "RELEASING.md");
    assert_eq!(now(&folder, &["verify"]).code, 0);
    let again = ci.collect(&folder, "v1.0.0", &[]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("runproof amend v1.0.0"), "{}", again.stderr);
}

#[test]
fn the_next_record_is_chained_and_a_build_shows_it_with_its_statement() {
    let folder = two();
    let value = json(&now(&folder, &["release", "--format", "json"]));
    assert_eq!(
        (&value["version"], &value["state"]),
        (&"v1.1.0".into(), &"proven".into()),
        "{value}"
    );
    assert_eq!(
        value["record"]["prev"],
        digest(folder.read("releases/v1.0.0/record.json")).as_str()
    );
    assert_eq!(folder.run(&["build"]).code, 0);
    let statement: Value =
        serde_json::from_str(&folder.read("site/releases/v1.1.0/vsa.intoto.json")).expect("the statement is JSON");
    assert_eq!(statement["predicate"]["verificationResult"], "PASSED");
    assert_eq!(statement["predicate"]["inputAttestations"].as_array().map(Vec::len), Some(6));
    let page = folder.read("site/releases/v1.1.0/index.html");
    assert!(
        page.contains("href=\"vsa.intoto.json\"") && page.contains("not signed"),
        "{page}"
    );
}

#[test]
fn an_open_gate_is_refused_unless_it_is_said_and_then_the_exit_code_is_one() {
    let (folder, commit) = tagged();
    let ci = Ci::of(&commit, "one");
    fs::remove_file(ci.path("artifacts/app.cdx.json")).expect("it is there");
    let ran = ci.collect(&folder, "v1.0.0", &[]);
    assert_eq!(ran.code, 2);
    for part in ["the gate `sbom` has no evidence", "--gate sbom=FILE", "--open sbom"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert!(!folder.join("releases").exists(), "nothing is written");
    let ran = ci.collect(&folder, "v1.0.0", &["--open", "sbom"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("v1.0.0: shipped with open gates") && ran.stdout.contains("sbom: no evidence"),
        "{}",
        ran.stdout
    );
    folder.commit("Record it", &[]);
    let late = Ci::of(&commit, "one");
    let reason = "The bill of materials was forgotten";
    let from = late.path("artifacts");
    let amended = now(
        &folder,
        &[
            "amend", "v1.0.0", "--from", &from, "--by", "release driver", "--reason", reason,
        ],
    );
    assert_eq!(amended.code, 0, "{}{}", amended.stdout, amended.stderr);
    folder.commit("Amend it", &[]);
    let value = json(&now(&folder, &["release", "v1.0.0", "--format", "json"]));
    assert_eq!(
        (&value["state"], &value["state_at_release"]),
        (&"proven".into(), &"open-gates".into()),
        "{value}"
    );
    assert_eq!(value["amendments"][0]["reason"], reason);
    assert_eq!(now(&folder, &["verify"]).code, 0);
    assert_eq!(folder.run(&["build"]).code, 0);
    let dossier = folder.read("site/releases/v1.0.0/index.html");
    assert!(
        dossier.contains(reason) && dossier.contains("When it went out, 1 gate was open"),
        "{dossier}"
    );
    assert!(
        folder
            .read("site/audit/index.html")
            .contains("v1.0.0: 1 gate open when it went out")
    );
}

#[test]
fn amendments_are_never_rewrites_and_an_altered_one_is_found() {
    let folder = two();
    let amend = |more: &[&str]| {
        let mut arguments = vec![
            "amend",
            "v1.0.0",
            "--by",
            "release driver",
            "--reason",
            "Checkout failed for one customer in ten",
        ];
        arguments.extend(more);
        now(&folder, &arguments)
    };
    assert_eq!(amend(&[]).code, 2, "nothing would be amended");
    let record = folder.read("releases/v1.0.0/record.json");
    let ran = amend(&["--outcome", "rolled-back"]);
    assert!(ran.stdout.contains("v1.0.0: rolled back"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(folder.read("releases/v1.0.0/record.json"), record);
    folder.commit("Amend it", &[]);
    assert_eq!(now(&folder, &["verify"]).code, 0);
    let text = folder.read("releases/v1.0.0/amendments/001.json");
    folder.commit(
        "Alter it",
        &[("releases/v1.0.0/amendments/001.json", &text.replace("rolled-back", "shipped"))],
    );
    let ran = now(&folder, &["verify"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("its amendment 001.json is not the one that"),
        "{}",
        ran.stdout
    );
    folder.git(&["rm", "--quiet", "releases/v1.0.0/amendments/001.json"]);
    folder.commit("Remove it", &[]);
    let ran = now(&folder, &["verify"]);
    assert!(ran.stdout.contains("amendments/001.json: record removed"), "{}", ran.stdout);
    let short = now(
        &folder,
        &["amend", "v1.0.0", "--by", "x", "--reason", "late", "--outcome", "shipped"],
    );
    assert!(
        short.code == 2 && short.stderr.contains("20 are the least"),
        "{}",
        short.stderr
    );
}

#[test]
fn a_file_that_shows_something_else_is_withdrawn_and_a_failure_is_not() {
    for (from, to, code, words) in [
        ("2026-01-03T10", "2025-06-03T10", 0, "was withdrawn by reviewer"),
        (
            "name=\"b\"/>",
            "name=\"b\"><failure/></testcase>",
            1,
            "only an exception can accept it",
        ),
    ] {
        let (folder, commit) = tagged();
        let ci = Ci::of(&commit, "one");
        let junit = fs::read_to_string(ci.path("artifacts/reports/junit.xml")).expect("it is there");
        assert!(junit.contains(from));
        ci.write("artifacts/reports/junit.xml", &junit.replace(from, to));
        assert_eq!(ci.collect(&folder, "v1.0.0", &[]).code, 1);
        folder.commit("Record it", &[]);
        let right = Ci::of(&commit, "one");
        let from = right.path("artifacts");
        let arguments = [
            "amend", "v1.0.0", "--from", &from, "--by", "reviewer", "--withdraw", "evidence/unit/junit.xml",
        ];
        let ran = now(
            &folder,
            &[&arguments[..], &["--reason", "The report was that of another commit"]].concat(),
        );
        assert_eq!(ran.code, code, "{}{}", ran.stdout, ran.stderr);
        folder.commit("Amend it", &[]);
        let value = json(&now(&folder, &["release", "--format", "json"]));
        assert!(value["gates"][0]["reasons"].to_string().contains(words), "{value}");
        assert!(
            folder.join("releases/v1.0.0/evidence/unit/junit-2.xml").exists(),
            "nothing is written over"
        );
    }
}

#[test]
fn a_step_that_the_user_typed_is_run_and_recorded() {
    let folder = Folder::with(&[
        ("RELEASING.md", "# Release\n\n1. Ship it\n"),
        (
            "runproof.toml",
            "[[gates]]\nid = \"smoke\"\nexpect = { worktree = \"clean\" }\n",
        ),
    ]);
    folder.git(&["tag", "--annotate", "v1.0.0", "--message", "v1.0.0"]);
    let out = Folder::empty();
    let place = out.path().to_string_lossy().into_owned();
    let step = |gate: &str, more: &[&str], command: &[&str]| {
        let path = folder.path().to_string_lossy().into_owned();
        let mut arguments = vec!["step", gate, "--out", &place, "--repo", &path, "--today", "2026-02-01"];
        arguments.extend(more);
        arguments.push("--");
        arguments.extend(command);
        crate::support::run_with(&arguments, &[("API_TOKEN", "very-secret-value")])
    };
    let failed = step("smoke", &[], &["sh", "-c", "echo out; echo err >&2; exit 7"]);
    assert_eq!(failed.code, 7, "its exit code is that of the command: {}", failed.stderr);
    assert_eq!(failed.stdout, "out\n");
    assert!(failed.stderr.starts_with("err\n"), "{}", failed.stderr);
    let refused = step("smoke", &[], &["true"]);
    assert!(refused.code == 2 && refused.stderr.contains("--again"), "{}", refused.stderr);
    let passed = step(
        "smoke",
        &["--again", "--keep-output"],
        &["echo", "--password=p", "very-secret-value"],
    );
    assert_eq!(
        passed.code, 3,
        "a command that cannot fail measures nothing: {}",
        passed.stderr
    );
    let record: Value = serde_json::from_str(&out.read("smoke/step.json")).expect("it is JSON");
    assert_eq!(record["command"], "echo --password=*** ***");
    assert_eq!(record["subject"]["commit"], folder.git(&["rev-parse", "HEAD"]).as_str());
    assert_eq!(record["facts"]["outcome"], "passed");
    assert_eq!(record["facts"]["earlier"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        record["attachments"][0]["sha256"],
        digest(out.read("smoke/step.log")).as_str()
    );
    assert!(!out.read("smoke/step.log").contains("very-secret") && !record.to_string().contains("very-secret"));
    assert_eq!(step("../x", &[], &["true"]).code, 2);
    assert_eq!(step("other", &[], &["/no/such/program"]).code, 2);
    assert!(!out.join("other").exists());
    // The clock of a step is the real one, so the release is judged by it as well.
    let ran = folder.run(&["collect", "v1.0.0", "--from", &place, "--today", &chrono_today()]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("evidence/smoke/step.log"), "{}", ran.stdout);
    folder.write("RELEASING.md", "# Changed\n");
    let nothing = step("smoke", &["--again"], &["true"]);
    assert_eq!(
        nothing.code, 3,
        "a command that cannot fail measures nothing: {}",
        nothing.stderr
    );
    let changed = step("smoke", &["--again"], &["test", "-d", "/"]);
    assert!(
        changed.code == 0 && changed.stderr.contains("does not count for the commit"),
        "{}",
        changed.stderr
    );
    let record: Value = serde_json::from_str(&out.read("smoke/step.json")).expect("it is JSON");
    assert!(
        record["subject"]["commit"]
            .as_str()
            .is_some_and(|commit| commit.ends_with("-dirty"))
    );
}

/// Today by the clock of this machine.
fn chrono_today() -> String {
    chrono::Utc::now().date_naive().to_string()
}

#[test]
fn evidence_is_read_from_another_branch_and_from_a_folder() {
    let folder = two();
    let store: Vec<(String, Vec<u8>)> = folder.files("releases");
    folder.git(&["rm", "-r", "--quiet", "releases"]);
    folder.commit("Keep the evidence elsewhere", &[]);
    folder.git(&["checkout", "--quiet", "--orphan", "evidence"]);
    folder.git(&["rm", "-r", "--quiet", "--force", "."]);
    for (path, bytes) in &store {
        folder.write(&format!("releases/{path}"), bytes);
    }
    folder.commit("Collect", &[]);
    folder.git(&["checkout", "--quiet", "main"]);
    assert_eq!(
        now(&folder, &["release", "v1.1.0"]).code,
        1,
        "without its record, which this branch held, it is contradicted"
    );
    let at = |arguments: &[&str]| now(&folder, &[arguments, &["--evidence-ref", "evidence"]].concat());
    let value = json(&at(&["release", "v1.1.0", "--format", "json"]));
    assert_eq!(value["state"], "proven", "{value}");
    let verified = at(&["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
    assert_eq!(at(&["lint"]).code, 0);
    let built = at(&["build", "--fail-on", "gates"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    assert!(folder.read("site/releases/v1.1.0/index.html").contains("proven") || folder.join("site/releases/v1.1.0").exists());
    let elsewhere = Folder::empty();
    for (path, bytes) in &store {
        elsewhere.write(path, bytes);
    }
    let place = elsewhere.path().to_string_lossy().into_owned();
    let value = json(&now(
        &folder,
        &["release", "v1.1.0", "--format", "json", "--artifacts", &place],
    ));
    assert_eq!(value["state"], "unproven", "no history confirms a folder: {value}");
    assert!(value["doubts"].to_string().contains("no history holds"), "{value}");
    let value = json(&now(
        &folder,
        &["release", "v1.0.0", "--format", "json", "--artifacts", &place],
    ));
    assert_eq!(value["state"], "proven", "the next record confirms it: {value}");
    let none = now(&folder, &["release", "--evidence-ref", "main"]);
    assert!(
        none.code == 2 && none.stderr.contains("holds no evidence store"),
        "{}",
        none.stderr
    );
}

#[test]
fn two_releases_are_compared() {
    let folder = two();
    folder.commit("Write more", &[("RELEASING.md", "# Release\n\n1. Ship it well\n")]);
    let commit = folder.git(&["rev-parse", "HEAD"]);
    let ci = Ci::of(&commit, "three");
    ci.write(
        "artifacts/app.cdx.json",
        "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"components\":[{\"type\":\"library\",\"name\":\"serde\",\"version\":\"2.0.0\",\"purl\":\"pkg:cargo/serde@2.0.0\"}]}",
    );
    let ran = ci.collect(&folder, "v1.2.0", &["--commit", "HEAD"]);
    assert_eq!(ran.code, 1, "the reports are older than the commit: {}", ran.stderr);
    folder.commit("Record v1.2.0", &[]);
    let value = json(&now(&folder, &["diff", "v1.1.0", "v1.2.0", "--format", "json"]));
    assert_eq!(value["components"]["changes"][0]["after"][0], "2.0.0", "{value}");
    assert_eq!(value["runbooks"][0]["path"], "RELEASING.md");
    assert_eq!(
        (&value["gates"][0]["before"], &value["gates"][0]["after"]),
        (&"passed".into(), &"stale".into())
    );
    assert_eq!(value["evidence"].as_array().map(Vec::len), Some(5));
    let text = now(&folder, &["diff", "v1.1.0", "v1.2.0"]).stdout;
    assert!(
        text.contains("+1. Ship it well") && text.contains("serde 1.0.0 -> 2.0.0"),
        "{text}"
    );
    let missing = now(&folder, &["diff", "v1.1.0", "v1.2.1"]);
    assert!(
        missing.code == 2 && missing.stderr.contains("did you mean"),
        "{}",
        missing.stderr
    );
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_on_the_way_in_or_out() {
    let (folder, commit) = tagged();
    let ci = Ci::of(&commit, "one");
    std::os::unix::fs::symlink("/etc/hostname", ci.path("artifacts/secret.xml")).expect("a link can be made");
    let ran = ci.collect(&folder, "v1.0.0", &[]);
    assert!(ran.code == 2 && ran.stderr.contains("is a link"), "{}", ran.stderr);
    fs::remove_file(ci.path("artifacts/secret.xml")).expect("it is there");
    let outside = Folder::empty();
    std::os::unix::fs::symlink(outside.path(), folder.join("releases")).expect("a link can be made");
    let ran = ci.collect(&folder, "v1.0.0", &[]);
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(fs::read_dir(outside.path()).expect("it is there").count(), 0);
}

#[test]
fn a_whole_tag_names_product_and_version_in_every_command() {
    let products = "[[products]]\nid = \"api\"\nroot = \"api\"\ntags = \"api/v*\"\n[[products.gates]]\nid = \"unit\"\nformat = \"junit\"\n\n[[products]]\nid = \"web\"\nroot = \"web\"\ntags = \"web@*\"\n[[products.gates]]\nid = \"unit\"\nformat = \"junit\"\n";
    let folder = Folder::with(&[
        ("runproof.toml", products),
        ("api/RELEASING.md", "# Release\n"),
        ("web/RELEASING.md", "# Release\n"),
    ]);
    folder.git(&["tag", "api/v1.0.0"]);
    folder.git(&["tag", "web@1.0.0"]);
    let commit = folder.git(&["rev-parse", "HEAD"]);
    let ci = Ci::of(&commit, "one");
    let from = ci.path("artifacts/reports");
    for (tag, record) in [
        ("api/v1.0.0", "api/releases/v1.0.0/record.json"),
        ("web@1.0.0", "web/releases/1.0.0/record.json"),
    ] {
        let ran = now(&folder, &["collect", tag, "--from", &from, "--leave-out", "**/cov.xml"]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(folder.join(record).exists(), "{tag}: {}", ran.stdout);
        assert!(ran.stderr.contains("does not tell when it was made") || ran.stdout.contains("does not tell when it was made"));
    }
    folder.commit("Record them", &[]);
    for tag in ["api/v1.0.0", "web@1.0.0"] {
        let value = json(&now(&folder, &["release", tag, "--format", "json"]));
        assert_eq!((&value["tag"], &value["state"]), (&tag.into(), &"proven".into()), "{value}");
        assert_eq!(now(&folder, &["verify", tag]).code, 0);
    }
}
