//! Where the evidence is: in the tree, on a branch of its own, or in a folder.

use std::sync::Arc;

use crate::config::product::{ProductPlan, plans};
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::place::Place;
use crate::load::confirm::{Line, Source};
use crate::model::history::CommitId;
use crate::source::tree::Tree;
use crate::source::tree::overlay::OverlayTree;

/// The evidence store of a product.
pub(crate) struct Store<'a> {
    base: &'a dyn Tree,
    over: Option<OverlayTree<'a>>,
    place: Held,
}

/// The line of history that holds a store.
enum Held {
    Head,
    Commit(CommitId, String),
    Nowhere,
}

impl Store<'_> {
    /// What releases are read from.
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            tree: self.over.as_ref().map_or(self.base, |tree| tree as &dyn Tree),
            line: match &self.place {
                Held::Head => Line::Head,
                Held::Commit(id, folder) => Line::Commit { id, folder },
                Held::Nowhere => Line::Nowhere,
            },
        }
    }
}

/// Opens the evidence store of a product over the tree of the branch.
pub(crate) fn store<'a>(context: &Context, plan: &ProductPlan, base: &'a dyn Tree) -> Result<Store<'a>> {
    let (tree, commit): (Arc<dyn Tree>, Option<CommitId>) = match &context.evidence {
        Place::Tree => {
            return Ok(Store {
                base,
                over: None,
                place: Held::Head,
            });
        }
        Place::Revision(revision) => {
            let missing = || Error::unjudged(format!("there is no repository to read the evidence of `{revision}` from"));
            let repository = context.repository.as_ref().ok_or_else(missing)?;
            let commit = repository.resolve(revision)?;
            (Arc::new(repository.tree(&commit)?), Some(commit))
        }
        Place::Folder(folder) => {
            if !folder.is_dir() {
                return Err(Error::usage(format!(
                    "there is no folder `{}` with artifacts",
                    folder.display()
                )));
            }
            (Arc::new(context.worktree(folder)?), None)
        }
    };
    let plans = plans(&context.config, &context.name());
    let is_held = |folder: &str| tree.listing().has_folder(folder);
    let is_only = plans.len() == 1;
    let has_records = tree
        .listing()
        .named("record.json")
        .any(|entry| entry.path.matches('/').count() == 1);
    let is_bare = is_only && !is_held(&plan.releases) && has_records;
    if !is_bare && !plans.iter().any(|plan| is_held(&plan.releases)) {
        let place = match &context.evidence {
            Place::Revision(revision) => format!("`{revision}`"),
            Place::Folder(folder) => format!("the folder `{}`", folder.display()),
            Place::Tree => String::new(),
        };
        let error = Error::usage(format!(
            "{place} holds no evidence store: no folder `{}` is in it",
            plan.releases
        ));
        return Err(error.with_help(
            "it needs the layout of the branch: `releases/VERSION/record.json`; `runproof collect` puts files into it",
        ));
    }
    if !is_bare && !is_held(&plan.releases) {
        return Ok(Store {
            base,
            over: None,
            place: Held::Head,
        });
    }
    let there = if is_bare { String::new() } else { plan.releases.clone() };
    let tree = Arc::clone(&tree);
    let over = OverlayTree::with_folders(base, &[(plan.releases.clone(), tree, there.clone())]);
    Ok(Store {
        base,
        over: Some(over),
        place: commit.map_or(Held::Nowhere, |commit| Held::Commit(commit, there)),
    })
}
