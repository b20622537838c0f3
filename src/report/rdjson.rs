//! Findings in the diagnostic format of reviewdog, as one document.

use serde::Serialize;

use crate::model::report::Report;
use crate::report::diagnostic::{Diagnostic, SOURCE, Source, diagnostic, severity};
use crate::report::format::{Format, Style};
use crate::report::visible::escaped;

/// A `DiagnosticResult`.
pub(super) const FORMAT: Format = Format {
    name: "rdjson",
    summary: "Diagnostic format of reviewdog as one document, with suggested changes",
    write,
};

#[derive(Serialize)]
struct Output<'report> {
    source: Source,
    severity: &'static str,
    diagnostics: Vec<Diagnostic<'report>>,
}

fn write(report: &Report, _: Style) -> String {
    let output = Output {
        source: SOURCE,
        severity: report
            .findings
            .iter()
            .map(|finding| finding.severity)
            .max()
            .map_or("UNKNOWN_SEVERITY", severity),
        diagnostics: report
            .findings
            .iter()
            .map(|finding| diagnostic(report, finding, None))
            .collect(),
    };
    let json = serde_json::to_string_pretty(&output).expect("strings and numbers are always JSON");
    escaped(&json) + "\n"
}
