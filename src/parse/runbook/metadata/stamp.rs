//! The review that the tool wrote into a text: `reviewed: {on, by, refs}` in front matter, or the same in an HTML comment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::freshness::{Stamp, WrittenFingerprint};
use crate::model::place::Span;
use crate::model::runbook::{Carrier, Field};
use crate::model::stable::VERSION;
use crate::parse::runbook::metadata::date::date;
use crate::parse::runbook::metadata::entry::{Entry, FIELD};
use crate::parse::runbook::metadata::front_matter::FrontMatter;
use crate::parse::runbook::outline::Outline;
use crate::tools::yaml;

/// How a comment that holds a stamp begins.
pub(crate) const COMMENT: &str = "<!-- runproof-review:";

/// A stamp as it was found.
pub(crate) struct Found {
    /// Where it stands.
    pub(crate) span: Span,
    /// What it says, or why that cannot be read.
    pub(crate) stamp: Result<Stamp, Unread>,
    carrier: Carrier,
}

/// Why a stamp cannot be read.
#[derive(Debug)]
pub(crate) struct Unread {
    /// In words.
    pub(crate) words: String,
    /// Whether a newer version of the program wrote it, so that it is whole for that one.
    pub(crate) is_newer: bool,
}

impl Found {
    /// The date of the review as a field of the text.
    pub(super) fn entry(&self) -> Option<Entry> {
        let value = self.stamp.as_ref().ok()?.on?.to_string();
        Some(Entry {
            elements: vec![value.clone()],
            field: Field {
                key: FIELD.to_owned(),
                value,
                span: self.span,
                carrier: self.carrier,
            },
        })
    }
}

/// The stamp of a text: in front matter, else in the last comment that holds one.
pub(crate) fn find(text: &str, outline: &Outline, front: Option<&FrontMatter>) -> Option<Found> {
    in_front_matter(front).or_else(|| in_comment(text, outline))
}

fn in_front_matter(front: Option<&FrontMatter>) -> Option<Found> {
    let front = front?;
    let value = front.reviewed.as_ref()?;
    // A map with none of these keys is somebody else's.
    if ["on", "by", "refs"].iter().all(|key| value.get(key).is_none()) {
        return None;
    }
    let field = front.fields.iter().find(|field| field.field.key == FIELD)?;
    Some(Found {
        span: field.field.span,
        stamp: read(value, field.field.span),
        carrier: Carrier::FrontMatter,
    })
}

fn in_comment(text: &str, outline: &Outline) -> Option<Found> {
    outline.html.iter().rev().find_map(|html| {
        let start = html.start as usize;
        let rest = text.get(start..)?;
        let lead = rest.len() - rest.trim_start().len();
        let start = start + lead;
        let body = text[start..].strip_prefix(COMMENT)?;
        let end = body.find("-->")?;
        let span = Span::new(start, start + COMMENT.len() + end + "-->".len());
        let stamp = match yaml::read(&body[..end]) {
            Ok(value) => read(&value, span),
            Err(problem) => Err(damaged(&problem.message)),
        };
        Some(Found {
            span,
            stamp,
            carrier: Carrier::Comment,
        })
    })
}

fn damaged(what: &str) -> Unread {
    Unread {
        words: format!("the stamp of the last review cannot be read: {what}"),
        is_newer: false,
    }
}

/// Reads a stamp. One that is damaged counts as none: half of it would confirm things that nobody looked at.
fn read(value: &Value, span: Span) -> Result<Stamp, Unread> {
    let on = value
        .get("on")
        .and_then(Value::as_str)
        .ok_or_else(|| damaged("it has no day (`on`)"))?;
    let on = date(on).map_err(|_| damaged(&format!("`{}` is no day", on.chars().take(40).collect::<String>())))?;
    let by = match value.get("by") {
        None | Some(Value::Null) => None,
        Some(Value::String(by)) => Some(by.trim().to_owned()).filter(|by| !by.is_empty()),
        Some(_) => return Err(damaged("`by` is no name")),
    };
    let mut refs = BTreeMap::new();
    let mut outdated = BTreeSet::new();
    match value.get("refs") {
        None | Some(Value::Null) => {}
        Some(Value::Object(written)) => {
            let parsed = |value: &Value| value.as_str().and_then(|text| text.parse::<WrittenFingerprint>().ok());
            // One that is newer says so for all of them, whatever the others look like.
            let newer = written.values().find_map(|value| match parsed(value) {
                Some(WrittenFingerprint::Newer(version)) => Some(version),
                _ => None,
            });
            if let Some(version) = newer {
                let what = format!("a newer Runproof wrote it (form {version}, and this one reads up to {VERSION})");
                return Err(Unread {
                    is_newer: true,
                    ..damaged(&what)
                });
            }
            for (key, fingerprint) in written {
                let fingerprint = parsed(fingerprint);
                let fingerprint = fingerprint
                    .ok_or_else(|| damaged(&format!("`{}` has no fingerprint", key.chars().take(60).collect::<String>())))?;
                match fingerprint {
                    WrittenFingerprint::Current(fingerprint) => {
                        refs.insert(key.clone(), fingerprint);
                    }
                    WrittenFingerprint::Outdated | WrittenFingerprint::Newer(_) => {
                        outdated.insert(key.clone());
                    }
                }
            }
        }
        Some(_) => return Err(damaged("`refs` is no list of fingerprints")),
    }
    Ok(Stamp {
        on: Some(on),
        by,
        refs,
        outdated,
        span,
    })
}
