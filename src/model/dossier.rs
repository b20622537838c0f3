//! A release as one document, and two of them compared: what `release`, `collect`, `amend` and `diff` print.

use serde::Serialize;

use crate::model::change::ComponentChanges;
use crate::model::gate::{Gate, Outcome, ReleaseState};
use crate::model::handbook::JudgedRelease;

/// A release with everything that is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Dossier {
    /// The product; empty where the repository is one.
    pub(crate) product: String,
    /// The release and its judgement.
    pub(crate) judged: JudgedRelease,
    /// The gates that it was judged by, in their order.
    pub(crate) gates: Vec<Gate>,
    /// Who signed what.
    pub(crate) sign_offs: Vec<SignOff>,
    /// Whether its record is only as it would be once it is committed.
    pub(crate) is_preview: bool,
}

/// Somebody's word on a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct SignOff {
    /// The role.
    pub(crate) role: String,
    /// What was decided, in the words of the file.
    pub(crate) decision: String,
    /// When, as written.
    pub(crate) at: String,
    /// What they said about it.
    pub(crate) note: String,
    /// Where it stands.
    pub(crate) path: String,
}

/// Two releases compared.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    /// The product; empty where the repository is one.
    pub(crate) product: String,
    /// The one that is compared with.
    pub(crate) before: Side,
    /// The other one.
    pub(crate) after: Side,
    /// Gates whose outcome or value differs, in their order.
    pub(crate) gates: Vec<GateChange>,
    /// Gates that are the same.
    pub(crate) gates_unchanged: usize,
    /// Files of evidence that differ, by path.
    pub(crate) evidence: Vec<FileChange>,
    /// Files of evidence that are the same.
    pub(crate) evidence_unchanged: usize,
    /// Components; none where one of the two has no bill of materials.
    pub(crate) components: Option<ComponentChanges>,
    /// Runbooks whose text differs; none where the commit of one of the two is not in this clone.
    pub(crate) runbooks: Option<Vec<TextChange>>,
}

/// One of two releases.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Side {
    /// The version.
    pub(crate) version: String,
    /// The state.
    pub(crate) state: ReleaseState,
    /// The commit.
    pub(crate) commit: Option<String>,
}

/// A gate that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct GateChange {
    /// The gate, by id.
    pub(crate) gate: String,
    /// The outcome before; none where the gate was not there.
    pub(crate) before: Option<Outcome>,
    /// The outcome now.
    pub(crate) after: Option<Outcome>,
    /// The word for the outcome before, as the dossier has it; empty where the gate was not there.
    pub(crate) word_before: &'static str,
    /// The word for the outcome now.
    pub(crate) word_after: &'static str,
    /// The value before.
    pub(crate) value_before: String,
    /// The value now.
    pub(crate) value_after: String,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FileChangeKind {
    /// It is new.
    Added,
    /// It has other bytes.
    Changed,
    /// It is gone.
    Removed,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FileChange {
    /// The path from the folder of the release.
    pub(crate) path: String,
    /// What happened.
    pub(crate) kind: FileChangeKind,
    /// The digest before.
    pub(crate) before: Option<String>,
    /// The digest now.
    pub(crate) after: Option<String>,
}

/// A text that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TextChange {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// What happened.
    pub(crate) kind: FileChangeKind,
    /// Lines that are new.
    pub(crate) added: usize,
    /// Lines that are gone.
    pub(crate) removed: usize,
    /// The changed lines with those around them, as `diff -u` writes them.
    pub(crate) diff: String,
}
