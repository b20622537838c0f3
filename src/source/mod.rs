//! The only door to disk and git: trees, history, tags.
//!
//! Everything is read from git objects, never by checking out, and nothing is written. Refs, configuration and revisions go through
//! libgit2; commits and trees are read as raw bytes, because the walks over history and tags are much faster on them.

pub(crate) mod cache;
pub(crate) mod command;
pub(crate) mod commit;
pub(crate) mod disk;
pub(crate) mod history;
pub(crate) mod objects;
mod partial;
pub(crate) mod path;
pub(crate) mod remote;
pub(crate) mod repository;
pub(crate) mod root;
pub(crate) mod state;
pub(crate) mod tags;
pub(crate) mod tracked;
pub(crate) mod trailers;
pub(crate) mod tree;
pub(crate) mod watch;

#[cfg(test)]
pub(crate) mod testing;
