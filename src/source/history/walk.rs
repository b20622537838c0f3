//! The walks: every path follows the chain of commits that `git log -- path` would follow, all paths in one go.
//!
//! Where a path is the same in some parent, it goes on with the first such parent only, and the other side branches are not looked at;
//! where it differs from all of them, the commit has changed it. So the cost of a commit is the size of what it changed, whatever the
//! number of paths.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use git2::Oid;

use crate::error::Result;
use crate::source::history::differences::differing;
use crate::source::history::set::Set;
use crate::source::history::wanted::Wanted;
use crate::source::objects::{CommitHead, Objects};

/// What a walk found: for each path id the commits that changed it, newest first.
pub(crate) type Found = Vec<Vec<Oid>>;

/// The last commit that changed each path, as `git log -1 -- path` tells it. Empty where no commit did, or where it lies beyond the
/// boundary of a shallow clone.
pub(crate) fn last(objects: &Objects, wanted: &Wanted, start: Oid) -> Result<Found> {
    let mut found = vec![Vec::new(); wanted.count() as usize];
    let first = objects.commit_head(start)?;
    let mut order = BinaryHeap::from([(first.time, start)]);
    let mut pending = HashMap::from([(start, Set::full(wanted.count()))]);
    let mut heads = HashMap::from([(start, Rc::new(first))]);
    // Dates order the work and nothing else: with wrong dates a commit may be visited more than once, with other paths each time.
    while let Some((_, id)) = order.pop() {
        let Some(active) = pending.remove(&id) else { continue };
        let commit = head(objects, &mut heads, id)?;
        let step = step(objects, wanted, &commit, active, |parent| {
            head(objects, &mut heads, parent).map(|head| head.tree)
        })?;
        for path in step.changed {
            found[path as usize].push(id);
        }
        for (parent, set) in step.unchanged {
            match pending.entry(parent) {
                Entry::Occupied(mut waiting) => waiting.get_mut().add(set),
                Entry::Vacant(place) => {
                    order.push((head(objects, &mut heads, parent)?.time, parent));
                    place.insert(set);
                }
            }
        }
    }
    Ok(found)
}

/// The head of a commit, read once: a commit is met as a parent before its turn comes.
pub(crate) fn head(objects: &Objects, heads: &mut HashMap<Oid, Rc<CommitHead>>, id: Oid) -> Result<Rc<CommitHead>> {
    match heads.entry(id) {
        Entry::Occupied(known) => Ok(Rc::clone(known.get())),
        Entry::Vacant(place) => Ok(Rc::clone(place.insert(Rc::new(objects.commit_head(id)?)))),
    }
}

/// All commits that changed each path, as `git log -- path` tells it.
pub(crate) fn all(objects: &Objects, wanted: &Wanted, start: Oid) -> Result<Found> {
    let mut found = vec![Vec::new(); wanted.count() as usize];
    // A path may reach a commit on several ways, so each commit must wait for all its children.
    let (commits, order) = children_first(objects, start)?;
    let mut pending: Vec<Option<Set>> = vec![None; commits.heads.len()];
    let mut waiting = 1;
    pending[0] = Some(Set::full(wanted.count()));
    let give = |pending: &mut Vec<Option<Set>>, waiting: &mut usize, parent: Oid, set: Set| match &mut pending
        [commits.numbers[&parent]]
    {
        Some(waiting) => waiting.add(set),
        place => {
            *place = Some(set);
            *waiting += 1;
        }
    };
    for number in order {
        let Some(active) = pending[number].take() else { continue };
        let (id, commit) = &commits.heads[number];
        waiting -= 1;
        let tree = |parent: Oid| Ok(commits.heads[commits.numbers[&parent]].1.tree);
        let step = step(objects, wanted, commit, active, tree)?;
        for (parent, set) in step.unchanged {
            give(&mut pending, &mut waiting, parent, set);
        }
        if !step.changed.is_empty() {
            for path in &step.changed {
                found[*path as usize].push(*id);
            }
            // What changed here has a past on every side.
            for parent in &commit.parents {
                give(&mut pending, &mut waiting, *parent, Set::of(step.changed.clone()));
            }
        }
        if waiting == 0 {
            break;
        }
    }
    Ok(found)
}

/// What one commit does to the paths that reach it.
struct Step {
    /// The paths that it changed, sorted.
    changed: Vec<u32>,
    /// The paths that are the same in a parent, by parent.
    unchanged: Vec<(Oid, Set)>,
}

fn step(
    objects: &Objects,
    wanted: &Wanted,
    commit: &CommitHead,
    active: Set,
    mut tree: impl FnMut(Oid) -> Result<Oid>,
) -> Result<Step> {
    let mut unchanged = Vec::with_capacity(commit.parents.len());
    if commit.is_boundary {
        // Whether this commit changed a path cannot be told without its parents.
        return Ok(Step {
            changed: Vec::new(),
            unchanged,
        });
    }
    if commit.parents.is_empty() {
        let changed = differing(objects, wanted, &active, Some(commit.tree), None)?;
        return Ok(Step { changed, unchanged });
    }
    let mut rest = active;
    for parent in &commit.parents {
        let changed = differing(objects, wanted, &rest, Some(commit.tree), Some(tree(*parent)?))?;
        rest.remove(&changed);
        if !rest.is_empty() {
            unchanged.push((*parent, rest));
        }
        rest = Set::of(changed);
        if rest.is_empty() {
            break;
        }
    }
    Ok(Step {
        changed: rest.ids(),
        unchanged,
    })
}

/// The commits that one commit contains, numbered in the order in which they were met.
struct Commits {
    heads: Vec<(Oid, CommitHead)>,
    numbers: HashMap<Oid, usize>,
}

/// All commits that a commit contains, and their numbers in an order in which no commit stands before a child of it, younger ones first
/// where there is a choice.
fn children_first(objects: &Objects, start: Oid) -> Result<(Commits, Vec<usize>)> {
    let mut commits = Commits {
        heads: vec![(start, objects.commit_head(start)?)],
        numbers: HashMap::from([(start, 0)]),
    };
    let mut children = vec![0_u32];
    let mut next = 0;
    while next < commits.heads.len() {
        for parent in commits.heads[next].1.parents.clone() {
            let number = commits.heads.len();
            match commits.numbers.entry(parent) {
                Entry::Occupied(known) => children[*known.get()] += 1,
                Entry::Vacant(place) => {
                    place.insert(number);
                    commits.heads.push((parent, objects.commit_head(parent)?));
                    children.push(1);
                }
            }
        }
        next += 1;
    }
    let mut order = Vec::with_capacity(commits.heads.len());
    let mut ready = BinaryHeap::from([(commits.heads[0].1.time, Reverse(0_usize))]);
    while let Some((_, Reverse(number))) = ready.pop() {
        order.push(number);
        for parent in &commits.heads[number].1.parents {
            let parent = commits.numbers[parent];
            children[parent] -= 1;
            if children[parent] == 0 {
                ready.push((commits.heads[parent].1.time, Reverse(parent)));
            }
        }
    }
    Ok((commits, order))
}
