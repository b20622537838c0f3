//! Playwright in JSON. Errors that belong to no test, such as a configuration that does not load, stand beside empty counts.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::about::About;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::moments::Moments;
use crate::parse::gate::results::{Results, Status};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "playwright",
    title: "Playwright report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("suites") && sniff.has_key("config") && (sniff.has_key("stats") || sniff.has_key("errors"))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut results = Results::default();
    let mut statuses = BTreeMap::new();
    let mut moments = Moments::default();
    let mut waiting: Vec<&Node<'_>> = report.at("suites").items().iter().rev().collect();
    while let Some(suite) = waiting.pop() {
        results.facts.suites += 1;
        waiting.extend(suite.at("suites").items().iter().rev());
        for spec in suite.at("specs").items() {
            for test in spec.at("tests").items() {
                add(&mut results, &mut statuses, spec, test);
                for attempt in test.at("results").items() {
                    moments.see(&attempt.at("startTime").words());
                }
            }
        }
    }
    let errors = report.at("errors").items();
    for error in errors {
        results.add_error("an error of the run", &error.at("message").words());
    }
    let stats = report.at("stats");
    compare(&mut results, stats);
    let shard = report.path(&["config", "shard"]);
    if let (Some(current), Some(total)) = (shard.at("current").count(), shard.at("total").count()) {
        results.note(format!(
            "the report is part {current} of {total}, and says nothing of the other parts"
        ));
        results.about.part = Some((current, total));
    }
    moments.tell(&mut results.about);
    results.about.made = stats.at("startTime").text().map(str::to_owned);
    let version = report.path(&["config", "version"]).words();
    About::add(&mut results.about.tools, format!("Playwright {version}").trim());
    for keys in [["gitCommit", "hash"], ["ci", "commitHash"]] {
        let commit = report.path(&["config", "metadata"]).path(&keys).words();
        About::add(&mut results.about.commits, &commit);
    }
    results.count("stats", stats.json());
    results.count("by_status", json!(statuses));
    results.count("top_errors", errors.len());
    results.finish()
}

fn add(results: &mut Results, statuses: &mut BTreeMap<String, u64>, spec: &Node<'_>, test: &Node<'_>) {
    let word = test.at("status").words();
    let status = match word.as_str() {
        "expected" => Some(Status::Passed),
        "flaky" => Some(Status::Flaky),
        "unexpected" => Some(Status::Failed),
        "skipped" => Some(Status::Skipped),
        _ => None,
    };
    let tries = test.at("results").items();
    // A test that was cut off counts as expected where nothing else was seen of it.
    let last = tries.last().map(|attempt| attempt.at("status").words()).unwrap_or_default();
    let is_cut = match status {
        Some(Status::Passed) => {
            let expected = test.at("expectedStatus").words();
            matches!(last.as_str(), "interrupted" | "timedOut" | "failed") && !expected.is_empty() && expected != last
        }
        // What was running when the run was stopped is called skipped.
        Some(Status::Skipped) => last == "interrupted",
        _ => false,
    };
    // A list of tries without any: nothing was run that could have gone as expected.
    let never_ran = status == Some(Status::Passed) && test.at("results").is_list() && tries.is_empty();
    let (status, word) = if is_cut {
        (None, last)
    } else if never_ran {
        (None, format!("{word} without a try"))
    } else {
        (status, word)
    };
    let name = format!("{} {}", test.at("projectName").words(), spec.at("title").words());
    let message = tries
        .iter()
        .rev()
        .find_map(|attempt| attempt.path(&["error", "message"]).text());
    results.add(status, &word, name.trim(), message.unwrap_or_default());
    *statuses.entry(word).or_default() += 1;
}

/// What the file says of itself.
fn compare(results: &mut Results, stats: &Node<'_>) {
    let figures = ["expected", "unexpected", "flaky", "skipped"].map(|name| results.figure(stats, name));
    let declared = &mut results.facts.declared;
    declared.failures = figures[1];
    declared.skipped = figures[3];
    declared.tests = figures
        .iter()
        .copied()
        .try_fold(0_u64, |sum, figure| Some(sum.saturating_add(figure?)));
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::{Content, TestFacts};
    use crate::parse::recognise::read;

    fn facts(suites: &str, errors: &str) -> (TestFacts, Vec<String>) {
        let text = format!(
            r#"{{"config": {{"version": "1.65.1"}}, "suites": [{suites}], "errors": [{errors}], "stats": {{"startTime": "2026-01-02T00:00:00Z", "expected": 1, "unexpected": 2, "flaky": 0, "skipped": 0}}}}"#
        );
        let artifact = read(text.as_bytes(), None);
        let problems = artifact.problems.into_iter().map(|problem| problem.message).collect();
        match artifact.content {
            Content::Tests(facts) => (facts, problems),
            other => panic!("{other:?}: {problems:?}"),
        }
    }

    #[test]
    fn cases_are_recounted_through_nested_suites() {
        let test = |status: &str| {
            format!(
                r#"{{"title": "t", "tests": [{{"projectName": "web", "status": "{status}", "results": [{{"error": {{"message": "boom"}}}}]}}]}}"#
            )
        };
        let suites = format!(
            r#"{{"title": "a", "specs": [{}, {}], "suites": [{{"specs": [{}, {}, {}]}}]}}"#,
            test("expected"),
            test("unexpected"),
            test("flaky"),
            test("skipped"),
            test("interrupted")
        );
        let (facts, problems) = facts(&suites, "");
        assert_eq!(
            [
                facts.tests, facts.failures, facts.errors, facts.skipped, facts.flaky, facts.suites
            ],
            [5, 1, 1, 1, 1, 2]
        );
        assert_eq!(facts.failed[0].message, "boom");
        assert_eq!((facts.declared.tests, facts.declared.failures), (Some(3), Some(2)));
        assert_eq!(
            problems,
            ["1 case has the status `interrupted`, which is unknown and counts as an error"]
        );
    }

    #[test]
    fn each_try_says_when_it_ran() {
        let text = r#"{"config": {}, "errors": [], "suites": [{"specs": [{"title": "a", "tests": [{"status": "expected", "results": [
            {"startTime": "2019-01-01T00:00:00Z"}, {"startTime": "2019-01-01T00:05:00Z"}, {}]}]}]}]}"#;
        assert_eq!(
            read(text.as_bytes(), None).about.times,
            ["2019-01-01T00:00:00Z", "2019-01-01T00:05:00Z"]
        );
    }

    #[test]
    fn a_load_error_is_an_error_though_all_counts_are_zero() {
        let (facts, _) = facts("", r#"{"message": "config time"}"#);
        assert_eq!(
            (facts.tests, facts.errors, facts.failed[0].message.as_str()),
            (0, 1, "config time")
        );
        assert!(matches!(
            read(br#"{"config": {}, "suites": [], "stats": {"#, None).content,
            Content::Unread
        ));
    }

    #[test]
    fn what_was_stopped_is_no_skip_and_a_part_says_that_it_is_one() {
        let text = |last: &str| {
            format!(
                r#"{{"config": {{"shard": {{"total": 4, "current": 2}}}}, "stats": {{"expected": 0, "skipped": 1}}, "errors": [], "suites": [{{"specs": [{{"title": "pays",
                "tests": [{{"status": "skipped", "expectedStatus": "passed", "results": [{{"status": "{last}"}}]}}]}}]}}]}}"#
            )
        };
        let stopped = crate::parse::gate::testing::shown(&text("interrupted"), None);
        assert!(
            stopped.starts_with("playwright; 1 tests, 0 failed, 1 errors, 0 skipped"),
            "{stopped}"
        );
        let skipped = crate::parse::gate::testing::shown(&text("skipped"), None);
        assert!(
            skipped.contains("1 skipped") && skipped.contains("the report is part 2 of 4"),
            "{skipped}"
        );
    }
}
