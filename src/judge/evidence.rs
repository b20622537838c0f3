//! Reads what the evidence of a runbook needs: how it was edited, what files say apart from form, which commits changed a thing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::audit::evidence::{Base, Drift, bases, confirmed, drifts, is_silent};
use crate::audit::unit::{self, Unit, UnitKind};
use crate::error::Result;
use crate::judge::changes::{self, Answers, Question};
use crate::load::defined::Defined;
use crate::model::definition::DefinitionFile;
use crate::model::edition::{Edit, Edition, EditionRunbook, FileText, Past, Uncommitted};
use crate::model::freshness::Fingerprint;
use crate::model::history::{Commit, CommitId};
use crate::model::reference::Resolution;
use crate::model::tree::ContentId;
use crate::parse::normal;
use crate::parse::runbook::prose::{self, Prose};
use crate::source::disk;
use crate::source::history::cache::HistoryCache;
use crate::source::history::held::Held;
use crate::source::history::{contents_at, touches};
use crate::source::repository::Repository;
use crate::source::tree::content_id;

/// Versions of a runbook that are compared at most, and versions of a file.
const MOST_VERSIONS: usize = 12;
const MOST_FILE_VERSIONS: usize = 25;

/// Commits that a file must have changed in before it may count as one that changes all the time.
const LEAST_CHURN: usize = 20;

/// The name under which the fingerprints of texts are kept between runs. It changes with the normal form of texts.
const PART: &str = "texts 2";

/// With more texts than this, what was kept before is let go.
const MOST_KEPT: usize = 50_000;

/// Reads for the evidence, and remembers what it read.
#[derive(Default)]
pub(crate) struct Reader {
    texts: Mutex<HashMap<(String, ContentId), FileText>>,
    /// The fingerprints of texts that an earlier run found.
    kept: HashMap<(String, ContentId), FileText>,
    versions: Mutex<HashMap<ContentId, Arc<Prose>>>,
    defined: Defined,
    /// What paths held at commits that are over.
    pub(crate) held: Held,
    /// Whether something that was asked for is not in this clone. A later run may know more, so what came of it is not kept.
    has_gap: AtomicBool,
}

/// The name for one clone: another one may lack texts that this one has, and must not know more for it.
fn part_of(repository: &Repository) -> String {
    format!("{PART} {}", repository.root().display())
}

/// The fingerprints of texts as they are kept, each as: the id of the content, the number, whether it is generated, the length of the path and
/// the path.
fn encoded(texts: &HashMap<(String, ContentId), FileText>) -> Vec<u8> {
    let sorted: BTreeMap<&(String, ContentId), &FileText> = texts.iter().collect();
    let mut bytes = Vec::new();
    for ((path, id), text) in sorted {
        bytes.extend_from_slice(&id.0);
        bytes.extend_from_slice(&text.fingerprint.to_le_bytes());
        bytes.push(u8::from(text.is_generated));
        bytes.extend_from_slice(&(path.len() as u32).to_le_bytes());
        bytes.extend_from_slice(path.as_bytes());
    }
    bytes
}

/// What was kept; none when it is not sound.
fn decoded(mut bytes: &[u8]) -> Option<HashMap<(String, ContentId), FileText>> {
    let mut texts = HashMap::new();
    while !bytes.is_empty() {
        let (id, rest) = bytes.split_first_chunk::<20>()?;
        let (fingerprint, rest) = rest.split_first_chunk::<16>()?;
        let (is_generated, rest) = rest.split_first()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (path, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let path = std::str::from_utf8(path).ok()?.to_owned();
        let text = FileText {
            fingerprint: u128::from_le_bytes(*fingerprint),
            is_generated: *is_generated != 0,
        };
        texts.insert((path, ContentId(*id)), text);
        bytes = rest;
    }
    Some(texts)
}

/// The sections of a version that say something else than in another one.
fn differing(one: &Prose, other: &Prose) -> BTreeSet<String> {
    let anchors = one.sections.keys().chain(other.sections.keys());
    let differs = |anchor: &&String| one.sections.get(*anchor) != other.sections.get(*anchor);
    anchors.filter(differs).cloned().collect()
}

/// Where contents are read from: the objects of a repository, and the files of its worktree.
#[derive(Clone, Copy)]
pub(crate) struct Contents<'a> {
    /// The repository, if there is one.
    pub(crate) repository: Option<&'a Repository>,
    /// The folder that paths count from.
    pub(crate) root: &'a Path,
}

impl Contents<'_> {
    /// The bytes of a content; those of a worktree may not be in the repository yet.
    fn bytes(&self, path: &str, id: ContentId) -> Option<Vec<u8>> {
        let stored = self.repository.and_then(|repository| repository.content(id).ok());
        stored.or_else(|| {
            let place = disk::place_of(self.root, path)?;
            let bytes = disk::file_bytes(&place).ok()?;
            (content_id(&bytes) == id).then_some(bytes)
        })
    }

    /// What a path held at a commit.
    fn held(&self, commit: &CommitId, path: &str) -> Result<Option<ContentId>> {
        let Some(repository) = self.repository else {
            return Ok(None);
        };
        let held = contents_at(repository, commit, &[path.to_owned()])?;
        Ok(held.get(path).copied().flatten())
    }
}

impl Reader {
    /// A reader that knows what earlier runs kept of a repository, if anything.
    pub(crate) fn of(repository: Option<&Repository>) -> Self {
        let kept = repository.and_then(|repository| decoded(&HistoryCache::of(repository)?.part(&part_of(repository))?));
        Self {
            kept: kept.unwrap_or_default(),
            defined: repository.map(Defined::of).unwrap_or_default(),
            held: Held::of(repository),
            ..Self::default()
        }
    }

    /// Keeps what this run asked for, beside what was kept before: the fingerprints of texts, and what paths held.
    pub(crate) fn keep(&self, repository: Option<&Repository>) {
        self.held.keep(repository);
        self.defined.keep();
        let texts = lock(&self.texts);
        if texts.keys().all(|key| self.kept.contains_key(key)) {
            return;
        }
        let mut all = texts.clone();
        if self.kept.len() < MOST_KEPT {
            all.extend(self.kept.iter().map(|(key, text)| (key.clone(), *text)));
        }
        if let Some((repository, cache)) = repository.and_then(|repository| Some((repository, HistoryCache::of(repository)?))) {
            cache.keep_part(&part_of(repository), &encoded(&all));
        }
    }

    /// How a runbook was edited, newest first: as far back as the commit that wrote what was confirmed.
    pub(crate) fn edits(&self, contents: Contents<'_>, runbook: &EditionRunbook, past: &Past) -> Vec<Edit> {
        let commits = past.history.touches.get(&runbook.path).map_or(&[][..], Vec::as_slice);
        let confirmed = confirmed(runbook, past).map(|commit| commit.id.clone());
        let mut edits: Vec<Edit> = Vec::new();
        let has_stamp = runbook.runbook.metadata.stamp.is_some();
        let mut is_behind = false;
        // Before a move the text stood elsewhere.
        let moved = past.history.earlier.get(&runbook.path);
        let moved_at = moved.and_then(|moved| commits.iter().position(|commit| commit.id == moved.commit));
        let path_at = |index: usize| match (moved, moved_at) {
            (Some(moved), Some(at)) if index > at => moved.path.as_str(),
            _ => runbook.path.as_str(),
        };
        let mut next = commits
            .first()
            .and_then(|commit| self.version(contents, runbook, commit, path_at(0)));
        for (index, commit) in commits.iter().enumerate().take(MOST_VERSIONS) {
            let Some(now) = next.take() else { break };
            let older = commits.get(index + 1);
            let before = older.and_then(|older| self.version(contents, runbook, older, path_at(index + 1)));
            let edit = edit(commit, &now, before.as_deref());
            // A stamp is in the commit that brought it, whatever its day.
            is_behind |= if has_stamp {
                edit.moved_date
            } else {
                Some(&commit.id) == confirmed.as_ref()
            };
            let is_written = !edit.sections.is_empty() && !past.history.ignored.contains(&commit.id);
            edits.push(edit);
            next = before;
            if is_behind && (is_written || has_stamp) {
                break;
            }
        }
        edits
    }

    /// What was done to a runbook of the worktree since the last commit; none where nothing was.
    pub(crate) fn uncommitted(&self, contents: Contents<'_>, runbook: &EditionRunbook, head: &Commit) -> Option<Uncommitted> {
        let id = contents.held(&head.id, &runbook.path).ok()??;
        if id == runbook.content {
            return None;
        }
        let before = self.version(contents, runbook, head, &runbook.path)?;
        let now = prose::of_runbook(&runbook.runbook);
        Some(Uncommitted {
            sections: differing(&now, &before),
            moved_date: now.dates != before.dates,
        })
    }

    fn version(&self, contents: Contents<'_>, runbook: &EditionRunbook, commit: &Commit, path: &str) -> Option<Arc<Prose>> {
        let id = self.held.path(contents.repository?, &commit.id, path).ok()??;
        if let Some(version) = lock(&self.versions).get(&id) {
            return Some(Arc::clone(version));
        }
        let version = Arc::new(if id == runbook.content {
            prose::of_runbook(&runbook.runbook)
        } else {
            prose::read(&contents.bytes(path, id)?)
        });
        lock(&self.versions).insert(id, Arc::clone(&version));
        Some(version)
    }

    /// The fingerprints of the files that the evidence of an edition asks about.
    pub(crate) fn texts(
        &self,
        contents: Contents<'_>,
        edition: &Edition,
        resolutions: &[Vec<Resolution>],
        past: &Past,
    ) -> HashMap<(String, ContentId), FileText> {
        let mut wanted: BTreeSet<(String, ContentId)> = BTreeSet::new();
        for (runbook, resolutions) in edition.runbooks.iter().zip(resolutions) {
            let units = unit::units(edition, runbook, resolutions);
            let bases = bases(runbook, &units, past);
            let confirmed = confirmed(runbook, past);
            for (unit, base) in units.iter().zip(bases) {
                let Some(unit) = unit
                    .as_ref()
                    .filter(|unit| unit.kind == UnitKind::File && !is_silent(unit.target))
                else {
                    continue;
                };
                let Some(now) = edition.source.listing.entry(unit.target).map(|entry| entry.id) else {
                    continue;
                };
                let commits = match base {
                    Some(Base::Stamp(_)) => {
                        wanted.insert((unit.target.to_owned(), now));
                        continue;
                    }
                    Some(Base::Commit(commit)) => [Some(commit), confirmed],
                    None => [None, confirmed],
                };
                for commit in commits.into_iter().flatten() {
                    let then = past
                        .contents
                        .get(&commit.id)
                        .and_then(|held| held.get(unit.target).copied().flatten());
                    if let Some(then) = then.filter(|then| *then != now) {
                        wanted.insert((unit.target.to_owned(), then));
                        wanted.insert((unit.target.to_owned(), now));
                    }
                }
            }
        }
        let read = wanted
            .into_par_iter()
            .filter_map(|(path, id)| Some(((path.clone(), id), self.text(contents, &path, id)?)));
        read.collect()
    }

    /// The fingerprints of all files that runbooks name as they are now.
    pub(crate) fn texts_now(
        &self,
        contents: Contents<'_>,
        edition: &Edition,
        resolutions: &[Vec<Resolution>],
    ) -> HashMap<(String, ContentId), FileText> {
        let mut wanted: BTreeSet<(String, ContentId)> = BTreeSet::new();
        for (runbook, resolutions) in edition.runbooks.iter().zip(resolutions) {
            for unit in unit::units(edition, runbook, resolutions).into_iter().flatten() {
                let entry = edition.source.listing.entry(unit.target);
                if let Some(entry) = entry.filter(|_| unit.kind == UnitKind::File) {
                    wanted.insert((unit.target.to_owned(), entry.id));
                }
            }
        }
        let read = wanted
            .into_par_iter()
            .filter_map(|(path, id)| Some(((path.clone(), id), self.text(contents, &path, id)?)));
        read.collect()
    }

    /// The fingerprint of the text of a file.
    pub(crate) fn text(&self, contents: Contents<'_>, path: &str, id: ContentId) -> Option<FileText> {
        let key = (path.to_owned(), id);
        if let Some(text) = lock(&self.texts).get(&key) {
            return Some(*text);
        }
        let text = if let Some(text) = self.kept.get(&key) {
            *text
        } else {
            let bytes = contents.bytes(path, id).or_else(|| self.gap())?;
            normal::file_text(path, &bytes)
        };
        lock(&self.texts).insert(key, text);
        Some(text)
    }

    /// What a file defined when it held some content; none when it is of no format that defines anything.
    pub(crate) fn definition(&self, contents: Contents<'_>, path: &str, id: ContentId) -> Option<Arc<DefinitionFile>> {
        self.defined
            .file(path, id, || contents.bytes(path, id).or_else(|| self.gap()))
    }

    fn note_gap(&self) {
        self.has_gap.store(true, Ordering::Relaxed);
    }

    fn gap<T>(&self) -> Option<T> {
        self.note_gap();
        None
    }

    /// Finds the commits that changed what drifted, and the files that change all the time.
    pub(crate) fn changes(
        &self,
        contents: Contents<'_>,
        start: &Commit,
        edition: &Edition,
        resolutions: &[Vec<Resolution>],
        past: &mut Past,
    ) -> Result<()> {
        let Some(repository) = contents.repository else {
            return Ok(());
        };
        let mut drifted: BTreeMap<(String, String), (Unit<'_>, Option<Fingerprint>)> = BTreeMap::new();
        for (runbook, resolutions) in edition.runbooks.iter().zip(resolutions) {
            for drift in drifts(edition, runbook, resolutions, past) {
                let Drift { unit, then, weight, .. } = drift;
                if weight > 0 {
                    drifted.insert((runbook.path.clone(), unit.key.clone()), (unit, then));
                }
            }
        }
        if drifted.is_empty() {
            return Ok(());
        }
        let cache = HistoryCache::of(repository);
        let part = format!("{} {}", changes::PART, repository.root().display());
        let kept = cache.as_ref().and_then(|cache| cache.part(&part));
        let kept = kept.and_then(|bytes| Answers::decoded(&bytes, &start.id));
        let mut answers = kept.unwrap_or_else(|| Answers {
            start: start.id.clone(),
            ..Answers::default()
        });
        let drifted: Vec<_> = drifted
            .into_iter()
            .map(|(key, (unit, then))| (key, Question::of(&unit, then), unit, then))
            .collect();
        let unknown: Vec<_> = drifted
            .iter()
            .filter(|(_, question, unit, _)| {
                !answers.changes.contains_key(question) || !answers.churning.contains_key(unit.target)
            })
            .collect();
        if !unknown.is_empty() {
            let targets: BTreeSet<&str> = unknown.iter().map(|(_, _, unit, _)| unit.target).collect();
            let targets: Vec<String> = targets.into_iter().map(str::to_owned).collect();
            let history = touches(repository, &start.id, &targets)?.touches;
            let found = unknown.into_par_iter().map(|(_, question, unit, then)| {
                let commits = history.get(unit.target).map_or(&[][..], Vec::as_slice);
                (question.clone(), self.changing(contents, unit, *then, commits))
            });
            let found: Vec<_> = found.collect();
            let length = |target: &String| history.get(target).map_or(0, Vec::len);
            let is_asked = targets.iter().any(|target| length(target) >= LEAST_CHURN);
            let all = is_asked.then(|| repository.commit_count(&start.id)).flatten();
            if is_asked && all.is_none() {
                self.note_gap();
            }
            let is_often = |length: usize| length >= LEAST_CHURN && all.is_some_and(|all| length * 5 > all);
            answers
                .churning
                .extend(targets.iter().map(|target| (target.clone(), is_often(length(target)))));
            answers.changes.extend(found);
            if let Some(cache) = cache.filter(|_| !self.has_gap.load(Ordering::Relaxed))
                && let Some(bytes) = answers.encoded()
            {
                cache.keep_part(&part, &bytes);
            }
        }
        let is_churning = |target: &&str| answers.churning.get(*target) == Some(&true);
        let churning = drifted.iter().map(|(_, _, unit, _)| unit.target).filter(is_churning);
        let churning: Vec<String> = churning.map(str::to_owned).collect();
        let found = drifted.into_iter().map(|(key, question, _, _)| {
            let commits = answers.changes.get(&question).cloned();
            (key, commits.unwrap_or_default())
        });
        let found: Vec<_> = found.collect();
        past.churning.extend(churning);
        past.changes.extend(found);
        Ok(())
    }

    /// The commits that changed a unit, newest first, back to the version that it is compared with.
    fn changing(
        &self,
        contents: Contents<'_>,
        unit: &Unit<'_>,
        then: Option<Fingerprint>,
        commits: &[Arc<Commit>],
    ) -> Vec<Arc<Commit>> {
        let reading = |commit: &Arc<Commit>| {
            let held = contents.held(&commit.id, unit.target);
            let id = held.inspect_err(|_| self.note_gap()).ok()??;
            // Nobody asks a file as a whole for what it defines, and reading that is most of the work.
            let (file, text) = match unit.kind {
                UnitKind::File => (None, self.text(contents, unit.target, id)),
                _ => (self.definition(contents, unit.target, id), None),
            };
            unit::reading(unit, file.as_deref().filter(|file| file.problems.is_empty()), text)
        };
        let is_then = |reading: Option<Fingerprint>| match (reading, then) {
            (Some(reading), Some(then)) => reading.difference(then).is_none(),
            (None, None) => true,
            _ => false,
        };
        let mut changing = Vec::new();
        let mut now = commits.first().and_then(reading);
        for (index, commit) in commits.iter().enumerate().take(MOST_FILE_VERSIONS) {
            if is_then(now) {
                break;
            }
            let before = commits.get(index + 1).and_then(reading);
            let is_same = match (now, before) {
                (Some(now), Some(before)) => now.difference(before).is_none(),
                (now, before) => now == before,
            };
            if !is_same {
                changing.push(Arc::clone(commit));
            }
            now = before;
        }
        changing
    }
}

/// What a commit did to a runbook.
fn edit(commit: &Arc<Commit>, now: &Prose, before: Option<&Prose>) -> Edit {
    let Some(before) = before else {
        return Edit {
            commit: Arc::clone(commit),
            sections: now.sections.keys().cloned().collect(),
            moved_date: false,
        };
    };
    Edit {
        commit: Arc::clone(commit),
        sections: differing(now, before),
        moved_date: now.dates != before.dates,
    }
}

/// The lock of a cache; a thread that panicked while it held the lock left a whole map behind.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{decoded, encoded};
    use crate::model::edition::FileText;
    use crate::model::tree::ContentId;

    #[test]
    fn what_stands_for_texts_is_kept_as_it_is() {
        let text = |fingerprint, is_generated| FileText {
            fingerprint,
            is_generated,
        };
        let texts = HashMap::from([
            (("src/a.py".to_owned(), ContentId([1; 20])), text(u128::MAX, false)),
            ((String::new(), ContentId([2; 20])), text(0, true)),
        ]);
        let bytes = encoded(&texts);
        assert!(decoded(&bytes).is_some_and(|read| read == texts));
        for length in 1..bytes.len() {
            let read = decoded(&bytes[..length]);
            assert!(read.is_none_or(|read| read.len() == 1), "cut at {length}");
        }
    }
}
