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
        if matches!(bundle.verification_material.content, VerificationMaterialContent::PublicKey(_)) {
            return Checked::NotChecked {
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
            identity: result.identity().map(|identity| identity.as_str().to_owned()).unwrap_or_default(),
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
            read.subjects.iter().flat_map(|subject| &subject.digests).find_map(|text| digest(text))
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
