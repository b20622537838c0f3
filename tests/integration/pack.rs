//! What an auditor takes along: a pack that is the same bytes on every machine, that tells every change of its evidence, and that unpacks
//! everywhere; and the way back from a deployment.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read as _};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::Folder;

const SETTINGS: &str = r#"keep = "10y"

[[gates]]
id = "unit"
format = "junit"

[[gates]]
id = "deploy"
format = "deployment"

[[support]]
line = "1.x"
until = "2031-01-31"
source = "SECURITY.md"

[[controls]]
id = "CHG-04"
title = "Every change is tested"
supports = ["soc2:CC8.1"]
gates = ["unit"]
facts = ["signoff", "support"]
owner = "platform lead"

[[controls]]
id = "CHG-05"
title = "Every change is attacked"
gates = ["penetration-test"]
"#;

const RUNBOOK: &str = "# Release\n\nOne person may hold both roles at night.\n\n1. Ship it.\n\n## Rollback\n\n1. Take it back.\n";

/// A report of one test that passed.
fn report(name: &str) -> String {
    format!(
        "<testsuite name=\"unit\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" timestamp=\"2026-01-05T10:00:00Z\"><testcase name=\"{name}\" classname=\"basket\" time=\"0.1\"/></testsuite>"
    )
}

/// A product with two releases, the newer of which says that it was deployed.
fn product() -> Folder {
    let folder = Folder::with(&[
        ("runproof.toml", SETTINGS),
        ("RELEASING.md", RUNBOOK),
        (
            "CHANGELOG.md",
            "# Changelog\n\n## v1.1.0\n\n- Faster\n\n## v1.0.0\n\n- First\n",
        ),
    ]);
    for (version, digit) in [("v1.0.0", "8"), ("v1.1.0", "9")] {
        let commit = folder.commit(&format!("Prepare {version} (#7)"), &[("src.txt", version)]);
        folder.git(&["tag", "--annotate", version, "--message", version]);
        folder.write("out/unit/junit.xml", report(&format!("adds up for {version}")));
        let deployment = format!(
            r#"{{"schema":"runproof-deployment/1","gate":"deploy","subject":{{"commit":"{commit}"}},"environment":"production","state":"ready","by":"operator","finished":"2026-01-05T12:00:00Z","artifacts":[{{"name":"api","digest":"sha256:{}"}}]}}"#,
            digit.repeat(64)
        );
        folder.write("out/deploy/deployment.json", deployment);
        let collected = folder.run(&["collect", version, "--from", "out"]);
        assert!(collected.code < 2, "{}", collected.stderr);
        fs::remove_dir_all(folder.join("out")).expect("it can be removed");
        folder.commit(&format!("Record {version}"), &[]);
    }
    folder
}

fn pack(folder: &Folder, variables: &[(&str, &str)]) -> Vec<u8> {
    let out = tempfile::tempdir().expect("a folder for the test can be made");
    let file = out.path().join("pack.zip");
    let ran = folder.run_with(&["pack", "--period", "2026", "--out", &file.to_string_lossy()], variables);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    fs::read(&file).expect("the pack is there")
}

#[test]
fn a_pack_that_is_there_is_not_written_over_without_a_word() {
    let folder = product();
    let out = tempfile::tempdir().expect("a folder for the test can be made");
    let file = out.path().join("pack.zip");
    fs::write(&file, "what the auditor has").expect("it can be written");
    let name = file.to_string_lossy().into_owned();
    let ran = folder.run(&["pack", "--period", "2026", "--out", &name]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("is there already") && ran.stderr.contains("--again"),
        "{}",
        ran.stderr
    );
    assert_eq!(fs::read(&file).expect("it is there"), b"what the auditor has");
    let again = folder.run(&["pack", "--period", "2026", "--out", &name, "--again"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
}

fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("it is an archive");
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a file");
        let name = file.name().expect("its name is text").into_owned();
        assert!(file.is_file() && !file.is_symlink(), "{name}");
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o644), "{name}");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it can be read");
        assert!(files.insert(name, bytes).is_none(), "every name once");
    }
    files
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_pack_is_the_same_bytes_whatever_the_machine() {
    let folder = product();
    let plain = pack(
        &folder,
        &[("LC_ALL", "C"), ("TZ", "UTC"), ("RAYON_NUM_THREADS", "1"), ("LANG", "C")],
    );
    let other = pack(
        &folder,
        &[
            ("LC_ALL", "de_DE.UTF-8"),
            ("TZ", "Pacific/Auckland"),
            ("RAYON_NUM_THREADS", "7"),
            ("LANG", "tr_TR.UTF-8"),
            ("COLUMNS", "40"),
        ],
    );
    assert_eq!(digest(&plain), digest(&other));
    // Another checkout of the same commit in another place, under another mask for new files.
    let clone = Folder::empty();
    let from = folder.path().display().to_string();
    clone.git(&["clone", "--quiet", &from, "."]);
    let out = tempfile::tempdir().expect("a folder for the test can be made");
    let file = out.path().join("pack.zip");
    let program = env!("CARGO_BIN_EXE_runproof");
    if cfg!(unix) {
        let name = folder.path().file_name().expect("a name").to_string_lossy().into_owned();
        let renamed = out.path().join(name);
        fs::rename(clone.path(), &renamed).expect("it can be moved");
        let line = format!(
            "umask 077; exec '{program}' pack --period 2026 --today 2026-02-01 --repo '{}' --out '{}'",
            renamed.display(),
            file.display()
        );
        let ran = Command::new("sh").args(["-c", &line]).output().expect("there is a shell");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let masked = fs::read(&file).expect("the pack is there");
        assert_eq!(digest(&plain), digest(&masked));
        fs::rename(&renamed, clone.path()).expect("it can be moved back");
    }
}

#[test]
fn a_pack_names_its_files_and_unpacks_everywhere() {
    let folder = product();
    let files = unpacked(&pack(&folder, &[]));
    let mut folded = BTreeSet::new();
    let mut top = BTreeSet::new();
    for name in files.keys() {
        assert!(!name.starts_with('/') && !name.contains(['\\', ':']), "{name}");
        assert!(name.split('/').all(|part| !matches!(part, "" | "." | "..")), "{name}");
        assert!(folded.insert(name.to_lowercase()), "{name} is another file on some systems");
        top.extend(name.split('/').next());
    }
    assert_eq!(top.len(), 1, "everything lies in one folder: {top:?}");
    let base = top.first().expect("there is one");
    let text = |name: &str| {
        let bytes = files
            .get(&format!("{base}/{name}"))
            .unwrap_or_else(|| panic!("{name} is not there"));
        String::from_utf8(bytes.clone()).expect("it is text")
    };
    // The list of digests names every other file, and so does the statement, but for itself and the list.
    let sums = text("SHA256SUMS");
    let named: BTreeMap<&str, &str> = sums
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(a, b)| (b, a))
        .collect();
    assert_eq!(named.len(), files.len() - 1);
    for (name, sum) in &named {
        assert_eq!(digest(&files[&format!("{base}/{name}")]), *sum, "{name}");
    }
    let statement: Value = serde_json::from_str(&text("STATEMENT.intoto.json")).expect("it is JSON");
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    let subjects = statement["subject"].as_array().expect("a list");
    assert_eq!(subjects.len(), files.len() - 2);
    for subject in subjects {
        let name = subject["name"].as_str().expect("a name");
        assert_eq!(subject["digest"]["sha256"].as_str(), named.get(name).copied(), "{name}");
    }
    // Observations rest on files of the pack, and conclude nothing.
    let oscal: Value = serde_json::from_str(&text("assessment-results.oscal.json")).expect("it is JSON");
    let result = &oscal["assessment-results"]["results"][0];
    assert!(result.get("findings").is_none() && result.get("risks").is_none());
    let observations = result["observations"].as_array().expect("a list");
    assert!(
        observations
            .iter()
            .any(|one| one["title"] == "CHG-04: Every change is tested")
    );
    let evidence = observations
        .iter()
        .flat_map(|one| one["relevant-evidence"].as_array().expect("a list"));
    let resources = oscal["assessment-results"]["back-matter"]["resources"]
        .as_array()
        .expect("a list");
    let links = resources
        .iter()
        .flat_map(|one| one["rlinks"].as_array().into_iter().flatten());
    for link in evidence.chain(links) {
        let href = link["href"].as_str().expect("a reference");
        let mut parts: Vec<&str> = Vec::new();
        for part in href.split('/') {
            match part {
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let path = parts.join("/");
        assert!(files.contains_key(&format!("{base}/{path}")), "{href} is not in the pack");
        if let Some(sum) = link["hashes"][0]["value"].as_str() {
            assert_eq!(named.get(path.as_str()).copied(), Some(sum), "{path}");
        }
    }
    let deployments = text("handbook/audit/2026/deployments.csv");
    assert!(
        deployments.contains("v1.1.0/1,deployed,production,2026-01-05T12:00:00Z,operator,"),
        "{deployments}"
    );
    let kept = text("handbook/audit/kept.csv");
    assert!(kept.contains("evidence/unit/junit.xml") && kept.contains(",there,"), "{kept}");
}

#[test]
fn one_changed_byte_of_evidence_changes_the_pack_and_verify_names_it() {
    let folder = product();
    let before = pack(&folder, &[]);
    assert_eq!(before, pack(&folder, &[]));
    let path = "releases/v1.0.0/evidence/unit/junit.xml";
    let changed = folder.read(path).replace("adds up", "adds uP");
    folder.write(path, changed);
    folder.commit("Tidy up", &[]);
    assert_ne!(digest(&before), digest(&pack(&folder, &[])));
    let verified = folder.run(&["verify"]);
    assert_eq!(verified.code, 1, "{}", verified.stdout);
    assert!(verified.stdout.contains(path), "{}", verified.stdout);
}

#[test]
fn a_deployment_leads_back_to_its_release_and_its_changes() {
    let folder = product();
    for name in [
        "v1.1.0/1",
        "sha256:99999999",
        &folder.git(&["rev-parse", "v1.1.0^{commit}"])[..9],
    ] {
        let ran = folder.run(&["release", "--deployment", name]);
        assert!(ran.code < 2, "{}", ran.stderr);
        for words in [
            "v1.1.0/1 deployed",
            "production",
            "the released commit",
            "RELEASING.md:7, “Rollback”",
            "Prepare v1.1.0 (#7)",
        ] {
            assert!(ran.stdout.contains(words), "{words} of {name}: {}", ran.stdout);
        }
    }
    let ran = folder.run(&["release", "--deployment", "v1.1.0/1", "--format", "json"]);
    let json: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(json["trace"]["release"]["version"], "v1.1.0");
    assert_eq!(json["trace"]["changes"].as_array().map(Vec::len), Some(2), "{}", ran.stdout);
    let none = folder.run(&["release", "--deployment", "v9/9"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("the newest are `v1.1.0/1`"), "{}", none.stderr);
}

#[test]
fn lint_tells_of_controls_in_every_form() {
    let folder = product();
    let forms = folder.run(&["lint", "--list-formats"]).stdout;
    let forms: Vec<&str> = forms.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(forms.len() > 5, "{forms:?}");
    for form in forms {
        let ran = folder.run(&["lint", "--format", form]);
        assert!(ran.code < 2, "{form}: {}", ran.stderr);
        assert!(
            ran.stdout.contains("control-unknown-gate") && ran.stdout.contains("penetration-test"),
            "{form}: {}",
            ran.stdout
        );
    }
    let settings = folder.read("runproof.toml");
    let before = settings.split("id = \"CHG-05\"").next().unwrap_or_default();
    let place = format!("runproof.toml:{}:1: warning[control-unknown-gate]", before.lines().count());
    let concise = folder.run(&["lint", "--format", "concise"]).stdout;
    assert!(concise.contains(&place), "{place} is not in {concise}");
    assert!(folder.run(&["build", "--out", "site"]).code < 2);
    let page = folder.read("site/index.json") + &folder.read("site/freshness/index.json");
    assert!(page.contains("control-unknown-gate"), "the handbook tells the same");
}
