//! Amendments of a record, schema `runproof-amendment/1`: evidence that came after the release, chained to its record.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::evidence::{AnomalyKind, Artifact, CaseKind, CaseResult, Content};
use crate::parse::artifact::{Format, anomaly};
use crate::parse::record::head::{AttachedFile, Head};
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "amendment",
    title: "amendment of a record",
    recognizes: |sniff| document::is_of(sniff, "amendment", None),
    parse: |text| document::artifact(text, "amendment", artifact),
};

/// Letters that a reason must have.
const REASON: usize = 20;

/// An amendment.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// The version of the release.
    version: String,
    /// The SHA-256 digest of the record, or of the amendment before.
    prev: String,
    /// Why.
    reason: String,
    /// What was added, as in the record.
    #[serde(default)]
    files: Vec<AttachedFile>,
}

fn artifact(record: Record) -> Artifact {
    let mut anomalies = Vec::new();
    record.head.must_be_told(&mut anomalies);
    let is_digest = record.prev.len() == 64 && record.prev.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_digest {
        anomaly(&mut anomalies, AnomalyKind::NotWhole, None, "`prev` is not 64 hex digits");
    }
    if record.reason.chars().filter(|c| c.is_alphanumeric()).count() < REASON {
        anomaly(
            &mut anomalies,
            AnomalyKind::NotWhole,
            None,
            "the reason is shorter than 20 letters",
        );
    }
    let mut facts = cases::of(CaseKind::Part);
    cases::add(&mut facts, "amendment", CaseResult::Passed, "");
    let mut about = record.head.about();
    about.versions.push(record.version);
    about.facts.push(("added".to_owned(), record.files.len().to_string()));
    Artifact {
        content: Content::Tests(facts),
        about,
        anomalies,
        ..Artifact::default()
    }
}
