//! The JSON export of llvm-cov, in full and as a summary.

use serde_json::{Map, json};

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
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
    for name in METRICS {
        let (mut own, mut listed, mut is_whole) = ((0_u64, 0_u64), (0_u64, 0_u64), true);
        for data in report.at("data").items() {
            let metric = data.at("totals").at(name);
            let (Some(covered), Some(count)) = (metric.at("covered").count(), metric.at("count").count()) else {
                continue;
            };
            coverage.says(
                name,
                metric.at("percent").number().and_then(serde_json::Number::as_f64),
                (covered, count),
            );
            own = (own.0.saturating_add(covered), own.1.saturating_add(count));
            match sum(data.at("files").items(), name) {
                Some((covered, count)) => listed = (listed.0.saturating_add(covered), listed.1.saturating_add(count)),
                None => is_whole = false,
            }
            totals
                .entry(name)
                .or_insert_with(|| json!([covered, count, metric.at("percent").number().and_then(rounded)]));
        }
        if totals.contains_key(name) {
            coverage.compare(name, Some(listed).filter(|_| is_whole), Some(own));
        }
    }
    for data in report.at("data").items() {
        files += data.at("files").items().len() as u64;
    }
    coverage.files(files);
    coverage.count("totals", totals);
    coverage.finish()
}

/// What the summaries of files give for a metric; none where one of them does not tell it.
fn sum(files: &[Node<'_>], name: &str) -> Option<(u64, u64)> {
    let mut sum = None;
    for file in files {
        let metric = file.path(&["summary", name]);
        let (covered, count) = metric.at("covered").count().zip(metric.at("count").count())?;
        let (all, of) = sum.get_or_insert((0_u64, 0_u64));
        (*all, *of) = (all.saturating_add(covered), of.saturating_add(count));
    }
    sum
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

    #[test]
    fn totals_that_say_more_than_their_files_are_told() {
        let of = |summary: &str| {
            let text = format!(
                r#"{{"type": "llvm.coverage.json.export", "data": [{{"files": [{{"summary": {{"lines": {summary}}}}}], "totals": {{"lines": {{"count": 10, "covered": 10}}}}}}]}}"#
            );
            match crate::parse::recognise::read(text.as_bytes(), None).content {
                crate::model::evidence::Content::Coverage(facts) => {
                    (facts.metrics[0].covered, facts.metrics[0].total, facts.metrics[0].declared)
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(of(r#"{"count": 10, "covered": 1}"#), (1, 10, Some((10, 10))));
        assert_eq!(of(r#"{"count": 10, "covered": 10}"#), (10, 10, Some((10, 10))));
        assert_eq!(of("{}"), (10, 10, None));
    }
}
