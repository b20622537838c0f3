//! What an artifact is, by its content: the list of formats is that of `gate` and `sbom`.

use crate::model::evidence::Artifact;
use crate::parse::{gate, sbom};

/// A format of artifacts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The name in configuration and output, such as `junit`.
    pub(crate) name: &'static str,
    /// The name for people, such as `JUnit XML`.
    pub(crate) title: &'static str,
    /// Whether a file is of this format, by what stands in its first bytes and at its top level.
    pub(crate) recognizes: fn(&Sniff<'_>) -> bool,
    /// Reads a file of this format.
    pub(crate) parse: fn(&[u8]) -> Artifact,
}

/// What can be seen of a file without reading it as any format.
#[derive(Clone, Debug)]
pub(crate) struct Sniff<'bytes> {
    /// The file without a byte order mark.
    pub(crate) bytes: &'bytes [u8],
    /// Its outer shape.
    pub(crate) shape: Shape,
}

/// The outer shape of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing, or white space only.
    Empty,
    /// XML with this local name of the root element, and this namespace (empty when none is declared on the root).
    Xml {
        /// The local name of the root element.
        root: String,
        /// The namespace of the root element.
        namespace: String,
    },
    /// A JSON object with these keys at the top level.
    JsonObject(Vec<String>),
    /// A JSON array.
    JsonArray,
    /// Anything else.
    Text,
}

/// Every format, sorted by name in its folder.
pub(crate) fn formats() -> impl Iterator<Item = &'static Format> {
    gate::FORMATS.iter().chain(sbom::FORMATS)
}
