//! A file of the site.

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// The path from the root of the site, such as `runbooks/release/index.html`.
    pub(crate) url: String,
    /// The content.
    pub(crate) bytes: Vec<u8>,
}
