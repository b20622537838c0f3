//! CSAF 2: advisories and VEX. Products are named by ids that the product tree of the document resolves.

use std::collections::HashMap;

use crate::model::advisory::{Advisories, AdvisoryStatement};
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken, note};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "csaf",
    title: "CSAF advisory",
    recognizes,
    parse,
};

/// The words of the standard for a status, and those of the others.
const STATUSES: [(&str, &str); 8] = [
    ("known_affected", "affected"),
    ("first_affected", "affected"),
    ("last_affected", "affected"),
    ("known_not_affected", "not_affected"),
    ("fixed", "fixed"),
    ("first_fixed", "fixed"),
    ("recommended", "fixed"),
    ("under_investigation", "under_investigation"),
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("document") && sniff.text.contains("\"csaf_version\"")
}

fn parse(text: &str) -> Artifact {
    let root = match tree(text) {
        Ok(root) => root,
        Err(problem) => return broken(problem),
    };
    let mut problems = Vec::new();
    let document = root.at("document");
    let products = products(root.at("product_tree"));
    let mut statements = Vec::new();
    let mut unresolved = 0_u64;
    for vulnerability in root.at("vulnerabilities").items() {
        let id = [vulnerability.at("cve"), vulnerability.path(&["ids", "text"])]
            .iter()
            .find_map(|id| id.text())
            .map(str::to_owned);
        let id = id
            .or_else(|| vulnerability.at("ids").items().first().map(|id| id.at("text").words()))
            .unwrap_or_default();
        for (list, status) in STATUSES {
            let named = vulnerability.at("product_status").at(list).items();
            if named.is_empty() {
                continue;
            }
            let resolved = named.iter().map(|product| {
                let product = product.words();
                products.get(&product).cloned().unwrap_or_else(|| {
                    unresolved += 1;
                    product
                })
            });
            let flag = vulnerability.at("flags").items().first().map(|flag| flag.at("label").words());
            let threat = vulnerability
                .at("threats")
                .items()
                .first()
                .map(|threat| threat.at("details").words());
            statements.push(AdvisoryStatement {
                vulnerability: id.clone(),
                aliases: Vec::new(),
                products: resolved.collect(),
                status: status.to_owned(),
                justification: flag.or(threat).filter(|_| status == "not_affected").unwrap_or_default(),
                at: document.path(&["tracking", "current_release_date"]).text().map(str::to_owned),
            });
        }
    }
    if unresolved > 0 {
        note(
            &mut problems,
            Problem::of_file(format!("{unresolved} products are not in the product tree")),
        );
    }
    if statements.is_empty() {
        note(&mut problems, Problem::of_file("the document says nothing of any product"));
    }
    let version = format!("{}/{}", document.at("csaf_version").words(), document.at("category").words());
    let mut artifact = Artifact {
        content: Content::Advisories(Box::new(Advisories {
            author: document.path(&["publisher", "name"]).words(),
            version: version.clone(),
            statements,
        })),
        problems,
        ..Artifact::default()
    };
    artifact.about.made = document.path(&["tracking", "current_release_date"]).text().map(str::to_owned);
    artifact.counts.insert("ver".to_owned(), version.into());
    artifact
        .counts
        .insert("vulns".to_owned(), root.at("vulnerabilities").items().len().into());
    artifact
}

/// Ids of products, and their package URLs or names. A relationship is the product that it relates to with the component in it.
fn products(product_tree: &Node<'_>) -> HashMap<String, String> {
    let mut products = HashMap::new();
    let mut waiting: Vec<&Node<'_>> = product_tree.at("branches").items().iter().collect();
    let mut named: Vec<&Node<'_>> = product_tree.at("full_product_names").items().iter().collect();
    while let Some(branch) = waiting.pop() {
        waiting.extend(branch.at("branches").items());
        named.push(branch.at("product"));
    }
    for product in named {
        let words = [product.path(&["product_identification_helper", "purl"]), product.at("name")];
        let words = words.iter().find_map(|words| words.text()).unwrap_or_default();
        products.insert(product.at("product_id").words(), words.to_owned());
    }
    for relationship in product_tree.at("relationships").items() {
        let component = relationship.at("product_reference").words();
        let words = products.get(&component).cloned().unwrap_or(component);
        let id = relationship.path(&["full_product_name", "product_id"]).words();
        products.entry(id).or_insert(words);
    }
    products.remove("");
    products
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn products_are_resolved_through_the_tree() {
        let text = r#"{"document": {"csaf_version": "2.0", "category": "csaf_vex"}, "product_tree": {"branches": [{"branches": [{"product": {"product_id": "A", "name": "n",
            "product_identification_helper": {"purl": "pkg:npm/a@1"}}}]}], "relationships": [{"product_reference": "A", "full_product_name": {"product_id": "P:A"}}]},
            "vulnerabilities": [{"cve": "CVE-1", "product_status": {"known_not_affected": ["P:A"], "fixed": ["Z"]}}]}"#;
        assert_eq!(
            shown(text, Some("csaf")),
            "csaf; CVE-1 not_affected pkg:npm/a@1; CVE-1 fixed Z; ! 1 products are not in the product tree"
        );
        assert_eq!(
            shown(r#"{"document": {"csaf_version": "2.0"}}"#, None),
            "csaf; ! the document says nothing of any product"
        );
        assert!(shown(&text[..150], Some("csaf")).contains("unread"));
    }
}
