//! What a bill of materials says of its own gaps: that it does not list everything, or that nobody knows whether it does.

use crate::model::about::{About, GAP};

/// Whether a word for how whole a part of a bill is says that something is missing, or that nobody knows. CycloneDX writes `incomplete`,
/// `incomplete_first_party_only` and `unknown`, SPDX 3 `noAssertion`; `not_specified` says nothing.
pub(super) fn is_gap(word: &str) -> bool {
    let word = word.trim().to_ascii_lowercase();
    word.starts_with("incomplete") || matches!(word.as_str(), "unknown" | "noassertion")
}

/// Whether a comment on a bill says that it is not whole.
pub(super) fn is_told(comment: &str) -> bool {
    let lower = comment.to_lowercase();
    [
        "incomplete", "not complete", "partial sbom", "known unknown", "not all components", "not all dependencies",
    ]
    .iter()
    .any(|phrase| lower.contains(phrase))
}

/// Tells the first of some words as a fact.
pub(super) fn tell<'a>(about: &mut About, mut words: impl Iterator<Item = &'a str>) {
    if let Some(word) = words.next() {
        let word: String = word.trim().chars().take(80).collect();
        about.facts.push((GAP.to_owned(), word));
    }
}

#[cfg(test)]
mod tests {
    use super::{is_gap, is_told};
    use crate::model::about::GAP;
    use crate::parse::recognise::read;

    #[test]
    fn bills_say_that_they_are_not_whole_in_several_ways() {
        for word in ["incomplete", "incomplete_third_party_only", "unknown", "noAssertion"] {
            assert!(is_gap(word), "{word}");
        }
        for word in ["complete", "not_specified", ""] {
            assert!(!is_gap(word), "{word}");
        }
        assert!(is_told("This list is incomplete: native code is left out.") && !is_told("Made by the build."));
        let facts = |text: &str| read(text.as_bytes(), None).about.facts;
        let gap = |word: &str| vec![(GAP.to_owned(), word.to_owned())];
        let cyclonedx = |aggregate: &str| {
            format!(
                r#"{{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [], "compositions": [{{"aggregate": "{aggregate}"}}]}}"#
            )
        };
        assert_eq!(facts(&cyclonedx("incomplete")), gap("incomplete"));
        assert!(facts(&cyclonedx("complete")).is_empty());
        let xml = |aggregate: &str| {
            format!(
                r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component><name>a</name></component></components><compositions><composition><aggregate>{aggregate}</aggregate></composition></compositions></bom>"#
            )
        };
        assert_eq!(facts(&xml("unknown")), gap("unknown"));
        assert!(facts(&xml("complete")).is_empty());
        let spdx = |rest: &str| {
            format!(
                r#"{{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": [{{"SPDXID": "SPDXRef-a", "name": "a"}}], {rest}}}"#
            )
        };
        let related = |other: &str| {
            spdx(&format!(
                r#""relationships": [{{"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "{other}"}}]"#
            ))
        };
        assert_eq!(facts(&related("NOASSERTION")), gap("SPDXRef-a DEPENDS_ON NOASSERTION"));
        assert!(facts(&related("NONE")).is_empty());
        assert_eq!(facts(&spdx(r#""comment": "incomplete""#)), gap("incomplete"));
    }
}
