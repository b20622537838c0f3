//! What every judgement needs: the repository, its settings and the day that counts as today.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::config::Config;
use crate::config::read;
use crate::config::waivers::{self, Waivers};
use crate::error::{Error, Result};
use crate::judge::place::Place;
use crate::load::unread::unreadable;
use crate::model::finding::Finding;
use crate::model::handbook::MAIN_BRANCH;
use crate::model::history::{Commit, Completeness};
use crate::source::disk;
use crate::source::repository::{Repository, Trust};
use crate::source::root;
use crate::source::tracked::tracks_below;
use crate::source::tree::Tree;
use crate::source::tree::worktree::WorktreeTree;

/// Where to find what is judged, and what the user decided for the whole run.
pub(crate) struct Options {
    /// The repository, or a folder in it, or a plain folder.
    pub(crate) path: PathBuf,
    /// Whose repositories are read.
    pub(crate) trust: Trust,
    /// The folder that keeps what history told; none when nothing is to be kept.
    pub(crate) cache: Option<PathBuf>,
    /// The settings file; the one at the root without one.
    pub(crate) config: Option<PathBuf>,
    /// The day that counts as today.
    pub(crate) today: NaiveDate,
    /// The name of the file that marks a folder that this program wrote: such a folder is no part of the repository.
    pub(crate) marker: &'static str,
    /// The names that no product may have, since pages of the handbook have them.
    pub(crate) reserved: Vec<&'static str>,
    /// Where the evidence is.
    pub(crate) evidence: Place,
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
    /// Where the evidence is.
    pub(crate) evidence: Place,
    /// The name of the file that marks a folder that this program wrote.
    marker: &'static str,
}

impl Context {
    /// Opens the repository that the options name.
    pub(crate) fn open(options: Options) -> Result<Self> {
        let Options {
            path,
            trust,
            cache,
            config,
            today,
            marker,
            reserved,
            evidence,
        } = options;
        let repository = Repository::open(&path, trust)?.map(|repository| repository.with_cache(cache));
        // Of a folder above nothing is known by its name.
        let is_above = path.components().any(|part| part == Component::ParentDir);
        let path = if is_above { path.canonicalize().unwrap_or(path) } else { path };
        let root = repository.as_ref().map_or(path, |repository| repository.root().to_path_buf());
        if let Some(folder) = repository.as_ref().and_then(Repository::cache) {
            check_cache(folder, &root)?;
        }
        let config_file = config_file(config.as_deref(), repository.as_ref(), &root)?;
        let config = config_file
            .as_ref()
            .map_or_else(|| Ok(Config::default()), |file| read::read(&file.text, &file.name, &reserved))?;
        let waivers = match root::file(repository.as_ref(), &root, &config.waivers)? {
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
            evidence,
            marker,
        })
    }

    /// The text of a file of the root, as it is on disk; in a repository without files on disk as it is in the head. None when it is not
    /// there.
    pub(crate) fn root_file(&self, name: &str) -> Result<Option<String>> {
        root::file(self.repository.as_ref(), &self.root, name)
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

    /// The commit of a revision; none where there is no repository.
    pub(crate) fn commit(&self, revision: &str) -> Result<Option<Arc<Commit>>> {
        let Some(repository) = &self.repository else { return Ok(None) };
        Ok(repository.commit(&repository.resolve(revision)?).map(Arc::new))
    }

    /// The files of a folder on disk.
    pub(crate) fn worktree(&self, folder: &Path) -> Result<WorktreeTree> {
        let repository = self.repository.as_ref().filter(|_| folder == self.root);
        WorktreeTree::read(folder, repository, self.marker)
    }

    /// The files of another checkout, relative to the root; or why they are not available.
    pub(crate) fn checkout(&self, path: &str) -> Result<WorktreeTree, String> {
        let folder = disk::folder_from(&self.root, Path::new(path)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => "the checkout is not there".to_owned(),
            _ => format!("the checkout cannot be read: {error}"),
        })?;
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

    /// What the head is called: the main branch, another branch by its name, a commit that no branch is checked out for.
    pub(crate) fn head_in_words(&self) -> String {
        let Some(repository) = &self.repository else {
            return MAIN_BRANCH.to_owned();
        };
        match repository.branch() {
            _ if repository.is_at_main() => MAIN_BRANCH.to_owned(),
            Some(branch) => format!("the branch {branch}"),
            None => "the commit checked out".to_owned(),
        }
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
}

/// Refuses a cache folder in the repository that a link leads out of it, or that git tracks: what is in it came with the repository, and
/// may say anything about history.
fn check_cache(folder: &Path, root: &Path) -> Result<()> {
    let refused = |reason: &dyn std::fmt::Display| {
        let error = Error::usage(format!("will not keep anything in `{}`", folder.display())).caused_by(reason);
        error.with_help("name a folder of your own with `--cache-dir`, or pass `--no-cache`")
    };
    let absolute = std::path::absolute(folder).map_err(|error| refused(&error))?;
    let real_root = root.canonicalize().map_err(|error| refused(&error))?;
    let there = absolute.ancestors().find(|place| place.symlink_metadata().is_ok());
    let real = there.map(Path::canonicalize).transpose().map_err(|error| refused(&error))?;
    let absolute_root = std::path::absolute(root).map_err(|error| refused(&error))?;
    let is_named_inside = absolute.starts_with(&absolute_root) || absolute.starts_with(&real_root);
    if is_named_inside && !real.is_some_and(|real| real.starts_with(&real_root)) {
        return Err(refused(&"a link leads it out of the repository"));
    }
    if tracks_below(&absolute) {
        return Err(refused(&"git tracks files in it, so they came with the repository"));
    }
    Ok(())
}

fn config_file(named: Option<&Path>, repository: Option<&Repository>, root: &Path) -> Result<Option<ConfigFile>> {
    if let Some(path) = named {
        let name = path.display().to_string();
        let text = root::text_of(path, root)?;
        return Ok(Some(ConfigFile { name, text }));
    }
    let text = root::file(repository, root, read::FILE)?;
    Ok(text.map(|text| ConfigFile {
        name: read::FILE.to_owned(),
        text,
    }))
}
