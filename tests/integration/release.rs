//! How a version is released: the workflow, the archive it makes, the notes it publishes, and how the action installs it.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::Folder;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn bash(script: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new("bash")
        .arg(root().join(script))
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(std::env::temp_dir())
        .output()
        .expect("bash starts")
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn workflow() -> Value {
    let text = fs::read_to_string(root().join(".github/workflows/release.yml")).expect("the workflow can be read");
    serde_saphyr::from_str(&text).expect("it is YAML")
}

/// The `run:` lines of a job.
fn runs(job: &Value) -> Vec<&str> {
    let steps = job["steps"].as_array().expect("a job has steps");
    steps.iter().filter_map(|step| step["run"].as_str()).collect()
}

#[test]
fn an_archive_has_its_name_its_digest_and_all_that_belongs_to_it_and_is_the_same_twice() {
    let folder = Folder::empty();
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    let program = env!("CARGO_BIN_EXE_runproof");
    let make = |into: &str| {
        let place = folder.join(into);
        let made = bash(
            "ci/archive.sh",
            &[program, version, "x86_64-unknown-linux-gnu", &place.to_string_lossy()],
            &[],
        );
        assert!(made.status.success(), "{}", said(&made));
        let name = format!("runproof-{version}-x86_64-unknown-linux-gnu.tar.gz");
        (fs::read(place.join(&name)).expect("the archive is there"), place.join(name))
    };
    let (bytes, archive) = make("one");
    assert_eq!(bytes, make("two").0, "the same files give the same archive");
    let checked = Command::new("sha256sum")
        .args([
            "--check",
            &format!("{}.sha256", archive.file_name().expect("it has a name").to_string_lossy()),
        ])
        .current_dir(folder.join("one"))
        .output()
        .expect("sha256sum starts");
    assert!(checked.status.success(), "{}", said(&checked));
    let listed = Command::new("tar").arg("-tzf").arg(&archive).output().expect("tar starts");
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    let base = format!("runproof-{version}-x86_64-unknown-linux-gnu");
    for name in [
        "runproof",
        "README.md",
        "LICENSE-MIT",
        "man/runproof.1",
        "man/runproof-lint.1",
        "completions/runproof.bash",
        "schemas/runproof.schema.json",
    ] {
        assert!(names.lines().any(|line| line == format!("{base}/{name}")), "{name}\n{names}");
    }
    let unpacked = folder.join("unpacked");
    fs::create_dir(&unpacked).expect("the folder can be made");
    let taken = Command::new("tar")
        .arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(&unpacked)
        .status();
    assert!(taken.is_ok_and(|status| status.success()));
    // From an empty environment, with nothing on the path.
    let shown = Command::new(unpacked.join(&base).join("runproof"))
        .arg("--version")
        .env_clear()
        .output()
        .expect("it starts");
    assert_eq!(
        String::from_utf8_lossy(&shown.stdout).trim(),
        format!("runproof {}", &version[1..])
    );
}

#[test]
fn an_archive_of_another_version_than_the_tag_is_refused() {
    let folder = Folder::empty();
    let made = bash(
        "ci/archive.sh",
        &[
            env!("CARGO_BIN_EXE_runproof"),
            "v99.0.0",
            "x",
            &folder.join("x").to_string_lossy(),
        ],
        &[],
    );
    assert_eq!(made.status.code(), Some(1), "{}", said(&made));
    assert!(!folder.join("x").exists());
}

#[test]
fn notes_are_those_of_one_version_and_missing_ones_stop_the_release() {
    let folder = Folder::empty();
    folder.write(
        "CHANGELOG.md",
        "# Changelog\n\n## [Unreleased]\n\n- Later\n\n## [1.1.0] - 2026-02-01\n\n### Added\n\n- New\n\n## [1.1.0-rc.1] - 2026-01-20\n\n- Try\n\n## v1.0.0\n\n- First\n\n[1.1.0]: https://example.org\n",
    );
    let changelog = folder.join("CHANGELOG.md").to_string_lossy().into_owned();
    let notes = |version: &str| bash("ci/notes.sh", &[version, &changelog], &[]);
    assert_eq!(String::from_utf8_lossy(&notes("v1.1.0").stdout), "### Added\n\n- New\n");
    assert_eq!(String::from_utf8_lossy(&notes("1.0.0").stdout), "- First\n");
    assert_eq!(String::from_utf8_lossy(&notes("v1.1.0-rc.1").stdout), "- Try\n");
    for version in ["v2.0.0", "v1.1", "v1"] {
        assert_eq!(notes(version).status.code(), Some(1), "{version}");
    }
}

#[test]
fn the_workflow_packs_attests_and_publishes_what_the_scripts_make() {
    let workflow = workflow();
    let jobs = &workflow["jobs"];
    let archives = runs(&jobs["archives"]);
    assert!(
        archives.iter().any(|run| run.starts_with("bash ci/archive.sh ")),
        "{archives:?}"
    );
    let publish = runs(&jobs["publish"]);
    assert!(
        publish.iter().any(|run| run.contains("ci/notes.sh \"$TAG\" > notes.md")),
        "{publish:?}"
    );
    let uses: Vec<&str> = ["archives", "publish"]
        .iter()
        .flat_map(|job| jobs[job]["steps"].as_array().expect("a job has steps"))
        .filter_map(|step| step["uses"].as_str())
        .collect();
    assert!(
        uses.iter().any(|name| name.starts_with("actions/attest-build-provenance@")),
        "{uses:?}"
    );
    assert!(uses.iter().any(|name| name.starts_with("actions/attest-sbom@")), "{uses:?}");

    // The step that joins the digests, as written, over archives as the jobs leave them.
    let folder = Folder::empty();
    for name in ["runproof-v1.0.0-a.tar.gz", "runproof-v1.0.0-b.tar.gz"] {
        folder.write(&format!("dist/{name}"), name);
        let digest = Command::new("sha256sum")
            .arg(name)
            .current_dir(folder.join("dist"))
            .output()
            .expect("sha256sum starts");
        folder.write(&format!("dist/{name}.sha256"), digest.stdout);
    }
    folder.write("dist/runproof-v1.0.0.cdx.json", "{}");
    let joined = publish
        .iter()
        .find(|run| run.contains("SHA256SUMS") && run.contains("cd dist"))
        .expect("a step joins the digests");
    let run = |folder: &Path| {
        Command::new("bash")
            .args(["-euo", "pipefail", "-c", joined])
            .current_dir(folder)
            .output()
            .expect("bash starts")
    };
    let ran = run(folder.path());
    assert!(ran.status.success(), "{}", said(&ran));
    let sums = folder.read("dist/SHA256SUMS");
    assert_eq!(sums.lines().count(), 3, "{sums}");
    assert!(!sums.contains(".sha256"));
    // One byte that changed on the way stops it.
    folder.write(
        "dist/runproof-v1.0.0-a.tar.gz.sha256",
        format!("{}  runproof-v1.0.0-a.tar.gz\n", "0".repeat(64)),
    );
    assert!(!run(folder.path()).status.success());
}

#[test]
fn the_action_installs_the_archive_of_its_version_and_never_one_with_another_digest() {
    let folder = Folder::empty();
    let name = "runproof-v1.0.0-x86_64-unknown-linux-gnu";
    folder.write(&format!("made/{name}/runproof"), "#!/bin/sh\necho it\n");
    let packed = Command::new("tar")
        .args(["-czf", &format!("{name}.tar.gz"), "-C", "made", name])
        .current_dir(folder.path())
        .status();
    assert!(packed.is_ok_and(|status| status.success()));
    let digest = Command::new("sha256sum")
        .arg(format!("{name}.tar.gz"))
        .current_dir(folder.path())
        .output()
        .expect("sha256sum starts");
    folder.write("SHA256SUMS", &digest.stdout);
    // Programs of the same names stand first on the path: one that copies in place of fetching, and one that tells that it would build.
    folder.write(
        "bin/curl",
        "#!/bin/sh\nfor last; do :; done\nwhile [ $# -gt 1 ]; do [ \"$1\" = -o ] && out=$2; shift; done\ncp \"$SOURCE/$(basename \"$last\")\" \"$out\"\n",
    );
    folder.write("bin/cargo", "#!/bin/sh\necho \"cargo $*\"\n");
    for tool in ["bin/curl", "bin/cargo"] {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.join(tool), fs::Permissions::from_mode(0o755)).expect("it can be made a program");
    }
    let path = format!(
        "{}:{}",
        folder.join("bin").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let source = folder.path().to_string_lossy().into_owned();
    let install = |reference: &str, into: &str| {
        let target = folder.join(into).to_string_lossy().into_owned();
        let variables = [
            ("PATH", path.as_str()),
            ("SOURCE", &source),
            ("ROOT", &target),
            ("REPOSITORY", "team/runproof"),
            ("REF", reference),
            ("SYSTEM", "Linux-X64"),
        ];
        bash("ci/install.sh", &[], &variables)
    };
    let ran = install("v1.0.0", "a");
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(folder.read("a/bin/runproof").contains("echo it"));
    let ran = install("main", "b");
    assert!(
        said(&ran).contains("cargo install --locked --path"),
        "a branch has no archive: {}",
        said(&ran)
    );
    let ran = install("v2.0.0", "c");
    assert!(
        said(&ran).contains("cargo install"),
        "a version without an archive is built: {}",
        said(&ran)
    );
    folder.write("SHA256SUMS", format!("{}  {name}.tar.gz\n", "0".repeat(64)));
    let ran = install("v1.0.0", "d");
    assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
    assert!(!folder.join("d/bin/runproof").exists());
}
