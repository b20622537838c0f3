//! xUnit.net in XML, in the form of its second version and later (`assemblies`) and in that of its first (`assembly`).
//!
//! What fails outside of a test, as the cleaning up of a collection, is an error of the assembly and belongs to no test.

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
    name: "xunit-net",
    title: "xUnit.net test results",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.xml().is_some_and(|root| match root.name.as_str() {
        "assemblies" => matches!(root.child.as_str(), "" | "assembly"),
        "assembly" => matches!(root.child.as_str(), "class" | "collection" | "errors"),
        _ => false,
    })
}

/// An open element.
enum Frame {
    Assembly {
        /// Tests that were seen before it.
        before: u64,
    },
    /// A class of the first version, or an error of the assembly: what fails in it belongs to no test.
    Around(String),
    Test {
        name: String,
        status: Option<Status>,
        word: String,
        message: String,
    },
    Failure,
    Message(String),
    Other,
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    results: Results,
    open: Vec<Frame>,
    moments: Moments,
    /// Assemblies without a test.
    hollow: u64,
}

impl Visit for Reader {
    fn open(&mut self, element: &XmlElement<'_>) -> Result<(), Problem> {
        let frame = match (element.name(), self.open.last()) {
            ("assemblies", None) => {
                self.date(&element.attributes()?);
                Frame::Other
            }
            ("assembly", None | Some(Frame::Other)) => {
                self.assembly(&element.attributes()?);
                Frame::Assembly {
                    before: self.results.facts.tests,
                }
            }
            ("class", Some(Frame::Assembly { .. })) => {
                Frame::Around(element.attributes()?.text("name").unwrap_or_default().to_owned())
            }
            ("error", Some(Frame::Other)) => {
                let attributes = element.attributes()?;
                let text = |name: &str| attributes.text(name).unwrap_or_default();
                let name = format!("{} {}", text("type"), text("name"));
                self.results.add_error(name.trim(), "an error outside of every test");
                Frame::Other
            }
            ("test", Some(_)) => {
                let attributes = element.attributes()?;
                self.date(&attributes);
                test(&attributes)
            }
            ("failure", Some(Frame::Test { .. })) => {
                if let Some(Frame::Test { status, .. }) = self.open.last_mut()
                    && *status == Some(Status::Passed)
                {
                    *status = Some(Status::Failed);
                }
                Frame::Failure
            }
            ("failure", Some(Frame::Around(name))) => {
                let name = name.clone();
                self.results.add_error(&name, "the class itself failed");
                Frame::Other
            }
            ("message", Some(Frame::Failure)) => Frame::Message(String::new()),
            _ => Frame::Other,
        };
        self.open.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(Frame::Message(message)) = self.open.last_mut()
            && message.len() < MAX_MESSAGE
        {
            message.extend(text.chars().take(MAX_MESSAGE));
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Frame::Test {
                name,
                status,
                word,
                message,
            }) => self.results.add(status, &word, &name, message.trim()),
            Some(Frame::Message(words)) => {
                let test = self.open.iter_mut().rev().find(|frame| matches!(frame, Frame::Test { .. }));
                if let Some(Frame::Test { message, .. }) = test {
                    *message = words;
                }
            }
            Some(Frame::Assembly { before }) => self.hollow += u64::from(before == self.results.facts.tests),
            _ => {}
        }
    }
}

impl Reader {
    fn date(&mut self, attributes: &XmlAttributes<'_>) {
        for name in ["start-rtf", "finish-rtf"] {
            self.moments.see(attributes.text(name).unwrap_or_default());
        }
    }

    fn assembly(&mut self, attributes: &XmlAttributes<'_>) {
        self.date(attributes);
        if let (Some(day), Some(time)) = (attributes.text("run-date"), attributes.text("run-time")) {
            self.moments.see(&format!("{day}T{time}"));
        }
        if let Some(tool) = attributes.text("test-framework") {
            About::add(&mut self.results.about.tools, tool);
        }
        self.results.facts.suites += 1;
        let declared = &mut self.results.facts.declared;
        let add = |sum: &mut Option<u64>, name: &str| {
            if let Some(count) = attributes.count(name) {
                *sum = Some(sum.unwrap_or_default().saturating_add(count));
            }
        };
        add(&mut declared.tests, "total");
        add(&mut declared.failures, "failed");
        add(&mut declared.errors, "errors");
        add(&mut declared.skipped, "skipped");
        add(&mut declared.skipped, "not-run");
    }

    fn finish(mut self) -> Artifact {
        self.moments.tell(&mut self.results.about);
        let (tests, assemblies) = (self.results.facts.tests, self.results.facts.suites);
        if self.hollow > 0 && tests > 0 {
            self.results.note(match self.hollow {
                1 => "1 assembly holds no test".to_owned(),
                count => format!("{count} assemblies hold no test"),
            });
        }
        self.results.count("tests", tests);
        self.results.count("assemblies", assemblies);
        self.results.finish()
    }
}

fn test(attributes: &XmlAttributes<'_>) -> Frame {
    let word = attributes.text("result").unwrap_or("no result");
    Frame::Test {
        name: attributes.text("name").unwrap_or_default().to_owned(),
        status: match word {
            "Pass" => Some(Status::Passed),
            "Fail" => Some(Status::Failed),
            "Skip" | "NotRun" => Some(Status::Skipped),
            _ => None,
        },
        word: word.to_owned(),
        message: String::new(),
    }
}

fn parse(text: &str) -> Artifact {
    let mut reader = Reader::default();
    visit(text, &mut reader).map_or_else(broken, |()| reader.finish())
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    fn run(counts: &str, inside: &str) -> String {
        format!(
            "<assemblies timestamp='04/04/2026 12:10:43'><assembly name='a.dll' run-date='2026-04-04' run-time='12:10:43' {counts}>{inside}</assembly></assemblies>"
        )
    }

    #[test]
    fn tests_are_counted_by_their_results() {
        let text = run(
            "total='4' passed='2' failed='1' skipped='1' errors='0'",
            "<errors/><collection total='4'><test name='A.a' result='Pass'/><test name='A.b' result='Pass'><failure/></test>\
             <test name='A.c' result='Fail'><failure exception-type='X'><message><![CDATA[boom]]></message></failure></test>\
             <test name='A.d' result='Skip'><reason>later</reason></test><test name='A.e' result='NotRun'/><test name='A.f'/></collection>",
        );
        assert!(
            shown(&text, Some("xunit-net"))
                .starts_with("xunit-net; 6 tests, 2 failed, 1 errors, 2 skipped, 0 flaky; ! 1 case has the status `no result`"),
            "{}",
            shown(&text, None)
        );
        assert_eq!(read(text.as_bytes(), None).about.times, ["2026-04-04T12:10:43"]);
    }

    #[test]
    fn an_error_outside_of_tests_is_an_error() {
        let text = run(
            "total='1' passed='1' failed='0' skipped='0' errors='1'",
            "<errors><error type='test-collection-cleanup' name='c'><failure><message>x</message></failure></error></errors>\
             <collection><test name='A.a' result='Pass'/></collection>",
        );
        assert!(
            shown(&text, None).starts_with("xunit-net; 1 tests, 0 failed, 1 errors"),
            "{}",
            shown(&text, None)
        );
        let text = "<assembly name='a.dll' total='1' passed='1'><class name='C'><failure><message>x</message></failure><test name='A.a' result='Pass'/></class></assembly>";
        assert!(
            shown(text, None).starts_with("xunit-net; 1 tests, 0 failed, 1 errors"),
            "{}",
            shown(text, None)
        );
        assert!(
            shown(&text.replace("<failure><message>x</message></failure>", ""), None)
                .starts_with("xunit-net; 1 tests, 0 failed, 0 errors")
        );
    }

    #[test]
    fn what_is_declared_is_summed_over_assemblies() {
        let one = |tests: u64| {
            format!(
                "<assembly name='a' total='{tests}'><errors/><collection><test name='a' result='Pass'/></collection></assembly>"
            )
        };
        assert_eq!(
            shown(&format!("<assemblies>{}{}</assemblies>", one(1), one(2)), None),
            "xunit-net; 2 tests, 0 failed, 0 errors, 0 skipped, 0 flaky; ! the file declares 3 tests and lists 2"
        );
        assert_eq!(
            shown(
                &format!("<assemblies>{}<assembly name='b' total='0'/></assemblies>", one(1)),
                None
            ),
            "xunit-net; 1 tests, 0 failed, 0 errors, 0 skipped, 0 flaky; ! 1 assembly holds no test"
        );
        assert_eq!(
            shown("<assemblies><assembly name='b' total='0'/></assemblies>", None),
            "xunit-net; 0 tests, 0 failed, 0 errors, 0 skipped, 0 flaky"
        );
        assert!(shown("<assemblies><assembly>", None).contains("unread"));
        assert!(!shown("<assembly><something/></assembly>", None).starts_with("xunit-net"));
    }
}
