//! Verified statements about changes. Only what was checked against a trust root, and signed by whom the settings name, counts.

use std::collections::HashMap;

use crate::model::evidence::{Content, Integrity};
use crate::model::population::{Attestation, Change};
use crate::model::provenance::Checked;
use crate::model::release::Release;

/// The algorithms that name a commit in the subject of a statement.
const ALGORITHMS: [&str; 2] = ["gitcommit", "sha1"];

/// Puts the verified statements of the evidence of releases to the changes that they are about.
pub(crate) fn attest(changes: &mut [Change], releases: &[&Release]) {
    let mut known: HashMap<String, Attestation> = HashMap::new();
    let files = releases.iter().flat_map(|release| &release.evidence);
    for file in files.filter(|file| file.integrity == Integrity::Recorded) {
        let Content::Provenance(provenance) = &file.artifact.content else {
            continue;
        };
        for statement in &provenance.statements {
            let Checked::Verified { signer } = &statement.checked else {
                continue;
            };
            for digest in statement.subjects.iter().flat_map(|subject| &subject.digests) {
                let Some((algorithm, commit)) = digest.split_once(':') else {
                    continue;
                };
                let algorithm = algorithm.to_ascii_lowercase();
                if ALGORITHMS.contains(&algorithm.as_str()) && commit.len() == 40 {
                    known.entry(commit.to_ascii_lowercase()).or_insert_with(|| Attestation {
                        kind: statement.predicate_type.clone(),
                        by: signer.identity.clone(),
                        path: file.repository_path.clone(),
                    });
                }
            }
        }
    }
    for change in changes {
        change.attested = known.get(&change.id).cloned();
    }
}

#[cfg(test)]
mod tests {
    use super::attest;
    use crate::model::evidence::{Artifact, Content, Evidence, Integrity};
    use crate::model::population::{Change, Person, Strength};
    use crate::model::provenance::{Checked, Provenance, ProvenanceSubject, Signer, Statement};
    use crate::model::release::Release;

    fn change(id: &str) -> Change {
        let at = chrono::DateTime::parse_from_rfc3339("2026-07-01T10:00:00Z").expect("a moment");
        Change {
            id: id.to_owned(),
            at,
            authored: at,
            author: Person::default(),
            committer: Person::default(),
            subject: String::new(),
            is_merge: false,
            request: None,
            pull_request: None,
            tickets: Vec::new(),
            trailers: Vec::new(),
            signature: None,
            reviews: Vec::new(),
            attested: None,
            emergency: None,
            release: None,
        }
    }

    fn strength(checked: Checked, digest: &str, integrity: Integrity) -> Strength {
        let statement = Statement {
            checked,
            predicate_type: "https://slsa.dev/verification_summary/v1".to_owned(),
            subjects: vec![ProvenanceSubject {
                name: "repository".to_owned(),
                digests: vec![digest.to_owned()],
            }],
            ..Statement::default()
        };
        let release = Release {
            evidence: vec![Evidence {
                path: "source.json".to_owned(),
                repository_path: "releases/v1/source.json".to_owned(),
                gate: None,
                sha256: String::new(),
                bytes: 1,
                integrity,
                artifact: Artifact {
                    content: Content::Provenance(Box::new(Provenance {
                        statements: vec![statement],
                        ..Provenance::default()
                    })),
                    ..Artifact::default()
                },
                excerpt: None,
            }],
            ..Release::default()
        };
        let mut changes = [change(&"a".repeat(40))];
        attest(&mut changes, &[&release]);
        changes[0].strength()
    }

    #[test]
    fn only_a_verified_statement_about_the_commit_counts() {
        let signer = || Signer {
            identity: "https://example.org/workflow".to_owned(),
            ..Signer::default()
        };
        let verified = || Checked::Verified { signer: signer() };
        let commit = format!("gitCommit:{}", "a".repeat(40));
        let of = |checked, digest: &str| strength(checked, digest, Integrity::Recorded);
        assert_eq!(of(verified(), &commit), Strength::VerifiedAttestation);
        assert_eq!(
            of(verified(), &format!("sha1:{}", "A".repeat(40))),
            Strength::VerifiedAttestation
        );
        assert_eq!(of(Checked::Good { signer: signer() }, &commit), Strength::TextInGit);
        assert_eq!(of(Checked::Unsigned, &commit), Strength::TextInGit);
        assert_eq!(of(verified(), &format!("gitCommit:{}", "b".repeat(40))), Strength::TextInGit);
        assert_eq!(of(verified(), &format!("sha256:{}", "a".repeat(40))), Strength::TextInGit);
        assert_eq!(strength(verified(), &commit, Integrity::Altered), Strength::TextInGit);
    }
}
