//! Where two lines of history come from.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::Oid;

use crate::error::Result;
use crate::model::history::CommitId;
use crate::source::objects::Objects;
use crate::source::repository::{Repository, parse_id};

/// The commit is contained in the first one, and in the second one.
const LEFT: u8 = 1;
const RIGHT: u8 = 2;
/// A common ancestor contains it, so it is not one of the best.
const STALE: u8 = 4;

/// A commit that both commits contain and that no other such commit contains: what `git merge-base` tells. Of several, the youngest; of
/// several of one age, the one with the smallest id. None when the two have nothing in common, or nothing that this clone has.
pub(crate) fn merge_base(repository: &Repository, left: &str, right: &str) -> Result<Option<CommitId>> {
    let objects = repository.objects();
    let candidates = candidates(objects, parse_id(left)?, parse_id(right)?)?;
    let best = match candidates.as_slice() {
        [] | [_] => candidates,
        _ => independent(objects, candidates)?,
    };
    let best = best.into_iter().max_by_key(|(time, id)| (*time, Reverse(*id)));
    Ok(best.map(|(_, id)| id.to_string()))
}

/// Common ancestors, each with its time: all of the best, and with wrong dates also some that others of them contain.
fn candidates(objects: &Objects, left: Oid, right: Oid) -> Result<Vec<(i64, Oid)>> {
    let mut flags: HashMap<Oid, u8> = HashMap::new();
    let mut order = BinaryHeap::new();
    // How many commits wait that may still lead to a best one.
    let mut hopeful = 0_usize;
    for (id, flag) in [(left, LEFT), (right, RIGHT)] {
        let known = flags.entry(id).or_default();
        if *known == 0 {
            hopeful += 1;
            order.push((objects.commit_head(id)?.time, id));
        }
        *known |= flag;
    }
    // Every commit waits at most once at a time.
    let mut waiting: HashSet<Oid> = HashSet::from([left, right]);
    let mut found: Vec<(i64, Oid)> = Vec::new();
    while hopeful > 0
        && let Some((time, id)) = order.pop()
    {
        waiting.remove(&id);
        let mut mark = flags[&id];
        if mark & STALE == 0 {
            hopeful -= 1;
            if mark == LEFT | RIGHT {
                found.push((time, id));
                mark |= STALE;
            }
        }
        for parent in objects.commit_head(id)?.parents {
            let known = flags.entry(parent).or_default();
            let was_hopeful = waiting.contains(&parent) && *known & STALE == 0;
            if *known & mark == mark {
                continue;
            }
            *known |= mark;
            let is_hopeful = *known & STALE == 0;
            if waiting.insert(parent) {
                order.push((objects.commit_head(parent)?.time, parent));
            }
            match (was_hopeful, is_hopeful) {
                (false, true) => hopeful += 1,
                (true, false) => hopeful -= 1,
                _ => {}
            }
        }
    }
    found.retain(|(_, id)| flags[id] & STALE == 0);
    Ok(found)
}

/// The commits of a list that no other commit of it contains.
fn independent(objects: &Objects, mut commits: Vec<(i64, Oid)>) -> Result<Vec<(i64, Oid)>> {
    let mut contained: HashSet<Oid> = HashSet::new();
    let mut pending = Vec::new();
    for (_, id) in &commits {
        pending.extend(objects.commit_head(*id)?.parents);
    }
    while let Some(id) = pending.pop() {
        if contained.insert(id) {
            pending.extend(objects.commit_head(id)?.parents);
        }
    }
    commits.retain(|(_, id)| !contained.contains(id));
    Ok(commits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::merge_base;
    use crate::source::history::tests::{import, plan};
    use crate::source::testing::{TestRepository, open};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn random_histories_have_the_merge_bases_that_git_knows(
            plans in proptest::collection::vec(plan(), 2..24),
            pairs in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 6),
        ) {
            let Some(test) = TestRepository::new() else { return Ok(()) };
            import(&test, &plans);
            let repository = test.open();
            for (left, right) in pairs {
                let id = |index: prop::sample::Index| test.git(&["rev-parse", &format!("c{}", index.index(plans.len()))]);
                let (left, right) = (id(left), id(right));
                // Git tells nothing by its exit code; the list of ancestors tells the same.
                let both = test.git(&["rev-list", "--ignore-missing", &left, &right]);
                prop_assert!(!both.is_empty());
                let base = merge_base(&repository, &left, &right).unwrap();
                prop_assert_eq!(&base, &merge_base(&repository, &right, &left).unwrap());
                let of = |id: &str| test.git(&["rev-list", id]).lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
                let common: Vec<String> = of(&left).intersection(&of(&right)).cloned().collect();
                match base {
                    None => prop_assert!(common.is_empty()),
                    Some(base) => {
                        let bases = test.git(&["merge-base", "--all", &left, &right]);
                        prop_assert!(bases.lines().any(|line| line == base), "{} of {}", base, bases);
                    }
                }
            }
        }
    }

    #[test]
    fn a_criss_cross_has_one_answer_from_both_sides() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a", "1")], "base");
        test.git(&["branch", "other"]);
        let left = test.commit(&[("b", "1")], "left");
        test.git(&["checkout", "--quiet", "other"]);
        let right = test.commit(&[("c", "1")], "right");
        test.merge(&[&left]);
        test.git(&["checkout", "--quiet", "main"]);
        test.merge(&[&right]);
        let (one, other) = (test.git(&["rev-parse", "main"]), test.git(&["rev-parse", "other"]));
        assert_eq!(test.git(&["merge-base", "--all", &one, &other]).lines().count(), 2);
        let repository = test.open();
        let base = merge_base(&repository, &one, &other).unwrap();
        assert_eq!(base, Some(right), "the younger of the two");
        assert_eq!(base, merge_base(&repository, &other, &one).unwrap());
    }

    #[test]
    fn lines_without_a_common_commit_have_no_base() {
        let Some(test) = TestRepository::new() else { return };
        let one = test.commit(&[("a", "1")], "one");
        test.git(&["checkout", "--quiet", "--orphan", "other"]);
        let other = test.commit(&[("b", "1")], "other");
        let repository = test.open();
        assert_eq!(merge_base(&repository, &one, &other).unwrap(), None);
        assert_eq!(merge_base(&repository, &one, &one).unwrap(), Some(one.clone()));
        assert!(merge_base(&repository, &one, &"12".repeat(20)).is_err());
    }

    #[test]
    fn the_boundary_of_a_shallow_clone_is_not_taken_for_the_root() {
        let Some(test) = TestRepository::new() else { return };
        let root = test.commit(&[("a", "1")], "root");
        test.git(&["branch", "side"]);
        let main = test.commit(&[("a", "2")], "main");
        test.git(&["checkout", "--quiet", "side"]);
        let side = test.commit(&[("b", "1")], "side");
        let full = test.open();
        assert_eq!(merge_base(&full, &main, &side).unwrap(), Some(root.clone()));
        assert_eq!(full.parents(&main).unwrap(), std::slice::from_ref(&root));
        assert!(!full.is_boundary(&root).unwrap() && full.parents(&root).unwrap().is_empty());
        let url = format!("file://{}", test.path().display());
        test.git(&["clone", "--quiet", "--depth=1", "--no-single-branch", &url, "clone"]);
        let clone = open(&test.join("clone"));
        assert_eq!(merge_base(&clone, &main, &side).unwrap(), None);
        assert!(clone.is_boundary(&main).unwrap() && clone.parents(&main).unwrap().is_empty());
    }
}
