//! What the forms of provenance share: envelopes around statements, and the file as a whole.

use crate::model::about::About;
use crate::model::digest::hex;
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::provenance::{Checked, Provenance, ProvenanceSubject, Signature, Statement};
use crate::parse::artifact::note;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::provenance::base64::decode;
use crate::parse::provenance::statement;

/// Payloads over this length are named, not read: 64 MB.
const MAX_PAYLOAD: usize = 64 * 1024 * 1024;

/// A file as far as it was read.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) provenance: Provenance,
    pub(crate) problems: Vec<Problem>,
    /// Documents that have a signature.
    signed: u64,
}

impl Draft {
    /// Adds a problem.
    pub(crate) fn note(&mut self, message: impl Into<String>) {
        note(&mut self.problems, Problem::of_file(message));
    }

    /// Adds a statement that stands there as it is.
    pub(crate) fn add_statement(&mut self, node: &Node<'_>) {
        self.provenance.documents += 1;
        let statement = statement::read(node);
        self.keep(statement, Checked::Unsigned);
    }

    /// Adds a DSSE envelope.
    pub(crate) fn add_envelope(&mut self, node: &Node<'_>) {
        self.provenance.documents += 1;
        self.name_form(&node.at("payloadType").words());
        let signatures = node.at("signatures").items().iter();
        let given = signatures.filter(|signature| signature.at("sig").text().is_some()).count() as u64;
        self.count_signatures(given);
        if given == 0 {
            self.note("an envelope has no signature");
        }
        let Some(payload) = node.at("payload").text().filter(|payload| payload.len() <= MAX_PAYLOAD) else {
            return self.note("an envelope has no payload that can be read");
        };
        let text = decode(payload).and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text else {
            return self.note("the payload of an envelope is no base64 of a text");
        };
        match tree(text.trim_start_matches('\u{feff}')) {
            Ok(node) if statement::is_statement(&node) => self.keep(statement::read(&node), unchecked(given)),
            Ok(_) => self.note("the payload of an envelope is no in-toto statement"),
            Err(problem) => self.note(format!("the payload of an envelope cannot be read: {}", problem.message)),
        }
    }

    /// Adds a Sigstore bundle: an envelope, or the signature of one digest.
    pub(crate) fn add_bundle(&mut self, node: &Node<'_>) {
        self.name_form(&node.at("mediaType").words());
        let envelope = node.at("dsseEnvelope");
        let message = node.at("messageSignature");
        if envelope.is_object() {
            self.add_envelope(envelope);
        } else if message.is_object() {
            self.provenance.documents += 1;
            let given = u64::from(message.at("signature").text().is_some());
            self.count_signatures(given);
            self.add_digest(message.at("messageDigest"), given);
        } else {
            self.provenance.documents += 1;
            self.note("a bundle holds neither an envelope nor a signature of a digest");
        }
        let material = node.at("verificationMaterial");
        if !material.is_object() {
            self.note("a bundle has nothing to verify its signature with");
        }
    }

    fn add_digest(&mut self, digest: &Node<'_>, given: u64) {
        let algorithm = digest.at("algorithm").words().to_ascii_lowercase().replace("sha2_", "sha");
        match digest.at("digest").text().and_then(decode) {
            Some(bytes) if !bytes.is_empty() => {
                let statement = Statement {
                    subjects: vec![ProvenanceSubject {
                        name: String::new(),
                        digests: vec![format!("{algorithm}:{}", hex(&bytes))],
                    }],
                    ..Statement::default()
                };
                self.keep(statement, unchecked(given));
            }
            _ => self.note("a bundle signs a digest that is not in it"),
        }
    }

    fn name_form(&mut self, form: &str) {
        if self.provenance.form.is_empty() {
            form.clone_into(&mut self.provenance.form);
        }
    }

    fn count_signatures(&mut self, given: u64) {
        self.provenance.signatures += given;
        self.signed += u64::from(given > 0);
    }

    fn keep(&mut self, mut statement: Statement, checked: Checked) {
        statement.checked = checked;
        statement.document = self.provenance.documents.saturating_sub(1);
        if statement.subjects.is_empty() {
            self.note("a statement has no subject");
        } else if statement.subjects.iter().any(|subject| subject.digests.is_empty()) {
            self.note("a subject has no digest");
        }
        self.provenance.statements.push(statement);
    }

    /// The artifact. Commits that it was built from are what it is about.
    pub(crate) fn finish(mut self) -> Artifact {
        let provenance = &mut self.provenance;
        provenance.signature = if self.signed == 0 {
            Signature::Absent
        } else if self.signed >= provenance.documents {
            Signature::NotChecked
        } else {
            Signature::Partial
        };
        let mut about = About::default();
        for material in provenance.statements.iter().flat_map(|statement| &statement.materials) {
            let commits = material.digests.iter().filter_map(|digest| {
                let (algorithm, value) = digest.split_once(':')?;
                matches!(algorithm, "sha1" | "gitcommit").then_some(value)
            });
            if material.name.contains("git") {
                commits.for_each(|commit| About::add(&mut about.commits, commit));
            }
        }
        Artifact {
            content: Content::Provenance(Box::new(self.provenance)),
            problems: self.problems,
            about,
            ..Artifact::default()
        }
    }
}

/// What is known of the signatures of a document that was only read.
fn unchecked(given: u64) -> Checked {
    if given == 0 {
        return Checked::Unsigned;
    }
    Checked::Unverified {
        why: "reading a file checks no signature".to_owned(),
    }
}
