//! Records and amendments as text, in the shape that is read back: one member a line, in a fixed order.

use serde::Serialize;

use crate::parse::release_log::amendment::SCHEMA as AMENDMENT;
use crate::parse::release_log::record::SCHEMA as RECORD;

/// A record that is to be written.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct NewRecord {
    /// The schema.
    pub(crate) schema: &'static str,
    /// The product, in a repository of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) product: Option<String>,
    /// The version.
    pub(crate) version: String,
    /// The commit, 40 hex digits.
    pub(crate) commit: String,
    /// When the release went out.
    pub(crate) released: String,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<crate::model::release::Outcome>,
    /// The text that it followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) runbook: Option<NewRunbook>,
    /// The gates that it declared, by id.
    pub(crate) gates: Vec<String>,
    /// The digest of the record before it.
    pub(crate) prev: Option<String>,
    /// What happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) timeline: Vec<NewEvent>,
    /// The files.
    pub(crate) files: Vec<NewFile>,
    /// Words for the reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// The runbook that a release followed.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct NewRunbook {
    /// The path from the root of the product.
    pub(crate) path: String,
    /// The blob, 40 hex digits.
    pub(crate) blob: String,
}

/// An event that is to be written.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct NewEvent {
    /// When.
    pub(crate) at: String,
    /// What.
    pub(crate) event: String,
    /// Who, by role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    /// Words for the reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// A file that is to be written down.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct NewFile {
    /// The path from the folder of the release.
    pub(crate) path: String,
    /// The digest.
    pub(crate) sha256: String,
    /// The length.
    pub(crate) bytes: u64,
    /// The format that it was read as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    /// The gate that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gate: Option<String>,
    /// The run that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_url: Option<String>,
    /// When it was collected.
    pub(crate) collected_at: String,
}

/// An amendment that is to be written.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct NewAmendment {
    /// The schema.
    pub(crate) schema: &'static str,
    /// The version that it amends.
    pub(crate) version: String,
    /// The digest of what it amends.
    pub(crate) prev: String,
    /// When.
    pub(crate) at: String,
    /// Who, by role.
    pub(crate) by: String,
    /// Why.
    pub(crate) reason: String,
    /// How the release ended, where that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<crate::model::release::Outcome>,
    /// Files that no longer count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) withdraws: Vec<String>,
    /// The files that it adds.
    pub(crate) files: Vec<NewFile>,
    /// What happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) timeline: Vec<NewEvent>,
}

/// A record as the bytes of its file.
pub(crate) fn record(record: &NewRecord) -> Vec<u8> {
    let record = NewRecord {
        schema: RECORD,
        ..record.clone()
    };
    bytes(&record)
}

/// An amendment as the bytes of its file.
pub(crate) fn amendment(amendment: &NewAmendment) -> Vec<u8> {
    let amendment = NewAmendment {
        schema: AMENDMENT,
        ..amendment.clone()
    };
    bytes(&amendment)
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("strings and numbers are always JSON");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::{NewAmendment, NewEvent, NewFile, NewRecord, NewRunbook};
    use crate::model::release::Outcome;
    use crate::parse::release_log;

    fn file() -> NewFile {
        NewFile {
            path: "evidence/unit/junit.xml".to_owned(),
            sha256: "ab".repeat(32),
            bytes: 12,
            format: Some("junit".to_owned()),
            gate: Some("unit".to_owned()),
            source_url: Some("https://example.org/run/1".to_owned()),
            collected_at: "2026-01-02T10:00:00Z".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_back_without_a_word() {
        let record = NewRecord {
            product: Some("api".to_owned()),
            version: "v1.0.0".to_owned(),
            commit: "a".repeat(40),
            released: "2026-01-02T10:00:00Z".to_owned(),
            outcome: Some(Outcome::RolledBack),
            runbook: Some(NewRunbook {
                path: "release.md".to_owned(),
                blob: "b".repeat(40),
            }),
            gates: vec!["unit".to_owned()],
            prev: Some("c".repeat(64)),
            timeline: vec![NewEvent {
                at: "2026-01-02T10:00:00Z".to_owned(),
                event: "tagged".to_owned(),
                by: Some("release driver".to_owned()),
                note: None,
            }],
            files: vec![file()],
            note: Some("Quick.".to_owned()),
            ..NewRecord::default()
        };
        let (read, problems) = release_log::record("r", &super::record(&record));
        assert_eq!((problems, read.flaws.len()), (Vec::new(), 0));
        assert_eq!(
            (read.version.as_str(), read.outcome, read.files.len()),
            ("v1.0.0", Some(Outcome::RolledBack), 1)
        );
        let amendment = NewAmendment {
            version: "v1.0.0".to_owned(),
            prev: "c".repeat(64),
            at: "2026-01-02T10:00:00Z".to_owned(),
            by: "operator".to_owned(),
            reason: "The watch of the first day is over".to_owned(),
            outcome: Some(Outcome::Shipped),
            withdraws: vec!["evidence/unit/old.xml".to_owned()],
            files: vec![file()],
            timeline: Vec::new(),
            ..NewAmendment::default()
        };
        let (read, problems) = release_log::amendment("a", &super::amendment(&amendment));
        assert_eq!((problems, read.flaws.len()), (Vec::new(), 0));
        assert_eq!((read.files.len(), read.withdraws.len()), (1, 1));
    }
}
