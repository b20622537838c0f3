//! Where the user says that the evidence is.

use std::path::PathBuf;

/// Where the evidence is, as the user says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the tree of the branch.
    #[default]
    Tree,
    /// On another branch, with the same layout.
    Revision(String),
    /// In a folder, with the same layout.
    Folder(PathBuf),
}
