//! The words that several forms share.

use crate::model::count;
use crate::model::finding::{Finding, Severity};
use crate::model::freshness::{ReferenceCounts, State};
use crate::model::history::Completeness;
use crate::model::report::Report;
use crate::report::visible::visible;

/// How many findings there are of a severity.
pub(super) fn count(report: &Report, severity: Severity) -> usize {
    report.findings.iter().filter(|finding| finding.severity == severity).count()
}

/// How much is known, in one sentence. What claims nothing is not counted.
pub(super) fn coverage(references: &ReferenceCounts, runbooks: u32, completeness: Completeness) -> String {
    let all = references.resolved + references.unverifiable + references.broken;
    let history = match completeness {
        Completeness::Full => "full",
        Completeness::Shallow => "cut short",
        Completeness::Partial => "without earlier contents, so that moves and changes may be unknown",
        Completeness::None => "none",
    };
    format!(
        "{} in {}: {} resolved, {} unverifiable, {} broken; history: {history}",
        counted(all as usize, "reference"),
        counted(runbooks as usize, "runbook"),
        references.resolved,
        references.unverifiable,
        references.broken,
    )
}

/// In which states the runbooks are, in one sentence: `runbooks: 1 broken, 2 not reviewed, 3 fresh`.
pub(super) fn states(report: &Report) -> Option<String> {
    let words = |(state, count): &(State, u32)| format!("{count} {}", state.word().to_lowercase());
    let states: Vec<String> = report.states.iter().map(words).collect();
    (!states.is_empty()).then(|| format!("runbooks: {}", states.join(", ")))
}

/// The counts by severity in words, the worst first: `1 error, 2 warnings`.
pub(super) fn counts(report: &Report) -> String {
    let kinds = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "note"),
    ];
    let counts: Vec<String> = kinds
        .into_iter()
        .map(|(severity, noun)| (count(report, severity), noun))
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| counted(number, noun))
        .collect();
    if counts.is_empty() && report.runbooks == 0 {
        "nothing was judged".to_owned()
    } else if counts.is_empty() {
        let broken = report.states.iter().find(|(state, _)| *state == State::Broken);
        match broken.map_or(0, |(_, count)| *count) {
            0 if report.is_of_change => "the change breaks nothing".to_owned(),
            0 => "nothing is wrong".to_owned(),
            1 => "nothing is reported, and 1 runbook is broken all the same: what is wrong was accepted, switched off, or there before".to_owned(),
            many => format!(
                "nothing is reported, and {many} runbooks are broken all the same: what is wrong was accepted, switched off, or there before"
            ),
        }
    } else {
        counts.join(", ")
    }
}

/// The path of a finding; the repository itself is a dot.
pub(super) fn path_of(finding: &Finding) -> &str {
    if finding.path.is_empty() { "." } else { &finding.path }
}

/// A path that may begin a line. A colon at its beginning would make the line a command of GitHub Actions, so `./` goes before it.
pub(super) fn leading(path: &str) -> String {
    let path = visible(path);
    let guard = if path.trim_start().starts_with(':') { "./" } else { "" };
    format!("{guard}{path}")
}

/// What is wrong and what to do about it, in one line.
pub(super) fn sentence(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}; {}", visible(&finding.message), visible(help)),
        None => visible(&finding.message).into_owned(),
    }
}

/// A number with its noun: `1 error`, `2 errors`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    count::counted(number as u64, noun)
}

/// One finding in one line.
pub(super) fn line(finding: &Finding) -> String {
    let path = leading(path_of(finding));
    // What is said of a file as a whole has no line.
    let place = finding
        .place
        .filter(|place| place.line > 0)
        .map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
    let severity = finding.severity.word();
    let message = visible(&finding.message);
    format!("{path}{place}: {severity}[{}] {message}", finding.rule)
}
