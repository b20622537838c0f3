//! Jest and Vitest in JSON. A file of tests that did not load has no cases: only its own status says that it failed.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::moments::Moments;
use crate::parse::gate::results::{Results, Status};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "jest",
    title: "Jest or Vitest report",
    recognizes,
    parse,
};

/// The counts that the file declares of itself.
const COUNTS: &[&str] = &[
    "numTotalTests",
    "numPassedTests",
    "numFailedTests",
    "numPendingTests",
    "numTodoTests",
    "numRuntimeErrorTestSuites",
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("numTotalTests") && sniff.has_key("testResults")
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut results = Results::default();
    let mut moments = Moments::default();
    moments.see(&report.at("startTime").words());
    for suite in report.at("testResults").items() {
        results.facts.suites += 1;
        for key in ["startTime", "endTime"] {
            moments.see(&suite.at(key).words());
        }
        let before = results.facts.failures + results.facts.errors;
        let cases = suite.at("assertionResults").items();
        for case in cases {
            let word = case.at("status").words();
            let is_retried =
                case.at("invocations").count().is_some_and(|count| count > 1) || !case.at("retryReasons").items().is_empty();
            let status = match word.as_str() {
                "passed" if is_retried => Some(Status::Flaky),
                "passed" => Some(Status::Passed),
                "failed" => Some(Status::Failed),
                "pending" | "skipped" | "todo" | "disabled" => Some(Status::Skipped),
                _ => None,
            };
            let message = case
                .at("failureMessages")
                .items()
                .first()
                .map(crate::parse::artifact::tree::Node::words);
            let name = [case.at("fullName"), case.at("title")]
                .iter()
                .find_map(|name| name.text())
                .unwrap_or_default()
                .to_owned();
            results.add(status, &word, &name, &message.unwrap_or_default());
        }
        let has_failed = suite.at("status").text() == Some("failed");
        if has_failed && results.facts.failures + results.facts.errors == before {
            results.add_error(&suite.at("name").words(), &suite.at("message").words());
        }
    }
    moments.tell(&mut results.about);
    let suites = ["numRuntimeErrorTestSuites", "numFailedTestSuites"].map(|name| results.figure(&report, name));
    let broken_suites = suites.into_iter().flatten().fold(0, u64::saturating_add);
    let none_failed = results.facts.failures + results.facts.errors == 0;
    if report.at("wasInterrupted").flag() == Some(true) {
        results.add_error("the run", "the run was interrupted");
    } else if none_failed && (broken_suites > 0 || report.at("success").words() == "false") {
        results.add_error("the run", "the run says that it failed, and lists no failed case");
    }
    let mut figure = |name: &str| results.figure(&report, name);
    let (tests, failures) = (figure("numTotalTests"), figure("numFailedTests"));
    let todo = figure("numTodoTests").unwrap_or_default();
    let skipped = figure("numPendingTests").map(|pending| pending.saturating_add(todo));
    let declared = &mut results.facts.declared;
    declared.tests = tests;
    declared.failures = failures;
    declared.skipped = skipped;
    for name in COUNTS {
        results.count(name, report.at(name).count());
    }
    results.count("success", report.at("success").flag());
    results.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    fn report(suites: &str, rest: &str) -> String {
        format!(r#"{{"numTotalTests": 3, "numFailedTests": 1, "testResults": [{suites}]{rest}}}"#)
    }

    #[test]
    fn cases_and_broken_suites_are_counted() {
        let suite = r#"{"name": "a", "status": "failed", "assertionResults": [{"status": "passed"}, {"status": "passed", "invocations": 2},
            {"status": "failed", "failureMessages": ["boom"]}, {"status": "todo"}, {"status": "focused"}]}"#;
        let broken = r#"{"name": "b", "status": "failed", "message": "cannot load", "assertionResults": []}"#;
        assert!(
            shown(&report(&format!("{suite}, {broken}"), r#", "success": false"#), Some("jest"))
                .starts_with("jest; 5 tests, 1 failed, 2 errors, 1 skipped, 1 flaky; ! 1 case has the status `focused`")
        );
    }

    #[test]
    fn a_run_that_says_it_failed_did() {
        let good = r#"{"status": "passed", "assertionResults": [{"status": "passed"}]}"#;
        assert_eq!(
            shown(&report(good, r#", "success": true"#), None),
            "jest; 1 tests, 0 failed, 0 errors, 0 skipped, 0 flaky; ! the file declares 3 tests and lists 1"
        );
        for rest in [
            r#", "success": false"#,
            r#", "numRuntimeErrorTestSuites": 1"#,
            r#", "numFailedTestSuites": 1"#,
            r#", "wasInterrupted": true"#,
        ] {
            assert_eq!(
                shown(&report(good, rest), None),
                "jest; 1 tests, 0 failed, 1 errors, 0 skipped, 0 flaky; ! the file declares 3 tests and lists 1",
                "{rest}"
            );
        }
        assert!(shown(&report(good, "")[..60], None).contains("unread"));
    }

    #[test]
    fn the_run_and_its_files_say_when_they_ran() {
        let times = |run: &str, file: &str| {
            let text = format!(
                r#"{{"numTotalTests": 1, "startTime": {run}, "testResults": [{{"startTime": {file}, "endTime": {file}, "assertionResults": [{{"status": "passed"}}]}}]}}"#
            );
            crate::parse::recognise::read(text.as_bytes(), None).about.times
        };
        assert_eq!(times("1500000000000", "1795168800000"), ["1500000000000", "1795168800000"]);
        assert_eq!(times("1795168800000", "0"), ["1795168800000", "1795168800000"][..1]);
        assert!(times("null", "\"\"").is_empty());
    }

    #[test]
    fn a_report_that_lists_fewer_than_it_says_contradicts_itself() {
        let text = r#"{"numTotalTests": 9, "success": true, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed", "title": "a"}]}]}"#;
        let artifact = crate::parse::recognise::read(text.as_bytes(), None);
        let kinds: Vec<_> = artifact.anomalies.iter().map(|anomaly| anomaly.kind).collect();
        assert_eq!(kinds, [crate::model::evidence::AnomalyKind::FewerThanDeclared]);
        let negative = crate::parse::recognise::read(text.replace(": 9,", ": 1, \"numFailedTests\": -1,").as_bytes(), None);
        let kinds: Vec<_> = negative.anomalies.iter().map(|anomaly| anomaly.kind).collect();
        assert_eq!(kinds, [crate::model::evidence::AnomalyKind::NoCount]);
    }
}
