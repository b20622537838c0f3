//! One line for each finding, as editors and other tools read it.

use std::fmt::Write;

use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::report::visible::visible;
use crate::report::{Format, Style, leading, path_of};

/// `path:line:column: severity[rule] message`.
pub(super) const FORMAT: Format = Format {
    name: "concise",
    summary: "One line for each finding, `path:line:column: severity[rule] message`, for editors and grep",
    write,
};

fn write(report: &Report, _: Style) -> String {
    let mut output = String::new();
    for finding in &report.findings {
        // Writing to a string cannot fail.
        let _ = writeln!(output, "{}", line(finding));
    }
    output
}

/// One finding in one line.
pub(super) fn line(finding: &Finding) -> String {
    let path = leading(path_of(finding));
    let place = finding.place.unwrap_or_default();
    let severity = finding.severity.word();
    let message = visible(&finding.message);
    format!(
        "{path}:{}:{}: {severity}[{}] {message}",
        place.line, place.column, finding.rule
    )
}
