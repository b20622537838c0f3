//! Who did what for a release, so that one person in two seats is seen.

use serde::Serialize;

/// Who did what for a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Separation {
    /// Everything that somebody did, in the order of the work: wrote, agreed, accepted, deployed.
    pub(crate) acts: Vec<Act>,
    /// What can be said of it, one sentence each.
    pub(crate) said: Vec<Said>,
}

/// Something that somebody did.
#[allow(clippy::struct_field_names, reason = "the act is what it is called in the twin of the page")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Act {
    /// What it was: `wrote the commit`, `approved`.
    pub(crate) act: String,
    /// In which role; empty where nothing says it.
    pub(crate) role: String,
    /// Who, as the file or git has it; empty where nothing says it.
    pub(crate) who: String,
    /// When, as written; empty where nothing says it.
    pub(crate) at: String,
    /// Where it is known from: a file, or `git`.
    pub(crate) from: String,
}

/// A sentence on the separation of duties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Said {
    /// How it stands.
    pub(crate) standing: Apart,
    /// The sentence.
    pub(crate) sentence: String,
}

/// Whether two seats were held by two people.
#[allow(clippy::enum_variant_names, reason = "the word stands in the twin of the page")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Apart {
    /// They were.
    Apart,
    /// One person held both.
    Same,
    /// Nothing can tell.
    Unknown,
}
