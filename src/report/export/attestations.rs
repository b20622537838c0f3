//! The table of attestations.

use crate::model::provenance::Checked;
use crate::report::export::table::{Cell, Kind, PRODUCT, RELEASE, REPOSITORY, Source, Table, column, row};

/// The table.
pub(super) const TABLE: Table = Table {
    name: "attestations",
    about: "A statement about an artifact of a release. An artifact about which nothing is stated has one row without a statement.",
    columns: &[
        REPOSITORY,
        PRODUCT,
        RELEASE,
        column("artifact", Kind::Text, "The name of the artifact."),
        column(
            "file",
            Kind::Text,
            "The artifact in the store, by its path from the folder of the release; empty where it is not kept.",
        ),
        column(
            "sha256",
            Kind::Text,
            "The digest of the file, else the one that is stated first.",
        ),
        column(
            "kind",
            Kind::Text,
            "What is stated: `provenance`, `sbom`, `summary`, `signature`, `checksum`, `other`.",
        ),
        column("statement", Kind::Text, "The file that states it."),
        column(
            "digest",
            Kind::Text,
            "How its digest compares: `digest-matches`, `digest-differs`, `file-absent`, `not-comparable`.",
        ),
        column(
            "signature",
            Kind::Text,
            "`verified`, `signer-not-judged`, `signature-failed`, `not-checked` or `unsigned`.",
        ),
        column("signer", Kind::Text, "Who signed, where the signature holds."),
    ],
    rows,
};

fn rows(source: &Source<'_>, add: &mut dyn FnMut(Vec<Cell<'_>>)) {
    for (judged, start) in source.releases() {
        for artifact in &judged.proofs.artifacts {
            let own = row(
                &start,
                [
                    Cell::text(&artifact.name),
                    Cell::maybe(artifact.file.as_deref()),
                    Cell::maybe(artifact.sha256.as_deref()),
                ],
            );
            if artifact.proofs.is_empty() {
                add(row(&own, [const { Cell::Empty }; 5]));
            }
            for proof in &artifact.proofs {
                let signer = match &proof.checked {
                    Checked::Good { signer } | Checked::Verified { signer } => signer.identity.as_str(),
                    _ => "",
                };
                add(row(
                    &own,
                    [
                        Cell::word(proof.kind),
                        Cell::text(&proof.path),
                        Cell::text(proof.digest.word()),
                        Cell::text(proof.checked.word()),
                        Cell::text(signer),
                    ],
                ));
            }
        }
    }
}
