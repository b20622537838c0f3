//! Provenance: statements about artifacts by their digests, signed or not.

use serde::{Deserialize, Serialize};

/// Statements about artifacts, from one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Provenance {
    /// Whether anybody signed. A signature that is there is not a signature that was verified: reading checks none.
    pub(crate) signature: Signature,
    /// Signatures that the file holds.
    pub(crate) signatures: u64,
    /// The documents in the file: one, or one a line.
    pub(crate) documents: u64,
    /// The version of the form, as written: a media type, a payload type.
    pub(crate) form: String,
    /// The statements.
    pub(crate) statements: Vec<Statement>,
}

/// What is known of the signatures of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Signature {
    /// There is none.
    #[default]
    Absent,
    /// There is at least one for every statement, and nothing has checked it.
    NotChecked,
    /// Some statements have one and others have none; nothing has checked them.
    Partial,
}

/// One statement: these artifacts were made in this way, contain this, passed this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Statement {
    /// The type of the statement, as written; empty where a bare digest was signed.
    pub(crate) kind: String,
    /// What is stated, by type, such as `https://slsa.dev/provenance/v1`.
    pub(crate) predicate_type: String,
    /// The artifacts.
    pub(crate) subjects: Vec<ProvenanceSubject>,
    /// Who built, as it says itself.
    pub(crate) builder: String,
    /// How it was built, by type.
    pub(crate) build_type: String,
    /// What it was built from: addresses with digests, at most 200.
    pub(crate) materials: Vec<ProvenanceSubject>,
    /// How many things it was built from.
    pub(crate) material_count: u64,
    /// The run that built, as an address or an id.
    pub(crate) invocation: String,
    /// When the build began, as written.
    pub(crate) started: Option<String>,
    /// When the build ended, as written.
    pub(crate) finished: Option<String>,
    /// What a verification came to, as written: `PASSED` of a verification summary.
    pub(crate) result: String,
}

/// An artifact by name and digests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProvenanceSubject {
    /// The name, or the address; may be empty.
    pub(crate) name: String,
    /// The digests as `algorithm:value`, sorted.
    pub(crate) digests: Vec<String>,
}
