//! `OpenVEX` 0.0.1 to 0.2: what somebody says of vulnerabilities in products.

use crate::model::advisory::{Advisories, AdvisoryStatement};
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken, note};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "openvex",
    title: "OpenVEX",
    recognizes,
    parse,
};

/// The words for a status.
const STATUSES: &[&str] = &["affected", "fixed", "not_affected", "under_investigation"];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.text_at("@context").is_some_and(|context| context.contains("openvex"))
}

fn parse(text: &str) -> Artifact {
    let document = match tree(text) {
        Ok(document) => document,
        Err(problem) => return broken(problem),
    };
    let mut problems = Vec::new();
    let statements: Vec<AdvisoryStatement> = document
        .at("statements")
        .items()
        .iter()
        .map(|entry| statement(entry, &document))
        .collect();
    if statements.is_empty() {
        note(&mut problems, Problem::of_file("the document has no statement"));
    }
    let unknown = statements
        .iter()
        .filter(|statement| !STATUSES.contains(&statement.status.as_str()))
        .count();
    if unknown > 0 {
        note(
            &mut problems,
            Problem::of_file(format!("{unknown} statements have a status that is not known")),
        );
    }
    let mut artifact = Artifact {
        content: Content::Advisories(Box::new(Advisories {
            author: document.at("author").words(),
            version: document.at("@context").words(),
            statements,
        })),
        problems,
        ..Artifact::default()
    };
    artifact.about.made = document.at("timestamp").text().map(str::to_owned);
    artifact
        .counts
        .insert("ver".to_owned(), document.at("@context").words().into());
    artifact
        .counts
        .insert("comps".to_owned(), document.at("statements").items().len().into());
    artifact
}

fn statement(entry: &Node<'_>, document: &Node<'_>) -> AdvisoryStatement {
    let vulnerability = entry.at("vulnerability");
    let name = [vulnerability.at("name"), vulnerability.at("@id"), vulnerability]
        .iter()
        .find_map(|name| name.text());
    let products = entry.at("products").items().iter().map(|product| {
        let own = [product, product.path(&["identifiers", "purl"]), product.at("@id")]
            .iter()
            .find_map(|id| id.text());
        own.unwrap_or_default().to_owned()
    });
    let justification = ["justification", "impact_statement", "action_statement"]
        .iter()
        .find_map(|key| entry.at(key).text());
    AdvisoryStatement {
        vulnerability: name.unwrap_or_default().to_owned(),
        aliases: vulnerability.at("aliases").items().iter().map(Node::words).collect(),
        products: products.filter(|product| !product.is_empty()).collect(),
        status: entry.at("status").words(),
        justification: justification.unwrap_or_default().to_owned(),
        at: entry
            .at("timestamp")
            .text()
            .or(document.at("timestamp").text())
            .map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn statements_of_both_generations_are_read() {
        let new = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "author": "a", "statements": [{"vulnerability": {"name": "CVE-1"},
            "products": [{"@id": "pkg:oci/x", "subcomponents": []}, {"identifiers": {"purl": "pkg:npm/y@1"}}], "status": "not_affected", "justification": "j"}]}"#;
        assert_eq!(
            shown(new, Some("openvex")),
            "openvex; CVE-1 not_affected pkg:oci/x pkg:npm/y@1"
        );
        let old = r#"{"@context": "https://openvex.dev/ns", "statements": [{"vulnerability": "CVE-2", "products": ["pkg:a/b"], "status": "fixed"}]}"#;
        assert_eq!(shown(old, None), "openvex; CVE-2 fixed pkg:a/b");
    }

    #[test]
    fn odd_documents_are_told() {
        for (text, expected) in [
            (
                r#"{"@context": "https://openvex.dev/ns"}"#,
                "openvex; ! the document has no statement",
            ),
            (
                r#"{"@context": "https://openvex.dev/ns", "statements": [{"status": "fine"}]}"#,
                "openvex;  fine ; ! 1 statements have a status that is not known",
            ),
            (
                r#"{"@context": "https://openvex.dev/ns", "statements": ["#,
                "openvex; unread; ! not valid JSON: EOF while parsing a list (line 1)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
    }
}
