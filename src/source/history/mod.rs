//! Which commits changed which paths, and what paths held at a commit: the questions of the freshness check, for all paths at once.
//!
//! Objects that `git replace` put in place of others are honoured as git does; `info/grafts` is not. Renames are a removal and an addition.

use std::collections::HashMap;
use std::sync::Arc;

use git2::Oid;

use crate::error::{Error, Result};
use crate::model::history::{Commit, CommitId, Completeness, History};
use crate::model::tree::ContentId;
use crate::source::commit::parse_commit;
use crate::source::history::cache::HistoryCache;
use crate::source::history::walk::{Found, Known};
use crate::source::history::wanted::{ROOT, Wanted};
use crate::source::objects::Objects;
use crate::source::repository::{Repository, parse_id};
use crate::source::tree::{raw, to_content_id};

pub(crate) mod ancestry;
pub(crate) mod first_parents;
pub(crate) mod followed;
pub(crate) mod gone;
pub(crate) mod held;
pub(crate) mod ignored;
pub(crate) mod range;
pub(crate) mod renames;
pub(crate) mod seen;

pub(crate) mod cache;
mod changes;
mod differences;
pub(crate) mod line;
mod moves;
mod set;
mod similarity;
mod walk;
mod wanted;

#[cfg(test)]
mod tests;

/// All commits that changed each path (a file or a folder), as `git log -- path` tells it from `start`, newest first: no commit stands
/// before one that contains it, and otherwise the younger one comes first.
///
/// In a shallow clone, what a commit at the boundary changed is unknown, so such a commit is never named: a path that no other commit
/// changed is absent from the answer, and the oldest commits of any path may be missing.
pub(crate) fn touches(repository: &Repository, start: &str, paths: &[String]) -> Result<History> {
    let objects = repository.objects();
    let wanted = Wanted::new(paths);
    let start = parse_id(start)?;
    if let Some(cache) = HistoryCache::of(repository) {
        // Something is wrong with what was kept when it leads to an error. Then history itself tells.
        let answer = found_with(&cache, objects, &wanted, start, paths);
        if let Ok(answer) = answer.and_then(|found| history(repository, &wanted, paths, &found)) {
            return Ok(answer);
        }
    }
    let all = walk::all(objects, &wanted, start, &Known::new(), objects.take_walked())?;
    objects.keep_walked(all.commits);
    history(repository, &wanted, paths, &all.found)
}

/// The answers of [`touches`], as far as possible from what earlier runs found.
fn found_with(cache: &HistoryCache<'_>, objects: &Objects, wanted: &Wanted, start: Oid, paths: &[String]) -> Result<Found> {
    let mut heads = cache.heads();
    if let Some(found) = heads.whole(start, wanted, paths) {
        return Ok(found);
    }
    let all = walk::all(objects, wanted, start, &heads.known(wanted, paths), cache.commits())?;
    cache.keep_commits(&all);
    heads.add(start, wanted, paths, &all.found);
    cache.keep_heads(&heads);
    Ok(all.found)
}

/// The last commit that changed each path, as `git log -1 -- path` tells it from `start`: the same answer as the first commit of
/// [`touches`], without reading the rest of the history.
pub(crate) fn last_touches(repository: &Repository, start: &str, paths: &[String]) -> Result<History> {
    let wanted = Wanted::new(paths);
    let objects = repository.objects();
    let cache = HistoryCache::of(repository);
    let known = cache.map(|cache| cache.heads().known(&wanted, paths)).unwrap_or_default();
    let found = walk::last(objects, &wanted, parse_id(start)?, &known)?;
    history(repository, &wanted, paths, &found)
}

fn history(repository: &Repository, wanted: &Wanted, paths: &[String], found: &Found) -> Result<History> {
    let mut commits: HashMap<Oid, Arc<Commit>> = HashMap::new();
    let mut touches = HashMap::with_capacity(paths.len());
    for (path, id) in paths.iter().zip(wanted.ids()) {
        let mut list = Vec::with_capacity(found[*id as usize].len());
        for commit in &found[*id as usize] {
            if !commits.contains_key(commit) {
                let bytes = repository.objects().commit_bytes(*commit)?;
                commits.insert(*commit, Arc::new(parse_commit(*commit, &bytes)));
            }
            list.push(Arc::clone(&commits[commit]));
        }
        if !list.is_empty() {
            touches.insert(path.clone(), list);
        }
    }
    let completeness = if repository.objects().is_shallow() {
        Completeness::Shallow
    } else {
        Completeness::Full
    };
    Ok(History {
        touches,
        completeness,
        ..History::default()
    })
}

/// What paths held at a commit: the id of a file, of the target of a link, of the tree of a folder, or the commit of a submodule; nothing
/// where a path did not exist. The tree is walked once for all paths, and only on the way to them.
pub(crate) fn contents_at(
    repository: &Repository,
    commit: &CommitId,
    paths: &[String],
) -> Result<HashMap<String, Option<ContentId>>> {
    let objects = repository.objects();
    let wanted = Wanted::new(paths);
    let root = objects.commit_tree(parse_id(commit)?)?;
    let held = held_by(objects, &wanted, root)?;
    let contents = paths.iter().zip(wanted.ids());
    Ok(contents.map(|(path, id)| (path.clone(), held[*id as usize])).collect())
}

/// What each path of `wanted` holds below a root tree.
fn held_by(objects: &Objects, wanted: &Wanted, root: Oid) -> Result<Vec<Option<ContentId>>> {
    let mut held = vec![None; wanted.count() as usize];
    if let Some(id) = wanted.node(ROOT).id {
        held[id as usize] = Some(to_content_id(root));
    }
    let mut folders = vec![(ROOT, root)];
    while let Some((node, tree)) = folders.pop() {
        let node = wanted.node(node);
        let bytes = objects.tree(tree)?;
        let read = raw::for_each(&bytes, |entry| {
            let Some(child) = node.children.get(entry.name) else { return };
            let below = wanted.node(*child);
            if let Some(id) = below.id {
                held[id as usize] = Some(to_content_id(entry.oid()));
            }
            if entry.is_folder() && !below.children.is_empty() {
                folders.push((*child, entry.oid()));
            }
        });
        read.map_err(|raw::Damaged| Error::unjudged(format!("tree `{tree}` is damaged")).with_help("run `git fsck`"))?;
    }
    Ok(held)
}
