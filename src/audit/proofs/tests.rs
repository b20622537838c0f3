use crate::audit::testing::evidence_file;
use proptest::prelude::*;

use super::proofs;
use crate::model::evidence::{Artifact, Content, Evidence};
use crate::model::proof::{DeclaredArtifact, DigestState, ProofKind, ProvenArtifact};
use crate::model::provenance::{Checked, Provenance, ProvenanceSubject, Statement};
use crate::model::release::Release;
use crate::model::sbom::Sbom;

fn hash(letter: char) -> String {
    letter.to_string().repeat(64)
}

fn file(path: &str, letter: char, format: Option<&'static str>, content: Content) -> Evidence {
    Evidence {
        sha256: hash(letter),
        ..evidence_file(
            path,
            Artifact {
                format,
                content,
                ..Artifact::default()
            },
        )
    }
}

fn statement(path: &str, kind: &str, subjects: &[(&str, char)]) -> Evidence {
    let subject = |(name, letter): &(&str, char)| ProvenanceSubject {
        name: (*name).to_owned(),
        digests: vec![format!("sha256:{}", hash(*letter))],
    };
    let facts = Provenance {
        statements: vec![Statement {
            predicate_type: kind.to_owned(),
            subjects: subjects.iter().map(subject).collect(),
            ..Statement::default()
        }],
        ..Provenance::default()
    };
    let format = if kind.is_empty() { "checksums" } else { "intoto-statement" };
    file(path, '9', Some(format), Content::Provenance(Box::new(facts)))
}

fn of(evidence: Vec<Evidence>) -> Vec<ProvenArtifact> {
    let release = Release {
        evidence,
        ..Release::default()
    };
    proofs(&release, &[]).artifacts
}

/// The rows in short: `name kind:state, ...`.
fn lines(artifacts: &[ProvenArtifact]) -> Vec<String> {
    let proof = |proof: &super::Proof| format!("{:?}:{}", proof.kind, proof.digest.word());
    let line = |row: &ProvenArtifact| format!("{} {}", row.name, row.proofs.iter().map(proof).collect::<Vec<_>>().join(", "));
    artifacts.iter().map(line).collect()
}

const SLSA: &str = "https://slsa.dev/provenance/v1";

#[test]
fn each_artifact_stands_beside_what_is_stated_about_it() {
    let artifacts = of(vec![
        file("evidence/dist/a-1.0-py3-none-any.whl", 'a', None, Content::Unread),
        file("evidence/dist/b.whl", 'b', None, Content::Unread),
        file("evidence/dist/c.whl", 'c', None, Content::Unread),
        file(
            "evidence/sbom/a.json",
            'd',
            Some("cyclonedx-json"),
            Content::Sbom(Box::new(Sbom {
                subject: Some("A 1.0".to_owned()),
                ..Sbom::default()
            })),
        ),
        statement(
            "evidence/p.json",
            SLSA,
            &[("a-1.0-py3-none-any.whl", 'a'), ("b.whl", 'c'), ("gone.whl", 'e')],
        ),
        statement("evidence/SHA256SUMS", "", &[("dist/b.whl", 'b'), ("gone.whl", 'f')]),
    ]);
    assert_eq!(
        lines(&artifacts),
        [
            "a-1.0-py3-none-any.whl Provenance:digest-matches, Sbom:not-comparable",
            "b.whl Checksum:digest-matches",
            "c.whl Provenance:digest-matches",
            "gone.whl Provenance:digest-differs, Checksum:digest-differs",
        ]
    );
    assert!(artifacts[0].has(ProofKind::Provenance) && !artifacts[1].has(ProofKind::Provenance));
    assert!(
        !artifacts[3].has(ProofKind::Provenance),
        "what is contradicted proves nothing"
    );
}

#[test]
fn the_same_bytes_in_a_folder_and_at_an_address_are_one_artifact() {
    let artifacts = of(vec![
        statement("evidence/p.json", SLSA, &[("dist/cost.js", 'a'), ("dist/other.js", 'a')]),
        statement(
            "evidence/q.json",
            SLSA,
            &[
                ("https://admin.example.org/cost.js", 'a'),
                ("https://admin.example.org/late.js", 'b'),
            ],
        ),
    ]);
    let names: Vec<&str> = artifacts.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(
        names,
        ["dist/cost.js", "dist/other.js", "https://admin.example.org/late.js"],
        "another name is another artifact, whatever its bytes"
    );
}

#[test]
fn strong_digests_are_compared_and_weak_ones_are_not() {
    let stated = |name: &str, digests: &[String]| {
        let subject = ProvenanceSubject {
            name: name.to_owned(),
            digests: digests.to_vec(),
        };
        let facts = Provenance {
            statements: vec![Statement {
                predicate_type: SLSA.to_owned(),
                subjects: vec![subject],
                ..Statement::default()
            }],
            ..Provenance::default()
        };
        file(
            "evidence/p.json",
            '9',
            Some("intoto-statement"),
            Content::Provenance(Box::new(facts)),
        )
    };
    let sha512 = |letter: char| format!("sha512:{}", letter.to_string().repeat(128));
    let sha1 = format!("sha1:{}", "a".repeat(40));
    for (name, digests, expected) in [
        // As npm has it: the package by its address, its digest as SHA-512.
        ("pkg:npm/a@1.0.0", vec![sha512('a')], "a-1.0.0.tgz Provenance:digest-matches"),
        ("a-1.0.0.tgz", vec![sha512('b')], "a-1.0.0.tgz Provenance:digest-differs"),
        (
            "a-1.0.0.tgz",
            vec![sha1.clone(), sha512('a')],
            "a-1.0.0.tgz Provenance:digest-matches",
        ),
        (
            "a-1.0.0.tgz",
            vec![format!("sha256:{}", hash('a')), sha512('b')],
            "a-1.0.0.tgz Provenance:digest-differs",
        ),
        ("a-1.0.0.tgz", vec![sha1.clone()], "a-1.0.0.tgz Provenance:not-comparable"),
        (
            "a-1.0.0.tgz",
            vec!["sha512:aa".to_owned()],
            "a-1.0.0.tgz Provenance:not-comparable",
        ),
        (
            "a-1.0.0.tgz",
            vec![format!("sha384:{}", "a".repeat(96))],
            "a-1.0.0.tgz Provenance:not-comparable",
        ),
        ("b-1.0.0.tgz", vec![sha512('c')], "b-1.0.0.tgz Provenance:file-absent"),
    ] {
        let release = Release {
            evidence: vec![
                file("evidence/dist/a-1.0.0.tgz", 'a', None, Content::Unread),
                stated(name, &digests),
            ],
            other_digests: [("evidence/dist/a-1.0.0.tgz".to_owned(), vec![sha512('a')])].into(),
            ..Release::default()
        };
        let rows = lines(&proofs(&release, &[]).artifacts);
        assert!(rows.iter().any(|row| row == expected), "{name} {digests:?}: {rows:?}");
    }
}

#[test]
fn a_package_that_lies_anywhere_is_not_taken_for_one_that_is_published() {
    let archive = |path: &str| file(path, 'a', None, Content::Unread);
    assert_eq!(lines(&of(vec![archive("evidence/e2e/trace.zip")])), Vec::<String>::new());
    assert_eq!(lines(&of(vec![archive("evidence/dist/app.zip")])), ["app.zip "]);
    let beside = of(vec![
        archive("evidence/wheel/a.whl"),
        file("evidence/wheel/b.whl", 'b', None, Content::Unread),
        statement("evidence/wheel/p.json", SLSA, &[("b.whl", 'b')]),
    ]);
    assert_eq!(lines(&beside), ["a.whl ", "b.whl Provenance:digest-matches"]);
}

#[test]
fn a_statement_about_other_bytes_of_a_name_differs() {
    let artifacts = of(vec![
        file("evidence/dist/b.whl", 'b', None, Content::Unread),
        statement("evidence/p.json", SLSA, &[("b.whl", 'c'), ("image", 'd')]),
    ]);
    assert_eq!(
        lines(&artifacts),
        ["b.whl Provenance:digest-differs", "image Provenance:file-absent"]
    );
}

#[test]
fn the_signature_of_a_digest_is_about_the_file_beside_it() {
    let facts = Provenance {
        signatures: 1,
        statements: vec![Statement {
            checked: Checked::Failed { why: "no".to_owned() },
            subjects: vec![ProvenanceSubject {
                name: String::new(),
                digests: vec![format!("sha256:{}", hash('e'))],
            }],
            ..Statement::default()
        }],
        ..Provenance::default()
    };
    let artifacts = of(vec![
        file("evidence/dist/b.whl", 'b', None, Content::Unread),
        file(
            "evidence/dist/b.whl.sigstore.json",
            '8',
            Some("sigstore-bundle"),
            Content::Provenance(Box::new(facts)),
        ),
    ]);
    assert_eq!(lines(&artifacts), ["b.whl Signature:digest-differs"]);
    assert!(!artifacts[0].has(ProofKind::Signature));
}

#[test]
fn what_runbooks_declare_is_present_or_missing() {
    let declared = |name: &str| DeclaredArtifact {
        name: name.to_owned(),
        ..DeclaredArtifact::default()
    };
    let release = Release {
        evidence: vec![
            statement("evidence/SHA256SUMS", "", &[("b-1.0.whl", 'b')]),
            file("evidence/sbom/a-sbom.json", 'a', Some("cyclonedx-json"), Content::Unread),
        ],
        ..Release::default()
    };
    let found = proofs(&release, &[declared("b-*.whl"), declared("a-sbom.json"), declared("c-*.whl")]);
    let present: Vec<Option<&str>> = found.declared.iter().map(|one| one.present.as_deref()).collect();
    assert_eq!(present, [Some("b-1.0.whl"), Some("evidence/sbom/a-sbom.json"), None]);
}

proptest! {
    /// However artifacts and provenance are paired, a match is shown only where the digest is that of the file, and never more of them
    /// than there are statements about such a digest.
    #[test]
    fn no_pairing_shows_more_matches_than_the_digests_give(
        files in proptest::collection::vec((0_u8..6, 0_u8..6), 0..8),
        stated in proptest::collection::vec((0_u8..6, 0_u8..6, 0_u8..3), 0..12),
    ) {
        let letter = |at: u8| char::from(b'a' + at);
        let mut evidence: Vec<Evidence> = files
            .iter()
            .enumerate()
            .map(|(at, (name, digest))| file(&format!("evidence/{at}/{}.whl", letter(*name)), letter(*digest), None, Content::Unread))
            .collect();
        for (at, (name, digest, kind)) in stated.iter().enumerate() {
            let name = format!("{}.whl", letter(*name));
            let kind = [SLSA, "", "https://spdx.dev/Document"][*kind as usize];
            evidence.push(statement(&format!("evidence/s{at}.json"), kind, &[(&name, letter(*digest))]));
        }
        let held: Vec<String> = files.iter().map(|(_, digest)| hash(letter(*digest))).collect();
        let most = stated.iter().filter(|(_, digest, _)| held.contains(&hash(letter(*digest)))).count();
        let artifacts = of(evidence);
        let mut matches = 0;
        for row in &artifacts {
            for proof in row.proofs.iter().filter(|proof| proof.digest == DigestState::Matches) {
                let at: usize = proof.path.trim_start_matches("evidence/s").trim_end_matches(".json").parse().expect("it is a number");
                prop_assert_eq!(row.sha256.clone(), Some(hash(letter(stated[at].1))));
                prop_assert!(row.file.is_some());
                matches += 1;
            }
            let is_signed = |proof: &super::Proof| matches!(proof.checked, Checked::Verified { .. } | Checked::Good { .. });
            prop_assert!(!row.proofs.iter().any(is_signed));
        }
        prop_assert!(matches <= most, "{} matches of {}", matches, most);
    }
}
