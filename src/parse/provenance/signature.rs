//! Signatures of bundles, checked offline against trust roots: bytes in, an outcome out.
//!
//! Each root brings its own profile, and no bundle is ever tried again with less. A root with transparency logs asks for everything: the
//! chain of certificates, the certificate's own log, the entry of the log with its proof. A root without logs, such as that of GitHub's
//! own attestations, asks for the chain and for a time stamp of an authority that it names.
//!
//! A bundle that is signed with a bare key holds no certificate. It is held against the keys that the repository pins; a root that is pinned
//! beside them vouches for the time, by its log or its time stamp authority.
//!
//! What a statement says counts as signed only where reading the signed bytes gives the very same statement.

use sigstore_verify::trust_root::TrustedRoot;
use sigstore_verify::types::bundle::VerificationMaterialContent;
use sigstore_verify::types::{Artifact, ArtifactDigest, Bundle, DerPublicKey, HashAlgorithm, SignatureContent};
use sigstore_verify::{PublicKeyVerificationPolicy, VerificationPolicy, Verifier};

use crate::model::digest::hex;
use crate::model::provenance::{Checked, Signer, Statement};
use crate::parse::artifact::tree::tree;
use crate::parse::provenance::base64::unhex;
use crate::parse::provenance::statement;

/// Trust roots and keys that a repository pins.
#[derive(Default)]
pub(crate) struct Roots {
    roots: Vec<Root>,
    keys: Vec<Key>,
}

/// A public key.
struct Key {
    /// The file that holds it.
    name: String,
    key: DerPublicKey,
}

/// A trust root and what it asks for.
struct Root {
    verifier: Verifier,
    has_logs: bool,
}

impl Roots {
    /// Adds the trust roots of a file: one, or one a line. Says in words what is wrong with it.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), String> {
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
        self.roots.extend(roots);
        Ok(())
    }

    /// Adds the public key of a file in PEM. Says in words what is wrong with it.
    pub(crate) fn add_key(&mut self, name: &str, text: &str) -> Result<(), String> {
        let key = DerPublicKey::from_pem(text).map_err(|error| error.to_string())?;
        self.keys.push(Key {
            name: name.to_owned(),
            key,
        });
        Ok(())
    }

    /// Checks the signature of a bundle that was read as a statement. Who signed by a certificate is told, not judged; a key that the
    /// repository pins is one that may sign.
    pub(crate) fn check(&self, bundle: &str, read: &Statement) -> Checked {
        let failed = |why: String| Checked::Failed { why };
        let bundle = match Bundle::from_json(bundle) {
            Ok(bundle) => bundle,
            Err(error) => return failed(format!("the bundle cannot be read: {error}")),
        };
        let is_keyed = matches!(
            bundle.verification_material.content,
            VerificationMaterialContent::PublicKey(_)
        );
        if is_keyed && self.keys.is_empty() {
            return Checked::Unverified {
                why: "it is signed with a key, and the settings name none".to_owned(),
            };
        }
        if self.roots.is_empty() {
            return Checked::Unverified {
                why: "the settings name no trust root".to_owned(),
            };
        }
        let Some(digest) = signed_digest(&bundle, read) else {
            return failed("what the file says is not what was signed, or has no digest that can be compared".to_owned());
        };
        if is_keyed {
            return self.check_key(&bundle, &digest);
        }
        let mut reasons: Vec<String> = Vec::new();
        for root in &self.roots {
            match root.verify(&bundle, digest.clone()) {
                Ok(signer) => return Checked::Good { signer },
                Err(reason) if !reasons.contains(&reason) => reasons.push(reason),
                Err(_) => {}
            }
        }
        failed(reasons.join("; "))
    }

    /// Checks a bundle that is signed with a bare key. A root says when: with logs by an entry of one, without by a time stamp.
    fn check_key(&self, bundle: &Bundle, digest: &ArtifactDigest) -> Checked {
        let mut reasons: Vec<String> = Vec::new();
        for (key, root) in self
            .keys
            .iter()
            .flat_map(|key| self.roots.iter().map(move |root| (key, root)))
        {
            match root.verify_key(bundle, digest.clone(), key) {
                Ok(signer) => return Checked::Verified { signer },
                Err(reason) => reasons.push(reason),
            }
        }
        reasons.sort();
        reasons.dedup();
        Checked::Failed { why: reasons.join("; ") }
    }
}

impl Root {
    fn verify_key(&self, bundle: &Bundle, digest: ArtifactDigest, key: &Key) -> Result<Signer, String> {
        let policy = PublicKeyVerificationPolicy::new(key.key.clone());
        let policy = if self.has_logs { policy } else { policy.skip_tlog_unsafe() };
        let result = self
            .verifier
            .verify(Artifact::from_digest(digest), bundle, &policy)
            .map_err(|error| error.to_string())?;
        if self.has_logs && !result.tlog_verified() {
            return Err("the entry of the log was not checked".to_owned());
        }
        let at = result.verified_timestamps().first().map(ToString::to_string);
        if !self.has_logs && at.is_none() {
            return Err("no authority that the trust root names says when it was signed".to_owned());
        }
        Ok(Signer {
            identity: format!("the key {}", key.name),
            issuer: String::new(),
            at: at.unwrap_or_default(),
        })
    }

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

    fn roots_of(text: &str) -> Result<Roots, String> {
        let mut roots = Roots::default();
        roots.add(text)?;
        Ok(roots)
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
        let roots = roots_of(&fixture("trusted_root.json")).expect("it is a root");
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
        let roots = roots_of(&fixture("trusted_root.json")).expect("it is a root");
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
        let public = roots_of(sigstore_verify::trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT).expect("it is a root");
        assert!(matches!(check(&public, &text), Checked::Failed { .. }), "another authority");
    }

    #[test]
    fn a_bundle_with_a_bare_key_holds_under_the_key_that_is_pinned() {
        let text = fixture("keyed.sigstore.json");
        let keyed = |name: &str| {
            let mut roots = roots_of(&fixture("trusted_root.json")).expect("it is a root");
            roots.add_key("keys/release.pub", &fixture(name)).expect("it is a key");
            roots
        };
        let Checked::Verified { signer } = check(&keyed("key.pub"), &text) else {
            panic!("{:?}", check(&keyed("key.pub"), &text));
        };
        assert!(
            signer.identity == "the key keys/release.pub" && signer.at.starts_with("20"),
            "{signer:?}"
        );
        assert!(
            matches!(check(&keyed("other.pub"), &text), Checked::Failed { .. }),
            "another key"
        );
        let roots = roots_of(&fixture("trusted_root.json")).expect("it is a root");
        let Checked::Unverified { why } = check(&roots, &text) else {
            panic!("nobody pins a key");
        };
        assert_eq!(why, "it is signed with a key, and the settings name none");
        let mut bare = Roots::default();
        bare.add_key("keys/release.pub", &fixture("key.pub")).expect("it is a key");
        assert!(
            matches!(check(&bare, &text), Checked::Unverified { .. }),
            "nobody vouches for the time"
        );
        // A root with a log asks for an entry of it, and this bundle has none.
        let mut logged = bare;
        logged
            .add(sigstore_verify::trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT)
            .expect("it is a root");
        assert!(matches!(check(&logged, &text), Checked::Failed { .. }));
        let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        for place in ["/dsseEnvelope/payload", "/dsseEnvelope/signatures/0/sig"] {
            let words = value.pointer(place).and_then(|value| value.as_str()).expect("it is there");
            for at in (0..words.len()).step_by(5) {
                let mut letters: Vec<char> = words.chars().collect();
                letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
                let mut changed = value.clone();
                *changed.pointer_mut(place).expect("it is there") = letters.into_iter().collect::<String>().into();
                let outcome = check(&keyed("key.pub"), &changed.to_string());
                assert!(!matches!(outcome, Checked::Verified { .. }), "{place} at {at}");
            }
        }
        assert!(Roots::default().add_key("x", "no key").is_err());
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
            assert!(roots_of(text).is_err(), "{text}");
        }
        let mut bare: serde_json::Value = serde_json::from_str(&fixture("trusted_root.json")).expect("it is JSON");
        bare["timestampAuthorities"] = serde_json::json!([]);
        assert!(
            roots_of(&bare.to_string()).is_err(),
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
            let outcome = match roots_of(&root) {
                Ok(mut roots) => {
                    let key = fs::read_to_string(case.join("key.pub")).unwrap_or_default();
                    match roots.add_key("key.pub", &key) {
                        Err(why) if !key.is_empty() => Checked::Failed { why },
                        _ => check(&roots, &text),
                    }
                }
                Err(why) => Checked::Failed { why },
            };
            let holds = matches!(outcome, Checked::Good { .. } | Checked::Verified { .. });
            let should = !name.ends_with("_fail");
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
