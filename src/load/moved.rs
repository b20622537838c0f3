//! Records that stood under another path before: a store that was renamed, the folder of a version that was. What confirms them is the
//! commit that added them there.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, FixedOffset};

use crate::error::Result;
use crate::load::version::take_apart;
use crate::model::history::CommitId;
use crate::model::release::Record;
use crate::model::tree::ContentId;
use crate::parse::release_log;
use crate::source::history::line::{Stay, Taken, stays, taken_away};
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// The name of a record.
const RECORD: &str = "record.json";

/// Moves of one record that are followed.
const MOST_MOVES: usize = 16;

/// Commits before a store began that are looked at for one which was taken away.
const MOST_COMMITS: usize = 64;

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
        // A store begins once, so that what was elsewhere before it is looked for once.
        let begun = by_commit
            .keys()
            .min_by_key(|id| repository.made(id).map(|(_, at)| at))
            .cloned();
        for (commit, paths) in by_commit {
            let Some((parent, taken)) = taken_away(repository, &commit, &|path| Kept::of(path).is_some())? else {
                continue;
            };
            let elsewhere = match begun.as_ref().filter(|begun| **begun == commit) {
                Some(_) => elsewhere(repository, &parent)?,
                None => Vec::new(),
            };
            let mut before: Vec<(String, &Taken, &CommitId)> = Vec::new();
            for path in paths {
                let (place, first) = (&places[&path], held[&path].first);
                let of_commit = twin(repository, place, first, &taken).map(|twin| (twin, &parent));
                if let Some((twin, holder)) = of_commit.or_else(|| copied(repository, place, first, &elsewhere)) {
                    before.push((path, twin, holder));
                }
            }
            let mut stores: BTreeMap<(&CommitId, &str), Vec<String>> = BTreeMap::new();
            for (_, twin, holder) in &before {
                let store = Kept::of(&twin.path).map_or("", |kept| kept.store);
                stores.entry((holder, store)).or_default().push(twin.path.clone());
            }
            let mut earlier: HashMap<String, Stay> = HashMap::new();
            for ((holder, store), paths) in stores {
                earlier.extend(stays(repository, holder, store, &paths, since)?);
            }
            for (path, twin, _) in before {
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

/// The records that stood anywhere before a store began: those that its parent holds, which may have been copied, and those that were taken
/// away not long before, each with a commit that holds it.
fn elsewhere(repository: &Repository, parent: &CommitId) -> Result<Vec<(CommitId, Taken)>> {
    let is_record = |path: &str| Kept::of(path).is_some_and(|kept| kept.name == RECORD);
    let tree = repository.tree(parent)?;
    let held = tree.listing().named(RECORD).filter(|entry| is_record(&entry.path));
    let mut found: Vec<(CommitId, Taken)> = held
        .map(|entry| {
            let taken = Taken {
                path: entry.path.clone(),
                content: entry.id,
            };
            (parent.clone(), taken)
        })
        .collect();
    let mut id = parent.clone();
    for _ in 0..MOST_COMMITS {
        let Some((before, taken)) = taken_away(repository, &id, &is_record)? else {
            break;
        };
        found.extend(taken.into_iter().map(|taken| (before.clone(), taken)));
        id = before;
    }
    Ok(found)
}

/// The record that one which came to stand at a path is a copy of, perhaps with other words: of the same release, with the same evidence. Two
/// stores of one repository may hold records of one commit, and their evidence is not the same.
fn copied<'a>(
    repository: &Repository,
    path: &str,
    first: ContentId,
    elsewhere: &'a [(CommitId, Taken)],
) -> Option<(&'a Taken, &'a CommitId)> {
    Kept::of(path).filter(|kept| kept.name == RECORD)?;
    let others = || elsewhere.iter().filter(|(_, taken)| taken.path != path);
    let same = others().find(|(_, taken)| taken.content == first);
    let found = same.or_else(|| {
        let own = read(repository, path, first).filter(|own| own.commit.is_some())?;
        others().find(|(_, taken)| {
            let other = read(repository, path, taken.content);
            other.is_some_and(|other| {
                other.product == own.product && is_of_one_commit(&other, &own) && has_same_files(&other, &own)
            })
        })
    });
    found.map(|(holder, taken)| (taken, holder))
}

fn read(repository: &Repository, path: &str, id: ContentId) -> Option<Record> {
    let bytes = repository.content(id).ok()?;
    Some(release_log::record(path, &bytes).0)
}

fn is_of_one_commit(one: &Record, other: &Record) -> bool {
    one.commit.is_some() && one.commit == other.commit && version(&one.version) == version(&other.version)
}

/// Whether at least half of the files of two records are the same bytes: what was released and recorded anew has evidence of its own.
fn has_same_files(one: &Record, other: &Record) -> bool {
    let digests: HashSet<&str> = one.files.iter().map(|file| file.sha256.as_str()).collect();
    let shared = other
        .files
        .iter()
        .filter(|file| digests.contains(file.sha256.as_str()))
        .count();
    let least = one.files.len().min(other.files.len());
    least > 0 && shared * 2 >= least
}

/// The file that a commit took away and that came to stand at a path: the same bytes, or a record of the same commit and moment. One of another
/// moment with the same evidence was rewritten on the way; with evidence of its own it was released anew.
fn twin<'a>(repository: &Repository, path: &str, first: ContentId, taken: &'a [Taken]) -> Option<&'a Taken> {
    let own = Kept::of(path)?;
    if let Some(found) = taken.iter().find(|taken| taken.content == first) {
        return Some(found);
    }
    if own.name != RECORD || taken.is_empty() {
        return None;
    }
    let record = read(repository, path, first)?;
    let commit = record.commit.as_ref()?;
    // Several stores may hold one of that commit and moment: that of the same product, then of the same version, and then the nearest, is meant.
    let records = taken.iter().filter(|taken| taken.path.ends_with(RECORD));
    let same = records.filter_map(|taken| {
        let other = read(repository, path, taken.content).filter(|other| {
            other.commit.as_ref() == Some(commit)
                && (other.released == record.released || is_of_one_commit(other, &record) && has_same_files(other, &record))
        })?;
        let is_alike = Kept::of(&taken.path).is_some_and(|kept| version(kept.release) == version(own.release));
        let shared = taken
            .path
            .split('/')
            .zip(path.split('/'))
            .take_while(|(one, other)| one == other)
            .count();
        Some(((other.product == record.product, is_alike, shared), taken))
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
        let (one, two) = (record("v1.0.0", &"ab".repeat(20), ""), record("v1.1.0", &"de".repeat(20), ""));
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
        let other = record("v1.0.0", &"ab".repeat(20), "better");
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
        let added = test.commit(
            &[("releases/v1.0.0/record.json", &record("v1.0.0", &"ab".repeat(20), ""))],
            "record",
        );
        std::fs::remove_dir_all(test.join("releases/v1.0.0")).expect("it is there");
        let other = record("1.0.0", &"ab".repeat(20), "better");
        let by = test.commit(&[("releases/1.0.0/record.json", &other)], "another name");
        let stay = of(&test, &by, "releases/1.0.0/record.json").expect("it is there");
        assert_eq!(
            (stay.added.as_str(), stay.changed.as_deref()),
            (added.as_str(), Some(by.as_str()))
        );
    }

    #[test]
    fn a_record_of_another_moment_is_no_twin() {
        let Some(test) = TestRepository::new() else { return };
        let at = |day: u8| {
            let record = record("v1.0.0", &"ab".repeat(20), "");
            record.replace("\"note\"", &format!("\"released\": \"2026-01-{day:02}T10:00:00Z\", \"note\""))
        };
        test.commit(&[("releases/v1.0.0/record.json", &at(1))], "record");
        std::fs::remove_dir_all(test.join("releases")).expect("it is there");
        let by = test.commit(&[("evidence/v1.0.0/record.json", &at(2))], "released anew");
        let stay = of(&test, &by, "evidence/v1.0.0/record.json").expect("it is there");
        assert_eq!((stay.added, stay.changed), (by, None));
    }

    /// A record of a day with the digests of its files.
    fn with_files(day: u8, digests: &[&str]) -> String {
        let files: Vec<String> = digests
            .iter()
            .enumerate()
            .map(|(at, digest)| {
                format!(
                    r#"{{"path": "evidence/{at}", "sha256": "{}", "bytes": 1}}"#,
                    digest.repeat(32)
                )
            })
            .collect();
        format!(
            r#"{{"schema": "runproof-record/1", "version": "v1.0.0", "commit": "{}", "released": "2026-01-{day:02}T10:00:00Z", "files": [{}]}}"#,
            "ab".repeat(20),
            files.join(", ")
        )
    }

    #[test]
    fn a_record_of_another_moment_with_the_same_evidence_was_rewritten_on_the_way() {
        let Some(test) = TestRepository::new() else { return };
        let added = test.commit(
            &[("releases/v1.0.0/record.json", &with_files(1, &["aa", "bb", "cc"]))],
            "record",
        );
        std::fs::remove_dir_all(test.join("releases")).expect("it is there");
        let by = test.commit(
            &[("evidence/v1.0.0/record.json", &with_files(2, &["aa", "bb", "dd"]))],
            "moved",
        );
        let stay = of(&test, &by, "evidence/v1.0.0/record.json").expect("it is there");
        assert_eq!(
            (stay.added.as_str(), stay.changed.as_deref()),
            (added.as_str(), Some(by.as_str()))
        );
        std::fs::remove_dir_all(test.join("evidence")).expect("it is there");
        let anew = test.commit(&[("proofs/v1.0.0/record.json", &with_files(3, &["ee", "ff", "aa"]))], "anew");
        let stay = of(&test, &anew, "proofs/v1.0.0/record.json").expect("it is there");
        assert_eq!((stay.added, stay.changed), (anew, None), "its evidence is its own");
    }

    #[test]
    fn a_store_that_was_copied_or_taken_away_before_is_found() {
        let Some(test) = TestRepository::new() else { return };
        let record = |day| with_files(day, &["aa", "bb"]);
        let added = test.commit(&[("releases/v1.0.0/record.json", &record(1))], "record");
        let copied = test.commit(&[("evidence/v1.0.0/record.json", &record(2))], "copy");
        std::fs::remove_dir_all(test.join("releases")).expect("it is there");
        let head = test.commit(&[("a", "1")], "take the old one away");
        let stay = of(&test, &head, "evidence/v1.0.0/record.json").expect("it is there");
        assert_eq!(
            (stay.added.as_str(), stay.changed.as_deref()),
            (added.as_str(), Some(copied.as_str()))
        );

        std::fs::remove_dir_all(test.join("evidence")).expect("it is there");
        test.commit(&[("a", "2")], "take it away");
        let again = test.commit(&[("proofs/v1.0.0/record.json", &record(3))], "add it again");
        let stay = of(&test, &again, "proofs/v1.0.0/record.json").expect("it is there");
        assert_eq!(stay.added, added);
        assert!(stay.changed.is_some(), "it is not what it was");
    }

    #[test]
    fn a_second_store_of_one_commit_is_no_copy() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a/v1.0.0/record.json", &with_files(1, &["aa", "bb"]))], "one product");
        let by = test.commit(&[("b/v1.0.0/record.json", &with_files(1, &["cc", "dd"]))], "another product");
        let stay = of(&test, &by, "b/v1.0.0/record.json").expect("it is there");
        assert_eq!((stay.added, stay.changed), (by, None));
    }

    #[test]
    fn a_record_of_another_release_is_no_twin() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(
            &[("releases/v1.0.0/record.json", &record("v1.0.0", &"ab".repeat(20), ""))],
            "record",
        );
        std::fs::remove_dir_all(test.join("releases/v1.0.0")).expect("it is there");
        let by = test.commit(
            &[("releases/v2.0.0/record.json", &record("v2.0.0", &"de".repeat(20), ""))],
            "the next one",
        );
        let stay = of(&test, &by, "releases/v2.0.0/record.json").expect("it is there");
        assert_eq!((stay.added, stay.changed), (by, None));
    }
}
