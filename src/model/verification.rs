//! What a check of the evidence store, and of a published site, found.

use serde::Serialize;

use crate::model::gate::ReleaseState;

/// Everything that was checked, and everything that differs.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Verification {
    /// The releases with a record, oldest first, and how they stand.
    pub(crate) releases: Vec<VerifiedRelease>,
    /// Files of evidence whose digest and length were computed anew.
    pub(crate) files: usize,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Records that name the record before them.
    pub(crate) links: usize,
    /// Records and amendments that were compared with the commit that added them.
    pub(crate) committed: usize,
    /// Records that this clone lacks the history to compare with.
    pub(crate) unheld: usize,
    /// Pages and other files of a site or of a pack that were compared.
    pub(crate) pages: usize,
    /// Whether they are of a pack.
    pub(crate) is_pack: bool,
    /// What differs, the oldest first.
    pub(crate) differences: Vec<Difference>,
    /// What could not be checked, one sentence each.
    pub(crate) unchecked: Vec<String>,
}

/// A release that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct VerifiedRelease {
    /// The product; empty where the repository is one.
    pub(crate) product: String,
    /// The version.
    pub(crate) version: String,
    /// The verdict, computed anew.
    pub(crate) state: ReleaseState,
}

/// What kind of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DifferenceKind {
    /// The record, the tag, the chain of records or git disagree.
    Record,
    /// A record or an amendment was removed.
    RecordRemoved,
    /// A record or an amendment is not the one that was committed first.
    RecordRewritten,
    /// A file has other bytes than recorded.
    FileChanged,
    /// A recorded file is not there.
    FileRemoved,
    /// The bytes of a file are as recorded, and the recorded length is another one.
    FileLength,
    /// No record names a file of the store.
    FileUnrecorded,
    /// A file has the bytes of the evidence of another release.
    SharedDigest,
    /// The signature of a statement does not hold, or somebody else signed than who may.
    Signature,
    /// A file of the store cannot be read, or is not as its schema has it.
    Unreadable,
    /// A file of a site is not as its manifest says.
    Manifest,
    /// A file of a site is not what the repository gives.
    Page,
}

impl DifferenceKind {
    /// The kind in a few words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::RecordRemoved => "record removed",
            Self::RecordRewritten => "record rewritten",
            Self::FileChanged => "changed",
            Self::FileRemoved => "removed",
            Self::FileLength => "wrong length",
            Self::FileUnrecorded => "not recorded",
            Self::SharedDigest => "same bytes twice",
            Self::Signature => "signature",
            Self::Unreadable => "not as it must be",
            Self::Manifest => "not as the manifest",
            Self::Page => "not as made anew",
        }
    }
}

/// Something that differs from what was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    /// The kind.
    pub(crate) kind: DifferenceKind,
    /// The version that it concerns; empty for a site.
    pub(crate) version: String,
    /// The file.
    pub(crate) path: String,
    /// The line, where one is known.
    pub(crate) line: Option<u32>,
    /// What differs, in one line without full stop.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: String,
}
