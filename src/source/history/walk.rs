//! The walks: every path follows the chain of commits that `git log -- path` would follow, all paths in one go.
//!
//! Where a path is the same in some parent, it goes on with the first such parent only, and the other side branches are not looked at;
//! where it differs from all of them, the commit has changed it. So the cost of a commit is the size of what it changed, whatever the
//! number of paths.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::rc::Rc;

use git2::Oid;

use crate::error::{Error, Result};
use crate::source::history::differences::differing;
use crate::source::history::set::Set;
use crate::source::history::wanted::Wanted;
use crate::source::objects::{CommitHead, Objects};

/// What a walk found: for each path id the commits that changed it, newest first.
pub(crate) type Found = Vec<Vec<Oid>>;

/// What is known already: for some commits and each path id the commits that changed it as seen from there, newest first; none where it
/// is not known.
pub(crate) type Known = HashMap<Oid, Vec<Option<Vec<Oid>>>>;

/// What the walk over all commits found.
pub(crate) struct All {
    /// The answers.
    pub(crate) found: Found,
    /// All commits that the start contains, itself included.
    pub(crate) commits: Vec<(Oid, CommitHead)>,
    /// How many of these commits had to be read.
    pub(crate) read: usize,
}

/// The last commit that changed each path, as `git log -1 -- path` tells it. Empty where no commit did, or where it lies beyond the
/// boundary of a shallow clone.
pub(crate) fn last(objects: &Objects, wanted: &Wanted, start: Oid, known: &Known) -> Result<Found> {
    let mut found = vec![Vec::new(); wanted.count() as usize];
    let first = objects.commit_head(start)?;
    let mut order = BinaryHeap::from([(first.time, start)]);
    let mut pending = HashMap::from([(start, Set::full(wanted.count()))]);
    let mut heads = HashMap::from([(start, Rc::new(first))]);
    // Dates order the work and nothing else: with wrong dates a commit may be visited more than once, with other paths each time.
    while let Some((_, id)) = order.pop() {
        let Some(mut active) = pending.remove(&id) else { continue };
        if let Some(known) = known.get(&id) {
            answer(&mut active, known, |path, commits| {
                found[path as usize].extend(commits.first());
            });
            if active.is_empty() {
                continue;
            }
        }
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

/// Takes the paths that are known out of a set.
fn answer(active: &mut Set, known: &[Option<Vec<Oid>>], mut each: impl FnMut(u32, &[Oid])) {
    let mut taken = active.ids();
    taken.retain(|path| {
        let commits = known[*path as usize].as_deref();
        commits.inspect(|commits| each(*path, commits)).is_some()
    });
    active.remove(&taken);
}

/// All commits that changed each path, as `git log -- path` tells it. Commits of `read` need not be read again.
pub(crate) fn all(objects: &Objects, wanted: &Wanted, start: Oid, known: &Known, read: HashMap<Oid, CommitHead>) -> Result<All> {
    let mut found = vec![Vec::new(); wanted.count() as usize];
    // A path may reach a commit on several ways, so each commit must wait for all its children.
    let (commits, order) = children_first(objects, start, read)?;
    // Paths with answers that were known, and the commits of these: another way may lead to some of them. What lies behind such a commit
    // is part of the answer.
    let mut joined: HashMap<u32, HashSet<Oid>> = HashMap::new();
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
    for number in &order {
        let Some(mut active) = pending[*number].take() else { continue };
        let (id, commit) = &commits.heads[*number];
        waiting -= 1;
        if let Some(known) = known.get(id) {
            answer(&mut active, known, |path, commits| {
                found[path as usize].extend_from_slice(commits);
                joined.entry(path).or_default().extend(commits);
            });
        }
        if active.is_empty() {
            continue;
        }
        let tree = |parent: Oid| Ok(commits.heads[commits.numbers[&parent]].1.tree);
        let step = step(objects, wanted, commit, active, tree)?;
        for (parent, set) in step.unchanged {
            give(&mut pending, &mut waiting, parent, set);
        }
        let mut changed = step.changed;
        changed.retain(|path| joined.get(path).is_none_or(|known| !known.contains(id)));
        if !changed.is_empty() {
            for path in &changed {
                found[*path as usize].push(*id);
            }
            // What changed here has a past on every side.
            for parent in &commit.parents {
                give(&mut pending, &mut waiting, *parent, Set::of(changed.clone()));
            }
        }
        if waiting == 0 {
            break;
        }
    }
    if !joined.is_empty() {
        let mut ranks = vec![0; order.len()];
        for (rank, number) in order.iter().enumerate() {
            ranks[*number] = rank;
        }
        for path in joined.into_keys() {
            let list = &mut found[path as usize];
            if list.iter().any(|id| !commits.numbers.contains_key(id)) {
                return Err(Error::unjudged("what was kept of history does not belong to it"));
            }
            list.sort_by_key(|id| ranks[commits.numbers[id]]);
            list.dedup();
        }
    }
    Ok(All {
        found,
        commits: commits.heads,
        read: commits.read,
    })
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
    /// How many had to be read.
    read: usize,
}

/// All commits that a commit contains, and their numbers in an order in which no commit stands before a child of it, younger ones first
/// where there is a choice.
fn children_first(objects: &Objects, start: Oid, mut known: HashMap<Oid, CommitHead>) -> Result<(Commits, Vec<usize>)> {
    let mut read = 0;
    let mut head = |id: Oid| {
        known.remove(&id).map_or_else(
            || {
                read += 1;
                objects.commit_head(id)
            },
            Ok,
        )
    };
    let mut commits = Commits {
        heads: vec![(start, head(start)?)],
        numbers: HashMap::from([(start, 0)]),
        read: 0,
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
                    commits.heads.push((parent, head(parent)?));
                    children.push(1);
                }
            }
        }
        next += 1;
    }
    commits.read = read;
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
