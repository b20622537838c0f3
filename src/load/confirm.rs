//! What confirms a record: the record after it, by its digest, and git, by what the commit that added it put there.

use crate::load::moved;
use crate::model::finding::Problem;
use crate::model::release::{Confirmation, Record, Release, TimelineEvent};
use crate::model::said::{is_somebody, says_why};
use crate::parse::release_log;
use crate::source::history::line::{Stay, stays};
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// The event of a record that says that it was changed, and why.
const AMENDED: &str = "amended";

/// Where records and evidence are read from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The head of the branch, with the evidence store in its place: records, artifacts, changelogs and logs are read from it.
    pub(crate) tree: &'a dyn Tree,
    /// The line of history that confirms the newest record.
    pub(crate) line: Line<'a>,
}

impl<'a> Source<'a> {
    /// The store in the tree of the branch that is checked out.
    pub(crate) fn in_tree(tree: &'a dyn Tree) -> Self {
        Self { tree, line: Line::Head }
    }
}

/// The line of history that confirms the newest record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Line<'a> {
    /// The one that is checked out.
    Head,
    /// That of a commit: the evidence store is a branch of its own. In it the store has a folder of another name, perhaps none.
    Commit {
        /// The commit.
        id: &'a str,
        /// The folder of the store there.
        folder: &'a str,
    },
    /// None: the evidence store is a folder that no history holds.
    Nowhere,
}

/// Compares every record and every amendment with what the commit that added it holds. `store` is the evidence store.
pub(crate) fn confirm(repository: Option<&Repository>, source: Source<'_>, store: &str, releases: &mut [Release]) {
    let tree = source.tree;
    let folder = match source.line {
        Line::Commit { folder, .. } => folder,
        Line::Head | Line::Nowhere => store,
    };
    // The paths of the line, which are those of the tree where the store is in its place.
    let there = |path: &str| -> String {
        let rest = path.strip_prefix(store).unwrap_or(path);
        format!("{folder}{rest}").trim_start_matches('/').to_owned()
    };
    let unchecked = |reason: &str| Confirmation::Unchecked(reason.to_owned());
    let paths: Vec<String> = releases
        .iter()
        .flat_map(|release| {
            let record = release.record.iter().map(|record| &record.path);
            record.chain(release.amendments.iter().map(|amendment| &amendment.path))
        })
        .map(|path| there(path))
        .collect();
    if paths.is_empty() {
        return;
    }
    let since = releases
        .iter()
        .filter(|release| release.record.is_some())
        .map(|release| release.commit_date);
    let since = since.collect::<Option<Vec<_>>>().and_then(|dates| dates.into_iter().min());
    let found = repository.and_then(|repository| {
        let start = match source.line {
            Line::Head => repository.head().ok().flatten()?.id,
            Line::Commit { id, .. } => id.to_owned(),
            Line::Nowhere => return None,
        };
        // An orphan branch is as old as its first record, whatever the age of the commits that it records.
        let since = since.filter(|_| matches!(source.line, Line::Head));
        let mut stays = stays(repository, &start, folder, &paths, since).ok()?;
        moved::follow(repository, &mut stays, since).ok()?;
        Some((repository, stays))
    });
    for release in releases {
        let Some(record) = &release.record else { continue };
        let Some((repository, stays)) = &found else {
            release.confirmation = match source.line {
                _ if release.is_followed && release.amendments.is_empty() => Confirmation::Next,
                Line::Nowhere => unchecked("it lies in a folder that no history holds"),
                _ => unchecked("there is no history to compare it with"),
            };
            continue;
        };
        let stay = stays.get(&there(&record.path));
        release.recorded_by = stay.filter(|stay| stay.is_whole).map(|stay| stay.added.clone());
        release.recorded_at = stay.and_then(|stay| Some(repository.made(&stay.added)?.1));
        let now = tree.listing().entry(&record.path).map(|entry| entry.id);
        // Two records that were rewritten together still name each other, so what git holds counts before what the next record says.
        let rewritten = stay.filter(|stay| stay.is_whole && Some(stay.first) != now);
        release.confirmation = match (rewritten, stay) {
            (Some(stay), _) if !is_amended(repository, stay, tree, record) => Confirmation::Changed {
                commit: stay.added.clone(),
                later: stay.changed.clone(),
            },
            _ if release.is_followed => Confirmation::Next,
            (Some(stay), _) => Confirmation::Amended {
                commit: stay.added.clone(),
            },
            (None, None) => unchecked("it is not committed"),
            (None, Some(stay)) if !stay.is_whole => unchecked("this clone does not have the commit that added it"),
            (None, Some(stay)) => Confirmation::Commit(stay.added.clone()),
        };
        confirm_amendments(release, tree, |path| stays.get(&there(path)));
    }
}

/// Compares the amendments of a release with what the commits that added them hold. One that is followed by another is confirmed by it.
fn confirm_amendments<'stay>(release: &mut Release, tree: &dyn Tree, stay: impl Fn(&str) -> Option<&'stay Stay>) {
    for (at, amendment) in release.amendments.iter().enumerate() {
        if at + 1 < release.amendments.len() {
            continue;
        }
        let name = amendment.path.rsplit('/').next().unwrap_or_default();
        let now = tree.listing().entry(&amendment.path).map(|entry| entry.id);
        match stay(&amendment.path) {
            None => release.confirmation = Confirmation::Unchecked(format!("its amendment {name} is not committed")),
            Some(stay) if !stay.is_whole => {
                release.confirmation =
                    Confirmation::Unchecked(format!("this clone does not have the commit that added its amendment {name}"));
            }
            Some(stay) if Some(stay.first) == now => {}
            Some(stay) => release.contradictions.push(Problem::of_file(format!(
                "its amendment {name} is not the one that {} added",
                stay.added.get(..7).unwrap_or(&stay.added)
            ))),
        }
    }
}

/// Whether a record tells of an amendment that the text which was added did not tell of, by whom and why.
fn is_amended(repository: &Repository, stay: &Stay, tree: &dyn Tree, record: &Record) -> bool {
    let is_reasoned = |event: &&TimelineEvent| {
        event.event == AMENDED && event.by.as_deref().is_some_and(is_somebody) && event.note.as_deref().is_some_and(says_why)
    };
    let count = |record: &Record| record.timeline.iter().filter(is_reasoned).count();
    let count = |bytes: &[u8]| count(&release_log::record(&record.path, bytes).0);
    let first = repository.content(stay.first).ok();
    // The events of amendments stand in the record as it was put together, so the file is asked.
    let now = tree.listing().entry(&record.path).and_then(|entry| tree.read(entry).ok());
    first.zip(now).is_some_and(|(first, now)| count(&first) < count(&now))
}
