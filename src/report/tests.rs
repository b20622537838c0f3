//! What each form looks like, and that nothing of a file acts through any of them.

mod hostile;
mod rich;

use crate::model::reason::Reason;
use std::sync::Arc;

use crate::model::finding::{Confidence, Finding, Severity};
use crate::model::freshness::ReferenceCounts;
use crate::model::history::Completeness;
use crate::model::place::{Lines, Place, Span};
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::model::report::{ReferenceReport, Report, ResolvedReference};
use crate::report::format::Style;
use crate::report::{FORMATS, REFERENCE_FORMATS, write, write_references};

const COLORS: Style = Style {
    has_color: true,
    has_links: false,
    width: None,
};

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
        fingerprint: String::new(),
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
            accepted: 0,
            ignored: 9,
            changed: 0,
        },
        completeness: Completeness::Full,
        ..Report::default()
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
    insta::assert_snapshot!(write("text", &report, Style::default()), @r#"
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
    insta::assert_snapshot!(write("concise", &report, Style::default()), @r#"
    docs/restore.md:3:6: error[path-missing] `scripts/restore_db.sh` is not in the repository
    docs/restore.md: warning[review-date-missing] there is no review date
    "#);
}

#[test]
fn json_has_every_field() {
    let text = "# Restore\n\nRun `scripts/restore_db.sh` first.\n";
    let report = report(text, vec![finding(text, "scripts/restore_db.sh"), of_file()]);
    insta::assert_snapshot!(write("json", &report, Style::default()), @r#"
{
  "schema": "runproof-lint/1",
  "tool": {
    "name": "runproof",
    "version": "0.1.0"
  },
  "commit": null,
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
      "suggestion": "scripts/restore.sh",
      "fix": null,
      "related": [],
      "suppression": null,
      "fingerprint": ""
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
      "suggestion": null,
      "fix": null,
      "related": [],
      "suppression": null,
      "fingerprint": ""
    }
  ],
  "suppressed": [],
  "summary": {
    "runbooks": 6,
    "errors": 1,
    "warnings": 1,
    "infos": 0,
    "suppressed": 0,
    "states": {},
    "references": {
      "resolved": 33,
      "broken": 3,
      "accepted": 0,
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
    insta::assert_snapshot!(write("text", &report("", Vec::new()), Style::default()), @r#"
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
            reason: Reason::A("workflow"),
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
    insta::assert_snapshot!(write_references("text", &references(), Style::default()), @r#"
    docs/restore.md
       3  workflow  ci.yml   resolved      .github/workflows/ci.yml  a workflow; changed since the review
      12  workflow  release  broken        a workflow

    2 references in 1 runbook: 1 resolved, 0 unverifiable, 1 broken; history: full
    "#);
}

#[test]
fn references_are_json() {
    insta::assert_snapshot!(write_references("json", &references(), Style::default()), @r#"
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
    assert!(!write("text", &report, Style::default()).contains('\u{1b}'));
    assert!(write("text", &report, COLORS).contains('\u{1b}'));
    assert!(write_references("text", &references(), COLORS).contains('\u{1b}'));
}

#[test]
fn a_very_long_line_is_cut_around_the_words() {
    let text = format!("{}`scripts/restore_db.sh`{}\n", "a ".repeat(500_000), " b".repeat(500_000));
    let output = write(
        "text",
        &report(&text, vec![finding(&text, "scripts/restore_db.sh")]),
        Style::default(),
    );
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
