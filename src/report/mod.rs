//! Findings and references as text and JSON. Nothing that comes from a file reaches the output raw: control characters are shown.

mod concise;
mod json;
mod references_json;
mod references_text;
mod text;
mod visible;

use std::cmp::Reverse;

use crate::model::finding::{Finding, Severity};
use crate::model::freshness::ReferenceCounts;
use crate::model::handbook::JudgedRunbook;
use crate::model::history::Completeness;
use crate::model::report::{ReferenceReport, Report, ResolvedReference};

/// A form that findings are told in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The name, as for `--format`.
    pub(crate) name: &'static str,
    /// Writes a report.
    pub(crate) write: fn(&Report, Style) -> String,
}

/// A form that references are told in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReferenceFormat {
    /// The name, as for `--format`.
    pub(crate) name: &'static str,
    /// Writes a report.
    pub(crate) write: fn(&ReferenceReport, Style) -> String,
}

/// How output looks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style {
    /// Whether colours are wanted.
    pub(crate) has_color: bool,
}

/// Every form of findings, sorted by name.
pub(crate) const FORMATS: &[Format] = &[concise::FORMAT, json::FORMAT, text::FORMAT];

/// Every form of references, sorted by name.
pub(crate) const REFERENCE_FORMATS: &[ReferenceFormat] = &[references_json::FORMAT, references_text::FORMAT];

/// Writes findings in the form of this name; an unknown name is text.
pub(crate) fn write(format: &str, report: &Report, has_color: bool) -> String {
    let format = FORMATS.iter().find(|known| known.name == format).unwrap_or(&text::FORMAT);
    (format.write)(report, Style { has_color })
}

/// Writes references in the form of this name; an unknown name is text.
pub(crate) fn write_references(format: &str, report: &ReferenceReport, has_color: bool) -> String {
    let format = REFERENCE_FORMATS
        .iter()
        .find(|known| known.name == format)
        .unwrap_or(&references_text::FORMAT);
    (format.write)(report, Style { has_color })
}

/// The report on judged runbooks; `others` are findings that no runbook is to blame for.
pub(crate) fn of(runbooks: &[JudgedRunbook], others: &[Finding], completeness: Completeness) -> Report {
    let mut references = ReferenceCounts::default();
    for judged in runbooks {
        let counts = judged.freshness.counts;
        references.resolved += counts.resolved;
        references.broken += counts.broken;
        references.unverifiable += counts.unverifiable;
        references.ignored += counts.ignored;
        references.changed += counts.changed;
    }
    let mut findings: Vec<Finding> = runbooks
        .iter()
        .flat_map(|judged| judged.findings.iter().cloned())
        .chain(others.iter().cloned())
        .collect();
    findings.sort_by(|left, right| {
        let severity = Reverse(left.severity).cmp(&Reverse(right.severity));
        severity.then_with(|| (&left.path, left.place, left.rule).cmp(&(&right.path, right.place, right.rule)))
    });
    let text = |judged: &JudgedRunbook| (judged.runbook.path.clone(), judged.runbook.runbook.text.clone());
    let (suppressed, findings) = findings.into_iter().partition(|finding| finding.suppression.is_some());
    Report {
        findings,
        suppressed,
        texts: runbooks.iter().map(text).collect(),
        runbooks: runbooks.len() as u32,
        references,
        completeness,
        ..Report::default()
    }
}

/// The report on the references of judged runbooks.
pub(crate) fn references_of(runbooks: &[JudgedRunbook], completeness: Completeness) -> ReferenceReport {
    let mut references: Vec<ResolvedReference> = runbooks
        .iter()
        .flat_map(|judged| {
            let pairs = judged.runbook.runbook.references.iter().zip(&judged.resolutions);
            pairs.map(|(reference, resolution)| ResolvedReference {
                path: judged.runbook.path.clone(),
                place: judged.runbook.runbook.place(reference.span),
                reference: reference.clone(),
                resolution: resolution.clone(),
            })
        })
        .collect();
    references.sort_by(|left, right| (&left.path, left.place).cmp(&(&right.path, right.place)));
    ReferenceReport {
        references,
        runbooks: runbooks.len() as u32,
        completeness,
    }
}

/// How many findings there are of a severity.
fn count(report: &Report, severity: Severity) -> usize {
    report.findings.iter().filter(|finding| finding.severity == severity).count()
}

/// How much is known, in one sentence. What claims nothing is not counted.
fn coverage(references: &ReferenceCounts, runbooks: u32, completeness: Completeness) -> String {
    let all = references.resolved + references.unverifiable + references.broken;
    let history = match completeness {
        Completeness::Full => "full",
        Completeness::Shallow => "cut short",
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

/// A number with its noun: `1 error`, `2 errors`.
fn counted(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{FORMATS, REFERENCE_FORMATS, write, write_references};
    use crate::model::finding::{Confidence, Finding, Severity};
    use crate::model::freshness::ReferenceCounts;
    use crate::model::history::Completeness;
    use crate::model::place::{Lines, Place, Span};
    use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution, Status};
    use crate::model::report::{ReferenceReport, Report, ResolvedReference};

    fn finding(text: &str, words: &str) -> Finding {
        let start = text.find(words).expect("the words are in the text");
        let span = Span::new(start, start + words.len());
        Finding {
            rule: "path-missing",
            severity: Severity::Error,
            confidence: Confidence::High,
            path: "docs/restore.md".to_owned(),
            place: Some(Lines::of(text).place(span, text)),
            span: Some(span),
            reference: Some(words.to_owned()),
            message: format!("`{words}` is not in the repository"),
            help: Some("there is `scripts/restore.sh`".to_owned()),
            suggestion: Some("scripts/restore.sh".to_owned()),
            fix: None,
            related: Vec::new(),
            suppression: None,
        }
    }

    fn report(text: &str, findings: Vec<Finding>) -> Report {
        Report {
            findings,
            suppressed: Vec::new(),
            rules: Vec::new(),
            commit: None,
            texts: [("docs/restore.md".to_owned(), Arc::from(text))].into(),
            runbooks: 6,
            references: ReferenceCounts {
                resolved: 33,
                unverifiable: 5,
                broken: 3,
                ignored: 9,
                changed: 0,
            },
            completeness: Completeness::Full,
        }
    }

    fn of_file() -> Finding {
        Finding {
            rule: "review-date-missing",
            severity: Severity::Warning,
            place: None,
            span: None,
            reference: None,
            message: "there is no review date".to_owned(),
            help: None,
            suggestion: None,
            ..finding("x", "x")
        }
    }

    #[test]
    fn text_shows_the_line_with_a_caret() {
        let text = "# Restore\n\nRun `scripts/restore_db.sh` first.\n";
        let report = report(text, vec![finding(text, "scripts/restore_db.sh"), of_file()]);
        insta::assert_snapshot!(write("text", &report, false), @r#"
        error[path-missing]: `scripts/restore_db.sh` is not in the repository
         --> docs/restore.md:3:6
          |
        3 | Run `scripts/restore_db.sh` first.
          |      ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: there is `scripts/restore.sh`

        warning[review-date-missing]: there is no review date
        --> docs/restore.md

        1 error, 1 warning
        41 references in 6 runbooks: 33 resolved, 5 unverifiable, 3 broken; history: full
        "#);
    }

    #[test]
    fn concise_has_one_line_for_each_finding() {
        let text = "# Restore\n\nRun `scripts/restore_db.sh` first.\n";
        let report = report(text, vec![finding(text, "scripts/restore_db.sh"), of_file()]);
        insta::assert_snapshot!(write("concise", &report, false), @r#"
        docs/restore.md:3:6: error[path-missing] `scripts/restore_db.sh` is not in the repository
        docs/restore.md:0:0: warning[review-date-missing] there is no review date
        "#);
    }

    #[test]
    fn json_has_every_field() {
        let text = "# Restore\n\nRun `scripts/restore_db.sh` first.\n";
        let report = report(text, vec![finding(text, "scripts/restore_db.sh"), of_file()]);
        insta::assert_snapshot!(write("json", &report, false), @r#"
        {
          "schema": "runproof-lint/1",
          "findings": [
            {
              "rule": "path-missing",
              "severity": "error",
              "confidence": "high",
              "path": "docs/restore.md",
              "line": 3,
              "column": 6,
              "end_line": 3,
              "end_column": 27,
              "reference": "scripts/restore_db.sh",
              "message": "`scripts/restore_db.sh` is not in the repository",
              "help": "there is `scripts/restore.sh`",
              "suggestion": "scripts/restore.sh"
            },
            {
              "rule": "review-date-missing",
              "severity": "warning",
              "confidence": "high",
              "path": "docs/restore.md",
              "line": 0,
              "column": 0,
              "end_line": 0,
              "end_column": 0,
              "reference": null,
              "message": "there is no review date",
              "help": null,
              "suggestion": null
            }
          ],
          "summary": {
            "runbooks": 6,
            "errors": 1,
            "warnings": 1,
            "infos": 0,
            "references": {
              "resolved": 33,
              "broken": 3,
              "unverifiable": 5,
              "ignored": 9,
              "changed": 0
            },
            "history": "full"
          }
        }
        "#);
    }

    #[test]
    fn nothing_wrong_is_said_in_words() {
        insta::assert_snapshot!(write("text", &report("", Vec::new()), false), @r#"
        nothing is wrong
        41 references in 6 runbooks: 33 resolved, 5 unverifiable, 3 broken; history: full
        "#);
    }

    fn references() -> ReferenceReport {
        let reference = |line, text: &str, status, changed| ResolvedReference {
            path: "docs/restore.md".to_owned(),
            place: Place {
                line,
                column: 5,
                end_line: line,
                end_column: 9,
            },
            reference: Reference {
                kind: ReferenceKind::Workflow { name: text.to_owned() },
                text: text.to_owned(),
                span: Span::default(),
                context: ReferenceContext::Inline,
            },
            resolution: Resolution {
                status,
                target: (status == Status::Resolved).then(|| ".github/workflows/ci.yml".to_owned()),
                target_line: None,
                reason: "a workflow".to_owned(),
                suggestion: None,
                expected: None,
                changed_since_review: changed,
            },
        };
        ReferenceReport {
            references: vec![
                reference(3, "ci.yml", Status::Resolved, Some(true)),
                reference(12, "release", Status::Broken, None),
            ],
            runbooks: 1,
            completeness: Completeness::Full,
        }
    }

    #[test]
    fn references_are_a_table() {
        insta::assert_snapshot!(write_references("text", &references(), false), @r#"
        docs/restore.md
           3  workflow  ci.yml   resolved      .github/workflows/ci.yml  a workflow; changed since the review
          12  workflow  release  broken        a workflow

        2 references in 1 runbook: 1 resolved, 0 unverifiable, 1 broken; history: full
        "#);
    }

    #[test]
    fn references_are_json() {
        insta::assert_snapshot!(write_references("json", &references(), false), @r#"
        {
          "schema": "runproof-refs/1",
          "references": [
            {
              "kind": "workflow",
              "text": "ci.yml",
              "path": "docs/restore.md",
              "line": 3,
              "column": 5,
              "end_line": 3,
              "status": "resolved",
              "target": ".github/workflows/ci.yml",
              "target_line": null,
              "reason": "a workflow",
              "suggestion": null,
              "changed_since_review": true
            },
            {
              "kind": "workflow",
              "text": "release",
              "path": "docs/restore.md",
              "line": 12,
              "column": 5,
              "end_line": 12,
              "status": "broken",
              "target": null,
              "target_line": null,
              "reason": "a workflow",
              "suggestion": null,
              "changed_since_review": null
            }
          ]
        }
        "#);
    }

    #[test]
    fn colours_only_when_asked() {
        let text = "Run `scripts/restore_db.sh` first.\n";
        let report = report(text, vec![finding(text, "scripts/restore_db.sh")]);
        assert!(!write("text", &report, false).contains('\u{1b}'));
        assert!(write("text", &report, true).contains('\u{1b}'));
        assert!(write_references("text", &references(), true).contains('\u{1b}'));
    }

    #[test]
    fn control_characters_of_a_file_never_reach_the_output() {
        let text = "Run `a\u{1b}]52;c;x\u{7}\u{9b}2K\u{202e}\u{200b}.sh` now\u{1b}[2K.\r\n";
        let words = &text[5..text.find(".sh").expect("the words are there") + 3];
        let mut hostile = finding(text, words);
        hostile.path = "docs/\u{1b}[31m.md".to_owned();
        hostile.help = Some("x\u{1b}[2Ky\n::error::z".to_owned());
        let mut report = report(text, vec![hostile]);
        report.texts.insert("docs/\u{1b}[31m.md".to_owned(), Arc::from(text));
        let mut references = references();
        references.references[0].reference.text = words.to_owned();
        let outputs = FORMATS.iter().map(|format| write(format.name, &report, false));
        let others = REFERENCE_FORMATS
            .iter()
            .map(|format| write_references(format.name, &references, false));
        for output in outputs.chain(others) {
            let bad = output
                .chars()
                .find(|c| c.is_control() && *c != '\n' || matches!(*c, '\u{202e}' | '\u{200b}'));
            assert_eq!(bad, None, "{output}");
            assert!(!output.lines().any(|line| line.starts_with("::")), "{output}");
        }
    }

    #[test]
    fn a_very_long_line_is_cut_around_the_words() {
        let text = format!("{}`scripts/restore_db.sh`{}\n", "a ".repeat(500_000), " b".repeat(500_000));
        let output = write("text", &report(&text, vec![finding(&text, "scripts/restore_db.sh")]), false);
        assert!(output.len() < 2_000, "{}", output.len());
        assert!(
            output.contains("docs/restore.md:1:1000002") && output.contains("^^^"),
            "{output}"
        );
    }

    #[test]
    fn names_are_sorted_and_unique() {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        assert!(names.is_sorted_by(|left, right| left < right));
        let names: Vec<&str> = REFERENCE_FORMATS.iter().map(|format| format.name).collect();
        assert!(names.is_sorted_by(|left, right| left < right));
    }
}
