//! DSSE envelopes, one or one a line (`*.intoto.jsonl`).

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::trees;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::provenance::envelope::Draft;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "dsse",
    title: "DSSE envelope",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("payload") && sniff.has_key("payloadType")
}

fn parse(text: &str) -> Artifact {
    let nodes = match trees(text) {
        Ok(nodes) => nodes,
        Err(problem) => return broken(problem),
    };
    let mut draft = Draft::default();
    for node in &nodes {
        if node.has("payload") {
            draft.add_envelope(node);
        } else {
            draft.note("a line is no DSSE envelope");
        }
    }
    draft.finish()
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::model::provenance::Signature;
    use crate::parse::recognise::read;

    /// `{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/verification_summary/v1",`
    /// `"subject":[{"name":"a","digest":{"sha256":"ab"}}],"predicate":{"verificationResult":"FAILED"}}`
    const PAYLOAD: &str = "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9zbHNhLmRldi92ZXJpZmljYXRpb25fc3VtbWFyeS92MSIsInN1YmplY3QiOlt7Im5hbWUiOiJhIiwiZGlnZXN0Ijp7InNoYTI1NiI6ImFiIn19XSwicHJlZGljYXRlIjp7InZlcmlmaWNhdGlvblJlc3VsdCI6IkZBSUxFRCJ9fQ==";

    fn envelope(payload: &str, signatures: &str) -> String {
        format!(r#"{{"payloadType": "application/vnd.in-toto+json", "payload": "{payload}", "signatures": [{signatures}]}}"#)
    }

    fn check(text: &str) -> (Signature, usize, Vec<String>) {
        let artifact = read(text.as_bytes(), None);
        assert_eq!(artifact.format, Some("dsse"));
        let Content::Provenance(provenance) = &artifact.content else {
            panic!("{:?}", artifact.problems);
        };
        let problems = artifact.problems.iter().map(|problem| problem.message.clone()).collect();
        (provenance.signature, provenance.statements.len(), problems)
    }

    #[test]
    fn signatures_are_counted_and_never_called_checked() {
        let signed = envelope(PAYLOAD, r#"{"keyid": "", "sig": "MEU="}"#);
        assert_eq!(check(&signed), (Signature::NotChecked, 1, Vec::new()));
        let bare = envelope(PAYLOAD, "");
        assert_eq!(
            check(&bare),
            (Signature::Absent, 1, vec!["an envelope has no signature".to_owned()])
        );
        let both = check(&format!("{signed}\n{bare}\n"));
        assert_eq!((both.0, both.1), (Signature::Partial, 2));
        let empty_signature = envelope(PAYLOAD, r#"{"sig": ""}"#);
        assert_eq!(check(&empty_signature).0, Signature::Absent);
    }

    #[test]
    fn a_payload_that_cannot_be_read_is_told() {
        let signature = r#"{"sig": "MEU="}"#;
        for (payload, expected) in [
            ("", "an envelope has no payload that can be read"),
            ("!!", "the payload of an envelope is no base64 of a text"),
            ("/////w==", "the payload of an envelope is no base64 of a text"),
            ("e30=", "the payload of an envelope is no in-toto statement"),
            (
                "eyI=",
                "the payload of an envelope cannot be read: not valid JSON: EOF while parsing a string",
            ),
        ] {
            let (_, statements, problems) = check(&envelope(payload, signature));
            assert_eq!((statements, problems), (0, vec![expected.to_owned()]), "{payload}");
        }
    }
}
