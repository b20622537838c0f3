//! CTRF, the common test report format. `pending` and `other` are not passes.

use crate::model::about::About;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Shape, Sniff, broken};
use crate::parse::gate::moments::Moments;
use crate::parse::gate::results::{Results, Status};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "ctrf",
    title: "CTRF test report",
    recognizes,
    parse,
};

/// What may stand beside the results.
const BESIDE: &[&str] = &[
    "$schema", "baseline", "extra", "generatedBy", "insights", "reportFormat", "reportId", "results", "specVersion", "timestamp",
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    if !sniff.has_key("results") {
        return false;
    }
    let is_old = matches!(&sniff.shape, Shape::JsonObject(members) if members.iter().all(|member| BESIDE.contains(&member.key.as_str())))
        && sniff.text.contains("\"summary\"")
        && sniff.text.contains("\"tests\"")
        && sniff.text.contains("\"tool\"");
    sniff.text_at("reportFormat") == Some("CTRF") || is_old
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut results = Results::default();
    let (summary, tests) = (report.path(&["results", "summary"]), report.path(&["results", "tests"]));
    if !tests.is_list() {
        results.add_error("the report", "the report has no list of tests");
    }
    let mut moments = Moments::default();
    for node in std::iter::once(summary).chain(tests.items()) {
        for key in ["start", "stop"] {
            moments.see(&node.at(key).words());
        }
    }
    moments.tell(&mut results.about);
    for test in tests.items() {
        let word = test.at("status").words();
        let is_flaky = test.at("flaky").flag() == Some(true);
        let status = match word.as_str() {
            "passed" if is_flaky => Some(Status::Flaky),
            "passed" => Some(Status::Passed),
            "failed" => Some(Status::Failed),
            "skipped" | "pending" => Some(Status::Skipped),
            _ => None,
        };
        results.add(status, &word, &test.at("name").words(), &test.at("message").words());
    }
    let mut figure = |name: &str| results.figure(summary, name);
    let [tests_said, failed, other, skipped, pending, suites] =
        ["tests", "failed", "other", "skipped", "pending", "suites"].map(&mut figure);
    let declared = &mut results.facts.declared;
    declared.tests = tests_said;
    declared.failures = failed;
    declared.errors = other;
    declared.skipped = skipped.map(|skipped| skipped.saturating_add(pending.unwrap_or_default()));
    results.facts.suites = suites.unwrap_or_default();
    results.about.made = report.at("timestamp").text().map(str::to_owned);
    About::add(
        &mut results.about.commits,
        &report.path(&["results", "environment", "commit"]).words(),
    );
    let tool = report.path(&["results", "tool"]);
    About::add(
        &mut results.about.tools,
        format!("{} {}", tool.at("name").words(), tool.at("version").words()).trim(),
    );
    results.count("summary", summary.json());
    results.count("tests_len", tests.items().len());
    results.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};
    use crate::parse::recognise::read;

    #[test]
    fn cases_are_recounted_and_other_is_no_pass() {
        let text = r#"{"reportFormat": "CTRF", "results": {"tool": {"name": "t"}, "summary": {"tests": 9, "failed": 4}, "environment": {"commit": "abc1234"},
            "tests": [{"name": "a", "status": "passed"}, {"status": "passed", "flaky": true}, {"status": "failed"}, {"status": "pending"}, {"status": "skipped"}, {"status": "other"}]}}"#;
        assert_eq!(
            shown(text, Some("ctrf")),
            "ctrf; 6 tests, 1 failed, 1 errors, 2 skipped, 1 flaky; ! 1 case has the status `other`, which is unknown and counts as an error"
        );
        assert_eq!(
            (count(text, None, "tests_len"), count(text, None, "summary")),
            ("6".to_owned(), r#"{"failed":4,"tests":9}"#.to_owned())
        );
        assert_eq!(read(text.as_bytes(), None).about.commits, ["abc1234"]);
    }

    #[test]
    fn the_summary_and_the_tests_say_when_they_ran() {
        let text = r#"{"results": {"tool": {}, "summary": {"start": 1500000000, "stop": 1500000001}, "tests": [{"status": "passed", "start": 0}]}}"#;
        assert_eq!(read(text.as_bytes(), None).about.times, ["1500000000", "1500000001"]);
    }

    #[test]
    fn older_reports_are_recognised_and_hollow_ones_are_errors() {
        let old = r#"{"results": {"tool": {}, "summary": {}, "tests": []}}"#;
        assert_eq!(shown(old, None), "ctrf; 0 tests, 0 failed, 0 errors, 0 skipped, 0 flaky");
        assert_eq!(
            shown(r#"{"reportFormat": "CTRF", "results": {"tests": null}}"#, None),
            "ctrf; 0 tests, 0 failed, 1 errors, 0 skipped, 0 flaky"
        );
        assert!(shown(&old[..40], Some("ctrf")).contains("unread"));
    }
}
