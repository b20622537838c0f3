//! One git repository: where it is, what its revisions are, and how much of its history is there.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};

use chrono::{DateTime, FixedOffset};
use git2::{ErrorCode, ObjectType, Oid, RepositoryOpenFlags};

use crate::error::{Error, Result};
use crate::model::history::{Commit, CommitId, Completeness};
use crate::model::tree::{ContentId, Listing};
use crate::source::commit::{RawText, parse_commit};
use crate::source::objects::Objects;
use crate::source::partial::is_partial;
use crate::source::remote;
use crate::source::tree::git::{self, GitTree};

/// An open repository. It is read only, and may be shared between threads.
pub(crate) struct Repository {
    /// Refs, revisions and configuration. libgit2 wants one thread at a time here; objects are read apart from it.
    git: Mutex<git2::Repository>,
    objects: Arc<Objects>,
    /// The folder that people work in; the git folder of a bare repository.
    root: PathBuf,
    is_bare: bool,
    /// The listings that are in use, by root tree: editions with the same tree share one.
    listings: Mutex<HashMap<Oid, Weak<Listing>>>,
    /// The ancestors of the commit that was last asked about, itself included, and whether all of them could be read.
    ancestors: Mutex<Option<(Oid, Arc<Ancestors>)>>,
    /// Where what was learnt is kept between runs, if anywhere.
    cache: Option<PathBuf>,
}

/// The commits that a commit contains.
struct Ancestors {
    ids: HashSet<Oid>,
    is_complete: bool,
}

/// Whether a repository of another user may be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// As git does: only own repositories and those of `safe.directory`.
    Owner,
    /// Any repository, because the user said so.
    Anyone,
}

impl Repository {
    /// Opens the repository that a folder belongs to; none when no repository is there or above.
    pub(crate) fn open(path: &Path, trust: Trust) -> Result<Option<Self>> {
        set_options();
        if !path.exists() {
            return Err(Error::usage(format!("`{}` does not exist", path.display())));
        }
        let opened = match trust {
            Trust::Owner => open_own(path),
            Trust::Anyone => open_any(path),
        };
        match opened {
            Ok((git, root)) => Self::new(git, root).map(Some),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(failed_open(path, &error)),
        }
    }

    fn new(git: git2::Repository, root: Option<PathBuf>) -> Result<Self> {
        let objects = Objects::open(git.commondir(), replacements(&git))?;
        Ok(Self {
            is_bare: root.is_none(),
            root: root.unwrap_or_else(|| git.path().components().collect()),
            objects: Arc::new(objects),
            git: Mutex::new(git),
            listings: Mutex::default(),
            ancestors: Mutex::default(),
            cache: None,
        })
    }

    /// The folder that people work in; the git folder of a bare repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Keeps what is learnt of history in a folder (see `source/cache.rs`), and uses what earlier runs left there.
    #[must_use]
    pub(crate) fn with_cache(mut self, folder: Option<PathBuf>) -> Self {
        self.cache = folder;
        self
    }

    /// Where what was learnt is kept between runs, if anywhere.
    pub(crate) fn cache(&self) -> Option<&Path> {
        self.cache.as_deref()
    }

    /// Whether there is no worktree.
    pub(crate) fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// The raw objects.
    pub(crate) fn objects(&self) -> &Arc<Objects> {
        &self.objects
    }

    /// The refs, revisions and configuration, for one caller at a time.
    pub(crate) fn git(&self) -> MutexGuard<'_, git2::Repository> {
        self.git.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The commit that is checked out; none when there are no commits yet.
    pub(crate) fn head(&self) -> Result<Option<Commit>> {
        let head = match self.git().head() {
            Ok(head) => head.target(),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => None,
            Err(error) => return Err(Error::usage("failed to read `HEAD`").caused_by(&error.message())),
        };
        let Some(id) = head else { return Ok(None) };
        Ok(Some(parse_commit(id, &self.objects.commit_bytes(id)?)))
    }

    /// The name of the branch that is checked out, which may have no commit yet; none for a detached head.
    pub(crate) fn branch(&self) -> Option<String> {
        let git = self.git();
        let head = git.find_reference("HEAD").ok()?;
        let target = head.symbolic_target().ok()??;
        Some(target.strip_prefix("refs/heads/")?.to_owned())
    }

    /// Whether the main branch is checked out: the one that `origin` calls so, else one of the usual names. What CI checks out without a
    /// branch is the main branch where it is the newest commit of that.
    pub(crate) fn is_at_main(&self) -> bool {
        const USUAL: &[&str] = &["main", "master", "trunk"];
        const ORIGIN: &str = "refs/remotes/origin/";
        let branch = self.branch();
        let git = self.git();
        let told = git.find_reference("refs/remotes/origin/HEAD").ok().and_then(|head| {
            let target = head.symbolic_target().ok()??;
            Some(target.strip_prefix(ORIGIN)?.to_owned())
        });
        let is_main = |name: &str| told.as_deref().map_or_else(|| USUAL.contains(&name), |told| told == name);
        if let Some(branch) = branch {
            return is_main(&branch);
        }
        let head = git.head().ok().and_then(|head| head.target());
        let names = told
            .iter()
            .map(String::as_str)
            .chain(USUAL.iter().copied().filter(|_| told.is_none()));
        head.is_some()
            && names
                .map(|name| format!("{ORIGIN}{name}"))
                .any(|name| git.refname_to_id(&name).ok() == head)
    }

    /// The commit that a revision names: a branch, a tag, an id or the start of one, `HEAD~2`.
    pub(crate) fn resolve(&self, revision: &str) -> Result<CommitId> {
        let git = self.git();
        let object = git
            .revparse_single(revision)
            .map_err(|error| self.failed_resolve(revision, &error))?;
        object
            .peel(ObjectType::Commit)
            .map(|commit| commit.id().to_string())
            .map_err(|_| Error::unjudged(format!("revision `{revision}` names no commit")))
    }

    fn failed_resolve(&self, revision: &str, error: &git2::Error) -> Error {
        let is_shallow = self.objects.is_shallow();
        match error.code() {
            ErrorCode::Ambiguous => {
                Error::usage(format!("revision `{revision}` is ambiguous")).with_help("write more digits of the commit id")
            }
            ErrorCode::InvalidSpec => Error::usage(format!("`{revision}` is not a revision"))
                .caused_by(&error.message())
                .with_help("name a branch, a tag or a commit id"),
            ErrorCode::NotFound if is_shallow => Error::unjudged(format!("revision `{revision}` is not in this shallow clone"))
                .with_help(
                    "fetch the whole history with `git fetch --unshallow --tags` (in CI: check out with a fetch depth of 0)",
                ),
            ErrorCode::NotFound => Error::unjudged(format!("revision `{revision}` is not in this repository"))
                .with_help(format!("fetch it with `git fetch origin {revision}`, or check the spelling")),
            _ => Error::unjudged(format!("failed to read revision `{revision}`")).caused_by(&error.message()),
        }
    }

    /// A commit by its id; none when it is not in this clone.
    pub(crate) fn commit(&self, id: &str) -> Option<Commit> {
        let id = Oid::from_str(id).ok()?;
        Some(parse_commit(id, &self.objects.commit_bytes(id).ok()?))
    }

    /// The mail address of the author of a commit, and when the commit was made: moving a commit keeps the day of its author.
    pub(crate) fn made(&self, id: &str) -> Option<(String, DateTime<FixedOffset>)> {
        let bytes = self.objects.commit_bytes(Oid::from_str(id).ok()?).ok()?;
        let raw = RawText::of(&bytes);
        Some((raw.mail("author"), raw.stamp("committer")?.date))
    }

    /// What an object is in words, such as `tag`; none when it is not in this clone.
    pub(crate) fn kind(&self, id: &str) -> Option<&'static str> {
        self.objects.kind(Oid::from_str(id).ok()?).map(|kind| kind.str())
    }

    /// The tree of a commit.
    pub(crate) fn tree(&self, commit: &str) -> Result<GitTree> {
        let root = self.objects.commit_head(parse_id(commit)?)?.tree;
        let listings = || self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = listings().get(&root).and_then(Weak::upgrade);
        let listing = if let Some(listing) = shared {
            listing
        } else {
            let listing = Arc::new(git::listing(&self.objects, root)?);
            listings().insert(root, Arc::downgrade(&listing));
            listing
        };
        Ok(GitTree::new(Arc::clone(&self.objects), listing))
    }

    /// The name of the user as git knows it (`user.name`).
    pub(crate) fn user_name(&self) -> Option<String> {
        let name = self.git().config().ok()?.get_string("user.name").ok()?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }

    /// The bytes of a file by the id of its content.
    pub(crate) fn content(&self, id: ContentId) -> Result<Vec<u8>> {
        self.objects.blob(Oid::from_bytes(&id.0).expect("a content id has 20 bytes"))
    }

    /// How many commits a commit contains, itself included; none when the clone cannot tell.
    pub(crate) fn commit_count(&self, of: &str) -> Option<usize> {
        let ancestors = self.ancestors(Oid::from_str(of).ok()?)?;
        ancestors.is_complete.then(|| ancestors.ids.len())
    }

    /// How much of the history is here.
    pub(crate) fn completeness(&self) -> Completeness {
        match self.head() {
            Ok(Some(_)) if self.objects.is_shallow() => Completeness::Shallow,
            Ok(Some(_)) if is_partial(&self.git()) == Some(true) => Completeness::Partial,
            Ok(Some(_)) => Completeness::Full,
            Ok(None) | Err(_) => Completeness::None,
        }
    }

    /// The name of the repository, as `git clone` would call its folder: by the URL of `origin`, else by the folder itself.
    pub(crate) fn name(&self) -> String {
        let git = self.git();
        // A linked worktree has a name of its own; the main one stands beside the common folder.
        let common = git.commondir().to_string_lossy().into_owned();
        let folder = if self.is_bare || git.is_worktree() {
            common
        } else {
            self.root.to_string_lossy().into_owned()
        };
        origin(&git)
            .and_then(|url| remote::clone_name(&url))
            .or_else(|| remote::clone_name(&folder))
            .unwrap_or_default()
    }

    /// Where `origin` can be read on the web, without credentials.
    pub(crate) fn web_url(&self) -> Option<String> {
        origin(&self.git()).and_then(|url| remote::web_url(&url))
    }

    /// Whether a commit is contained in another one (or is that one); none when the clone cannot tell.
    pub(crate) fn is_ancestor(&self, ancestor: &str, of: &str) -> Option<bool> {
        let (ancestor, of) = (Oid::from_str(ancestor).ok()?, Oid::from_str(of).ok()?);
        let ancestors = self.ancestors(of)?;
        if ancestors.ids.contains(&ancestor) {
            return Some(true);
        }
        ancestors.is_complete.then_some(false)
    }

    /// The parents of a commit, the first one first; empty at the root of history and at the boundary of a shallow clone.
    pub(crate) fn parents(&self, commit: &str) -> Result<Vec<CommitId>> {
        let head = self.objects.commit_head(parse_id(commit)?)?;
        Ok(head.parents.iter().map(Oid::to_string).collect())
    }

    /// Whether a commit has parents that this shallow clone does not have.
    pub(crate) fn is_boundary(&self, commit: &str) -> Result<bool> {
        Ok(self.objects.commit_head(parse_id(commit)?)?.is_boundary)
    }

    /// The ancestors of a commit; none when the commit itself cannot be read. The last answer is kept, since all tags ask about one head.
    fn ancestors(&self, of: Oid) -> Option<Arc<Ancestors>> {
        let mut kept = self.ancestors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((id, ancestors)) = kept.as_ref()
            && *id == of
        {
            return Some(Arc::clone(ancestors));
        }
        self.objects.commit_head(of).ok()?;
        let mut ids = HashSet::from([of]);
        let mut is_complete = true;
        let mut waiting = vec![of];
        while let Some(id) = waiting.pop() {
            match self.objects.commit_head(id) {
                Ok(head) => {
                    is_complete &= !head.is_boundary;
                    waiting.extend(head.parents.into_iter().filter(|parent| ids.insert(*parent)));
                }
                Err(_) => is_complete = false,
            }
        }
        let ancestors = Arc::new(Ancestors { ids, is_complete });
        *kept = Some((of, Arc::clone(&ancestors)));
        Some(ancestors)
    }
}

/// The id that is written as 40 hex digits.
pub(crate) fn parse_id(id: &str) -> Result<Oid> {
    Oid::from_str(id)
        .ok()
        .filter(|_| id.len() == 40)
        .ok_or_else(|| Error::usage(format!("`{id}` is not a commit id")))
}

/// The options of libgit2, which hold for the whole process.
fn set_options() {
    static OPTIONS: Once = Once::new();
    OPTIONS.call_once(|| {
        // Reading is three times faster without hashing every object again. Nothing is ever written, so a damaged object cannot spread.
        git2::opts::strict_hash_verification(false);
        // The walks keep the trees that they need; the cache of libgit2 only adds copies.
        git2::opts::enable_caching(false);
    });
}

/// Opens a repository as git does, and finds its worktree.
fn open_own(path: &Path) -> Result<(git2::Repository, Option<PathBuf>), git2::Error> {
    let no_ceilings: [&Path; 0] = [];
    let git = git2::Repository::open_ext(path, RepositoryOpenFlags::empty(), no_ceilings)?;
    let root = git.workdir().map(|folder| folder.components().collect());
    Ok((git, root))
}

/// Opens a repository whoever owns it. libgit2 does not ask for the owner of a repository that is opened as a bare one, so its check for
/// all other repositories of the process stays on; the worktree is found here instead.
fn open_any(path: &Path) -> Result<(git2::Repository, Option<PathBuf>), git2::Error> {
    let no_ceilings: [&Path; 0] = [];
    let git_folder = git2::Repository::discover_path(path, no_ceilings)?;
    let git = git2::Repository::open_bare(&git_folder)?;
    let root = worktree(&git);
    Ok((git, root))
}

/// The worktree of a repository that was opened as a bare one.
fn worktree(git: &git2::Repository) -> Option<PathBuf> {
    let folder = git.path();
    if let Ok(link) = std::fs::read_to_string(folder.join("gitdir")) {
        // A linked worktree: the file names the `.git` file in it, relative to the folder that it stands in.
        let link = folder.join(link.trim_end()).canonicalize().ok()?;
        return link.parent().map(Path::to_path_buf);
    }
    let config = git.config().ok()?;
    if config.get_bool("core.bare").unwrap_or(false) {
        return None;
    }
    if let Ok(worktree) = config.get_path("core.worktree") {
        return folder.join(worktree).canonicalize().ok();
    }
    let folder: PathBuf = folder.components().collect();
    (folder.file_name()? == ".git").then(|| folder.parent().map(Path::to_path_buf))?
}

/// What went wrong while opening, and what to do about it.
fn failed_open(path: &Path, error: &git2::Error) -> Error {
    let message = error.message();
    let failed = Error::usage(format!("failed to open the repository at `{}`", path.display()));
    if error.code() == ErrorCode::Owner {
        let no_ceilings: [&Path; 0] = [];
        let folder = git2::Repository::discover_path(path, no_ceilings)
            .and_then(git2::Repository::open_bare)
            .map_or_else(
                |_| path.to_path_buf(),
                |git| worktree(&git).unwrap_or_else(|| git.path().components().collect()),
            );
        return failed.caused_by(&"it is owned by another user").with_help(format!(
            "if you trust it, run `git config --global --add safe.directory {}`, or pass `--trust-repository`",
            shell_word(&folder.to_string_lossy())
        ));
    }
    if message.contains("object format") {
        return failed
            .caused_by(&"its object format is SHA-256, and only SHA-1 is supported")
            .with_help("make a clone in the SHA-1 format, or run in a plain folder with the files of one revision");
    }
    if message.contains("extensions.refstorage") {
        return failed
            .caused_by(&"its refs are stored as a reftable, which is not supported")
            .with_help("run `git refs migrate --ref-format=files`, or make a fresh clone with `git clone --ref-format=files`");
    }
    failed.caused_by(&message)
}

/// A text as one word of a shell command.
fn shell_word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@%,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// The URL of `origin`, as written.
fn origin(git: &git2::Repository) -> Option<String> {
    git.config().ok()?.get_string("remote.origin.url").ok()
}

/// The objects that stand in for others, as `git replace` recorded them. (`info/grafts`, which git calls obsolete, is not read.)
fn replacements(git: &git2::Repository) -> HashMap<Oid, Oid> {
    let Ok(references) = git.references_glob("refs/replace/*") else {
        return HashMap::new();
    };
    references
        .flatten()
        .filter_map(|reference| {
            let name = std::str::from_utf8(reference.name_bytes()).ok()?;
            Some((Oid::from_str(name.strip_prefix("refs/replace/")?).ok()?, reference.target()?))
        })
        .collect()
}

#[cfg(test)]
mod tests;
