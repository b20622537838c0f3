//! Records that stood under another path before: a store that was renamed, the folder of a version that was. What confirms them is the
//! commit that added them there.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, FixedOffset};

use crate::error::Result;
use crate::load::version::take_apart;
use crate::model::history::CommitId;
use crate::model::tree::ContentId;
use crate::parse::release_log;
use crate::source::history::line::{Stay, Taken, stays, taken_away};
use crate::source::repository::Repository;

/// Moves of one record that are followed.
const MOST_MOVES: usize = 16;

/// Where a record or an amendment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept<'a> {
    /// The folder of the store; may be empty.
    store: &'a str,
    /// The folder of the release.
    release: &'a str,
    /// The path below that: `record.json`, `amendments/001.json`.
    name: &'a str,
}

impl<'a> Kept<'a> {
    /// The parts of a path; none of one that is neither a record nor an amendment.
    fn of(path: &'a str) -> Option<Self> {
        let at = if path.ends_with("/record.json") {
            path.len() - "/record.json".len()
        } else {
            let at = path.rfind("/amendments/")?;
            if path[at + "/amendments/".len()..].contains('/') {
                return None;
            }
            at
        };
        let (folder, name) = (&path[..at], &path[at + 1..]);
        let (store, release) = folder.rsplit_once('/').unwrap_or(("", folder));
        Some(Self { store, release, name })
    }
}

/// Follows each file to where it stood before, as far as the commit that added it took a twin of it away from another place: what was there
/// first is what it is compared with.
pub(super) fn follow(
    repository: &Repository,
    held: &mut HashMap<String, Stay>,
    since: Option<DateTime<FixedOffset>>,
) -> Result<()> {
    // Where each file stands on its way back.
    let mut places: BTreeMap<String, String> = held.keys().map(|path| (path.clone(), path.clone())).collect();
    for _ in 0..MOST_MOVES {
        let mut by_commit: BTreeMap<CommitId, Vec<String>> = BTreeMap::new();
        for path in places.keys() {
            if let Some(stay) = held.get(path).filter(|stay| stay.is_whole) {
                by_commit.entry(stay.added.clone()).or_default().push(path.clone());
            }
        }
        let mut next = BTreeMap::new();
        for (commit, paths) in by_commit {
            let Some((parent, taken)) = taken_away(repository, &commit, &|path| Kept::of(path).is_some())? else {
                continue;
            };
            if taken.is_empty() {
                continue;
            }
            let mut before: Vec<(String, &Taken)> = Vec::new();
            for path in paths {
                let place = &places[&path];
                if let Some(twin) = twin(repository, place, held[&path].first, &taken) {
                    before.push((path, twin));
                }
            }
            let mut stores: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for (_, twin) in &before {
                let store = Kept::of(&twin.path).map_or("", |kept| kept.store);
                stores.entry(store).or_default().push(twin.path.clone());
            }
            let mut earlier: HashMap<String, Stay> = HashMap::new();
            for (store, paths) in stores {
                earlier.extend(stays(repository, &parent, store, &paths, since)?);
            }
            for (path, twin) in before {
                let (Some(old), Some(stay)) = (earlier.get(&twin.path), held.get_mut(&path)) else {
                    continue;
                };
                let changed_on_the_way = (twin.content != stay.first).then(|| commit.clone());
                stay.changed = old.changed.clone().or(changed_on_the_way).or(stay.changed.take());
                stay.first = old.first;
                stay.added.clone_from(&old.added);
                stay.is_whole = old.is_whole;
                next.insert(path, twin.path.clone());
            }
        }
        if next.is_empty() {
            break;
        }
        places = next;
    }
    Ok(())
}

/// The file that a commit took away and that came to stand at a path: the same bytes, the same file of the same release elsewhere, or a record
/// of the same commit under another name.
fn twin<'a>(repository: &Repository, path: &str, first: ContentId, taken: &'a [Taken]) -> Option<&'a Taken> {
    let own = Kept::of(path)?;
    let is_alike = |taken: &&Taken| {
        Kept::of(&taken.path).is_some_and(|kept| kept.name == own.name && version(kept.release) == version(own.release))
    };
    if let Some(found) = taken.iter().find(|taken| taken.content == first) {
        return Some(found);
    }
    let alike: Vec<&Taken> = taken.iter().filter(is_alike).collect();
    if let [only] = alike.as_slice() {
        return Some(only);
    }
    if own.name != "record.json" {
        return None;
    }
    let read = |id: ContentId| {
        let bytes = repository.content(id).ok()?;
        Some(release_log::record(path, &bytes).0)
    };
    let record = read(first)?;
    let commit = record.commit.as_ref()?;
    // Several stores may hold a record of that commit: that of the same product, and then the nearest, is meant.
    let records = taken.iter().filter(|taken| taken.path.ends_with("record.json"));
    let same = records.filter_map(|taken| {
        let other = read(taken.content).filter(|other| other.commit.as_ref() == Some(commit))?;
        let shared = taken
            .path
            .split('/')
            .zip(path.split('/'))
            .take_while(|(one, other)| one == other)
            .count();
        Some(((other.product == record.product, is_alike(&taken), shared), taken))
    });
    same.max_by_key(|(key, _)| *key).map(|(_, taken)| taken)
}

/// The version that the name of a folder is, however it is spelt.
fn version(folder: &str) -> Option<String> {
    take_apart(folder).map(|name| name.semver.map_or(name.version, |semver| semver.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Kept, follow};
    use crate::source::history::line::{Stay, stays};
    use crate::source::testing::TestRepository;

    fn record(version: &str, commit: &str, note: &str) -> String {
        format!(r#"{{"schema": "runproof-record/1", "version": "{version}", "commit": "{commit}", "note": "{note}"}}"#)
    }

    fn of(test: &TestRepository, head: &str, path: &str) -> Option<Stay> {
        let repository = test.open();
        let store = Kept::of(path).expect("it is kept").store;
        let mut held: HashMap<String, Stay> = stays(&repository, head, store, &[path.to_owned()], None).expect("it is followed");
        follow(&repository, &mut held, None).expect("it is followed");
        held.remove(path)
    }

    fn move_to(test: &TestRepository, from: &str, to: &str) {
        std::fs::create_dir_all(test.join(to).parent().expect("a folder")).expect("it is made");
        std::fs::rename(test.join(from), test.join(to)).expect("it is there");
    }

    #[test]
    fn paths_of_the_store_are_taken_apart() {
        let kept = |path| Kept::of(path).map(|kept| (kept.store, kept.release, kept.name));
        assert_eq!(kept("releases/v1/record.json"), Some(("releases", "v1", "record.json")));
        assert_eq!(kept("v1/record.json"), Some(("", "v1", "record.json")));
        assert_eq!(kept("a/b/v1/amendments/001.json"), Some(("a/b", "v1", "amendments/001.json")));
        assert_eq!(kept("releases/v1/evidence/u/a.xml"), None);
        assert_eq!(kept("record.json"), None);
        assert_eq!(kept("a/amendments/b/c.json"), None);
    }

    #[test]
    fn a_record_that_moved_is_compared_with_what_was_added_first() {
        let Some(test) = TestRepository::new() else { return };
        let (one, two) = (record("v1.0.0", "abc", ""), record("v1.1.0", "def", ""));
        let added = test.commit(
            &[("releases/v1.0.0/record.json", &one), ("releases/v1.1.0/record.json", &two)],
            "record",
        );
        move_to(&test, "releases", "evidence");
        let plain = test.commit(&[("a", "1")], "rename the store");
        let stay = of(&test, &plain, "evidence/v1.0.0/record.json").expect("it is there");
        assert_eq!(
            (stay.added.as_str(), stay.changed, stay.is_whole),
            (added.as_str(), None, true)
        );

        move_to(&test, "evidence", "proofs/all");
        let other = record("v1.0.0", "abc", "better");
        let by = test.commit(&[("proofs/all/v1.0.0/record.json", &other)], "rename it again");
        let head = test.commit(&[("a", "2")], "later");
        let stay = of(&test, &head, "proofs/all/v1.0.0/record.json").expect("it is there");
        assert_eq!(
            (stay.added.as_str(), stay.changed.as_deref()),
            (added.as_str(), Some(by.as_str()))
        );
        let whole = of(&test, &head, "proofs/all/v1.1.0/record.json").expect("it is there");
        assert_eq!(
            (whole.added.as_str(), whole.changed),
            (added.as_str(), None),
            "the other one only moved"
        );
    }

    #[test]
    fn the_folder_of_a_version_may_be_renamed_with_its_record() {
        let Some(test) = TestRepository::new() else { return };
        let added = test.commit(&[("releases/v1.0.0/record.json", &record("v1.0.0", "abc", ""))], "record");
        std::fs::remove_dir_all(test.join("releases/v1.0.0")).expect("it is there");
        let other = record("1.0.0", "abc", "better");
        let by = test.commit(&[("releases/1.0.0/record.json", &other)], "another name");
        let stay = of(&test, &by, "releases/1.0.0/record.json").expect("it is there");
        assert_eq!(
            (stay.added.as_str(), stay.changed.as_deref()),
            (added.as_str(), Some(by.as_str()))
        );
    }

    #[test]
    fn a_record_of_another_release_is_no_twin() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("releases/v1.0.0/record.json", &record("v1.0.0", "abc", ""))], "record");
        std::fs::remove_dir_all(test.join("releases/v1.0.0")).expect("it is there");
        let by = test.commit(
            &[("releases/v2.0.0/record.json", &record("v2.0.0", "def", ""))],
            "the next one",
        );
        let stay = of(&test, &by, "releases/v2.0.0/record.json").expect("it is there");
        assert_eq!((stay.added, stay.changed), (by, None));
    }
}
