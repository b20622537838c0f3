//! The in-toto statement, whatever wraps it: subjects by digest, and what is stated about them.

use crate::model::provenance::{ProvenanceSubject, Statement};
use crate::parse::artifact::tree::Node;

/// Materials that are listed.
const MAX_MATERIALS: usize = 200;

/// Whether a value is a statement.
pub(crate) fn is_statement(node: &Node<'_>) -> bool {
    node.at("_type")
        .text()
        .is_some_and(|kind| kind.contains("in-toto.io/Statement"))
        || (node.has("predicateType") && node.has("subject"))
}

/// Reads a statement. Builder, source and run come from SLSA provenance 0.1 to 1, the result from a verification summary.
pub(crate) fn read(node: &Node<'_>) -> Statement {
    let predicate = node.at("predicate");
    let (definition, details) = (predicate.at("buildDefinition"), predicate.at("runDetails"));
    let metadata = [details.at("metadata"), predicate.at("metadata")];
    let time = |names: [&str; 2]| {
        let found = metadata
            .iter()
            .find_map(|metadata| names.iter().find_map(|name| metadata.at(name).text()));
        found.map(str::to_owned)
    };
    let invocation = metadata.iter().find_map(|metadata| {
        ["invocationId", "buildInvocationId", "buildInvocationID"]
            .iter()
            .find_map(|name| metadata.at(name).text())
    });
    let materials: Vec<&Node<'_>> = [
        definition.at("resolvedDependencies"),
        predicate.at("materials"),
        predicate.at("inputAttestations"),
    ]
    .iter()
    .flat_map(|list| list.items())
    .collect();
    Statement {
        kind: node.at("_type").words(),
        predicate_type: node.at("predicateType").words(),
        subjects: node
            .at("subject")
            .items()
            .iter()
            .map(|subject| subject_of(subject, "name"))
            .collect(),
        builder: first(&[
            details.path(&["builder", "id"]),
            predicate.path(&["builder", "id"]),
            predicate.path(&["verifier", "id"]),
        ]),
        build_type: first(&[
            definition.at("buildType"),
            predicate.at("buildType"),
            predicate.path(&["recipe", "type"]),
        ]),
        materials: materials
            .iter()
            .take(MAX_MATERIALS)
            .map(|material| subject_of(material, "uri"))
            .collect(),
        material_count: materials.len() as u64,
        invocation: invocation.unwrap_or_default().to_owned(),
        started: time(["startedOn", "buildStartedOn"]),
        finished: time(["finishedOn", "buildFinishedOn"]).or_else(|| predicate.at("timeVerified").text().map(str::to_owned)),
        // A test result says it under a name of its own.
        result: first(&[
            predicate.at("verificationResult"),
            if node.at("predicateType").words().contains("/test-result/") {
                predicate.at("result")
            } else {
                node.at("")
            },
        ]),
        ..Statement::default()
    }
}

fn first(nodes: &[&Node<'_>]) -> String {
    nodes.iter().find_map(|node| node.text()).unwrap_or_default().to_owned()
}

fn subject_of(node: &Node<'_>, name: &str) -> ProvenanceSubject {
    let mut digests: Vec<String> = node
        .at("digest")
        .members()
        .iter()
        .filter_map(|(algorithm, value)| {
            Some(format!(
                "{}:{}",
                algorithm.to_ascii_lowercase(),
                value.text()?.to_ascii_lowercase()
            ))
        })
        .collect();
    digests.sort();
    ProvenanceSubject {
        name: [name, "name", "uri"]
            .iter()
            .find_map(|key| node.at(key).text())
            .unwrap_or_default()
            .to_owned(),
        digests,
    }
}
