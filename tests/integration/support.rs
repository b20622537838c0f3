//! What the tests of the program share: repositories that they make, and the program run on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of a test, removed at its end.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
}

/// What a run of the program gave.
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// What it printed as its result.
    pub(crate) stdout: String,
    /// What it said about its work.
    pub(crate) stderr: String,
}

impl Folder {
    /// An empty folder that is no repository.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder for the test can be made"),
        }
    }

    /// A repository without commits.
    pub(crate) fn repository() -> Self {
        let folder = Self::empty();
        folder.git(&["init", "--quiet", "--initial-branch=main"]);
        folder
    }

    /// A repository with one commit of these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::repository();
        folder.commit("Write it down", files);
        folder
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the folder.
    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.join(path);
        fs::create_dir_all(path.parent().expect("the file has a folder")).expect("the folder can be made");
        fs::write(path, content).expect("the file can be written");
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.join(path)).unwrap_or_else(|error| panic!("`{path}` can be read: {error}"))
    }

    /// Writes files and commits everything, one day after the commit before; returns the commit.
    pub(crate) fn commit(&self, message: &str, files: &[(&str, &str)]) -> String {
        for (path, content) in files {
            self.write(path, content);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git in the folder and returns what it printed, without the line end.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let count = self.path().join(".git/HEAD").exists() && arguments.first() == Some(&"commit");
        let day = if count {
            1 + self.git(&["rev-list", "--all", "--count"]).parse::<u32>().unwrap_or_default()
        } else {
            1
        };
        let date = format!("2026-01-{day:02}T10:00:00+00:00");
        let output = Command::new("git")
            .arg("-C")
            .arg(self.path())
            .args([
                "-c",
                "user.name=Release driver",
                "-c",
                "user.email=driver@example.org",
                "-c",
                "commit.gpgsign=false",
                "-c",
                "tag.gpgsign=false",
            ])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .expect("git starts");
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Runs the program on the folder, with a fixed day for today.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    /// Runs the program on the folder and from it, so that no relative path of a test leads into the sources.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut all = arguments.to_vec();
        let path = self.path().to_string_lossy().into_owned();
        if !arguments.contains(&"--repo") {
            all.extend(["--repo", &path]);
        }
        if !arguments.contains(&"--today") {
            all.extend(["--today", "2026-02-01"]);
        }
        ran(&all, variables, Some(self.path()))
    }

    /// Every file below a folder with its bytes, sorted by path.
    pub(crate) fn files(&self, below: &str) -> Vec<(String, Vec<u8>)> {
        let root = self.join(below);
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("the folder can be read") {
                let path = entry.expect("the entry can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path
                        .strip_prefix(&root)
                        .expect("the file lies in the folder")
                        .to_string_lossy()
                        .into_owned();
                    found.push((name, fs::read(&path).expect("the file can be read")));
                }
            }
        }
        found.sort();
        found
    }
}

/// Runs the program.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    run_with(arguments, &[])
}

/// Variables that a pipeline sets and that the program reads: the tests run in one, too.
const OF_PIPELINES: [&str; 9] = [
    "CI_COMMIT_SHA",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
    "GITHUB_BASE_REF",
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_SHA",
];

/// Runs the program with variables of the environment.
pub(crate) fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    ran(arguments, variables, None)
}

fn ran(arguments: &[&str], variables: &[(&str, &str)], from: Option<&Path>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    for variable in OF_PIPELINES {
        command.env_remove(variable);
    }
    if let Some(folder) = from {
        command.current_dir(folder);
    }
    let output: Output = command
        .args(arguments)
        .envs(variables.iter().copied())
        .env("NO_COLOR", "1")
        .env_remove("SOURCE_DATE_EPOCH")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("COLUMNS")
        .output()
        .expect("the program starts");
    Ran {
        code: output.status.code().expect("the program ends by itself"),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
