//! Findings as SARIF 2.1.0, for code scanning of GitHub and for other stores of results.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::finding::{Confidence, Edit, Finding, Fix, RuleText, Severity, Suppression, SuppressionKind};
use crate::model::place::Place;
use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::uri::encoded;
use crate::report::visible::{escaped, visible};
use crate::report::words::sentence;

/// One run, with the rules and what was accepted.
pub(super) const FORMAT: Format = Format {
    name: "sarif",
    summary: "SARIF 2.1.0 with rules, fixes and what was accepted, for code scanning",
    write,
};

/// What paths are relative to. The base has a description and no address: where the checkout lies is nobody's business.
const ROOT: &str = "%SRCROOT%";

/// The name and version of what makes results comparable between runs.
const FINGERPRINT: &str = "runproofFinding/v1";

fn write(report: &Report, _: Style) -> String {
    let all = || report.findings.iter().chain(&report.suppressed);
    // A result needs a file. What concerns the repository as a whole, such as a history that is cut short, is told of the run instead.
    let results: Vec<Value> = all()
        .filter(|finding| !finding.path.is_empty())
        .map(|finding| result(report, finding))
        .collect();
    let notifications: Vec<Value> = all()
        .filter(|finding| finding.path.is_empty())
        .map(|finding| notification(report, finding))
        .collect();
    let mut invocation = json!({ "executionSuccessful": true });
    if !notifications.is_empty() {
        invocation["toolExecutionNotifications"] = notifications.into();
    }
    let mut properties = json!({
        "history": report.completeness,
        "runbooks": report.runbooks,
        "references": report.references,
    });
    if let Some(commit) = &report.commit {
        properties["commit"] = commit.as_str().into();
    }
    let output = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Runproof",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": "runproof/lint/" },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "invocations": [invocation],
            "properties": properties,
            "results": results,
        }],
    });
    let json = serde_json::to_string_pretty(&output).expect("strings and numbers are always JSON");
    escaped(&json) + "\n"
}

fn rule(rule: &RuleText) -> Value {
    let fenced = fenced(rule.example);
    json!({
        "id": rule.id,
        "name": pascal(rule.id),
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.checks },
        "defaultConfiguration": { "level": level(rule.severity) },
        "help": {
            "text": format!(
                "What it checks\n\n{}\n\nWhy it matters\n\n{}\n\nExample\n\n{}\n\nHow to fix it\n\n{}\n",
                rule.checks, rule.matters, rule.example, rule.fix
            ),
            "markdown": format!(
                "**What it checks**\n\n{}\n\n**Why it matters**\n\n{}\n\n**Example**\n\n{fenced}\n\n**How to fix it**\n\n{}\n",
                rule.checks, rule.matters, rule.fix
            ),
        },
        "properties": {
            "precision": match rule.confidence {
                Confidence::High => "high",
                Confidence::Medium => "medium",
            },
            "problem.severity": match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
            "tags": ["runbook", "documentation"],
        },
    })
}

fn result(report: &Report, finding: &Finding) -> Value {
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), finding.rule.into());
    if let Some(index) = rule_index(report, finding) {
        result.insert("ruleIndex".to_owned(), index.into());
    }
    result.insert("level".to_owned(), level(finding.severity).into());
    result.insert("message".to_owned(), message(&sentence(finding)));
    result.insert("locations".to_owned(), json!([location(&finding.path, finding.place)]));
    result.insert("partialFingerprints".to_owned(), json!({ FINGERPRINT: finding.fingerprint }));
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(index, related)| {
            let mut value = location(&related.path, related.place);
            value["id"] = (index + 1).into();
            value["message"] = message(&visible(&related.message));
            value
        });
        result.insert("relatedLocations".to_owned(), related.collect());
    }
    if let Some(fix) = &finding.fix {
        result.insert("fixes".to_owned(), json!([fix_of(fix)]));
    }
    if let Some(suppression) = &finding.suppression {
        result.insert("suppressions".to_owned(), json!([suppression_of(suppression)]));
    }
    let mut properties = json!({ "confidence": finding.confidence });
    if let Some(reference) = &finding.reference {
        properties["reference"] = reference.as_str().into();
    }
    if let Some(suggestion) = &finding.suggestion {
        properties["suggestion"] = suggestion.as_str().into();
    }
    result.insert("properties".to_owned(), properties);
    result.into()
}

fn notification(report: &Report, finding: &Finding) -> Value {
    let mut rule = json!({ "id": finding.rule });
    if let Some(index) = rule_index(report, finding) {
        rule["index"] = index.into();
    }
    json!({ "level": level(finding.severity), "message": message(&sentence(finding)), "associatedRule": rule })
}

fn rule_index(report: &Report, finding: &Finding) -> Option<usize> {
    report.rules.iter().position(|rule| rule.id == finding.rule)
}

/// A file, and where in it. A finding about a file as a whole stands at its first line: code scanning wants a line.
fn location(path: &str, place: Option<Place>) -> Value {
    let region = place.map_or_else(|| json!({ "startLine": 1 }), region);
    json!({ "physicalLocation": { "artifactLocation": artifact(path), "region": region } })
}

fn artifact(path: &str) -> Value {
    json!({ "uri": encoded(path), "uriBaseId": ROOT })
}

fn region(place: Place) -> Value {
    json!({
        "startLine": place.line.max(1),
        "startColumn": place.column.max(1),
        "endLine": place.end_line.max(1),
        "endColumn": place.end_column.max(1),
    })
}

fn fix_of(fix: &Fix) -> Value {
    let mut files: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        files.entry(&edit.path).or_default().push(edit);
    }
    let changes = files.into_iter().map(|(path, edits)| {
        let replacements = edits
            .into_iter()
            .map(|edit| json!({ "deletedRegion": region(edit.place), "insertedContent": { "text": edit.replacement } }));
        json!({ "artifactLocation": artifact(path), "replacements": replacements.collect::<Vec<_>>() })
    });
    json!({
        "description": message(&visible(&fix.message)),
        "artifactChanges": changes.collect::<Vec<_>>(),
        "properties": { "safety": fix.safety },
    })
}

fn suppression_of(suppression: &Suppression) -> Value {
    let kind = match suppression.kind {
        SuppressionKind::Ignore => "inSource",
        SuppressionKind::Waiver | SuppressionKind::Baseline => "external",
    };
    let mut value = json!({ "kind": kind, "status": "accepted", "properties": { "kind": suppression.kind } });
    if !suppression.reason.is_empty() {
        value["justification"] = visible(&suppression.reason).into();
    }
    if let Some(owner) = &suppression.owner {
        value["properties"]["owner"] = owner.as_str().into();
    }
    if let Some(until) = suppression.until {
        value["properties"]["until"] = until.to_string().into();
    }
    value
}

/// A plain text message. Viewers make links of `[text](target)`, which no words of a file may bring about.
fn message(text: &str) -> Value {
    json!({ "text": text.replace("](", "] (") })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// `path-missing` as `PathMissing`.
fn pascal(id: &str) -> String {
    id.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect()
}

/// A text as a code block, fenced by more backticks than stand in it.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}
