//! CycloneDX in XML, 1.0 to 1.7 and whatever comes after. The version stands in the namespace only.
//!
//! Elements count by their way from the root: a `component` below a pedigree, a tool or a piece of evidence is no component of the
//! bill of materials.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::about::About;
use crate::model::advisory::AdvisoryStatement;
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::sbom::{Component, ComponentHash, Sbom, Scope};
use crate::parse::artifact::xml::{XmlElement, XmlEvent, XmlReader};
use crate::parse::artifact::{Format, Sniff, broken, note};
use crate::parse::sbom::oddities::Oddities;
use crate::parse::sbom::vex::{self, Analysed};
use crate::parse::sbom::{gaps, licence, purl, ways};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "cyclonedx-xml",
    title: "CycloneDX XML",
    recognizes,
    parse,
};

/// What the namespace begins with; the version stands behind it.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff
        .xml()
        .is_some_and(|root| root.name == "bom" && root.namespace.starts_with(NAMESPACE))
}

/// What an open element is, by its way from the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Bom,
    Metadata,
    Timestamp,
    Tools,
    Tool,
    ToolName,
    ToolVersion,
    Components,
    Component,
    Subject,
    Parts,
    Part,
    Group,
    Name,
    Version,
    Purl,
    Publisher,
    Supplier,
    SupplierName,
    Licences,
    Licence,
    LicenceId,
    LicenceName,
    Expression,
    Hashes,
    Hash,
    Dependencies,
    Dependency,
    Edge,
    Vulnerabilities,
    Vulnerability,
    VulnerabilityId,
    Analysis,
    AnalysisState,
    Justification,
    Detail,
    LastUpdated,
    Affects,
    Target,
    TargetReference,
    Scope,
    Compositions,
    Composition,
    Aggregate,
    Other,
}

impl Tag {
    fn below(parent: Option<Self>, name: &str) -> Self {
        match (parent, name) {
            (None, "bom") => Self::Bom,
            (Some(Self::Bom), "metadata") => Self::Metadata,
            (Some(Self::Bom | Self::Component | Self::Components), "components") => Self::Components,
            (Some(Self::Subject | Self::Part), "components") => Self::Parts,
            (Some(Self::Parts), "component") => Self::Part,
            (Some(Self::Bom), "dependencies") => Self::Dependencies,
            (Some(Self::Bom), "vulnerabilities") => Self::Vulnerabilities,
            (Some(Self::Bom), "compositions") => Self::Compositions,
            (Some(Self::Compositions), "composition") => Self::Composition,
            (Some(Self::Composition), "aggregate") => Self::Aggregate,
            (Some(Self::Metadata), "timestamp") => Self::Timestamp,
            (Some(Self::Metadata), "component") => Self::Subject,
            (Some(Self::Metadata), "tools") => Self::Tools,
            (Some(Self::Tools), "components" | "services") => Self::Tools,
            (Some(Self::Tools), "tool" | "component" | "service") => Self::Tool,
            (Some(Self::Tool), "name") => Self::ToolName,
            (Some(Self::Tool), "version") => Self::ToolVersion,
            // Some writers nest components without the list between them.
            (Some(Self::Components | Self::Component), "component") => Self::Component,
            (Some(Self::Component | Self::Subject | Self::Part), "group") => Self::Group,
            (Some(Self::Component | Self::Subject | Self::Part), "name") => Self::Name,
            (Some(Self::Component | Self::Subject | Self::Part), "version") => Self::Version,
            (Some(Self::Component | Self::Subject | Self::Part), "purl") => Self::Purl,
            (Some(Self::Component | Self::Subject | Self::Part), "publisher") => Self::Publisher,
            (Some(Self::Component | Self::Subject | Self::Part), "supplier") => Self::Supplier,
            (Some(Self::Supplier), "name") => Self::SupplierName,
            (Some(Self::Component | Self::Subject | Self::Part), "licenses") => Self::Licences,
            (Some(Self::Licences), "license") => Self::Licence,
            (Some(Self::Licences), "expression") => Self::Expression,
            (Some(Self::Licence), "id") => Self::LicenceId,
            (Some(Self::Licence), "name") => Self::LicenceName,
            (Some(Self::Component | Self::Subject | Self::Part), "hashes") => Self::Hashes,
            (Some(Self::Hashes), "hash") => Self::Hash,
            (Some(Self::Dependencies), "dependency") => Self::Dependency,
            (Some(Self::Dependency), "dependency") => Self::Edge,
            (Some(Self::Component | Self::Subject | Self::Part), "scope") => Self::Scope,
            (Some(Self::Vulnerabilities), "vulnerability") => Self::Vulnerability,
            (Some(Self::Vulnerability), "id") => Self::VulnerabilityId,
            (Some(Self::Vulnerability), "analysis") => Self::Analysis,
            (Some(Self::Analysis), "state") => Self::AnalysisState,
            (Some(Self::Analysis), "justification") => Self::Justification,
            (Some(Self::Analysis), "detail") => Self::Detail,
            (Some(Self::Analysis), "lastUpdated") => Self::LastUpdated,
            (Some(Self::Vulnerability), "affects") => Self::Affects,
            (Some(Self::Affects), "target") => Self::Target,
            (Some(Self::Target), "ref") => Self::TargetReference,
            _ => Self::Other,
        }
    }

    /// Whether the words inside of the element are asked for.
    fn has_words(self) -> bool {
        matches!(
            self,
            Self::Timestamp
                | Self::ToolName
                | Self::ToolVersion
                | Self::Group
                | Self::Name
                | Self::Version
                | Self::Purl
                | Self::Publisher
                | Self::SupplierName
                | Self::LicenceId
                | Self::LicenceName
                | Self::Expression
                | Self::Hash
                | Self::Scope
                | Self::Aggregate
                | Self::VulnerabilityId
                | Self::AnalysisState
                | Self::Justification
                | Self::Detail
                | Self::LastUpdated
                | Self::TargetReference
        )
    }
}

/// A component as far as it was read.
#[derive(Default)]
struct Draft {
    reference: String,
    kind: String,
    group: String,
    name: String,
    version: String,
    purl: String,
    supplier: String,
    publisher: String,
    licences: Vec<String>,
    has_hash: bool,
    hash: Option<ComponentHash>,
    scope: Scope,
}

/// What is said of a vulnerability, as far as it was read.
#[derive(Default)]
struct Said {
    id: String,
    state: String,
    justification: String,
    detail: String,
    at: String,
    affects: Vec<String>,
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    /// The prefix of the root element; extensions of the standard have others.
    prefix: String,
    /// Vulnerabilities and dependencies that stand in extensions, which are not read.
    extended: u64,
    open: Vec<Tag>,
    words: String,
    /// All components in the order of their start tags.
    components: Vec<Draft>,
    /// Parts of the subject, in the order of their start tags.
    parts: Vec<Draft>,
    /// The open components and parts, by what they are and their index.
    nested: Vec<(Tag, usize)>,
    subject: Option<Draft>,
    /// The algorithm of the open hash.
    algorithm: String,
    /// Ids and names of the open licence.
    licence: (String, String),
    oddities: Oddities,
    tools: Vec<(String, String)>,
    /// Who depends on whom, by reference.
    edges: Vec<(String, String)>,
    dependency: String,
    /// How whole its parts are, by its own words.
    aggregates: Vec<String>,
    said: Vec<Said>,
    sbom: Sbom,
}

fn parse(text: &str) -> Artifact {
    let mut reader = Reader::default();
    let mut xml = XmlReader::new(text);
    loop {
        let step = match xml.next() {
            Ok(XmlEvent::Open(element)) => reader.open(&element),
            Ok(XmlEvent::Text(words)) => {
                if reader.open.last().is_some_and(|tag| tag.has_words()) {
                    reader.words.push_str(&words);
                }
                Ok(())
            }
            Ok(XmlEvent::Close) => {
                reader.close();
                Ok(())
            }
            Ok(XmlEvent::End) => break,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = step {
            return broken(problem);
        }
    }
    let mut problems = Vec::new();
    for draft in reader.components.iter().chain(&reader.parts).chain(&reader.subject) {
        reader.oddities.see_component(&draft.kind, &draft.name);
    }
    reader
        .oddities
        .see_references(reader.components.iter().map(|draft| draft.reference.as_str()));
    reader.oddities.tell(&mut problems);
    if reader.extended > 0 {
        let message = format!(
            "{} dependencies and vulnerabilities stand in extensions of CycloneDX, which are not read",
            reader.extended
        );
        note(&mut problems, Problem::of_file(message));
    }
    let mut about = About::default();
    let said = reader.aggregates.iter().map(String::as_str);
    gaps::tell(&mut about, said.filter(|aggregate| gaps::is_gap(aggregate)));
    Artifact {
        content: Content::Sbom(Box::new(reader.finish())),
        about,
        problems,
        ..Artifact::default()
    }
}

impl Reader {
    fn open(&mut self, element: &XmlElement<'_>) -> Result<(), Problem> {
        if self.open.is_empty() {
            element.prefix().clone_into(&mut self.prefix);
        }
        let tag = if element.prefix() == self.prefix {
            Tag::below(self.open.last().copied(), element.name())
        } else {
            self.extended += u64::from(matches!(element.name(), "dependency" | "vulnerability"));
            Tag::Other
        };
        self.words.clear();
        match tag {
            Tag::Bom => {
                let (_, namespace) = element.names_and_namespace();
                let version = namespace.strip_prefix(NAMESPACE).unwrap_or_default();
                version.clone_into(&mut self.sbom.standard_version);
            }
            Tag::Component | Tag::Subject | Tag::Part => {
                let attributes = element.attributes()?;
                let draft = Draft {
                    reference: attributes.text("bom-ref").unwrap_or_default().to_owned(),
                    kind: attributes.text("type").unwrap_or_default().to_owned(),
                    ..Draft::default()
                };
                match tag {
                    Tag::Subject => self.subject = Some(draft),
                    Tag::Part => {
                        self.nested.push((tag, self.parts.len()));
                        self.parts.push(draft);
                    }
                    _ => {
                        self.sbom.top_level += u64::from(self.nested.is_empty());
                        self.nested.push((tag, self.components.len()));
                        self.components.push(draft);
                    }
                }
            }
            Tag::Tool => self.tools.push((String::new(), String::new())),
            Tag::Licence => self.licence = (String::new(), String::new()),
            Tag::Hash => {
                element
                    .attributes()?
                    .text("alg")
                    .unwrap_or_default()
                    .clone_into(&mut self.algorithm);
                if let Some(draft) = self.draft() {
                    draft.has_hash = true;
                }
            }
            Tag::Dependency => {
                self.sbom.dependency_records += 1;
                element
                    .attributes()?
                    .text("ref")
                    .unwrap_or_default()
                    .clone_into(&mut self.dependency);
            }
            Tag::Edge => {
                self.sbom.edges += 1;
                let other = element.attributes()?.text("ref").unwrap_or_default().to_owned();
                self.edges.push((self.dependency.clone(), other));
            }
            Tag::Vulnerability => {
                self.sbom.vulnerabilities += 1;
                self.said.push(Said::default());
            }
            _ => {}
        }
        self.open.push(tag);
        Ok(())
    }

    fn close(&mut self) {
        let Some(tag) = self.open.pop() else { return };
        let words = self.words.trim().to_owned();
        match tag {
            Tag::Component | Tag::Part => {
                self.nested.pop();
            }
            Tag::Hash => {
                self.oddities.see_hash(&self.algorithm, &words);
                let hash = ComponentHash::of(&self.algorithm, &words);
                if let Some(draft) = self.draft() {
                    draft.hash = draft.hash.max(hash);
                }
            }
            Tag::Scope => {
                if let Some(draft) = self.draft() {
                    draft.scope = Scope::named(&words);
                }
            }
            Tag::Aggregate => self.aggregates.push(words),
            Tag::VulnerabilityId
            | Tag::AnalysisState
            | Tag::Justification
            | Tag::Detail
            | Tag::LastUpdated
            | Tag::TargetReference => {
                if let Some(said) = self.said.last_mut() {
                    match tag {
                        Tag::VulnerabilityId => said.id = words,
                        Tag::AnalysisState => said.state = words,
                        Tag::Justification => said.justification = words,
                        Tag::Detail => said.detail = words,
                        Tag::LastUpdated => said.at = words,
                        _ => said.affects.push(words),
                    }
                }
            }
            Tag::Licence => self.oddities.see_licence(Some((&self.licence.0, &self.licence.1)), ""),
            Tag::Timestamp => {
                self.oddities.see_time(&words);
                self.sbom.created = Some(words).filter(|words| !words.is_empty());
            }
            Tag::ToolName | Tag::ToolVersion => {
                if let Some((name, version)) = self.tools.last_mut() {
                    *(if tag == Tag::ToolName { name } else { version }) = words;
                }
            }
            _ if tag.has_words() => {
                match tag {
                    Tag::LicenceId => self.licence.0.clone_from(&words),
                    Tag::LicenceName => self.licence.1.clone_from(&words),
                    _ => {}
                }
                if let Some(draft) = self.draft() {
                    match tag {
                        Tag::Group => draft.group = words,
                        Tag::Name => draft.name = words,
                        Tag::Version => draft.version = words,
                        Tag::Purl => draft.purl = words,
                        Tag::Publisher => draft.publisher = words,
                        Tag::SupplierName => draft.supplier = words,
                        _ if !words.is_empty() => draft.licences.push(words),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        self.words.clear();
    }

    /// The component that is open, or the subject.
    fn draft(&mut self) -> Option<&mut Draft> {
        match self.nested.last() {
            Some((Tag::Part, index)) => self.parts.get_mut(*index),
            Some((_, index)) => self.components.get_mut(*index),
            None => self.subject.as_mut(),
        }
    }

    fn finish(mut self) -> Sbom {
        let reference = self.subject.as_ref().map(|subject| subject.reference.as_str());
        let direct: Option<HashSet<&str>> = reference.filter(|own| !own.is_empty() && !self.edges.is_empty()).map(|own| {
            let edges = self.edges.iter().filter(|(one, _)| one == own);
            edges.map(|(_, other)| other.as_str()).collect()
        });
        let purls: HashSet<&str> = self.components.iter().map(|draft| draft.purl.as_str()).collect();
        self.sbom.standard = "CycloneDX";
        self.sbom.purls = purls.iter().filter(|purl| !purl.is_empty()).count() as u64;
        self.sbom.tools = self
            .tools
            .iter()
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, version)| format!("{name} {version}").trim().to_owned())
            .collect();
        self.sbom.subject = self
            .subject
            .as_ref()
            .filter(|subject| !subject.name.is_empty())
            .map(|subject| {
                let name = purl::full_name(&subject.group, &subject.name);
                let of_purl = purl::version(&subject.purl);
                let version = if subject.version.is_empty() {
                    &of_purl
                } else {
                    &subject.version
                };
                format!("{name} {version}").trim().to_owned()
            });
        if let Some(root) = reference.filter(|_| direct.is_some()) {
            let references: Vec<&str> = self.components.iter().map(|draft| draft.reference.as_str()).collect();
            let edges = self.edges.iter().map(|(one, other)| (one.as_str(), other.as_str()));
            self.sbom.brought_by = ways::brought_by(root, references.into_iter(), edges);
        }
        self.sbom.statements = self.statements();
        let made = |draft: &Draft| component(draft, direct.as_ref());
        self.sbom.components = self.components.iter().map(|draft| Arc::new(made(draft))).collect();
        self.sbom.parts = self.parts.iter().map(made).collect();
        self.sbom
    }
}

impl Reader {
    /// What is said of vulnerabilities; one that is only listed has no statement.
    fn statements(&self) -> Vec<AdvisoryStatement> {
        let drafts = self.components.iter().chain(&self.parts).chain(&self.subject);
        let references: HashMap<String, String> = drafts
            .filter(|draft| !draft.reference.is_empty() && !draft.purl.is_empty())
            .map(|draft| (draft.reference.clone(), draft.purl.clone()))
            .collect();
        let said = self.said.iter().filter(|said| !said.state.is_empty());
        said.map(|said| {
            vex::statement(
                &Analysed {
                    vulnerability: &said.id,
                    state: &said.state,
                    justification: given(&said.justification),
                    detail: given(&said.detail),
                    at: given(&said.at),
                },
                said.affects.iter().map(String::as_str),
                &references,
            )
        })
        .collect()
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn component(draft: &Draft, direct: Option<&HashSet<&str>>) -> Component {
    let version = if draft.version.is_empty() {
        purl::version(&draft.purl)
    } else {
        draft.version.clone()
    };
    let supplier = if draft.supplier.is_empty() {
        &draft.publisher
    } else {
        &draft.supplier
    };
    Component {
        purl: draft.purl.clone(),
        identity: purl::identity(&draft.purl, &draft.group, &draft.name),
        name: purl::full_name(&draft.group, &draft.name),
        version,
        licence: licence::joined(draft.licences.iter().map(String::as_str).collect()),
        kind: draft.kind.clone(),
        supplier: supplier.clone(),
        has_hash: draft.has_hash,
        hash: draft.hash,
        scope: draft.scope,
        is_direct: direct.map(|direct| direct.contains(draft.reference.as_str())),
    }
}

#[cfg(test)]
mod tests;
