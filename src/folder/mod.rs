//! A folder that is held open: what lies in it is reached step by step, and no step goes through a link.
//!
//! A check of a path followed by a use of the path can be led astray in between; a folder that is held open cannot. Reading, making,
//! moving and removing therefore all start from one. Where the system has no such calls (`plain.rs`) each step is checked by its
//! path right before it is used.

pub(crate) mod door;
#[cfg(unix)]
pub(crate) mod fault;
pub(crate) mod kind;
#[cfg(not(unix))]
mod plain;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use plain::Folder;
#[cfg(unix)]
pub(crate) use unix::Folder;

#[cfg(test)]
#[cfg(unix)]
mod tests;
