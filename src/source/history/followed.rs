//! Where a file stood before it was moved to where it stands now: a move is no edit, and what was written before it counts on.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use git2::Oid;

use crate::error::Result;
use crate::model::history::{Commit, Completeness, EarlierPath, History};
use crate::source::history::renames::renames;
use crate::source::history::touches;
use crate::source::repository::Repository;

/// The most commits that are searched for moves.
const COMMIT_LIMIT: usize = 200;

/// Follows each path over the one commit that brought it into being by a move, and joins the commits of the earlier path to its own.
pub(crate) fn followed(repository: &Repository, start: &str, mut history: History) -> Result<History> {
    if history.completeness != Completeness::Full {
        return Ok(history);
    }
    let mut born: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, commits) in &history.touches {
        if let Some(first) = commits.last() {
            born.entry(first.id.as_str()).or_default().push(path);
        }
    }
    let mut earlier: HashMap<String, EarlierPath> = HashMap::new();
    for (commit, paths) in born.into_iter().take(COMMIT_LIMIT) {
        let Some(parent) = parent(repository, commit) else { continue };
        for rename in renames(repository, &parent, commit, None)? {
            if paths.contains(&rename.to.as_str()) {
                let moved = EarlierPath {
                    path: rename.from,
                    commit: commit.to_owned(),
                };
                earlier.insert(rename.to, moved);
            }
        }
    }
    if earlier.is_empty() {
        return Ok(history);
    }
    let mut wanted: Vec<String> = earlier.values().map(|one| one.path.clone()).collect();
    wanted.sort();
    wanted.dedup();
    let before = touches(repository, start, &wanted)?;
    for (path, one) in &earlier {
        let (Some(own), Some(older)) = (history.touches.get_mut(path), before.touches.get(&one.path)) else {
            continue;
        };
        // What came to stand at the earlier path after the move is another file.
        let at = older.iter().position(|commit| commit.id == one.commit);
        let rest: Vec<Arc<Commit>> = at.map_or(&[][..], |at| &older[at + 1..]).to_vec();
        own.extend(rest);
    }
    history.earlier = earlier;
    Ok(history)
}

/// The first parent of a commit.
fn parent(repository: &Repository, commit: &str) -> Option<String> {
    let git = repository.git();
    let commit = git.find_commit(Oid::from_str(commit).ok()?).ok()?;
    commit.parent_id(0).ok().map(|id| id.to_string())
}
