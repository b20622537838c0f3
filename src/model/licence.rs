//! Licences of components, and what the settings say of them.

use serde::Serialize;

/// What the settings say of a licence. The order is the order of attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LicenceStanding {
    /// There is no way to use it without a licence that is denied.
    Denied,
    /// It needs somebody to look at it.
    Review,
    /// The settings say nothing of it.
    Unlisted,
    /// It is not stated, or in words that are no licence of the SPDX list.
    Unknown,
    /// It is allowed.
    Allowed,
}

/// A licence of components of the newest release with a bill of materials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JudgedLicence {
    /// The licence as written; empty where none is stated.
    pub(crate) written: String,
    /// The SPDX expression that it is read as; none where it cannot be read as one.
    pub(crate) expression: Option<String>,
    /// What the settings say of it; none where they say nothing of licences at all.
    pub(crate) standing: Option<LicenceStanding>,
    /// The components, as indexes into `Inventory::components`.
    pub(crate) components: Vec<usize>,
}
