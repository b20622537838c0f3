//! Lists of attestations as registries and forges hand them out: npm's `{"attestations": […]}`, GitHub's of the same name, `PyPI`'s
//! provenance objects, and what `gh attestation verify --format json` prints.
//!
//! That `gh` verified something is its own word: it is read as not checked like any other.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Shape, Sniff, broken};
use crate::parse::provenance::envelope::Draft;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "attestations",
    title: "Attestations of a registry or forge",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_list = sniff.has_key("attestations") || sniff.has_key("attestation_bundles");
    let is_verified = matches!(&sniff.shape, Shape::JsonArray(members)
        if members.iter().any(|member| member.key == "attestation") && members.iter().any(|member| member.key == "verificationResult"));
    (is_list && (sniff.text.contains("\"bundle\"") || sniff.text.contains("\"envelope\"") || sniff.text.contains("[]")))
        || is_verified
}

fn parse(text: &str) -> Artifact {
    let node = match tree(text) {
        Ok(node) => node,
        Err(problem) => return broken(problem),
    };
    let mut draft = Draft::default();
    let mut count = 0;
    for entry in entries(&node) {
        count += 1;
        match bundle(entry) {
            Some(bundle) => draft.add_bundle(bundle),
            None if entry.at("envelope").is_object() => draft.add_envelope(&pep_740(entry)),
            None => draft.note("an attestation holds no bundle"),
        }
    }
    if count == 0 {
        draft.note("the list of attestations is empty");
    }
    draft.finish()
}

/// The attestations of a list, in whatever way it is wrapped.
pub(super) fn entries<'node, 'text>(node: &'node Node<'text>) -> impl Iterator<Item = &'node Node<'text>> {
    let lists = node.at("attestation_bundles").items().iter();
    let lists = lists.flat_map(|bundle| bundle.at("attestations").items());
    node.items().iter().chain(node.at("attestations").items()).chain(lists)
}

/// The bundle of an attestation.
pub(super) fn bundle<'node, 'text>(entry: &'node Node<'text>) -> Option<&'node Node<'text>> {
    [entry.at("bundle"), entry.path(&["attestation", "bundle"])]
        .into_iter()
        .find(|bundle| bundle.is_object())
}

/// The envelope of an attestation of `PyPI`, which holds `statement` and `signature` in base64, as an envelope of the usual form.
pub(super) fn pep_740<'text>(entry: &Node<'text>) -> Node<'text> {
    let envelope = entry.at("envelope");
    let signature = Node::Object(vec![("sig".into(), envelope.at("signature").clone())]);
    Node::Object(vec![
        ("payloadType".into(), Node::Text("application/vnd.in-toto+json".into())),
        ("payload".into(), envelope.at("statement").clone()),
        ("signatures".into(), Node::List(vec![signature])),
    ])
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::model::provenance::Signature;
    use crate::parse::recognise::read;

    const BUNDLE: &str = r#"{"mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.2", "verificationMaterial": {},
      "dsseEnvelope": {"payloadType": "application/vnd.in-toto+json", "payload": "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJuYW1lIjoiYSIsImRpZ2VzdCI6eyJzaGEyNTYiOiJhYiJ9fV19",
      "signatures": [{"sig": "MEU="}]}}"#;

    fn check(text: &str) -> (Signature, u64, usize) {
        let artifact = read(text.as_bytes(), Some("attestations"));
        assert_eq!(artifact.problems, []);
        match artifact.content {
            Content::Provenance(provenance) => (provenance.signature, provenance.documents, provenance.statements.len()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_wrappers_of_registries_and_forges_are_looked_through() {
        let npm = format!(r#"{{"attestations": [{{"predicateType": "x", "bundle": {BUNDLE}}}, {{"bundle": {BUNDLE}}}]}}"#);
        assert_eq!(check(&npm), (Signature::NotChecked, 2, 2));
        let gh = format!(r#"[{{"attestation": {{"bundle": {BUNDLE}}}, "verificationResult": {{}}}}]"#);
        assert_eq!(check(&gh), (Signature::NotChecked, 1, 1));
        let pypi = r#"{"version": 1, "attestation_bundles": [{"publisher": {}, "attestations": [{"version": 1, "envelope": {"signature": "MEU=",
            "statement": "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJuYW1lIjoiYSIsImRpZ2VzdCI6eyJzaGEyNTYiOiJhYiJ9fV19"}}]}]}"#;
        assert_eq!(check(pypi), (Signature::NotChecked, 1, 1));
    }

    #[test]
    fn lists_without_anything_in_them_are_told() {
        let empty = read(br#"{"attestations": []}"#, None);
        assert_eq!(empty.problems[0].message, "the list of attestations is empty");
        let hollow = read(br#"{"attestations": [{"bundle": null}]}"#, None);
        assert_eq!(hollow.problems[0].message, "an attestation holds no bundle");
        let cut = read(br#"{"attestations": [{"bundle": {"#, None);
        assert!(matches!(cut.content, Content::Unread));
    }
}
