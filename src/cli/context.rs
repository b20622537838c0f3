//! What every command needs: the repository, its settings and the day that counts as today.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;

use crate::audit;
use crate::cli::terminal::{Color, Terminal};
use crate::config::Config;
use crate::config::read;
use crate::config::waivers::{self, Waivers};
use crate::error::{Error, Result};
use crate::load::unread::unreadable;
use crate::model::finding::Finding;
use crate::model::history::{Commit, Completeness};
use crate::output;
use crate::source::repository::{Repository, Trust};
use crate::source::tree::Tree;
use crate::source::tree::worktree::WorktreeTree;

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// The repository: a folder in it, or a bare repository [default: the one around the current folder]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// The settings file [default: runproof.toml at the root of the repository]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The day that counts as today, for reproducible output [default: `SOURCE_DATE_EPOCH`, else the clock, in UTC]
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
    /// Where to keep what history told for the next run [default: `runproof` in the folder for caches of this user]
    #[arg(long, global = true, value_name = "FOLDER", conflicts_with = "no_cache")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Keep nothing, and use nothing that was kept
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
}

/// What is judged.
pub(crate) struct Subject {
    /// The commit; none for a worktree.
    pub(crate) commit: Option<Arc<Commit>>,
    /// The commit that history is walked from, also for a worktree.
    pub(crate) head: Option<Arc<Commit>>,
    /// The files.
    pub(crate) tree: Box<dyn Tree>,
    /// What is wrong with files of a worktree that are not listed: devices, files that cannot be read.
    pub(crate) skipped: Vec<Finding>,
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
    /// The findings that roles and teams answer for.
    pub(crate) waivers: Waivers,
    /// The day that counts as today.
    pub(crate) today: NaiveDate,
}

impl Context {
    /// Opens the repository that the options name.
    pub(crate) fn open(common: &Common) -> Result<Self> {
        let today = today(common)?;
        let path = common.repo.clone().unwrap_or_else(|| PathBuf::from("."));
        let trust = if common.trust_repository {
            Trust::Anyone
        } else {
            Trust::Owner
        };
        let cache = cache_folder(common)?;
        let repository = Repository::open(&path, trust)?.map(|repository| repository.with_cache(cache));
        let root = repository.as_ref().map_or(path, |repository| repository.root().to_path_buf());
        let config_file = config_file(common, repository.as_ref(), &root)?;
        let config = config_file
            .as_ref()
            .map_or_else(|| Ok(Config::default()), |file| read::read(&file.text, &file.name))?;
        let waivers = match root_file(repository.as_ref(), &root, &config.waivers)? {
            Some(text) => waivers::read(&text, &config.waivers)?,
            None => Waivers::default(),
        };
        Ok(Self {
            repository,
            root,
            config,
            config_file,
            waivers,
            today,
        })
    }

    /// The text of a file of the root, as it is on disk; in a repository without files on disk as it is in the head. None when it is not
    /// there.
    pub(crate) fn root_file(&self, name: &str) -> Result<Option<String>> {
        root_file(self.repository.as_ref(), &self.root, name)
    }

    /// What is to be judged: a revision, or the head of the branch, or the worktree where that is asked for or there is no commit.
    pub(crate) fn subject(&self, revision: Option<&str>, worktree: bool) -> Result<Subject> {
        let head = match (&self.repository, revision) {
            (Some(repository), Some(revision)) => repository.commit(&repository.resolve(revision)?),
            (Some(repository), None) => repository.head()?,
            (None, Some(revision)) => {
                return Err(Error::unjudged(format!(
                    "there is no repository in `{}` to read `{revision}` from",
                    self.root.display()
                )));
            }
            (None, None) => None,
        };
        let head = head.map(Arc::new);
        let commit = head.clone().filter(|_| !worktree);
        let is_bare = self.repository.as_ref().is_some_and(Repository::is_bare);
        if let (Some(repository), Some(commit)) = (&self.repository, &commit) {
            let tree = Box::new(repository.tree(&commit.id)?);
            return Ok(Subject {
                commit: Some(Arc::clone(commit)),
                head,
                tree,
                skipped: Vec::new(),
            });
        }
        if is_bare {
            let error = Error::unjudged("a bare repository has no worktree to judge");
            return Err(error.with_help("name a revision, or commit first"));
        }
        let tree = self.worktree(&self.root)?;
        let skipped = tree
            .skipped()
            .iter()
            .map(|skipped| unreadable(&skipped.path, &skipped.reason))
            .collect();
        Ok(Subject {
            commit: None,
            head,
            tree: Box::new(tree),
            skipped,
        })
    }

    /// The files of a folder on disk.
    pub(crate) fn worktree(&self, folder: &Path) -> Result<WorktreeTree> {
        let repository = self.repository.as_ref().filter(|_| folder == self.root);
        WorktreeTree::read(folder, repository, output::MARKER)
    }

    /// The files of another checkout, relative to the root; or why they are not available.
    pub(crate) fn checkout(&self, path: &str) -> Result<WorktreeTree, String> {
        let folder = self.root.join(path);
        if !folder.is_dir() {
            return Err("the checkout is not there".to_owned());
        }
        self.worktree(&folder).map_err(|error| error.message)
    }

    /// The name of the repository, or of the folder.
    pub(crate) fn name(&self) -> String {
        let folder = || {
            let absolute = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
            absolute
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        self.repository
            .as_ref()
            .map(Repository::name)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(folder)
    }

    /// The name of the handbook.
    pub(crate) fn title(&self) -> String {
        let named = || match self.name() {
            name if name.is_empty() => "Handbook".to_owned(),
            name => format!("{name} handbook"),
        };
        self.config.title.clone().unwrap_or_else(named)
    }

    /// How much of the history is here.
    pub(crate) fn completeness(&self) -> Completeness {
        self.repository.as_ref().map_or(Completeness::None, Repository::completeness)
    }

    /// Where the repository can be read on the web, as `origin` tells.
    pub(crate) fn web_url(&self) -> Option<String> {
        self.repository.as_ref().and_then(Repository::web_url)
    }

    /// Where sources can be read on the web: as the settings say, else as `origin` tells.
    pub(crate) fn source_url(&self) -> Option<String> {
        let derived = || {
            let url = self.web_url()?;
            let infix = if url.contains("gitlab") { "/-/blob" } else { "/blob" };
            Some(format!("{url}{infix}/{{revision}}/{{path}}"))
        };
        self.config.source_url.clone().or_else(derived)
    }

    /// Where sources of a commit can be read on the web, with `{path}` in place of the path. What is not committed is nowhere.
    pub(crate) fn source_url_at(&self, commit: Option<&str>) -> Option<String> {
        Some(self.source_url()?.replace("{revision}", commit?))
    }

    /// The folder that holds the files, absolute; none for a bare repository.
    pub(crate) fn folder(&self) -> Option<String> {
        let is_bare = self.repository.as_ref().is_some_and(Repository::is_bare);
        let folder = self.root.canonicalize().ok().filter(|_| !is_bare)?;
        Some(folder.to_str()?.to_owned())
    }

    /// Names the rules of the settings that do not exist: a level for them has no effect.
    pub(crate) fn warn_of_unknown_rules(&self, terminal: &Terminal) {
        for (rule, near) in audit::rules::unknown(&self.config) {
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            terminal.note(&format!(
                "warning: the settings give a level to `{rule}`, which is no rule{near}\n"
            ));
        }
    }
}

fn today(common: &Common) -> Result<NaiveDate> {
    if let Some(today) = common.today {
        return Ok(today);
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => {
            let date = seconds
                .trim()
                .parse()
                .ok()
                .and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
            let date = date.ok_or_else(|| Error::usage(format!("SOURCE_DATE_EPOCH is no number of seconds: `{seconds}`")))?;
            Ok(date.date_naive())
        }
        Err(_) => Ok(Utc::now().date_naive()),
    }
}

/// Where to keep what was learnt; none where nobody said so and no folder for caches is known.
fn cache_folder(common: &Common) -> Result<Option<PathBuf>> {
    if common.no_cache {
        return Ok(None);
    }
    if let Some(folder) = &common.cache_dir {
        if folder.components().any(|part| part.as_os_str() == ".git") {
            let error = Error::usage(format!("`{}` lies in a git folder", folder.display()));
            return Err(error.with_help("name a folder that belongs to nobody else"));
        }
        return Ok(Some(folder.clone()));
    }
    // A relative folder is no valid value: <https://specifications.freedesktop.org/basedir-spec/latest/>.
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
    };
    let caches = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else {
        folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))
    };
    Ok(caches.map(|caches| caches.join("runproof")))
}

fn config_file(common: &Common, repository: Option<&Repository>, root: &Path) -> Result<Option<ConfigFile>> {
    if let Some(path) = &common.config {
        let name = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|error| Error::usage(format!("failed to read `{name}`")).caused_by(&error))?;
        return Ok(Some(ConfigFile { name, text }));
    }
    let text = root_file(repository, root, read::FILE)?;
    Ok(text.map(|text| ConfigFile {
        name: read::FILE.to_owned(),
        text,
    }))
}

fn root_file(repository: Option<&Repository>, root: &Path, name: &str) -> Result<Option<String>> {
    let Some(repository) = repository.filter(|repository| repository.is_bare() || is_not_checked_out(root)) else {
        return match std::fs::read_to_string(root.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::usage(format!("failed to read `{name}`")).caused_by(&error)),
        };
    };
    let Some(head) = repository.head()? else { return Ok(None) };
    let tree = repository.tree(&head.id)?;
    match tree.listing().entry(name) {
        Some(entry) => Ok(Some(String::from_utf8_lossy(&tree.read(entry)?).into_owned())),
        None => Ok(None),
    }
}

/// Whether a worktree holds nothing, as after `git clone --no-checkout`: then the settings are those of the head, too.
fn is_not_checked_out(root: &Path) -> bool {
    std::fs::read_dir(root).is_ok_and(|entries| entries.flatten().all(|entry| entry.file_name() == ".git"))
}
