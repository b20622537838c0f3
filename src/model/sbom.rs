//! Software bills of materials.

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
    /// Every component record, nested ones after their parent. The subject is not among them.
    pub(crate) components: Vec<Component>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Whether the subject names it as a direct dependency; none when the file has no edges.
    pub(crate) is_direct: Option<bool>,
}

/// Reads the name of a standard back.
fn standard<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<Word, D::Error> {
    known(reader, &["", "CycloneDX", "SPDX", "Syft"])
}
