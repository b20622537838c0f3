//! CycloneDX in JSON, 1.2 to 1.7 and whatever comes after: all members are optional, unknown ones are skipped.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::about::About;
use crate::model::advisory::AdvisoryStatement;
use crate::model::evidence::{AnomalyKind, Artifact, Content};
use crate::model::finding::Problem;
use crate::model::sbom::Sbom;
use crate::parse::artifact::json::{self, Gather, Gathered, Items, One, Text, Texts};
use crate::parse::artifact::{Format, Sniff, anomaly, broken, note};
use crate::parse::sbom::oddities::{Oddities, nameless};
use crate::parse::sbom::vex::{self, Analysed};
use crate::parse::sbom::{gaps, purl, ways};

use components::{Entry, Listed, see};

mod components;

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
    components: Gathered<Listed<'text>>,
    #[serde(borrow)]
    dependencies: Gathered<Edges<'text>>,
    #[serde(borrow)]
    vulnerabilities: Items<Vulnerability<'text>>,
    #[serde(borrow)]
    compositions: Items<Composition<'text>>,
}

/// What is said of how whole a part of the bill is.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Composition<'text> {
    #[serde(borrow)]
    aggregate: Text<'text>,
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

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Dependency<'text> {
    #[serde(borrow, rename = "ref")]
    reference: Text<'text>,
    #[serde(borrow)]
    depends_on: Texts<'text>,
}

/// Who needs what, record after record. They are gathered as they are read, so that no record has a list of its own.
#[derive(Default)]
struct Edges<'text> {
    /// Who, and how many of `needed` all up to this one have together.
    records: Vec<(Cow<'text, str>, usize)>,
    needed: Vec<Cow<'text, str>>,
}

impl<'de: 'text, 'text> Gather<'de> for Edges<'text> {
    type Item = Dependency<'text>;

    fn take(&mut self, record: Dependency<'text>) {
        self.needed.extend(record.depends_on.0);
        self.records.push((record.reference.0, self.needed.len()));
    }

    fn pass(&mut self) {}
}

impl Edges<'_> {
    /// Each record: who, and what that needs.
    fn records(&self) -> impl Iterator<Item = (&str, &[Cow<'_, str>])> {
        let starts = std::iter::once(0).chain(self.records.iter().map(|(_, end)| *end));
        let records = self.records.iter().zip(starts);
        records.map(|((who, end), start)| (&**who, &self.needed[start..*end]))
    }
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
    let mut bom: Bom<'_> = match json::read(text) {
        Ok(bom) => bom,
        Err(problem) => return broken(problem),
    };
    let mut problems = Vec::new();
    let mut anomalies = Vec::new();
    let mut listed = std::mem::take(&mut bom.components.0);
    if listed.others > 0 {
        let message = format!("{} entries of `components` are no objects", listed.others);
        note(&mut problems, Problem::of_file(message.clone()));
        anomaly(&mut anomalies, AnomalyKind::UnreadPart, None, message);
    }
    if bom.spec_version.words().is_none() {
        let message = "it does not say of which version of CycloneDX it is (`specVersion`)";
        anomaly(&mut anomalies, AnomalyKind::NotWhole, None, message);
    }
    let mut metadata = bom.metadata.0.take().unwrap_or_default();
    let mut subject = metadata.component.0.take();
    let mut parts = subject
        .as_mut()
        .and_then(|subject| subject.components.take())
        .map(|parts| parts.0)
        .unwrap_or_default();
    let direct = direct_dependencies(&bom, subject.as_ref());
    if let Some(direct) = &direct {
        listed.mark_direct(direct);
        parts.mark_direct(direct);
    }
    let mut oddities = Oddities::default();
    oddities.see_time(metadata.timestamp.as_str());
    if let Some(subject) = &subject {
        see(subject, &mut oddities);
    }
    oddities.add(&listed.oddities);
    oddities.add(&parts.oddities);
    let root = subject
        .as_ref()
        .and_then(|subject| subject.reference.words())
        .filter(|_| direct.is_some());
    let brought_by = root.map_or_else(Vec::new, |root| {
        let records = bom.dependencies.0.records();
        let edges = records.flat_map(|(who, needed)| needed.iter().map(move |what| (who, &**what)));
        ways::brought_by(root, listed.references.iter().map(|reference| &**reference), edges)
    });
    oddities.see_references(listed.references.iter().map(|reference| &**reference));
    oddities.tell(&mut problems);
    nameless(&listed.components, &mut anomalies);
    // Who is meant is asked for by statements about vulnerabilities only.
    let mut references = HashMap::new();
    if !bom.vulnerabilities.list.is_empty() {
        for list in [&listed, &parts] {
            let named = list.references.iter().zip(&list.components);
            let named = named.filter(|(reference, component)| !reference.trim().is_empty() && !component.purl.is_empty());
            references.extend(named.map(|(reference, component)| (reference.trim().to_owned(), component.purl.clone())));
        }
    }
    let mut purls: HashSet<&str> = HashSet::with_capacity(listed.components.len());
    purls.extend(listed.components.iter().map(|component| component.purl.as_str()));
    purls.remove("");
    let purls = purls.len() as u64;
    let sbom = Sbom {
        standard: "CycloneDX",
        standard_version: bom.spec_version.as_str().to_owned(),
        tools: metadata.tools.0.iter().filter_map(tool).collect(),
        created: metadata.timestamp.words().map(str::to_owned),
        subject: subject.as_ref().and_then(named),
        top_level: listed.entries + listed.others,
        files: 0,
        edges: bom.dependencies.0.needed.len() as u64,
        dependency_records: bom.dependencies.0.records.len() as u64,
        vulnerabilities: bom.vulnerabilities.list.len() as u64,
        purls,
        parts: parts.components.into_iter().map(Arc::unwrap_or_clone).collect(),
        brought_by,
        statements: bom
            .vulnerabilities
            .list
            .iter()
            .filter_map(|entry| statement(entry, &references))
            .collect(),
        components: listed.components,
    };
    let mut about = About::default();
    let said = bom.compositions.list.iter().map(|composition| composition.aggregate.as_str());
    gaps::tell(&mut about, said.filter(|aggregate| gaps::is_gap(aggregate)));
    Artifact {
        content: Content::Sbom(Box::new(sbom)),
        about,
        anomalies,
        problems,
        ..Artifact::default()
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
    let edges = &bom.dependencies.0;
    if edges.needed.is_empty() {
        return None;
    }
    let own = edges.records().filter(|(who, _)| *who == reference);
    Some(own.flat_map(|(_, needed)| needed.iter().map(|name| &**name)).collect())
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
    // A version that only the address of the package names is one as well.
    let of_purl = purl::version(subject.purl.as_str());
    let version = subject
        .version
        .words()
        .or(Some(of_purl.as_str()).filter(|version| !version.is_empty()));
    Some(match version {
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
