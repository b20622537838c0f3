//! Lighthouse in JSON. A run that failed has all scores, and all of them are null. Scores of one major version are not those of another,
//! and those of a phone are not those of a desktop: both are named beside each figure.

use serde_json::{Map, Value, json};

use crate::model::about::About;
use crate::model::evidence::{AnomalyKind, Artifact, Content};
use crate::model::finding::Problem;
use crate::model::measure::{Metric, MetricFacts};
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, anomaly, broken, note};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "lighthouse",
    title: "Lighthouse report",
    recognizes,
    parse,
};

/// Audits whose figures are kept, with their names here.
const AUDITS: [&str; 6] = [
    "cumulative-layout-shift", "first-contentful-paint", "interactive", "largest-contentful-paint", "speed-index",
    "total-blocking-time",
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("lighthouseVersion")
        && (sniff.has_key("categories") || sniff.has_key("audits") || sniff.has_key("reportCategories"))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut problems = Vec::new();
    let mut facts = MetricFacts {
        is_conclusive: true,
        ..MetricFacts::default()
    };
    let url = ["finalDisplayedUrl", "finalUrl", "url"]
        .iter()
        .find_map(|key| report.at(key).text())
        .unwrap_or_default();
    let form = ["formFactor", "emulatedFormFactor"]
        .iter()
        .find_map(|key| report.at("configSettings").at(key).text());
    let of = first_line(&format!("{url} {}", form.unwrap_or_default()));
    let error = report
        .path(&["runtimeError", "code"])
        .text()
        .filter(|code| *code != "NO_ERROR");
    if let Some(code) = error {
        facts.is_conclusive = false;
        note(
            &mut problems,
            Problem::of_file(format!("the run failed: {}", first_line(code))),
        );
    }
    if url.starts_with("chrome-error:") {
        facts.is_conclusive = false;
        note(
            &mut problems,
            Problem::of_file("what was measured is the error page of the browser"),
        );
    }
    let mut anomalies = Vec::new();
    let mut scores = Map::new();
    for (name, category) in report.at("categories").members() {
        let score = category.at("score").number();
        scores.insert(
            name.to_string(),
            score.map_or(Value::Null, |score| Value::Number(score.clone())),
        );
        facts.metrics.push(Metric {
            name: first_line(name),
            of: of.clone(),
            value: score.map(ToString::to_string),
            ..Metric::default()
        });
    }
    if facts.metrics.is_empty() || facts.metrics.iter().any(|metric| metric.value.is_none()) {
        facts.is_conclusive = false;
        note(
            &mut problems,
            Problem::of_file("a score is missing, so the run measured less than it should"),
        );
    }
    for name in AUDITS {
        let audit = report.at("audits").at(name);
        if let Some(value) = audit.at("numericValue").number() {
            let is_time = audit.at("numericUnit").text() == Some("millisecond");
            facts.metrics.push(Metric {
                name: name.to_owned(),
                of: of.clone(),
                value: Some(value.to_string()),
                unit: if is_time { "ms".to_owned() } else { String::new() },
                ..Metric::default()
            });
        }
    }
    for warning in report.at("runWarnings").items().iter().filter_map(Node::text) {
        note(
            &mut problems,
            Problem::of_file(format!("the run warns: {}", first_line(warning))),
        );
        let lower = warning.to_lowercase();
        if lower.contains("incomplete") || lower.contains("did not finish loading") || lower.contains("loaded too slowly") {
            let message = format!("the run says that it is not whole: {}", first_line(warning));
            anomaly(&mut anomalies, AnomalyKind::NotEnded, None, message);
        }
    }
    let mut about = About::default();
    About::add(&mut about.urls, url);
    let version = report.at("lighthouseVersion").words();
    About::add(&mut about.tools, format!("Lighthouse {version}").trim());
    about.made = report.at("fetchTime").text().map(str::to_owned);
    let paint = report.at("audits").at("largest-contentful-paint").at("numericValue").number();
    let counts = json!({
        "version": version,
        "url": url,
        "scores": scores,
        "runtimeError": error,
        "lcp_ms": paint,
    });
    Artifact {
        content: Content::Metrics(facts),
        problems,
        anomalies,
        about,
        counts: counts.as_object().cloned().unwrap_or_default(),
        ..Artifact::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn scores_are_kept_as_written() {
        let text = r#"{"lighthouseVersion": "12.8.2", "finalDisplayedUrl": "https://x/", "configSettings": {"formFactor": "mobile"},
            "categories": {"performance": {"score": 0.895}, "seo": {"score": 1}}, "audits": {"largest-contentful-paint": {"numericValue": 674.3999}}}"#;
        assert_eq!(
            shown(text, Some("lighthouse")),
            "lighthouse; performance 0.895; seo 1; largest-contentful-paint 674.3999; conclusive"
        );
        assert_eq!(count(text, None, "scores"), r#"{"performance":0.895,"seo":1}"#);
        assert_eq!(
            (count(text, None, "lcp_ms"), count(text, None, "url")),
            ("674.3999".to_owned(), "\"https://x/\"".to_owned())
        );
    }

    #[test]
    fn a_run_that_failed_measures_nothing() {
        for (text, expected) in [
            (
                r#"{"lighthouseVersion": "12", "runtimeError": {"code": "NO_FCP"}, "categories": {"seo": {"score": null}}}"#,
                "lighthouse; seo -; inconclusive; ! the run failed: NO_FCP",
            ),
            (
                r#"{"lighthouseVersion": "12", "categories": {}}"#,
                "lighthouse; inconclusive; ! a score is missing, so the run measured less than it should",
            ),
            (
                r#"{"lighthouseVersion": "12", "runtimeError": {"code": "NO_ERROR"}, "categories": {"seo": {"score": 1}}}"#,
                "lighthouse; seo 1; conclusive",
            ),
            (
                r#"{"lighthouseVersion": "12", "categories": {"#,
                "lighthouse; unread; ! not valid JSON: EOF while parsing an object (line 1)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
    }
}
