//! The release texts that `gates` reads: those that were named, or every runbook.

use std::sync::Arc;

use crate::config::product::plans;
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::load::discovery::runbook_paths;
use crate::model::runbook::Runbook;
use crate::model::tree::EntryKind;
use crate::parse::runbook;

/// A release text as it was understood.
#[derive(Clone, Debug)]
pub(crate) struct ReadText {
    /// The path from the root of the repository.
    pub(crate) path: String,
    /// What it says.
    pub(crate) runbook: Arc<Runbook>,
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
        let entry = subject
            .tree
            .listing()
            .entry(&path)
            .filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable))
            .ok_or_else(|| Error::usage(format!("no file `{path}` in this revision")))?;
        let bytes = subject.tree.read(entry)?;
        texts.push(ReadText {
            path,
            runbook: Arc::new(runbook::parse(&bytes)),
        });
    }
    Ok(texts)
}
