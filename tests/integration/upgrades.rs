//! Files of other versions of the program: older ones are read, newer ones are refused with a word and left as they are.

use std::fs;
use std::path::Path;

use crate::support::Folder;

const RUNBOOK: &str = "# Release\n\nOwner: platform\nLast reviewed: 2026-01-01\n\n1. Run `make check`.\n";

fn repository() -> Folder {
    Folder::with(&[("docs/runbooks/release.md", RUNBOOK), ("Makefile", "check:\n\ttrue\n")])
}

#[test]
fn settings_and_waivers_of_a_newer_form_stop_every_command() {
    for (file, form) in [
        ("runproof.toml", "runproof-settings"),
        ("runproof-waivers.toml", "runproof-waivers"),
    ] {
        let folder = repository();
        folder.commit("Older", &[(file, &format!("schema = \"{form}/1\"\n"))]);
        let ran = folder.run(&["lint"]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        folder.commit(
            "Newer",
            &[(file, &format!("schema = \"{form}/2\"\n[what-nobody-knows]\nx = 1\n"))],
        );
        for command in ["lint", "build", "gates"] {
            let ran = folder.run(&[command]);
            assert_eq!(ran.code, 2, "{file} {command}: {}", ran.stderr);
            let wanted = format!("{file}:1:10: the schema `{form}/2` is of a newer Runproof");
            assert!(
                ran.stderr.contains(&wanted) && ran.stderr.contains("install the version"),
                "{}",
                ran.stderr
            );
            assert!(!ran.stderr.contains("what-nobody-knows"), "{}", ran.stderr);
        }
        assert!(!folder.join("site").exists());
    }
}

#[test]
fn a_baseline_of_a_newer_form_accepts_nothing_and_is_not_written_over() {
    let folder = Folder::with(&[
        ("docs/runbooks/release.md", "# Release\n\n1. Run `make gone`.\n"),
        ("Makefile", "check:\n\ttrue\n"),
    ]);
    let ran = folder.run(&["baseline", "write"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let older = folder.read("runproof-baseline.json");
    assert!(older.contains("\"schema\": \"runproof-baseline/1\""));
    assert_eq!(folder.run(&["lint", "--worktree"]).code, 0, "what stands in it is accepted");
    let newer = older
        .replace("runproof-baseline/1", "runproof-baseline/2")
        .replace("\"rule\"", "\"check\"");
    folder.write("runproof-baseline.json", &newer);
    for command in [&["lint", "--worktree"][..], &["baseline", "prune"], &["baseline", "write"]] {
        let ran = folder.run(command);
        assert_eq!(ran.code, 2, "{command:?}: {}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stderr.contains("of a newer Runproof") && ran.stderr.contains("install the version"),
            "{}",
            ran.stderr
        );
        assert_eq!(folder.read("runproof-baseline.json"), newer, "{command:?}");
    }
}

#[test]
fn a_record_of_a_newer_form_proves_nothing_and_no_other_is_chained_to_it() {
    let folder = repository();
    folder.commit(
        "Gates",
        &[("runproof.toml", "[[gates]]\nid = \"unit\"\nformat = \"junit\"\n")],
    );
    folder.git(&["tag", "v1.0.0"]);
    let empty = Folder::empty();
    empty.write(
        "junit.xml",
        "<testsuite name=\"a\" tests=\"1\" failures=\"0\"><testcase name=\"b\" classname=\"c\"/></testsuite>",
    );
    let from = empty.path().to_string_lossy().into_owned();
    let ran = folder.run(&["collect", "v1.0.0", "--from", &from]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    folder.commit("Record", &[]);
    let shown = folder.run(&["release", "v1.0.0"]);
    assert!(
        shown.stdout.contains("proven") && !shown.stdout.contains("not proven"),
        "{}",
        shown.stdout
    );
    let record = folder.read("releases/v1.0.0/record.json");
    let newer = record.replace("runproof-record/1", "runproof-record/2");
    assert_ne!(record, newer);
    folder.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    folder.write("releases/v1.0.0/evidence/unit/junit.xml", empty.read("junit.xml"));
    folder.commit("Record of a newer version", &[("releases/v1.0.0/record.json", &newer)]);
    let shown = folder.run(&["release", "v1.0.0"]);
    assert!(
        shown.stdout.contains("of a newer Runproof"),
        "{}{}",
        shown.stdout,
        shown.stderr
    );
    assert_ne!(shown.code, 0, "{}", shown.stdout);
    let verified = folder.run(&["verify"]);
    assert!(
        verified.code != 0 && format!("{}{}", verified.stdout, verified.stderr).contains("of a newer Runproof"),
        "{}{}",
        verified.stdout,
        verified.stderr
    );
    // It is not written over, and nothing is chained to what nobody here can read.
    folder.git(&["tag", "v1.1.0"]);
    for command in [
        vec!["collect", "v1.1.0", "--from", &from],
        vec![
            "amend",
            "v1.0.0",
            "--from",
            &from,
            "--by",
            "release driver",
            "--reason",
            "The watch of the first day is over",
        ],
    ] {
        let ran = folder.run(&command);
        assert_eq!(ran.code, 2, "{command:?}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("newer"), "{}", ran.stderr);
        assert!(!folder.join("releases/v1.1.0").exists());
    }
    assert_eq!(folder.read("releases/v1.0.0/record.json"), newer);
}

#[test]
fn a_stamp_of_a_newer_form_is_told_and_left_alone() {
    let folder = repository();
    let ran = folder.run(&["review", "docs/runbooks/release.md", "--by", "reviewer", "--yes"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let current = folder.read("docs/runbooks/release.md");
    assert!(current.contains("\"2:"), "{current}");
    let newer = current.replace("\"2:", "\"3:");
    folder.write("docs/runbooks/release.md", &newer);
    let ran = folder.run(&["lint", "--worktree"]);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(
        said.contains("stamp-damaged") && said.contains("a newer Runproof wrote it (form 3, and this one reads up to 2)"),
        "{said}"
    );
    assert!(said.contains("install the version"), "{said}");
    let ran = folder.run(&["review", "docs/runbooks/release.md", "--by", "reviewer", "--yes"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout.contains("not stamped, since a newer Runproof stamped it"),
        "{}",
        ran.stdout
    );
    assert_eq!(folder.read("docs/runbooks/release.md"), newer);
    // One of the first form is renewed.
    let older = current.split('\n').map(|line| match line.split_once("\"2:") {
        Some((before, _)) => format!("{before}\"0000001adeadbeef\""),
        None => line.to_owned(),
    });
    folder.write("docs/runbooks/release.md", older.collect::<Vec<_>>().join("\n"));
    let ran = folder.run(&["review", "docs/runbooks/release.md", "--by", "reviewer", "--yes"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("an older version of the program"), "{}", ran.stdout);
    assert!(folder.read("docs/runbooks/release.md").contains("\"2:"));
}

#[test]
fn a_cache_of_another_version_is_made_anew_and_a_site_of_one_is_not_judged() {
    let folder = repository();
    let cache = Folder::empty();
    let place = cache.path().to_string_lossy().into_owned();
    let build = || folder.run(&["build", "--cache-dir", &place]);
    assert_eq!(build().code, 0);
    let kept = cache.files("");
    assert!(!kept.is_empty());
    for version in [0_u32, 2, 9] {
        for (name, bytes) in &kept {
            let mut other = bytes.clone();
            other[8..12].copy_from_slice(&version.to_le_bytes());
            cache.write(name, other);
        }
        let ran = build();
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(!ran.stderr.contains("nothing changed since the last build"), "{}", ran.stderr);
    }
    let manifest = folder.read("site/manifest.json");
    folder.write(
        "site/manifest.json",
        manifest.replace("runproof-manifest/1", "runproof-manifest/2"),
    );
    let ran = folder.run(&["verify", "site"]);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("runproof-manifest/2"), "{}", ran.stderr);
}

/// What stands in `docs/upgrades.md` is what the program writes.
#[test]
fn the_page_about_upgrades_names_every_form() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/upgrades.md")).expect("the page is there");
    for (file, constant) in [
        ("src/config/read.rs", "SCHEMA"),
        ("src/config/waivers.rs", "SCHEMA"),
        ("src/config/baseline.rs", "SCHEMA"),
        ("src/parse/release_log/record.rs", "SCHEMA"),
        ("src/parse/release_log/amendment.rs", "SCHEMA"),
        ("src/output/verify.rs", "SCHEMA"),
        ("src/model/stable.rs", "VERSION"),
    ] {
        let source = fs::read_to_string(root.join(file)).expect("the source is there");
        let line = source
            .lines()
            .find(|line| line.contains(&format!("const {constant}:")))
            .expect("it has a form");
        let value = line.rsplit(" = ").next().expect("it has a value").trim_end_matches(';');
        let value = if constant == "VERSION" {
            format!("`{value}:`")
        } else {
            value.trim_matches('"').to_owned()
        };
        assert!(page.contains(&value), "{file}: {value}");
    }
}
