//! Which of the wanted paths differ between two root trees. Only folders that differ are read, and of them only those on the way to a
//! wanted path.

use std::collections::HashSet;

use git2::Oid;

use crate::error::{Error, Result};
use crate::source::history::set::Set;
use crate::source::history::wanted::{ROOT, Wanted};
use crate::source::objects::Objects;
use crate::source::tree::raw::{self, RawEntry};

/// Two trees under one name; none where there is no folder of that name.
type Pair = (Option<Oid>, Option<Oid>);

/// The ids of `active` whose paths differ between two root trees, sorted. No tree stands for an empty one.
pub(crate) fn differing(
    objects: &Objects,
    wanted: &Wanted,
    active: &Set,
    left: Option<Oid>,
    right: Option<Oid>,
) -> Result<Vec<u32>> {
    let mut ids = Vec::new();
    if left == right {
        return Ok(ids);
    }
    let mut folders = vec![(ROOT, (left, right))];
    if let Some(id) = wanted.node(ROOT).id
        && active.contains(id)
        && has_difference(objects, (left, right))?
    {
        ids.push(id);
    }
    // Folders that are paths of their own, to be compared as a whole.
    let mut wholes = Vec::new();
    while let Some((node, pair)) = folders.pop() {
        let node = wanted.node(node);
        let (left, right) = (tree(objects, pair.0)?, tree(objects, pair.1)?);
        let read = raw::for_each_difference(&left, &right, |one, other| {
            let Some(entry) = one.or(other) else { return true };
            let Some(child) = node.children.get(entry.name) else {
                return true;
            };
            let below = wanted.node(*child);
            if !active.holds_any(below.range) {
                return true;
            }
            let pair = (folder(one), folder(other));
            let is_folder = pair.0.is_some() || pair.1.is_some();
            if let Some(id) = below.id
                && active.contains(id)
            {
                if is_folder {
                    wholes.push((id, pair));
                } else {
                    ids.push(id);
                }
            }
            if is_folder && !below.children.is_empty() {
                folders.push((*child, pair));
            }
            true
        });
        read.map_err(|raw::Damaged| damaged(pair))?;
    }
    for (id, pair) in wholes {
        if has_difference(objects, pair)? {
            ids.push(id);
        }
    }
    // A file that became a folder of the same name is met twice.
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Whether any file differs between two trees. Trees of other bytes may hold the same files: old modes, empty folders.
fn has_difference(objects: &Objects, pair: Pair) -> Result<bool> {
    let mut seen = HashSet::from([pair]);
    let mut folders = vec![pair];
    while let Some(pair) = folders.pop() {
        let (left, right) = (tree(objects, pair.0)?, tree(objects, pair.1)?);
        let mut found = false;
        let read = raw::for_each_difference(&left, &right, |one, other| {
            let pair = (folder(one), folder(other));
            let is_file = |entry: Option<RawEntry<'_>>| entry.is_some_and(|entry| !entry.is_folder());
            found = is_file(one) || is_file(other);
            if seen.insert(pair) {
                folders.push(pair);
            }
            !found
        });
        read.map_err(|raw::Damaged| damaged(pair))?;
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The tree of an entry that is a folder.
fn folder(entry: Option<RawEntry<'_>>) -> Option<Oid> {
    entry.filter(RawEntry::is_folder).map(|entry| entry.oid())
}

/// The raw bytes of a tree, or of an empty one.
fn tree(objects: &Objects, id: Option<Oid>) -> Result<std::sync::Arc<[u8]>> {
    match id {
        Some(id) => objects.tree(id),
        None => Ok(std::sync::Arc::from([])),
    }
}

fn damaged((left, right): Pair) -> Error {
    let names: Vec<String> = [left, right].into_iter().flatten().map(|id| format!("`{id}`")).collect();
    Error::unjudged(format!("tree {} is damaged", names.join(" or "))).with_help("run `git fsck`")
}
