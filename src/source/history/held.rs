//! What paths held at commits that are over. A commit never changes, so an answer is valid for ever, and the next run need not read the
//! trees again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::model::bytes::{Packed, put_number, put_part};
use crate::model::history::CommitId;
use crate::model::tree::ContentId;
use crate::source::history::cache::HistoryCache;
use crate::source::history::contents_at;
use crate::source::repository::Repository;

/// The name under which answers are kept between runs.
const PART: &str = "held 1";

/// With more answers than this, those that this run did not ask for are let go; and if it asked for more, nothing is kept.
const MOST_KEPT: usize = 20_000;

/// What paths hold at one commit; none for a path that does not exist there.
type Contents = HashMap<String, Option<ContentId>>;

/// Answers about commits: those of earlier runs, and those of this one.
#[derive(Default)]
pub(crate) struct Held(Mutex<Answers>);

#[derive(Default)]
struct Answers {
    /// What earlier runs kept.
    kept: HashMap<CommitId, Contents>,
    /// What this run asked for.
    asked: HashMap<CommitId, Contents>,
    /// Whether something was asked for that was not kept.
    is_more: bool,
}

impl Held {
    /// What earlier runs kept of a repository.
    pub(crate) fn of(repository: Option<&Repository>) -> Self {
        let kept = repository.and_then(|repository| decoded(&HistoryCache::of(repository)?.part(&name(repository))?));
        Self(Mutex::new(Answers {
            kept: kept.unwrap_or_default(),
            ..Answers::default()
        }))
    }

    /// What paths held at a commit.
    pub(crate) fn at(&self, repository: &Repository, commit: &CommitId, paths: &BTreeSet<&str>) -> Result<Contents> {
        let mut found = Contents::new();
        let mut missing: Vec<String> = Vec::new();
        {
            let mut answers = self.lock();
            let Answers { kept, asked, .. } = &mut *answers;
            for path in paths {
                let here = asked.get(commit).and_then(|known| known.get(*path));
                match here.or_else(|| kept.get(commit)?.get(*path)).copied() {
                    Some(id) => {
                        found.insert((*path).to_owned(), id);
                    }
                    None => missing.push((*path).to_owned()),
                }
            }
            if !found.is_empty() {
                let known = asked.entry(commit.clone()).or_default();
                known.extend(found.iter().map(|(path, id)| (path.clone(), *id)));
            }
        }
        if !missing.is_empty() {
            let read = contents_at(repository, commit, &missing)?;
            let mut answers = self.lock();
            answers.is_more = true;
            let known = answers.asked.entry(commit.clone()).or_default();
            known.extend(read.iter().map(|(path, id)| (path.clone(), *id)));
            found.extend(read);
        }
        Ok(found)
    }

    /// What one path held at a commit.
    pub(crate) fn path(&self, repository: &Repository, commit: &CommitId, path: &str) -> Result<Option<ContentId>> {
        let held = self.at(repository, commit, &BTreeSet::from([path]))?;
        Ok(held.get(path).copied().flatten())
    }

    /// Keeps the answers for the next run.
    pub(crate) fn keep(&self, repository: Option<&Repository>) {
        let answers = self.lock();
        let Some((repository, cache)) = repository
            .filter(|_| answers.is_more)
            .and_then(|repository| Some((repository, HistoryCache::of(repository)?)))
        else {
            return;
        };
        if answers.asked.values().map(HashMap::len).sum::<usize>() > MOST_KEPT {
            return;
        }
        let mut all: BTreeMap<&CommitId, BTreeMap<&str, Option<ContentId>>> = BTreeMap::new();
        let count: usize = answers.kept.values().map(HashMap::len).sum();
        let kept = answers.kept.iter().filter(|_| count < MOST_KEPT);
        for (commit, contents) in kept.chain(&answers.asked) {
            let known = all.entry(commit).or_default();
            known.extend(contents.iter().map(|(path, id)| (path.as_str(), *id)));
        }
        cache.keep_part(&name(repository), &encoded(&all));
    }

    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name for one clone: another one may lack objects that this one has, and must not know more for it.
fn name(repository: &Repository) -> String {
    format!("{PART} {}", repository.root().display())
}

/// Each commit with the number of its paths; each path with one byte that says whether it held something, and what.
fn encoded(all: &BTreeMap<&CommitId, BTreeMap<&str, Option<ContentId>>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (commit, contents) in all {
        put_part(&mut bytes, commit.as_bytes());
        put_number(&mut bytes, contents.len() as u64);
        for (path, id) in contents {
            put_part(&mut bytes, path.as_bytes());
            bytes.push(u8::from(id.is_some()));
            bytes.extend_from_slice(id.as_ref().map_or(&[][..], |id| &id.0));
        }
    }
    bytes
}

/// What was kept; none when it is not sound.
fn decoded(bytes: &[u8]) -> Option<HashMap<CommitId, Contents>> {
    let mut reader = Packed { rest: bytes };
    let mut all = HashMap::new();
    while !reader.rest.is_empty() {
        let commit = reader.text()?.to_owned();
        let count = reader.count(2)?;
        let mut contents = Contents::with_capacity(count);
        for _ in 0..count {
            let path = reader.text()?.to_owned();
            let id = match reader.byte()? {
                0 => None,
                1 => Some(ContentId(reader.bytes(20)?.try_into().ok()?)),
                _ => return None,
            };
            contents.insert(path, id);
        }
        all.insert(commit, contents);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::{any, proptest};

    use super::{Held, decoded, encoded};
    use crate::model::tree::ContentId;
    use crate::source::testing::{self, TestRepository};

    #[test]
    fn the_next_run_knows_what_this_one_asked_and_another_clone_does_not() {
        let Some(test) = TestRepository::new() else { return };
        let commit = test.commit(&[("a", "1"), ("b/c", "2")], "one");
        let paths = BTreeSet::from(["a", "b/c", "d"]);
        let cache = test.join("cache");
        let open = || testing::open(test.path()).with_cache(Some(cache.clone()));
        let repository = open();
        let held = Held::of(Some(&repository));
        let first = held.at(&repository, &commit, &paths).unwrap();
        assert!(first["a"].is_some() && first["d"].is_none());
        assert_eq!(held.path(&repository, &commit, "a").unwrap(), first["a"]);
        held.keep(Some(&repository));
        let again = Held::of(Some(&open()));
        assert_eq!(again.0.lock().unwrap().kept[&commit], first);
        assert_eq!(again.at(&repository, &commit, &paths).unwrap(), first);
        assert!(!again.0.lock().unwrap().is_more);
    }

    #[test]
    fn what_is_not_sound_counts_as_absent() {
        let commit = "a".repeat(40);
        let contents = BTreeMap::from([("x", Some(ContentId([7; 20]))), ("y", None)]);
        let bytes = encoded(&BTreeMap::from([(&commit, contents)]));
        let known = decoded(&bytes).unwrap();
        assert_eq!(known[&commit]["x"], Some(ContentId([7; 20])));
        assert_eq!(known[&commit]["y"], None);
        for length in 1..bytes.len() {
            assert!(decoded(&bytes[..length]).is_none(), "{length}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decoded(&bytes);
        }
    }
}
