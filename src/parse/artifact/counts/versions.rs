//! Versions of standards that are not known. Such a file is read as the versions before it, and says so.

use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::parse::gate::plain::first_line;

/// The versions of CycloneDX.
const CYCLONEDX: &[&str] = &["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/// The versions of SPDX, of which some writers add a third number.
const SPDX: &[&str] = &["1.2", "2.0", "2.1", "2.2", "2.3", "3.0"];

/// The forms of the in-toto statement; the second was written by a few tools before the third was decided on.
const STATEMENTS: &[&str] = &["v0.1", "v0.2", "v1"];

/// What there is to say of the version that an artifact names.
pub(crate) fn remark(artifact: &Artifact) -> Option<Problem> {
    let (standard, version) = match &artifact.content {
        Content::Sbom(sbom) => {
            let version = sbom.standard_version.as_str();
            let is_known = match sbom.standard {
                "CycloneDX" => CYCLONEDX.contains(&version),
                "SPDX" => SPDX
                    .iter()
                    .any(|known| version == *known || version.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'))),
                _ => true,
            };
            (sbom.standard, Some(version).filter(|_| !is_known)?)
        }
        Content::Advisories(advisories) => {
            let version = advisories.version.as_str();
            let (standard, is_known) = match artifact.format {
                Some("openvex") => (
                    "OpenVEX",
                    version
                        .split_once("openvex.dev/ns/v")
                        .is_none_or(|(_, version)| version.starts_with("0.0.") || version.starts_with("0.2.")),
                ),
                Some("csaf") => ("CSAF", version.starts_with("2.0/") || version.starts_with("2.1/")),
                Some("osv") => ("OSV", version.starts_with("1.")),
                _ => return None,
            };
            (standard, Some(version).filter(|_| !is_known)?)
        }
        Content::Provenance(provenance) => {
            let kinds = provenance.statements.iter().map(|statement| statement.kind.as_str());
            let mut versions = kinds.filter_map(|kind| Some(kind.split_once("in-toto.io/Statement/")?.1));
            (
                "the in-toto statement",
                versions.find(|version| !STATEMENTS.contains(version))?,
            )
        }
        _ => return None,
    };
    if version.is_empty() {
        return None;
    }
    // Some formats write their category or their address into it.
    let version = version.rsplit_once("/ns/v").map_or(version, |(_, version)| version);
    let version = version.split('/').next().unwrap_or(version);
    Some(Problem::of_file(format!(
        "version {} of {standard} is not known, and is read as those before it",
        first_line(version)
    )))
}

#[cfg(test)]
mod tests {
    use crate::parse::recognise::read;

    fn problems(text: &str) -> Vec<String> {
        let artifact = read(text.as_bytes(), None);
        assert!(artifact.format.is_some(), "{text}");
        artifact.problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn versions_that_are_not_known_are_told() {
        let bill = |version: &str| format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "{version}", "components": []}}"#);
        let xml = |version: &str| format!("<bom xmlns='http://cyclonedx.org/schema/bom/{version}'/>");
        let spdx = |version: &str| format!(r#"{{"spdxVersion": "SPDX-{version}", "packages": []}}"#);
        let vex = |version: &str| format!(r#"{{"@context": "https://openvex.dev/ns{version}", "statements": []}}"#);
        let csaf = |version: &str| {
            format!(
                r#"{{"document": {{"csaf_version": "{version}", "category": "csaf_vex"}}, "vulnerabilities": [{{"cve": "CVE-1", "product_status": {{"fixed": ["A"]}}}}]}}"#
            )
        };
        let statement = |version: &str| {
            format!(
                r#"{{"_type": "https://in-toto.io/Statement/{version}", "predicateType": "p", "subject": [{{"name": "a", "digest": {{"sha256": "ab"}}}}]}}"#
            )
        };
        let told = |text: &str| {
            problems(text)
                .iter()
                .any(|problem| problem.contains("is not known, and is read"))
        };
        for text in [
            bill("1.8"),
            bill("2.0"),
            xml("1.9"),
            spdx("2.4"),
            spdx("4.0"),
            vex("/v0.9.0"),
            csaf("3.0"),
            statement("v9"),
        ] {
            assert!(told(&text), "{text}");
        }
        for text in [
            bill("1.7"),
            xml("1.0"),
            spdx("2.3"),
            spdx("2.2.1"),
            vex(""),
            vex("/v0.0.1"),
            vex("/v0.2.0"),
            csaf("2.0"),
            statement("v1"),
            statement("v0.1"),
        ] {
            assert!(!told(&text), "{text}");
        }
        assert_eq!(
            problems(&bill("1.8")),
            ["version 1.8 of CycloneDX is not known, and is read as those before it"]
        );
    }
}
