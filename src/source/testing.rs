//! Repositories that tests build with the `git` program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};

use tempfile::TempDir;

use crate::source::repository::{Repository, Trust};

/// A repository in a folder that goes away with it.
pub(crate) struct TestRepository {
    folder: TempDir,
    /// The date of the next commit, in seconds; each one is a minute younger than the one before.
    clock: AtomicI64,
}

impl TestRepository {
    /// An empty repository with the branch `main`; none, with a word about it, where there is no git.
    pub(crate) fn new() -> Option<Self> {
        Self::with_options(&[])
    }

    /// An empty repository made with further options of `git init`.
    pub(crate) fn with_options(options: &[&str]) -> Option<Self> {
        if Command::new("git").arg("--version").output().is_err() {
            println!("skipped: there is no `git` program");
            return None;
        }
        let test = Self {
            folder: TempDir::new().unwrap(),
            clock: AtomicI64::new(1_700_000_000),
        };
        let init: Vec<&str> = ["init", "--quiet", "--initial-branch=main"]
            .iter()
            .chain(options)
            .copied()
            .collect();
        test.git(&init);
        Some(test)
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The path of something in the folder.
    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs git in the folder and returns what it prints.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments, self.clock.load(Ordering::Relaxed))
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let place = self.join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, text).unwrap();
    }

    /// Writes files, adds everything, and commits with a date of its own. Returns the id.
    pub(crate) fn commit(&self, files: &[(&str, &str)], message: &str) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git(&["add", "--all"]);
        self.clock.fetch_add(60, Ordering::Relaxed);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.head()
    }

    /// Merges branches, taking our side of every conflict. Returns the id.
    pub(crate) fn merge(&self, branches: &[&str]) -> String {
        self.clock.fetch_add(60, Ordering::Relaxed);
        let mut arguments = vec!["merge", "--quiet", "--no-ff", "-m", "merge"];
        if branches.len() == 1 {
            arguments.extend(["-X", "ours"]);
        }
        arguments.extend(branches);
        self.git(&arguments);
        self.head()
    }

    /// The commit that is checked out.
    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Opens it as the program would.
    pub(crate) fn open(&self) -> Repository {
        open(self.path())
    }
}

/// Opens a repository that must be there.
pub(crate) fn open(path: &Path) -> Repository {
    Repository::open(path, Trust::Owner).unwrap().unwrap()
}

/// Runs git in a folder, untouched by the settings of this machine, and returns what it prints without the last line end.
pub(crate) fn git(folder: &Path, arguments: &[&str], seconds: i64) -> String {
    let date = format!("{seconds} +0000");
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "protocol.file.allow=always", "-c", "core.quotePath=false"])
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", folder.join("no-such-file"))
        .env("GIT_AUTHOR_NAME", "Author")
        .env("GIT_AUTHOR_EMAIL", "author@example.org")
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_NAME", "Committer")
        .env("GIT_COMMITTER_EMAIL", "committer@example.org")
        .env("GIT_COMMITTER_DATE", &date)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
