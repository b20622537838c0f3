//! Records of OSV: one vulnerability, and the packages that it affects.

use crate::model::advisory::{Advisories, AdvisoryStatement};
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken, note};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "osv",
    title: "OSV record",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_record = ["id", "modified"].iter().all(|key| sniff.has_key(key));
    let is_osv = sniff.has_key("affected") || sniff.has_key("withdrawn") || sniff.text_at("schema_version").is_some();
    // Excerpts of databases leave out when a record was changed.
    let is_excerpt = sniff.has_key("id") && sniff.has_key("affected") && sniff.text.contains("\"ecosystem\"");
    (is_record && is_osv) || is_excerpt || sniff.has_first_keys(&["id", "modified", "affected"])
}

fn parse(text: &str) -> Artifact {
    let document = match tree(text) {
        Ok(document) => document,
        Err(problem) => return broken(problem),
    };
    let records = if document.is_list() {
        document.items()
    } else {
        std::slice::from_ref(&document)
    };
    let mut problems = Vec::new();
    let statements: Vec<AdvisoryStatement> = records.iter().map(statement).collect();
    let hollow = statements.iter().filter(|statement| statement.products.is_empty()).count();
    if hollow > 0 {
        note(
            &mut problems,
            Problem::of_file(format!("{hollow} records name no affected package")),
        );
    }
    let undated = records.iter().filter(|record| !record.has("modified")).count();
    if undated > 0 {
        note(
            &mut problems,
            Problem::of_file(format!("{undated} records do not say when they were changed")),
        );
    }
    let version = records
        .first()
        .map(|record| record.at("schema_version").words())
        .unwrap_or_default();
    let mut artifact = Artifact {
        content: Content::Advisories(Box::new(Advisories {
            author: String::new(),
            version: version.clone(),
            statements,
        })),
        problems,
        ..Artifact::default()
    };
    artifact.about.data_made = records
        .first()
        .and_then(|record| record.at("modified").text())
        .map(str::to_owned);
    artifact.counts.insert("ver".to_owned(), version.into());
    artifact.counts.insert("vulns".to_owned(), records.len().into());
    artifact
}

fn statement(record: &Node<'_>) -> AdvisoryStatement {
    let products = record.at("affected").items().iter().map(|affected| {
        let package = affected.at("package");
        package.at("purl").text().map_or_else(
            || format!("{}/{}", package.at("ecosystem").words(), package.at("name").words()),
            str::to_owned,
        )
    });
    AdvisoryStatement {
        vulnerability: record.at("id").words(),
        aliases: record.at("aliases").items().iter().map(Node::words).collect(),
        products: products.filter(|product| product != "/").collect(),
        status: if record.has("withdrawn") { "withdrawn" } else { "affected" }.to_owned(),
        justification: record.at("summary").words(),
        at: record.at("modified").text().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn records_name_their_packages() {
        let text = r#"{"schema_version": "1.6.1", "id": "GO-1", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "Go", "name": "x"}}, {"package": {"purl": "pkg:npm/y"}}]}"#;
        assert_eq!(shown(text, Some("osv")), "osv; GO-1 affected Go/x pkg:npm/y");
        assert_eq!(
            shown(r#"{"id": "A", "modified": "t", "withdrawn": "t"}"#, None),
            "osv; A withdrawn ; ! 1 records name no affected package"
        );
        assert!(shown(&text[..100], Some("osv")).contains("unread"));
    }

    #[test]
    fn excerpts_of_a_database_are_read_with_a_note() {
        let text = r#"{"id": "GO-1", "affected": [{"package": {"ecosystem": "Go", "name": "x"}}]}"#;
        assert_eq!(
            shown(text, None),
            "osv; GO-1 affected Go/x; ! 1 records do not say when they were changed"
        );
        assert!(shown(r#"{"id": "A", "affected": []}"#, None).starts_with("none"));
    }
}
