//! One line for each finding, as editors and other tools read it.

use std::fmt::Write;

use crate::model::report::Report;
use crate::report::visible::visible;
use crate::report::{Format, Style};

/// `path:line:column: severity[rule] message`.
pub(super) const FORMAT: Format = Format { name: "concise", write };

fn write(report: &Report, _: Style) -> String {
    let mut output = String::new();
    for finding in &report.findings {
        let path = if finding.path.is_empty() { "." } else { &finding.path };
        let place = finding.place.unwrap_or_default();
        let message = visible(&finding.message);
        let severity = finding.severity.word();
        // Writing to a string cannot fail.
        let _ = writeln!(
            output,
            "{}:{}:{}: {severity}[{}] {message}",
            visible(path),
            place.line,
            place.column,
            finding.rule
        );
    }
    output
}
