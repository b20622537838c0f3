//! What files held along the first parents of a commit: what the commit that added one put there, and who changed it since.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::error::Result;
use crate::model::history::CommitId;
use crate::model::tree::ContentId;
use crate::source::history::changes::between;
use crate::source::history::contents_at;
use crate::source::repository::{Repository, parse_id};
use crate::source::tree::{Tree, to_content_id};

/// The life of a file on the line of first parents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    /// The commit that added it; the oldest one, where it was removed and added again.
    pub(crate) added: CommitId,
    /// What it held then.
    pub(crate) first: ContentId,
    /// The first commit after that which changed it.
    pub(crate) changed: Option<CommitId>,
    /// Whether the commit that added it is known: in a shallow clone the line may end before it.
    pub(crate) is_whole: bool,
}

/// Follows files below a folder from a commit back to before a moment, or to the root. Files that the line never held are left out.
pub(crate) fn stays(
    repository: &Repository,
    start: &str,
    folder: &str,
    paths: &[String],
    since: Option<DateTime<FixedOffset>>,
) -> Result<HashMap<String, Stay>> {
    let mut stays: HashMap<String, Stay> = HashMap::new();
    let mut younger: Option<(Option<ContentId>, Vec<String>)> = None;
    let mut next = Some(start.to_owned());
    let folder_path = [folder.to_owned()];
    while let Some(id) = next.take() {
        let held = contents_at(repository, &id, &folder_path)?.remove(folder).flatten();
        let present: Vec<String> = match &younger {
            // The folder is as it was in the commit after this one.
            Some((same, present)) if *same == held && held.is_some() => {
                for path in present {
                    if let Some(stay) = stays.get_mut(path) {
                        stay.added.clone_from(&id);
                    }
                }
                present.clone()
            }
            _ if held.is_none() => Vec::new(),
            _ => {
                let contents = contents_at(repository, &id, paths)?;
                let mut present = Vec::new();
                for (path, content) in contents {
                    let Some(content) = content else { continue };
                    let stay = stays.entry(path.clone()).or_insert_with(|| Stay {
                        added: id.clone(),
                        first: content,
                        changed: None,
                        is_whole: true,
                    });
                    if stay.first != content {
                        stay.changed = Some(std::mem::take(&mut stay.added));
                        stay.first = content;
                    }
                    stay.added.clone_from(&id);
                    present.push(path);
                }
                present
            }
        };
        let is_older = since.is_some_and(|since| {
            let date = repository.commit(&id).map(|commit| commit.date);
            date.is_some_and(|date| date + TimeDelta::days(1) < since)
        });
        if present.is_empty() && is_older {
            break;
        }
        if repository.is_boundary(&id)? {
            for stay in stays.values_mut() {
                stay.is_whole &= stay.added != id;
            }
            break;
        }
        next = repository.parents(&id)?.into_iter().next();
        younger = Some((held, present));
    }
    Ok(stays)
}

/// A file that a commit took away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The path before.
    pub(crate) path: String,
    /// What it held.
    pub(crate) content: ContentId,
}

/// The first parent of a commit, and the files that the commit took away against it, among those that are wanted. None for a root, and where
/// this clone ends.
pub(crate) fn taken_away(
    repository: &Repository,
    commit: &str,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<Option<(CommitId, Vec<Taken>)>> {
    let id = commit.to_owned();
    if repository.is_boundary(&id)? {
        return Ok(None);
    }
    let Some(parent) = repository.parents(&id)?.into_iter().next() else {
        return Ok(None);
    };
    let objects = repository.objects();
    let older = objects.commit_tree(parse_id(&parent)?)?;
    let newer = objects.commit_tree(parse_id(commit)?)?;
    let removed = between(objects, Some(older), Some(newer))?.removed;
    let taken = removed.into_iter().filter(|file| is_wanted(&file.path)).map(|file| Taken {
        content: to_content_id(file.id),
        path: file.path,
    });
    Ok(Some((parent, taken.collect())))
}

/// The newest commit of the line of first parents that was made at a moment or before; none where this clone does not reach so far back.
pub(crate) fn as_of(repository: &Repository, start: &str, moment: DateTime<FixedOffset>) -> Option<CommitId> {
    let mut next = Some(start.to_owned());
    while let Some(id) = next.take() {
        if repository.made(&id)?.1 <= moment {
            return Some(id);
        }
        if repository.is_boundary(&id).ok()? {
            return None;
        }
        next = repository.parents(&id).ok()?.into_iter().next();
    }
    None
}

/// A file that the line held and that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Removed {
    /// The path at the time.
    pub(crate) path: String,
    /// What it held last.
    pub(crate) last: ContentId,
    /// The commit that removed it.
    pub(crate) by: CommitId,
}

/// The files below a folder that the line of first parents held and that its newest commit does not hold, among those that are wanted.
/// Nothing in the folder is older than `since`.
pub(crate) fn removed(
    repository: &Repository,
    start: &str,
    (folder, since): (&str, Option<DateTime<FixedOffset>>),
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Removed>> {
    let folder_path = [folder.to_owned()];
    let mut removed: HashMap<String, Removed> = HashMap::new();
    let mut held_now: Option<HashSet<String>> = None;
    let mut younger: Option<(CommitId, Option<ContentId>)> = None;
    let mut next = Some(start.to_owned());
    while let Some(id) = next.take() {
        let held = contents_at(repository, &id, &folder_path)?.remove(folder).flatten();
        let is_same = younger.as_ref().is_some_and(|(_, same)| *same == held);
        if !is_same {
            if let (Some(now), Some((child, _))) = (&held_now, &younger) {
                let tree = |commit: &str| repository.objects().commit_tree(parse_id(commit)?);
                let gone = between(repository.objects(), Some(tree(&id)?), Some(tree(child)?))?.removed;
                let is_below =
                    |path: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
                let is_gone = |path: &str| is_below(path) && is_wanted(path) && !now.contains(path);
                for file in gone.into_iter().filter(|file| is_gone(&file.path)) {
                    removed.entry(file.path.clone()).or_insert_with(|| Removed {
                        path: file.path,
                        last: to_content_id(file.id),
                        by: child.clone(),
                    });
                }
            } else {
                let tree = repository.tree(&id)?;
                let files = tree.listing().below(folder).iter().filter(|entry| is_wanted(&entry.path));
                held_now = Some(files.map(|entry| entry.path.clone()).collect());
            }
        }
        let is_older = since.is_some_and(|since| {
            let date = repository.commit(&id).map(|commit| commit.date);
            date.is_some_and(|date| date + TimeDelta::days(1) < since)
        });
        if held.is_none() && is_older || repository.is_boundary(&id)? {
            break;
        }
        next = repository.parents(&id)?.into_iter().next();
        younger = Some((id, held));
    }
    let mut removed: Vec<Removed> = removed.into_values().collect();
    removed.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{as_of, removed, stays, taken_away};
    use crate::source::testing::TestRepository;

    #[test]
    fn the_line_has_a_commit_of_every_moment_since_its_first() {
        let Some(test) = TestRepository::new() else { return };
        let first = test.commit(&[("a", "1")], "one");
        let second = test.commit(&[("a", "2")], "two");
        let third = test.commit(&[("a", "3")], "three");
        let repository = test.open();
        let made = |id: &str| repository.made(id).expect("it is there").1;
        let second_from = TimeDelta::seconds(1);
        for (moment, expected) in [
            (made(&third) + second_from, Some(&third)),
            (made(&third), Some(&third)),
            (made(&third) - second_from, Some(&second)),
            (made(&first), Some(&first)),
            (made(&first) - second_from, None),
        ] {
            assert_eq!(as_of(&repository, &third, moment).as_ref(), expected, "{moment}");
        }
        assert_eq!(as_of(&repository, "0123", made(&third)), None, "no commit");
    }

    #[test]
    fn the_oldest_text_and_the_first_change_are_found_also_behind_a_removal() {
        let Some(test) = TestRepository::new() else { return };
        let commit = |text: Option<&str>, other: &str| {
            let file = test.path().join("releases/v1/record.json");
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
            match text {
                Some(text) => std::fs::write(&file, text).expect("it is written"),
                None => drop(std::fs::remove_file(&file)),
            }
            std::fs::write(test.path().join("other"), other).expect("it is written");
            test.git(&["add", "-A"]);
            test.git(&["commit", "-qm", "x"]);
            test.git(&["rev-parse", "HEAD"]).trim().to_owned()
        };
        commit(None, "0");
        let added = commit(Some("one"), "1");
        commit(Some("one"), "2");
        commit(None, "3");
        let again = commit(Some("two"), "4");
        let head = commit(Some("three"), "5");
        let repository = test.open();
        let paths = ["releases/v1/record.json".to_owned(), "releases/v1/none".to_owned()];
        let found = stays(&repository, &head, "releases", &paths, None).expect("it is followed");
        assert_eq!(found.len(), 1);
        let stay = &found[&paths[0]];
        assert_eq!(
            (stay.added.as_str(), stay.changed.as_deref(), stay.is_whole),
            (added.as_str(), Some(again.as_str()), true)
        );
    }

    #[test]
    fn what_was_removed_is_found_with_the_commit_that_did_it() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("r/v1/record.json", "one"), ("r/v1/other", "x"), ("a", "1")], "first");
        test.commit(&[("r/v2/record.json", "two")], "second");
        std::fs::remove_file(test.join("r/v1/record.json")).expect("it is there");
        std::fs::remove_file(test.join("r/v1/other")).expect("it is there");
        let by = test.commit(&[("a", "2")], "remove");
        let head = test.commit(&[("a", "3")], "later");
        let repository = test.open();
        let wanted = |path: &str| path.ends_with("record.json");
        let found = removed(&repository, &head, ("r", None), &wanted).expect("it is followed");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].path.as_str(), &found[0].by), ("r/v1/record.json", &by));
        assert!(
            removed(&repository, &head, ("none", None), &wanted)
                .expect("it is followed")
                .is_empty()
        );
    }

    #[test]
    fn what_a_commit_took_away_is_told_with_its_parent() {
        let Some(test) = TestRepository::new() else { return };
        let first = test.commit(&[("r/v1/record.json", "one"), ("r/v1/other", "x")], "first");
        std::fs::rename(test.join("r"), test.join("s")).expect("it is there");
        let second = test.commit(&[("a", "2")], "move");
        let third = test.commit(&[("a", "3")], "later");
        let repository = test.open();
        let wanted = |path: &str| path.ends_with("record.json");
        let of = |id: &str| taken_away(&repository, id, &wanted).expect("it reads");
        let (parent, taken) = of(&second).expect("it has a parent");
        assert_eq!(
            (&parent, taken.len(), taken[0].path.as_str()),
            (&first, 1, "r/v1/record.json")
        );
        assert!(of(&third).expect("it has a parent").1.is_empty() && of(&first).is_none());
    }
}
