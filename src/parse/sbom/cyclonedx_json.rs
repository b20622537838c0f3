//! CycloneDX in JSON, 1.2 to 1.7 and whatever comes after: all members are optional, unknown ones are skipped.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::advisory::AdvisoryStatement;
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::sbom::{Component, ComponentHash, Sbom, Scope};
use crate::parse::artifact::json::{self, Items, One, Text, Texts};
use crate::parse::artifact::{Format, Sniff, broken, note};
use crate::parse::sbom::oddities::Oddities;
use crate::parse::sbom::vex::{self, Analysed};
use crate::parse::sbom::{licence, purl, ways};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "cyclonedx-json",
    title: "CycloneDX JSON",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.text_at("bomFormat") == Some("CycloneDX")
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Bom<'text> {
    #[serde(borrow)]
    spec_version: Text<'text>,
    #[serde(borrow)]
    metadata: One<Metadata<'text>>,
    #[serde(borrow)]
    components: Items<Entry<'text>>,
    #[serde(borrow)]
    dependencies: Items<Dependency<'text>>,
    #[serde(borrow)]
    vulnerabilities: Items<Vulnerability<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata<'text> {
    #[serde(borrow)]
    timestamp: Text<'text>,
    #[serde(borrow)]
    component: One<Entry<'text>>,
    #[serde(borrow)]
    tools: Tools<'text>,
}

/// Tools: an array up to 1.4, an object with components and services since 1.5.
#[derive(Default)]
struct Tools<'text>(Vec<Tool<'text>>);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tool<'text> {
    #[serde(borrow)]
    name: Text<'text>,
    #[serde(borrow)]
    version: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ToolObject<'text> {
    #[serde(borrow)]
    components: Items<Tool<'text>>,
    #[serde(borrow)]
    services: Items<Tool<'text>>,
}

/// A component with the components inside of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry<'text> {
    #[serde(borrow, rename = "type")]
    kind: Text<'text>,
    #[serde(borrow, rename = "bom-ref")]
    reference: Text<'text>,
    #[serde(borrow)]
    group: Text<'text>,
    #[serde(borrow)]
    name: Text<'text>,
    #[serde(borrow)]
    version: Text<'text>,
    #[serde(borrow)]
    purl: Text<'text>,
    #[serde(borrow)]
    scope: Text<'text>,
    #[serde(borrow)]
    supplier: One<Organization<'text>>,
    #[serde(borrow)]
    publisher: Text<'text>,
    #[serde(borrow)]
    licenses: Items<LicenceChoice<'text>>,
    #[serde(borrow)]
    hashes: Items<Hash<'text>>,
    #[serde(borrow)]
    components: Items<Entry<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Organization<'text> {
    #[serde(borrow)]
    name: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LicenceChoice<'text> {
    #[serde(borrow)]
    license: One<Licence<'text>>,
    #[serde(borrow)]
    expression: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Licence<'text> {
    #[serde(borrow)]
    id: Text<'text>,
    #[serde(borrow)]
    name: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Dependency<'text> {
    #[serde(borrow, rename = "ref")]
    reference: Text<'text>,
    #[serde(borrow)]
    depends_on: Texts<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hash<'text> {
    #[serde(borrow)]
    alg: Text<'text>,
    #[serde(borrow)]
    content: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vulnerability<'text> {
    #[serde(borrow)]
    id: Text<'text>,
    #[serde(borrow)]
    analysis: One<Analysis<'text>>,
    #[serde(borrow)]
    affects: Items<Affected<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Analysis<'text> {
    #[serde(borrow)]
    state: Text<'text>,
    #[serde(borrow)]
    justification: Text<'text>,
    #[serde(borrow)]
    detail: Text<'text>,
    #[serde(borrow)]
    last_updated: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Affected<'text> {
    #[serde(borrow, rename = "ref")]
    reference: Text<'text>,
}

struct ToolsVisitor;

impl<'de> Visitor<'de> for ToolsVisitor {
    type Value = Tools<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("tools")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<Self::Value, A::Error> {
        let items = Items::deserialize(SeqAccessDeserializer::new(sequence))?;
        Ok(Tools(items.list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let object = ToolObject::deserialize(MapAccessDeserializer::new(map))?;
        let mut tools = object.components.list;
        tools.extend(object.services.list);
        Ok(Tools(tools))
    }
}

impl<'de: 'text, 'text> Deserialize<'de> for Tools<'text> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ToolsVisitor)
    }
}

fn parse(text: &str) -> Artifact {
    let bom: Bom<'_> = match json::read(text) {
        Ok(bom) => bom,
        Err(problem) => return broken(problem),
    };
    let mut problems = Vec::new();
    if bom.components.others > 0 {
        let message = format!("{} entries of `components` are no objects", bom.components.others);
        note(&mut problems, Problem::of_file(message));
    }
    let empty = Metadata::default();
    let metadata = bom.metadata.0.as_ref().unwrap_or(&empty);
    let subject = metadata.component.0.as_ref();
    let direct = direct_dependencies(&bom, subject);
    let mut oddities = Oddities::default();
    oddities.see_time(metadata.timestamp.as_str());
    if let Some(subject) = subject {
        see(subject, &mut oddities);
    }
    // Who is meant is asked for by statements about vulnerabilities only.
    let has_statements = !bom.vulnerabilities.list.is_empty();
    let mut references = HashMap::new();
    let mut flat = |entries: &[&Entry<'_>]| -> Vec<Component> {
        let mut components = Vec::with_capacity(entries.len());
        for entry in entries {
            see(entry, &mut oddities);
            let component = component(entry, direct.as_ref());
            if let Some(reference) = entry
                .reference
                .words()
                .filter(|_| has_statements && !component.purl.is_empty())
            {
                references.insert(reference.to_owned(), component.purl.clone());
            }
            components.push(component);
        }
        components
    };
    let entries = nested(&bom.components);
    let components = flat(&entries);
    let parts = subject.map(|subject| flat(&nested(&subject.components))).unwrap_or_default();
    let root = subject
        .and_then(|subject| subject.reference.words())
        .filter(|_| direct.is_some());
    let brought_by = root.map_or_else(Vec::new, |root| {
        let references: Vec<&str> = entries.iter().map(|entry| entry.reference.as_str()).collect();
        let edges = bom.dependencies.list.iter().flat_map(|record| {
            let needed = record.depends_on.0.iter();
            needed.map(|what| (record.reference.as_str(), &**what))
        });
        ways::brought_by(root, &references, edges)
    });
    oddities.see_references(entries.iter().map(|entry| entry.reference.as_str()));
    oddities.tell(&mut problems);
    let purls: HashSet<&str> = components.iter().map(|component| component.purl.as_str()).collect();
    let sbom = Sbom {
        standard: "CycloneDX",
        standard_version: bom.spec_version.as_str().to_owned(),
        tools: metadata.tools.0.iter().filter_map(tool).collect(),
        created: metadata.timestamp.words().map(str::to_owned),
        subject: subject.and_then(named),
        top_level: bom.components.list.len() as u64 + bom.components.others,
        files: 0,
        edges: bom
            .dependencies
            .list
            .iter()
            .map(|record| record.depends_on.0.len() as u64)
            .sum(),
        dependency_records: bom.dependencies.list.len() as u64,
        vulnerabilities: bom.vulnerabilities.list.len() as u64,
        purls: purls.iter().filter(|purl| !purl.is_empty()).count() as u64,
        parts,
        brought_by,
        statements: bom
            .vulnerabilities
            .list
            .iter()
            .filter_map(|entry| statement(entry, &references))
            .collect(),
        components: components.into_iter().map(Arc::new).collect(),
    };
    Artifact {
        content: Content::Sbom(Box::new(sbom)),
        problems,
        ..Artifact::default()
    }
}

/// All entries of a list, nested ones after their parent.
fn nested<'bom, 'text>(list: &'bom Items<Entry<'text>>) -> Vec<&'bom Entry<'text>> {
    let mut entries = Vec::with_capacity(list.list.len());
    let mut waiting: Vec<&Entry<'_>> = list.list.iter().rev().collect();
    while let Some(entry) = waiting.pop() {
        entries.push(entry);
        waiting.extend(entry.components.list.iter().rev());
    }
    entries
}

/// Looks for what the schema forbids.
fn see(entry: &Entry<'_>, oddities: &mut Oddities) {
    oddities.see_component(entry.kind.as_str(), entry.name.as_str());
    for hash in &entry.hashes.list {
        oddities.see_hash(hash.alg.as_str(), hash.content.as_str());
    }
    for choice in &entry.licenses.list {
        let licence = choice.license.0.as_ref();
        let parts = licence.map(|licence| (licence.id.as_str(), licence.name.as_str()));
        oddities.see_licence(parts, choice.expression.as_str());
    }
}

/// What the bill of materials says of a vulnerability; none where it only lists it.
fn statement(entry: &Vulnerability<'_>, references: &HashMap<String, String>) -> Option<AdvisoryStatement> {
    let analysis = entry.analysis.0.as_ref()?;
    let affects = entry.affects.list.iter().filter_map(|affected| affected.reference.words());
    Some(vex::statement(
        &Analysed {
            vulnerability: entry.id.as_str(),
            state: analysis.state.words()?,
            justification: analysis.justification.words(),
            detail: analysis.detail.words(),
            at: analysis.last_updated.words(),
        },
        affects,
        references,
    ))
}

/// What the subject depends on; none when the file has no edges, so that nothing can be told.
fn direct_dependencies<'bom>(bom: &'bom Bom<'_>, subject: Option<&Entry<'_>>) -> Option<HashSet<&'bom str>> {
    let reference = subject?.reference.words()?;
    let records = &bom.dependencies.list;
    if records.iter().all(|record| record.depends_on.0.is_empty()) {
        return None;
    }
    let own = records.iter().filter(|record| record.reference.as_str() == reference);
    Some(
        own.flat_map(|record| record.depends_on.0.iter().map(|name| &**name))
            .collect(),
    )
}

fn component(entry: &Entry<'_>, direct: Option<&HashSet<&str>>) -> Component {
    let (group, name) = (entry.group.as_str().trim(), entry.name.as_str().trim());
    let url = entry.purl.as_str().trim();
    let version = entry.version.words().map_or_else(|| purl::version(url), str::to_owned);
    let supplier = entry.supplier.0.as_ref().and_then(|supplier| supplier.name.words());
    Component {
        purl: url.to_owned(),
        identity: purl::identity(url, group, name),
        name: purl::full_name(group, name),
        version,
        licence: licence(&entry.licenses),
        kind: entry.kind.as_str().to_owned(),
        supplier: supplier.or(entry.publisher.words()).unwrap_or_default().to_owned(),
        has_hash: !entry.hashes.list.is_empty(),
        hash: entry
            .hashes
            .list
            .iter()
            .filter_map(|hash| ComponentHash::of(hash.alg.as_str(), hash.content.as_str()))
            .max(),
        scope: Scope::named(entry.scope.as_str()),
        is_direct: direct.map(|direct| direct.contains(entry.reference.as_str())),
    }
}

/// The licences as written.
fn licence(choices: &Items<LicenceChoice<'_>>) -> String {
    let licences = choices.list.iter().filter_map(|choice| {
        let licence = choice.license.0.as_ref();
        let own = licence.and_then(|licence| licence.id.words().or(licence.name.words()));
        choice.expression.words().or(own)
    });
    licence::joined(licences.collect())
}

fn tool(tool: &Tool<'_>) -> Option<String> {
    let name = tool.name.words()?;
    Some(match tool.version.words() {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    })
}

fn named(subject: &Entry<'_>) -> Option<String> {
    let name = purl::full_name(subject.group.as_str().trim(), subject.name.words()?);
    Some(match subject.version.words() {
        Some(version) => format!("{name} {version}"),
        None => name,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::parse;
    use crate::model::evidence::Content;
    use crate::model::sbom::Sbom;
    use crate::parse::recognise::read;

    fn sbom(text: &str) -> Sbom {
        match parse(text).content {
            Content::Sbom(sbom) => *sbom,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn components_come_flat_with_all_that_pages_show() {
        let sbom = sbom(
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2026-01-02T00:00:00Z",
              "tools": {"components": [{"name": "cdx", "version": "6.0"}], "services": [{"name": "s"}]},
              "component": {"bom-ref": "root", "name": "app", "version": "1.0", "purl": "pkg:npm/app@1.0"}},
             "components": [
               {"type": "library", "bom-ref": "a", "group": "@s", "name": "a", "version": "1.0", "purl": "pkg:npm/%40s/a@1.0",
                "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Apache"}}], "hashes": [{"alg": "SHA-1"}], "supplier": {"name": "S"},
                "components": [{"name": "inner", "licenses": [{"expression": "MIT OR ISC"}], "components": [{"name": "innermost"}]}]},
               {"bom-ref": "b", "name": "b", "purl": "pkg:npm/b@2.0"}],
             "dependencies": [{"ref": "root", "dependsOn": ["a"], "provides": ["x"]}, {"ref": "a", "dependsOn": ["b"]}, {"ref": "b"}],
             "vulnerabilities": [{"id": "CVE-1"}]}"#,
        );
        let shown: Vec<_> = sbom
            .components
            .iter()
            .map(|c| {
                format!(
                    "{}={} {} [{}] {} {} {:?}",
                    c.identity, c.name, c.version, c.licence, c.supplier, c.has_hash, c.is_direct
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "pkg:npm/@s/a=@s/a 1.0 [Apache AND MIT] S true Some(true)",
                "inner=inner  [MIT OR ISC]  false Some(false)",
                "innermost=innermost  []  false Some(false)",
                "pkg:npm/b=b 2.0 []  false Some(false)",
            ]
        );
        assert_eq!(sbom.tools, ["cdx 6.0", "s"]);
        assert_eq!(
            (sbom.subject.as_deref(), sbom.created.as_deref()),
            (Some("app 1.0"), Some("2026-01-02T00:00:00Z"))
        );
        let counts = [
            sbom.top_level, sbom.edges, sbom.dependency_records, sbom.vulnerabilities, sbom.purls,
        ];
        assert_eq!(counts, [2, 2, 3, 1, 2]);
    }

    #[test]
    fn parts_of_the_subject_are_counted_apart_and_statements_name_their_component() {
        let sbom = sbom(
            r#"{"metadata": {"component": {"name": "app", "type": "application", "components": [{"name": "part", "type": "library", "components": [{"name": "inner"}]}]}},
             "components": [{"bom-ref": "r", "name": "a", "type": "library", "purl": "pkg:npm/a@1"}],
             "vulnerabilities": [{"id": "CVE-1", "analysis": {"state": "not_affected", "justification": "code_not_reachable"}, "affects": [{"ref": "r"}, {"ref": "urn:cdx:x"}]},
               {"id": "CVE-2"}]}"#,
        );
        assert_eq!((sbom.components.len(), sbom.parts.len(), sbom.vulnerabilities), (1, 2, 2));
        let statement = &sbom.statements[0];
        assert_eq!((sbom.statements.len(), statement.status.as_str()), (1, "not_affected"));
        assert_eq!(statement.products, ["pkg:npm/a@1", "urn:cdx:x"]);
    }

    #[test]
    fn what_the_schema_forbids_is_told_with_a_count() {
        let artifact = parse(
            r#"{"metadata": {"timestamp": "yesterday"}, "components": [{"name": "a"}, {"type": "library", "hashes": [{"alg": "MD5", "content": "12"}],
              "licenses": [{"license": {}}, {"license": {"id": "MIT"}}]}]}"#,
        );
        let words: Vec<_> = artifact.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            words,
            [
                "1 component has no name, which the schema forbids",
                "1 component has no type, which the schema forbids",
                "1 hash is not as its algorithm has it, which the schema forbids",
                "1 choice of licence is none, or is two, which the schema forbids",
                "1 time is none, which the schema forbids"
            ]
        );
    }

    #[test]
    fn tools_may_be_a_list_as_before_1_5() {
        let sbom = sbom(r#"{"metadata": {"tools": [{"vendor": "v", "name": "old", "version": "1"}, null]}, "components": [{}]}"#);
        assert_eq!(sbom.tools, ["old 1"]);
        assert_eq!(sbom.components[0].is_direct, None, "without edges nothing is told");
    }

    #[test]
    fn odd_members_do_not_hide_the_others() {
        let text = r#"{"bomFormat": "CycloneDX", "specVersion": 1.9, "metadata": [], "components": [null, {"name": 7, "version": {}}, "x"], "dependencies": {}}"#;
        let artifact = read(text.as_bytes(), None);
        assert_eq!(artifact.problems[0].message, "2 entries of `components` are no objects");
        let sbom = sbom(text);
        assert_eq!(
            (sbom.standard_version.as_str(), sbom.components.len(), sbom.top_level),
            ("1.9", 1, 3)
        );
        assert_eq!(sbom.components[0].identity, "7");
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let text = format!("{{{}", "\"components\": [{".repeat(100_000));
        let artifact = parse(&text);
        assert!(matches!(artifact.content, Content::Unread));
        assert_eq!(artifact.problems[0].message, "not valid JSON: recursion limit exceeded");
    }

    proptest! {
        #[test]
        fn any_members_are_read(
            members in "(\"(components|metadata|dependencies|vulnerabilities)\": ?(null|1|\"a\"|\\[\\]|\\{\\}|\\[\\{\"(name|purl|licenses|ref|components)\": ?(1|\"pkg:a/b@1\"|\\[\\{\\}\\])\\}\\]),? ?){0,3}"
        ) {
            let _ = parse(&format!("{{{members}}}"));
        }
    }
}
