//! Syft's own JSON: what it found in an image or a folder.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::about::About;
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::sbom::{Component, ComponentHash, Sbom, Scope};
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken, note};
use crate::parse::sbom::{licence, purl};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "syft",
    title: "Syft JSON",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("artifacts") && sniff.has_key("descriptor") && !sniff.has_key("matches")
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let artifacts = report.at("artifacts");
    let mut problems = Vec::new();
    if !artifacts.is_list() {
        note(&mut problems, Problem::of_file("the inventory has no list of artifacts"));
    }
    let components: Vec<Component> = artifacts
        .items()
        .iter()
        .filter(|entry| entry.is_object())
        .map(component)
        .collect();
    let relationships = report.at("artifactRelationships").items();
    let dependents: HashSet<String> = relationships
        .iter()
        .filter(|relation| relation.at("type").text() == Some("dependency-of"))
        .map(|relation| relation.at("child").words())
        .collect();
    let purls: HashSet<&str> = components.iter().map(|component| component.purl.as_str()).collect();
    let (descriptor, source) = (report.at("descriptor"), report.at("source"));
    let tool = format!("{} {}", descriptor.at("name").words(), descriptor.at("version").words());
    let target = source.at("target");
    let subject = [
        source.at("name"),
        target,
        target.at("userInput"),
        source.path(&["metadata", "userInput"]),
        source.path(&["metadata", "path"]),
    ];
    let sbom = Sbom {
        standard: "Syft",
        standard_version: report.path(&["schema", "version"]).words(),
        tools: Some(tool.trim().to_owned())
            .filter(|tool| !tool.is_empty())
            .into_iter()
            .collect(),
        created: descriptor.at("timestamp").text().map(str::to_owned),
        subject: subject
            .iter()
            .find_map(|subject| subject.text())
            .map(|name| named(name, source)),
        top_level: artifacts.items().len() as u64,
        files: report.at("files").items().len() as u64,
        edges: relationships.len() as u64,
        dependency_records: dependents.len() as u64,
        purls: purls.iter().filter(|purl| !purl.is_empty()).count() as u64,
        components: components.into_iter().map(Arc::new).collect(),
        ..Sbom::default()
    };
    let mut about = About::default();
    for of in [target, source.at("metadata")] {
        About::add(&mut about.names, &of.at("userInput").words());
        of.at("tags")
            .items()
            .iter()
            .for_each(|tag| About::add(&mut about.names, &tag.words()));
        About::add(&mut about.digests, &of.at("imageID").words());
        About::add(&mut about.digests, &of.at("manifestDigest").words());
    }
    Artifact {
        content: Content::Sbom(Box::new(sbom)),
        problems,
        about,
        ..Artifact::default()
    }
}

/// The name of what was looked at with its version, where it has one that is no digest.
fn named(name: &str, source: &Node<'_>) -> String {
    match source.at("version").text() {
        Some(version) if !version.contains(':') && !name.ends_with(version) => format!("{name} {version}"),
        _ => name.to_owned(),
    }
}

fn component(entry: &Node<'_>) -> Component {
    let (name, url) = (entry.at("name").words(), entry.at("purl").words());
    let licences: Vec<String> = entry
        .at("licenses")
        .items()
        .iter()
        .map(|licence| {
            [licence, licence.at("spdxExpression"), licence.at("value")]
                .iter()
                .find_map(|words| words.text())
                .unwrap_or_default()
                .to_owned()
        })
        .filter(|licence| !licence.is_empty())
        .collect();
    Component {
        identity: purl::identity(&url, "", &name),
        name,
        version: entry.at("version").text().map_or_else(|| purl::version(&url), str::to_owned),
        licence: licence::joined(licences.iter().map(String::as_str).collect()),
        kind: entry.at("type").words(),
        supplier: String::new(),
        has_hash: !entry.path(&["metadata", "digest"]).items().is_empty(),
        hash: entry
            .path(&["metadata", "digest"])
            .items()
            .iter()
            .filter_map(|hash| ComponentHash::of(&hash.at("algorithm").words(), &hash.at("value").words()))
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

    #[test]
    fn the_version_of_what_was_looked_at_is_kept() {
        let of = |source: &str| {
            let text = format!(
                r#"{{"artifacts": [], "source": {source}, "descriptor": {{"name": "syft"}}, "schema": {{"version": "16"}}}}"#
            );
            let artifact = read(text.as_bytes(), None);
            match artifact.content {
                Content::Sbom(sbom) => (sbom.subject.unwrap_or_default(), artifact.about.names),
                other => panic!("{other:?}"),
            }
        };
        let (subject, names) = of(r#"{"name": "app", "version": "0.9.0", "target": {"userInput": "app:0.9.0"}}"#);
        assert_eq!(subject, "app 0.9.0");
        assert!(names.contains(&"app:0.9.0".to_owned()), "{names:?}");
        assert_eq!(of(r#"{"name": "app", "version": "sha256:aa"}"#).0, "app");
        assert_eq!(of(r#"{"name": "app:1.0", "version": "1.0"}"#).0, "app:1.0");
    }

    #[test]
    fn artifacts_of_all_generations_are_read() {
        let text = r#"{"artifacts": [{"name": "a", "version": "1", "purl": "pkg:deb/debian/a@1", "licenses": ["MIT", {"value": "x", "spdxExpression": "BSD-3-Clause"}]}, {"name": "b"}],
            "artifactRelationships": [{"parent": "1", "child": "2", "type": "dependency-of"}, {"type": "contains"}], "files": [{}], "source": {"type": "image", "target": {"userInput": "img", "imageID": "sha256:aa"}},
            "descriptor": {"name": "syft", "version": "1.2"}, "schema": {"version": "16.0"}}"#;
        assert_eq!(shown(text, Some("syft")), "syft; 2 components, 2 edges");
        let artifact = read(text.as_bytes(), None);
        assert_eq!(
            (artifact.about.digests, artifact.about.names),
            (vec!["sha256:aa".to_owned()], vec!["img".to_owned()])
        );
        let Content::Sbom(sbom) = artifact.content else {
            panic!("it is read");
        };
        assert_eq!(sbom.components[0].licence, "BSD-3-Clause AND MIT");
        assert_eq!(
            shown(r#"{"artifacts": null, "descriptor": {}}"#, None),
            "syft; 0 components, 0 edges; ! the inventory has no list of artifacts"
        );
        assert!(shown(r#"{"descriptor": {}, "artifacts": ["#, None).starts_with("syft; unread"));
    }
}
