//! What history has to say about an edition, and then the judgement.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::NaiveDate;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use regex::bytes::Regex;

use crate::audit;
use crate::audit::evidence::Base;
use crate::audit::prose::{holds_once, search};
use crate::audit::resolve::again::Again;
use crate::error::Result;
use crate::judge::context::Context;
use crate::judge::evidence::{self, Reader};
use crate::judge::{fate, former, lines};
use crate::model::definition::DefinitionFile;
use crate::model::edition::{Edition, EditionRunbook, Past};
use crate::model::finding::Finding;
use crate::model::freshness::Fingerprint;
use crate::model::handbook::JudgedRunbook;
use crate::model::history::{Commit, CommitId, Completeness, History};
use crate::model::reference::Resolution;
use crate::model::tree::ContentId;
use crate::source::history::followed::followed;
use crate::source::history::gone::gone;
use crate::source::history::ignored::ignored_revisions;
use crate::source::history::seen::{Seen, View, seen_from};
use crate::source::history::{contents_at, touches};
use crate::source::tags;
use crate::source::trailers::reviews;

/// What the paths of a commit held; none for a path that did not exist.
type Contents = HashMap<String, Option<ContentId>>;

/// The history of all runbooks, walked once, to judge any number of editions.
pub(crate) struct Judge<'context> {
    context: &'context Context,
    history: History,
    /// What history tells as seen from the commits of releases.
    seen: Mutex<HashMap<CommitId, Arc<Seen>>>,
    /// The commit that history was walked from.
    start: Option<Commit>,
    /// The commits that confirm runbooks, newest first, by path.
    trailers: HashMap<String, Vec<Arc<Commit>>>,
    /// What was asked of each commit already: editions often share them.
    contents: Mutex<HashMap<CommitId, Arc<Contents>>>,
    /// Reads files as they were.
    reader: Reader,
    /// What was looked up for the editions of releases.
    again: Again,
}

impl<'context> Judge<'context> {
    /// Walks the history of the paths, from the commit `start`; without one nothing is known of it.
    pub(crate) fn new(context: &'context Context, start: Option<&Commit>, paths: &[String]) -> Result<Self> {
        // Reviews are asked for first: they read whole commits, of which the walk over the history needs a part.
        let trailers = match (&context.repository, start) {
            (Some(repository), Some(start)) if !paths.is_empty() => reviews(repository, &start.id)?,
            _ => HashMap::new(),
        };
        let history = match (&context.repository, start) {
            (Some(repository), Some(start)) if !paths.is_empty() => History {
                ignored: ignored_revisions(repository, &repository.tree(&start.id)?),
                ..followed(repository, &start.id, touches(repository, &start.id, paths)?)?
            },
            (Some(_), Some(_)) => History {
                completeness: context.completeness(),
                ..History::default()
            },
            _ => History::default(),
        };
        Ok(Self {
            context,
            history,
            seen: Mutex::default(),
            start: start.cloned(),
            trailers,
            contents: Mutex::default(),
            reader: Reader::of(context.repository.as_ref()),
            again: Again::default(),
        })
    }

    /// Looks at history from the commits of releases, too, as far as that was not done: what belongs to the edition of one of them follows
    /// from what its commit contains, and not from what came after it or stands on other branches.
    pub(crate) fn see(&self, mut views: Vec<View>) -> Result<()> {
        let lock = || self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        views.retain(|view| !lock().contains_key(&view.commit));
        let (Some(repository), Some(_), false) = (&self.context.repository, &self.start, views.is_empty()) else {
            return Ok(());
        };
        for (commit, mut seen) in seen_from(repository, &views)? {
            seen.history.ignored = ignored_revisions(repository, &repository.tree(&commit)?);
            lock().insert(commit, Arc::new(seen));
        }
        Ok(())
    }

    /// Judges an edition as of a day: its runbooks, and what is wrong with it as a whole.
    pub(crate) fn edition(&self, edition: &Edition, today: NaiveDate) -> Result<(Vec<JudgedRunbook>, Vec<Finding>)> {
        let mut resolutions = match edition.id.as_str() {
            "next" => audit::resolve::resolve_all(edition),
            _ => self.again.resolve_all(edition),
        };
        if let Some(repository) = &self.context.repository {
            former::note(repository, edition, &self.history, &mut resolutions)?;
        }
        let past = self.past(edition, &resolutions, today)?;
        let mut runbooks = audit::judge(edition, resolutions, &past, &self.context.config, &self.context.waivers);
        let mut findings = audit::judge_edition(edition, &runbooks, &past, &self.context.config);
        findings.extend(audit::clock::told_once(&mut runbooks, &past));
        if edition.id == "next" && edition.texts_of.is_none() {
            self.reader.keep(self.context.repository.as_ref());
        }
        Ok((runbooks, findings))
    }

    /// The fingerprints of the things that each runbook names as they are now, by the keys of its references: what a stamp holds. Things that
    /// never count as evidence are left out.
    pub(crate) fn fingerprints(&self, edition: &Edition) -> Vec<BTreeMap<String, Fingerprint>> {
        let resolutions = audit::resolve::resolve_all(edition);
        let contents = evidence::Contents {
            repository: self.context.repository.as_ref(),
            root: &self.context.root,
        };
        let past = Past {
            texts: self.reader.texts_now(contents, edition, &resolutions),
            ..Past::default()
        };
        let runbooks = edition.runbooks.iter().zip(&resolutions);
        runbooks
            .map(|(runbook, resolutions)| audit::evidence::fingerprints(edition, runbook, resolutions, &past))
            .collect()
    }

    fn past(&self, edition: &Edition, resolutions: &[Vec<Resolution>], today: NaiveDate) -> Result<Past> {
        let mut past = Past {
            today,
            ..Past::default()
        };
        let seen = self.seen_by(edition);
        let history = seen.as_deref().map_or(&self.history, |seen| &seen.history);
        past.history.completeness = history.completeness;
        past.history.ignored.clone_from(&history.ignored);
        past.history.earlier.clone_from(&history.earlier);
        let contents = evidence::Contents {
            repository: self.context.repository.as_ref(),
            root: &self.context.root,
        };
        if past.history.completeness != Completeness::None {
            self.read_history(contents, edition, resolutions, &mut past)?;
        }
        past.texts = self.reader.texts(contents, edition, resolutions, &past);
        // The commits that changed a thing are named for the head only; older editions are many, and nobody mends them.
        if let Some(start) = self.start.as_ref().filter(|_| edition.id == "next") {
            self.reader.changes(contents, start, edition, resolutions, &mut past)?;
        }
        Ok(past)
    }

    /// What the paths that runbooks name held when somebody confirmed them, and what they hold now.
    fn read_history(
        &self,
        contents: evidence::Contents<'_>,
        edition: &Edition,
        resolutions: &[Vec<Resolution>],
        past: &mut Past,
    ) -> Result<()> {
        let seen = self.seen_by(edition);
        let history = seen.as_deref().map_or(&self.history, |seen| &seen.history);
        for runbook in &edition.runbooks {
            let path = &runbook.path;
            let commits = history.edits(path).cloned().collect();
            past.history.touches.insert(path.clone(), commits);
            let review = match &seen {
                Some(seen) => seen.reviews.get(path),
                None => self.trailers.get(path).and_then(|reviews| reviews.first()),
            };
            if let Some(review) = review {
                past.trailers.insert(path.clone(), Arc::clone(review));
            }
        }
        let edits = edition
            .runbooks
            .par_iter()
            .zip(resolutions)
            .filter_map(|(runbook, resolutions)| {
                // Where a date is declared and nothing is named that could change, nobody asks.
                let metadata = &runbook.runbook.metadata;
                let is_dated = metadata.reviewed.is_some() || metadata.updated.is_some();
                let is_asked = !is_dated || audit::evidence::may_drift(edition, runbook, resolutions);
                is_asked.then(|| (runbook.path.clone(), self.reader.edits(contents, runbook, past)))
            });
        past.edits = edits.collect();
        if let Some(head) = self
            .start
            .as_ref()
            .filter(|_| edition.commit.is_none() && edition.texts_of.is_none())
        {
            let runbooks = edition.runbooks.par_iter();
            let uncommitted = runbooks.filter_map(|runbook| {
                let uncommitted = self.reader.uncommitted(contents, runbook, head)?;
                Some((runbook.path.clone(), uncommitted))
            });
            past.uncommitted = uncommitted.collect();
        }
        let mut wanted: BTreeMap<CommitId, BTreeSet<&str>> = BTreeMap::new();
        for (runbook, resolutions) in edition.runbooks.iter().zip(resolutions) {
            let targets = || resolutions.iter().filter_map(|resolution| resolution.target.as_deref());
            if let Some(confirmed) = audit::evidence::confirmed(runbook, past) {
                wanted.entry(confirmed.id.clone()).or_default().extend(targets());
            }
            let units = audit::unit::units(edition, runbook, resolutions);
            for (unit, base) in units.iter().zip(audit::evidence::bases(runbook, &units, past)) {
                if let (Some(unit), Some(Base::Commit(commit))) = (unit, base) {
                    wanted.entry(commit.id.clone()).or_default().insert(unit.target);
                }
            }
        }
        let targets: BTreeSet<&str> = wanted.values().flatten().copied().collect();
        past.now = match &edition.commit {
            Some(commit) => self.contents(&commit.id, &targets)?,
            None => in_worktree(edition, &targets),
        };
        if let Some(repository) = &self.context.repository {
            let held = wanted.into_par_iter().map(|(commit, targets)| {
                let contents = self.reader.held.at(repository, &commit, &targets)?;
                Ok((commit, contents))
            });
            past.contents = held.collect::<Result<_>>()?;
        }
        past.definitions = self.definitions(contents, edition, past);
        self.fates(edition, resolutions, past)
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
            past.gone = gone(repository, &start.id, &expected)?;
            if past.history.completeness == Completeness::Full {
                let held = contents_at(repository, &start.id, &expected)?;
                let is_unknown = |path: &String| held.get(path).copied().flatten().is_none() && !past.gone.contains_key(path);
                past.never = expected.into_iter().filter(is_unknown).collect();
            }
        }
        if edition.runbooks.iter().any(|runbook| may_name_release(edition, runbook)) {
            past.tags = tags::names(repository)?;
        }
        past.moved_lines = lines::moved(repository, edition, resolutions, past)?;
        past.undefined = fate::undefined(repository, &start.id, edition, resolutions)?;
        for runbook in &edition.runbooks {
            let commits = past.history.touches.get(&runbook.path).map(Vec::as_slice).unwrap_or_default();
            if let Some(commit) = fate::edited(repository, runbook, commits)? {
                past.edited.insert(runbook.path.clone(), commit);
            }
        }
        Ok(())
    }

    /// The files that define what can be called and that hold something else now, as they were when somebody confirmed. One that cannot be
    /// read is left out; then the file as a whole decides what changed.
    fn definitions(
        &self,
        contents: evidence::Contents<'_>,
        edition: &Edition,
        past: &Past,
    ) -> HashMap<ContentId, Arc<DefinitionFile>> {
        let mut files = HashMap::new();
        for (path, id) in past.contents.values().flatten() {
            let Some(id) = id else { continue };
            let is_other = past.now.get(path).is_some_and(|now| *now != Some(*id));
            if is_other
                && (edition.source.definitions.contains_key(path) || edition.source.code.files.contains_key(path))
                && !files.contains_key(id)
                && let Some(file) = self.reader.definition(contents, path, *id)
            {
                files.insert(*id, file);
            }
        }
        files
    }

    /// What is seen from the commit whose texts an edition holds; none for the texts of the head.
    fn seen_by(&self, edition: &Edition) -> Option<Arc<Seen>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&end(edition)?.id).cloned()
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

/// Parts of addresses of a release.
static RELEASES: LazyLock<Regex> = LazyLock::new(|| search(&["/releases/", "/archive/", "/blob/v", "/tree/v"]));

/// Whether a runbook may name a release of its own repository: by an address, or by its name in a command.
fn may_name_release(edition: &Edition, runbook: &EditionRunbook) -> bool {
    let text: &str = &runbook.runbook.text;
    let is_address = holds_once(&runbook.runbook, &runbook.runbook.held.releases, &RELEASES);
    let name = edition.source.repository_name.as_str();
    let is_told = || {
        let mut places = memchr::memmem::find_iter(text.as_bytes(), name);
        places.any(|at| ["==", "@", ":"].iter().any(|sign| text[at + name.len()..].starts_with(sign)))
    };
    is_address || !name.is_empty() && is_told()
}

/// The last commit whose edits of runbooks the texts of an edition hold; none for the texts of the head.
fn end(edition: &Edition) -> Option<&Arc<Commit>> {
    let released = edition.commit.as_ref().filter(|_| edition.id != "next");
    edition.texts_of.as_ref().or(released)
}

/// What paths hold in a worktree. Folders have no id there, so nothing is said of them.
fn in_worktree(edition: &Edition, targets: &BTreeSet<&str>) -> Contents {
    let listing = &edition.source.listing;
    let files = targets.iter().filter(|path| !listing.has_folder(path));
    files
        .map(|path| ((*path).to_owned(), listing.entry(path).map(|entry| entry.id)))
        .collect()
}
