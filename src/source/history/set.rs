//! Sets of path ids that a walk carries from commit to commit. A large set is moved, not copied, so a commit costs as much as it changed.

/// A set of path ids below a common limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// Sorted ids.
    Few(Vec<u32>),
    /// One bit per id, and how many are set.
    Many {
        /// The bits, 64 to a word.
        words: Vec<u64>,
        /// How many are set.
        count: usize,
    },
}

impl Set {
    /// All ids below a limit.
    pub(crate) fn full(limit: u32) -> Self {
        let mut words = vec![u64::MAX; limit as usize / 64];
        if !limit.is_multiple_of(64) {
            words.push((1 << (limit % 64)) - 1);
        }
        Self::Many {
            words,
            count: limit as usize,
        }
    }

    /// A set of sorted ids.
    pub(crate) fn of(ids: Vec<u32>) -> Self {
        Self::Few(ids)
    }

    /// Whether it holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Few(ids) => ids.is_empty(),
            Self::Many { count, .. } => *count == 0,
        }
    }

    /// Whether it holds an id.
    pub(crate) fn contains(&self, id: u32) -> bool {
        match self {
            Self::Few(ids) => ids.binary_search(&id).is_ok(),
            Self::Many { words, .. } => words[id as usize / 64] & (1 << (id % 64)) != 0,
        }
    }

    /// Whether it holds any id of `start..end`.
    pub(crate) fn holds_any(&self, (start, end): (u32, u32)) -> bool {
        match self {
            Self::Few(ids) => ids.get(ids.partition_point(|id| *id < start)).is_some_and(|id| *id < end),
            Self::Many { words, .. } => {
                if start >= end {
                    return false;
                }
                let (first, last) = (start as usize / 64, (end - 1) as usize / 64);
                let from = u64::MAX << (start % 64);
                let to = u64::MAX >> (63 - (end - 1) % 64);
                if first == last {
                    return words[first] & from & to != 0;
                }
                words[first] & from != 0 || words[first + 1..last].iter().any(|word| *word != 0) || words[last] & to != 0
            }
        }
    }

    /// Takes away sorted ids, all of which it holds.
    pub(crate) fn remove(&mut self, taken: &[u32]) {
        match self {
            Self::Few(ids) => {
                let mut taken = taken.iter().peekable();
                ids.retain(|id| {
                    while taken.next_if(|next| *next < id).is_some() {}
                    taken.peek() != Some(&id)
                });
            }
            Self::Many { words, count } => {
                for id in taken {
                    words[*id as usize / 64] &= !(1 << (id % 64));
                }
                *count -= taken.len();
                // Few ids in many words are slow to search and to add.
                if *count < words.len() {
                    *self = Self::Few(self.ids());
                }
            }
        }
    }

    /// Adds all ids of another set with the same limit.
    pub(crate) fn add(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Many { words, count }, Self::Few(ids)) => {
                for id in ids {
                    let word = &mut words[id as usize / 64];
                    let bit = 1 << (id % 64);
                    *count += usize::from(*word & bit == 0);
                    *word |= bit;
                }
            }
            (Self::Many { words, count }, Self::Many { words: more, .. }) => {
                *count = 0;
                for (word, more) in words.iter_mut().zip(more) {
                    *word |= more;
                    *count += word.count_ones() as usize;
                }
            }
            (Self::Few(_), mut larger @ Self::Many { .. }) => {
                std::mem::swap(self, &mut larger);
                self.add(larger);
            }
            (Self::Few(ids), Self::Few(more)) => {
                if ids.is_empty() {
                    *ids = more;
                } else if !more.is_empty() {
                    *ids = merged(ids, &more);
                }
            }
        }
    }

    /// The ids, sorted.
    pub(crate) fn ids(&self) -> Vec<u32> {
        match self {
            Self::Few(ids) => ids.clone(),
            Self::Many { words, count } => {
                let mut ids = Vec::with_capacity(*count);
                for (index, word) in words.iter().enumerate() {
                    let mut rest = *word;
                    while rest != 0 {
                        ids.push(index as u32 * 64 + rest.trailing_zeros());
                        rest &= rest - 1;
                    }
                }
                ids
            }
        }
    }
}

/// The ids of two sorted lists, sorted, each once.
fn merged(left: &[u32], right: &[u32]) -> Vec<u32> {
    let mut ids = Vec::with_capacity(left.len() + right.len());
    let (mut one, mut other) = (left.iter().copied().peekable(), right.iter().copied().peekable());
    while let (Some(left), Some(right)) = (one.peek(), other.peek()) {
        let next = *left.min(right);
        one.next_if_eq(&next);
        other.next_if_eq(&next);
        ids.push(next);
    }
    ids.extend(one);
    ids.extend(other);
    ids
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Set;

    #[test]
    fn a_full_set_holds_every_id_below_its_limit() {
        for limit in [0, 1, 63, 64, 65, 128, 200] {
            assert_eq!(Set::full(limit).ids(), (0..limit).collect::<Vec<_>>());
            assert_eq!(Set::full(limit).is_empty(), limit == 0);
        }
    }

    proptest! {
        #[test]
        fn sets_do_what_ordered_sets_do(
            taken in proptest::collection::vec(proptest::collection::btree_set(0u32..300, 0..250), 1..4),
            more in proptest::collection::btree_set(0u32..300, 0..20),
            range in (0u32..300, 0u32..300),
        ) {
            let mut set = Set::full(300);
            let mut model: BTreeSet<u32> = (0..300).collect();
            for ids in taken {
                let held: Vec<u32> = ids.into_iter().filter(|id| model.contains(id)).collect();
                set.remove(&held);
                model.retain(|id| !held.contains(id));
            }
            prop_assert_eq!(set.ids(), model.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(set.is_empty(), model.is_empty());
            let range = (range.0.min(range.1), range.0.max(range.1));
            prop_assert_eq!(set.holds_any(range), model.range(range.0..range.1).next().is_some());
            let mut other = Set::of(more.iter().copied().collect());
            let mut both = set.clone();
            both.add(other.clone());
            model.extend(&more);
            prop_assert_eq!(both.ids(), model.iter().copied().collect::<Vec<_>>());
            other.add(set);
            prop_assert_eq!(other.ids(), both.ids());
            for id in 0..300 {
                prop_assert_eq!(both.contains(id), model.contains(&id));
            }
        }
    }
}
