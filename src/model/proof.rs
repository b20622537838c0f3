//! What proves the artifacts of a release: each artifact against each statement about it.

use serde::Serialize;

use crate::model::provenance::Checked;

/// The artifacts of a release and what is stated about them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Proofs {
    /// The artifacts, sorted by name.
    pub(crate) artifacts: Vec<ProvenArtifact>,
    /// What runbooks say that a release publishes, in their order.
    pub(crate) declared: Vec<DeclaredArtifact>,
}

/// An artifact of a release: a file in its store, or a name that a statement or a list of checksums has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ProvenArtifact {
    /// The name; that of the file where there is one.
    pub(crate) name: String,
    /// The file in the store, by its path from the folder of the release.
    pub(crate) file: Option<String>,
    /// Whether it is something that a release publishes: a package or an archive by its name, or what a runbook declares. Other names stand
    /// in lists of checksums only.
    pub(crate) is_published: bool,
    /// Its SHA-256 digest: that of the file, else the one that is stated first.
    pub(crate) sha256: Option<String>,
    /// What is stated about it, by kind and file.
    pub(crate) proofs: Vec<Proof>,
}

impl ProvenArtifact {
    /// Whether a statement of this kind is about it and no digest contradicts it.
    pub(crate) fn has(&self, kind: ProofKind) -> bool {
        self.proofs.iter().any(|proof| {
            proof.kind == kind && proof.digest != DigestState::Differs && !matches!(proof.checked, Checked::Failed { .. })
        })
    }
}

/// A statement about an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Proof {
    /// What is stated.
    pub(crate) kind: ProofKind,
    /// The file that states it, by its path from the folder of the release.
    pub(crate) path: String,
    /// How its digest compares.
    pub(crate) digest: DigestState,
    /// What came of its signature.
    pub(crate) checked: Checked,
}

/// What is stated about an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProofKind {
    /// How it was built.
    Provenance,
    /// What it is made of.
    Sbom,
    /// That somebody verified it.
    Summary,
    /// Its digest, signed.
    Signature,
    /// Something else.
    Other,
    /// Its digest, in a list of checksums.
    Checksum,
}

/// How the digest that a statement gives compares with the artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DigestState {
    /// The file in the store has this digest.
    Matches,
    /// The file has another one, or another statement gives another one to the name.
    Differs,
    /// No file of this name or digest is in the store.
    FileAbsent,
    /// There is no digest that can be compared.
    NotComparable,
}

impl DigestState {
    /// The word of the state, as pages and tables have it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Matches => "digest-matches",
            Self::Differs => "digest-differs",
            Self::FileAbsent => "file-absent",
            Self::NotComparable => "not-comparable",
        }
    }
}

/// Something that a runbook says a release publishes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct DeclaredArtifact {
    /// Its name, with `*` for what differs from release to release.
    pub(crate) name: String,
    /// The runbook.
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The artifact of the release that has the name; none where nothing does.
    pub(crate) present: Option<String>,
}
