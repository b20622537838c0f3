//! Findings in the diagnostic format of reviewdog, one in each line.

use crate::model::report::Report;
use crate::report::diagnostic::alone;
use crate::report::format::{Format, Style};
use crate::report::visible::escaped;

/// A `Diagnostic` in each line.
pub(super) const FORMAT: Format = Format {
    name: "rdjsonl",
    summary: "Diagnostic format of reviewdog, one finding in each line",
    write,
};

fn write(report: &Report, _: Style) -> String {
    let mut output = String::new();
    for finding in &report.findings {
        let json = serde_json::to_string(&alone(report, finding)).expect("strings and numbers are always JSON");
        output.push_str(&escaped(&json));
        output.push('\n');
    }
    output
}
