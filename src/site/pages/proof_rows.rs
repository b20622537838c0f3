//! The artifacts of a release and what proves them, as rows of a table.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use crate::model::handbook::JudgedRelease;
use crate::model::proof::{DeclaredArtifact, DigestState, Proof, ProofKind, ProvenArtifact};
use crate::model::provenance::Checked;
use crate::site::pages::evidence_words::addresses;
use crate::site::shared::ProductSite;
use crate::site::words::count as count_of;

/// Artifacts of one release that a page lists; its twin has all of them.
const MOST: usize = 200;

/// What a page shows of the artifacts of a release.
#[derive(Serialize)]
pub(super) struct ProofFacts<'site> {
    /// The artifacts, as far as a page lists them.
    rows: Vec<Row<'site>>,
    /// How many there are.
    total: usize,
    /// The kinds of statements about them, for the columns.
    tally: ProofTally,
    /// Why signatures were not checked, each reason once.
    unchecked: Vec<&'site str>,
    /// What runbooks declare.
    declared: usize,
    /// What of that is missing.
    missing: Vec<&'site DeclaredArtifact>,
}

/// Artifacts and statements of a release, counted.
#[derive(Default, Serialize)]
pub(super) struct ProofTally {
    /// Artifacts.
    pub(super) artifacts: usize,
    /// Of them, those with provenance that nothing contradicts.
    pub(super) with_provenance: usize,
    /// Of what a release publishes, what has none.
    pub(super) without: usize,
    /// Artifacts of which some digest differs.
    pub(super) differ: usize,
    /// Statements by what came of their signatures.
    pub(super) verified: usize,
    pub(super) good: usize,
    pub(super) failed: usize,
    pub(super) not_checked: usize,
    pub(super) unsigned: usize,
    /// The same in words.
    pub(super) signatures: String,
    /// Declared names that are missing.
    pub(super) missing: usize,
}

impl ProofTally {
    /// What came of the signatures, in words.
    fn in_words(&self) -> String {
        let counts = [
            (self.verified, "verified"),
            (self.good, "good with a signer that is not judged"),
            (self.failed, "failed"),
            (self.not_checked, "not checked"),
            (self.unsigned, "without a signature"),
        ];
        let told: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{} {words}", count_of(*count as u64)))
            .collect();
        if told.is_empty() {
            "nothing is stated".to_owned()
        } else {
            told.join(", ")
        }
    }
}

#[derive(Serialize)]
struct Row<'site> {
    name: &'site str,
    /// The page of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'site str>,
    sha256: Option<&'site str>,
    /// Whether anything states how it was built, and nothing contradicts that.
    has_provenance: bool,
    /// Whether it is something that a release publishes.
    is_published: bool,
    provenance: Vec<Cell<'site>>,
    sbom: Vec<Cell<'site>>,
    summary: Vec<Cell<'site>>,
    other: Vec<Cell<'site>>,
}

#[derive(Serialize)]
struct Cell<'site> {
    file: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'site str>,
    kind: ProofKind,
    digest: &'static str,
    signature: &'static str,
    /// Who signed, or why nobody can say.
    #[serde(skip_serializing_if = "str::is_empty")]
    words: &'site str,
}

/// The counts of a release.
pub(super) fn tally(judged: &JudgedRelease) -> ProofTally {
    let proofs = &judged.proofs;
    let mut tally = ProofTally {
        artifacts: proofs.artifacts.len(),
        with_provenance: proofs.artifacts.iter().filter(|row| row.has(ProofKind::Provenance)).count(),
        without: proofs
            .artifacts
            .iter()
            .filter(|row| row.is_published && !row.has(ProofKind::Provenance))
            .count(),
        differ: proofs.artifacts.iter().filter(|row| differs(row)).count(),
        missing: proofs.declared.iter().filter(|declared| declared.present.is_none()).count(),
        ..ProofTally::default()
    };
    let stated = |proof: &&Proof| proof.kind != ProofKind::Checksum;
    for proof in proofs.artifacts.iter().flat_map(|row| &row.proofs).filter(stated) {
        match proof.checked {
            Checked::Verified { .. } => tally.verified += 1,
            Checked::Good { .. } => tally.good += 1,
            Checked::Failed { .. } => tally.failed += 1,
            Checked::Unverified { .. } => tally.not_checked += 1,
            Checked::Unsigned => tally.unsigned += 1,
        }
    }
    tally.signatures = tally.in_words();
    tally
}

fn differs(row: &ProvenArtifact) -> bool {
    row.proofs.iter().any(|proof| proof.digest == DigestState::Differs)
}

/// Whether there is anything to show of a release.
pub(super) fn has_any(judged: &JudgedRelease) -> bool {
    !judged.proofs.artifacts.is_empty() || !judged.proofs.declared.is_empty()
}

/// What a page shows of a release; none where nothing is known of artifacts. `urls` are the addresses of its files.
pub(super) fn proofs<'site>(judged: &'site JudgedRelease, urls: &'site Urls<'site>) -> Option<ProofFacts<'site>> {
    let proofs = &judged.proofs;
    let all = proofs.artifacts.iter().flat_map(|row| &row.proofs);
    let unchecked: BTreeSet<&str> = all
        .filter_map(|proof| match &proof.checked {
            Checked::Unverified { why } => Some(why.as_str()),
            _ => None,
        })
        .collect();
    has_any(judged).then(|| ProofFacts {
        rows: proofs
            .artifacts
            .iter()
            .take(MOST)
            .map(|artifact| row(artifact, urls))
            .collect(),
        total: proofs.artifacts.len(),
        tally: tally(judged),
        unchecked: unchecked.into_iter().collect(),
        declared: proofs.declared.len(),
        missing: proofs.declared.iter().filter(|declared| declared.present.is_none()).collect(),
    })
}

/// The addresses of the files of a release, by path.
pub(super) type Urls<'site> = HashMap<&'site str, String>;

/// The addresses of the files of a release.
pub(super) fn urls<'site>(product: &'site ProductSite, judged: &'site JudgedRelease) -> Urls<'site> {
    let paths = judged.release.evidence.iter().map(|file| file.path.as_str());
    paths.zip(addresses(product, judged)).collect()
}

fn row<'site>(artifact: &'site ProvenArtifact, urls: &'site Urls<'site>) -> Row<'site> {
    let url = |path: &str| urls.get(path).map(String::as_str);
    let cells = |wanted: &[ProofKind]| -> Vec<Cell<'site>> {
        let proofs = artifact.proofs.iter().filter(|proof| wanted.contains(&proof.kind));
        proofs
            .map(|proof| Cell {
                file: proof.path.rsplit('/').next().unwrap_or(&proof.path),
                url: url(&proof.path),
                kind: proof.kind,
                digest: proof.digest.word(),
                signature: proof.checked.word(),
                words: match &proof.checked {
                    Checked::Failed { why } => why,
                    Checked::Good { signer } | Checked::Verified { signer } => &signer.identity,
                    Checked::Unverified { .. } | Checked::Unsigned => "",
                },
            })
            .collect()
    };
    Row {
        name: &artifact.name,
        url: artifact.file.as_deref().and_then(url),
        sha256: artifact.sha256.as_deref(),
        has_provenance: artifact.has(ProofKind::Provenance),
        is_published: artifact.is_published,
        provenance: cells(&[ProofKind::Provenance]),
        sbom: cells(&[ProofKind::Sbom]),
        summary: cells(&[ProofKind::Summary]),
        other: cells(&[ProofKind::Signature, ProofKind::Other, ProofKind::Checksum]),
    }
}
