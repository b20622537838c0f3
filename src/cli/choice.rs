//! Which files were taken for runbooks, and what to say where none was.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::outcome::Outcome;
use crate::cli::terminal::{Terminal, visible};
use crate::config::product::{ProductPlan, plans};
use crate::error::{Error, Result};
use crate::judge::context::{Context, Subject};
use crate::load::discovery::{Discovery, discover};
use crate::model::nearest::nearest;
use crate::model::tree::Listing;

/// How many files that came near are named where nothing was taken.
const NEAR: usize = 3;

/// How many files of folders of one kind are named that came near for one reason.
const ALIKE: usize = 5;

/// Prints which files are taken for runbooks, and what came near.
pub(crate) fn explain(context: &Context, subject: &Subject, terminal: &Terminal) -> Result<Outcome> {
    let discoveries = discoveries(context, subject);
    terminal.print(&visible(&explained(&discoveries)));
    let taken = discoveries.iter().map(|discovery| discovery.taken.len()).sum();
    nothing(&discoveries, taken).map_or(Ok(Outcome::Clean), Err)
}

/// Refuses to call silence success: no runbook was judged, or a glob of the settings matches nothing.
pub(crate) fn require(context: &Context, worktree: bool, runbooks: usize) -> Result<()> {
    let plans = plans(&context.config, &context.name());
    if plans.iter().any(|plan| !plan.root.is_empty()) {
        let subject = context.subject(None, worktree)?;
        let listing = subject.tree.listing();
        if let Some(plan) = plans
            .iter()
            .find(|plan| !plan.root.is_empty() && !listing.has_folder(&plan.root))
        {
            return Err(without_root(listing, plan));
        }
    }
    if runbooks > 0 && !plans.iter().any(|plan| plan.is_named) {
        return Ok(());
    }
    nothing(&discoveries(context, &context.subject(None, worktree)?), runbooks).map_or(Ok(()), Err)
}

/// The root of a product that is no folder of the tree: nothing of it was judged.
fn without_root(listing: &Listing, plan: &ProductPlan) -> Error {
    let mut folders = BTreeSet::new();
    for entry in &listing.entries {
        let mut path = entry.path.as_str();
        while let Some((folder, _)) = path.rsplit_once('/') {
            folders.insert(folder);
            path = folder;
        }
    }
    let help = match nearest(&plan.root, folders) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`root` of a product in runproof.toml is a folder of the repository".to_owned(),
    };
    let message = format!(
        "the root `{}` of the product `{}` is not in the repository",
        plan.root, plan.id
    );
    Error::unjudged(message).with_help(help)
}

/// What the globs of every product took in a tree.
fn discoveries(context: &Context, subject: &Subject) -> Vec<Discovery> {
    plans(&context.config, &context.name())
        .iter()
        .map(|plan| discover(subject.tree.as_ref(), plan))
        .collect()
}

/// What was taken by which glob, what came near, and which globs match nothing: one line each.
fn explained(discoveries: &[Discovery]) -> String {
    let mut text = String::new();
    for discovery in discoveries {
        for (path, pattern) in &discovery.taken {
            text.push_str(&format!("taken  {path} by {pattern}\n"));
        }
        let mut alike: BTreeMap<(String, &str), usize> = BTreeMap::new();
        for near in &discovery.near {
            let folder = near.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // `releases/release-1.19` and `releases/release-1.20` are folders of one kind.
            let kind = folder.replace(|c: char| c.is_ascii_digit(), "");
            let count = alike.entry((kind, &near.reason)).or_default();
            *count += 1;
            if *count <= ALIKE {
                text.push_str(&format!("near   {}: {}\n", near.path, near.reason));
            }
        }
        let more: usize = alike.values().map(|count| count.saturating_sub(ALIKE)).sum();
        if more > 0 {
            text.push_str(&format!("near   and {more} more beside these, for the same reasons\n"));
        }
        for glob in &discovery.idle {
            text.push_str(&format!("idle   {glob} matches no file\n"));
        }
    }
    if text.is_empty() {
        text.push_str("nothing was taken, and nothing came near\n");
    }
    text
}

/// Why nothing can be judged: no runbook was found, or a glob of the settings matches nothing. None when all is well.
fn nothing(discoveries: &[Discovery], runbooks: usize) -> Option<Error> {
    if runbooks > 0 {
        let idle: Vec<String> = discoveries
            .iter()
            .flat_map(|discovery| discovery.idle.iter().map(|glob| format!("`{glob}`")))
            .collect();
        return (!idle.is_empty()).then(|| {
            let verb = if idle.len() == 1 { "matches" } else { "match" };
            Error::unjudged(format!("{} of `runbooks` in the settings {verb} no file", idle.join(", ")))
                .with_help("mend or remove it; `--explain-choice` shows what each glob takes")
        });
    }
    let near: Vec<String> = discoveries
        .iter()
        .flat_map(|discovery| &discovery.near)
        .map(|near| format!("{} ({})", near.path, near.reason))
        .collect();
    let idle: Vec<String> = discoveries
        .iter()
        .flat_map(|discovery| discovery.idle.iter().map(|glob| format!("`{glob}`")))
        .collect();
    let idle = match idle.len() {
        0 => String::new(),
        1 => format!("{} of `runbooks` in the settings matches no file; ", idle[0]),
        _ => format!("{} of `runbooks` in the settings match no file; ", idle.join(", ")),
    };
    let help = match near.len() {
        0 => "nothing came near the usual names; `runbooks` in runproof.toml names them, or name files on the command line"
            .to_owned(),
        all => {
            let more = if all > NEAR {
                format!(", and {} more, which `runproof lint --explain-choice` lists", all - NEAR)
            } else {
                String::new()
            };
            format!(
                "near were {}{more}; `runbooks` in runproof.toml names them, such as `runbooks = [\"docs/**/*.md\"]`",
                near[..all.min(NEAR)].join(", ")
            )
        }
    };
    Some(Error::unjudged("no runbook was found, so nothing was judged").with_help(format!("{idle}{help}")))
}
