//! SPDX 2.2 and 2.3 as a document, whatever form it was written in: what JSON, YAML and tag-value share.
//!
//! The package that the document describes is its subject and no component, so that a release does not list itself. Where it
//! describes several, none of them stands for the whole and all are components.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use crate::model::about::About;
use crate::model::evidence::{AnomalyKind, Artifact, Content};
use crate::model::finding::Problem;
use crate::model::sbom::{Component, ComponentHash, Sbom, Scope};
use crate::parse::artifact::json::{Items, One, Text, Texts};
use crate::parse::artifact::{anomaly, note};
use crate::parse::sbom::oddities::{Oddities, nameless};
use crate::parse::sbom::{gaps, purl, ways};

/// The id of the document itself.
const DOCUMENT: &str = "SPDXRef-DOCUMENT";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
/// As the standard has it.
pub(crate) struct Document<'text> {
    #[serde(borrow)]
    pub(crate) spdx_version: Text<'text>,
    #[serde(borrow)]
    pub(crate) name: Text<'text>,
    #[serde(borrow)]
    pub(crate) comment: Text<'text>,
    #[serde(borrow)]
    pub(crate) creation_info: One<CreationInfo<'text>>,
    #[serde(borrow)]
    pub(crate) packages: Items<Package<'text>>,
    pub(crate) files: Items<Anything>,
    #[serde(borrow)]
    pub(crate) relationships: Items<Relationship<'text>>,
    #[serde(borrow, rename = "documentDescribes")]
    pub(crate) describes: Texts<'text>,
    /// The document itself, where a wrapper stands around it.
    #[serde(borrow)]
    pub(crate) sbom: One<Box<Document<'text>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
/// As the standard has it.
pub(crate) struct CreationInfo<'text> {
    #[serde(borrow)]
    pub(crate) created: Text<'text>,
    #[serde(borrow)]
    pub(crate) creators: Texts<'text>,
    #[serde(borrow)]
    pub(crate) comment: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
/// As the standard has it.
pub(crate) struct Package<'text> {
    #[serde(borrow, rename = "SPDXID")]
    pub(crate) id: Text<'text>,
    #[serde(borrow)]
    pub(crate) name: Text<'text>,
    #[serde(borrow)]
    pub(crate) version_info: Text<'text>,
    #[serde(borrow)]
    pub(crate) license_declared: Text<'text>,
    #[serde(borrow)]
    pub(crate) license_concluded: Text<'text>,
    #[serde(borrow)]
    pub(crate) primary_package_purpose: Text<'text>,
    #[serde(borrow)]
    pub(crate) supplier: Text<'text>,
    #[serde(borrow)]
    pub(crate) external_refs: Items<ExternalReference<'text>>,
    #[serde(borrow)]
    pub(crate) checksums: Items<Checksum<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
/// As the standard has it.
pub(crate) struct Checksum<'text> {
    #[serde(borrow)]
    pub(crate) algorithm: Text<'text>,
    #[serde(borrow)]
    pub(crate) checksum_value: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
/// As the standard has it.
pub(crate) struct ExternalReference<'text> {
    #[serde(borrow)]
    pub(crate) reference_type: Text<'text>,
    #[serde(borrow)]
    pub(crate) reference_locator: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
/// As the standard has it.
pub(crate) struct Relationship<'text> {
    #[serde(borrow)]
    pub(crate) spdx_element_id: Text<'text>,
    #[serde(borrow)]
    pub(crate) related_spdx_element: Text<'text>,
    #[serde(borrow, rename = "relationshipType")]
    pub(crate) kind: Text<'text>,
}

/// An object of which only its being there matters.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Anything {}

impl Relationship<'_> {
    /// Who depends on whom, by id; none for a relationship of another kind. `A DEV_DEPENDENCY_OF B` says that B depends on A.
    fn dependency(&self) -> Option<(&str, &str)> {
        let (one, other) = (self.spdx_element_id.as_str(), self.related_spdx_element.as_str());
        match self.kind.as_str() {
            "DEPENDS_ON" | "HAS_PREREQUISITE" => Some((one, other)),
            "PREREQUISITE_FOR" | "PREREQUISITE_OF" => Some((other, one)),
            kind if kind.ends_with("DEPENDENCY_OF") => Some((other, one)),
            _ => None,
        }
    }

    /// Whether it says that nobody knows what else there is: something depends on, or contains, what nobody asserts.
    fn is_unknown(&self) -> bool {
        self.related_spdx_element.as_str() == "NOASSERTION" && matches!(self.kind.as_str(), "CONTAINS" | "DEPENDS_ON")
    }

    /// What the document describes by this relationship.
    fn described(&self) -> Option<&str> {
        let (one, other) = (self.spdx_element_id.as_str(), self.related_spdx_element.as_str());
        match self.kind.as_str() {
            "DESCRIBES" if one == DOCUMENT => Some(other),
            "DESCRIBED_BY" if other == DOCUMENT => Some(one),
            _ => None,
        }
    }
}

/// The artifact of a document, with what is odd in it. A wrapper around the document is looked through.
pub(crate) fn artifact(document: Document<'_>) -> Artifact {
    let document = match document {
        Document {
            sbom: One(Some(inner)), ..
        } => *inner,
        document => document,
    };
    let mut problems = Vec::new();
    let mut anomalies = Vec::new();
    for (name, others) in [
        ("packages", document.packages.others),
        ("relationships", document.relationships.others),
    ] {
        if others > 0 {
            let message = format!("{others} entries of `{name}` are no objects");
            note(&mut problems, Problem::of_file(message.clone()));
            anomaly(&mut anomalies, AnomalyKind::UnreadPart, None, message);
        }
    }
    let sbom = sbom(&document);
    nameless(&sbom.components, &mut anomalies);
    oddities(&document).tell(&mut problems);
    let mut about = About::default();
    let comments = [
        Some(&document.comment),
        document.creation_info.0.as_ref().map(|creation| &creation.comment),
    ];
    let comments = comments.into_iter().flatten().map(Text::as_str);
    let unknown = document.relationships.list.iter().filter(|related| related.is_unknown());
    let unknown: Vec<String> = unknown
        .take(1)
        .map(|related| format!("{} {} NOASSERTION", related.spdx_element_id.as_str(), related.kind.as_str()))
        .collect();
    gaps::tell(
        &mut about,
        comments
            .filter(|comment| gaps::is_told(comment))
            .chain(unknown.iter().map(String::as_str)),
    );
    Artifact {
        content: Content::Sbom(Box::new(sbom)),
        about,
        anomalies,
        problems,
        ..Artifact::default()
    }
}

/// What the standard forbids: packages without a name, checksums that are none, an id for two packages, a time that is none.
fn oddities(document: &Document<'_>) -> Oddities {
    let mut oddities = Oddities::default();
    let packages = &document.packages.list;
    for package in packages {
        oddities.see_component("package", package.name.as_str());
        for checksum in &package.checksums.list {
            let algorithm = checksum.algorithm.as_str();
            // Those whose digits are as many as elsewhere.
            if matches!(algorithm, "MD5" | "SHA1" | "SHA256" | "SHA384" | "SHA512") {
                oddities.see_hash(algorithm, checksum.checksum_value.as_str());
            }
        }
    }
    oddities.see_references(packages.iter().map(|package| package.id.as_str()));
    if let Some(creation) = document.creation_info.0.as_ref() {
        oddities.see_time(creation.created.as_str());
    }
    oddities
}

fn sbom(document: &Document<'_>) -> Sbom {
    let packages = &document.packages.list;
    let relationships = &document.relationships.list;
    let described: HashSet<&str> = document
        .describes
        .0
        .iter()
        .map(|id| &**id)
        .chain(relationships.iter().filter_map(Relationship::described))
        .collect();
    let subjects: Vec<&Package<'_>> = packages
        .iter()
        .filter(|package| described.contains(package.id.as_str()))
        .collect();
    let only_subject = match subjects.as_slice() {
        [subject] => Some(subject.id.as_str()),
        _ => None,
    };
    let dependencies: Vec<(&str, &str)> = relationships.iter().filter_map(Relationship::dependency).collect();
    let dependents: HashSet<&str> = dependencies.iter().map(|(dependent, _)| *dependent).collect();
    let direct: Option<HashSet<&str>> = only_subject.filter(|_| !dependencies.is_empty()).map(|subject| {
        let own = dependencies.iter().filter(|(dependent, _)| *dependent == subject);
        own.map(|(_, dependency)| *dependency).collect()
    });
    let listed: Vec<&Package<'_>> = packages
        .iter()
        .filter(|package| only_subject != Some(package.id.as_str()))
        .collect();
    let brought_by = only_subject.filter(|_| direct.is_some()).map_or_else(Vec::new, |subject| {
        let references: Vec<&str> = listed.iter().map(|package| package.id.as_str()).collect();
        ways::brought_by(subject, references.into_iter(), dependencies.iter().copied())
    });
    let creation = document.creation_info.0.as_ref();
    // A package may have several: one for each repository or image that carries it.
    let purls: HashSet<&str> = packages.iter().flat_map(purls_of).collect();
    Sbom {
        standard: "SPDX",
        standard_version: version_of(document),
        tools: creation.map(tools).unwrap_or_default(),
        created: creation.and_then(|creation| creation.created.words()).map(str::to_owned),
        subject: subject(&subjects, document),
        components: listed
            .iter()
            .map(|package| Arc::new(component(package, direct.as_ref())))
            .collect(),
        brought_by,
        top_level: packages.len() as u64 + document.packages.others,
        files: document.files.list.len() as u64 + document.files.others,
        edges: relationships.len() as u64 + document.relationships.others,
        dependency_records: dependents.len() as u64,
        vulnerabilities: 0,
        purls: purls.len() as u64,
        ..Sbom::default()
    }
}

fn version_of(document: &Document<'_>) -> String {
    let version = document.spdx_version.as_str().trim();
    version.strip_prefix("SPDX-").unwrap_or(version).to_owned()
}

/// The tools among the creators: `Tool: npm/cli-11.19.1`.
fn tools(creation: &CreationInfo<'_>) -> Vec<String> {
    let tools = creation
        .creators
        .0
        .iter()
        .filter_map(|creator| creator.trim().strip_prefix("Tool:"));
    tools
        .map(|tool| tool.trim().to_owned())
        .filter(|tool| !tool.is_empty())
        .collect()
}

/// What the document is about: the packages that it describes, else its name.
fn subject(subjects: &[&Package<'_>], document: &Document<'_>) -> Option<String> {
    let named = |package: &&Package<'_>| {
        let name = package.name.words()?;
        Some(match package.version_info.words() {
            Some(version) => format!("{name} {version}"),
            None => name.to_owned(),
        })
    };
    let names: Vec<String> = subjects.iter().take(3).filter_map(named).collect();
    match (names.is_empty(), subjects.len()) {
        (true, _) => document.name.words().map(str::to_owned),
        (false, 0..=3) => Some(names.join(", ")),
        (false, count) => Some(format!("{} and {} more", names.join(", "), count - 3)),
    }
}

fn component(package: &Package<'_>, direct: Option<&HashSet<&str>>) -> Component {
    let name = package.name.as_str().trim();
    let url = purl_of(package);
    let version = package.version_info.words().filter(|version| *version != "NOASSERTION");
    Component {
        purl: url.to_owned(),
        identity: purl::identity(url, "", name),
        name: name.to_owned(),
        version: version.map_or_else(|| purl::version(url), str::to_owned),
        licence: licence(package),
        kind: package.primary_package_purpose.as_str().to_ascii_lowercase(),
        supplier: supplier(package.supplier.as_str()),
        has_hash: !package.checksums.list.is_empty(),
        hash: package
            .checksums
            .list
            .iter()
            .filter_map(|hash| ComponentHash::of(hash.algorithm.as_str(), hash.checksum_value.as_str()))
            .max(),
        scope: Scope::default(),
        is_direct: direct.map(|direct| direct.contains(package.id.as_str())),
    }
}

fn purl_of<'package>(package: &'package Package<'_>) -> &'package str {
    purls_of(package).next().unwrap_or_default()
}

/// The purls of a package. The type of a reference is a word, or the address that stands for it.
fn purls_of<'package>(package: &'package Package<'_>) -> impl Iterator<Item = &'package str> {
    let references = package.external_refs.list.iter();
    references
        .filter(|reference| {
            matches!(
                reference.reference_type.as_str(),
                "purl" | "http://spdx.org/rdf/references/purl"
            )
        })
        .map(|reference| reference.reference_locator.as_str().trim())
        .filter(|purl| !purl.is_empty())
}

/// What was declared, else what was concluded. `NOASSERTION` says nothing; `NONE` says that there is no licence.
fn licence(package: &Package<'_>) -> String {
    [&package.license_declared, &package.license_concluded]
        .iter()
        .filter_map(|licence| licence.words())
        .find(|licence| *licence != "NOASSERTION")
        .unwrap_or_default()
        .to_owned()
}

fn supplier(text: &str) -> String {
    let text = text.trim();
    if text == "NOASSERTION" {
        return String::new();
    }
    let name = text.strip_prefix("Organization:").or_else(|| text.strip_prefix("Person:"));
    name.unwrap_or(text).trim().to_owned()
}
