//! What history has to say about single findings: which commit took a definition away, and which one edited a runbook behind its date.

use crate::model::kind::Kind;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate};

use crate::audit::{fate, prose};
use crate::error::Result;
use crate::model::edition::{Edition, EditionRunbook};
use crate::model::history::Commit;
use crate::model::reference::{Resolution, Status};
use crate::model::runbook::Runbook;
use crate::model::tree::{ContentId, Entry, EntryKind};
use crate::parse::runbook;
use crate::source::history::{contents_at, touches};
use crate::source::repository::Repository;
use crate::source::tree::Tree;
use crate::source::tree::git::GitTree;
use crate::tools;

/// The newest changes of a file that are looked at for a definition.
const CHANGE_LIMIT: usize = 200;
/// The newest changes of a runbook that are read for what they edited.
const EDIT_LIMIT: usize = 40;
/// Days that an edit may be later than the declared day: the change was written, then looked at, then merged.
const GRACE_DAYS: u64 = 3;

/// A definition of a file, by file, kind and name.
type Key = (String, Kind, String);

/// For every name that its file does not define: the commit that took the definition away, where there is one among the newest changes.
pub(crate) fn undefined(
    repository: &Repository,
    start: &str,
    edition: &Edition,
    resolutions: &[Vec<Resolution>],
) -> Result<BTreeMap<Key, Arc<Commit>>> {
    let mut missing: BTreeMap<String, Vec<(Kind, String)>> = BTreeMap::new();
    for (runbook, resolutions) in edition.runbooks.iter().zip(resolutions) {
        let pairs = runbook.runbook.references.iter().zip(resolutions);
        for (reference, resolution) in pairs.filter(|(_, resolution)| resolution.status == Status::Broken) {
            let named = fate::defined_as(&reference.kind);
            if let (Some((kind, name)), Some(file)) = (named, &resolution.target)
                && tools::format_of(file).is_some()
            {
                missing.entry(file.clone()).or_default().push((kind, name.to_owned()));
            }
        }
    }
    let mut found = BTreeMap::new();
    if missing.is_empty() {
        return Ok(found);
    }
    let files: Vec<String> = missing.keys().cloned().collect();
    let history = touches(repository, start, &files)?;
    let tree = repository.tree(start)?;
    for (file, mut names) in missing {
        let Some(format) = tools::format_of(&file) else {
            continue;
        };
        let commits = history.touches.get(&file).map(Vec::as_slice).unwrap_or_default();
        // What a commit left is compared with what the commit before it had left, the newest first.
        for pair in commits.windows(2).take(CHANGE_LIMIT) {
            if names.is_empty() {
                break;
            }
            let Some(text) = text_at(repository, &tree, &pair[1].id, &file)? else {
                continue;
            };
            let older = (format.parse)(&file, &text);
            names.retain(|(kind, name)| {
                let was_there = older.definition(*kind, name).is_some();
                if was_there {
                    found.insert((file.clone(), *kind, name.clone()), Arc::clone(&pair[0]));
                }
                !was_there
            });
        }
    }
    Ok(found)
}

/// The newest commit that changed the words of a runbook after its declared day was written, when it is clearly later than that day.
/// `commits` are those of the runbook, the newest first, without those that changed its form only.
pub(crate) fn edited(repository: &Repository, runbook: &EditionRunbook, commits: &[Arc<Commit>]) -> Result<Option<Arc<Commit>>> {
    let Some(day) = declared(&runbook.runbook) else {
        return Ok(None);
    };
    let limit = day.checked_add_days(Days::new(GRACE_DAYS)).unwrap_or(day);
    let is_late = |commit: &Commit| commit.date.to_utc().date_naive() > limit;
    if !commits.first().is_some_and(|commit| is_late(commit)) {
        return Ok(None);
    }
    let mut newer: Option<Runbook> = None;
    for pair in commits.windows(2).take(EDIT_LIMIT) {
        if !is_late(&pair[0]) {
            break;
        }
        let tree = repository.tree(&pair[1].id)?;
        let Some(text) = text_at(repository, &tree, &pair[1].id, &runbook.path)? else {
            break;
        };
        let older = runbook::parse(text.as_bytes());
        let current = newer.as_ref().unwrap_or(&runbook.runbook);
        if declared(&older) != Some(day) {
            // The day was written here, with whatever else this commit changed.
            break;
        }
        if prose::words(&older) != prose::words(current) {
            return Ok(Some(Arc::clone(&pair[0])));
        }
        newer = Some(older);
    }
    Ok(None)
}

/// The day of the last review or edit, by the word of the text.
fn declared(runbook: &Runbook) -> Option<NaiveDate> {
    let metadata = &runbook.metadata;
    let day = |field: &Option<crate::model::runbook::DateField>| field.as_ref().and_then(|field| field.date.ok());
    day(&metadata.reviewed).or_else(|| day(&metadata.updated))
}

/// The text of a file at a commit; none when it was not there. Contents are read by their id, so any tree will do.
fn text_at(repository: &Repository, tree: &GitTree, commit: &str, path: &str) -> Result<Option<String>> {
    let held = contents_at(repository, &commit.to_owned(), &[path.to_owned()])?;
    let Some(id) = held.get(path).copied().flatten() else {
        return Ok(None);
    };
    Ok(text_of(tree, path, id))
}

fn text_of(tree: &GitTree, path: &str, id: ContentId) -> Option<String> {
    let entry = Entry {
        path: path.to_owned(),
        kind: EntryKind::File,
        id,
    };
    let bytes = tree.read(&entry).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
