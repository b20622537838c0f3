//! `NUnit` in XML: `test-run` of its third version, and `test-results` of its second, which Pester writes, too.
//!
//! A suite may fail although each of its cases passed, where what runs behind them does; nothing else in the file would show it.

use crate::model::about::About;
use crate::model::evidence::Artifact;
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{Visit, XmlAttributes, XmlElement, visit};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::moments::Moments;
use crate::parse::gate::plain::MAX_MESSAGE;
use crate::parse::gate::results::{Results, Status};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "nunit",
    title: "NUnit test results",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_run = |name: &str| matches!(name, "test-run" | "test-results");
    sniff.xml().is_some_and(|root| is_run(&root.name))
}

/// An open element.
enum Frame {
    Suite {
        name: String,
        has_failed: bool,
        /// Failed cases that were seen before it.
        before: u64,
    },
    Case {
        name: String,
        status: Option<Status>,
        word: String,
        message: String,
    },
    Failure,
    Message,
    Other,
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    results: Results,
    open: Vec<Frame>,
    moments: Moments,
    /// What the run says of itself, where that is bad.
    run: Option<String>,
}

impl Visit for Reader {
    fn open(&mut self, element: &XmlElement<'_>) -> Result<(), Problem> {
        let frame = match (element.name(), self.open.last()) {
            ("test-run" | "test-results", None) => {
                self.root(&element.attributes()?);
                Frame::Other
            }
            ("test-suite", _) => {
                let attributes = element.attributes()?;
                self.results.facts.suites += 1;
                Frame::Suite {
                    name: attributes.text("name").unwrap_or_default().to_owned(),
                    has_failed: has_failed(&attributes),
                    before: self.bad(),
                }
            }
            ("test-case", _) => self.case(&element.attributes()?),
            ("environment", _) => {
                let attributes = element.attributes()?;
                if let Some(version) = attributes.text("nunit-version") {
                    About::add(&mut self.results.about.tools, &format!("NUnit {version}"));
                }
                Frame::Other
            }
            ("failure", Some(Frame::Case { .. })) => {
                self.deny("a failure in a case that is said to have passed");
                Frame::Failure
            }
            ("assertion", _) => {
                let attributes = element.attributes()?;
                if matches!(attributes.text("result"), Some("Failed" | "Error")) {
                    self.deny("an assertion that failed in a case that is said to have passed");
                }
                Frame::Other
            }
            ("message", Some(Frame::Failure)) => Frame::Message,
            _ => Frame::Other,
        };
        self.open.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if !matches!(self.open.last(), Some(Frame::Message)) {
            return;
        }
        let case = self.open.iter_mut().rev().find(|frame| matches!(frame, Frame::Case { .. }));
        if let Some(Frame::Case { message, .. }) = case
            && message.len() < MAX_MESSAGE
        {
            message.extend(text.chars().take(MAX_MESSAGE));
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Frame::Case {
                name,
                status,
                word,
                message,
            }) => self.results.add(status, &word, &name, message.trim()),
            Some(Frame::Suite {
                name,
                has_failed,
                before,
            }) if has_failed && self.bad() == before => {
                self.results.add_error(&name, "the suite failed, and none of its cases did");
            }
            _ => {}
        }
    }
}

impl Reader {
    fn bad(&self) -> u64 {
        self.results.facts.failures + self.results.facts.errors
    }

    /// Takes back that the case passed.
    fn deny(&mut self, why: &str) {
        let case = self.open.iter_mut().rev().find(|frame| matches!(frame, Frame::Case { .. }));
        if let Some(Frame::Case { status, message, .. }) = case
            && *status == Some(Status::Passed)
        {
            *status = Some(Status::Failed);
            why.clone_into(message);
        }
    }

    fn root(&mut self, attributes: &XmlAttributes<'_>) {
        let figure = |name: &str| attributes.count(name);
        for name in ["total", "passed", "failed", "failures", "errors", "skipped", "inconclusive"] {
            if let Some(count) = figure(name) {
                self.results.count(name, count);
            }
        }
        let sum = |names: &[&str]| {
            let counts = names.iter().filter_map(|name| figure(name));
            counts.reduce(u64::saturating_add)
        };
        let declared = &mut self.results.facts.declared;
        declared.tests = figure("total");
        declared.failures = figure("failed").or(figure("failures"));
        declared.errors = sum(&["errors", "invalid", "inconclusive", "warnings"]);
        // What is not run is what is ignored, skipped and invalid, where the file does not tell them apart.
        declared.skipped = sum(&["ignored", "skipped"]).or(figure("not-run"));
        for name in ["start-time", "end-time"] {
            self.moments.see(attributes.text(name).unwrap_or_default());
        }
        if let (Some(day), Some(time)) = (attributes.text("date"), attributes.text("time")) {
            self.moments.see(&format!("{day}T{time}"));
        }
        if let Some(version) = attributes.text("engine-version") {
            About::add(&mut self.results.about.tools, &format!("NUnit {version}"));
        }
        if let (Some(all), Some(total)) = (figure("testcasecount"), figure("total"))
            && all > total
        {
            self.results.note(format!("a filter left {total} of {all} cases"));
        }
        if has_failed(attributes) {
            self.run = attributes.text("result").map(str::to_owned);
        }
    }

    fn case(&mut self, attributes: &XmlAttributes<'_>) -> Frame {
        for name in ["start-time", "end-time"] {
            self.moments.see(attributes.text(name).unwrap_or_default());
        }
        let name = attributes.text("fullname").or(attributes.text("name"));
        let (status, word) = status(attributes);
        Frame::Case {
            name: name.unwrap_or_default().to_owned(),
            status,
            word,
            message: attributes.text("label").unwrap_or_default().to_owned(),
        }
    }

    fn finish(mut self) -> Artifact {
        self.moments.tell(&mut self.results.about);
        if let Some(word) = self
            .run
            .filter(|_| self.results.facts.failures + self.results.facts.errors == 0)
        {
            let words = format!("the run says that its result is {word}, and lists no failed case");
            self.results.add_error("the run", &words);
        }
        let tests = self.results.facts.tests;
        self.results.count("cases", tests);
        self.results.finish()
    }
}

/// Whether an element says of itself that it failed. Unity writes the place of the failure behind the word.
fn has_failed(attributes: &XmlAttributes<'_>) -> bool {
    match attributes.text("result").map(plain) {
        Some(word) => matches!(word, "Failed" | "Failure" | "Error" | "NotRunnable" | "Cancelled"),
        None => attributes.text("success").is_some_and(is_false),
    }
}

fn is_false(word: &str) -> bool {
    word.trim().eq_ignore_ascii_case("false")
}

/// A result without the place behind it: `Failed(Child)`, `Failed:Error`.
fn plain(word: &str) -> &str {
    word.split(['(', ':']).next().unwrap_or_default().trim()
}

/// How a case went, and the word that says so.
fn status(attributes: &XmlAttributes<'_>) -> (Option<Status>, String) {
    let says_no = |name: &str| attributes.text(name).is_some_and(is_false);
    let Some(word) = attributes.text("result").map(plain) else {
        // NUnit before 2.5.
        return match (attributes.text("executed"), attributes.text("success")) {
            (Some(executed), _) if is_false(executed) => (Some(Status::Skipped), String::new()),
            (_, Some(success)) if is_false(success) => (Some(Status::Failed), String::new()),
            (_, Some(success)) if success.trim().eq_ignore_ascii_case("true") => (Some(Status::Passed), String::new()),
            _ => (None, "no result".to_owned()),
        };
    };
    let status = match word {
        "Passed" | "Success" if says_no("executed") => return (None, format!("{word}, not executed")),
        "Passed" | "Success" if says_no("success") => Some(Status::Failed),
        "Passed" | "Success" => Some(Status::Passed),
        "Failed" | "Failure" | "Error" => Some(Status::Failed),
        "Skipped" | "Ignored" => Some(Status::Skipped),
        _ => None,
    };
    (status, word.to_owned())
}

fn parse(text: &str) -> Artifact {
    let mut reader = Reader::default();
    visit(text, &mut reader).map_or_else(broken, |()| reader.finish())
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    fn run(result: &str, inside: &str) -> String {
        format!(
            "<test-run id='2' testcasecount='2' result='{result}' total='2' passed='2' failed='0' inconclusive='0' skipped='0' \
             start-time='2026-01-02 10:00:00Z' engine-version='3.16'>{inside}</test-run>"
        )
    }

    const TWO: &str = "<test-case fullname='A.b' result='Passed'/><test-case fullname='A.c' result='Passed'/>";

    #[test]
    fn cases_are_counted_through_nested_suites() {
        let text = run(
            "Passed",
            &format!("<test-suite name='a' result='Passed'><test-suite result='Passed'>{TWO}</test-suite></test-suite>"),
        );
        assert_eq!(
            shown(&text, Some("nunit")),
            "nunit; 2 tests, 0 failed, 0 errors, 0 skipped, 0 flaky"
        );
        let about = read(text.as_bytes(), None).about;
        assert_eq!(
            (&about.times[..], &about.tools[..]),
            (&["2026-01-02 10:00:00Z".to_owned()][..], &["NUnit 3.16".to_owned()][..])
        );
        let others = "<test-case name='a' result='Failed' label='Error'><failure><message><![CDATA[boom]]></message></failure></test-case>\
            <test-case result='Skipped' label='Ignored'/><test-case result='Inconclusive'/><test-case result='Warning'/>\
            <test-case result='Failed(Child)'/><test-case/>";
        assert!(
            shown(&run("Failed", others), None).starts_with("nunit; 6 tests, 2 failed, 3 errors, 1 skipped, 0 flaky"),
            "{}",
            shown(&run("Failed", others), None)
        );
    }

    #[test]
    fn a_suite_that_failed_by_itself_has_failed_once() {
        for (suite, errors) in [
            ("Failed", 1),
            ("Failed(TearDown)", 1),
            ("Passed", 0),
            ("Warning", 0),
            ("Inconclusive", 0),
        ] {
            let inner = format!("<test-suite name='f' site='TearDown' result='{suite}'>{TWO}</test-suite>");
            let text = run(
                "Passed",
                &format!("<test-suite name='all' result='{suite}'>{inner}</test-suite>"),
            );
            let expected = format!("nunit; 2 tests, 0 failed, {errors} errors");
            assert!(shown(&text, None).starts_with(&expected), "{suite}: {}", shown(&text, None));
        }
        assert!(shown(&run("Failed", TWO), None).contains("1 errors"), "the run failed");
        let failed = "<test-suite result='Failed' site='Child'><test-case result='Failed'/></test-suite>";
        assert!(
            shown(&run("Failed", failed), None).contains("1 failed, 0 errors"),
            "its case did"
        );
    }

    #[test]
    fn a_case_that_passed_holds_no_failure() {
        for inside in [
            "<failure><message>x</message></failure>",
            "<assertions><assertion result='Failed'/></assertions>",
        ] {
            let text = run("Passed", &format!("<test-case result='Passed'>{inside}</test-case>"));
            assert!(shown(&text, None).contains("1 tests, 1 failed"), "{inside}");
        }
        let text = run(
            "Passed",
            "<test-case result='Passed'><output>failure</output><reason><message>x</message></reason></test-case>",
        );
        assert!(shown(&text, None).contains("1 tests, 0 failed"));
    }

    #[test]
    fn the_second_version_counts_what_was_not_run_apart() {
        let text = |cases: &str| {
            format!(
                "<test-results name='a.dll' total='2' errors='0' failures='0' not-run='1' inconclusive='0' ignored='1' skipped='0' invalid='0' date='2026-01-02' time='10:00:00'>\
                 <environment nunit-version='2.6.4'/><test-suite type='Assembly' name='a' executed='True' result='Success' success='True'><results>{cases}</results></test-suite></test-results>"
            )
        };
        let good = "<test-case name='a' executed='True' result='Success' success='True'/><test-case name='b' executed='True' success='True'/>\
            <test-case name='c' executed='False' result='Ignored'><reason><message>x</message></reason></test-case>";
        let text_of_good = text(good);
        assert_eq!(
            shown(&text_of_good, None),
            "nunit; 3 tests, 0 failed, 0 errors, 1 skipped, 0 flaky"
        );
        assert_eq!(read(text_of_good.as_bytes(), None).about.times, ["2026-01-02T10:00:00"]);
        let bad = "<test-case executed='True' result='Error' success='False'/><test-case executed='True' success='False'/>\
            <test-case executed='True' result='Success' success='False'/><test-case executed='False' result='Success'/>\
            <test-case executed='True' result='Inconclusive' success='False'/><test-case executed='False' result='NotRunnable'/><test-case executed='False'/>";
        assert!(
            shown(&text(bad), None).starts_with("nunit; 7 tests, 3 failed, 3 errors, 1 skipped"),
            "{}",
            shown(&text(bad), None)
        );
    }

    #[test]
    fn fewer_cases_than_declared_and_half_a_file_are_told() {
        assert_eq!(
            shown(&run("Passed", "<test-case result='Passed'/>"), None),
            "nunit; 1 tests, 0 failed, 0 errors, 0 skipped, 0 flaky; ! the file declares 2 tests and lists 1"
        );
        assert!(shown("<test-run><test-suite>", Some("nunit")).contains("unread"));
        let filtered = run("Passed", TWO).replace("testcasecount='2'", "testcasecount='40'");
        assert!(
            shown(&filtered, None).ends_with("! a filter left 2 of 40 cases"),
            "{}",
            shown(&filtered, None)
        );
    }
}
