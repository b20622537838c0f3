//! Findings about files that could not be read, which no rule judges.

use crate::model::finding::{Confidence, Finding, Problem, Severity};
use crate::model::place::Place;

/// A finding about a file that no rule judges.
pub(crate) fn unreadable(path: &str, message: &str) -> Finding {
    Finding {
        rule: "file-unreadable",
        severity: Severity::Warning,
        confidence: Confidence::High,
        path: path.to_owned(),
        place: None,
        span: None,
        reference: None,
        message: message.to_owned(),
        help: None,
        suggestion: None,
        fix: None,
        related: Vec::new(),
        suppression: None,
        fingerprint: String::new(),
    }
}

/// Adds a finding for each problem of a file, at its line.
pub(crate) fn add_problems(path: &str, problems: &[Problem], severity: Severity, findings: &mut Vec<Finding>) {
    for problem in problems {
        let place = problem.line.map(Place::of_line);
        findings.push(Finding {
            severity,
            place,
            ..unreadable(path, &problem.message)
        });
    }
}
