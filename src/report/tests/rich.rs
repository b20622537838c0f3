//! A report that has everything: a fix, another place, something accepted, something about the repository as a whole.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::finding::{Confidence, Edit, Finding, Fix, Related, RuleText, Safety, Severity, Suppression, SuppressionKind};
use crate::model::fingerprint;
use crate::model::place::{Lines, Place, Span};
use crate::model::report::Report;
use crate::report::format::Style;
use crate::report::tests::{finding, report};
use crate::report::write;

const TEXT: &str = "# Restore\n\nZuerst für alle: `scripts/restore_db.sh`, dann `make up`.\n";

const RULE: RuleText = RuleText {
    id: "path-missing",
    summary: "A file or folder that is not in the repository",
    severity: Severity::Error,
    confidence: Confidence::High,
    checks: "Every path.",
    matters: "The step cannot be done.",
    example: "```bash\nscripts/x.sh\n```",
    fix: "Name the file that took its place.",
};

fn rich() -> Report {
    let words = "scripts/restore_db.sh";
    let start = TEXT.find(words).expect("the words are there");
    let span = Span::new(start, start + words.len());
    let fixed = Finding {
        fix: Some(Fix {
            safety: Safety::Safe,
            message: "write `scripts/restore.sh`".to_owned(),
            edits: vec![Edit {
                path: "docs/restore.md".to_owned(),
                span,
                place: Lines::of(TEXT).place(span, TEXT),
                replacement: "scripts/restore.sh".to_owned(),
            }],
        }),
        related: vec![Related {
            path: "scripts/a b.sh".to_owned(),
            place: Some(Place {
                line: 2,
                column: 1,
                end_line: 2,
                end_column: 4,
            }),
            message: "it is called here".to_owned(),
        }],
        ..finding(TEXT, words)
    };
    let whole = Finding {
        rule: "history-unavailable",
        severity: Severity::Info,
        path: String::new(),
        place: None,
        span: None,
        reference: None,
        message: "the history is cut short".to_owned(),
        help: None,
        suggestion: None,
        ..finding(TEXT, words)
    };
    let accepted = Finding {
        suppression: Some(Suppression {
            kind: SuppressionKind::Waiver,
            reason: "made by step 3".to_owned(),
            owner: Some("platform team".to_owned()),
            until: NaiveDate::from_ymd_opt(2027, 1, 31),
        }),
        suggestion: None,
        ..finding(TEXT, "make up")
    };
    let mut all = vec![fixed, whole, accepted];
    fingerprint::fill(&mut all);
    let accepted = all.pop().into_iter().collect();
    let mut report = report(TEXT, all);
    report.suppressed = accepted;
    report.rules = vec![RULE];
    report.checked = vec!["path-missing", "review-overdue"];
    report.texts.insert("docs/other.md".to_owned(), Arc::from("# Other\n"));
    report.root = Some("/home/ops/a b".to_owned());
    report.source_url = Some("https://example.org/blob/0123abc/{path}".to_owned());
    report
}

fn written(format: &str) -> String {
    write(format, &rich(), Style::default())
}

#[test]
fn text_tells_everything() {
    insta::assert_snapshot!(written("text"), @r#"
    docs/restore.md: 1 error

    error[path-missing]: `scripts/restore_db.sh` is not in the repository
     --> docs/restore.md:3:19
      |
    3 | Zuerst für alle: `scripts/restore_db.sh`, dann `make up`.
      |                   ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: there is `scripts/restore.sh`
    note: it is called here
     --> scripts/a b.sh:2:1

    .: 1 note

    info[history-unavailable]: the history is cut short
    --> .

    1 error, 1 note
    can be mended: 1 finding by `--fix`
    accepted and not counted: 1 by waivers
    41 references in 6 runbooks: 33 resolved, 5 unverifiable, 3 broken; history: full
    "#);
}

#[test]
fn files_are_linked_where_the_terminal_follows_links() {
    let style = Style {
        has_links: true,
        ..Style::default()
    };
    let text = write("text", &rich(), style);
    let link = "\u{1b}]8;;file:///home/ops/a%20b/docs/restore.md\u{1b}\\docs/restore.md\u{1b}]8;;\u{1b}\\:3:";
    assert!(text.contains(link), "{text:?}");
}

#[test]
fn json_lines_end_with_the_summary() {
    let text = written("json-lines");
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect();
    let types: Vec<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
    assert_eq!(types, ["finding", "finding", "finding", "summary"]);
    assert_eq!(lines[2]["suppression"]["until"], "2027-01-31");
    assert_eq!(lines[3]["suppressed"], 1);
}

#[test]
fn github_has_a_command_for_each_finding() {
    insta::assert_snapshot!(written("github"), @r#"
    ::error file=docs/restore.md,line=3,endLine=3,col=19,endColumn=40,title=path-missing::`scripts/restore_db.sh` is not in the repository; there is `scripts/restore.sh`
    ::notice title=history-unavailable::the history is cut short
    "#);
}

#[test]
fn github_says_what_it_left_out() {
    let mut report = report(TEXT, (0..25).map(|_| finding(TEXT, "make up")).collect());
    report.findings[0].message = "first".to_owned();
    let text = write("github", &report, Style::default());
    assert_eq!(text.matches("::error ").count(), 10);
    assert!(
        text.lines()
            .next()
            .is_some_and(|line| line.ends_with("::first; there is `scripts/restore.sh`"))
    );
    assert!(
        text.contains("::notice title=Runproof::25 errors in all;") && text.contains("so 15 other findings stand in the log")
    );
    assert_eq!(text.lines().count(), 10 + 1 + 15, "the others are told as plain lines");
}

#[test]
fn gitlab_has_an_issue_for_each_finding() {
    insta::assert_snapshot!(written("gitlab"), @r#"
    [
      {
        "description": "`scripts/restore_db.sh` is not in the repository; there is `scripts/restore.sh`",
        "check_name": "path-missing",
        "fingerprint": "197142a4ec1be82c86a9ef7673446662",
        "severity": "major",
        "location": {
          "path": "docs/restore.md",
          "lines": {
            "begin": 3,
            "end": 3
          }
        }
      },
      {
        "description": "the history is cut short",
        "check_name": "history-unavailable",
        "fingerprint": "de05ac64f72c5ef0844b9d603e6fba85",
        "severity": "info",
        "location": {
          "path": ".",
          "lines": {
            "begin": 1,
            "end": 1
          }
        }
      }
    ]
    "#);
}

#[test]
fn junit_has_a_case_for_each_runbook_and_rule() {
    insta::assert_snapshot!(written("junit"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="runproof lint" tests="5" failures="1" errors="0">
      <testsuite name="." tests="1" failures="0" errors="0" skipped="0">
        <properties>
          <property name="history" value="full"/>
          <property name="runproof" value="0.1.0"/>
        </properties>
        <testcase classname="." name="history-unavailable">
          <system-out>.: info[history-unavailable] the history is cut short</system-out>
        </testcase>
      </testsuite>
      <testsuite name="docs/other.md" tests="2" failures="0" errors="0" skipped="0">
        <properties>
          <property name="history" value="full"/>
          <property name="runproof" value="0.1.0"/>
        </properties>
        <testcase classname="docs/other.md" name="path-missing"/>
        <testcase classname="docs/other.md" name="review-overdue"/>
      </testsuite>
      <testsuite name="docs/restore.md" tests="2" failures="1" errors="0" skipped="0">
        <properties>
          <property name="history" value="full"/>
          <property name="runproof" value="0.1.0"/>
        </properties>
        <testcase classname="docs/restore.md" name="path-missing">
          <failure message="`scripts/restore_db.sh` is not in the repository; there is `scripts/restore.sh`" type="error">docs/restore.md:3:19: error[path-missing] `scripts/restore_db.sh` is not in the repository</failure>
          <system-out>accepted:
    docs/restore.md:3:49: error[path-missing] `make up` is not in the repository</system-out>
        </testcase>
        <testcase classname="docs/restore.md" name="review-overdue"/>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn rdjson_counts_columns_in_bytes() {
    insta::assert_snapshot!(written("rdjson"), @r#"
    {
      "source": {
        "name": "runproof"
      },
      "severity": "ERROR",
      "diagnostics": [
        {
          "message": "`scripts/restore_db.sh` is not in the repository; there is `scripts/restore.sh`",
          "location": {
            "path": "docs/restore.md",
            "range": {
              "start": {
                "line": 3,
                "column": 20
              },
              "end": {
                "line": 3,
                "column": 41
              }
            }
          },
          "severity": "ERROR",
          "code": {
            "value": "path-missing"
          },
          "suggestions": [
            {
              "range": {
                "start": {
                  "line": 3,
                  "column": 20
                },
                "end": {
                  "line": 3,
                  "column": 41
                }
              },
              "text": "scripts/restore.sh"
            }
          ],
          "relatedLocations": [
            {
              "message": "it is called here",
              "location": {
                "path": "scripts/a b.sh",
                "range": {
                  "start": {
                    "line": 2
                  }
                }
              }
            }
          ]
        },
        {
          "message": "the history is cut short",
          "location": {
            "path": "."
          },
          "severity": "INFO",
          "code": {
            "value": "history-unavailable"
          }
        }
      ]
    }
    "#);
}

#[test]
fn rdjson_suggests_the_words_that_were_meant() {
    let report = report(TEXT, vec![finding(TEXT, "scripts/restore_db.sh")]);
    let line: serde_json::Value = serde_json::from_str(&write("rdjsonl", &report, Style::default())).expect("it is JSON");
    assert_eq!(line["suggestions"][0]["text"], "scripts/restore.sh");
    assert_eq!(line["source"]["name"], "runproof");
}

#[test]
fn markdown_has_a_table_and_remedies() {
    insta::assert_snapshot!(written("markdown"), @r#"
    ### Runproof: 1 error, 1 note

    41 references in 6 runbooks: 33 resolved, 5 unverifiable, 3 broken; history: full

    1 accepted finding not counted.

    | | where | what is wrong | rule |
    |---|---|---|---|
    | **error** | <a href="https://example.org/blob/0123abc/docs/restore.md#L3"><code>docs/restore.md:3</code></a> | <code>scripts/restore&#95;db.sh</code> is not in the repository | `path-missing` |
    | note | <code>.</code> | the history is cut short | `history-unavailable` |

    <details><summary>What to do in <code>docs/restore.md</code></summary>

    - `path-missing`, line 3: there is <code>scripts/restore.sh</code>

    </details>
    "#);
}

#[test]
fn markdown_is_never_longer_than_a_comment() {
    let long = Finding {
        message: "`@team` | ".repeat(200),
        help: Some("<img> ".repeat(300)),
        ..finding(TEXT, "make up")
    };
    let findings = (0..400).map(|number| Finding {
        path: format!("docs/{number}.md"),
        ..long.clone()
    });
    let text = write("markdown", &report(TEXT, findings.collect()), Style::default());
    let length = text.chars().count();
    assert!(length < 65_536, "{length}");
    assert!(text.contains("had no room here") && text.contains("What to do in <code>docs/0.md</code>"));
}

#[test]
fn sarif_has_rules_fixes_places_and_what_was_accepted() {
    insta::assert_snapshot!(written("sarif"), @r#"
    {
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "runs": [
        {
          "automationDetails": {
            "id": "runproof/lint/"
          },
          "columnKind": "unicodeCodePoints",
          "invocations": [
            {
              "executionSuccessful": true,
              "toolExecutionNotifications": [
                {
                  "associatedRule": {
                    "id": "history-unavailable"
                  },
                  "level": "note",
                  "message": {
                    "text": "the history is cut short"
                  }
                }
              ]
            }
          ],
          "originalUriBaseIds": {
            "%SRCROOT%": {
              "description": {
                "text": "The root of the repository."
              }
            }
          },
          "properties": {
            "history": "full",
            "references": {
              "accepted": 0,
              "broken": 3,
              "changed": 0,
              "ignored": 9,
              "resolved": 33,
              "unverifiable": 5
            },
            "runbooks": 6
          },
          "results": [
            {
              "fixes": [
                {
                  "artifactChanges": [
                    {
                      "artifactLocation": {
                        "uri": "docs/restore.md",
                        "uriBaseId": "%SRCROOT%"
                      },
                      "replacements": [
                        {
                          "deletedRegion": {
                            "endColumn": 40,
                            "endLine": 3,
                            "startColumn": 19,
                            "startLine": 3
                          },
                          "insertedContent": {
                            "text": "scripts/restore.sh"
                          }
                        }
                      ]
                    }
                  ],
                  "description": {
                    "text": "write `scripts/restore.sh`"
                  },
                  "properties": {
                    "safety": "safe"
                  }
                }
              ],
              "level": "error",
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "docs/restore.md",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "endColumn": 40,
                      "endLine": 3,
                      "startColumn": 19,
                      "startLine": 3
                    }
                  }
                }
              ],
              "message": {
                "text": "`scripts/restore_db.sh` is not in the repository; there is `scripts/restore.sh`"
              },
              "partialFingerprints": {
                "runproofFinding/v1": "197142a4ec1be82c86a9ef7673446662"
              },
              "properties": {
                "confidence": "high",
                "reference": "scripts/restore_db.sh",
                "suggestion": "scripts/restore.sh"
              },
              "relatedLocations": [
                {
                  "id": 1,
                  "message": {
                    "text": "it is called here"
                  },
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "scripts/a%20b.sh",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "endColumn": 4,
                      "endLine": 2,
                      "startColumn": 1,
                      "startLine": 2
                    }
                  }
                }
              ],
              "ruleId": "path-missing",
              "ruleIndex": 0
            },
            {
              "level": "error",
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "docs/restore.md",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "endColumn": 56,
                      "endLine": 3,
                      "startColumn": 49,
                      "startLine": 3
                    }
                  }
                }
              ],
              "message": {
                "text": "`make up` is not in the repository; there is `scripts/restore.sh`"
              },
              "partialFingerprints": {
                "runproofFinding/v1": "da46607121122227adfc5c20840704c7"
              },
              "properties": {
                "confidence": "high",
                "reference": "make up"
              },
              "ruleId": "path-missing",
              "ruleIndex": 0,
              "suppressions": [
                {
                  "justification": "made by step 3",
                  "kind": "external",
                  "properties": {
                    "kind": "waiver",
                    "owner": "platform team",
                    "until": "2027-01-31"
                  },
                  "status": "accepted"
                }
              ]
            }
          ],
          "tool": {
            "driver": {
              "name": "Runproof",
              "rules": [
                {
                  "defaultConfiguration": {
                    "level": "error"
                  },
                  "fullDescription": {
                    "text": "Every path."
                  },
                  "help": {
                    "markdown": "**What it checks**\n\nEvery path.\n\n**Why it matters**\n\nThe step cannot be done.\n\n**Example**\n\n````\n```bash\nscripts/x.sh\n```\n````\n\n**How to fix it**\n\nName the file that took its place.\n",
                    "text": "What it checks\n\nEvery path.\n\nWhy it matters\n\nThe step cannot be done.\n\nExample\n\n```bash\nscripts/x.sh\n```\n\nHow to fix it\n\nName the file that took its place.\n"
                  },
                  "id": "path-missing",
                  "name": "PathMissing",
                  "properties": {
                    "precision": "high",
                    "problem.severity": "error",
                    "tags": [
                      "runbook",
                      "documentation"
                    ]
                  },
                  "shortDescription": {
                    "text": "A file or folder that is not in the repository"
                  }
                }
              ],
              "semanticVersion": "0.1.0",
              "version": "0.1.0"
            }
          }
        }
      ],
      "version": "2.1.0"
    }
    "#);
}
