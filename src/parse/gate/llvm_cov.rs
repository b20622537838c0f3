//! The JSON export of llvm-cov, in full and as a summary.

use serde_json::{Map, json};

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::measured::Coverage;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "llvm-cov",
    title: "llvm-cov JSON",
    recognizes,
    parse,
};

/// The metrics.
const METRICS: [&str; 6] = ["lines", "functions", "regions", "branches", "instantiations", "mcdc"];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff
        .text_at("type")
        .is_some_and(|kind| kind.starts_with("llvm.coverage.json"))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut coverage = Coverage::default();
    let mut totals = Map::new();
    let mut files = 0;
    for data in report.at("data").items() {
        files += data.at("files").items().len() as u64;
        for name in METRICS {
            let metric = data.at("totals").at(name);
            if let (Some(covered), Some(count)) = (metric.at("covered").count(), metric.at("count").count()) {
                coverage.add(name, covered, count);
                totals
                    .entry(name)
                    .or_insert_with(|| json!([covered, count, metric.at("percent").number().and_then(rounded)]));
            }
        }
    }
    coverage.files(files);
    coverage.count("totals", totals);
    coverage.finish()
}

/// A percentage with four places, as pages show it; a whole one as it is written.
fn rounded(percent: &serde_json::Number) -> Option<serde_json::Value> {
    if percent.as_u64().is_some() {
        return Some(percent.clone().into());
    }
    percent
        .as_f64()
        .map(|percent| ((percent * 10_000.0).round() / 10_000.0).into())
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn the_totals_of_all_parts_are_summed() {
        let data = r#"{"files": [{}, {}], "totals": {"lines": {"count": 6, "covered": 2, "percent": 33.33333}, "functions": {"count": 1, "covered": 1}}}"#;
        let text = format!(r#"{{"type": "llvm.coverage.json.export", "version": "3.1.0", "data": [{data}, {data}]}}"#);
        assert_eq!(shown(&text, Some("llvm-cov")), "llvm-cov; lines 4/12; functions 2/2");
        assert_eq!(
            count(&text, None, "totals"),
            r#"{"functions":[1,1,null],"lines":[2,6,33.3333]}"#
        );
        assert_eq!(
            shown(r#"{"type": "llvm.coverage.json.export", "data": []}"#, None),
            "llvm-cov"
        );
        assert!(shown(&text[..120], Some("llvm-cov")).contains("unread"));
    }
}
