//! A cache that forgets what was not asked for lately.

use std::collections::HashMap;
use std::hash::Hash;

/// Values in two generations: when the young one is full it becomes the old one, and what was not asked for since is dropped.
pub(crate) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    /// What the young values weigh.
    weight: usize,
    /// What a generation may weigh.
    limit: usize,
}

impl<K: Eq + Hash + Copy, V: Clone> Recent<K, V> {
    /// An empty cache of which each generation may weigh so much.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            weight: 0,
            limit,
        }
    }

    /// A value, if it is still here. `weigh` tells what it weighs.
    pub(crate) fn find(&mut self, key: K, weigh: impl Fn(&V) -> usize) -> Option<V> {
        if let Some(value) = self.young.get(&key) {
            return Some(value.clone());
        }
        let value = self.old.remove(&key)?;
        self.keep(key, value.clone(), weigh(&value));
        Some(value)
    }

    /// Keeps a value.
    pub(crate) fn keep(&mut self, key: K, value: V, weight: usize) {
        if self.weight > self.limit {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut recent = Recent::new(2);
        for key in 0..100 {
            recent.keep(key, key, 1);
            assert_eq!(recent.find(0, |_| 1), Some(0), "after {key}");
        }
        assert_eq!(recent.find(99, |_| 1), Some(99));
        assert_eq!(recent.find(50, |_| 1), None);
    }
}
