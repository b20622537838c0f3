//! Findings as JUnit XML: one suite for each file, one case for each rule that looked at it, so that trends can be drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::visible::visible;
use crate::report::words::{line, path_of, sentence};

/// Errors and warnings are failures, notes are output, what was accepted is skipped.
pub(super) const FORMAT: Format = Format {
    name: "junit",
    summary: "JUnit XML: one suite for each runbook, one case for each rule that looked at it, for trends",
    write,
};

/// What one rule found in one file.
#[derive(Default)]
struct Case<'report> {
    /// What counts.
    findings: Vec<&'report Finding>,
    /// What was accepted.
    suppressed: Vec<&'report Finding>,
}

impl Case<'_> {
    /// The worst that counts as a failure.
    fn failure(&self) -> Option<&Finding> {
        let failures = self.findings.iter().filter(|finding| finding.severity > Severity::Info);
        // Findings come worst first, so the first of the worst wins.
        failures
            .copied()
            .max_by_key(|finding| (finding.severity, std::cmp::Reverse(finding.place)))
    }

    fn is_skipped(&self) -> bool {
        self.findings.is_empty() && !self.suppressed.is_empty()
    }
}

fn write(report: &Report, _: Style) -> String {
    let mut suites: BTreeMap<&str, BTreeMap<&str, Case>> = BTreeMap::new();
    for path in report.texts.keys() {
        let cases = report.checked.iter().map(|rule| (*rule, Case::default()));
        suites.insert(path, cases.collect());
    }
    let case = |finding: &Finding| (path_of(finding).to_owned(), finding.rule);
    let others: BTreeSet<(String, &str)> = report.findings.iter().chain(&report.suppressed).map(case).collect();
    for (path, rule) in &others {
        suites.entry(path).or_default().entry(rule).or_default();
    }
    for finding in &report.findings {
        if let Some(case) = suites.get_mut(path_of(finding)).and_then(|cases| cases.get_mut(finding.rule)) {
            case.findings.push(finding);
        }
    }
    for finding in &report.suppressed {
        if let Some(case) = suites.get_mut(path_of(finding)).and_then(|cases| cases.get_mut(finding.rule)) {
            case.suppressed.push(finding);
        }
    }
    let all = || suites.values().flat_map(BTreeMap::values);
    let failures = all().filter(|case| case.failure().is_some()).count();
    let mut output = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(
        output,
        "<testsuites name=\"runproof lint\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
        all().count()
    );
    for (path, cases) in &suites {
        suite(&mut output, report, path, cases);
    }
    output.push_str("</testsuites>\n");
    output
}

fn suite(output: &mut String, report: &Report, path: &str, cases: &BTreeMap<&str, Case>) {
    let failures = cases.values().filter(|case| case.failure().is_some()).count();
    let skipped = cases.values().filter(|case| case.is_skipped()).count();
    let name = escape(path);
    let _ = writeln!(
        output,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">",
        cases.len()
    );
    let history = serde_json::to_value(report.completeness).unwrap_or_default();
    let history = history.as_str().unwrap_or_default();
    output.push_str("    <properties>\n");
    let _ = writeln!(output, "      <property name=\"history\" value=\"{history}\"/>");
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(output, "      <property name=\"runproof\" value=\"{version}\"/>");
    if let Some(commit) = &report.commit {
        let _ = writeln!(output, "      <property name=\"commit\" value=\"{}\"/>", escape(commit));
    }
    output.push_str("    </properties>\n");
    for (rule, case) in cases {
        testcase(output, &name, rule, case);
    }
    output.push_str("  </testsuite>\n");
}

/// One rule and one file. `name` is the path of the file, escaped.
fn testcase(output: &mut String, name: &str, rule: &str, case: &Case) {
    let failure = case.failure();
    // The schema of the xunit plugin knows neither a file nor a line here; both stand in the text of the failure.
    let _ = write!(output, "    <testcase classname=\"{name}\" name=\"{rule}\"");
    if case.findings.is_empty() && case.suppressed.is_empty() {
        output.push_str("/>\n");
        return;
    }
    output.push_str(">\n");
    if let Some(failure) = failure {
        let _ = writeln!(
            output,
            "      <failure message=\"{}\" type=\"{}\">{}</failure>",
            escape(&sentence(failure)),
            failure.severity.word(),
            lines(case.findings.iter().filter(|finding| finding.severity > Severity::Info))
        );
    }
    if case.is_skipped() {
        let reason = case.suppressed.iter().filter_map(|finding| finding.suppression.as_ref());
        let reason = reason
            .map(|suppression| suppression.reason.as_str())
            .find(|reason| !reason.is_empty());
        let _ = writeln!(
            output,
            "      <skipped message=\"{}\"/>",
            escape(reason.unwrap_or("accepted"))
        );
    }
    let notes = lines(case.findings.iter().filter(|finding| finding.severity == Severity::Info));
    let accepted = lines(case.suppressed.iter());
    let accepted = if accepted.is_empty() {
        accepted
    } else {
        format!("accepted:\n{accepted}")
    };
    if !notes.is_empty() || !accepted.is_empty() {
        let both = [notes, accepted]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        let _ = writeln!(output, "      <system-out>{both}</system-out>");
    }
    output.push_str("    </testcase>\n");
}

fn lines<'finding>(findings: impl Iterator<Item = &'finding &'finding Finding>) -> String {
    let lines: Vec<String> = findings.map(|finding| escape(&line(finding))).collect();
    lines.join("\n")
}

/// Text for an attribute or an element: harmless, in one line, without what XML 1.0 cannot hold.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_ends_its_element_or_attribute() {
        assert_eq!(escape("]]>\"'<a&\u{0}\u{ffff}\n"), "]]&gt;&quot;&apos;&lt;a&amp;␀\u{fffd}␊");
    }
}
