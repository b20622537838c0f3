//! Recipes are run as they are written: the steps of the README and of `docs/integrations.md`, the files for CI that `init` writes, the script
//! of the action, of the template for GitLab, and the hook for pre-commit. A checker that could not check fails the job.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::Folder;

/// A runner: what stands on its path, and what `cargo install` was called with.
struct Runner {
    folder: Folder,
}

impl Runner {
    /// A runner without the program. `cargo install` puts it there, `gh` answers from a folder.
    fn new() -> Self {
        let folder = Folder::empty();
        let program = env!("CARGO_BIN_EXE_runproof");
        folder.write(
            "bin/cargo",
            format!(
                "#!/bin/sh\n[ \"$1\" = install ] || exit 0\necho \"$*\" >> '{0}/calls'\nroot='{0}'\n\
                 while [ $# -gt 0 ]; do [ \"$1\" = --root ] && root=$2; shift; done\n\
                 mkdir -p \"$root/bin\"\nln -sf '{program}' \"$root/bin/runproof\"\n",
                folder.path().display()
            ),
        );
        let runner = Self { folder };
        runner.is_program("cargo");
        runner
    }

    /// Puts a script on the path.
    fn program(&self, name: &str, script: &str) {
        self.folder.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}"));
        self.is_program(name);
    }

    fn is_program(&self, name: &str) {
        let place = self.folder.join(&format!("bin/{name}"));
        fs::set_permissions(place, fs::Permissions::from_mode(0o755)).expect("it can be made a program");
    }

    /// A runner that has the program.
    fn with_program() -> Self {
        let runner = Self::new();
        symlink(env!("CARGO_BIN_EXE_runproof"), runner.folder.join("bin/runproof")).expect("the link can be made");
        runner
    }

    /// Runs a step as a forge does: the first command that fails ends it.
    fn run(&self, at: &Path, script: &str, variables: &[(&str, &str)]) -> (i32, String) {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.folder.join("bin").display());
        let ran = Command::new("bash")
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
            .current_dir(at)
            .env("PATH", path)
            .env_remove("GITHUB_BASE_REF")
            .envs(variables.iter().copied())
            .output()
            .expect("bash starts");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
        (ran.status.code().unwrap_or(-1), said)
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.folder.join("calls")).unwrap_or_default()
    }
}

/// A repository with a runbook that tells the truth, and a branch that does not change that.
fn sound() -> Folder {
    let folder = Folder::with(&[
        ("docs/runbooks/release.md", "# Release\n\n1. Run `make check`.\n"),
        ("Makefile", "check:\n\ttrue\n"),
    ]);
    folder.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    folder.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    folder.git(&["switch", "--quiet", "-c", "work"]);
    folder.commit("Change nothing that matters", &[("notes.txt", "x\n")]);
    folder
}

/// What is wrong with a repository, and with which code a checker ends.
fn unsound() -> Vec<(&'static str, Folder, i32)> {
    let broken = sound();
    broken.commit("Rename a target", &[("Makefile", "verify:\n\ttrue\n")]);
    let settings = sound();
    settings.commit("Misspell a key", &[("runproof.toml", "titel = \"x\"\n")]);
    vec![("a finding", broken, 1), ("wrong settings", settings, 2)]
}

/// A repository in which nothing can be checked.
fn nothing() -> (&'static str, Folder, i32) {
    ("no runbook", Folder::with(&[("notes.txt", "x\n")]), 3)
}

/// A pull request against main, and one whose base is not in the clone.
const AGAINST_MAIN: &[(&str, &str)] = &[("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_BASE_REF", "main")];
const AGAINST_NOTHING: &[(&str, &str)] = &[("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_BASE_REF", "gone")];

/// The texts under some keys, at any depth, in their order.
fn texts<'value>(value: &'value Value, keys: &[&str], found: &mut Vec<&'value str>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if keys.contains(&key.as_str()) => found.push(text),
                    Value::Array(list) if keys.contains(&key.as_str()) => found.extend(list.iter().filter_map(Value::as_str)),
                    value => texts(value, keys, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| texts(value, keys, found)),
        _ => {}
    }
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The blocks of a language in a text.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let parts = text.split(&fence).skip(1);
    parts
        .filter_map(|part| Some(part.split_once("\n```")?.0.to_owned()))
        .collect()
}

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file is there")
}

#[test]
fn the_steps_of_the_readme_install_the_program_and_run_as_written() {
    let blocks = blocks(&file("README.md"), "yaml");
    let mut seen = 0;
    for block in &blocks {
        let read = yaml(block);
        let mut runs = Vec::new();
        texts(&read, &["run"], &mut runs);
        assert!(!runs.is_empty(), "{block}");
        assert!(
            runs[0].starts_with("cargo install --locked --git "),
            "the program is installed first: {block}"
        );
        let runner = Runner::new();
        let folder = sound();
        if runs.iter().any(|run| run.contains("gh run")) {
            collects(&runs);
            seen += 1;
            continue;
        }
        for run in &runs {
            let (code, said) = runner.run(folder.path(), run, AGAINST_MAIN);
            assert_eq!(code, 0, "{run}\n{said}");
        }
        assert_eq!(
            runner.calls(),
            "install --locked --git ADDRESS-OF-RUNPROOF --tag VERSION runproof\n"
        );
        seen += 1;
        if runs.iter().any(|run| run.contains("lint")) {
            for (what, folder, wanted) in unsound() {
                let (code, said) = runner.run(folder.path(), runs[1], AGAINST_MAIN);
                assert_eq!(code, wanted, "{what}: {said}");
            }
            let (code, said) = runner.run(folder.path(), runs[1], AGAINST_NOTHING);
            assert_eq!(code, 3, "a base that is not there: {said}");
        }
    }
    assert_eq!((blocks.len(), seen), (3, 3), "publish, lint, collect");
}

/// The first commands of the README, from the folder of a checkout beside a service.
#[test]
fn the_first_commands_of_the_readme_run_as_written() {
    let parent = Folder::empty();
    let service = parent.join("service");
    let checkout = parent.join("runproof");
    fs::create_dir_all(&checkout).expect("the folder can be made");
    let made = Command::new("git")
        .args(["clone", "--quiet"])
        .arg(sound().path())
        .arg(&service)
        .status();
    assert!(made.is_ok_and(|status| status.success()));
    let blocks = blocks(&file("README.md"), "bash");
    assert_eq!(blocks.len(), 2);
    let runner = Runner::new();
    for block in &blocks {
        let block = block.replace("/tmp/handbook", &parent.join("handbook").to_string_lossy());
        let (code, said) = runner.run(&checkout, &block, &[]);
        assert_eq!(code, 0, "{block}\n{said}");
    }
    assert_eq!(runner.calls(), "install --locked --path .\n");
    assert!(service.join("runproof.toml").is_file() && parent.join("handbook/index.html").is_file());
}

/// Runs the steps that collect, with the gates that the README declares and a forge that answers with what CI left behind.
fn collects(runs: &[&str]) {
    let runner = Runner::new();
    let gates = blocks(&file("README.md"), "toml")[0].clone();
    let folder = sound();
    let commit = folder.commit("Gates", &[("runproof.toml", &gates)]);
    folder.git(&["tag", "v1.4.0"]);
    let forge = Folder::empty();
    forge.git(&["init", "--quiet", "--bare", "forge.git"]);
    folder.git(&["remote", "add", "origin", &forge.join("forge.git").to_string_lossy()]);
    let left = Folder::empty();
    let cases: String = (0..200)
        .map(|at| format!("<testcase classname=\"c\" name=\"t{at}\" time=\"0.1\"/>"))
        .collect();
    left.write(
        "tests/junit.xml",
        format!("<testsuite name=\"unit\" tests=\"200\" failures=\"0\">{cases}</testsuite>"),
    );
    left.write(
        "coverage/coverage.xml",
        "<coverage line-rate=\"1\"><packages><package><classes><class filename=\"a.py\"><lines><line number=\"1\" hits=\"1\"/></lines></class></classes></package></packages></coverage>",
    );
    left.write(
        "scan/results.sarif",
        "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"scan\"}},\"invocations\":[{\"executionSuccessful\":true}],\"results\":[]}]}",
    );
    left.write(
        "sbom/bom.cdx.json",
        "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"version\":1,\"components\":[{\"type\":\"library\",\"name\":\"a\",\"version\":\"1.0.0\",\"purl\":\"pkg:cargo/a@1.0.0\"}]}",
    );
    let job = |name: &str| format!("{{\"name\":\"{name}\",\"status\":\"completed\",\"conclusion\":\"success\",\"steps\":[]}}");
    left.write(
        "run.json",
        format!(
            "{{\"attempt\":1,\"conclusion\":\"success\",\"createdAt\":\"2026-01-09T10:00:00Z\",\"databaseId\":41,\"headSha\":\"{commit}\",\"jobs\":[{},{}],\"startedAt\":\"2026-01-09T10:00:00Z\",\"status\":\"completed\",\"updatedAt\":\"2026-01-09T10:10:00Z\",\"url\":\"https://github.com/acme/x/actions/runs/41\",\"workflowName\":\"release\"}}",
            job("build"),
            job("test")
        ),
    );
    runner.program(
        "gh",
        "case \"$1 $2\" in\n'run download') mkdir -p \"$5\"; for part in tests coverage scan sbom; do cp -r \"$LEFT/$part\" \"$5\"; done ;;\n\
         'run view') cat \"$LEFT/run.json\" ;;\n'pr create') echo \"pr of $(git branch --show-current)\" ;;\n*) exit 9 ;;\nesac\n",
    );
    let place = left.path().to_string_lossy().into_owned();
    let home = Folder::empty();
    let home = home.path().to_string_lossy().into_owned();
    let variables = [
        ("LEFT", place.as_str()),
        ("HOME", home.as_str()),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GITHUB_RUN_ID", "41"),
        ("GITHUB_REF_NAME", "v1.4.0"),
    ];
    let mut last = String::new();
    for run in runs {
        let (code, said) = runner.run(folder.path(), run, &variables);
        assert_eq!(code, 0, "{run}\n{said}");
        last = said;
    }
    assert!(last.contains("pr of record-v1.4.0"), "{last}");
    let pushed = Command::new("git")
        .arg("-C")
        .arg(forge.join("forge.git"))
        .args(["branch", "--list"])
        .output()
        .expect("git starts");
    assert!(String::from_utf8_lossy(&pushed.stdout).contains("record-v1.4.0"));
    let shown = folder.run_with(&["release", "v1.4.0", "--today", "2026-12-01"], &[]);
    assert_eq!(shown.code, 0, "{}{}", shown.stdout, shown.stderr);
    // A gate that stays open fails the job, and so do settings that cannot be read; nothing is pushed then.
    for (file, text, wanted) in [("run.json", "{}", 1..=2), ("settings", "titel = 1\n", 2..=2)] {
        folder.git(&["switch", "--quiet", "work"]);
        folder.git(&["branch", "--quiet", "-D", "record-v1.4.0"]);
        if file == "settings" {
            folder.write("runproof.toml", text);
        } else {
            left.write(file, text);
        }
        let (code, said) = runner.run(folder.path(), runs[1], &variables);
        assert!(wanted.contains(&code) && !said.contains("pr of"), "{file}: {code}\n{said}");
        folder.git(&["branch", "--quiet", "record-v1.4.0"]);
    }
}

#[test]
fn the_workflow_that_init_writes_installs_what_it_is_told_and_fails_when_nothing_could_be_checked() {
    let folder = sound();
    let ran = folder.run(&["init", "--forge", "github"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("RUNPROOF_REPOSITORY"), "{}", ran.stderr);
    let workflow = yaml(&folder.read(".github/workflows/handbook.yml"));
    for job in ["lint", "publish"] {
        let steps = &workflow["jobs"][job];
        let mut runs = Vec::new();
        texts(steps, &["run"], &mut runs);
        let runner = Runner::new();
        let (code, said) = runner.run(folder.path(), runs[0], &[("FROM", "")]);
        assert_eq!(code, 2, "{said}");
        assert!(
            said.contains("set RUNPROOF_REPOSITORY") && runner.calls().is_empty(),
            "{said}"
        );
        for run in &runs {
            let variables = [AGAINST_MAIN, &[("FROM", "https://example.org/runproof.git")]].concat();
            let (code, said) = runner.run(folder.path(), run, &variables);
            assert_eq!(code, 0, "{run}\n{said}");
        }
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            runner.calls(),
            format!("install --locked --git https://example.org/runproof.git --tag v{version} runproof\n")
        );
        if job == "lint" {
            for (what, folder, wanted) in unsound() {
                let (code, said) = runner.run(folder.path(), runs[1], AGAINST_MAIN);
                assert_eq!(code, wanted, "{what}: {said}");
            }
            let (code, said) = runner.run(folder.path(), runs[1], AGAINST_NOTHING);
            assert_eq!(code, 3, "a base that is not there: {said}");
        }
    }
    let mut from = Vec::new();
    texts(&workflow, &["FROM"], &mut from);
    assert_eq!(from, ["${{ vars.RUNPROOF_REPOSITORY }}"; 2]);
    let named = sound();
    let ran = named.run(&[
        "init",
        "--forge",
        "github",
        "--install-from",
        "https://example.org/a b\"#.git",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let workflow = yaml(&named.read(".github/workflows/handbook.yml"));
    let mut from = Vec::new();
    texts(&workflow, &["FROM"], &mut from);
    assert_eq!(from, ["https://example.org/a b\"#.git"; 2]);
}

#[test]
fn the_jobs_for_gitlab_run_as_written() {
    let folder = sound();
    let ran = folder.run(&[
        "init",
        "--forge",
        "gitlab",
        "--install-from",
        "https://example.org/runproof.git",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let jobs = yaml(&folder.read(".gitlab/runproof.yml"));
    assert_eq!(
        jobs[".runproof"]["variables"]["RUNPROOF_REPOSITORY"],
        "https://example.org/runproof.git"
    );
    let mut before = Vec::new();
    texts(&jobs[".runproof"], &["before_script"], &mut before);
    for job in ["runproof", "pages"] {
        let mut script = Vec::new();
        texts(&jobs[job], &["script"], &mut script);
        let runner = Runner::new();
        let whole = [&before[..], &script[..]].concat().join("\n");
        let home = runner.folder.path().to_string_lossy().into_owned();
        let base = folder.git(&["rev-parse", "origin/main"]);
        let variables = [
            ("RUNPROOF_REPOSITORY", "https://example.org/runproof.git"),
            ("CARGO_HOME", home.as_str()),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()),
        ];
        let (code, said) = runner.run(folder.path(), &whole, &variables);
        assert_eq!(code, 0, "{whole}\n{said}");
        assert!(
            runner.calls().contains("--git https://example.org/runproof.git --tag v"),
            "{}",
            runner.calls()
        );
        let bare = Runner::new();
        let home = bare.folder.join("cargo").to_string_lossy().into_owned();
        let variables = [("RUNPROOF_REPOSITORY", ""), ("CARGO_HOME", home.as_str())];
        let (code, said) = bare.run(folder.path(), &whole, &variables);
        assert_eq!(code, 2, "nobody said where the program comes from: {said}");
    }
    // The template that others include.
    let template = yaml(&file("ci/gitlab.yml"));
    let mut script = Vec::new();
    texts(&template, &["script"], &mut script);
    let runner = Runner::with_program();
    let variables = [("RUNPROOF_FAIL_ON", "error")];
    let (code, said) = runner.run(folder.path(), &script.join("\n"), &variables);
    assert_eq!(code, 0, "{said}");
    for (what, folder, wanted) in unsound().into_iter().chain([nothing()]) {
        let (code, said) = runner.run(folder.path(), &script.join("\n"), &variables);
        assert_eq!(code, wanted, "{what}: {said}");
    }
}

#[test]
fn the_script_of_the_action_runs_with_its_inputs() {
    let action = yaml(&file("action.yml"));
    let steps = action["runs"]["steps"].as_array().expect("it has steps");
    let judge = steps.last().expect("there is a last one")["run"]
        .as_str()
        .expect("it runs something");
    let runner = Runner::with_program();
    let program = runner.folder.join("bin/runproof").to_string_lossy().into_owned();
    let summary = runner.folder.join("summary").to_string_lossy().into_owned();
    let run = |folder: &Folder, more: &[(&str, &str)]| {
        let mut variables = vec![
            ("PROGRAM", program.as_str()),
            ("ARGS", ""),
            ("BASE", ""),
            ("FAIL_ON", "error"),
            ("SARIF", "runproof.sarif"),
            ("SUMMARY", "true"),
            ("GITHUB_STEP_SUMMARY", summary.as_str()),
        ];
        variables.extend(more);
        runner.run(folder.path(), judge, &variables)
    };
    let folder = sound();
    let (code, said) = run(&folder, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(folder.join("runproof.sarif").is_file() && Path::new(&summary).is_file());
    let (code, said) = run(
        &folder,
        &[
            ("BASE", "auto"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_BASE_REF", "main"),
            ("SARIF", ""),
            ("SUMMARY", "false"),
            ("ARGS", "docs/runbooks"),
        ],
    );
    assert_eq!(code, 0, "{said}");
    for (what, folder, wanted) in unsound() {
        let (code, said) = run(&folder, &[]);
        assert_eq!(code, wanted, "{what}: {said}");
    }
    let (what, bare, wanted) = nothing();
    let (code, said) = run(&bare, &[]);
    assert_eq!(code, wanted, "{what}: {said}");
    let (code, said) = run(&folder, &[("BASE", "nowhere")]);
    assert_eq!(code, 3, "a base that is not there: {said}");
}

#[test]
fn the_hook_for_pre_commit_runs_as_written() {
    let hooks = yaml(&file(".pre-commit-hooks.yaml"));
    let entry = hooks[0]["entry"].as_str().expect("it has an entry");
    let runner = Runner::with_program();
    let folder = sound();
    let (code, said) = runner.run(folder.path(), entry, &[]);
    assert_eq!(code, 0, "{said}");
    folder.write("Makefile", "verify:\n\ttrue\n");
    folder.git(&["add", "--all"]);
    let (code, said) = runner.run(folder.path(), entry, &[]);
    assert_eq!(code, 1, "{said}");
    folder.write("runproof.toml", "titel = 1\n");
    folder.git(&["add", "--all"]);
    let (code, said) = runner.run(folder.path(), entry, &[]);
    assert_eq!(code, 2, "{said}");
    let (what, bare, wanted) = nothing();
    let (code, said) = runner.run(bare.path(), entry, &[]);
    assert_eq!(code, wanted, "{what}: {said}");
}

/// The hook by pre-commit itself, which installs it from a clone as the page of integrations says. Skipped where it is not installed.
#[allow(clippy::print_stdout, reason = "what a test skips is said where tests are run")]
#[test]
fn the_hook_holds_in_pre_commit_itself() {
    if !Command::new("pre-commit")
        .arg("--version")
        .output()
        .is_ok_and(|ran| ran.status.success())
    {
        println!("skipped: there is no pre-commit on the path; `pip install pre-commit`");
        return;
    }
    let runner = Runner::new();
    let hooks = Folder::with(&[(".pre-commit-hooks.yaml", &file(".pre-commit-hooks.yaml"))]);
    hooks.git(&["tag", "v0.1.0"]);
    let config = blocks(&file("docs/integrations.md"), "yaml")
        .into_iter()
        .find(|block| block.contains("hooks:"))
        .expect("the page has the block")
        .replace("ADDRESS-OF-RUNPROOF", &hooks.path().to_string_lossy())
        .replace("VERSION", "v0.1.0");
    let home = Folder::empty();
    let (place, home) = (
        home.join("cache").to_string_lossy().into_owned(),
        home.path().to_string_lossy().into_owned(),
    );
    let path = format!(
        "{}:{}",
        runner.folder.join("bin").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let run = |folder: &Folder| {
        folder.write(".pre-commit-config.yaml", &config);
        folder.git(&["add", "--all"]);
        let ran = Command::new("pre-commit")
            .args(["run", "--color", "never"])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("HOME", &home)
            .env("PRE_COMMIT_HOME", &place)
            .env_remove("GITHUB_BASE_REF")
            .output()
            .expect("pre-commit starts");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
        (ran.status.success(), said)
    };
    let folder = sound();
    let (is_good, said) = run(&folder);
    assert!(
        is_good && said.contains("Runbooks tell the truth") && said.contains("Passed"),
        "{said}"
    );
    assert!(runner.calls().contains("install --bins --root "), "{}", runner.calls());
    folder.write("Makefile", "verify:\n\ttrue\n");
    let (is_good, said) = run(&folder);
    assert!(
        !is_good && said.contains("make-target-missing") || said.contains("breaks"),
        "{said}"
    );
    folder.write("runproof.toml", "titel = 1\n");
    let (is_good, said) = run(&folder);
    assert!(!is_good && said.contains("exit code: 2"), "{said}");
    let (what, bare, wanted) = nothing();
    let (is_good, said) = run(&bare);
    assert!(!is_good && said.contains(&format!("exit code: {wanted}")), "{what}: {said}");
}

/// What the page of integrations shows: every command that it runs is one that the program has.
#[test]
fn the_commands_of_the_integrations_run_as_written() {
    let text = file("docs/integrations.md");
    let runner = Runner::with_program();
    let folder = sound();
    runner.program("reviewdog", "cat > /dev/null\n");
    // It runs the program in the folder that is mounted, with what stands behind the name of the image.
    runner.program(
        "docker",
        "[ \"$1\" = run ] || exit 0\n\
         while [ $# -gt 0 ]; do case \"$1\" in --volume) at=${2%:/repo}; shift ;; runproof:*) shift; break ;; esac; shift; done\n\
         cd \"$at\" && exec runproof \"$@\"\n",
    );
    let home = folder.path().to_string_lossy().into_owned();
    fs::create_dir_all(folder.join(".local/share/bash-completion/completions")).expect("a folder can be made");
    for block in blocks(&text, "bash") {
        let (code, said) = runner.run(folder.path(), &block, &[("HOME", home.as_str())]);
        assert_eq!(code, 0, "{block}\n{said}");
    }
    // The step of the action gives what the next one takes.
    let action = yaml(&file("action.yml"));
    let steps = blocks(&text, "yaml")
        .into_iter()
        .find(|block| block.contains("uses: OWNER/runproof@VERSION"));
    let steps = steps.expect("the page shows the action");
    assert!(steps.contains("steps.runproof.outputs.sarif") && action["outputs"]["sarif"].is_object());
    let included = blocks(&text, "yaml").into_iter().find(|block| block.contains("include:"));
    let included = yaml(&included.expect("the page shows the template"));
    let template = included["include"][0]["file"].as_str().expect("it names a file");
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(template).is_file());
    // What the two editors read.
    folder.write("Makefile", "verify:\n\ttrue\n");
    let tasks: Value = serde_json::from_str(&blocks(&text, "json")[0]).expect("it is JSON");
    let task = &tasks["tasks"][0];
    let (code, said) = runner.run(folder.path(), task["command"].as_str().expect("it is a command"), &[]);
    assert_eq!(code, 0, "{said}");
    let pattern = task["problemMatcher"]["pattern"]["regexp"].as_str().expect("it is a pattern");
    let pattern = regex::Regex::new(pattern).expect("it is a pattern of this engine as well");
    let line = said
        .lines()
        .find_map(|line| pattern.captures(line))
        .unwrap_or_else(|| panic!("{said}"));
    assert_eq!((&line[1], &line[2], &line[4]), ("docs/runbooks/release.md", "3", "error"));
    let vim = &blocks(&text, "vim")[0];
    let made = vim
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("set makeprg="))
        .expect("it sets a program");
    let (code, again) = runner.run(folder.path(), &made.replace("\\ ", " "), &[]);
    assert_eq!((code, again), (0, said));
    // The editor itself, where it is: what its list of places holds.
    runner.folder.write("vimrc", vim);
    let rc = runner.folder.join("vimrc").to_string_lossy().into_owned();
    let script = format!(
        "command -v vim > /dev/null || exit 0\nvim -es -u '{rc}' -c 'silent make!' -c 'redir! > found.txt' \
         -c 'silent echo map(getqflist(), {{_, at -> [bufname(at.bufnr), at.lnum, at.col, at.type]}})' -c 'redir END' -c 'qa!' < /dev/null\ncat found.txt"
    );
    let (code, said) = runner.run(folder.path(), &script, &[("HOME", home.as_str())]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.is_empty() || said.contains("['docs/runbooks/release.md', 3, 9, 'e']"),
        "{said}"
    );
}
