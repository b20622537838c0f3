//! Mochawesome in JSON: suites that hold tests and hooks. A hook that failed stands beside the tests, and what it kept from running is
//! skipped.

use crate::model::about::About;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::results::{Results, Status};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "mochawesome",
    title: "Mochawesome report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("stats") && sniff.has_key("results") && (sniff.has_key("meta") || sniff.text.contains("\"testsRegistered\""))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut results = Results::default();
    if !report.at("results").is_list() {
        results.add_error("the report", "the report has no list of results");
    }
    let mut waiting: Vec<&Node<'_>> = report.at("results").items().iter().rev().collect();
    while let Some(suite) = waiting.pop() {
        // Nothing ran: the list holds `false`.
        if !suite.is_object() {
            continue;
        }
        results.facts.suites += 1;
        waiting.extend(suite.at("suites").items().iter().rev());
        for test in suite.at("tests").items() {
            let (status, word) = status(test);
            results.add(status, &word, &name(test), &test.path(&["err", "message"]).words());
        }
        for hook in ["beforeHooks", "afterHooks"].iter().flat_map(|key| suite.at(key).items()) {
            if has_failed(hook) {
                results.add(Some(Status::Failed), "", &name(hook), &hook.path(&["err", "message"]).words());
            }
        }
    }
    let stats = report.at("stats");
    let mut figure = |name: &str| results.figure(stats, name);
    let [tests, registered, failures, pending, skipped] =
        ["tests", "testsRegistered", "failures", "pending", "skipped"].map(&mut figure);
    let declared = &mut results.facts.declared;
    declared.tests = tests.max(registered);
    declared.failures = failures;
    declared.skipped = pending.map(|pending| pending.saturating_add(skipped.unwrap_or_default()));
    for key in ["start", "end"] {
        About::add(&mut results.about.times, &stats.at(key).words());
    }
    let version = report.path(&["meta", "mochawesome", "version"]).words();
    About::add(&mut results.about.tools, format!("mochawesome {version}").trim());
    results.count("stats", stats.json());
    results.finish()
}

fn name(test: &Node<'_>) -> String {
    let full = test.at("fullTitle").words();
    if full.is_empty() { test.at("title").words() } else { full }
}

fn has_failed(test: &Node<'_>) -> bool {
    let has_error = ["message", "estack"]
        .iter()
        .any(|key| test.at("err").at(key).text().is_some());
    test.at("fail").flag() == Some(true) || test.at("state").text() == Some("failed") || has_error
}

/// How a test went, and the word that says so. The word and the marks beside it must not speak against each other.
fn status(test: &Node<'_>) -> (Option<Status>, String) {
    let word = test.at("state").words();
    let is_set = |key: &str| test.at(key).flag() == Some(true);
    let status = if has_failed(test) || is_set("timedOut") {
        Some(Status::Failed)
    } else if is_set("skipped") || is_set("pending") || word == "pending" || word == "skipped" {
        Some(Status::Skipped)
    } else if word == "passed" && test.at("pass").flag() != Some(false) || word.is_empty() && is_set("pass") {
        Some(Status::Passed)
    } else {
        None
    };
    let word = if word.is_empty() { "no result".to_owned() } else { word };
    (status, word)
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    fn report(stats: &str, suites: &str) -> String {
        format!(
            r#"{{"stats": {{"start": "2026-01-02T00:00:00Z", {stats}}}, "results": [{suites}], "meta": {{"mochawesome": {{"version": "7.1.3"}}}}}}"#
        )
    }

    const PASSED: &str =
        r#"{"fullTitle": "a", "state": "passed", "pass": true, "fail": false, "pending": false, "err": {}, "timedOut": false}"#;

    #[test]
    fn tests_are_counted_through_nested_suites() {
        let text = report(
            r#""tests": 3, "passes": 1, "pending": 1, "failures": 1, "testsRegistered": 4, "skipped": 1"#,
            &format!(
                r#"{{"tests": [{PASSED}], "suites": [{{"tests": [{{"title": "b", "state": "failed", "fail": true, "err": {{"message": "boom"}}}},
                {{"state": "pending", "pending": true, "pass": false}}, {{"state": null, "skipped": true}}], "suites": []}}]}}"#
            ),
        );
        assert_eq!(
            shown(&text, Some("mochawesome")),
            "mochawesome; 4 tests, 1 failed, 0 errors, 2 skipped, 0 flaky"
        );
        let about = read(text.as_bytes(), None).about;
        assert_eq!(
            (&about.times[0][..], &about.tools[0][..]),
            ("2026-01-02T00:00:00Z", "mochawesome 7.1.3")
        );
    }

    #[test]
    fn a_hook_that_failed_is_a_failure_and_one_that_ran_is_none() {
        let suite = |hook: &str| format!(r#"{{"tests": [{PASSED}], "afterHooks": [{hook}], "suites": []}}"#);
        let text = report(
            r#""tests": 1"#,
            &suite(r#"{"title": "\"after all\" hook", "fail": true, "isHook": true, "err": {"message": "x"}}"#),
        );
        assert_eq!(
            shown(&text, None),
            "mochawesome; 2 tests, 1 failed, 0 errors, 0 skipped, 0 flaky"
        );
        let text = report(
            r#""tests": 1"#,
            &suite(r#"{"title": "\"after all\" hook", "fail": false, "isHook": true, "err": {}}"#),
        );
        assert_eq!(
            shown(&text, None),
            "mochawesome; 1 tests, 0 failed, 0 errors, 0 skipped, 0 flaky"
        );
    }

    #[test]
    fn a_test_passed_only_if_all_that_it_says_does() {
        for (test, expected) in [
            (
                r#"{"state": "passed", "pass": true}"#,
                "1 tests, 0 failed, 0 errors, 0 skipped",
            ),
            (r#"{"pass": true}"#, "1 tests, 0 failed, 0 errors, 0 skipped"),
            (r#"{"state": "passed", "pass": false}"#, "1 tests, 0 failed, 1 errors"),
            (r#"{"state": "passed", "fail": true}"#, "1 tests, 1 failed"),
            (r#"{"state": "passed", "err": {"message": "x"}}"#, "1 tests, 1 failed"),
            (r#"{"state": "passed", "timedOut": true}"#, "1 tests, 1 failed"),
            (r#"{"state": "running"}"#, "1 tests, 0 failed, 1 errors"),
            ("{}", "1 tests, 0 failed, 1 errors"),
        ] {
            let text = report(r#""tests": 1"#, &format!(r#"{{"tests": [{test}]}}"#));
            assert!(shown(&text, None).contains(expected), "{test}: {}", shown(&text, None));
        }
    }

    #[test]
    fn a_run_of_nothing_and_half_a_report_are_no_pass() {
        let text = report(r#""tests": 0, "testsRegistered": 3"#, "false");
        assert_eq!(
            shown(&text, None),
            "mochawesome; 0 tests, 0 failed, 0 errors, 0 skipped, 0 flaky; ! the file declares 3 tests and lists 0"
        );
        assert!(shown(&text[..60], Some("mochawesome")).contains("unread"));
        assert!(shown(r#"{"stats": {}, "results": null, "meta": {}}"#, None).contains("1 errors"));
    }
}
