//! What earlier runs found in history, so that a run pays for new commits only.
//!
//! Two things are kept: the commits with their parents, and for the last few heads which commits changed the paths that were asked for.
//! What a commit has behind it never changes, so an answer is valid for ever; only what can hide or replace commits is part of the key:
//! the boundary of a shallow clone, and `git replace`. A walk from a newer head that comes to such a head takes its answer and stops.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use git2::Oid;
use sha2::{Digest as _, Sha256};

use crate::model::bytes::{Packed, put_number};
use crate::source::cache;
use crate::source::history::walk::{All, Found, Known};
use crate::source::history::wanted::Wanted;
use crate::source::objects::{CommitHead, Objects};
use crate::source::repository::Repository;

/// The version of what is stored, and of the rules by which a walk decides what changed a path. A new number makes all files unknown.
const VERSION: u32 = 1;

/// How many heads are kept, the one that was asked for last first.
const HEADS: usize = 4;

/// How many new commits are read again and again before the stored commits are written anew.
const NEW_COMMITS: usize = 500;

/// Bit of the number of parents in a stored commit: whether this clone lacks them.
const BOUNDARY: u64 = 1;

/// The cache of one repository.
pub(crate) struct HistoryCache<'folder> {
    folder: &'folder Path,
    /// The root of the repository, below which no link is followed.
    root: &'folder Path,
    /// What answers depend on beside the commits.
    state: Vec<u8>,
}

/// Which commits changed each path (without a slash at its end), as seen from one head.
type Answers = BTreeMap<String, Vec<Oid>>;

/// The heads that are kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Heads(Vec<(Oid, Answers)>);

impl<'folder> HistoryCache<'folder> {
    /// The cache of a repository, where it has one.
    pub(crate) fn of(repository: &'folder Repository) -> Option<Self> {
        let folder = repository.cache()?;
        Some(Self::new(folder, repository.root(), &repository.name(), repository.objects()))
    }

    /// The cache of a repository in a folder. The name keeps repositories apart that share the folder.
    fn new(folder: &'folder Path, root: &'folder Path, name: &str, objects: &Objects) -> Self {
        let mut digest = Sha256::new();
        for (kind, ids) in [(b's', objects.shallow_ids()), (b'r', objects.replaced_ids())] {
            digest.update([kind]);
            digest.update((ids.len() as u64).to_le_bytes());
            for id in ids {
                digest.update(id.as_bytes());
            }
        }
        let mut state = format!("history {VERSION} sha1 {name}\0").into_bytes();
        state.extend_from_slice(&digest.finalize());
        Self { folder, root, state }
    }

    fn key(&self, part: &str) -> Vec<u8> {
        [part.as_bytes(), b"\0", &self.state].concat()
    }

    /// Something else that was kept, by its name.
    pub(crate) fn part(&self, name: &str) -> Option<Vec<u8>> {
        cache::load(self.folder, self.root, &self.key(name))
    }

    /// Keeps something else in place of what was kept under the name.
    pub(crate) fn keep_part(&self, name: &str, content: &[u8]) {
        cache::store(self.folder, self.root, &self.key(name), content);
    }

    /// The heads of earlier runs.
    pub(crate) fn heads(&self) -> Heads {
        let bytes = cache::load(self.folder, self.root, &self.key("heads"));
        bytes.and_then(|bytes| Heads::decoded(&bytes)).unwrap_or_default()
    }

    /// Keeps the answers of a head.
    pub(crate) fn keep_heads(&self, heads: &Heads) {
        cache::store(self.folder, self.root, &self.key("heads"), &heads.encoded());
    }

    /// The commits that earlier runs read.
    pub(crate) fn commits(&self) -> HashMap<Oid, CommitHead> {
        let bytes = cache::load(self.folder, self.root, &self.key("commits"));
        bytes.and_then(|bytes| decoded_commits(&bytes)).unwrap_or_default()
    }

    /// Keeps the commits of a walk when so many of them had to be read that it is worth it.
    pub(crate) fn keep_commits(&self, all: &All) {
        if all.read > NEW_COMMITS
            && let Some(bytes) = encoded_commits(&all.commits)
        {
            cache::store(self.folder, self.root, &self.key("commits"), &bytes);
        }
    }
}

impl Heads {
    /// The complete answer for a head, if it is known for every path.
    pub(crate) fn whole(&self, head: Oid, wanted: &Wanted, paths: &[String]) -> Option<Found> {
        let (_, answers) = self.0.iter().find(|(id, _)| *id == head)?;
        let mut found = vec![Vec::new(); wanted.count() as usize];
        for (path, id) in paths.iter().zip(wanted.ids()) {
            found[*id as usize].clone_from(answers.get(trimmed(path))?);
        }
        Some(found)
    }

    /// What is known of some paths at any head.
    pub(crate) fn known(&self, wanted: &Wanted, paths: &[String]) -> Known {
        let heads = self.0.iter().map(|(head, answers)| {
            let mut known = vec![None; wanted.count() as usize];
            for (path, id) in paths.iter().zip(wanted.ids()) {
                known[*id as usize] = answers.get(trimmed(path)).cloned();
            }
            (*head, known)
        });
        heads.collect()
    }

    /// Adds the answers of a head, which becomes the first one.
    pub(crate) fn add(&mut self, head: Oid, wanted: &Wanted, paths: &[String], found: &Found) {
        let before = self.0.iter().position(|(id, _)| *id == head);
        let mut answers = before.map(|at| self.0.remove(at).1).unwrap_or_default();
        for (path, id) in paths.iter().zip(wanted.ids()) {
            answers.insert(trimmed(path).to_owned(), found[*id as usize].clone());
        }
        self.0.insert(0, (head, answers));
        self.0.truncate(HEADS);
    }

    /// Heads, each with its commits, and each path with the numbers of its commits.
    fn encoded(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_number(&mut bytes, self.0.len() as u64);
        for (head, answers) in &self.0 {
            bytes.extend_from_slice(head.as_bytes());
            let mut numbers: HashMap<Oid, u64> = HashMap::new();
            let mut commits: Vec<Oid> = Vec::new();
            for id in answers.values().flatten() {
                numbers.entry(*id).or_insert_with(|| {
                    commits.push(*id);
                    commits.len() as u64 - 1
                });
            }
            put_number(&mut bytes, commits.len() as u64);
            for id in commits {
                bytes.extend_from_slice(id.as_bytes());
            }
            put_number(&mut bytes, answers.len() as u64);
            for (path, commits) in answers {
                put_number(&mut bytes, path.len() as u64);
                bytes.extend_from_slice(path.as_bytes());
                put_number(&mut bytes, commits.len() as u64);
                for id in commits {
                    put_number(&mut bytes, numbers[id]);
                }
            }
        }
        bytes
    }

    fn decoded(bytes: &[u8]) -> Option<Self> {
        let mut reader = Packed { rest: bytes };
        let mut heads = Vec::new();
        for _ in 0..reader.number()? {
            let head = id(&mut reader)?;
            let count = reader.count(20)?;
            let commits: Vec<Oid> = (0..count).map(|_| id(&mut reader)).collect::<Option<_>>()?;
            let mut answers = Answers::new();
            for _ in 0..reader.number()? {
                let length = reader.count(1)?;
                let path = String::from_utf8(reader.bytes(length)?.to_vec()).ok()?;
                let count = reader.count(1)?;
                let list = (0..count).map(|_| commits.get(reader.number()? as usize).copied());
                answers.insert(path, list.collect::<Option<_>>()?);
            }
            heads.push((head, answers));
        }
        reader.rest.is_empty().then_some(Self(heads))
    }
}

/// A path without a slash at its end.
fn trimmed(path: &str) -> &str {
    path.trim_end_matches('/')
}

/// Commits with the numbers of their parents; none when a parent is missing among them.
fn encoded_commits(commits: &[(Oid, CommitHead)]) -> Option<Vec<u8>> {
    let numbers: HashMap<Oid, u64> = commits.iter().zip(0..).map(|((id, _), number)| (*id, number)).collect();
    let mut bytes = Vec::with_capacity(commits.len() * 56);
    put_number(&mut bytes, commits.len() as u64);
    for (id, head) in commits {
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(head.tree.as_bytes());
        bytes.extend_from_slice(&head.time.to_le_bytes());
        put_number(
            &mut bytes,
            head.parents.len() as u64 * 2 + u64::from(head.is_boundary) * BOUNDARY,
        );
        for parent in &head.parents {
            put_number(&mut bytes, *numbers.get(parent)?);
        }
    }
    Some(bytes)
}

fn decoded_commits(bytes: &[u8]) -> Option<HashMap<Oid, CommitHead>> {
    let mut reader = Packed { rest: bytes };
    let count = reader.count(49)?;
    let mut ids = Vec::with_capacity(count);
    let mut heads = Vec::with_capacity(count);
    for _ in 0..count {
        ids.push(id(&mut reader)?);
        let tree = id(&mut reader)?;
        let time = i64::from_le_bytes(reader.bytes(8)?.try_into().ok()?);
        let number = reader.number()?;
        let parents = reader.checked(number / 2, 1)?;
        let parents: Vec<u64> = (0..parents).map(|_| reader.number()).collect::<Option<_>>()?;
        heads.push((tree, time, number & BOUNDARY != 0, parents));
    }
    if !reader.rest.is_empty() {
        return None;
    }
    let commits = ids.iter().zip(heads).map(|(id, (tree, time, is_boundary, parents))| {
        let parents = parents.iter().map(|parent| ids.get(*parent as usize).copied());
        let head = CommitHead {
            tree,
            parents: parents.collect::<Option<_>>()?,
            time,
            is_boundary,
        };
        Some((*id, head))
    });
    commits.collect()
}

fn id(reader: &mut Packed<'_>) -> Option<Oid> {
    Oid::from_bytes(reader.bytes(20)?).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use git2::Oid;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use tempfile::TempDir;

    use super::{Heads, HistoryCache, decoded_commits, encoded_commits};
    use crate::model::history::History;
    use crate::source::history::tests::{import, owned, plan};
    use crate::source::history::{last_touches, touches};
    use crate::source::objects::CommitHead;
    use crate::source::repository::Repository;
    use crate::source::testing::{TestRepository, open};

    const PATHS: &[&str] = &["a", "b", "d", "d/x", "d/e/", "never", ""];

    /// The commits of each path, in order.
    fn told(history: &History) -> BTreeMap<String, Vec<String>> {
        let lists = history.touches.iter();
        lists
            .map(|(path, commits)| (path.clone(), commits.iter().map(|commit| commit.id.clone()).collect()))
            .collect()
    }

    fn cached(path: &Path, folder: &Path) -> Repository {
        open(path).with_cache(Some(folder.to_owned()))
    }

    /// The files in a folder.
    fn files(folder: &TempDir) -> Vec<std::path::PathBuf> {
        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.sort();
        files
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn with_a_cache_every_answer_is_the_same(
            plans in proptest::collection::vec(plan(), 1..24),
            heads in proptest::collection::vec((any::<Index>(), 1..=PATHS.len()), 1..8),
        ) {
            let Some(test) = TestRepository::new() else { return Ok(()) };
            import(&test, &plans);
            let folder = TempDir::new().unwrap();
            let (plain, cached) = (test.open(), cached(test.path(), folder.path()));
            for (head, count) in heads {
                let head = test.git(&["rev-parse", &format!("c{}", head.index(plans.len()))]);
                let paths = owned(&PATHS[PATHS.len() - count..]);
                let last = last_touches(&plain, &head, &paths).unwrap();
                prop_assert_eq!(told(&last), told(&last_touches(&cached, &head, &paths).unwrap()));
                let all = touches(&plain, &head, &paths).unwrap();
                prop_assert_eq!(told(&all), told(&touches(&cached, &head, &paths).unwrap()));
                prop_assert_eq!(told(&all), told(&touches(&cached, &head, &paths).unwrap()));
            }
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Heads::decoded(&bytes);
            let _ = decoded_commits(&bytes);
        }
    }

    #[test]
    fn what_is_kept_is_used_again() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a", "1"), ("b", "1")], "first");
        let second = test.commit(&[("a", "2")], "second");
        let folder = TempDir::new().unwrap();
        let paths = owned(&["a", "b"]);
        touches(&cached(test.path(), folder.path()), &second, &paths).unwrap();
        // A wrong answer in the cache, to see that it is asked.
        let repository = cached(test.path(), folder.path());
        let cache = HistoryCache::new(folder.path(), repository.root(), &repository.name(), repository.objects());
        let mut heads = cache.heads();
        assert_eq!(heads.0.len(), 1);
        let wrong = heads.0[0].1["a"].last().copied().into_iter().collect();
        heads.0[0].1.insert("a".to_owned(), wrong);
        cache.keep_heads(&heads);
        let third = test.commit(&[("b", "2")], "third");
        let repository = cached(test.path(), folder.path());
        assert_eq!(touches(&repository, &third, &paths).unwrap().touches["a"].len(), 1);
        assert_eq!(
            last_touches(&repository, &third, &paths).unwrap().touches["a"][0].subject,
            "first"
        );
        assert_eq!(touches(&repository, &third, &paths).unwrap().touches["b"].len(), 2);
        assert_eq!(cache.heads().0.len(), 2);
    }

    #[test]
    fn damaged_files_and_strange_answers_are_passed_over() {
        let Some(test) = TestRepository::new() else { return };
        let first = test.commit(&[("a", "1")], "first");
        let head = test.commit(&[("a", "2")], "second");
        let folder = TempDir::new().unwrap();
        let paths = owned(&["a"]);
        let count = || touches(&cached(test.path(), folder.path()), &head, &paths).unwrap().touches["a"].len();
        assert_eq!(count(), 2);
        let file = files(&folder).pop().unwrap();
        let good = std::fs::read(&file).unwrap();
        for bytes in [b"".to_vec(), good[..good.len() / 2].to_vec(), vec![0; good.len()]] {
            std::fs::write(&file, bytes).unwrap();
            assert_eq!(count(), 2);
            assert_eq!(std::fs::read(&file).unwrap(), good, "it is made anew");
        }
        // Commits that are nowhere.
        let repository = cached(test.path(), folder.path());
        let cache = HistoryCache::new(folder.path(), repository.root(), &repository.name(), repository.objects());
        for known in [&head, &first] {
            let mut heads = Heads::default();
            let nowhere = Oid::from_str(&"12".repeat(20)).unwrap();
            let answers = [("a".to_owned(), vec![nowhere])].into_iter().collect();
            heads.0.push((Oid::from_str(known).unwrap(), answers));
            cache.keep_heads(&heads);
            assert_eq!(count(), 2);
        }
    }

    #[test]
    fn a_deepened_clone_and_a_replaced_commit_are_asked_anew() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a", "1")], "first");
        test.commit(&[("a", "2")], "second");
        let head = test.commit(&[("a", "3")], "third");
        let folder = TempDir::new().unwrap();
        let url = format!("file://{}", test.path().display());
        test.git(&["clone", "--quiet", "--depth=2", &url, "clone"]);
        let place = test.join("clone");
        let paths = owned(&["a"]);
        let count = |place: &Path| touches(&cached(place, folder.path()), &head, &paths).unwrap().touches["a"].len();
        assert_eq!(count(&place), 1);
        crate::source::testing::git(&place, &["fetch", "--quiet", "--unshallow"], 0);
        assert_eq!(count(&place), 3);
        crate::source::testing::git(&place, &["replace", "--graft", &head], 0);
        assert_eq!(count(&place), 1);
    }

    #[test]
    fn only_the_last_heads_are_kept() {
        let Some(test) = TestRepository::new() else { return };
        let folder = TempDir::new().unwrap();
        let repository = cached(test.path(), folder.path());
        for number in 0..6 {
            let head = test.commit(&[("a", &number.to_string())], "next");
            touches(&repository, &head, &owned(&["a"])).unwrap();
        }
        let cache = HistoryCache::new(folder.path(), repository.root(), &repository.name(), repository.objects());
        let heads = cache.heads();
        assert_eq!(heads.0.len(), super::HEADS);
        assert_eq!(heads.0[0].0.to_string(), test.head());
    }

    #[test]
    fn commits_survive_the_way_to_bytes_and_back() {
        let id = |byte: u8| Oid::from_bytes(&[byte; 20]).unwrap();
        let head = |tree: u8, parents: &[u8], is_boundary| CommitHead {
            tree: id(tree),
            parents: parents.iter().map(|parent| id(*parent)).collect(),
            time: -7,
            is_boundary,
        };
        let commits = vec![
            (id(1), head(9, &[2, 3], false)),
            (id(2), head(8, &[3], false)),
            (id(3), head(7, &[], true)),
        ];
        let bytes = encoded_commits(&commits).unwrap();
        assert_eq!(decoded_commits(&bytes).unwrap(), commits.iter().cloned().collect());
        assert_eq!(encoded_commits(&commits[..2]), None, "a parent is missing");
        for cut in 0..bytes.len() {
            assert_eq!(decoded_commits(&bytes[..cut]), None);
        }
    }
}
