//! What a format of artifacts is, and what can be seen of a file without reading it as any format.

pub(crate) mod by_sight;
pub(crate) mod counts;
pub(crate) mod decode;
pub(crate) mod json;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod tree;
pub(crate) mod unique;
pub(crate) mod xml;

use std::borrow::Cow;

use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, Content};
use crate::model::finding::Problem;

use json::top::Member;

/// Files over this length are named, not read: 64 MB.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Problems of one file beyond this number are counted, not listed.
const MAX_PROBLEMS: usize = 50;

/// Anomalies of one kind in one file beyond this number are not kept.
const MAX_ANOMALIES: usize = 10;

/// A format of artifacts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The name in configuration and output, such as `junit`.
    pub(crate) name: &'static str,
    /// The name for people, such as `JUnit XML`.
    pub(crate) title: &'static str,
    /// Whether a file is of this format, by what stands in its first bytes and at its top level.
    pub(crate) recognizes: fn(&Sniff<'_>) -> bool,
    /// Reads the text of a file of this format. The name of the format in the artifact is set by whoever calls it.
    pub(crate) parse: fn(&str) -> Artifact,
}

/// What can be seen of a file without reading it as any format.
#[derive(Clone, Debug)]
pub(crate) struct Sniff<'bytes> {
    /// The file as text without a byte order mark; UTF-16 is decoded.
    pub(crate) text: Cow<'bytes, str>,
    /// Its outer shape.
    pub(crate) shape: Shape,
    /// What is wrong with the encoding of the text. The text can be read all the same.
    pub(crate) encoding_problems: Vec<Problem>,
    /// The format that somebody declared, in lower case: what is ambiguous by nature, such as `[]`, is that format and nothing else.
    pub(crate) declared: Option<String>,
    /// Why the shape is not whole: broken JSON, XML that is refused. A format that knows the file says it again in its own words.
    pub(crate) flaw: Option<Problem>,
}

/// The outer shape of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing, or white space only.
    Empty,
    /// XML, by its root element.
    Xml(XmlRoot),
    /// A JSON object with these members at the top level, at most 64.
    JsonObject(Vec<Member>),
    /// A JSON array; the members of its first element, if that is an object.
    JsonArray(Vec<Member>),
    /// Bytes that are no text, and what they look like, such as `a ZIP archive`.
    Binary(&'static str),
    /// Anything else.
    Text,
}

/// The root element of an XML file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct XmlRoot {
    /// The local name.
    pub(crate) name: String,
    /// The namespace of the element; empty when none is declared for it.
    pub(crate) namespace: String,
    /// The local names of its attributes.
    pub(crate) attributes: Vec<String>,
    /// The local name of its first child element, or empty.
    pub(crate) child: String,
}

impl Sniff<'_> {
    /// The root element, if the file is XML.
    pub(crate) fn xml(&self) -> Option<&XmlRoot> {
        match &self.shape {
            Shape::Xml(root) => Some(root),
            _ => None,
        }
    }

    /// Whether the file is a JSON object with this key at the top level.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        matches!(&self.shape, Shape::JsonObject(members) if members.iter().any(|member| member.key == key))
    }

    /// The text of a member at the top level of a JSON object, cut after 200 characters.
    pub(crate) fn text_at(&self, key: &str) -> Option<&str> {
        match &self.shape {
            Shape::JsonObject(members) => members.iter().find(|member| member.key == key)?.text.as_deref(),
            _ => None,
        }
    }

    /// Whether the file is an empty list, or `null`, that somebody declared to be of this format. Many scanners write one when they
    /// found nothing, and none can be told by it.
    pub(crate) fn is_empty_list_of(&self, format: &str) -> bool {
        let is_declared = self.declared.as_deref() == Some(format);
        is_declared
            && self.text.len() < 1000
            && matches!(self.text.split_whitespace().collect::<String>().as_str(), "[]" | "null")
    }

    /// Whether the file is an array whose first object has these keys.
    pub(crate) fn has_first_keys(&self, keys: &[&str]) -> bool {
        matches!(&self.shape, Shape::JsonArray(members) if keys.iter().all(|key| members.iter().any(|member| member.key == *key)))
    }

    /// The first line that holds anything, of a file that is neither XML nor JSON.
    pub(crate) fn first_line(&self) -> Option<&str> {
        match self.shape {
            Shape::Text => self.text.lines().map(str::trim).find(|line| !line.is_empty()),
            _ => None,
        }
    }
}

/// An artifact that could not be read, and why.
pub(crate) fn unread(message: impl Into<String>) -> Artifact {
    Artifact {
        content: Content::Unread,
        problems: vec![Problem::of_file(message)],
        ..Artifact::default()
    }
}

/// An artifact of a known format that is broken at one place. Figures of the part before that place are not kept: half a file
/// may look better than the whole.
pub(crate) fn broken(problem: Problem) -> Artifact {
    Artifact {
        content: Content::Unread,
        problems: vec![problem],
        ..Artifact::default()
    }
}

/// Adds a problem, unless the list is long enough already; the last entry then says so.
pub(crate) fn note(problems: &mut Vec<Problem>, problem: Problem) {
    match problems.len() {
        length if length < MAX_PROBLEMS => problems.push(problem),
        MAX_PROBLEMS => problems.push(Problem::of_file("more problems of this file are not listed")),
        _ => {}
    }
}

/// Adds an anomaly. Of one kind no more than ten are kept: the first decides as well as the last.
pub(crate) fn anomaly(anomalies: &mut Vec<Anomaly>, kind: AnomalyKind, line: Option<u32>, message: impl Into<String>) {
    if anomalies.iter().filter(|known| known.kind == kind).count() < MAX_ANOMALIES {
        anomalies.push(Anomaly {
            kind,
            line,
            message: message.into(),
        });
    }
}
