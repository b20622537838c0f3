//! The assertion results of Lighthouse CI. The file lists failures only, unless it was told to list all: an empty one says nothing.

use crate::model::about::About;
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::measure::{Metric, MetricFacts};
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken, note};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "lhci-assertions",
    title: "Lighthouse CI assertion results",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.is_empty_list_of("lhci-assertions")
        || (sniff.has_first_keys(&["operator", "passed"])
            && (sniff.has_first_keys(&["auditId"]) || sniff.has_first_keys(&["expected", "actual"])))
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
    let mut about = About::default();
    About::add(&mut about.tools, "Lighthouse CI");
    if report.items().is_empty() {
        facts.is_conclusive = false;
        note(
            &mut problems,
            Problem::of_file("the file lists no assertion; it lists failures only, so this says nothing without the runs"),
        );
    }
    let (mut errors, mut warnings) = (0_u64, 0_u64);
    for assertion in report.items() {
        let level = assertion.at("level").words();
        let has_passed = assertion.at("passed").flag() == Some(true);
        let is_warning = level == "warn";
        if !has_passed {
            errors += u64::from(!is_warning);
            warnings += u64::from(is_warning);
        }
        About::add(&mut about.urls, &assertion.at("url").words());
        let name = format!(
            "{} {} {}",
            assertion.at("auditId").words(),
            assertion.at("auditProperty").words(),
            assertion.at("name").words()
        );
        facts.metrics.push(Metric {
            name: first_line(name.trim()),
            of: first_line(&assertion.at("url").words()),
            value: Some(first_line(&assertion.at("actual").words())).filter(|value| !value.is_empty()),
            limit: first_line(&format!(
                "{} {}",
                assertion.at("operator").words(),
                assertion.at("expected").words()
            )),
            // A warning that does not hold is told, and stops nothing.
            holds: if is_warning && !has_passed { None } else { Some(has_passed) },
            ..Metric::default()
        });
    }
    let mut artifact = Artifact {
        content: Content::Metrics(facts),
        problems,
        about,
        ..Artifact::default()
    };
    for (name, count) in [
        ("total", report.items().len() as u64),
        ("failed_error", errors),
        ("failed_warn", warnings),
    ] {
        artifact.counts.insert(name.to_owned(), count.into());
    }
    artifact
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn failures_are_told_by_level() {
        let one = |passed: bool, level: &str| {
            format!(
                r#"{{"name": "minScore", "operator": ">=", "expected": 0.9, "actual": 0.75, "passed": {passed}, "auditId": "categories", "auditProperty": "seo", "level": "{level}"}}"#
            )
        };
        let text = format!("[{}, {}, {}]", one(false, "error"), one(false, "warn"), one(true, "error"));
        assert_eq!(
            shown(&text, Some("lhci-assertions")),
            "lhci-assertions; categories seo minScore 0.75 broken; categories seo minScore 0.75; categories seo minScore 0.75 holds; conclusive"
        );
        assert_eq!(
            (count(&text, None, "failed_error"), count(&text, None, "failed_warn")),
            ("1".to_owned(), "1".to_owned())
        );
        assert!(shown("[]", Some("lhci-assertions")).starts_with("lhci-assertions; inconclusive; ! the file lists no assertion"));
        assert!(shown(&text[..60], Some("lhci-assertions")).contains("unread"));
    }
}
