//! SPDX 3.0 in JSON-LD: a graph of elements, each with its relationships as elements of their own.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::sbom::{Component, ComponentHash, Sbom, Scope};
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken, note};
use crate::parse::sbom::{licence, purl, ways};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "spdx3-json",
    title: "SPDX 3 JSON",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_named = sniff
        .text_at("@context")
        .is_some_and(|context| context.contains("spdx.org/rdf/3") || context.contains("spdx.github.io/spdx-spec"));
    is_named
        || (sniff.has_key("@graph")
            && sniff.text.contains("\"CreationInfo\"")
            && sniff.text.to_ascii_lowercase().contains("spdx"))
}

/// An element: its type without the vocabulary, its id.
struct Element<'node, 'text> {
    kind: String,
    id: String,
    node: &'node Node<'text>,
}

fn element<'node, 'text>(node: &'node Node<'text>) -> Element<'node, 'text> {
    let kind = ["type", "@type"]
        .iter()
        .map(|key| node.at(key))
        .find(|kind| !matches!(kind, Node::Null));
    let kind = kind
        .map(|kind| kind.items().first().unwrap_or(kind).words())
        .unwrap_or_default();
    let id = ["spdxId", "@id"]
        .iter()
        .find_map(|key| node.at(key).text())
        .unwrap_or_default();
    Element {
        kind: kind.rsplit(['/', '#']).next().unwrap_or_default().replace(':', "_"),
        id: id.to_owned(),
        node,
    }
}

/// The ids in a member that may be one text, or a list of texts or of elements.
fn ids(node: &Node<'_>) -> Vec<String> {
    let one = |node: &Node<'_>| node.text().map_or_else(|| element(node).id, str::to_owned);
    match node {
        Node::List(items) => items.iter().map(one).collect(),
        Node::Null => Vec::new(),
        node => vec![one(node)],
    }
}

/// What the relationships say.
#[derive(Default)]
struct Relations {
    edges: u64,
    /// Who depends on whom, by id.
    dependencies: HashMap<String, HashSet<String>>,
    declared: HashMap<String, Vec<String>>,
    concluded: HashMap<String, Vec<String>>,
}

fn parse(text: &str) -> Artifact {
    let document = match tree(text) {
        Ok(document) => document,
        Err(problem) => return broken(problem),
    };
    let nodes = match document.at("@graph") {
        Node::List(items) => items.as_slice(),
        _ => std::slice::from_ref(&document),
    };
    let elements: Vec<Element<'_, '_>> = nodes.iter().map(element).collect();
    let mut problems = Vec::new();
    let others = nodes.iter().filter(|node| !node.is_object()).count();
    if others > 0 {
        note(
            &mut problems,
            Problem::of_file(format!("{others} entries of the graph are no objects")),
        );
    }
    let by_id: HashMap<&str, &Element<'_, '_>> = elements.iter().map(|element| (element.id.as_str(), element)).collect();
    let relations = relations(&elements);
    let roots: HashSet<String> = elements
        .iter()
        .filter(|element| matches!(element.kind.as_str(), "SpdxDocument" | "software_Sbom" | "Bom"))
        .flat_map(|element| ids(element.node.at("rootElement")))
        .collect();
    let packages: Vec<&Element<'_, '_>> = elements.iter().filter(|element| element.kind.ends_with("Package")).collect();
    let subjects: Vec<&&Element<'_, '_>> = packages.iter().filter(|package| roots.contains(&package.id)).collect();
    let subject = match subjects.as_slice() {
        [subject] => Some(subject.id.as_str()),
        _ => None,
    };
    let direct = subject
        .filter(|_| !relations.dependencies.is_empty())
        .map(|subject| relations.dependencies.get(subject));
    let listed: Vec<&&Element<'_, '_>> = packages
        .iter()
        .filter(|package| subject != Some(package.id.as_str()))
        .collect();
    let brought_by = subject.filter(|_| direct.is_some()).map_or_else(Vec::new, |subject| {
        let references: Vec<&str> = listed.iter().map(|package| package.id.as_str()).collect();
        // The sets have no order of their own.
        let mut edges: Vec<(&str, &str)> = relations
            .dependencies
            .iter()
            .flat_map(|(who, needed)| needed.iter().map(move |what| (who.as_str(), what.as_str())))
            .collect();
        edges.sort_unstable();
        ways::brought_by(subject, references.into_iter(), edges.into_iter())
    });
    let components = listed.iter().map(|package| {
        let mut component = component(package, &relations, &by_id);
        component.is_direct = direct.map(|direct| direct.is_some_and(|direct| direct.contains(&package.id)));
        component
    });
    let components: Vec<Component> = components.collect();
    let purls: HashSet<String> = packages
        .iter()
        .map(|package| purl_of(package.node))
        .filter(|purl| !purl.is_empty())
        .collect();
    let creation = elements
        .iter()
        .find(|element| element.kind == "CreationInfo")
        .map(|element| element.node);
    let inline = elements
        .iter()
        .map(|element| element.node.at("creationInfo"))
        .find(|node| node.is_object());
    let created = creation.or(inline).unwrap_or(&Node::Null);
    let tools: HashSet<String> = ids(created.at("createdUsing")).into_iter().collect();
    let count = |test: fn(&str) -> bool| elements.iter().filter(|element| test(&element.kind)).count() as u64;
    let names: Vec<String> = subjects.iter().take(3).map(|subject| named(subject.node)).collect();
    let sbom = Sbom {
        standard: "SPDX",
        standard_version: created.at("specVersion").words(),
        tools: elements
            .iter()
            .filter(|element| element.kind == "Tool" && (tools.is_empty() || tools.contains(&element.id)))
            .map(|element| element.node.at("name").words())
            .collect(),
        created: created.at("created").text().map(str::to_owned),
        subject: Some(names.join(", ")).filter(|names| !names.is_empty()),
        top_level: packages.len() as u64,
        files: count(|kind| kind == "software_File"),
        edges: relations.edges,
        dependency_records: relations.dependencies.len() as u64,
        vulnerabilities: count(|kind| kind == "security_Vulnerability"),
        purls: purls.len() as u64,
        brought_by,
        components: components.into_iter().map(Arc::new).collect(),
        ..Sbom::default()
    };
    Artifact {
        content: Content::Sbom(Box::new(sbom)),
        problems,
        ..Artifact::default()
    }
}

fn relations(elements: &[Element<'_, '_>]) -> Relations {
    let mut relations = Relations::default();
    for relation in elements.iter().filter(|element| element.kind.ends_with("Relationship")) {
        relations.edges += 1;
        let from = ids(relation.node.at("from")).pop().unwrap_or_default();
        let to = ids(relation.node.at("to"));
        match relation.node.at("relationshipType").text() {
            Some("dependsOn" | "hasPrerequisite") => relations.dependencies.entry(from).or_default().extend(to),
            Some("hasDeclaredLicense") => relations.declared.entry(from).or_default().extend(to),
            Some("hasConcludedLicense") => relations.concluded.entry(from).or_default().extend(to),
            _ => {}
        }
    }
    relations
}

fn named(node: &Node<'_>) -> String {
    format!("{} {}", node.at("name").words(), node.at("software_packageVersion").words())
        .trim()
        .to_owned()
}

fn purl_of(node: &Node<'_>) -> String {
    if let Some(purl) = node.at("software_packageUrl").text() {
        return purl.to_owned();
    }
    let found = node
        .at("externalIdentifier")
        .items()
        .iter()
        .find(|identifier| matches!(identifier.at("externalIdentifierType").text(), Some("packageUrl" | "purl")));
    found
        .map(|identifier| identifier.at("identifier").words())
        .unwrap_or_default()
}

fn component(package: &Element<'_, '_>, relations: &Relations, by_id: &HashMap<&str, &Element<'_, '_>>) -> Component {
    let node = package.node;
    let (name, url) = (node.at("name").words(), purl_of(node));
    let licences = |of: &HashMap<String, Vec<String>>| -> Vec<String> {
        let ids = of.get(&package.id).into_iter().flatten();
        let words = ids.map(|id| {
            let Some(element) = by_id.get(id.as_str()) else {
                return id.rsplit('/').next().unwrap_or_default().to_owned();
            };
            let words = ["simplelicensing_licenseExpression", "name"]
                .iter()
                .find_map(|key| element.node.at(key).text());
            words.unwrap_or_default().to_owned()
        });
        words.filter(|words| !words.is_empty() && words != "NOASSERTION").collect()
    };
    let declared = licences(&relations.declared);
    let licences = if declared.is_empty() {
        licences(&relations.concluded)
    } else {
        declared
    };
    let supplier = ids(node.at("suppliedBy")).pop().unwrap_or_default();
    let supplier = by_id.get(supplier.as_str()).map(|element| element.node.at("name").words());
    let version = node
        .at("software_packageVersion")
        .text()
        .map_or_else(|| purl::version(&url), str::to_owned);
    Component {
        identity: purl::identity(&url, "", &name),
        name,
        version,
        licence: licence::joined(licences.iter().map(String::as_str).collect()),
        kind: node.at("software_primaryPurpose").words(),
        supplier: supplier.unwrap_or_default(),
        has_hash: !node.at("verifiedUsing").items().is_empty(),
        hash: node
            .at("verifiedUsing")
            .items()
            .iter()
            .filter_map(|hash| ComponentHash::of(&hash.at("algorithm").words(), &hash.at("hashValue").words()))
            .max(),
        scope: Scope::default(),
        is_direct: None,
        purl: url,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    const TEXT: &str = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-01-01T00:00:00Z", "createdUsing": ["t"]},
        {"type": "Tool", "spdxId": "t", "name": "maker"},
        {"type": "SpdxDocument", "spdxId": "d", "rootElement": ["app"]},
        {"type": "software_Package", "spdxId": "app", "name": "app", "software_packageVersion": "1"},
        {"type": "software_Package", "spdxId": "a", "name": "a", "externalIdentifier": [{"externalIdentifierType": "packageUrl", "identifier": "pkg:npm/a@2"}], "verifiedUsing": [{}]},
        {"type": "ai_AIPackage", "spdxId": "m", "name": "model"},
        {"type": "software_File", "spdxId": "f"},
        {"type": "simplelicensing_LicenseExpression", "spdxId": "l", "simplelicensing_licenseExpression": "MIT"},
        {"type": "Relationship", "from": "app", "relationshipType": "dependsOn", "to": ["a"]},
        {"type": "LifecycleScopedRelationship", "from": "a", "relationshipType": "hasDeclaredLicense", "to": "l"}]}"#;

    #[test]
    fn the_graph_is_read_through_its_relationships() {
        assert_eq!(shown(TEXT, Some("spdx3-json")), "spdx3-json; 2 components, 2 edges");
        let Content::Sbom(sbom) = read(TEXT.as_bytes(), None).content else {
            panic!("it is read");
        };
        let a = &sbom.components[0];
        assert_eq!(
            (
                a.identity.as_str(),
                a.version.as_str(),
                a.licence.as_str(),
                a.is_direct,
                a.has_hash
            ),
            ("pkg:npm/a", "2", "MIT", Some(true), true)
        );
        assert_eq!(sbom.components[1].is_direct, Some(false));
        assert_eq!(
            (sbom.top_level, sbom.files, sbom.purls, sbom.dependency_records),
            (3, 1, 1, 1)
        );
        assert_eq!(
            (sbom.subject.as_deref(), sbom.tools.as_slice()),
            (Some("app 1"), &["maker".to_owned()][..])
        );
    }

    #[test]
    fn odd_graphs_are_told_or_refused() {
        let odd = TEXT.replace(r#"{"type": "Tool", "spdxId": "t", "name": "maker"}"#, "3, null");
        assert_eq!(
            shown(&odd, None),
            "spdx3-json; 2 components, 2 edges; ! 2 entries of the graph are no objects"
        );
        assert!(shown(&TEXT[..300], None).starts_with("spdx3-json; unread"));
        let empty = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}"#;
        assert_eq!(shown(empty, None), "spdx3-json; 0 components, 0 edges");
    }
}
