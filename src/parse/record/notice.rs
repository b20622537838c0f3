//! Notices, schema `runproof-notice/1`: who was told what, where and when.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::about::About;
use crate::model::evidence::{Artifact, CaseKind, CaseResult, Content};
use crate::parse::artifact::Format;
use crate::parse::record::head::Head;
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "notice",
    title: "record of a notice",
    recognizes: |sniff| document::is_of(sniff, "notice", None),
    parse: |text| document::artifact(text, "notice", artifact),
};

/// One notice, or several.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// Where it was said.
    channel: Option<String>,
    /// What was said.
    text: Option<String>,
    /// Several notices; each has its own channel, moment and role.
    #[serde(default)]
    notices: Vec<Notice>,
}

/// One of several notices.
#[derive(Debug, Deserialize, JsonSchema)]
struct Notice {
    /// Where it was said.
    channel: String,
    /// When.
    at: String,
    /// By whom.
    by: String,
}

#[allow(clippy::needless_pass_by_value, reason = "every kind of record is handed over whole")]
fn artifact(record: Record) -> Artifact {
    let mut facts = cases::of(CaseKind::Part);
    let mut about = record.head.about();
    let mut anomalies = Vec::new();
    let is_said = |text: &str| !text.trim().is_empty();
    if let Some(channel) = record.channel.as_deref().filter(|channel| is_said(channel)) {
        let is_empty = record.text.as_deref().is_some_and(|text| !is_said(text));
        let result = if is_empty { CaseResult::Unknown } else { CaseResult::Passed };
        cases::add(&mut facts, channel, result, "");
        record.head.must_be_told(&mut anomalies);
    }
    for notice in &record.notices {
        About::add(&mut about.times, &notice.at);
        let is_whole = [&notice.channel, &notice.at, &notice.by]
            .into_iter()
            .all(|text| is_said(text));
        let result = if is_whole { CaseResult::Passed } else { CaseResult::Unknown };
        cases::add(&mut facts, &notice.channel, result, "");
    }
    Artifact {
        content: Content::Tests(facts),
        about,
        anomalies,
        ..Artifact::default()
    }
}
