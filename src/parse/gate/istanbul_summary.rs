//! Istanbul's coverage summary, as nyc, Jest and Vitest write it. Percentages are not counted by, since nothing of nothing is
//! written as 100; but one that is lower than its counts contradicts them.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::measured::Coverage;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "istanbul-summary",
    title: "Istanbul coverage summary",
    recognizes,
    parse,
};

/// The metrics.
const METRICS: [&str; 4] = ["lines", "statements", "functions", "branches"];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("total") && sniff.text.contains("\"statements\"") && sniff.text.contains("\"pct\"")
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut coverage = Coverage::default();
    let files = report.members().iter().filter(|(name, _)| name != "total");
    for (_, file) in files.clone() {
        for name in METRICS {
            if let (Some(covered), Some(total)) = (file.at(name).at("covered").count(), file.at(name).at("total").count()) {
                coverage.add(name, covered, total);
            }
        }
    }
    let mut totals = serde_json::Map::new();
    for name in METRICS {
        let metric = report.at("total").at(name);
        if let (Some(covered), Some(total)) = (metric.at("covered").count(), metric.at("total").count()) {
            coverage.declare(name, covered, total);
            let percent = metric.at("pct").number().and_then(serde_json::Number::as_f64);
            coverage.says(name, percent, (covered, total));
            totals.insert(name.to_owned(), serde_json::json!([covered, total, metric.at("pct").json()]));
        }
    }
    coverage.says_none("lines");
    coverage.files(files.count() as u64);
    coverage.count("total", totals);
    coverage.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn counts_are_read_and_percentages_are_not() {
        let text = r#"{"total": {"lines": {"total": 4, "covered": 3, "pct": 75}, "statements": {"total": 4, "covered": 2, "pct": 99}, "branches": {"total": 0, "covered": 0, "pct": 100}},
            "/a.js": {"lines": {"total": 4, "covered": 3}, "statements": {"total": 4, "covered": 2}, "branches": {"total": 0, "covered": 0}}}"#;
        assert_eq!(
            shown(text, Some("istanbul-summary")),
            "istanbul-summary; lines 3/4; statements 2/4; branches 0/0"
        );
        assert_eq!(
            count(text, None, "total"),
            r#"{"branches":[0,0,100],"lines":[3,4,75],"statements":[2,4,99]}"#
        );
        let unknown = r#"{"total": {"lines": {"total": 0, "covered": 0, "pct": "Unknown"}, "statements": {}}}"#;
        assert_eq!(shown(unknown, None), "istanbul-summary; lines 0/0");
        assert!(shown(&text[..150], Some("istanbul-summary")).contains("unread"));
    }
}
