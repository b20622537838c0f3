//! Scorecard of the `OpenSSF` in JSON. A score of -1 is none: the check could not tell.

use crate::model::about::About;
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::measure::{Metric, MetricFacts};
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "scorecard",
    title: "OpenSSF Scorecard",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("scorecard") && sniff.has_key("checks")
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let score = |node: &Node<'_>| {
        node.at("score")
            .number()
            .filter(|score| score.as_f64().is_some_and(|score| score >= 0.0))
            .map(ToString::to_string)
    };
    let repository = report.path(&["repo", "name"]).words();
    let mut metrics = vec![Metric {
        name: "score".to_owned(),
        of: first_line(&repository),
        value: score(&report),
        ..Metric::default()
    }];
    metrics.extend(report.at("checks").items().iter().map(|check| Metric {
        name: first_line(&check.at("name").words()),
        of: first_line(&check.at("reason").words()),
        value: score(check),
        ..Metric::default()
    }));
    let unknown = metrics.iter().filter(|metric| metric.value.is_none()).count();
    let mut about = About::default();
    About::add(&mut about.commits, &report.path(&["repo", "commit"]).words());
    About::add(&mut about.names, &repository);
    About::add(
        &mut about.tools,
        format!("Scorecard {}", report.path(&["scorecard", "version"]).words()).trim(),
    );
    about.made = report.at("date").text().map(str::to_owned);
    let words = match (unknown, metrics.len()) {
        (1.., _) => Some(format!("{unknown} scores are missing")),
        (0, 1) => Some("the report lists no check".to_owned()),
        _ => None,
    };
    let problems = words.map(Problem::of_file);
    Artifact {
        content: Content::Metrics(MetricFacts {
            is_conclusive: unknown == 0 && metrics.len() > 1,
            metrics,
            unlisted: 0,
        }),
        problems: problems.into_iter().collect(),
        about,
        ..Artifact::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn a_score_that_is_none_is_not_zero() {
        let text = |check: &str| {
            format!(
                r#"{{"date": "2026-01-01", "repo": {{"name": "x", "commit": "abc"}}, "scorecard": {{"version": "v5"}}, "score": 7.5, "checks": [{{"name": "License", "score": {check}}}]}}"#
            )
        };
        assert_eq!(
            shown(&text("10"), Some("scorecard")),
            "scorecard; score 7.5; License 10; conclusive"
        );
        assert_eq!(
            shown(&text("-1"), None),
            "scorecard; score 7.5; License -; inconclusive; ! 1 scores are missing"
        );
        assert!(shown(&text("10")[..130], None).contains("unread"));
    }

    #[test]
    fn a_report_without_checks_is_told() {
        let text = r#"{"scorecard": {"version": "5"}, "repo": {"name": "a"}, "score": 7.1, "checks": []}"#;
        let got = shown(text, None);
        assert!(got.contains("inconclusive; ! the report lists no check"), "{got}");
    }
}
