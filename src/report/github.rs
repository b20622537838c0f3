//! Findings as workflow commands of GitHub Actions, which become annotations of the files in a pull request.

use std::fmt::Write;

use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::visible::visible;
use crate::report::words::{counted, counts, line, sentence};

/// `::error file=...,line=...::message`, the worst first.
pub(super) const FORMAT: Format = Format {
    name: "github",
    summary: "Workflow commands of GitHub Actions: annotations in the pull request, the rest as plain lines in the log",
    write,
};

/// How many annotations of a level GitHub shows for a step; it drops the others without a word.
const SHOWN: usize = 10;

fn write(report: &Report, _: Style) -> String {
    let mut output = String::new();
    let mut rest: Vec<&Finding> = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let findings: Vec<&Finding> = report
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .collect();
        // One of the notices is kept for what was left out.
        let shown = if severity == Severity::Info { SHOWN - 1 } else { SHOWN };
        let (shown, others) = findings.split_at(findings.len().min(shown));
        for finding in shown {
            output.push_str(&command(finding));
        }
        rest.extend(others);
    }
    if !rest.is_empty() {
        let message = format!(
            "{} in all; GitHub shows {SHOWN} annotations of a level, so {} stand in the log of this step and in its summary, if one was written",
            counts(report),
            counted(rest.len(), "other finding"),
        );
        // Writing to a string cannot fail.
        let _ = writeln!(output, "::notice title=Runproof::{}", data(&message));
        for finding in rest {
            let _ = writeln!(output, "{}", line(finding));
        }
    }
    output
}

fn command(finding: &Finding) -> String {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut command = format!("::{name} ");
    if !finding.path.is_empty() {
        let _ = write!(command, "file={},", property(&finding.path));
        if let Some(place) = finding.place {
            let _ = write!(command, "line={},endLine={},", place.line, place.end_line);
            // GitHub takes columns only where beginning and end are in one line.
            if place.line == place.end_line {
                let _ = write!(command, "col={},endColumn={},", place.column, place.end_column);
            }
        }
    }
    let _ = writeln!(command, "title={}::{}", property(finding.rule), data(&sentence(finding)));
    command
}

/// Text as the message of a command. The percent sign goes first, since it is what the others are escaped with.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text as the value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn no_text_ends_its_command() {
        assert_eq!(data("50%0A::error::x\r\n##[error]"), "50%250A::error::x␍␊##<U+005B>error]");
        assert_eq!(property("a,line=1::pwn.md"), "a%2Cline=1%3A%3Apwn.md");
    }
}
