//! One line for each finding, as editors and other tools read it.

use std::fmt::Write;

use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::words::line;

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
