//! The bundles in a file, one for each of its documents, in the form that a verifier reads.

use serde_json::{Value, json};

use crate::parse::artifact::tree::{Node, tree, trees};
use crate::parse::provenance::attestations::{bundle, entries, pep_740};

/// The bundles of a file in the order of its documents; none for a document that has nothing to check its signature with.
pub(crate) fn bundles(format: &str, text: &str) -> Vec<Option<String>> {
    let text = text.trim_start_matches('\u{feff}');
    match format {
        "sigstore-bundle" => {
            let nodes = trees(text).unwrap_or_default();
            let is_bundle =
                |node: &&Node<'_>| node.has("verificationMaterial") || node.has("dsseEnvelope") || node.has("messageSignature");
            nodes
                .iter()
                .filter(is_bundle)
                .map(|node| Some(node.json().to_string()))
                .collect()
        }
        "attestations" => {
            let Ok(node) = tree(text) else { return Vec::new() };
            let documents = entries(&node).filter_map(|entry| match bundle(entry) {
                Some(bundle) => Some(Some(bundle.json().to_string())),
                None if entry.at("envelope").is_object() => Some(of_pep_740(entry).map(|bundle| bundle.to_string())),
                None => None,
            });
            documents.collect()
        }
        _ => Vec::new(),
    }
}

/// An attestation of `PyPI` as a bundle.
fn of_pep_740(entry: &Node<'_>) -> Option<Value> {
    let material = entry.at("verification_material");
    let certificate = material.at("certificate").text()?;
    Some(json!({
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "certificate": { "rawBytes": certificate },
            "tlogEntries": material.at("transparency_entries").json(),
        },
        "dsseEnvelope": pep_740(entry).json(),
    }))
}

#[cfg(test)]
mod tests {
    use super::bundles;

    #[test]
    fn there_is_one_for_each_document_of_a_file() {
        let one = r#"{"verificationMaterial": {}, "dsseEnvelope": {}}"#;
        assert_eq!(bundles("sigstore-bundle", &format!("{one}\n{{}}\n{one}")).len(), 2);
        let wrapped = format!(r#"{{"attestations": [{{"bundle": {one}}}, {{"bundle": null}}, {{"envelope": {{}}}}]}}"#);
        let found = bundles("attestations", &wrapped);
        assert_eq!(found.len(), 2);
        assert!(found[0].is_some() && found[1].is_none(), "nothing to check the second with");
        assert!(bundles("dsse", one).is_empty() && bundles("sigstore-bundle", "{").is_empty());
    }

    #[test]
    fn an_attestation_of_an_index_of_packages_becomes_a_bundle() {
        let text = r#"{"attestation_bundles": [{"attestations": [{"version": 1, "envelope": {"statement": "e30=", "signature": "MEU="},
            "verification_material": {"certificate": "AA==", "transparency_entries": [{"logIndex": "1"}]}}]}]}"#;
        let found = bundles("attestations", text);
        let bundle: serde_json::Value = serde_json::from_str(found[0].as_deref().expect("it is one")).expect("it is JSON");
        assert_eq!(bundle["dsseEnvelope"]["payload"], "e30=");
        assert_eq!(bundle["verificationMaterial"]["certificate"]["rawBytes"], "AA==");
        assert_eq!(bundle["verificationMaterial"]["tlogEntries"][0]["logIndex"], "1");
    }
}
