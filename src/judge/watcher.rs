//! Who is told how far long work is.

/// Somebody who watches long work.
pub(crate) trait Watcher: Sync {
    /// A part of the work begins that has so many steps.
    fn begin(&self, message: &str, steps: usize);

    /// One step is done.
    fn step(&self);
}
