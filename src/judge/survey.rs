//! What stands in a repository that Runproof is new to: the forge, runbooks, releases, changelogs, and gates that texts ask for.

use std::collections::BTreeSet;

use crate::config::product::plans;
use crate::error::Result;
use crate::judge::context::Context;
use crate::judge::gates::{proposed, texts};
use crate::load::confirm::Source;
use crate::load::discovery::{Discovery, discover, glob_set};
use crate::load::releases::releases;
use crate::model::gate::Gate;
use crate::model::release::ReleaseSource;
use crate::model::tree::Listing;
use crate::source::repository::Repository;
use crate::source::tags::tags;

/// A place that hosts repositories and runs their CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forge {
    /// GitHub, or a server that understands its workflows.
    GitHub,
    /// GitLab.
    GitLab,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The name of the repository or folder.
    pub(crate) name: String,
    /// The branch that is checked out; none where no branch is.
    pub(crate) branch: Option<String>,
    /// The forge, where a file or the address of `origin` tells.
    pub(crate) forge: Option<Forge>,
    /// Where a source file can be read on the web, with `{revision}` and `{path}`.
    pub(crate) source_url: Option<String>,
    /// The runbooks under the usual names, and what came near.
    pub(crate) discovery: Discovery,
    /// The gates that the runbooks ask for.
    pub(crate) gates: Vec<Gate>,
    /// The changelogs, by path.
    pub(crate) changelogs: Vec<String>,
    /// How many tags are releases.
    pub(crate) tagged: usize,
    /// The lines of tags where there are several: what stands before the versions of each, and the folder that is called so.
    pub(crate) lines: Vec<(String, Option<String>)>,
    /// The newest version, where there is a release.
    pub(crate) newest: Option<String>,
    /// Whether there is a `.gitignore`, which is not ours to change.
    pub(crate) has_ignore_file: bool,
}

/// Looks at the files of the worktree and at the tags.
///
/// # Errors
///
/// There is no worktree, or a file cannot be read.
pub(crate) fn survey(context: &Context) -> Result<Survey> {
    let subject = context.subject(None, true)?;
    let tree = subject.tree.as_ref();
    let plan = plans(&context.config, &context.name()).remove(0);
    let found = match &context.repository {
        Some(repository) => releases(Some(repository), &tags(repository)?, Source::in_tree(tree), &plan),
        None => releases(None, &[], Source::in_tree(tree), &plan),
    };
    let prefixes: BTreeSet<&str> = found
        .releases
        .iter()
        .map(|release| release.line.as_str())
        .filter(|line| !line.is_empty())
        .collect();
    let lines = prefixes
        .into_iter()
        .map(|line| (line.to_owned(), folder_of(tree.listing(), line)))
        .collect();
    let changelogs = glob_set(&plan.changelogs);
    let entries = &tree.listing().entries;
    let has = |path: &str| entries.iter().any(|entry| entry.path == path);
    let has_below = |folder: &str| entries.iter().any(|entry| entry.path.starts_with(folder));
    let host = context.web_url().unwrap_or_default();
    let forge = if has(".gitlab-ci.yml") || host.contains("gitlab") {
        Some(Forge::GitLab)
    } else if has_below(".github/") || has_below(".forgejo/") || has_below(".gitea/") || host.contains("github") {
        Some(Forge::GitHub)
    } else {
        None
    };
    Ok(Survey {
        name: context.name(),
        branch: context.repository.as_ref().and_then(Repository::branch),
        forge,
        source_url: context.source_url(),
        discovery: discover(tree, &plan),
        gates: proposed(context, &texts(context, &[], None, true)?),
        changelogs: entries
            .iter()
            .filter(|entry| changelogs.is_match(&entry.path))
            .map(|entry| entry.path.clone())
            .collect(),
        tagged: found
            .releases
            .iter()
            .filter(|release| release.sources.contains(&ReleaseSource::Tag))
            .count(),
        lines,
        newest: found.releases.first().map(|release| release.version.clone()),
        has_ignore_file: has(".gitignore"),
    })
}

/// The uppermost folder that is called like a line of tags: `services/api` for `api/`.
fn folder_of(listing: &Listing, line: &str) -> Option<String> {
    let name = line.trim_end_matches(|c: char| !c.is_alphanumeric()).rsplit('/').next()?;
    let above = |path: &str| {
        let mut parts = path.split('/').collect::<Vec<_>>();
        parts.pop();
        let at = parts.iter().position(|part| *part == name)?;
        Some(parts[..=at].join("/"))
    };
    let folders = listing.entries.iter().filter_map(|entry| above(&entry.path));
    folders.min_by_key(|folder| (folder.matches('/').count(), folder.clone()))
}
