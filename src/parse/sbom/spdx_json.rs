//! SPDX 2.2 and 2.3 in JSON, also as GitHub wraps it in `{"sbom": …}`.

use crate::model::evidence::Artifact;
use crate::parse::artifact::{Format, Sniff, broken, json};
use crate::parse::sbom::spdx_document;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "spdx-json",
    title: "SPDX JSON",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.text_at("spdxVersion").is_some() || (sniff.has_key("sbom") && sniff.text.contains("\"spdxVersion\""))
}

fn parse(text: &str) -> Artifact {
    match json::read(text) {
        Ok(document) => spdx_document::artifact(document),
        Err(problem) => broken(problem),
    }
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

    const PACKAGES: &str = r#""packages": [
        {"SPDXID": "SPDXRef-app", "name": "app", "versionInfo": "1.0"},
        {"SPDXID": "SPDXRef-a", "name": "@s/a", "versionInfo": "2.0", "licenseDeclared": "NOASSERTION", "licenseConcluded": "MIT",
         "supplier": "Organization: S", "primaryPackagePurpose": "LIBRARY", "checksums": [{}],
         "externalRefs": [null, {"referenceType": "cpe23Type", "referenceLocator": "cpe"}, {"referenceType": "purl", "referenceLocator": "pkg:npm/%40s/a@2.0"}]},
        {"SPDXID": "SPDXRef-b", "name": "b", "versionInfo": "NOASSERTION", "licenseDeclared": "NONE", "supplier": "NOASSERTION"}]"#;

    #[test]
    fn the_described_package_is_the_subject_and_dependencies_run_both_ways() {
        let sbom = sbom(&format!(
            r#"{{"spdxVersion": "SPDX-2.3", "name": "doc", "creationInfo": {{"created": "2026-01-02T00:00:00.5Z", "creators": ["Person: x", "Tool: npm/cli-11.1"]}},
              {PACKAGES}, "files": [{{}}, null], "documentDescribes": ["SPDXRef-app"], "relationships": [
              {{"spdxElementId": "SPDXRef-DOCUMENT", "relatedSpdxElement": "SPDXRef-app", "relationshipType": "DESCRIBES"}},
              {{"spdxElementId": "SPDXRef-a", "relatedSpdxElement": "SPDXRef-app", "relationshipType": "DEV_DEPENDENCY_OF"}},
              {{"spdxElementId": "SPDXRef-a", "relatedSpdxElement": "SPDXRef-b", "relationshipType": "DEPENDS_ON"}}]}}"#
        ));
        let shown: Vec<_> = sbom
            .components
            .iter()
            .map(|c| {
                format!(
                    "{}={} {} [{}] {} {} {} {:?}",
                    c.identity, c.name, c.version, c.licence, c.kind, c.supplier, c.has_hash, c.is_direct
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "pkg:npm/@s/a=@s/a 2.0 [MIT] library S true Some(true)",
                "b=b  [NONE]   false Some(false)"
            ]
        );
        assert_eq!(
            (sbom.standard_version.as_str(), sbom.subject.as_deref()),
            ("2.3", Some("app 1.0"))
        );
        assert_eq!(sbom.tools, ["npm/cli-11.1"]);
        let counts = [sbom.top_level, sbom.files, sbom.edges, sbom.dependency_records, sbom.purls];
        assert_eq!(counts, [3, 2, 3, 2, 1]);
    }

    #[test]
    fn several_described_packages_are_all_components() {
        let sbom = sbom(&format!(
            r#"{{"spdxVersion": "SPDX-2.2", {PACKAGES}, "documentDescribes": ["SPDXRef-app", "SPDXRef-a"]}}"#
        ));
        assert_eq!(
            (sbom.components.len(), sbom.subject.as_deref()),
            (3, Some("app 1.0, @s/a 2.0"))
        );
        assert_eq!(sbom.components[0].is_direct, None);
    }

    #[test]
    fn the_wrapper_of_an_export_is_looked_through_and_null_entries_are_told() {
        let text = r#"{"sbom": {"spdxVersion": "SPDX-2.3", "packages": [null, {"name": "a"}], "relationships": [null]}}"#;
        let artifact = read(text.as_bytes(), Some("spdx-json"));
        let problems: Vec<_> = artifact.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            problems,
            [
                "1 entries of `packages` are no objects",
                "1 entries of `relationships` are no objects"
            ]
        );
        let Content::Sbom(sbom) = artifact.content else {
            panic!("it is read");
        };
        assert_eq!((sbom.components.len(), sbom.top_level, sbom.edges), (1, 2, 1));
    }

    #[test]
    fn what_the_standard_forbids_is_told_with_a_count() {
        let text = r#"{"spdxVersion": "SPDX-2.3", "creationInfo": {"created": "last week"}, "packages": [
            {"SPDXID": "SPDXRef-a", "name": "a", "checksums": [{"algorithm": "SHA256", "checksumValue": "xyz"}, {"algorithm": "ADLER32", "checksumValue": "a0"}]},
            {"SPDXID": "SPDXRef-a", "versionInfo": "1"}]}"#;
        let problems: Vec<String> = read(text.as_bytes(), None)
            .problems
            .into_iter()
            .map(|problem| problem.message)
            .collect();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.starts_with("1 ")), "{problems:?}");
        let good = text
            .replace("last week", "2026-01-02T03:04:05Z")
            .replace("xyz", &"0a".repeat(32));
        let good = good.replace(
            r#"{"SPDXID": "SPDXRef-a", "versionInfo": "1"}"#,
            r#"{"SPDXID": "SPDXRef-b", "name": "b"}"#,
        );
        assert!(read(good.as_bytes(), None).problems.is_empty());
    }

    #[test]
    fn every_purl_of_a_package_counts_and_the_first_names_it() {
        let text = r#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "a", "externalRefs": [
            {"referenceType": "http://spdx.org/rdf/references/purl", "referenceLocator": "pkg:rpm/a@1?repository_id=x"},
            {"referenceType": "purl", "referenceLocator": "pkg:rpm/a@1?repository_id=y"},
            {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"}]}]}"#;
        let artifact = read(text.as_bytes(), None);
        let Content::Sbom(sbom) = artifact.content else {
            panic!("it is read");
        };
        assert_eq!(
            (sbom.purls, sbom.components[0].purl.as_str()),
            (2, "pkg:rpm/a@1?repository_id=x")
        );
        assert_eq!(artifact.counts["ver"], "SPDX-2.3");
    }

    proptest! {
        #[test]
        fn any_members_are_read(
            members in "(\"(packages|relationships|files|sbom|creationInfo|documentDescribes)\": ?(null|1|\"a\"|\\[\\]|\\{\\}|\\[\\{\"(name|SPDXID|externalRefs|relationshipType)\": ?(1|\"DEPENDENCY_OF\"|\\[\\{\\}\\])\\}\\]),? ?){0,3}"
        ) {
            let _ = parse(&format!("{{{members}}}"));
        }
    }
}
