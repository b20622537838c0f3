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
    // From an empty environment, with nothing on the path, not even git, and without a network where the machine lets that be taken away.
    let service = Folder::with(&[
        ("docs/runbooks/release.md", "# Release\n\n1. Run `make check`.\n"),
        ("Makefile", "check:\n\ttrue\n"),
    ]);
    service.git(&["tag", "v1.0.0"]);
    let alone = Command::new("unshare")
        .args(["-rn", "true"])
        .output()
        .is_ok_and(|ran| ran.status.success());
    let program = unpacked.join(&base).join("runproof");
    let run = |arguments: &[&str]| {
        let mut command = if alone {
            let mut command = Command::new("/usr/bin/unshare");
            command.arg("-rn").arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let ran = command
            .args(arguments)
            .current_dir(service.path())
            .env_clear()
            .output()
            .expect("it starts");
        assert!(ran.status.success(), "{arguments:?}: {}", said(&ran));
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    };
    assert_eq!(run(&["--version"]), format!("runproof {}", &version[1..]));
    run(&["build"]);
    run(&["lint"]);
    assert!(service.read("site/index.html").contains("v1.0.0"));
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

/// Every `run:` step of the workflow, in its order, as written, over programs that only tell what they were called with.
#[test]
fn the_workflow_goes_from_a_tag_to_a_release() {
    let workflow = workflow();
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    let folder = Folder::empty();
    for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "Cargo.toml"] {
        fs::copy(root().join(file), folder.join(file)).expect("it can be copied");
    }
    for part in ["ci", "schemas"] {
        for entry in fs::read_dir(root().join(part)).expect("the folder can be read").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            folder.write(&format!("{part}/{name}"), fs::read(entry.path()).expect("it can be read"));
        }
    }
    folder.write(
        "CHANGELOG.md",
        format!("# Changelog\n\n## [Unreleased]\n\n- Later\n\n## [{}] - 2026-12-01\n\n### Added\n\n- The first\n\n## [0.0.1] - 2026-01-01\n\n- Before\n", &version[1..]),
    );
    let program = env!("CARGO_BIN_EXE_runproof");
    let tools = [
        ("rustup", String::new()),
        (
            "cargo",
            format!(
                "echo \"cargo $*\" >> \"$CALLS\"\ncase \"$1\" in\nbuild) mkdir -p \"target/$TARGET/release\"; cp '{program}' \"target/$TARGET/release/$PROGRAM\" ;;\n\
                 cyclonedx) echo '{{\"bomFormat\":\"CycloneDX\"}}' > runproof-sbom.json ;;\nesac\n"
            ),
        ),
        ("gh", "echo \"gh $*\" >> \"$CALLS\"\nmkdir published\nfor file; do case \"$file\" in dist/*|notes.md) cp \"$file\" published/ ;; esac; done\n".to_owned()),
    ];
    for (name, script) in &tools {
        use std::os::unix::fs::PermissionsExt;
        folder.write(&format!("tools/{name}"), format!("#!/bin/sh\n{script}"));
        fs::set_permissions(folder.join(&format!("tools/{name}")), fs::Permissions::from_mode(0o755))
            .expect("it can be made a program");
    }
    let path = format!(
        "{}:{}",
        folder.join("tools").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let calls = folder.join("calls").to_string_lossy().into_owned();
    let run = |job: &str, variables: &[(&str, &str)]| {
        for step in runs(&workflow["jobs"][job]) {
            assert!(
                !step.contains("${{"),
                "a value of the forge reaches a step as a variable only: {step}"
            );
            let ran = Command::new("bash")
                .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step])
                .current_dir(folder.path())
                .env("PATH", &path)
                .env("CALLS", &calls)
                .env("TAG", version)
                .envs(variables.iter().copied())
                .output()
                .expect("bash starts");
            assert!(ran.status.success(), "{job}: {step}\n{}", said(&ran));
        }
    };
    let matrix = workflow["jobs"]["archives"]["strategy"]["matrix"]["include"]
        .as_array()
        .expect("there are platforms");
    let mut names = Vec::new();
    for row in matrix {
        let (target, program) = (
            row["target"].as_str().expect("a target"),
            row["program"].as_str().expect("a program"),
        );
        run("archives", &[("TARGET", target), ("PROGRAM", program)]);
        names.push(format!("runproof-{version}-{target}.tar.gz"));
    }
    run("sbom", &[]);
    names.extend(["cargo-audit", "cdx"].map(|what| format!("runproof-{version}.{what}.json")));
    // The jobs hand their folders on: here they are one already.
    run("publish", &[]);
    names.sort();
    let sums = folder.read("published/SHA256SUMS");
    let listed: Vec<&str> = sums
        .lines()
        .filter_map(|line| line.split_once("  ").map(|(_, name)| name))
        .collect();
    assert_eq!(
        listed, names,
        "every archive, the bill of materials with its advisories, and nothing else"
    );
    let checked = Command::new("sha256sum")
        .args(["--check", "--strict", "SHA256SUMS"])
        .current_dir(folder.join("published"))
        .output();
    assert!(checked.expect("sha256sum starts").status.success());
    assert_eq!(
        folder.read("published/notes.md"),
        "### Added\n\n- The first\n",
        "the notes of this version only"
    );
    let calls = folder.read("calls");
    assert!(
        calls.contains(&format!(
            "gh release create {version} --verify-tag --title {version} --notes-file notes.md "
        )),
        "{calls}"
    );
    assert!(
        calls.ends_with("cargo publish --locked\n"),
        "what cannot be taken back comes last: {calls}"
    );
    // Attestations are asked for where the archives are, with the rights that they need.
    for (job, action) in [
        ("archives", "actions/attest-build-provenance@"),
        ("publish", "actions/attest-sbom@"),
    ] {
        let job = &workflow["jobs"][job];
        let steps = job["steps"].as_array().expect("a job has steps");
        assert!(
            steps
                .iter()
                .filter_map(|step| step["uses"].as_str())
                .any(|name| name.starts_with(action)),
            "{action}"
        );
        assert_eq!(
            (&job["permissions"]["attestations"], &job["permissions"]["id-token"]),
            (&"write".into(), &"write".into())
        );
    }
    assert_eq!(workflow["permissions"]["contents"], "read", "no other job may write");
}

/// `cargo binstall` asks for the archive where the workflow puts it.
#[test]
fn the_metadata_for_binstall_names_the_archives_of_the_workflow() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml"))
        .expect("it can be read")
        .parse()
        .expect("it is TOML");
    let metadata = &manifest["package"]["metadata"]["binstall"];
    let filled = |key: &str| {
        let text = metadata[key].as_str().expect("a text");
        [
            ("{ repo }", "https://example.org/r"),
            ("{ name }", "runproof"),
            ("{ version }", "1.2.3"),
            ("{ target }", "T"),
            ("{ bin }", "runproof"),
            ("{ binary-ext }", ".exe"),
        ]
        .iter()
        .fold(text.to_owned(), |text, (gap, word)| text.replace(gap, word))
    };
    assert_eq!(
        filled("pkg-url"),
        "https://example.org/r/releases/download/v1.2.3/runproof-v1.2.3-T.tar.gz"
    );
    assert_eq!(filled("bin-dir"), "runproof-v1.2.3-T/runproof.exe");
    assert_eq!(metadata["pkg-fmt"].as_str(), Some("tgz"));
}

/// The steps of the file for an image, over the archive and the digests that a release has.
#[allow(clippy::print_stdout, reason = "what a test skips is said where tests are run")]
#[test]
fn the_image_holds_the_program_of_the_archive_and_nothing_that_its_digest_does_not_vouch_for() {
    let text = fs::read_to_string(root().join("ci/Containerfile")).expect("it can be read");
    let stages: Vec<&str> = text.split("\nFROM ").skip(1).collect();
    let [build, image] = stages.as_slice() else { panic!("{text}") };
    let user = image
        .lines()
        .find_map(|line| line.strip_prefix("USER "))
        .expect("it names a user");
    assert!(
        user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id >= 1000)),
        "{user}"
    );
    assert!(!image.contains("\nRUN ") && image.contains("ENTRYPOINT [\"runproof\"]"));
    let script = build.split_once("\nRUN ").expect("it unpacks").1.replace("\\\n", "\n");
    let folder = Folder::empty();
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    let target = "x86_64-unknown-linux-gnu";
    let made = bash(
        "ci/archive.sh",
        &[
            env!("CARGO_BIN_EXE_runproof"),
            version,
            target,
            &folder.path().to_string_lossy(),
        ],
        &[],
    );
    assert!(made.status.success(), "{}", said(&made));
    let name = format!("runproof-{version}-{target}.tar.gz");
    folder.write(
        "SHA256SUMS",
        folder.read(&format!("{name}.sha256")) + &format!("{}  other.tar.gz\n", "0".repeat(64)),
    );
    let run = |machine: &str| {
        Command::new("bash")
            .args(["-euo", "pipefail", "-c", &script])
            .current_dir(folder.path())
            .envs([("VERSION", version), ("TARGETARCH", machine)])
            .output()
            .expect("bash starts")
    };
    assert!(!run("riscv64").status.success());
    let ran = run("amd64");
    assert!(ran.status.success(), "{}", said(&ran));
    for file in image.lines().filter_map(|line| line.strip_prefix("COPY --from=archive ")) {
        for source in file.split(' ').filter_map(|word| word.strip_prefix("/archive/")) {
            assert!(folder.join(source).is_file(), "{source}");
        }
    }
    fs::remove_dir_all(folder.join("program")).expect("it can be removed");
    folder.write("SHA256SUMS", format!("{}  {name}\n", "0".repeat(64)));
    assert!(!run("amd64").status.success() && !folder.join("program").exists());
    folder.write("SHA256SUMS", "");
    assert!(!run("amd64").status.success() && !folder.join("program").exists());
    let linted = Command::new("hadolint").arg(root().join("ci/Containerfile")).output();
    match linted {
        Ok(linted) => assert!(linted.status.success(), "{}", said(&linted)),
        Err(_) => println!("skipped: there is no hadolint"),
    }
}

/// The key of the cache follows whatever the program is built from.
#[test]
fn the_action_keeps_a_program_under_a_key_that_follows_its_sources() {
    let folder = Folder::empty();
    for (file, text) in [
        (
            "ci/key.sh",
            fs::read_to_string(root().join("ci/key.sh")).expect("it can be read").as_str(),
        ),
        ("ci/install.sh", "x"),
        ("Cargo.toml", "[package]\nname = \"runproof\"\nversion = \"1.2.3\"\n"),
        ("Cargo.lock", ""),
        ("src/main.rs", "fn main() {}"),
        ("templates/a b.html", "x"),
    ] {
        folder.write(file, text);
    }
    let key = |system: &str| {
        let ran = Command::new("bash")
            .arg(folder.join("ci/key.sh"))
            .env("SYSTEM", system)
            .output()
            .expect("bash starts");
        assert!(ran.status.success(), "{}", said(&ran));
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    };
    let mut seen = vec![key("Linux-X64"), key("macOS-ARM64")];
    assert!(
        seen[0].starts_with("key=runproof-Linux-X64-1.2.3-")
            && seen[0].rsplit('-').next().is_some_and(|digest| digest.len() == 64),
        "{}",
        seen[0]
    );
    assert_eq!(key("Linux-X64"), seen[0]);
    for (file, text) in [
        ("src/main.rs", "fn main() { }"),
        ("templates/a b.html", "y"),
        ("Cargo.lock", "z"),
        ("src/new.rs", ""),
        ("ci/install.sh", "w"),
    ] {
        folder.write(file, text);
        let key = key("Linux-X64");
        assert!(!seen.contains(&key), "{file}");
        seen.push(key);
    }
    let action: Value =
        serde_saphyr::from_str(&fs::read_to_string(root().join("action.yml")).expect("it can be read")).expect("it is YAML");
    let steps = action["runs"]["steps"].as_array().expect("it has steps");
    let cache = steps
        .iter()
        .position(|step| step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/cache@")))
        .expect("it has a cache");
    let named = steps
        .iter()
        .position(|step| step["run"].as_str().is_some_and(|run| run.contains("ci/key.sh")))
        .expect("it names the key");
    assert!(named < cache);
    assert_eq!(steps[cache]["with"]["key"], "${{ steps.program.outputs.key }}");
    assert_eq!(steps[named]["id"], "program");
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
