//! SPDX 2.2 and 2.3 in YAML: the members are those of JSON.

use serde_json::Value;
use serde_saphyr::{alias_limits, budget, options};

use crate::model::evidence::Artifact;
use crate::model::finding::Problem;
use crate::parse::artifact::{Format, Shape, Sniff, broken, json};
use crate::parse::sbom::spdx_document;
use crate::tools::yaml::fault;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "spdx-yaml",
    title: "SPDX YAML",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_version = |line: &str| line.starts_with("spdxVersion:") || line.starts_with("\"spdxVersion\":");
    matches!(sniff.shape, Shape::Text) && sniff.text.lines().any(is_version)
}

fn parse(text: &str) -> Artifact {
    // Depth, size and the replay of aliases are capped, so that a few lines cannot become gigabytes.
    let options = options! {
        budget: budget! {
            max_depth: 100,
            max_nodes: 2_000_000,
            max_aliases: 500,
            max_anchors: 200,
            max_documents: 1,
        },
        alias_limits: alias_limits! { max_total_replayed_events: 20_000 },
    };
    let value: Value = match serde_saphyr::from_str_with_options(text, options) {
        Ok(value) => value,
        Err(error) => {
            let line = error
                .location()
                .map(|location| location.line() as u32)
                .filter(|line| *line > 0);
            return broken(Problem {
                line,
                message: format!("not YAML: {}", fault(&error)),
            });
        }
    };
    let text = value.to_string();
    match json::read(&text) {
        Ok(document) => spdx_document::artifact(document),
        Err(problem) => broken(Problem::of_file(problem.message)),
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    const TEXT: &str = "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\ncreationInfo:\n  creators:\n  - 'Tool: x-1'\npackages:\n- SPDXID: SPDXRef-a\n  name: a\n  versionInfo: '1.0'\n- name: b\nrelationships:\n- spdxElementId: SPDXRef-a\n  relatedSpdxElement: SPDXRef-b\n  relationshipType: DEPENDS_ON\n";

    #[test]
    fn the_members_are_those_of_json() {
        assert_eq!(shown(TEXT, Some("spdx-yaml")), "spdx-yaml; 2 components, 1 edges");
        let broken = shown("spdxVersion: SPDX-2.3\npackages: [\n", None);
        assert!(broken.starts_with("spdx-yaml; unread; ! not YAML"), "{broken}");
        let bomb = format!("spdxVersion: x\na: &a [{}]\nb: [{}]\n", "1,".repeat(5000), "*a,".repeat(400));
        assert!(shown(&bomb, None).starts_with("spdx-yaml; unread"));
    }
}
