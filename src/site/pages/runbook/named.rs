//! What a runbook names, and what it demands, as its page lists them.

use serde::Serialize;

use crate::model::freshness::{Reason, Signal};
use crate::model::handbook::JudgedRunbook;
use crate::model::reference::Status;
use crate::model::runbook::{CriterionPurpose, Runbook, Threshold};
use crate::site::markup::{Markup, push_words};
use crate::site::words::look_of;
use crate::site::{escape, sprite};

/// References that a page lists. It has the count of all; `runproof refs` shows them.
const MOST_REFERENCES: usize = 1_000;

/// A reference and what it leads to.
#[derive(Serialize)]
pub(super) struct ReferenceFacts<'site> {
    kind: &'static str,
    text: &'site str,
    line: u32,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_line: Option<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_since_review: Option<bool>,
    /// Why a change of it counts for nothing, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_counted: Option<&'site str>,
}

/// The files that a runbook names and that changed since its review.
#[derive(Serialize)]
pub(super) struct ChangedFiles<'site> {
    files: usize,
    /// The first of them.
    names: Vec<&'site str>,
    more: usize,
    /// How many changes count against the text.
    counted: usize,
}

/// Changed files that the panel names.
const MOST_CHANGED: usize = 3;

/// A criterion, and the number that it asks for.
#[derive(Serialize)]
pub(super) struct CriterionFacts<'site> {
    text: &'site str,
    purpose: CriterionPurpose,
    line: u32,
    threshold: Option<&'site Threshold>,
}

/// The references of a runbook in writing order, as far as they are listed.
pub(super) fn references(judged: &JudgedRunbook) -> Vec<ReferenceFacts<'_>> {
    let runbook = &judged.runbook.runbook;
    runbook
        .references
        .iter()
        .zip(&judged.resolutions)
        .take(MOST_REFERENCES)
        .map(|(reference, resolution)| ReferenceFacts {
            kind: reference.kind.word(),
            text: &reference.text,
            line: runbook.lines.line(reference.span.start),
            status: resolution.status,
            target: resolution.target.as_deref(),
            target_line: resolution.target_line,
            reason: resolution.reason.to_string(),
            suggestion: resolution.suggestion.as_deref(),
            changed_since_review: resolution.changed_since_review,
            not_counted: (resolution.changed_since_review == Some(true))
                .then(|| not_counted(judged, resolution.target.as_deref()?))
                .flatten(),
        })
        .collect()
}

/// What changed since the review about things that stand in a file, with what it weighs.
fn changes<'judged>(judged: &'judged JudgedRunbook, target: &str) -> impl Iterator<Item = &'judged Reason> {
    let reasons = judged.freshness.reasons.iter();
    reasons.filter(move |reason| reason.signal == Signal::Evidence && reason.target.as_deref() == Some(target))
}

/// Why nothing that changed in a file counts, in the words of its first reason; none where something does, or nothing can be said.
fn not_counted<'judged>(judged: &'judged JudgedRunbook, target: &str) -> Option<&'judged str> {
    if changes(judged, target).any(|reason| reason.weight > 0) {
        return None;
    }
    let (_, why) = changes(judged, target).next()?.words.rsplit_once("(not counted: ")?;
    why.strip_suffix(')')
}

/// The files that a runbook names and that changed since its review, each once; none where none did.
pub(super) fn changed(judged: &JudgedRunbook) -> Option<ChangedFiles<'_>> {
    let mut names: Vec<&str> = Vec::new();
    let changed = judged
        .resolutions
        .iter()
        .filter(|resolution| resolution.changed_since_review == Some(true));
    for target in changed.filter_map(|resolution| resolution.target.as_deref()) {
        if !names.contains(&target) {
            names.push(target);
        }
    }
    let counted = names
        .iter()
        .filter(|name| changes(judged, name).any(|reason| reason.weight > 0))
        .count();
    let files = names.len();
    names.truncate(MOST_CHANGED);
    (files > 0).then(|| ChangedFiles {
        files,
        more: files - names.len(),
        names,
        counted,
    })
}

/// The rows of the table of references. They are written here, since there are many: by a template each would cost several times
/// as much.
pub(super) fn rows(references: &[ReferenceFacts<'_>]) -> Markup {
    let mut html = String::with_capacity(references.len() * 320);
    for reference in references {
        row(&mut html, reference);
    }
    Markup::vetted(&html)
}

fn row(html: &mut String, reference: &ReferenceFacts<'_>) {
    let id = reference.status.word();
    let look = look_of(id);
    html.push_str("<tr><td class=\"key-cell\">");
    code(html, reference.text);
    html.push_str("</td><td class=\"tag\"><span class=\"ref-status ");
    html.push_str(look.map_or("none", |look| look.tone));
    html.push_str("\">");
    sprite::push_icon(html, look.map_or("none", |look| look.icon));
    html.push(' ');
    html.push_str(look.map_or(id, |look| look.word));
    html.push_str("</span></td><td data-l=\"Line\">");
    html.push_str(&reference.line.to_string());
    html.push_str("</td><td data-l=\"Kind\">");
    html.push_str(reference.kind);
    html.push_str("</td><td>");
    if let Some(target) = reference.target.filter(|target| !target.is_empty()) {
        code(html, target);
        if let Some(line) = reference.target_line.filter(|line| *line > 0) {
            html.push_str(", line ");
            html.push_str(&line.to_string());
        }
        if !reference.reason.is_empty() {
            html.push_str(". ");
        }
    }
    push_words(html, &reference.reason);
    if let Some(suggestion) = reference.suggestion.filter(|suggestion| !suggestion.is_empty()) {
        html.push_str(" Nearest: ");
        code(html, suggestion);
    }
    if reference.changed_since_review == Some(true) {
        html.push_str(" <span class=\"muted\">changed since the review");
        if let Some(why) = reference.not_counted {
            html.push_str(", not counted: ");
            push_words(html, why);
        }
        html.push_str("</span>");
    }
    html.push_str("</td></tr>");
}

fn code(html: &mut String, words: &str) {
    html.push_str("<code>");
    escape::text(html, words);
    html.push_str("</code>");
}

/// The criteria of a runbook that are wanted.
pub(super) fn criteria(runbook: &Runbook, is_wanted: impl Fn(&Option<Threshold>) -> bool) -> Vec<CriterionFacts<'_>> {
    runbook
        .criteria
        .iter()
        .filter(|criterion| is_wanted(&criterion.threshold))
        .map(|criterion| CriterionFacts {
            text: &criterion.text,
            purpose: criterion.purpose,
            line: runbook.lines.line(criterion.span.start),
            threshold: criterion.threshold.as_ref(),
        })
        .collect()
}
