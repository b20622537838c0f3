//! A command as a shell would take it apart, and what is gathered from it: words, folders, places, references.
//!
//! Nothing here knows any program; what the words of one mean stands in its file in `tools`.

pub(crate) mod arguments;
pub(crate) mod blanks;
pub(crate) mod call;
pub(crate) mod directory;
pub(crate) mod exit;
pub(crate) mod folders;
pub(crate) mod mapped;
mod masked;
pub(crate) mod name;
pub(crate) mod path;
pub(crate) mod placeholder;
pub(crate) mod powershell;
#[cfg(test)]
pub(crate) mod shown;
pub(crate) mod simple;
pub(crate) mod sink;
pub(crate) mod words;
