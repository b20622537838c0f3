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

/// What came of looking at the signature of one statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(crate) enum Checked {
    /// There is none.
    #[default]
    Unsigned,
    /// There is one, and nobody checked it.
    #[serde(rename = "not-checked")]
    Unverified {
        /// Why not.
        why: String,
    },
    /// It does not hold, or somebody else signed than who may.
    Failed {
        /// What does not hold.
        why: String,
    },
    /// It holds, and the settings do not say who may sign.
    Good {
        /// Who signed.
        signer: Signer,
    },
    /// It holds, and the settings name who signed.
    Verified {
        /// Who signed.
        signer: Signer,
    },
}

impl Signer {
    /// Who signed, with who vouches for that where the certificate says so.
    pub(crate) fn words(&self) -> String {
        if self.issuer.is_empty() {
            return self.identity.clone();
        }
        format!("{} of {}", self.identity, self.issuer)
    }
}

impl Checked {
    /// The word of the state, as pages and tables have it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Unverified { .. } => "not-checked",
            Self::Failed { .. } => "signature-failed",
            Self::Good { .. } => "signer-not-judged",
            Self::Verified { .. } => "verified",
        }
    }
}

/// Who signed, by the certificate that the trust root vouches for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signer {
    /// The identity: the address of a workflow, or of mail.
    pub(crate) identity: String,
    /// Who vouches for the identity.
    pub(crate) issuer: String,
    /// When, by a time stamp or a log that the trust root knows.
    pub(crate) at: String,
}

/// One statement: these artifacts were made in this way, contain this, passed this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Statement {
    /// The document of the file that it stands in, from 0.
    pub(crate) document: u64,
    /// What came of its signature. Reading a file checks none.
    pub(crate) checked: Checked,
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

impl ProvenanceSubject {
    /// Its SHA-256 digest, 64 hex digits in lower case.
    pub(crate) fn sha256(&self) -> Option<String> {
        let value = self.digests.iter().find_map(|digest| digest.strip_prefix("sha256:"))?;
        let is_whole = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_whole.then(|| value.to_ascii_lowercase())
    }
}
