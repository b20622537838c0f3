//! What `verify` finds in two whole releases after something was done to them.

use std::fs;

use crate::evidence::{COVERAGE, Ci, RECORD, digest, json, now, tagged, two};
use crate::support::Folder;

/// What `verify` finds after something was done to two whole releases.
fn found(change: impl FnOnce(&Folder)) -> Vec<(String, String, String)> {
    let folder = two();
    change(&folder);
    folder.commit("Change it", &[]);
    let ran = now(&folder, &["verify", "--format", "json"]);
    let value = json(&ran);
    assert_eq!(ran.code, i32::from(!value["is_clean"].as_bool().unwrap_or_default()));
    let text = now(&folder, &["verify"]).stdout;
    let differences = value["differences"].as_array().cloned().unwrap_or_default();
    for (at, difference) in differences.iter().enumerate() {
        let word = |key: &str| difference[key].as_str().unwrap_or_default().to_owned();
        assert!(!word("help").is_empty(), "{difference}");
        let order = if at == 0 { "first" } else { "also" };
        assert!(
            text.lines()
                .any(|line| line.starts_with(order) && line.contains(&word("path"))),
            "{text}"
        );
    }
    differences
        .iter()
        .map(|difference| {
            let word = |key: &str| difference[key].as_str().unwrap_or_default().to_owned();
            (word("kind"), word("path"), word("message"))
        })
        .collect()
}

fn has(found: &[(String, String, String)], kind: &str, path: &str) -> bool {
    found.iter().any(|(known, place, _)| known == kind && place.contains(path))
}
const NEWEST: &str = "releases/v1.1.0/record.json";

#[test]
fn verify_is_silent_about_what_nobody_touched() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn verify_finds_a_changed_byte() {
    let found = found(|folder| {
        folder.write(
            "releases/v1.0.0/evidence/coverage/cov.xml",
            COVERAGE.replace("hits=\"0\"", "hits=\"1\""),
        );
    });
    assert!(has(&found, "file-changed", "evidence/coverage/cov.xml"), "{found:?}");
}

#[test]
fn verify_finds_a_removed_file() {
    let found = found(|folder| fs::remove_file(folder.join("releases/v1.1.0/evidence/scan/codeql.sarif")).expect("it is there"));
    assert!(has(&found, "file-removed", "evidence/scan/codeql.sarif"), "{found:?}");
}

#[test]
fn verify_finds_a_removed_record_also_the_newest_with_everything_around_it() {
    for (folder_of, path) in [("releases/v1.0.0", RECORD), ("releases/v1.1.0", NEWEST)] {
        let only = found(|folder| fs::remove_file(folder.join(path)).expect("it is there"));
        assert!(has(&only, "record-removed", path), "{only:?}");
        let whole = found(|folder| fs::remove_dir_all(folder.join(folder_of)).expect("it is there"));
        assert!(has(&whole, "record-removed", path), "{whole:?}");
    }
}

#[test]
fn verify_finds_a_chain_in_another_order() {
    let found = found(|folder| {
        // The older record is made to follow the newer one, whose link is taken out.
        let newer = folder.read(NEWEST);
        let start = newer.find("\"prev\": \"").expect("it is chained");
        let newer = format!(
            "{}\"prev\": null{}",
            &newer[..start],
            &newer[start + "\"prev\": \"".len() + 65..]
        );
        let older = folder
            .read(RECORD)
            .replace("\"prev\": null", &format!("\"prev\": \"{}\"", digest(&newer)));
        folder.write(NEWEST, newer);
        folder.write(RECORD, older);
    });
    assert!(
        found
            .iter()
            .any(|(kind, _, message)| kind == "record" && message.contains("released later")),
        "{found:?}"
    );
}

#[test]
fn verify_finds_a_swapped_record() {
    let found = found(|folder| {
        let (older, newer) = (folder.read(RECORD), folder.read(NEWEST));
        folder.write(RECORD, newer);
        folder.write(NEWEST, older);
    });
    assert!(
        found
            .iter()
            .any(|(kind, _, message)| kind == "record" && message.contains("lies in the folder")),
        "{found:?}"
    );
}

#[test]
fn verify_finds_a_rewritten_newest_record_with_its_files() {
    let found = found(|folder| {
        let path = "releases/v1.1.0/evidence/coverage/cov.xml";
        let old = folder.read(path);
        let new = old.replace("hits=\"0\"", "hits=\"1\"");
        folder.write(path, &new);
        folder.write(NEWEST, folder.read(NEWEST).replace(&digest(&old), &digest(&new)));
    });
    assert!(has(&found, "record-rewritten", NEWEST), "{found:?}");
    assert_eq!(found.len(), 1, "the digests agree, and git does not: {found:?}");
}

#[test]
fn verify_finds_the_same_digest_under_two_releases() {
    let (folder, commit) = tagged();
    let ci = Ci::of(&commit, "one");
    assert_eq!(ci.collect(&folder, "v1.0.0", &[]).code, 0);
    folder.commit("Record v1.0.0", &[]);
    let commit = folder.commit("Go on", &[("code.txt", "2")]);
    let next = Ci::of(&commit, "two");
    next.write(
        "artifacts/reports/cov.xml",
        &fs::read_to_string(ci.path("artifacts/reports/cov.xml")).expect("it is there"),
    );
    let ran = next.collect(&folder, "v1.1.0", &["--commit", "HEAD", "--released", "2026-01-05T09:00:00Z"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    folder.commit("Record v1.1.0", &[]);
    let value = json(&now(&folder, &["verify", "--format", "json"]));
    let kinds: Vec<&str> = value["differences"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["shared-digest", "shared-digest"], "{value}");
}

#[test]
fn verify_finds_a_wrong_length() {
    let found = found(|folder| {
        let bytes = format!(
            "\"bytes\": {}",
            folder.read("releases/v1.1.0/evidence/coverage/cov.xml").len()
        );
        folder.write(NEWEST, folder.read(NEWEST).replace(&bytes, "\"bytes\": 7"));
    });
    assert!(has(&found, "file-length", NEWEST), "{found:?}");
    assert!(
        found.iter().any(|(_, _, message)| message.contains("the record says 7")),
        "{found:?}"
    );
}

#[test]
fn verify_finds_an_edited_page_and_a_verdict_that_was_edited_with_its_manifest() {
    let folder = two();
    assert_eq!(folder.run(&["build"]).code, 0);
    let site = folder.join("site").to_string_lossy().into_owned();
    let verify = || folder.run(&["verify", &site]);
    let whole = verify();
    assert_eq!(whole.code, 0, "{}", whole.stdout);
    assert!(!whole.stdout.contains("not checked"), "{}", whole.stdout);
    let url = "releases/v1.1.0/index.json";
    let path = format!("site/{url}");
    let old = folder.read(&path);
    let new = old.replace("\"proven\"", "\"failed\"");
    assert_ne!(old, new);
    folder.write(&path, &new);
    let edited = verify();
    assert_eq!(edited.code, 1);
    assert!(
        edited.stdout.contains(&format!("{url}: not as the manifest: changed")),
        "{}",
        edited.stdout
    );
    let manifest = folder.read("site/manifest.json").replace(&digest(&old), &digest(&new));
    folder.write("site/manifest.json", manifest);
    let both = verify();
    assert_eq!(both.code, 1, "{}", both.stdout);
    assert!(both.stdout.contains(&format!("{url}: not as made anew")), "{}", both.stdout);
    fs::remove_dir_all(folder.join("site")).expect("it is there");
    assert_eq!(verify().code, 2, "no version, and no folder");
}

#[test]
fn verify_finds_records_that_the_settings_put_out_of_sight() {
    let found = found(|folder| {
        let settings = folder.read("runproof.toml");
        folder.write("runproof.toml", format!("releases = \"records\"\n{settings}"));
    });
    assert!(has(&found, "record", RECORD) && has(&found, "record", NEWEST), "{found:?}");
    // A record of another repository, such as one in a fixture, is none of this one.
    let folder = two();
    let other = folder
        .read(RECORD)
        .replace(&folder.git(&["rev-parse", "v1.0.0^{commit}"]), &"1".repeat(40));
    folder.commit("Add a fixture", &[("tests/fixtures/v1.0.0/record.json", other.as_str())]);
    assert_eq!(now(&folder, &["verify"]).code, 0);
}
