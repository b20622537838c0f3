//! Findings as JSON, one in each line, for programs that read a stream.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::record::{self, Item, Summary};
use crate::report::visible::escaped;

/// One line for each finding, then one for the whole; schema `schemas/runproof-lint-line.schema.json`.
pub(super) const FORMAT: Format = Format {
    name: "json-lines",
    summary: "One JSON object in each line: the findings, those that were accepted, and a summary at the end",
    write,
};

/// One line of `runproof lint --format json-lines`.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[schemars(title = "A line of runproof lint")]
pub(super) enum Line<'report> {
    /// What is wrong; with a suppression when it was accepted.
    Finding(Box<Item<'report>>),
    /// The last line.
    Summary(Summary),
}

fn write(report: &Report, _: Style) -> String {
    let findings = report.findings.iter().chain(&report.suppressed);
    let lines = findings.map(|finding| Line::Finding(Box::new(record::item(finding))));
    let mut output = String::new();
    for line in lines.chain([Line::Summary(record::summary(report))]) {
        output.push_str(&escaped(
            &serde_json::to_string(&line).expect("strings and numbers are always JSON"),
        ));
        output.push('\n');
    }
    output
}
