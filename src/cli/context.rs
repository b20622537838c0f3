//! What every command needs: the repository, its settings and the day that counts as today.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;

use crate::cli::terminal::Color;
use crate::config::Config;
use crate::config::read;
use crate::error::{Error, Result};
use crate::source::repository::{Opened, Repository};
use crate::source::tree::Tree;
use crate::source::worktree::WorktreeTree;

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// The repository: a folder in it, or a bare repository [default: the one around the current folder]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// The settings file [default: runproof.toml at the root of the repository]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The day that counts as today, for reproducible output [default: SOURCE_DATE_EPOCH, else the clock, in UTC]
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<NaiveDate>,
    /// Print results and errors only
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: Color,
    /// Read a repository that belongs to another user
    #[arg(long, global = true)]
    pub(crate) trust_repository: bool,
}

/// The settings file that was read.
#[derive(Clone, Debug)]
pub(crate) struct ConfigFile {
    /// The name in messages.
    pub(crate) name: String,
    /// The text.
    pub(crate) text: String,
}

/// A repository (or a plain folder), its settings and today.
pub(crate) struct Context {
    /// The repository; none in a plain folder.
    pub(crate) repository: Option<Repository>,
    /// The root folder of the repository, or the plain folder.
    pub(crate) root: PathBuf,
    /// The checked settings.
    pub(crate) config: Config,
    /// The file that they were read from.
    pub(crate) config_file: Option<ConfigFile>,
    /// The day that counts as today.
    pub(crate) today: NaiveDate,
}

impl Context {
    /// Opens the repository that the options name.
    pub(crate) fn open(common: &Common) -> Result<Self> {
        let today = today(common)?;
        let path = common.repo.clone().unwrap_or_else(|| PathBuf::from("."));
        let (repository, root) = match Repository::open(&path, common.trust_repository)? {
            Opened::Repository(repository) => {
                let root = repository.root().to_path_buf();
                (Some(repository), root)
            }
            Opened::Folder(folder) => (None, folder),
        };
        let config_file = config_file(common, repository.as_ref(), &root)?;
        let config = config_file.as_ref().map_or_else(|| Ok(Config::default()), |file| read::read(&file.text, &file.name))?;
        Ok(Self { repository, root, config, config_file, today })
    }

    /// The files of a revision; of the head of the branch without one; of the worktree where there is no commit.
    pub(crate) fn tree(&self, revision: Option<&str>) -> Result<Box<dyn Tree>> {
        let Some(repository) = &self.repository else {
            if let Some(revision) = revision {
                return Err(Error::unjudged(format!("there is no repository in `{}` to read `{revision}` from", self.root.display())));
            }
            return Ok(Box::new(WorktreeTree::open(&self.root)?));
        };
        let commit = match revision {
            Some(revision) => Some(repository.resolve(revision)?),
            None => repository.head()?.map(|commit| commit.id),
        };
        match commit {
            Some(commit) => Ok(Box::new(repository.tree(&commit)?)),
            None => Ok(Box::new(WorktreeTree::open(&self.root)?)),
        }
    }
}

fn today(common: &Common) -> Result<NaiveDate> {
    if let Some(today) = common.today {
        return Ok(today);
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => {
            let date = seconds.trim().parse().ok().and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
            let date = date.ok_or_else(|| Error::usage(format!("SOURCE_DATE_EPOCH is no number of seconds: `{seconds}`")))?;
            Ok(date.date_naive())
        }
        Err(_) => Ok(Utc::now().date_naive()),
    }
}

fn config_file(common: &Common, repository: Option<&Repository>, root: &Path) -> Result<Option<ConfigFile>> {
    if let Some(path) = &common.config {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| Error::usage(format!("failed to read `{name}`")).caused_by(&error))?;
        return Ok(Some(ConfigFile { name, text }));
    }
    match repository.filter(|repository| repository.is_bare()) {
        Some(repository) => {
            let Some(head) = repository.head()? else { return Ok(None) };
            let tree = repository.tree(&head.id)?;
            let Some(entry) = tree.listing().entry(read::FILE) else { return Ok(None) };
            let text = String::from_utf8_lossy(&tree.read(entry)?).into_owned();
            Ok(Some(ConfigFile { name: read::FILE.to_owned(), text }))
        }
        None => match std::fs::read_to_string(root.join(read::FILE)) {
            Ok(text) => Ok(Some(ConfigFile { name: read::FILE.to_owned(), text })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::usage(format!("failed to read `{}`", read::FILE)).caused_by(&error)),
        },
    }
}
