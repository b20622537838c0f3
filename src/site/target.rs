//! A page that is to be made.

/// What is to be made. What `outer` and `inner` count, each kind says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// The address.
    pub(crate) address: String,
    /// What stands there, in words, for a clash of addresses.
    pub(crate) owner: String,
    /// The product; none for pages above several.
    pub(crate) product: Option<usize>,
    /// The edition or release.
    pub(crate) outer: usize,
    /// The runbook, file or part.
    pub(crate) inner: usize,
    /// Whether an edition is read under `latest`.
    pub(crate) is_latest: bool,
    /// Whether the words of its edition are left as gaps. See `mould`.
    pub(crate) has_gaps: bool,
}
