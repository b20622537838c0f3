//! Where one commit moved the files and folders that it removed.

use std::collections::{BTreeMap, HashMap};

use git2::Oid;

use crate::model::tree::EntryKind;
use crate::source::history::changes::{Changes, File, name_of};
use crate::source::history::similarity::Profiles;
use crate::source::objects::Objects;

/// How many files one file is compared with.
const COMPARISONS: usize = 400;

/// How many files of a folder are looked for.
const FOLDER_LIMIT: usize = 2_000;

/// Where something was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path after the commit.
    pub(crate) path: String,
    /// Whether every byte is the same.
    pub(crate) is_exact: bool,
}

/// What one commit moved where.
pub(crate) struct Moves<'changes> {
    changes: &'changes Changes,
    profiles: Profiles<'changes>,
    removed_by_content: HashMap<Oid, Vec<&'changes File>>,
    added_by_content: HashMap<Oid, Vec<&'changes File>>,
    added_by_name: HashMap<&'changes str, Vec<&'changes File>>,
}

impl<'changes> Moves<'changes> {
    /// The moves among the changes of a commit.
    pub(crate) fn new(objects: &'changes Objects, changes: &'changes Changes) -> Self {
        Self {
            changes,
            profiles: Profiles::new(objects),
            removed_by_content: grouped(&changes.removed, |file| file.id),
            added_by_content: grouped(&changes.added, |file| file.id),
            added_by_name: grouped(&changes.added, File::name),
        }
    }

    /// Where a path was moved to; none when it was not, or when several places are as likely.
    pub(crate) fn place_of(&mut self, path: &str) -> Option<Place> {
        let changes = self.changes;
        match find(&changes.removed, path) {
            Some(file) => self.file(file).or_else(|| self.by_its_folder(path)),
            None => self.folder(path),
        }
    }

    fn file(&mut self, file: &'changes File) -> Option<Place> {
        let same = self.added_by_content.get(&file.id).map(Vec::as_slice).unwrap_or_default();
        if !same.is_empty() {
            return self.same_content(file, same);
        }
        if file.kind != EntryKind::File {
            return None;
        }
        let mut scored: Vec<((u8, usize), &File)> = Vec::new();
        for other in candidates(&self.changes.added, file) {
            // What came from another file without any change did not come from this one.
            if self.removed_by_content.contains_key(&other.id) {
                continue;
            }
            if let Some(similarity) = self.profiles.similarity(file.id, other.id) {
                scored.push(((similarity, common_tail(&file.path, &other.path)), other));
            }
        }
        let best = only_best(scored)?;
        let ((similarity, tail), to) = best;
        // Texts of one kind are often alike. The one that is most like the new file is the one that was moved.
        for rival in candidates(&self.changes.removed, to) {
            if rival.path == file.path || self.added_by_content.contains_key(&rival.id) {
                continue;
            }
            if let Some(other) = self.profiles.similarity(rival.id, to.id)
                && (other, common_tail(&rival.path, &to.path)) >= (similarity, tail)
            {
                return None;
            }
        }
        Some(Place {
            path: to.path.clone(),
            is_exact: false,
        })
    }

    /// The place of a file among the added files of the same content.
    fn same_content(&self, file: &File, same: &[&'changes File]) -> Option<Place> {
        let scored = same
            .iter()
            .filter(|other| other.kind == file.kind)
            // All empty files are the same, so the name must tell.
            .filter(|other| file.id != empty_blob() || other.name() == file.name())
            .map(|other| (common_tail(&file.path, &other.path), *other));
        let (tail, to) = only_best(scored.collect())?;
        let rivals = self.removed_by_content.get(&file.id).map(Vec::as_slice).unwrap_or_default();
        let has_rival = rivals.iter().any(|rival| common_tail(&rival.path, &to.path) > tail);
        (!has_rival).then(|| Place {
            path: to.path.clone(),
            is_exact: true,
        })
    }

    /// The place of a file that changed too much to be known again, by where the other files of its folder went.
    fn by_its_folder(&mut self, path: &str) -> Option<Place> {
        let slashes: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        for at in slashes.into_iter().rev() {
            let Some(folder) = self.folder(&path[..at]) else { continue };
            let moved = format!("{}{}", folder.path, &path[at..]);
            let to = find(&self.changes.added, &moved)?;
            // Something else may have come to stand there.
            return (!self.removed_by_content.contains_key(&to.id)).then(|| Place {
                path: to.path.clone(),
                is_exact: false,
            });
        }
        None
    }

    /// Where a folder was moved to: where more than half of its files stand now, each under its own name.
    fn folder(&mut self, folder: &str) -> Option<Place> {
        let changes = self.changes;
        let files = below(&changes.removed, folder);
        let files = &files[..files.len().min(FOLDER_LIMIT)];
        // Votes for each new place, and how many of them are for files that did not change.
        let mut votes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for file in files {
            let rest = &file.path[folder.len()..];
            let same = self.added_by_content.get(&file.id).map(Vec::as_slice).unwrap_or_default();
            let mut has_same = false;
            for other in same {
                if let Some(place) = other.path.strip_suffix(rest).filter(|place| !place.is_empty()) {
                    let vote = votes.entry(place).or_default();
                    *vote = (vote.0 + 1, vote.1 + 1);
                    has_same = true;
                }
            }
            if !has_same && file.kind == EntryKind::File {
                let named = self.added_by_name.get(file.name()).map(Vec::as_slice).unwrap_or_default();
                for other in named.iter().take(COMPARISONS) {
                    let place = other.path.strip_suffix(rest).filter(|place| !place.is_empty());
                    if let Some(place) = place
                        && self.profiles.similarity(file.id, other.id).is_some()
                    {
                        votes.entry(place).or_default().0 += 1;
                    }
                }
            }
        }
        let (votes, place) = only_best(votes.into_iter().map(|(place, votes)| (votes, place)).collect())?;
        (votes.0 * 2 > files.len()).then(|| Place {
            path: place.to_owned(),
            is_exact: votes.1 == files.len(),
        })
    }
}

/// The files of a list that may be the other side of a move of `file`: those of the same name, then of the same ending, then others.
fn candidates<'files>(files: &'files [File], file: &File) -> Vec<&'files File> {
    let name = file.name();
    let rank = |other: &File| match other.name() {
        other if other == name => 0,
        other if ending(other) == ending(name) => 1,
        _ => 2,
    };
    let mut candidates: Vec<&File> = files.iter().filter(|other| other.kind == EntryKind::File).collect();
    candidates.sort_by_key(|other| rank(other));
    candidates.truncate(COMPARISONS);
    candidates
}

/// Files by something that they may share.
fn grouped<'files, K: Eq + std::hash::Hash>(
    files: &'files [File],
    key: impl Fn(&'files File) -> K,
) -> HashMap<K, Vec<&'files File>> {
    let mut groups: HashMap<K, Vec<&File>> = HashMap::new();
    for file in files {
        groups.entry(key(file)).or_default().push(file);
    }
    groups
}

/// The file at a path of a list that is sorted by path.
fn find<'files>(files: &'files [File], path: &str) -> Option<&'files File> {
    let at = files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
    Some(&files[at])
}

/// The files below a folder, of a list that is sorted by path.
fn below<'files>(files: &'files [File], folder: &str) -> &'files [File] {
    let prefix = format!("{folder}/");
    let start = files.partition_point(|file| file.path.as_str() < prefix.as_str());
    let length = files[start..].partition_point(|file| file.path.starts_with(&prefix));
    &files[start..start + length]
}

/// The one with the highest score; none when another one has the same.
fn only_best<S: Ord + Copy, T>(scored: Vec<(S, T)>) -> Option<(S, T)> {
    let best = scored.iter().map(|(score, _)| *score).max()?;
    let mut at_best = scored.into_iter().filter(|(score, _)| *score == best);
    let first = at_best.next();
    if at_best.next().is_some() { None } else { first }
}

/// How many parts at the end of two paths are the same.
fn common_tail(one: &str, other: &str) -> usize {
    one.rsplit('/')
        .zip(other.rsplit('/'))
        .take_while(|(one, other)| one == other)
        .count()
}

/// What follows the last dot of a name.
fn ending(name: &str) -> Option<&str> {
    name_of(name).rsplit_once('.').map(|(_, ending)| ending)
}

/// The content of all empty files.
fn empty_blob() -> Oid {
    Oid::hash_object(git2::ObjectType::Blob, b"").expect("bytes in memory can be hashed")
}
