//! What history has to say about an edition, and then the judgement.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use crate::audit;
use crate::cli::context::Context;
use crate::cli::fate;
use crate::error::Result;
use crate::model::definition::DefinitionFile;
use crate::model::edition::{Edition, EditionRunbook, Past};
use crate::model::finding::Finding;
use crate::model::handbook::JudgedRunbook;
use crate::model::history::{Commit, CommitId, Completeness, History};
use crate::model::reference::Resolution;
use crate::model::tree::{ContentId, Entry, EntryKind};
use crate::parse::definition;
use crate::source::history::gone::gone;
use crate::source::history::ignored::ignored_revisions;
use crate::source::history::{contents_at, touches};
use crate::source::tree::Tree;

/// What the paths of a commit held; none for a path that did not exist.
type Contents = HashMap<String, Option<ContentId>>;

/// The history of all runbooks, walked once, to judge any number of editions.
pub(crate) struct Judge<'context> {
    context: &'context Context,
    /// The commit that history is walked from.
    start: Option<CommitId>,
    history: History,
    /// What was asked of each commit already: editions often share them.
    contents: Mutex<HashMap<CommitId, Arc<Contents>>>,
    /// Task files as they were, by content.
    definitions: Mutex<HashMap<ContentId, Arc<DefinitionFile>>>,
}

impl<'context> Judge<'context> {
    /// Walks the history of the paths, from the commit `start`; without one nothing is known of it.
    pub(crate) fn new(context: &'context Context, start: Option<&Commit>, paths: &[String]) -> Result<Self> {
        let history = match (&context.repository, start) {
            (Some(repository), Some(start)) if !paths.is_empty() => History {
                ignored: ignored_revisions(repository, &repository.tree(&start.id)?),
                ..touches(repository, &start.id, paths)?
            },
            (Some(_), Some(_)) => History {
                completeness: context.completeness(),
                ..History::default()
            },
            _ => History::default(),
        };
        Ok(Self {
            context,
            start: start.map(|start| start.id.clone()),
            history,
            contents: Mutex::default(),
            definitions: Mutex::default(),
        })
    }

    /// Judges an edition as of a day: its runbooks, and what is wrong with it as a whole.
    pub(crate) fn edition(&self, edition: &Edition, today: NaiveDate) -> Result<(Vec<JudgedRunbook>, Vec<Finding>)> {
        let resolutions = audit::resolve::resolve_all(edition);
        let past = self.past(edition, &resolutions, today)?;
        let runbooks = audit::judge(edition, resolutions, &past, &self.context.config);
        let findings = audit::judge_edition(edition, &runbooks, &past, &self.context.config);
        Ok((runbooks, findings))
    }

    fn past(&self, edition: &Edition, resolutions: &[Vec<Resolution>], today: NaiveDate) -> Result<Past> {
        let mut past = Past {
            today,
            ..Past::default()
        };
        past.history.completeness = self.history.completeness;
        if self.history.completeness == Completeness::None {
            return Ok(past);
        }
        let mut wanted: BTreeMap<CommitId, BTreeSet<&str>> = BTreeMap::new();
        for (runbook, resolutions) in edition.runbooks.iter().zip(resolutions) {
            let commits = self.commits(edition, runbook);
            if let Some(vouched) = audit::freshness::vouch_commit(&runbook.runbook, &commits, today) {
                let targets = resolutions.iter().filter_map(|resolution| resolution.target.as_deref());
                wanted.entry(vouched.id.clone()).or_default().extend(targets);
            }
            past.history.touches.insert(runbook.path.clone(), commits);
        }
        let targets: BTreeSet<&str> = wanted.values().flatten().copied().collect();
        past.now = match &edition.commit {
            Some(commit) => self.contents(&commit.id, &targets)?,
            None => in_worktree(edition, &targets),
        };
        for (commit, targets) in wanted {
            past.contents.insert(commit.clone(), self.contents(&commit, &targets)?);
        }
        past.definitions = self.definitions(edition, &past);
        self.fates(edition, resolutions, &mut past)?;
        Ok(past)
    }

    /// What became of what is missing, and which runbooks were edited behind their dates. An edition of an old release is judged by what
    /// was there; nobody mends it any more.
    fn fates(&self, edition: &Edition, resolutions: &[Vec<Resolution>], past: &mut Past) -> Result<()> {
        let (Some(repository), Some(start)) = (&self.context.repository, &self.start) else {
            return Ok(());
        };
        if edition.id != "next" || edition.source.unavailable.is_some() {
            return Ok(());
        }
        let listing = &edition.source.listing;
        let pairs = edition.runbooks.iter().zip(resolutions);
        // The names of a runbook that lies beside its source count from another repository.
        let at_home = pairs.filter(|(runbook, _)| listing.has_file(&runbook.path));
        let expected = at_home
            .flat_map(|(_, resolutions)| resolutions)
            .filter_map(|resolution| resolution.expected.clone());
        let expected: Vec<String> = expected.collect::<BTreeSet<String>>().into_iter().collect();
        if !expected.is_empty() {
            past.gone = gone(repository, start, &expected)?;
            if past.history.completeness == Completeness::Full {
                let held = contents_at(repository, start, &expected)?;
                let is_unknown = |path: &String| held.get(path).copied().flatten().is_none() && !past.gone.contains_key(path);
                past.never = expected.into_iter().filter(is_unknown).collect();
            }
        }
        past.undefined = fate::undefined(repository, start, edition, resolutions)?;
        for runbook in &edition.runbooks {
            let commits = past.history.touches.get(&runbook.path).map(Vec::as_slice).unwrap_or_default();
            if let Some(commit) = fate::edited(repository, runbook, commits)? {
                past.edited.insert(runbook.path.clone(), commit);
            }
        }
        Ok(())
    }

    /// The files that define what can be called and that hold something else now, as they were when somebody vouched. One that cannot be
    /// read is left out; then the file as a whole decides what changed.
    fn definitions(&self, edition: &Edition, past: &Past) -> HashMap<ContentId, Arc<DefinitionFile>> {
        let mut files = HashMap::new();
        // Contents are read by their id, so the tree of any of the commits will do.
        let commit = past.contents.keys().min();
        let Some(tree) = self
            .context
            .repository
            .as_ref()
            .zip(commit)
            .and_then(|(repository, commit)| repository.tree(commit).ok())
        else {
            return files;
        };
        for (path, id) in past.contents.values().flatten() {
            let (Some(id), Some(format)) = (id, definition::format_of(path)) else {
                continue;
            };
            let is_other = past.now.get(path).is_some_and(|now| *now != Some(*id));
            if !is_other || !edition.source.definitions.contains_key(path) || files.contains_key(id) {
                continue;
            }
            let lock = || self.definitions.lock().unwrap_or_else(PoisonError::into_inner);
            let known = lock().get(id).cloned();
            let file = known.or_else(|| {
                let entry = Entry {
                    path: path.clone(),
                    kind: EntryKind::File,
                    id: *id,
                };
                let bytes = tree.read(&entry).ok()?;
                Some(Arc::new((format.parse)(path, &String::from_utf8_lossy(&bytes))))
            });
            if let Some(file) = file {
                lock().insert(*id, Arc::clone(&file));
                files.insert(*id, file);
            }
        }
        files
    }

    /// The commits that touched more than the form of a runbook, up to the commit of the edition.
    fn commits(&self, edition: &Edition, runbook: &EditionRunbook) -> Vec<Arc<Commit>> {
        let end = edition.commit.as_ref().filter(|_| edition.id != "next");
        let is_contained = |commit: &&Arc<Commit>| end.is_none_or(|end| commit.date <= end.date);
        self.history.edits(&runbook.path).filter(is_contained).cloned().collect()
    }

    fn contents(&self, commit: &CommitId, targets: &BTreeSet<&str>) -> Result<Contents> {
        let lock = || self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(commit).cloned().unwrap_or_default();
        let missing: Vec<String> = targets
            .iter()
            .filter(|path| !known.contains_key(**path))
            .map(|path| (*path).to_owned())
            .collect();
        let mut all = Contents::clone(&known);
        if let Some(repository) = self.context.repository.as_ref().filter(|_| !missing.is_empty()) {
            all.extend(contents_at(repository, commit, &missing)?);
            lock().insert(commit.clone(), Arc::new(all.clone()));
        }
        all.retain(|path, _| targets.contains(path.as_str()));
        Ok(all)
    }
}

/// What paths hold in a worktree. Folders have no id there, so nothing is said of them.
fn in_worktree(edition: &Edition, targets: &BTreeSet<&str>) -> Contents {
    let listing = &edition.source.listing;
    let files = targets.iter().filter(|path| !listing.has_folder(path));
    files
        .map(|path| ((*path).to_owned(), listing.entry(path).map(|entry| entry.id)))
        .collect()
}
