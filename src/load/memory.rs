//! What was read already is read once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// The value of a key, made outside the lock when it is not there yet; two makers of one key make equal values.
pub(crate) fn remember<K, V>(map: &Mutex<HashMap<K, Arc<V>>>, key: &K, make: impl FnOnce() -> Option<Arc<V>>) -> Option<Arc<V>>
where
    K: Clone + Eq + Hash,
{
    if let Some(value) = lock(map).get(key) {
        return Some(Arc::clone(value));
    }
    let value = make()?;
    lock(map).insert(key.clone(), Arc::clone(&value));
    Some(value)
}

/// The lock of a cache; a thread that panicked while it held the lock left a whole map behind.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
