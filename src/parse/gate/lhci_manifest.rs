//! The manifest of Lighthouse CI: the runs, and which of them stands for its page.

use std::collections::BTreeSet;

use crate::model::about::About;
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::measure::{Metric, MetricFacts};
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "lhci-manifest",
    title: "Lighthouse CI manifest",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_first_keys(&["url", "isRepresentativeRun"])
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut facts = MetricFacts::default();
    let mut about = About::default();
    About::add(&mut about.tools, "Lighthouse CI");
    let (mut urls, mut represented) = (BTreeSet::new(), BTreeSet::new());
    for run in report.items() {
        let url = first_line(&run.at("url").words());
        About::add(&mut about.urls, &url);
        if run.at("isRepresentativeRun").flag() == Some(true) {
            for (name, score) in run.at("summary").members() {
                facts.metrics.push(Metric {
                    name: first_line(name),
                    of: url.clone(),
                    value: score.number().map(ToString::to_string),
                    ..Metric::default()
                });
            }
            represented.insert(url.clone());
        }
        urls.insert(url);
    }
    let mut problems = Vec::new();
    facts.is_conclusive = !urls.is_empty() && urls == represented && facts.metrics.iter().all(|metric| metric.value.is_some());
    if !facts.is_conclusive {
        problems.push(Problem::of_file("a page has no representative run, or a score is missing"));
    }
    let mut artifact = Artifact {
        content: Content::Metrics(facts),
        problems,
        about,
        ..Artifact::default()
    };
    artifact.counts.insert("runs".to_owned(), report.items().len().into());
    artifact.counts.insert("urls".to_owned(), urls.len().into());
    artifact
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn the_representative_run_of_each_page_counts() {
        let run = |url: &str, is_representative: bool, score: &str| {
            format!(r#"{{"url": "{url}", "isRepresentativeRun": {is_representative}, "summary": {{"seo": {score}}}}}"#)
        };
        let text = format!("[{}, {}]", run("a", false, "0.1"), run("a", true, "0.9"));
        assert_eq!(shown(&text, Some("lhci-manifest")), "lhci-manifest; seo 0.9; conclusive");
        assert_eq!(
            (count(&text, None, "runs"), count(&text, None, "urls")),
            ("2".to_owned(), "1".to_owned())
        );
        for text in [format!("[{}]", run("a", false, "1")), format!("[{}]", run("a", true, "null"))] {
            assert!(shown(&text, None).contains("inconclusive"), "{text}");
        }
        assert!(shown(&text[..70], None).contains("unread"));
    }
}
