//! Mocha in JSON. A hook that failed is among the failures and not among the tests.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::results::{Results, Status};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "mocha",
    title: "Mocha report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    ["stats", "tests", "failures", "passes"].iter().all(|key| sniff.has_key(key))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut results = Results::default();
    for (list, status) in [
        ("passes", Status::Passed),
        ("pending", Status::Skipped),
        ("failures", Status::Failed),
    ] {
        for case in report.at(list).items() {
            let is_retried = status == Status::Passed && case.at("currentRetry").count().is_some_and(|count| count > 0);
            let status = if is_retried { Status::Flaky } else { status };
            results.add(
                Some(status),
                "",
                &case.at("fullTitle").words(),
                &case.path(&["err", "message"]).words(),
            );
        }
    }
    // A test that failed keeps its error wherever it is listed; one that passed has an empty one.
    let has_error = |case: &&Node<'_>| ["message", "stack"].iter().any(|key| case.at("err").at(key).text().is_some());
    let erring = report.at("tests").items().iter().filter(has_error).count() as u64;
    let unlisted = erring.saturating_sub(results.facts.failures);
    if unlisted > 0 {
        let words = format!("{unlisted} more tests have an error than are among the failures");
        results.add_error("the run", &words);
    }
    let listed = results.facts.tests;
    let unlisted = (report.at("tests").items().len() as u64).saturating_sub(listed);
    for _ in 0..unlisted.min(1000) {
        results.add(None, "no result", "a test without a result", "");
    }
    let stats = report.at("stats");
    let mut figure = |name: &str| results.figure(stats, name);
    let [suites, tests, failures, skipped] = ["suites", "tests", "failures", "pending"].map(&mut figure);
    results.facts.suites = suites.unwrap_or_default();
    results.about.made = stats.at("start").text().map(str::to_owned);
    let declared = &mut results.facts.declared;
    declared.tests = tests;
    declared.failures = failures;
    declared.skipped = skipped;
    results.count("stats", stats.json());
    results.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn lists_are_counted() {
        let text = r#"{"stats": {"suites": 1, "tests": 2, "failures": 1}, "tests": [{}, {}], "passes": [{"currentRetry": 1}], "pending": [{}], "failures": [{"fullTitle": "hook", "err": {"message": "m"}}]}"#;
        assert_eq!(
            shown(text, Some("mocha")),
            "mocha; 3 tests, 1 failed, 0 errors, 1 skipped, 1 flaky"
        );
    }

    #[test]
    fn a_test_without_a_result_is_an_error() {
        let text = r#"{"stats": {}, "tests": [{}, {}], "passes": [{}], "failures": []}"#;
        assert!(
            shown(text, None)
                .starts_with("mocha; 2 tests, 0 failed, 1 errors, 0 skipped, 0 flaky; ! 1 case has the status `no result`")
        );
        assert!(shown(&text[..50], Some("mocha")).contains("unread"));
    }
}
