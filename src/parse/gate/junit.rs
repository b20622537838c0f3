//! JUnit XML in all its dialects: pytest, surefire, Gradle, Jest, Vitest, Playwright, mocha, node, nextest, Go, and others.
//!
//! The cases are recounted from the leaves, because what suites say of themselves is often wrong and nested suites repeat it.

use crate::model::about::About;
use crate::model::evidence::{Artifact, Content, DeclaredCounts, FailedCase, TestFacts};
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{XmlAttributes, XmlElement, XmlEvent, XmlReader};
use crate::parse::artifact::{Format, Sniff, broken, note};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "junit",
    title: "JUnit XML",
    recognizes,
    parse,
};

/// Moments of suites that are kept.
const MAX_TIMES: usize = 1_000;

/// Failed cases that are listed.
const MAX_FAILED: usize = 50;

/// Bytes of the text of a failure that are looked at for its first line.
const MAX_MESSAGE: usize = 4096;

/// Values of `status` and `result` that say that a case did not run.
const SKIPPED: [&str; 8] = [
    "disabled",
    "ignored",
    "notrun",
    "pending",
    "skip",
    "skipped",
    "suppressed",
    "todo",
];

/// Values of `status` and `result` that say that a case failed, also where it has no `failure` element.
const FAILED: [&str; 6] = ["error", "errored", "fail", "failed", "failure", "timeout"];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff
        .xml()
        .is_some_and(|root| matches!(root.name.as_str(), "testsuites" | "testsuite"))
}

fn parse(text: &str) -> Artifact {
    let mut report = Report::default();
    let mut reader = XmlReader::new(text);
    loop {
        let step = match reader.next() {
            Ok(XmlEvent::Open(element)) => report.open(&element, reader.depth()),
            Ok(XmlEvent::Close) => {
                report.close();
                Ok(())
            }
            Ok(XmlEvent::Text(text)) => {
                report.text(&text);
                Ok(())
            }
            Ok(XmlEvent::End) => break,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = step {
            return broken(problem);
        }
    }
    report.finish()
}

/// What was read so far.
#[derive(Default)]
struct Report {
    facts: TestFacts,
    about: About,
    open: Vec<Frame>,
    root: DeclaredCounts,
    suites: DeclaredCounts,
    problems: Vec<Problem>,
}

/// An open element.
enum Frame {
    Suites,
    Suite(String),
    Case(Box<Case>),
    Mark {
        mark: Mark,
        message: String,
        /// The message is that of the attribute, so the text of the element is not asked for.
        is_whole: bool,
    },
    Other,
}

/// A case, as far as it was read.
#[derive(Default)]
struct Case {
    name: String,
    status: String,
    has_error: bool,
    has_failure: bool,
    has_rerun: bool,
    is_skipped: bool,
    is_flaky: bool,
    message: String,
}

/// What an element inside of a case says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Error,
    Failure,
    Rerun,
    Flaky,
    Skipped,
}

impl Report {
    fn open(&mut self, element: &XmlElement<'_>, depth: usize) -> Result<(), Problem> {
        let frame = match (element.name(), self.open.last()) {
            ("testsuites", None) => {
                let attributes = element.attributes()?;
                self.root = declared(&attributes);
                self.date(&attributes);
                Frame::Suites
            }
            ("testsuite", _) => {
                let attributes = element.attributes()?;
                self.facts.suites += 1;
                self.date(&attributes);
                match depth {
                    1 => self.root = declared(&attributes),
                    2 => add(&mut self.suites, declared(&attributes)),
                    _ => {}
                }
                Frame::Suite(attributes.text("name").map(first_line).unwrap_or_default())
            }
            ("testcase", _) => Frame::Case(Box::new(case(&element.attributes()?))),
            (name, Some(Frame::Case(_) | Frame::Suite(_) | Frame::Suites)) => match mark(name) {
                Some(mark) => {
                    let attributes = element.attributes()?;
                    let message = attributes.text("message").map(first_line).unwrap_or_default();
                    let is_whole = !message.is_empty();
                    Frame::Mark { mark, message, is_whole }
                }
                None => Frame::Other,
            },
            _ => Frame::Other,
        };
        self.open.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(Frame::Mark { message, is_whole, .. }) = self.open.last_mut()
            && !*is_whole
            && message.len() < MAX_MESSAGE
        {
            message.extend(text.chars().take(MAX_MESSAGE));
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Frame::Case(case)) => self.count(*case),
            Some(Frame::Mark { mark, message, .. }) => match self.open.last_mut() {
                Some(Frame::Case(case)) => case.add(mark, &message),
                Some(Frame::Suite(name)) if matches!(mark, Mark::Error | Mark::Failure) => {
                    // A suite that fails outside of its cases, as one that does not compile: nothing else would show it.
                    let case = Case {
                        name: format!("{name} (the suite itself)").trim().to_owned(),
                        has_error: true,
                        message: first_line(&message),
                        ..Case::default()
                    };
                    self.count(case);
                }
                _ => {}
            },
            Some(Frame::Suites | Frame::Suite(_) | Frame::Other) | None => {}
        }
    }

    fn date(&mut self, attributes: &XmlAttributes<'_>) {
        let time = attributes.text("timestamp").map(first_line).filter(|time| !time.is_empty());
        if let Some(time) = time
            && !self.about.times.contains(&time)
            && self.about.times.len() < MAX_TIMES
        {
            self.about.times.push(time);
        }
    }

    fn count(&mut self, case: Case) {
        self.facts.tests += 1;
        self.facts.flaky += u64::from(case.is_flaky);
        let status = case.status.trim().to_ascii_lowercase();
        let (counter, is_bad) = if case.has_error {
            (&mut self.facts.errors, true)
        } else if case.has_failure || FAILED.contains(&status.as_str()) {
            (&mut self.facts.failures, true)
        } else if case.is_skipped || SKIPPED.contains(&status.as_str()) {
            (&mut self.facts.skipped, false)
        } else if case.has_rerun {
            // Every try is listed as failed, and no result at all.
            (&mut self.facts.failures, true)
        } else if !status.is_ascii() || status.contains(|c: char| c.is_control()) {
            // A word that looks like `passed` and is not.
            let message = format!(
                "the case `{}` has the unknown status `{}`",
                case.name,
                status.escape_unicode()
            );
            note(&mut self.problems, Problem::of_file(message));
            (&mut self.facts.errors, true)
        } else {
            return;
        };
        *counter += 1;
        if is_bad && self.facts.failed.len() < MAX_FAILED {
            self.facts.failed.push(FailedCase {
                name: case.name,
                message: case.message,
            });
        }
    }

    fn finish(mut self) -> Artifact {
        self.facts.declared = DeclaredCounts {
            tests: self.root.tests.or(self.suites.tests),
            failures: self.root.failures.or(self.suites.failures),
            errors: self.root.errors.or(self.suites.errors),
            skipped: self.root.skipped.or(self.suites.skipped),
        };
        let facts = &self.facts;
        for (word, says, counted) in [
            ("tests", facts.declared.tests, facts.tests),
            ("failures", facts.declared.failures, facts.failures),
            ("errors", facts.declared.errors, facts.errors),
            ("skipped", facts.declared.skipped, facts.skipped),
        ] {
            if let Some(says) = says.filter(|says| *says != counted) {
                let message = format!("the file says {says} {word} of itself and lists {counted}");
                note(&mut self.problems, Problem::of_file(message));
            }
        }
        Artifact {
            content: Content::Tests(self.facts),
            about: self.about,
            problems: self.problems,
            ..Artifact::default()
        }
    }
}

impl Case {
    fn add(&mut self, mark: Mark, message: &str) {
        match mark {
            Mark::Error => self.has_error = true,
            Mark::Failure => self.has_failure = true,
            Mark::Rerun => self.has_rerun = true,
            Mark::Flaky => self.is_flaky = true,
            Mark::Skipped => self.is_skipped = true,
        }
        let is_reason = matches!(mark, Mark::Error | Mark::Failure | Mark::Rerun);
        if is_reason && self.message.is_empty() {
            self.message = first_line(message);
        }
    }
}

fn case(attributes: &XmlAttributes<'_>) -> Case {
    let class = attributes.text("classname").map(first_line).unwrap_or_default();
    let name = attributes.text("name").map(first_line).unwrap_or_default();
    let name = match (class.is_empty() || class == name, name.is_empty()) {
        (true, _) => name,
        (false, true) => class,
        (false, false) => format!("{class}: {name}"),
    };
    let status = ["result", "status"]
        .iter()
        .filter_map(|key| attributes.text(key))
        .max_by_key(|value| {
            let value = value.trim().to_ascii_lowercase();
            // The worse of the two counts: GoogleTest writes `status="run" result="skipped"`.
            (FAILED.contains(&value.as_str()), SKIPPED.contains(&value.as_str()))
        })
        .unwrap_or_default();
    Case {
        name,
        status: status.to_owned(),
        ..Case::default()
    }
}

fn mark(name: &str) -> Option<Mark> {
    match name {
        "error" => Some(Mark::Error),
        "failure" => Some(Mark::Failure),
        "rerunError" | "rerunFailure" => Some(Mark::Rerun),
        "flakyError" | "flakyFailure" => Some(Mark::Flaky),
        "disabled" | "skipped" => Some(Mark::Skipped),
        _ => None,
    }
}

fn declared(attributes: &XmlAttributes<'_>) -> DeclaredCounts {
    DeclaredCounts {
        tests: attributes.count("tests"),
        failures: attributes.count("failures"),
        errors: attributes.count("errors"),
        skipped: attributes.count("skipped"),
    }
}

fn add(sum: &mut DeclaredCounts, counts: DeclaredCounts) {
    for (sum, count) in [
        (&mut sum.tests, counts.tests),
        (&mut sum.failures, counts.failures),
        (&mut sum.errors, counts.errors),
        (&mut sum.skipped, counts.skipped),
    ] {
        if let Some(count) = count {
            *sum = Some(sum.unwrap_or_default().saturating_add(count));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::parse;
    use crate::model::evidence::{Content, TestFacts};

    fn facts(text: &str) -> (TestFacts, Vec<String>) {
        let artifact = parse(text);
        let problems = artifact.problems.into_iter().map(|problem| problem.message).collect();
        match artifact.content {
            Content::Tests(facts) => (facts, problems),
            other => panic!("{other:?}: {problems:?}"),
        }
    }

    /// Tests, failures, errors, skipped, flaky.
    fn counts(text: &str) -> [u64; 5] {
        let (facts, _) = facts(text);
        [facts.tests, facts.failures, facts.errors, facts.skipped, facts.flaky]
    }

    #[test]
    fn the_worst_of_several_results_is_the_status_of_a_case() {
        for (inside, expected) in [
            ("", [1, 0, 0, 0, 0]),
            ("<failure/>", [1, 1, 0, 0, 0]),
            ("<failure/><error/><skipped/>", [1, 0, 1, 0, 0]),
            ("<skipped/><failure/>", [1, 1, 0, 0, 0]),
            ("<skipped/>", [1, 0, 0, 1, 0]),
            ("<flakyFailure/><flakyError/>", [1, 0, 0, 0, 1]),
            ("<failure/><rerunFailure/>", [1, 1, 0, 0, 0]),
            ("<rerunError/>", [1, 1, 0, 0, 0]),
            ("<system-out><failure/></system-out>", [1, 0, 0, 0, 0]),
        ] {
            let text = format!("<testsuite><testcase name='a'>{inside}</testcase></testsuite>");
            assert_eq!(counts(&text), expected, "{inside}");
        }
    }

    #[test]
    fn the_status_attribute_counts_where_no_element_tells() {
        for (attributes, expected) in [
            ("status='run'", [1, 0, 0, 0, 0]),
            ("status='PASS '", [1, 0, 0, 0, 0]),
            ("status='notrun'", [1, 0, 0, 1, 0]),
            ("status='run' result='skipped'", [1, 0, 0, 1, 0]),
            ("status='failed'", [1, 1, 0, 0, 0]),
            ("status='p\u{430}ssed'", [1, 0, 1, 0, 0]),
            ("status='passed\u{200b}'", [1, 0, 1, 0, 0]),
        ] {
            let text = format!("<testsuite><testcase name='a' {attributes}/></testsuite>");
            assert_eq!(counts(&text), expected, "{attributes}");
        }
    }

    #[test]
    fn nested_suites_are_counted_once_from_their_leaves() {
        let text = "<testsuites><testsuite tests='3' failures='9' timestamp='2026-01-02T10:00:00'><testsuite tests='2'>\
            <testcase name='a'/><testcase name='b'><failure message='no'/></testcase></testsuite><testcase name='c'/></testsuite>\
            <testcase name='d'/></testsuites>";
        let (facts, problems) = facts(text);
        assert_eq!((facts.tests, facts.failures, facts.suites), (4, 1, 2));
        assert_eq!((facts.declared.tests, facts.declared.failures), (Some(3), Some(9)));
        assert_eq!(
            problems,
            [
                "the file says 3 tests of itself and lists 4",
                "the file says 9 failures of itself and lists 1"
            ]
        );
    }

    #[test]
    fn a_suite_that_fails_outside_of_its_cases_is_an_error() {
        let (facts, _) = facts("<testsuite name='pkg' errors='1'><error message='does not compile'/></testsuite>");
        assert_eq!((facts.tests, facts.errors), (1, 1));
        assert_eq!(facts.failed[0].name, "pkg (the suite itself)");
        assert_eq!(facts.failed[0].message, "does not compile");
    }

    #[test]
    fn failed_cases_are_listed_with_one_plain_line_and_not_without_bound() {
        let (first, _) = facts(
            "<testsuite><testcase classname='a.B' name='c'><failure message='#x1B[31mno#x1B[0m'>more</failure></testcase>\
             <testcase classname='d' name='d'><error><![CDATA[\n  \u{1b}[1mfirst <b>\n second]]></error></testcase></testsuite>",
        );
        let shown: Vec<_> = first
            .failed
            .iter()
            .map(|case| format!("{} = {}", case.name, case.message))
            .collect();
        assert_eq!(shown, ["a.B: c = no", "d = first <b>"]);
        let many = format!(
            "<testsuite>{}</testsuite>",
            "<testcase name='a'><failure/></testcase>".repeat(60)
        );
        let (many, _) = facts(&many);
        assert_eq!((many.failures, many.failed.len()), (60, 50));
    }

    #[test]
    fn half_a_report_gives_no_figures() {
        let text = "<testsuite>\n<testcase name='a'/>\n<testcase name='b'>";
        let artifact = parse(text);
        assert!(matches!(artifact.content, Content::Unread));
        assert_eq!(artifact.problems[0].line, Some(3));
    }

    proptest! {
        #[test]
        fn any_mixture_of_elements_is_read(
            text in "(<(testsuites|testsuite|testcase|failure|error|skipped)( (tests|status|name|errors)=\"[a1é&;]{0,3}\")?/?>|</(testsuite|testcase)>|x){0,12}"
        ) {
            let _ = parse(&text);
        }
    }
}
