//! Records and amendments that history held and that are gone: a release does not lose its gates by losing its record.

use crate::error::Result;
use crate::load::confirm::{Line, Source};
use crate::load::drafts::Drafts;
use crate::load::version::take_apart;
use crate::model::finding::Problem;
use crate::model::history::CommitId;
use crate::model::release::ReleaseSource;
use crate::source::history::line::removed;
use crate::source::history::touches;
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// A record or an amendment that history held and that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    /// The path from the root of the repository, in the store as it stands now.
    pub(crate) path: String,
    /// The path in the history that held it.
    pub(crate) there: String,
    /// The folder of its release.
    pub(crate) folder: String,
    /// The path below that folder: `record.json`, `amendments/001.json`.
    pub(crate) name: String,
    /// The commit that removed it; none where it was removed and that is not committed.
    pub(crate) by: Option<CommitId>,
}

/// The records and amendments that the line of a store held and that its tree has no more, by path. One that only moved is where it went.
pub(crate) fn lost(repository: &Repository, source: Source<'_>, store: &str) -> Result<Vec<Lost>> {
    let head = repository.head()?.map(|head| head.id);
    let (start, folder) = match source.line {
        Line::Head => (head, store),
        Line::Commit { id, folder } => (Some(id.to_owned()), folder),
        Line::Nowhere => (None, store),
    };
    let Some(start) = start else { return Ok(Vec::new()) };
    // Most repositories never had a store, and what earlier runs found tells that at once.
    let mut since = None;
    if !folder.is_empty() {
        let history = touches(repository, &start, &[folder.to_owned()])?;
        let dates = history.touches.get(folder).into_iter().flatten().map(|commit| commit.date);
        since = dates.min();
        if since.is_none() {
            return Ok(Vec::new());
        }
    }
    // The folder of the release, and the path below it.
    let taken_apart = |path: &str| -> Option<(String, String)> {
        let rest = if folder.is_empty() {
            path
        } else {
            path.strip_prefix(folder)?.strip_prefix('/')?
        };
        let (release, name) = rest.split_once('/')?;
        let is_kept = name == "record.json" || name.starts_with("amendments/");
        is_kept.then(|| (release.to_owned(), name.to_owned()))
    };
    let listing = source.tree.listing();
    let of = |there: &str, by: Option<CommitId>| -> Option<Lost> {
        let (release, name) = taken_apart(there)?;
        let path = format!("{store}/{release}/{name}");
        (!listing.has_file(&path)).then(|| Lost {
            path,
            there: there.to_owned(),
            folder: release,
            name,
            by,
        })
    };
    let is_wanted = |path: &str| taken_apart(path).is_some();
    let gone = removed(repository, &start, (folder, since), &is_wanted)?;
    let is_moved = |id| listing.below(store).iter().any(|entry| entry.id == id);
    let mut found: Vec<Lost> = gone
        .into_iter()
        .filter(|gone| !is_moved(gone.last))
        .filter_map(|gone| of(&gone.path, Some(gone.by)))
        .collect();
    // What the worktree lacks is not committed, so no commit removed it.
    let tree = repository.tree(&start)?;
    let there = tree.listing().below(folder).iter();
    found.extend(
        there
            .filter(|entry| !is_moved(entry.id))
            .filter_map(|entry| of(&entry.path, None)),
    );
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found.dedup_by(|one, other| one.path == other.path);
    Ok(found)
}

/// Tells each release of what it lost. One that is known from nothing else is made: it was recorded.
pub(super) fn tell(repository: Option<&Repository>, source: Source<'_>, store: &str, drafts: &mut Drafts) {
    // A history that cannot be read is told by `verify`, which asks for nothing else.
    let Some(lost) = repository.and_then(|repository| lost(repository, source, store).ok()) else {
        return;
    };
    for lost in lost {
        let Some(name) = take_apart(&lost.folder) else { continue };
        let release = drafts.release_of(&lost.folder, name, ReleaseSource::Record);
        let is_record = lost.name == "record.json";
        if is_record && release.record.is_some() {
            continue;
        }
        let what = if is_record { "record" } else { "amendment" };
        let message = match &lost.by {
            Some(by) => format!("its {what} `{}` was removed by {}", lost.path, by.get(..7).unwrap_or(by)),
            None => format!("its {what} `{}` was removed from the worktree", lost.path),
        };
        release.contradictions.push(Problem::of_file(message));
        if is_record {
            release.lost = Some(lost.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lost;
    use crate::load::confirm::Source;
    use crate::source::testing::TestRepository;

    fn told(test: &TestRepository) -> Vec<String> {
        let repository = test.open();
        let head = repository.head().expect("it reads").expect("there is one").id;
        let tree = repository.tree(&head).expect("it is a commit");
        let lost = lost(&repository, Source::in_tree(&tree), "releases").expect("it reads");
        let told = lost
            .into_iter()
            .map(|lost| format!("{} {}", lost.path, lost.by.unwrap_or_default()));
        told.collect()
    }

    #[test]
    fn what_was_removed_is_lost_and_what_moved_or_never_was_is_not() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a", "1")], "first");
        assert!(told(&test).is_empty(), "there never was a store");
        test.commit(
            &[
                ("releases/v1/record.json", "one"),
                ("releases/v1/amendments/001.json", "more"),
                ("releases/v1/evidence/u/a.xml", "x"),
                ("releases/v2/record.json", "two"),
            ],
            "record",
        );
        assert!(told(&test).is_empty(), "everything is there");
        for name in ["v1/record.json", "v1/evidence/u/a.xml"] {
            std::fs::remove_file(test.join(&format!("releases/{name}"))).expect("it is there");
        }
        std::fs::rename(test.join("releases/v2"), test.join("releases/2.0")).expect("it is there");
        let by = test.commit(&[("a", "2")], "remove");
        assert_eq!(told(&test), [format!("releases/v1/record.json {by}")]);
        test.commit(&[("releases/v1/record.json", "one again")], "restore");
        assert!(told(&test).is_empty(), "it is back");
    }
}
