//! SPDX 2 as tags and values, a line each. A value in `<text>` may go over lines. What follows `PackageName` is of that package.

use std::borrow::Cow;

use crate::model::evidence::{AnomalyKind, Artifact};
use crate::model::finding::Problem;
use crate::parse::artifact::json::{One, Text, Texts};
use crate::parse::artifact::{Format, Shape, Sniff, anomaly, broken, note};
use crate::parse::sbom::spdx_document::{
    self, Anything, Checksum, CreationInfo, Document, ExternalReference, Package, Relationship,
};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "spdx-tag-value",
    title: "SPDX tag-value",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let lines = || {
        sniff
            .text
            .lines()
            .map(str::trim_start)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    matches!(sniff.shape, Shape::Text) && lines().take(20).any(|line| line.starts_with("SPDXVersion:"))
}

/// What the tags that follow are of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Document,
    Package,
    Other,
}

fn parse(text: &str) -> Artifact {
    let mut document = Document::default();
    let mut creation = CreationInfo::default();
    let mut about = About::Document;
    let mut lines = text.lines().enumerate();
    let mut untagged: Vec<u32> = Vec::new();
    while let Some((at, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else {
            untagged.push(at as u32 + 1);
            continue;
        };
        let mut value = value.trim();
        // Only single-line texts are asked for, so that the lines of a longer one are passed over.
        if let Some(begun) = value.strip_prefix("<text>") {
            value = begun.split("</text>").next().unwrap_or_default().trim();
            let is_closed = begun.contains("</text>") || lines.by_ref().any(|(_, line)| line.contains("</text>"));
            if !is_closed {
                return broken(Problem::at(at as u32 + 1, "the text of the tag does not end"));
            }
        }
        read(tag.trim(), value, &mut about, &mut document, &mut creation);
    }
    document.creation_info = One(Some(creation));
    let mut artifact = spdx_document::artifact(document);
    if let Some(first) = untagged.first() {
        let message = match untagged.len() {
            1 => "a line has no tag and is not read".to_owned(),
            count => format!("{count} lines have no tag and are not read"),
        };
        anomaly(
            &mut artifact.anomalies,
            AnomalyKind::UnreadPart,
            Some(*first),
            message.clone(),
        );
        note(&mut artifact.problems, Problem::at(*first, message));
    }
    artifact
}

fn read<'text>(
    tag: &str,
    value: &'text str,
    about: &mut About,
    document: &mut Document<'text>,
    creation: &mut CreationInfo<'text>,
) {
    let text = || Text(Cow::Borrowed(value));
    match tag {
        "PackageName" => {
            *about = About::Package;
            document.packages.list.push(Package {
                name: text(),
                ..Package::default()
            });
        }
        "FileName" => {
            *about = About::Other;
            document.files.list.push(Anything::default());
        }
        "SnippetSPDXID" | "SnippetName" | "LicenseID" | "Annotator" | "Reviewer" => *about = About::Other,
        "Relationship" => {
            let mut words = value.split_whitespace();
            let mut next = || Text(Cow::Borrowed(words.next().unwrap_or_default()));
            let (one, kind, other) = (next(), next(), next());
            document.relationships.list.push(Relationship {
                spdx_element_id: one,
                kind,
                related_spdx_element: other,
            });
        }
        "SPDXVersion" => document.spdx_version = text(),
        "DocumentName" => document.name = text(),
        "Creator" => {
            let Texts(creators) = &mut creation.creators;
            creators.push(Cow::Borrowed(value));
        }
        "Created" => creation.created = text(),
        _ if *about == About::Package => {
            if let Some(package) = document.packages.list.last_mut() {
                read_package(tag, value, package);
            }
        }
        _ => {}
    }
}

fn read_package<'text>(tag: &str, value: &'text str, package: &mut Package<'text>) {
    let text = || Text(Cow::Borrowed(value));
    match tag {
        "SPDXID" => package.id = text(),
        "PackageVersion" => package.version_info = text(),
        "PackageSupplier" => package.supplier = text(),
        "PackageLicenseDeclared" => package.license_declared = text(),
        "PackageLicenseConcluded" => package.license_concluded = text(),
        "PrimaryPackagePurpose" => package.primary_package_purpose = text(),
        "PackageChecksum" => {
            let (algorithm, digits) = value.split_once(':').unwrap_or_default();
            package.checksums.list.push(Checksum {
                algorithm: Text(Cow::Borrowed(algorithm.trim())),
                checksum_value: Text(Cow::Borrowed(digits.trim())),
            });
        }
        "ExternalRef" => {
            let mut words = value.split_whitespace().skip(1);
            let mut next = || Text(Cow::Borrowed(words.next().unwrap_or_default()));
            let (kind, locator) = (next(), next());
            package.external_refs.list.push(ExternalReference {
                reference_type: kind,
                reference_locator: locator,
            });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    const TEXT: &str = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nCreator: Tool: x-1\nCreatorComment: <text>PackageName: no\nFileName: no</text>\n\
        ##### Package\nPackageName: app\nSPDXID: SPDXRef-app\nPackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1.0\nPackageLicenseDeclared: MIT\n\
        ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1.0\nPackageChecksum: SHA1: 0123456789012345678901234567890123456789\nFileName: ./b\nSPDXID: SPDXRef-b\n\
        Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app\nRelationship: SPDXRef-app DEPENDS_ON SPDXRef-a\n";

    #[test]
    fn packages_and_relationships_are_read() {
        assert_eq!(shown(TEXT, Some("spdx-tag-value")), "spdx-tag-value; 1 components, 2 edges");
        let Content::Sbom(sbom) = read(TEXT.as_bytes(), None).content else {
            panic!("it is read");
        };
        let component = &sbom.components[0];
        assert_eq!(
            (
                component.identity.as_str(),
                component.version.as_str(),
                component.licence.as_str(),
                component.is_direct
            ),
            ("pkg:npm/a", "1.0", "MIT", Some(true))
        );
        assert_eq!(
            (sbom.files, sbom.top_level, sbom.tools.as_slice()),
            (1, 2, &["x-1".to_owned()][..])
        );
    }

    #[test]
    fn lines_without_a_tag_are_told_and_texts_without_an_end_are_refused() {
        for (text, expected) in [
            (
                "SPDXVersion: SPDX-2.3\nno tag here\n",
                "spdx-tag-value; 0 components, 0 edges; ! a line has no tag and is not read (line 2)",
            ),
            (
                "SPDXVersion: SPDX-2.3\nComment: <text>a\nPackageName: b\n",
                "spdx-tag-value; unread; ! the text of the tag does not end (line 2)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
        assert!(shown("Subject: SPDXVersion: x\n", None).starts_with("none"));
    }
}
