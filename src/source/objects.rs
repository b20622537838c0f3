//! The objects of a repository as raw bytes: the two things that every walk needs, commits and trees, and blobs.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use git2::{ErrorCode, ObjectType, Odb, OdbObject, Oid};

use crate::error::{Error, Result};

/// Object databases per repository. libgit2 holds a lock while it reads an object, so threads share a database only when there are more
/// of them than this.
const DATABASES: usize = 4;

/// Bytes of raw trees that are kept at hand, per generation. More is slower: the pages have to come from somewhere.
const TREE_BYTES: usize = 32 << 20;

/// The largest object that is read into memory, in bytes.
pub(crate) const SIZE_LIMIT: usize = 256 << 20;

/// The objects of one repository; cheap to share between threads.
pub(crate) struct Objects {
    /// The `objects` folder of the repository.
    folder: PathBuf,
    databases: [OnceLock<Odb<'static>>; DATABASES],
    /// Commits whose parents this clone does not have, by its own word (`.git/shallow`).
    shallow: HashSet<Oid>,
    /// `refs/replace`: objects that stand in for others.
    replaced: HashMap<Oid, Oid>,
    trees: Mutex<TreeCache>,
    /// The commits that a walk over the history read, for the next walk.
    walked: Mutex<HashMap<Oid, CommitHead>>,
}

/// What a walk needs of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommitHead {
    /// The root tree.
    pub(crate) tree: Oid,
    /// The parents; none at the boundary of a shallow clone.
    pub(crate) parents: Vec<Oid>,
    /// The committer date in seconds since 1970; walks go by it.
    pub(crate) time: i64,
    /// Whether the parents exist but are not in this clone.
    pub(crate) is_boundary: bool,
}

/// Raw trees in two generations: when the young one is full it becomes the old one, and what was not asked for since is dropped.
#[derive(Default)]
struct TreeCache {
    young: HashMap<Oid, Arc<[u8]>>,
    old: HashMap<Oid, Arc<[u8]>>,
    young_bytes: usize,
}

impl TreeCache {
    fn find(&mut self, id: Oid) -> Option<Arc<[u8]>> {
        if let Some(tree) = self.young.get(&id) {
            return Some(Arc::clone(tree));
        }
        let tree = self.old.remove(&id)?;
        self.keep(id, &tree);
        Some(tree)
    }

    fn keep(&mut self, id: Oid, tree: &Arc<[u8]>) {
        if self.young_bytes > TREE_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += tree.len() + 64;
        self.young.insert(id, Arc::clone(tree));
    }
}

impl Objects {
    /// The objects below the common folder of a repository.
    pub(crate) fn open(common_folder: &Path, replaced: HashMap<Oid, Oid>) -> Result<Self> {
        let objects = Self {
            folder: common_folder.join("objects"),
            databases: std::array::from_fn(|_| OnceLock::new()),
            shallow: shallow_commits(common_folder)?,
            replaced,
            trees: Mutex::default(),
            walked: Mutex::default(),
        };
        objects.database()?;
        Ok(objects)
    }

    /// Whether parents of some commits are missing because the clone is shallow.
    pub(crate) fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }

    /// The commits at the boundary of a shallow clone, sorted.
    pub(crate) fn shallow_ids(&self) -> Vec<Oid> {
        let mut ids: Vec<Oid> = self.shallow.iter().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// The objects that others stand in for, each followed by the one that stands in, sorted.
    pub(crate) fn replaced_ids(&self) -> Vec<Oid> {
        let mut pairs: Vec<(Oid, Oid)> = self.replaced.iter().map(|(one, other)| (*one, *other)).collect();
        pairs.sort_unstable();
        pairs.into_iter().flat_map(|(one, other)| [one, other]).collect()
    }

    /// The kind of an object; none when it is not in this clone.
    pub(crate) fn kind(&self, id: Oid) -> Option<ObjectType> {
        self.database()
            .ok()?
            .read_header(self.stand_in(id))
            .ok()
            .map(|(_, kind)| kind)
    }

    /// The raw bytes of a commit.
    pub(crate) fn commit_bytes(&self, id: Oid) -> Result<Vec<u8>> {
        Ok(self.find(id, ObjectType::Commit)?.data().to_vec())
    }

    /// The raw bytes of a tag object.
    pub(crate) fn tag_bytes(&self, id: Oid) -> Result<Vec<u8>> {
        Ok(self.find(id, ObjectType::Tag)?.data().to_vec())
    }

    /// The bytes of a file.
    pub(crate) fn blob(&self, id: Oid) -> Result<Vec<u8>> {
        let (length, _) = self
            .database()?
            .read_header(self.stand_in(id))
            .map_err(|error| failed_read(id, ObjectType::Blob, &error))?;
        if length > SIZE_LIMIT {
            return Err(Error::usage(format!("object `{id}` is too large: {length} bytes")));
        }
        Ok(self.find(id, ObjectType::Blob)?.data().to_vec())
    }

    /// The length of a file in bytes; none when it is not in this clone.
    pub(crate) fn blob_size(&self, id: Oid) -> Option<usize> {
        let (length, kind) = self.database().ok()?.read_header(self.stand_in(id)).ok()?;
        (kind == ObjectType::Blob).then_some(length)
    }

    /// Gives the bytes of a file to a function; none when the file is not in this clone, or too large.
    pub(crate) fn with_blob<T>(&self, id: Oid, limit: usize, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        if self.blob_size(id)? > limit {
            return None;
        }
        let object = self.find(id, ObjectType::Blob).ok()?;
        Some(read(object.data()))
    }

    /// The raw bytes of a tree.
    pub(crate) fn tree(&self, id: Oid) -> Result<Arc<[u8]>> {
        let trees = || self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees().find(id) {
            return Ok(tree);
        }
        let tree: Arc<[u8]> = self.find(id, ObjectType::Tree)?.data().into();
        trees().keep(id, &tree);
        Ok(tree)
    }

    /// What a walk needs of a commit.
    pub(crate) fn commit_head(&self, id: Oid) -> Result<CommitHead> {
        self.commit(id).map(|(head, _)| head)
    }

    /// What a walk needs of a commit, and its raw bytes.
    pub(crate) fn commit(&self, id: Oid) -> Result<(CommitHead, Arc<[u8]>)> {
        let bytes: Arc<[u8]> = self.find(id, ObjectType::Commit)?.data().into();
        let mut head = CommitHead::parse(&bytes)
            .ok_or_else(|| Error::unjudged(format!("commit `{id}` is damaged")).with_help("run `git fsck`"))?;
        if self.shallow.contains(&id) {
            head.is_boundary = !head.parents.is_empty();
            head.parents.clear();
        }
        Ok((head, bytes))
    }

    /// The commits that were read for walks before. Whoever takes them gives them back, with what else was read.
    pub(crate) fn take_walked(&self) -> HashMap<Oid, CommitHead> {
        std::mem::take(&mut *self.walked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps the commits of a walk at hand, when they are more than those of another walk.
    pub(crate) fn keep_walked(&self, commits: impl IntoIterator<Item = (Oid, CommitHead)>) {
        let commits: HashMap<Oid, CommitHead> = commits.into_iter().collect();
        let mut walked = self.walked.lock().unwrap_or_else(PoisonError::into_inner);
        if walked.len() < commits.len() {
            *walked = commits;
        }
    }

    /// The root tree of a commit.
    pub(crate) fn commit_tree(&self, id: Oid) -> Result<Oid> {
        self.commit_head(id).map(|head| head.tree)
    }

    /// An object that must be of one kind.
    fn find(&self, id: Oid, kind: ObjectType) -> Result<OdbObject<'_>> {
        let object = self
            .database()?
            .read(self.stand_in(id))
            .map_err(|error| failed_read(id, kind, &error))?;
        if object.kind() != kind {
            return Err(Error::unjudged(format!("object `{id}` is a {}, not a {kind}", object.kind())));
        }
        Ok(object)
    }

    /// The object that stands in for another one, or the object itself.
    fn stand_in(&self, id: Oid) -> Oid {
        self.replaced.get(&id).copied().unwrap_or(id)
    }

    /// The database of the current thread.
    fn database(&self) -> Result<&Odb<'static>> {
        let slot = &self.databases[thread_number() % DATABASES];
        if let Some(database) = slot.get() {
            return Ok(database);
        }
        let failed = || Error::usage(format!("failed to open the objects in `{}`", self.folder.display()));
        let path = self.folder.to_str().ok_or_else(|| {
            failed()
                .caused_by(&"the path is not UTF-8")
                .with_help("move the repository to a folder whose name is UTF-8")
        })?;
        let database = Odb::new()
            .and_then(|database| database.add_disk_alternate(path).map(|()| database))
            .map_err(|error| failed().caused_by(&error.message()))?;
        Ok(slot.get_or_init(|| database))
    }
}

/// A number that differs from thread to thread.
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}

/// The commits whose parents are missing in a shallow clone. The file stands in the folder that all worktrees share.
fn shallow_commits(common_folder: &Path) -> Result<HashSet<Oid>> {
    let path = common_folder.join("shallow");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(HashSet::new()),
        Err(error) => Err(Error::usage(format!("failed to read `{}`", path.display())).caused_by(&error)),
    }
}

fn failed_read(id: Oid, kind: ObjectType, error: &git2::Error) -> Error {
    if error.code() == ErrorCode::NotFound {
        return Error::unjudged(format!("{kind} `{id}` is not in this clone")).with_help(
            "fetch what is missing: `git fetch --unshallow` in a shallow clone, `git fetch --refetch` in a partial one",
        );
    }
    Error::unjudged(format!("failed to read {kind} `{id}`"))
        .caused_by(&error.message())
        .with_help("run `git fsck`")
}

impl CommitHead {
    /// Reads the head of a raw commit.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(b"tree ")?;
        let (tree, after) = hex_line(rest)?;
        rest = after;
        let mut parents = Vec::with_capacity(1);
        while let Some(line) = rest.strip_prefix(b"parent ") {
            let (parent, after) = hex_line(line)?;
            parents.push(parent);
            rest = after;
        }
        let committer = rest
            .split(|byte| *byte == b'\n')
            .take_while(|line| !line.is_empty())
            .find_map(|line| line.strip_prefix(b"committer "));
        Some(Self {
            tree,
            parents,
            time: committer.map_or(0, committer_time),
            is_boundary: false,
        })
    }
}

/// An object id of 40 hex digits and what follows its line.
fn hex_line(bytes: &[u8]) -> Option<(Oid, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(40)?;
    let id = Oid::from_str(std::str::from_utf8(digits).ok()?).ok()?;
    Some((id, rest.strip_prefix(b"\n")?))
}

/// The seconds of `name <mail> seconds zone`; 0 when they cannot be read, as git has it.
fn committer_time(line: &[u8]) -> i64 {
    let after_mail = line.iter().rposition(|byte| *byte == b'>').map_or(line, |at| &line[at + 1..]);
    std::str::from_utf8(after_mail)
        .ok()
        .and_then(|text| text.split_ascii_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use git2::Oid;

    use super::CommitHead;

    #[test]
    fn the_head_of_a_commit_is_read() {
        let id = |digit: &str| Oid::from_str(&digit.repeat(40)).unwrap();
        let text = format!(
            "tree {}\nparent {}\nparent {}\nauthor A <a> 1 +0000\ncommitter C <c> d> 1700000000 +0200\ngpgsig x\n\ncommitter no\n",
            "a".repeat(40),
            "b".repeat(40),
            "c".repeat(40)
        );
        let head = CommitHead::parse(text.as_bytes()).unwrap();
        assert_eq!(head.tree, id("a"));
        assert_eq!(head.parents, [id("b"), id("c")]);
        assert_eq!(head.time, 1_700_000_000);
    }

    #[test]
    fn damaged_commits_have_no_head() {
        for text in ["", "tree abc\n", "tree zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\n"] {
            assert_eq!(CommitHead::parse(text.as_bytes()), None);
        }
        let no_date = format!("tree {}\n\nmessage", "a".repeat(40));
        assert_eq!(CommitHead::parse(no_date.as_bytes()).map(|head| head.time), Some(0));
    }
}
