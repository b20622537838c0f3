//! Faults that tests put into the steps that change a disk: each step of a folder that makes, writes, moves or removes asks here first.
//! Outside of tests there are none, and nothing is asked.

#[cfg(not(test))]
use std::io::Result;

/// Asked before a step is taken.
#[cfg(not(test))]
#[inline]
#[allow(clippy::unnecessary_wraps, reason = "in tests there are faults")]
pub(super) fn step() -> Result<()> {
    Ok(())
}

/// Asked before a step is taken that only removes.
#[cfg(not(test))]
#[inline]
#[allow(clippy::unnecessary_wraps, reason = "in tests there are faults")]
pub(super) fn removing() -> Result<()> {
    Ok(())
}

#[cfg(test)]
pub(crate) use planned::{Fault, with};
#[cfg(test)]
pub(super) use planned::{removing, step};

#[cfg(test)]
mod planned {
    use std::cell::Cell;
    use std::io::{Error, ErrorKind, Result};

    thread_local! {
        /// What is planned for this thread, and how many steps it has taken.
        static PLAN: Cell<Option<(Fault, usize)>> = const { Cell::new(None) };
    }

    /// What goes wrong.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Fault {
        /// The step of this number and all behind it do not happen, as after a kill.
        Kill(usize),
        /// The step of this number fails, as on a full disk; those behind it happen.
        Once(usize),
        /// All steps from this number on fail that write, as on a disk that stays full; removing works.
        Full(usize),
        /// All steps from this number on fail that remove; writing works.
        Stuck(usize),
    }

    /// Runs something with a fault; tells how many steps it asked for. What it does in other threads has no faults.
    pub(crate) fn with<T>(fault: Fault, work: impl FnOnce() -> T) -> (T, usize) {
        PLAN.set(Some((fault, 0)));
        let done = work();
        let steps = PLAN.take().map_or(0, |(_, steps)| steps);
        (done, steps)
    }

    /// Asked before a step is taken.
    pub(in crate::folder) fn step() -> Result<()> {
        asked(false)
    }

    /// Asked before a step is taken that only removes.
    pub(in crate::folder) fn removing() -> Result<()> {
        asked(true)
    }

    fn asked(is_removing: bool) -> Result<()> {
        let Some((fault, steps)) = PLAN.get() else { return Ok(()) };
        PLAN.set(Some((fault, steps + 1)));
        let fails = match fault {
            Fault::Kill(from) => steps >= from,
            Fault::Once(at) => steps == at,
            Fault::Full(from) => steps >= from && !is_removing,
            Fault::Stuck(from) => steps >= from && is_removing,
        };
        if fails {
            Err(Error::new(ErrorKind::StorageFull, "a fault of the test"))
        } else {
            Ok(())
        }
    }
}
