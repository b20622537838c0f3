//! Istanbul's coverage in full (`coverage-final.json`): counts of statements, branches and functions by file.

use std::collections::BTreeMap;

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Shape, Sniff, broken};
use crate::parse::gate::measured::Coverage;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "istanbul",
    title: "Istanbul coverage",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let has_paths = matches!(&sniff.shape, Shape::JsonObject(members) if !members.is_empty()
        && members.iter().all(|member| member.text.is_none() && member.key.contains(['/', '\\', '.'])));
    has_paths && sniff.text.contains("\"statementMap\"") && sniff.text.contains("\"fnMap\"")
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut coverage = Coverage::default();
    for (_, file) in report.members() {
        // Files that nothing loaded stand one level deeper.
        let file = if file.at("data").is_object() { file.at("data") } else { file };
        let statements = counts(file.at("s"));
        let mut lines: BTreeMap<u64, u64> = BTreeMap::new();
        for (id, place) in file.at("statementMap").members() {
            if let Some(line) = place.path(&["start", "line"]).count() {
                let hits = file.at("s").at(id).count().unwrap_or_default();
                let line = lines.entry(line).or_default();
                *line = hits.max(*line);
            }
        }
        let branches: Vec<u64> = file
            .at("b")
            .members()
            .iter()
            .flat_map(|(_, ways)| ways.items())
            .map(|hits| hits.count().unwrap_or_default())
            .collect();
        for (name, hits) in [
            ("lines", lines.into_values().collect()),
            ("statements", statements),
            ("functions", counts(file.at("f"))),
            ("branches", branches),
        ] {
            coverage.add(name, hits.iter().filter(|hits| **hits > 0).count() as u64, hits.len() as u64);
        }
    }
    coverage.files(report.members().len() as u64);
    coverage.finish()
}

fn counts(hits: &Node<'_>) -> Vec<u64> {
    hits.members()
        .iter()
        .map(|(_, hits)| hits.count().unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn hits_are_counted_by_metric() {
        let text = r#"{"/a.js": {"path": "/a.js", "statementMap": {"0": {"start": {"line": 1}}, "1": {"start": {"line": 1}}, "2": {"start": {"line": 2}}},
            "fnMap": {}, "branchMap": {}, "s": {"0": 0, "1": 3, "2": 0}, "f": {"0": 1}, "b": {"0": [1, 0]}}}"#;
        assert_eq!(
            shown(text, Some("istanbul")),
            "istanbul; lines 1/2; statements 1/3; functions 1/1; branches 1/2"
        );
        assert!(shown(&text[..150], Some("istanbul")).contains("unread"));
        assert!(shown(r#"{"name": "x", "statementMap": {}}"#, None).starts_with("none"));
    }
}
