//! The release texts that `gates` reads: those that were named, or every runbook.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::audit::asked;
use crate::audit::asked::joined::joined;
use crate::config::product::plans;
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::declared::{gates_of, roots};
use crate::load::discovery::runbook_paths;
use crate::load::edition::where_texts_are;
use crate::load::edition::{Cache, runbooks};
use crate::model::gate::Gate;
use crate::model::runbook::Runbook;
use crate::model::tree::EntryKind;
use crate::parse::runbook;
use crate::source::repository::Repository;

/// A release text as it was understood.
#[derive(Clone, Debug)]
pub(crate) struct ReadText {
    /// The path from the root of the repository.
    pub(crate) path: String,
    /// What it says.
    pub(crate) runbook: Arc<Runbook>,
}

/// The gates that the texts declare, or would if everything that was read from them were declared. One of one name stands once.
pub(crate) fn proposed(context: &Context, texts: &[ReadText]) -> Vec<Gate> {
    let plans = plans(&context.config, &context.name());
    let is_below = |path: &str, root: &str| root.is_empty() || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    let gates: Vec<Gate> = texts
        .iter()
        .flat_map(|text| {
            let plan = plans.iter().find(|plan| is_below(&text.path, &plan.root));
            asked::proposed(&text.path, &text.runbook, &plan.map_or_else(|| vec![""], roots))
        })
        .collect();
    joined(&[], &gates, &[]).0
}

/// The ids of the gates that anybody may mean today: those that settings and runbooks declare, and those that releases hold evidence of.
pub(crate) fn known(context: &Context) -> Result<Known> {
    let is_bare = context.repository.as_ref().is_some_and(Repository::is_bare);
    let subject = context.subject(None, !is_bare)?;
    let tree = subject.tree.as_ref();
    let mut known = Known::default();
    for plan in plans(&context.config, &context.name()) {
        let texts = runbooks(&Cache::default(), tree, &plan);
        let (gates, _) = joined(&plan.gates, &gates_of(&texts, &plan, tree), &[]);
        known.declared.extend(gates.into_iter().map(|gate| gate.id));
        for entry in tree.listing().below(&plan.releases) {
            let below = entry
                .path
                .split_once("/evidence/")
                .and_then(|(_, below)| below.split_once('/'));
            known.recorded.extend(below.map(|(gate, _)| gate.to_owned()));
        }
    }
    Ok(known)
}

/// Ids of gates.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Those that are declared.
    pub(crate) declared: BTreeSet<String>,
    /// Those that a release holds evidence of.
    pub(crate) recorded: BTreeSet<String>,
}

/// Reads release texts of a revision, in the order in which they were named; without names, every runbook by path.
pub(crate) fn texts(context: &Context, files: &[String], revision: Option<&str>, worktree: bool) -> Result<Vec<ReadText>> {
    let subject = context.subject(revision, worktree)?;
    let mut paths: Vec<String> = files.iter().map(|file| file.trim_start_matches("./").to_owned()).collect();
    if files.is_empty() {
        for plan in plans(&context.config, &context.name()) {
            paths.extend(runbook_paths(subject.tree.as_ref(), &plan));
        }
        paths.sort();
        paths.dedup();
    }
    let mut texts = Vec::with_capacity(paths.len());
    for path in paths {
        let listing = subject.tree.listing();
        let entry = listing
            .entry(&path)
            .filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable))
            .ok_or_else(|| {
                Error::usage(format!("`{path}` is not in the tree that is read")).with_help(where_texts_are(listing, &path))
            })?;
        let bytes = subject.tree.read(entry)?;
        texts.push(ReadText {
            path,
            runbook: Arc::new(runbook::parse(&bytes)),
        });
    }
    Ok(texts)
}
