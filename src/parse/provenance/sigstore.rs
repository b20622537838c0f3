//! Sigstore bundles 0.1 and later, one or one a line, as `gh attestation download` writes them.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::trees;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::provenance::envelope::Draft;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "sigstore-bundle",
    title: "Sigstore bundle",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff
        .text_at("mediaType")
        .is_some_and(|kind| kind.contains("dev.sigstore.bundle"))
        || (sniff.has_key("verificationMaterial") && (sniff.has_key("dsseEnvelope") || sniff.has_key("messageSignature")))
}

fn parse(text: &str) -> Artifact {
    let nodes = match trees(text) {
        Ok(nodes) => nodes,
        Err(problem) => return broken(problem),
    };
    let mut draft = Draft::default();
    for node in &nodes {
        if node.has("verificationMaterial") || node.has("dsseEnvelope") || node.has("messageSignature") {
            draft.add_bundle(node);
        } else {
            draft.note("a line is no Sigstore bundle");
        }
        let media = node.at("mediaType").words();
        if !is_known(&media) {
            draft.note(format!(
                "the version `{}` of the bundle is not known",
                media.chars().take(80).collect::<String>()
            ));
        }
    }
    draft.finish()
}

/// The version stands behind `version=`, or as `.v0.3+json`.
fn is_known(media: &str) -> bool {
    let version = media.rsplit_once("version=").map(|(_, version)| version);
    let version = version.or_else(|| media.rsplit_once(".v")?.1.strip_suffix("+json"));
    version.is_some_and(|version| matches!(version, "0.1" | "0.2" | "0.3"))
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::{Artifact, Content};
    use crate::model::provenance::{Provenance, Signature};
    use crate::parse::recognise::read;

    const DIGEST: &str = r#"{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"certificate": {"rawBytes": "AA=="}},
      "messageSignature": {"messageDigest": {"algorithm": "SHA2_256", "digest": "qrs="}, "signature": "MEU="}}"#;

    fn provenance(artifact: &Artifact) -> &Provenance {
        match &artifact.content {
            Content::Provenance(provenance) => provenance,
            other => panic!("{other:?}: {:?}", artifact.problems),
        }
    }

    #[test]
    fn the_signature_of_a_digest_has_a_subject_without_a_name() {
        let artifact = read(DIGEST.as_bytes(), None);
        assert_eq!(
            (artifact.format, artifact.problems.as_slice()),
            (Some("sigstore-bundle"), &[][..])
        );
        let read_one = provenance(&artifact);
        assert_eq!(read_one.statements[0].subjects[0].digests, ["sha256:aabb"]);
        assert_eq!(read_one.signature, Signature::NotChecked);
        assert_eq!(artifact.about.digests, ["sha256:aabb"]);
    }

    #[test]
    fn bundles_of_unknown_versions_or_without_a_signature_are_told() {
        for (from, to, expected) in [
            (
                "v0.3+json",
                "v9.9+json",
                "the version `application/vnd.dev.sigstore.bundle.v9.9+json` of the bundle is not known",
            ),
            ("qrs=", "", "a bundle signs a digest that is not in it"),
            (
                "messageSignature",
                "other",
                "a bundle holds neither an envelope nor a signature of a digest",
            ),
            (
                r#"{"certificate": {"rawBytes": "AA=="}}"#,
                "[]",
                "a bundle has nothing to verify its signature with",
            ),
        ] {
            let artifact = read(DIGEST.replace(from, to).as_bytes(), None);
            assert_eq!(artifact.problems[0].message, expected);
        }
        let unsigned = read(DIGEST.replace("MEU=", "").as_bytes(), None);
        assert_eq!(provenance(&unsigned).signature, Signature::Absent);
    }

    #[test]
    fn a_bundle_a_line_is_read_and_half_a_line_refused() {
        let line = DIGEST.replace('\n', " ");
        assert_eq!(provenance(&read(format!("{line}\n{line}\n").as_bytes(), None)).documents, 2);
        let cut = read(format!("{line}\n{}", &line[..100]).as_bytes(), None);
        assert!(matches!(cut.content, Content::Unread));
    }
}
