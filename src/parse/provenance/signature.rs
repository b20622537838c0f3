//! Signatures of bundles, checked offline against trust roots: bytes in, an outcome out.
//!
//! Each root brings its own profile, and no bundle is ever tried again with less. A root with transparency logs asks for everything: the
//! chain of certificates, the certificate's own log, the entry of the log with its proof. A root without logs, such as that of GitHub's
//! own attestations, asks for the chain and for a time stamp of an authority that it names.
//!
//! What a statement says counts as signed only where reading the signed bytes gives the very same statement.

use sigstore_verify::trust_root::TrustedRoot;
use sigstore_verify::types::bundle::VerificationMaterialContent;
use sigstore_verify::types::{Artifact, ArtifactDigest, Bundle, HashAlgorithm, SignatureContent};
use sigstore_verify::{VerificationPolicy, Verifier};

use crate::model::provenance::{Checked, Signer, Statement};
use crate::parse::artifact::tree::tree;
use crate::parse::provenance::base64::{hex, unhex};
use crate::parse::provenance::statement;

/// Trust roots that a repository pins.
pub(crate) struct Roots(Vec<Root>);

/// A trust root and what it asks for.
struct Root {
    verifier: Verifier,
    has_logs: bool,
}

impl Roots {
    /// Reads the trust roots of a file: one, or one a line. Says in words what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut roots = Vec::new();
        for value in serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<serde_json::Value>() {
            let value = value.map_err(|error| error.to_string())?;
            let root = TrustedRoot::from_json(&value.to_string()).map_err(|error| error.to_string())?;
            if root.certificate_authorities.is_empty() {
                return Err("it names no certificate authority".to_owned());
            }
            if root.tlogs.is_empty() && root.timestamp_authorities.is_empty() {
                return Err("it names neither a transparency log nor a time stamp authority".to_owned());
            }
            roots.push(Root {
                verifier: Verifier::new(&root).map_err(|error| error.to_string())?,
                has_logs: !root.tlogs.is_empty(),
            });
        }
        if roots.is_empty() {
            return Err("it holds no trust root".to_owned());
        }
        Ok(Self(roots))
    }

    /// Adds the roots of another file.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Checks the signature of a bundle that was read as a statement. Who signed is told, not judged.
    pub(crate) fn check(&self, bundle: &str, read: &Statement) -> Checked {
        let failed = |why: String| Checked::Failed { why };
        let bundle = match Bundle::from_json(bundle) {
            Ok(bundle) => bundle,
            Err(error) => return failed(format!("the bundle cannot be read: {error}")),
        };
        if matches!(
            bundle.verification_material.content,
            VerificationMaterialContent::PublicKey(_)
        ) {
            return Checked::Unverified {
                why: "it is signed with a key that the file does not hold".to_owned(),
            };
        }
        let Some(digest) = signed_digest(&bundle, read) else {
            return failed("what the file says is not what was signed, or has no digest that can be compared".to_owned());
        };
        let mut reasons: Vec<String> = Vec::new();
        for root in &self.0 {
            match root.verify(&bundle, digest.clone()) {
                Ok(signer) => return Checked::Good { signer },
                Err(reason) if !reasons.contains(&reason) => reasons.push(reason),
                Err(_) => {}
            }
        }
        failed(reasons.join("; "))
    }
}

impl Root {
    fn verify(&self, bundle: &Bundle, digest: ArtifactDigest) -> Result<Signer, String> {
        let policy = VerificationPolicy::any_identity();
        let policy = if self.has_logs {
            policy
        } else {
            policy.skip_tlog_unsafe().skip_sct()
        };
        let result = self
            .verifier
            .verify(Artifact::from_digest(digest), bundle, &policy)
            .map_err(|error| error.to_string())?;
        if !result.certificate_verified() || (self.has_logs && !result.tlog_verified()) {
            return Err("the certificate or the entry of the log was not checked".to_owned());
        }
        let Some(at) = result.verified_timestamps().first() else {
            return Err("no authority that the trust root names says when it was signed".to_owned());
        };
        Ok(Signer {
            identity: result
                .identity()
                .map(|identity| identity.as_str().to_owned())
                .unwrap_or_default(),
            issuer: result.issuer().unwrap_or_default().to_owned(),
            at: at.to_string(),
        })
    }
}

/// A digest of what was signed, where the statement is the very one that the signed bytes hold.
fn signed_digest(bundle: &Bundle, read: &Statement) -> Option<ArtifactDigest> {
    match &bundle.content {
        SignatureContent::DsseEnvelope(envelope) => {
            let text = std::str::from_utf8(envelope.payload.as_bytes()).ok()?;
            let node = tree(text.trim_start_matches('\u{feff}')).ok()?;
            let signed = Statement {
                document: read.document,
                checked: read.checked.clone(),
                ..statement::read(&node)
            };
            (signed == *read).then_some(())?;
            read.subjects
                .iter()
                .flat_map(|subject| &subject.digests)
                .find_map(|text| digest(text))
        }
        SignatureContent::MessageSignature(signature) => {
            let message = signature.message_digest.as_ref()?;
            let subject = read.subjects.first()?;
            let own = hex(message.digest.as_bytes());
            let is_same = subject.digests.iter().any(|digest| digest.ends_with(&format!(":{own}")));
            is_same.then_some(())?;
            subject.digests.iter().find_map(|text| digest(text))
        }
        _ => None,
    }
}

/// A digest that a verifier can compare.
fn digest(text: &str) -> Option<ArtifactDigest> {
    let (algorithm, value) = text.split_once(':')?;
    let algorithm = match algorithm {
        "sha256" => HashAlgorithm::Sha2256,
        "sha512" => HashAlgorithm::Sha2512,
        _ => return None,
    };
    ArtifactDigest::new(algorithm, unhex(value)?).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::Roots;
    use crate::model::evidence::Content;
    use crate::model::provenance::{Checked, Statement};
    use crate::parse::provenance::bundles::bundles;
    use crate::parse::recognise::read;

    fn fixture(name: &str) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/attestations");
        fs::read_to_string(folder.join(name)).expect("the fixture is there")
    }

    /// The first statement in a file, and its bundle.
    fn first(text: &str) -> Option<(Statement, String)> {
        let artifact = read(text.as_bytes(), None);
        let Content::Provenance(facts) = artifact.content else {
            return None;
        };
        let bundle = bundles(artifact.format?, text).into_iter().next()??;
        Some((facts.statements.into_iter().next()?, bundle))
    }

    fn check(roots: &Roots, text: &str) -> Checked {
        first(text).map_or(
            Checked::Failed {
                why: "it is no bundle".to_owned(),
            },
            |(statement, bundle)| roots.check(&bundle, &statement),
        )
    }

    #[test]
    fn a_signature_with_a_time_stamp_holds_under_a_root_without_a_log() {
        let roots = Roots::read(&fixture("trusted_root.json")).expect("it is a root");
        let text = fixture("provenance.sigstore.json");
        let Checked::Good { signer } = check(&roots, &text) else {
            panic!("{:?}", check(&roots, &text));
        };
        assert_eq!(signer.issuer, "https://token.example.org");
        assert_eq!(
            signer.identity,
            "https://github.example/team/app/.github/workflows/release.yml@refs/tags/v1.0.0"
        );
        assert!(signer.at.starts_with("20"), "{}", signer.at);
        let line = text.replace('\n', "");
        let wrapped = format!(r#"{{"attestations": [{{"predicateType": "x", "bundle": {line}}}]}}"#);
        assert!(
            matches!(check(&roots, &wrapped), Checked::Good { .. }),
            "as a registry hands it out"
        );
    }

    #[test]
    fn nothing_holds_that_was_not_signed() {
        let roots = Roots::read(&fixture("trusted_root.json")).expect("it is a root");
        let text = fixture("provenance.sigstore.json");
        let (statement, bundle) = first(&text).expect("it is a bundle");
        let other = Statement {
            builder: "https://elsewhere.example".to_owned(),
            ..statement.clone()
        };
        assert!(
            matches!(roots.check(&bundle, &other), Checked::Failed { .. }),
            "the words of another statement"
        );
        let value: serde_json::Value = serde_json::from_str(&bundle).expect("it is JSON");
        let places = [
            "/dsseEnvelope/payload",
            "/dsseEnvelope/signatures/0/sig",
            "/verificationMaterial/certificate/rawBytes",
        ];
        for place in places {
            let words = value
                .pointer(place)
                .and_then(|value| value.as_str())
                .expect("it is there")
                .to_owned();
            for at in (0..words.len()).step_by(7) {
                let mut letters: Vec<char> = words.chars().collect();
                letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
                let mut changed = value.clone();
                *changed.pointer_mut(place).expect("it is there") = letters.into_iter().collect::<String>().into();
                let outcome = check(&roots, &changed.to_string());
                assert!(
                    !matches!(outcome, Checked::Good { .. } | Checked::Verified { .. }),
                    "{place} at {at}"
                );
            }
        }
        let mut stampless = value.clone();
        stampless["verificationMaterial"]["timestampVerificationData"] = serde_json::json!({});
        assert!(
            matches!(check(&roots, &stampless.to_string()), Checked::Failed { .. }),
            "nobody says when"
        );
        let public = Roots::read(sigstore_verify::trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT).expect("it is a root");
        assert!(matches!(check(&public, &text), Checked::Failed { .. }), "another authority");
    }

    #[test]
    fn what_is_no_trust_root_is_refused() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}"#,
            "{\"mediaType\": 1}",
        ] {
            assert!(Roots::read(text).is_err(), "{text}");
        }
        let mut bare: serde_json::Value = serde_json::from_str(&fixture("trusted_root.json")).expect("it is JSON");
        bare["timestampAuthorities"] = serde_json::json!([]);
        assert!(
            Roots::read(&bare.to_string()).is_err(),
            "nobody could say when something was signed"
        );
    }

    /// The bundles of `sigstore-conformance`, as a folder with one folder a case: `RUNPROOF_BUNDLES=…/test/assets/bundle-verify`.
    #[test]
    fn bundles_of_the_conformance_suite_hold_or_fail_as_they_should() {
        let Some(folder) = std::env::var_os("RUNPROOF_BUNDLES") else {
            println!("skipped: RUNPROOF_BUNDLES is not set");
            return;
        };
        let mut cases: Vec<PathBuf> = fs::read_dir(folder)
            .expect("it is a folder")
            .filter_map(|entry| entry.ok().map(|entry| entry.path()).filter(|path| path.is_dir()))
            .collect();
        cases.sort();
        let (mut good, mut refused, mut wrong) = (0, 0, Vec::new());
        for case in &cases {
            let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Ok(text) = fs::read_to_string(case.join("bundle.sigstore.json")) else {
                continue;
            };
            let root = fs::read_to_string(case.join("trusted_root.json"));
            let root = root.unwrap_or_else(|_| sigstore_verify::trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT.to_owned());
            let outcome = match Roots::read(&root) {
                Ok(roots) => check(&roots, &text),
                Err(why) => Checked::Failed { why },
            };
            let holds = matches!(outcome, Checked::Good { .. });
            let should = !name.ends_with("_fail") && !name.starts_with("managed-key");
            good += u32::from(holds && should);
            refused += u32::from(!holds && !should);
            if holds != should {
                wrong.push(format!("{name}: {outcome:?}"));
            }
        }
        println!(
            "{good} hold and {refused} do not, of {} cases; otherwise: {wrong:#?}",
            cases.len()
        );
        // Two artifacts that differ are told by the table of artifacts, and a signer that is another one by the settings.
        assert!(
            wrong.iter().all(|line| line.contains("_fail") || !line.contains("Failed")),
            "{wrong:#?}"
        );
    }
}
