//! Messages of Cucumber: one event a line. A run without its end was cut off, and so is a scenario that began and never ended.

use std::collections::BTreeMap;

use crate::model::about::About;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, trees};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::results::Results;
use crate::parse::gate::worst::Worst;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "cucumber-messages",
    title: "Cucumber messages",
    recognizes,
    parse,
};

/// What messages begin with.
const FIRST: [&str; 5] = ["meta", "source", "gherkinDocument", "pickle", "testRunStarted"];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    FIRST.iter().any(|key| sniff.has_key(key)) && sniff.text.contains("\"testRunStarted\"")
}

/// A try of a scenario.
#[derive(Default)]
struct Try {
    case: String,
    attempt: u64,
    worst: Worst,
    has_ended: bool,
    is_repeated: bool,
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    results: Results,
    /// The names of scenarios by the ids of what runs them.
    names: BTreeMap<String, String>,
    /// The ids of scenarios by the ids of the cases that run them.
    cases: BTreeMap<String, String>,
    tries: BTreeMap<String, Try>,
    /// Tries in the order in which they began.
    order: Vec<String>,
    /// Whether the run says that it succeeded, where it says anything.
    success: Option<bool>,
}

impl Reader {
    fn see(&mut self, event: &Node<'_>) {
        for (key, value) in event.members() {
            let text = |name: &str| value.at(name).words();
            match &**key {
                "meta" => {
                    let tool = value.at("implementation");
                    let words = format!("{} {}", tool.at("name").words(), tool.at("version").words());
                    About::add(&mut self.results.about.tools, &words);
                    About::add(
                        &mut self.results.about.commits,
                        &value.path(&["ci", "git", "revision"]).words(),
                    );
                }
                "pickle" => drop(self.names.insert(text("id"), text("name"))),
                "testCase" => drop(self.cases.insert(text("id"), text("pickleId"))),
                "testRunStarted" | "testRunFinished" => {
                    let seconds = value.at("timestamp").at("seconds").words();
                    About::add(&mut self.results.about.times, &seconds);
                    if key == "testRunFinished" {
                        self.success = Some(value.at("success").flag() == Some(true));
                    }
                }
                "testCaseStarted" => {
                    let id = text("id");
                    let attempt = value.at("attempt").count().unwrap_or_default();
                    let case = text("testCaseId");
                    self.order.push(id.clone());
                    self.tries.insert(
                        id,
                        Try {
                            case,
                            attempt,
                            ..Try::default()
                        },
                    );
                }
                "testStepFinished" => {
                    let result = value.at("testStepResult");
                    if let Some(attempt) = self.tries.get_mut(&text("testCaseStartedId")) {
                        attempt.worst.see(
                            result.at("status").text().unwrap_or("no result"),
                            &result.at("message").words(),
                        );
                        attempt.is_repeated |= result.at("willBeRetried").flag() == Some(true);
                    }
                }
                "testCaseFinished" => {
                    if let Some(attempt) = self.tries.get_mut(&text("testCaseStartedId")) {
                        attempt.has_ended = true;
                        attempt.is_repeated |= value.at("willBeRetried").flag() == Some(true);
                    }
                }
                "testRunHookFinished" => {
                    let result = value.at("result");
                    if result.at("status").text() != Some("PASSED") {
                        self.results.add_error("a hook of the run", &result.at("message").words());
                    }
                }
                "parseError" => self
                    .results
                    .add_error(&value.path(&["source", "uri"]).words(), &text("message")),
                _ => {}
            }
        }
    }

    fn finish(mut self) -> Artifact {
        for id in &self.order {
            let Some(mut attempt) = self.tries.remove(id) else { continue };
            if attempt.has_ended && attempt.is_repeated {
                continue;
            }
            if !attempt.has_ended {
                attempt.worst.see("no end", "");
            }
            let name = self.cases.get(&attempt.case).and_then(|pickle| self.names.get(pickle));
            let name = name.map_or(attempt.case.as_str(), String::as_str);
            attempt.worst.add(&mut self.results, name, attempt.attempt > 0);
        }
        let is_bad = self.results.facts.failures + self.results.facts.errors > 0;
        match self.success {
            None => self.results.add_error("the run", "the run has no end"),
            Some(false) if !is_bad => {
                self.results.add_error(
                    "the run",
                    "the run says that it did not succeed, and lists no failed scenario",
                );
            }
            Some(_) => {}
        }
        let scenarios = self.results.facts.tests;
        self.results.count("scenarios", scenarios);
        self.results.count("tries", self.order.len());
        self.results.finish()
    }
}

fn parse(text: &str) -> Artifact {
    let events = match trees(text) {
        Ok(events) => events,
        Err(problem) => return broken(problem),
    };
    let mut reader = Reader::default();
    for event in &events {
        reader.see(event);
    }
    reader.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    const HEAD: &str = r#"{"meta":{"protocolVersion":"24","implementation":{"name":"cucumber-js","version":"11.0"},"ci":{"git":{"revision":"abc1234"}}}}
{"pickle":{"id":"p","name":"pays"}}
{"testRunStarted":{"timestamp":{"seconds":1767312000,"nanos":0}}}
{"testCase":{"id":"c","pickleId":"p","testSteps":[{"id":"s"}]}}"#;

    fn attempt(id: &str, attempt: u64, status: &str, again: bool) -> String {
        format!(
            r#"{{"testCaseStarted":{{"id":"{id}","testCaseId":"c","attempt":{attempt}}}}}
{{"testStepFinished":{{"testCaseStartedId":"{id}","testStepId":"s","testStepResult":{{"status":"{status}","message":"boom"}}}}}}
{{"testCaseFinished":{{"testCaseStartedId":"{id}","willBeRetried":{again}}}}}"#
        )
    }

    fn run(tries: &str, success: bool) -> String {
        format!("{HEAD}\n{tries}\n{{\"testRunFinished\":{{\"success\":{success},\"timestamp\":{{\"seconds\":1767312060}}}}}}\n")
    }

    #[test]
    fn scenarios_are_counted_by_their_last_try() {
        for (tries, success, expected) in [
            (
                attempt("1", 0, "PASSED", false),
                true,
                "1 tests, 0 failed, 0 errors, 0 skipped, 0 flaky",
            ),
            (
                attempt("1", 0, "FAILED", false),
                false,
                "1 tests, 1 failed, 0 errors, 0 skipped, 0 flaky",
            ),
            (
                attempt("1", 0, "SKIPPED", false),
                true,
                "1 tests, 0 failed, 0 errors, 1 skipped",
            ),
            (attempt("1", 0, "PENDING", false), true, "1 tests, 0 failed, 1 errors"),
            (
                format!("{}\n{}", attempt("1", 0, "FAILED", true), attempt("2", 1, "PASSED", false)),
                true,
                "1 tests, 0 failed, 0 errors, 0 skipped, 1 flaky",
            ),
        ] {
            let shown = shown(&run(&tries, success), Some("cucumber-messages"));
            assert!(
                shown.starts_with("cucumber-messages; ") && shown.contains(expected),
                "{tries}: {shown}"
            );
        }
        let about = read(run(&attempt("1", 0, "PASSED", false), true).as_bytes(), None).about;
        assert_eq!(
            (&about.commits[0][..], &about.tools[0][..], about.times.len()),
            ("abc1234", "cucumber-js 11.0", 2)
        );
    }

    #[test]
    fn what_has_no_end_or_says_that_it_failed_is_no_pass() {
        let passed = attempt("1", 0, "PASSED", false);
        assert!(
            shown(&run(&passed, false), None).contains("1 tests, 0 failed, 1 errors"),
            "the run failed"
        );
        assert!(
            shown(&format!("{HEAD}\n{passed}\n"), None).contains("1 tests, 0 failed, 1 errors"),
            "no end of the run"
        );
        let begun: Vec<&str> = passed.lines().take(2).collect();
        assert!(
            shown(&run(&begun.join("\n"), true), None).contains("1 tests, 0 failed, 1 errors"),
            "no end of the scenario"
        );
        let hook = r#"{"testRunHookFinished":{"result":{"status":"FAILED"}}}"#;
        assert!(
            shown(&run(&format!("{passed}\n{hook}"), true), None).contains("1 errors"),
            "a hook failed"
        );
        let error = r#"{"parseError":{"source":{"uri":"a.feature"},"message":"x"}}"#;
        assert!(
            shown(&run(&format!("{passed}\n{error}"), true), None).contains("1 errors"),
            "a file is broken"
        );
        assert!(shown(&run("", true), None).contains("0 tests, 0 failed, 0 errors"));
        let text = run(&passed, true);
        assert!(shown(&text[..text.len() - 20], None).contains("unread"));
    }
}
