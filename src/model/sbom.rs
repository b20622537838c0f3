//! Software bills of materials.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::advisory::AdvisoryStatement;
use crate::model::word::{Word, known};

/// A bill of materials of any format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sbom {
    /// `CycloneDX` or `SPDX`.
    #[serde(deserialize_with = "standard")]
    pub(crate) standard: Word,
    /// The version of the standard, as written.
    pub(crate) standard_version: String,
    /// The tools that made it, with versions.
    pub(crate) tools: Vec<String>,
    /// When it was made, as written.
    pub(crate) created: Option<String>,
    /// The thing that it describes.
    pub(crate) subject: Option<String>,
    /// Every component record, nested ones after their parent. The subject is not among them. Releases share those that are the same.
    pub(crate) components: Vec<Arc<Component>>,
    /// For each component the index of the one that brings it on a shortest way from the subject: none for what the subject names itself
    /// and for what it does not reach. Empty where the file does not tell.
    pub(crate) brought_by: Vec<Option<u32>>,
    /// The parts of the subject itself, which some writers list below it. They are not among the components.
    pub(crate) parts: Vec<Component>,
    /// What it says of vulnerabilities, where it is one with statements about them.
    pub(crate) statements: Vec<AdvisoryStatement>,
    /// How many component records stand at the top. In SPDX all packages do, the one that is the subject included.
    pub(crate) top_level: u64,
    /// Files that it lists as such (SPDX).
    pub(crate) files: u64,
    /// Edges as the file lists them: names in lists of dependencies (CycloneDX), relationships of any kind (SPDX).
    pub(crate) edges: u64,
    /// Records of dependencies: components with a list of what they depend on, empty lists included.
    pub(crate) dependency_records: u64,
    /// Vulnerabilities that it lists.
    pub(crate) vulnerabilities: u64,
    /// Distinct package URLs, in SPDX that of the subject included.
    pub(crate) purls: u64,
}

impl Sbom {
    /// The names of the components on a shortest way from the subject to a component, without both; empty where there are none.
    pub(crate) fn way_to(&self, component: usize) -> Vec<&str> {
        let mut way = Vec::new();
        let mut at = component;
        while let Some(Some(bringer)) = self.brought_by.get(at) {
            at = *bringer as usize;
            let Some(component) = self.components.get(at).filter(|_| way.len() < self.components.len()) else {
                break;
            };
            way.push(component.name.as_str());
        }
        way.reverse();
        way
    }
}

/// Something that a bill of materials lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Component {
    /// The package URL as written, or empty.
    pub(crate) purl: String,
    /// The identity over releases: the package URL without version and without the qualifiers that move
    /// (`checksum`, `download_url`, `repository_url`, `vcs_url`, `file_name`), or `group/name` where there is none.
    pub(crate) identity: String,
    /// The name as people say it, with its group: `@scope/name`.
    pub(crate) name: String,
    /// The version, or empty.
    pub(crate) version: String,
    /// The licences as written, joined by ` AND ` where there are several.
    pub(crate) licence: String,
    /// The type as written: `library`, `application`, ...
    pub(crate) kind: String,
    /// The supplier, or empty.
    pub(crate) supplier: String,
    /// Whether a hash of it is given.
    pub(crate) has_hash: bool,
    /// The strongest hash that is given, by its beginning; none where its algorithm is not known.
    pub(crate) hash: Option<ComponentHash>,
    /// Whether the subject needs it to run, as written.
    pub(crate) scope: Scope,
    /// Whether the subject names it as a direct dependency; none when the file has no edges.
    pub(crate) is_direct: Option<bool>,
}

/// The beginning of a hash: enough to tell two files apart, and small enough for hundreds of thousands of components.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct ComponentHash {
    /// The algorithm.
    pub(crate) algorithm: HashAlgorithm,
    /// Its first eight bytes.
    pub(crate) start: u64,
}

impl ComponentHash {
    /// A hash by the name of its algorithm, in whatever spelling, and its hex digits.
    pub(crate) fn of(algorithm: &str, digits: &str) -> Option<Self> {
        let algorithm = HashAlgorithm::named(algorithm)?;
        let digits = digits.trim();
        let start = u64::from_str_radix(digits.get(..16).filter(|_| is_hex(digits))?, 16).ok()?;
        Some(Self { algorithm, start })
    }
}

/// Whether a text holds hex digits only. It looks at all of them, which is quicker than to stop at the first that is none.
pub(crate) fn is_hex(digits: &str) -> bool {
    digits.bytes().fold(true, |is_hex, byte| {
        is_hex & (byte.is_ascii_digit() | matches!(byte | 0x20, b'a'..=b'f'))
    })
}

impl std::fmt::Display for ComponentHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = format!("{:?}", self.algorithm).to_ascii_lowercase().replace('_', "-");
        write!(formatter, "{name} {:016x}…", self.start)
    }
}

/// An algorithm of hashes, the stronger one later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(non_camel_case_types, reason = "the names of the algorithms have it")]
pub(crate) enum HashAlgorithm {
    /// MD5
    Md5,
    /// SHA-1
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA3-256
    Sha3_256,
    /// BLAKE2b-256
    Blake2b_256,
    /// BLAKE3
    Blake3,
    /// SHA-384
    Sha384,
    /// SHA3-384
    Sha3_384,
    /// SHA-512
    Sha512,
    /// SHA3-512
    Sha3_512,
}

impl HashAlgorithm {
    /// Every algorithm.
    pub(crate) const ALL: [Self; 10] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha256,
        Self::Sha3_256,
        Self::Blake2b_256,
        Self::Blake3,
        Self::Sha384,
        Self::Sha3_384,
        Self::Sha512,
        Self::Sha3_512,
    ];

    fn named(name: &str) -> Option<Self> {
        let mut plain = [0_u8; 12];
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
        let mut length = 0;
        for letter in letters {
            *plain.get_mut(length)? = letter.to_ascii_lowercase();
            length += 1;
        }
        Some(match &plain[..length] {
            b"md5" => Self::Md5,
            b"sha1" => Self::Sha1,
            b"sha256" => Self::Sha256,
            b"sha3256" => Self::Sha3_256,
            b"blake2b256" => Self::Blake2b_256,
            b"blake3" => Self::Blake3,
            b"sha384" => Self::Sha384,
            b"sha3384" => Self::Sha3_384,
            b"sha512" => Self::Sha512,
            b"sha3512" => Self::Sha3_512,
            _ => return None,
        })
    }
}

/// Whether the subject needs a component to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scope {
    /// It does, or nobody says otherwise.
    #[default]
    Required,
    /// It runs without.
    Optional,
    /// It is not shipped: a tool of the build, a test.
    Excluded,
}

impl Scope {
    /// Every scope.
    pub(crate) const ALL: [Self; 3] = [Self::Required, Self::Optional, Self::Excluded];

    /// A scope by its word.
    pub(crate) fn named(word: &str) -> Self {
        match word.trim() {
            "optional" => Self::Optional,
            "excluded" => Self::Excluded,
            _ => Self::Required,
        }
    }

    /// Its word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Excluded => "excluded",
        }
    }
}

/// Reads the name of a standard back.
fn standard<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<Word, D::Error> {
    known(reader, &["", "CycloneDX", "SPDX", "Syft"])
}
