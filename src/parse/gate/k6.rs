//! k6 summaries in both forms. They look alike and mean the opposite: `--summary-export` writes `false` for a threshold that holds,
//! `handleSummary` writes `{"ok": true}` for it.

use crate::model::about::About;
use crate::model::evidence::{AnomalyKind, Artifact, Content};
use crate::model::finding::Problem;
use crate::model::measure::{Metric, MetricFacts};
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, anomaly, broken, note};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "k6",
    title: "k6 summary",
    recognizes,
    parse,
};

/// Figures of one summary that are kept.
const MAX_FIGURES: usize = 2_000;

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("metrics")
        && (sniff.has_key("root_group") || sniff.has_key("rootGroup") || (sniff.has_key("checks") && sniff.has_key("groups")))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut problems = Vec::new();
    let mut facts = MetricFacts {
        is_conclusive: report.at("metrics").is_object() && !report.at("metrics").members().is_empty(),
        ..MetricFacts::default()
    };
    if !facts.is_conclusive {
        note(&mut problems, Problem::of_file("the summary has no metrics"));
    }
    for (name, metric) in report.at("metrics").members() {
        // `handleSummary` puts the figures one level deeper.
        let values = if metric.at("values").is_object() {
            metric.at("values")
        } else {
            metric
        };
        for (limit, outcome) in metric.at("thresholds").members() {
            let holds = match outcome {
                Node::Flag(is_crossed) => Some(!is_crossed),
                other => other.at("ok").flag(),
            };
            if holds.is_none() {
                facts.is_conclusive = false;
                note(
                    &mut problems,
                    Problem::of_file(format!("the threshold `{}` has no outcome", first_line(limit))),
                );
            }
            let figure = limit.split(['<', '>', '=', '!']).next().unwrap_or_default().trim();
            let is_kept = values.at(figure).number().and_then(|value| is_kept(limit, value.as_f64()?));
            if holds == Some(true) && is_kept == Some(false) {
                let message = format!(
                    "the threshold `{}` is told to hold, and its figure breaks it",
                    first_line(limit)
                );
                note(&mut problems, Problem::of_file(message));
            }
            facts.metrics.push(Metric {
                name: first_line(name),
                of: String::new(),
                value: values.at(figure).number().map(ToString::to_string),
                limit: first_line(limit),
                // What the file says and what its figure gives: the worse counts.
                holds: holds.map(|holds| holds && is_kept != Some(false)),
                ..Metric::default()
            });
        }
        figures(name, values, &mut facts.metrics);
    }
    // Thresholds hold of nothing: without an iteration no time was taken and nothing failed.
    let iterations = report.path(&["metrics", "iterations"]);
    let ran = [iterations.at("count"), iterations.path(&["values", "count"])]
        .iter()
        .find_map(|count| count.count());
    if ran == Some(0) {
        facts.is_conclusive = false;
        note(&mut problems, Problem::of_file("no iteration was run to its end"));
    }
    let requests = report.path(&["metrics", "http_reqs"]);
    let made = [requests.at("count"), requests.path(&["values", "count"])]
        .iter()
        .find_map(|count| count.count());
    if made == Some(0) && ran != Some(0) {
        facts.is_conclusive = false;
        note(&mut problems, Problem::of_file("no request was made"));
    }
    let mut about = About::default();
    About::add(&mut about.tools, "k6");
    let mut anomalies = Vec::new();
    let mut checks = [0_u64; 2];
    let mut groups = vec![report.at("root_group")];
    while let Some(group) = groups.pop() {
        for list in ["groups", "checks"] {
            // Both forms are seen: objects by name, and lists.
            let node = group.at(list);
            let entries = node.items().iter().chain(node.members().iter().map(|(_, entry)| entry));
            for entry in entries {
                if list == "groups" {
                    groups.push(entry);
                } else {
                    checks[0] += entry.at("passes").count().unwrap_or_default();
                    checks[1] += entry.at("fails").count().unwrap_or_default();
                }
            }
        }
    }
    if checks[1] > 0 {
        note(
            &mut problems,
            Problem::of_file(format!("{} checks failed, which fails no run by itself", checks[1])),
        );
        // Without a threshold of their own nobody said how many may fail.
        let is_limited = !report.path(&["metrics", "checks", "thresholds"]).members().is_empty();
        if !is_limited {
            let message = format!("{} checks failed, and no threshold says how many may", checks[1]);
            anomaly(&mut anomalies, AnomalyKind::Undecided, None, message);
        }
    }
    Artifact {
        content: Content::Metrics(facts),
        problems,
        anomalies,
        about,
        ..Artifact::default()
    }
}

/// Statistics of a metric that a gate may bound.
const STATISTICS: [&str; 8] = ["avg", "count", "max", "med", "min", "rate", "value", "fails"];

/// The figures of a metric, so that a gate can bound them by itself. The figure of a rate is `value` in one form and `rate` in the other.
fn figures(name: &str, values: &Node, metrics: &mut Vec<Metric>) {
    let name = first_line(name);
    let is_time = name.contains("duration") || name.starts_with("http_req_") && name != "http_req_failed";
    // A rate counts what passed and what failed; a counter has a rate by the second.
    let is_share = values.at("passes").number().is_some() || name == "http_req_failed" || name == "checks";
    for (statistic, value) in values.members() {
        let statistic: &str = statistic;
        let is_statistic = statistic.starts_with("p(") || STATISTICS.contains(&statistic);
        let Some(number) = value.number().filter(|_| is_statistic && metrics.len() < MAX_FIGURES) else {
            continue;
        };
        let (statistic, unit) = match statistic {
            "value" | "rate" if is_share => ("rate", "ratio"),
            "fails" | "passes" | "count" => (statistic, ""),
            statistic if is_time => (statistic, "ms"),
            statistic => (statistic, ""),
        };
        // What the names stand for in the words of people.
        let of = match name.as_str() {
            "http_req_duration" => "latency, response time",
            "http_req_failed" if statistic == "rate" => "error rate",
            "http_reqs" if statistic == "rate" => "throughput",
            _ => "",
        };
        metrics.push(Metric {
            name: format!("{name} {statistic}"),
            of: of.to_owned(),
            value: Some(number.to_string()),
            unit: unit.to_owned(),
            is_usual: name == "http_req_duration" || name == "checks" && statistic == "rate",
            ..Metric::default()
        });
    }
}

/// Whether a figure keeps a threshold such as `p(95)<500`; none where that is more than one comparison with a number.
fn is_kept(limit: &str, value: f64) -> Option<bool> {
    let at = limit.find(['<', '>', '=', '!'])?;
    let end = at + limit[at..].find(|c| !matches!(c, '<' | '>' | '=' | '!'))?;
    let bound: f64 = limit[end..].trim().parse().ok()?;
    Some(match &limit[at..end] {
        "<" => value < bound,
        "<=" => value <= bound,
        ">" => value > bound,
        ">=" => value >= bound,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn the_two_forms_mean_the_opposite() {
        let export = r#"{"metrics": {"http_req_duration": {"p(95)": 412.5, "thresholds": {"p(95)<500": false, "max<400": true}}}, "root_group": {"groups": {}, "checks": {}}}"#;
        assert_eq!(
            shown(export, Some("k6")),
            "k6; http_req_duration 412.5 holds; http_req_duration - broken; http_req_duration p(95) 412.5; conclusive"
        );
        let handled = r#"{"metrics": {"http_req_duration": {"type": "trend", "values": {"p(95)": 412.5}, "thresholds": {"p(95)<500": {"ok": true}, "p(95)<400": {"ok": false}}}},
            "root_group": {"groups": [{"checks": [{"passes": 3, "fails": 1}], "groups": []}], "checks": []}}"#;
        assert_eq!(
            shown(handled, None),
            "k6; http_req_duration 412.5 holds; http_req_duration 412.5 broken; http_req_duration p(95) 412.5; conclusive; ! 1 checks failed, which fails no run by itself"
        );
    }

    #[test]
    fn a_figure_that_breaks_its_threshold_breaks_it_whatever_is_told() {
        let lie = r#"{"metrics": {"a": {"p(95)": 600, "thresholds": {"p(95)<500": false}}}, "root_group": {}}"#;
        assert_eq!(
            shown(lie, None),
            "k6; a 600 broken; a p(95) 600; conclusive; ! the threshold `p(95)<500` is told to hold, and its figure breaks it"
        );
        let two = r#"{"metrics": {"a": {"avg": 600, "thresholds": {"avg<500 || avg>550": false}}}, "root_group": {}}"#;
        assert_eq!(shown(two, None), "k6; a 600 holds; a avg 600; conclusive");
    }

    #[test]
    fn what_has_no_outcome_does_not_hold() {
        for (text, expected) in [
            (
                r#"{"metrics": {}, "root_group": {}}"#,
                "k6; inconclusive; ! the summary has no metrics",
            ),
            (
                r#"{"metrics": {"a": {"thresholds": {"x<1": null}}}, "root_group": {}}"#,
                "k6; a -; inconclusive; ! the threshold `x<1` has no outcome",
            ),
            (
                r#"{"root_group": {}, "metrics": {"a""#,
                "k6; unread; ! not valid JSON: EOF while parsing an object (line 1)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
    }

    #[test]
    fn thresholds_of_a_run_without_an_iteration_prove_nothing() {
        for count in [r#""count": 0"#, r#""values": {"count": 0}"#] {
            let text = format!(
                r#"{{"root_group": {{}}, "metrics": {{"iterations": {{{count}}}, "http_req_duration": {{"p(95)": 0, "thresholds": {{"p(95)<500": false}}}}}}}}"#
            );
            let got = shown(&text, None);
            assert!(got.contains("inconclusive; ! no iteration was run to its end"), "{got}");
        }
        let text = r#"{"root_group": {}, "metrics": {"http_reqs": {"values": {"count": 0}}, "http_req_duration": {"values": {"p(95)": 0}}}}"#;
        let got = shown(text, None);
        assert!(got.contains("inconclusive; ! no request was made"), "{got}");
    }
}
