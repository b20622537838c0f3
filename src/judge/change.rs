//! `lint --base` and `lint --staged`: the runbooks in two trees, and what the change between them does.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::audit;
use crate::audit::change::pair::{ChangeContext, Pair};
use crate::config::product::{ProductPlan, SourcePlan, plans};
use crate::error::{Error, ErrorKind, Result};
use crate::judge::asking;
use crate::judge::context::{Context, Subject};
use crate::judge::controls;
use crate::judge::rests;
use crate::judge::scope::{Judged, files_of};
use crate::judge::sight;
use crate::load::edition::{Cache, Revision, edition};
use crate::load::unread::unreadable;
use crate::model::difference::{FileChange, Move, TreeDifference};
use crate::model::edition::{Edition, EditionRunbook, FileText, Past};
use crate::model::finding::Finding;
use crate::model::handbook::JudgedRunbook;
use crate::model::history::{Completeness, History};
use crate::model::reference::{ReferenceKind, Resolution, Status};
use crate::model::tree::{Entry, EntryKind, Listing};
use crate::parse::normal;
use crate::parse::runbook::prose;
use crate::source::history::contents_at;
use crate::source::history::range;
use crate::source::history::renames::renames;
use crate::source::trailers;
use crate::source::tree::Tree;
use crate::source::tree::index::IndexTree;
use crate::source::tree::worktree::WorktreeTree;
use crate::tools;

/// How many commits of the branch tell which files change all the time, and how few tell nothing.
const LATEST: usize = 60;
const LEAST: usize = 20;

/// A change: what is judged, and what it is compared with.
pub(crate) struct Change {
    /// The files before the change.
    pub(crate) base: Subject,
    /// The files with the change.
    pub(crate) head: Subject,
}

/// A tree without files: what a first commit is compared with.
struct EmptyTree(Arc<Listing>);

impl Tree for EmptyTree {
    fn listing(&self) -> &Arc<Listing> {
        &self.0
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>> {
        Err(Error::usage(format!("failed to read `{}`", entry.path)))
    }
}

/// What is staged, compared with the commit that is checked out.
pub(crate) fn staged(context: &Context) -> Result<Change> {
    let Some(repository) = &context.repository else {
        let error = Error::unjudged(format!("there is no repository in `{}`", context.root.display()));
        return Err(error.with_help("`--staged` judges what is in the index of a repository"));
    };
    let last = repository.head()?.map(Arc::new);
    let tree: Box<dyn Tree> = match &last {
        Some(last) => Box::new(repository.tree(&last.id)?),
        None => Box::new(EmptyTree(Arc::default())),
    };
    let index = IndexTree::read(repository)?;
    let skipped = index.skipped().iter();
    Ok(Change {
        base: Subject {
            commit: last.clone(),
            head: last,
            tree,
            skipped: Vec::new(),
        },
        head: Subject {
            commit: None,
            head: None,
            skipped: skipped.map(|skipped| unreadable(&skipped.path, &skipped.reason)).collect(),
            tree: Box::new(index),
        },
    })
}

/// Judges what a change does to the runbooks; with `files` only to these.
pub(crate) fn judged(context: &Context, change: &Change, files: &[String]) -> Result<Judged> {
    let mut judged = Judged {
        commit: change.head.commit.as_ref().map(|commit| commit.id.clone()),
        findings: change.head.skipped.clone(),
        ..Judged::default()
    };
    let comparison = Comparison {
        context,
        change,
        difference: difference(context, change)?,
        confirmed: confirmed(context, change)?,
        cache: Cache::of(context.repository.as_ref()),
    };
    let plans = plans(&context.config, &context.name());
    for plan in &plans {
        match files_of(change.head.tree.as_ref(), plan, files, &plans) {
            Some(files) if files.is_empty() => {}
            files => comparison.product(plan, files.as_deref(), &mut judged)?,
        }
    }
    judged.findings.extend(controls::changed(
        context,
        change.base.tree.as_ref(),
        change.head.tree.as_ref(),
    ));
    // What is asked for less is of the repository as a whole.
    if files.is_empty() {
        let trees = [change.base.tree.as_ref(), change.head.tree.as_ref()];
        let sides = [&change.base, &change.head];
        judged.findings.extend(rests::findings(
            context, &plans, sides, &comparison.difference, &comparison.cache,
        )?);
        judged.findings.extend(asking::loosened(context, trees, &comparison.cache));
        judged
            .findings
            .extend(sight::findings(context, trees, &comparison.difference, &comparison.cache)?);
    }
    comparison.cache.keep();
    judged
        .runbooks
        .sort_by(|left, right| left.runbook.path.cmp(&right.runbook.path));
    Ok(judged)
}

/// The files that differ, and where those that moved stand now.
fn difference(context: &Context, change: &Change) -> Result<TreeDifference> {
    let mut difference = TreeDifference::between(change.base.tree.listing(), change.head.tree.listing());
    let wanted: Vec<String> = difference
        .of_kind(FileChange::Removed)
        .filter(|path| !difference.moved.contains_key(*path))
        .map(str::to_owned)
        .collect();
    let has_new = difference.of_kind(FileChange::Added).next().is_some();
    let (Some(repository), Some(base), Some(head)) = (&context.repository, &change.base.commit, &change.head.commit) else {
        return Ok(difference);
    };
    if wanted.is_empty() || !has_new {
        return Ok(difference);
    }
    for rename in renames(repository, &base.id, &head.id, Some(&wanted))? {
        let is_exact = rename.similarity == 100;
        difference
            .moved
            .entry(rename.from)
            .or_insert(Move { to: rename.to, is_exact });
    }
    Ok(difference)
}

/// The runbooks of which a commit of the change says that they were reviewed.
fn confirmed(context: &Context, change: &Change) -> Result<BTreeSet<String>> {
    let (Some(repository), Some(base), Some(head)) = (&context.repository, &change.base.commit, &change.head.head) else {
        return Ok(BTreeSet::new());
    };
    let messages = range::messages(repository, &base.id, &head.id)?;
    Ok(messages.iter().flat_map(|message| trailers::paths(message)).collect())
}

/// Everything that the products of a change share.
struct Comparison<'change> {
    context: &'change Context,
    change: &'change Change,
    difference: TreeDifference,
    confirmed: BTreeSet<String>,
    cache: Cache,
}

/// One side of a change: what was read, and what came of it.
struct Side {
    edition: Edition,
    runbooks: Vec<JudgedRunbook>,
    /// What is wrong with the product as a whole.
    findings: Vec<Finding>,
}

impl Comparison<'_> {
    fn product(&self, plan: &ProductPlan, files: Option<&[String]>, judged: &mut Judged) -> Result<()> {
        let checkout = match &plan.source {
            SourcePlan::Folder(_) => None,
            SourcePlan::Checkout(path) => Some(self.context.checkout(path)),
        };
        let (mut unread, mut unread_before) = (Vec::new(), Vec::new());
        let head = edition(
            &self.cache,
            plan,
            &self.revision(&self.change.head, checkout.as_ref()),
            files,
            &mut unread,
        )?;
        let earlier = self.earlier_paths(&head);
        let (base, stand_ins) = self.base(
            plan,
            &self.revision(&self.change.base, checkout.as_ref()),
            &head,
            &earlier,
            &mut unread_before,
        )?;
        let head = self.side(head, true);
        let base = self.side(base, false);
        let before_of = |path: &str| {
            let earlier = earlier.get(path)?;
            let index = base
                .edition
                .runbooks
                .binary_search_by(|one| one.path.as_str().cmp(earlier))
                .ok()?;
            Some((&base.edition.runbooks[index], base.runbooks[index].resolutions.as_slice()))
        };
        let pairs: Vec<Pair<'_>> = head
            .runbooks
            .iter()
            .map(|runbook| pair(runbook, before_of(&runbook.runbook.path)))
            .collect();
        self.refuse_what_cannot_be_told(&pairs, &stand_ins)?;
        // What runbooks name lies in another repository then, and nothing there is part of the change.
        let difference = match &plan.source {
            SourcePlan::Folder(_) => Cow::Borrowed(&self.difference),
            SourcePlan::Checkout(_) => Cow::Owned(TreeDifference::default()),
        };
        let context = ChangeContext {
            base: &base.edition,
            head: &head.edition,
            pairs: &pairs,
            difference: &difference,
            texts: &self.texts(&difference, &head),
            churning: &self.churning(&difference, &head)?,
            confirmed: &self.confirmed,
        };
        let known: Vec<Finding> = base
            .runbooks
            .iter()
            .flat_map(|runbook| runbook.findings.iter().cloned())
            .collect();
        let mut findings = audit::change::judge_change(&context, &known, &self.context.config);
        let is_changed = |finding: &Finding| self.difference.changed.contains_key(&finding.path);
        unread.retain(is_changed);
        findings.extend(audit::change::subtract(unread, &unread_before, &HashMap::new()));
        findings.extend(audit::change::subtract(head.findings, &base.findings, &HashMap::new()));
        let mut runbooks: Vec<JudgedRunbook> = head.runbooks;
        for runbook in &mut runbooks {
            let path = runbook.runbook.path.clone();
            (runbook.findings, findings) = findings.into_iter().partition(|finding| finding.path == path);
        }
        judged.runbooks.extend(runbooks);
        if files.is_none() {
            for finding in findings {
                // What is wrong with the repository is met by every product.
                if !judged.findings.contains(&finding) {
                    judged.findings.push(finding);
                }
            }
        }
        Ok(())
    }

    /// One side of the change, to be read. Another checkout is the same on both sides.
    fn revision<'side>(&self, subject: &'side Subject, checkout: Option<&'side Result<WorktreeTree, String>>) -> Revision<'side> {
        Revision {
            id: "next".to_owned(),
            commit: subject.commit.clone(),
            tree: subject.tree.as_ref(),
            checkout: checkout.map(|checkout| checkout.as_ref().map(|tree| tree as &dyn Tree).map_err(Clone::clone)),
            repository_name: self.context.name(),
            web_url: self.context.web_url(),
        }
    }

    /// The path that each runbook had before the change, by its path with it. A runbook that is new is not here.
    fn earlier_paths(&self, head: &Edition) -> BTreeMap<String, String> {
        let older = self.change.base.tree.listing();
        let is_file = |path: &str| {
            let kind = older.entry(path).map(|entry| entry.kind);
            matches!(kind, Some(EntryKind::File | EntryKind::Executable))
        };
        let moved: HashMap<&str, &str> = self
            .difference
            .moved
            .iter()
            .map(|(from, one)| (one.to.as_str(), from.as_str()))
            .collect();
        let earlier = |path: &str| {
            let here = Some(path).filter(|path| is_file(path));
            here.or_else(|| moved.get(path).copied().filter(|from| is_file(from)))
                .map(str::to_owned)
        };
        let runbooks = head.runbooks.iter();
        runbooks
            .filter_map(|runbook| Some((runbook.path.clone(), earlier(&runbook.path)?)))
            .collect()
    }

    /// The product before the change, with the runbooks that are compared. The text of a runbook that this clone does not have is
    /// represented by the later one; which ones, by their later paths, is told as well.
    fn base(
        &self,
        plan: &ProductPlan,
        revision: &Revision<'_>,
        head: &Edition,
        earlier: &BTreeMap<String, String>,
        findings: &mut Vec<Finding>,
    ) -> Result<(Edition, BTreeSet<String>)> {
        let listing = revision.tree.listing();
        let mut paths = Vec::new();
        let mut stand_ins: Vec<EditionRunbook> = Vec::new();
        let mut later_paths = BTreeSet::new();
        for runbook in &head.runbooks {
            let Some(path) = earlier.get(&runbook.path) else { continue };
            let entry = listing.entry(path).filter(|entry| entry.id != runbook.content);
            let is_missing = entry.is_some_and(|entry| is_missing(revision.tree, entry));
            if is_missing {
                stand_ins.push(EditionRunbook {
                    path: path.clone(),
                    ..runbook.clone()
                });
                later_paths.insert(runbook.path.clone());
            } else {
                paths.push(path.clone());
            }
        }
        let mut base = edition(&self.cache, plan, revision, Some(&paths), findings)?;
        base.runbooks.extend(stand_ins);
        base.runbooks.sort_by(|left, right| left.path.cmp(&right.path));
        Ok((base, later_paths))
    }

    /// Judges one side. History is not asked: nothing that is told of a change depends on it, apart from the day on which a runbook that
    /// the change touches was edited.
    fn side(&self, edition: Edition, is_head: bool) -> Side {
        let resolutions = audit::resolve::resolve_all(&edition);
        let subject = if is_head { &self.change.head } else { &self.change.base };
        let mut past = Past {
            today: self.context.today,
            history: History {
                completeness: Completeness::Full,
                ..History::default()
            },
            ..Past::default()
        };
        if let Some(commit) = &subject.commit {
            let is_touched = |runbook: &&EditionRunbook| self.difference.changed.contains_key(&runbook.path);
            let touches = |runbook: &EditionRunbook| (runbook.path.clone(), vec![Arc::clone(commit)]);
            past.history.touches = edition.runbooks.iter().filter(is_touched).map(touches).collect();
        }
        let config = &self.context.config;
        let runbooks = audit::judge(&edition, resolutions, &past, config, &self.context.waivers);
        let findings = audit::judge_edition(&edition, &runbooks, &past, config);
        Side {
            edition,
            runbooks,
            findings,
        }
    }

    /// The fingerprints of whole files that the change alters and a runbook names, before and with the change.
    fn texts(&self, difference: &TreeDifference, head: &Side) -> HashMap<String, (FileText, FileText)> {
        let targets = altered_targets(difference, head);
        let text = |subject: &Subject, path: &str| {
            let bytes = subject.tree.read(subject.tree.listing().entry(path)?).ok()?;
            Some(normal::file_text(path, &bytes))
        };
        let texts = targets.into_par_iter().filter_map(|path| {
            let texts = (text(&self.change.base, path)?, text(&self.change.head, path)?);
            Some((path.to_owned(), texts))
        });
        texts.collect()
    }

    /// The files among those that the change alters and a runbook names that more than a tenth of the latest commits of the branch changed.
    /// Where a clone is cut short nothing is known of them.
    fn churning(&self, difference: &TreeDifference, head: &Side) -> Result<BTreeSet<String>> {
        let targets: Vec<String> = altered_targets(difference, head).into_iter().map(str::to_owned).collect();
        let (Some(repository), Some(base)) = (&self.context.repository, &self.change.base.commit) else {
            return Ok(BTreeSet::new());
        };
        if targets.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut changes: HashMap<&str, usize> = HashMap::new();
        let mut commits = 0;
        let mut commit = base.id.clone();
        let mut held = contents_at(repository, &commit, &targets)?;
        while commits < LATEST {
            let Some(parent) = repository.parents(&commit)?.into_iter().next() else {
                break;
            };
            let before = contents_at(repository, &parent, &targets)?;
            for target in &targets {
                *changes.entry(target).or_default() += usize::from(before.get(target) != held.get(target));
            }
            (commit, held) = (parent, before);
            commits += 1;
        }
        let is_often =
            |target: &&String| commits >= LEAST && changes.get(target.as_str()).is_some_and(|count| count * 10 > commits);
        Ok(targets.iter().filter(is_often).cloned().collect())
    }

    /// Ends the check where this clone lacks the very file that would tell whether something was there before: a silent pass would be
    /// praise without knowledge.
    fn refuse_what_cannot_be_told(&self, pairs: &[Pair<'_>], stand_ins: &BTreeSet<String>) -> Result<()> {
        let base = self.change.base.tree.as_ref();
        let mut missing: Option<Vec<String>> = None;
        for pair in pairs {
            let is_stand_in = stand_ins.contains(pair.path());
            for (reference, before, now) in pair.references() {
                let Some(before) = before.filter(|before| before.status != Status::Resolved) else {
                    continue;
                };
                if now.status != Status::Broken || pair.finding_about(reference).is_none() {
                    continue;
                }
                if is_stand_in {
                    return Err(not_in_clone(
                        pair.before.as_ref().map_or(pair.path(), |one| one.runbook.path.as_str()),
                    ));
                }
                let depends = !matches!(
                    reference.kind,
                    ReferenceKind::Path { .. } | ReferenceKind::Glob { .. } | ReferenceKind::Link { anchor: None, .. }
                );
                if depends && before.status == Status::Unverifiable {
                    let missing = missing.get_or_insert_with(|| self.missing(base));
                    if let Some(file) = missing.first() {
                        return Err(not_in_clone(file));
                    }
                }
            }
        }
        Ok(())
    }

    /// The files that tell what is defined, that the change alters, and whose earlier text is not in this clone.
    fn missing(&self, base: &dyn Tree) -> Vec<String> {
        let altered = self
            .difference
            .changed
            .iter()
            .filter(|(_, change)| **change != FileChange::Added);
        let tells = |path: &str| tools::format_of(path).is_some() || path.to_ascii_lowercase().ends_with(".md");
        let entries = altered
            .filter(|(path, _)| tells(path))
            .filter_map(|(path, _)| base.listing().entry(path));
        entries
            .filter(|entry| is_missing(base, entry))
            .map(|entry| entry.path.clone())
            .collect()
    }
}

/// The files that the change alters and a runbook names.
fn altered_targets<'side>(difference: &TreeDifference, head: &'side Side) -> BTreeSet<&'side str> {
    let resolutions = head.runbooks.iter().flat_map(|runbook| &runbook.resolutions);
    let resolved = resolutions.filter(|resolution| resolution.status == Status::Resolved);
    let targets = resolved.filter_map(|resolution| resolution.target.as_deref());
    targets
        .filter(|target| difference.changed.get(*target) == Some(&FileChange::Modified))
        .collect()
}

/// A runbook with the one that it was.
fn pair<'side>(judged: &'side JudgedRunbook, before: Option<(&'side EditionRunbook, &'side [Resolution])>) -> Pair<'side> {
    let mut pair = Pair::new(judged, before);
    if let Some(before) = &pair.before
        && !pair.says_the_same
    {
        let sections = |runbook: &EditionRunbook| prose::of_runbook(&runbook.runbook).sections;
        pair.says_the_same = sections(before.runbook) == sections(&judged.runbook);
    }
    pair
}

/// Whether the content of a file is not in this clone.
fn is_missing(tree: &dyn Tree, entry: &Entry) -> bool {
    entry.kind != EntryKind::Submodule && tree.read(entry).is_err_and(|error| error.kind == ErrorKind::Unjudged)
}

fn not_in_clone(path: &str) -> Error {
    let error = Error::unjudged(format!("`{path}` as it was before the change is not in this partial clone"));
    error.with_help("fetch it with `git fetch --refetch`, or check out with `fetch-depth: 2` and without a filter")
}
