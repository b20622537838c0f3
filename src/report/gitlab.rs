//! Findings as a code quality report of GitLab, shown in merge requests.

use serde::Serialize;

use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::visible::{escaped, visible};
use crate::report::words::{path_of, sentence};

/// A list of issues with the fields that GitLab reads.
pub(super) const FORMAT: Format = Format {
    name: "gitlab",
    summary: "Code quality report of GitLab, shown in merge requests",
    write,
};

#[derive(Serialize)]
struct Issue<'report> {
    description: String,
    check_name: &'report str,
    fingerprint: &'report str,
    severity: &'static str,
    location: Location<'report>,
}

#[derive(Serialize)]
struct Location<'report> {
    path: std::borrow::Cow<'report, str>,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn write(report: &Report, _: Style) -> String {
    // What was accepted has no place in the form, and GitLab would count it.
    let issues: Vec<Issue> = report.findings.iter().map(issue).collect();
    let json = serde_json::to_string_pretty(&issues).expect("strings and numbers are always JSON");
    escaped(&json) + "\n"
}

/// A finding about a file as a whole stands at its first line: GitLab wants a line.
fn issue(finding: &Finding) -> Issue<'_> {
    let place = finding.place.unwrap_or_default();
    Issue {
        description: sentence(finding),
        check_name: finding.rule,
        fingerprint: &finding.fingerprint,
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Location {
            path: visible(path_of(finding)),
            lines: Lines {
                begin: place.line.max(1),
                end: place.end_line.max(1),
            },
        },
    }
}
