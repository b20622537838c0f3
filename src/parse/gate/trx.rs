//! TRX, the test results of Visual Studio and `dotnet test`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::evidence::Artifact;
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{XmlElement, elements};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::moments::Moments;
use crate::parse::gate::results::{Results, Status};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "trx",
    title: "TRX test results",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.xml().is_some_and(|root| root.name == "TestRun")
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    results: Results,
    outcomes: BTreeMap<String, u64>,
    counters: Map<String, Value>,
    summary: String,
    /// What the runner says of the run as a whole, where that is bad.
    runner: String,
    moments: Moments,
}

impl Reader {
    fn open(&mut self, element: &XmlElement<'_>) -> Result<(), Problem> {
        let attributes = element.attributes()?;
        let text = |name: &str| attributes.text(name).unwrap_or_default();
        match element.name() {
            "UnitTestResult" | "TestResult" | "WebTestResult" => {
                let word = text("outcome");
                *self.outcomes.entry(word.to_owned()).or_default() += 1;
                self.moments.see(text("startTime"));
                self.moments.see(text("endTime"));
                // The rows of a test with data are results of their own, and stand inside of the one that sums them up.
                if text("resultType") != "DataDrivenTest" {
                    let status = match word {
                        "Passed" => Some(Status::Passed),
                        "Failed" => Some(Status::Failed),
                        "NotExecuted" => Some(Status::Skipped),
                        _ => None,
                    };
                    self.results.add(status, word, text("testName"), word);
                }
            }
            "Counters" => {
                for name in [
                    "total", "executed", "passed", "failed", "error", "timeout", "aborted", "notExecuted", "passedButRunAborted",
                    "disconnected", "inProgress",
                ] {
                    if let Some(count) = attributes.count(name) {
                        self.counters.insert(name.to_owned(), count.into());
                    }
                }
            }
            "ResultSummary" => text("outcome").clone_into(&mut self.summary),
            // What the runner says of the run as a whole; warnings stand there, too.
            "RunInfo" if matches!(text("outcome"), "Error" | "Failed" | "Aborted" | "Timeout") => {
                text("outcome").clone_into(&mut self.runner);
            }
            "Times" => {
                self.results.about.made = Some(text("start").to_owned()).filter(|start| !start.is_empty());
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Artifact {
        let figure = |name: &str| self.counters.get(name).and_then(Value::as_u64);
        let errors = [
            "error", "timeout", "aborted", "passedButRunAborted", "disconnected", "inProgress",
        ]
        .iter()
        .filter_map(|name| figure(name))
        .fold(0, u64::saturating_add);
        let (tests, failures, skipped) = (figure("total"), figure("failed"), figure("notExecuted"));
        self.moments.tell(&mut self.results.about);
        let facts = &mut self.results.facts;
        facts.declared.tests = tests;
        facts.declared.failures = failures;
        facts.declared.errors = Some(errors).filter(|_| tests.is_some());
        facts.declared.skipped = skipped;
        facts.suites = 1;
        if facts.failures + facts.errors == 0 && !matches!(self.summary.as_str(), "Completed" | "Passed" | "") {
            let words = format!("the run says that its outcome is {}, and lists no failed case", self.summary);
            self.results.add_error("the run", &words);
        }
        let facts = &self.results.facts;
        if facts.failures + facts.errors == 0 && !self.runner.is_empty() {
            let words = format!("the runner says of the run: {}, and no case failed", self.runner);
            self.results.add_error("the run", &words);
        }
        let all: u64 = self.outcomes.values().sum();
        self.results.count("results", all);
        self.results.count("outcomes", json!(self.outcomes));
        self.results.count("counters", self.counters);
        self.results.finish_of(all)
    }
}

fn parse(text: &str) -> Artifact {
    let mut reader = Reader::default();
    elements(text, |_, element| reader.open(element)).map_or_else(broken, |()| reader.finish())
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    fn run(results: &str, summary: &str) -> String {
        format!(
            "<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Results>{results}</Results><ResultSummary outcome='{summary}'><Counters total='3' failed='1'/></ResultSummary></TestRun>"
        )
    }

    #[test]
    fn outcomes_are_counted_and_rows_stand_for_themselves() {
        let results = "<UnitTestResult testName='a' outcome='Passed'/><UnitTestResult outcome='NotExecuted'/><UnitTestResult outcome='Timeout'/>
            <UnitTestResult outcome='Failed' resultType='DataDrivenTest'><InnerResults><UnitTestResult outcome='Failed'/></InnerResults></UnitTestResult>";
        let text = run(results, "Failed");
        assert!(
            shown(&text, Some("trx"))
                .starts_with("trx; 4 tests, 1 failed, 1 errors, 1 skipped, 0 flaky; ! 1 case has the status `Timeout`")
        );
        assert_eq!(
            (count(&text, None, "results"), count(&text, None, "counters")),
            ("5".to_owned(), r#"{"failed":1,"total":3}"#.to_owned())
        );
    }

    #[test]
    fn results_say_when_they_ran() {
        let text = run(
            "<UnitTestResult outcome='Passed' startTime='2019-01-01T00:00:00.0000000+00:00' endTime='2019-01-01T00:00:01.0000000+00:00'/>\
             <UnitTestResult outcome='NotExecuted' startTime='0001-01-01T00:00:00.0000000'/>",
            "Completed",
        );
        assert_eq!(
            crate::parse::recognise::read(text.as_bytes(), None).about.times,
            ["2019-01-01T00:00:00.0000000+00:00", "2019-01-01T00:00:01.0000000+00:00"]
        );
    }

    #[test]
    fn what_is_inconclusive_is_no_pass() {
        let text = run("<UnitTestResult testName='a' outcome='Inconclusive'/>", "Completed");
        assert!(
            shown(&text, None).starts_with("trx; 1 tests, 0 failed, 1 errors, 0 skipped"),
            "{}",
            shown(&text, None)
        );
    }

    #[test]
    fn a_run_that_was_aborted_is_an_error() {
        assert_eq!(
            shown(&run("", "Aborted"), None),
            "trx; 0 tests, 0 failed, 1 errors, 0 skipped, 0 flaky; ! the file declares 3 tests and lists 0"
        );
        assert_eq!(
            shown(&run("", "Completed"), None),
            "trx; 0 tests, 0 failed, 0 errors, 0 skipped, 0 flaky; ! the file declares 3 tests and lists 0"
        );
        assert!(shown("<TestRun><Results>", None).starts_with("trx; unread; ! the file ends inside of an element"));
    }

    #[test]
    fn a_run_that_was_aborted_after_its_tests_passed_has_not_passed() {
        let text = "<TestRun><Results><UnitTestResult testName='a' outcome='Passed'/></Results><ResultSummary outcome='Completed'>\
            <Counters total='1' passed='0' passedButRunAborted='1'/></ResultSummary></TestRun>";
        let artifact = crate::parse::recognise::read(text.as_bytes(), None);
        let crate::model::evidence::Content::Tests(facts) = artifact.content else {
            panic!("it is read");
        };
        assert_eq!((facts.tests, facts.declared.errors), (1, Some(1)));
    }
}
