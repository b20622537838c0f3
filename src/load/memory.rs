//! What was read already is read once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// The value of a key, made outside the lock when it is not there yet; two makers of one key make equal values, and get the same one.
pub(crate) fn remember<K, V>(map: &Mutex<HashMap<K, Arc<V>>>, key: &K, make: impl FnOnce() -> Option<Arc<V>>) -> Option<Arc<V>>
where
    K: Clone + Eq + Hash,
{
    if let Some(value) = lock(map).get(key) {
        return Some(Arc::clone(value));
    }
    let value = make()?;
    // Of two makers the first one counts, for both: whoever asks whether a value is the one that is known here compares the place of it.
    let known = Arc::clone(lock(map).entry(key.clone()).or_insert(value));
    Some(known)
}

/// The lock of a cache; a thread that panicked while it held the lock left a whole map behind.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    use super::remember;

    #[test]
    fn two_makers_of_one_value_get_the_same_one() {
        let map = Mutex::new(HashMap::new());
        let mut inner = None;
        let outer = remember(&map, &1, || {
            // Somebody else is quicker.
            inner = remember(&map, &1, || Some(Arc::new("text")));
            Some(Arc::new("text"))
        });
        let (outer, inner) = (outer.expect("it was made"), inner.expect("it was made"));
        assert!(Arc::ptr_eq(&outer, &inner));
    }
}
