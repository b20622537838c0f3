//! What is wrong with a runbook, as its page says it: marks in the text, reasons in the panel, what was accepted, what recurs.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::finding::SuppressionKind;
use crate::model::handbook::JudgedRunbook;
use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::site::body::written::Body;
use crate::site::markup::{Markup, push_words};
use crate::site::pages::marked::mark_id;
use crate::site::pages::views::FindingView;
use crate::site::shared::Site;
use crate::site::words::{look_of, sentence};
use crate::site::{escape, sprite};

/// Findings that the twin lists. It has the count of all; `runproof lint` shows them.
pub(super) const MOST_FINDINGS: usize = 1_000;
/// Reasons that the panel shows before it refers to the list.
pub(super) const MOST_REASONS: usize = 12;
/// A finding with its place in the steps.
#[derive(Serialize)]
pub(super) struct FindingFacts<'site> {
    #[serde(flatten)]
    finding: FindingView<'site>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<StepName<'site>>,
    /// The element id of the mark in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<String>,
}

/// The step that holds the words in question.
#[derive(Clone, Serialize)]
pub(super) struct StepName<'site> {
    id: &'site str,
    number: String,
}

/// A finding that somebody accepted.
#[derive(Serialize)]
pub(super) struct AcceptedFacts<'site> {
    rule: &'site str,
    message: &'site str,
    line: Option<u32>,
    /// `ignore`, `waiver` or `baseline`.
    kind: SuppressionKind,
    why: &'site str,
    owner: Option<&'site str>,
    until: Option<NaiveDate>,
}

/// Something that recurs for good.
#[derive(Serialize)]
pub(super) struct DutyFacts<'site> {
    what: &'site str,
    interval: &'site str,
    last: Option<NaiveDate>,
    due: Option<NaiveDate>,
    line: u32,
}

/// How much there is of what the page lists the first of.
#[derive(Serialize)]
pub(super) struct Counts {
    findings: usize,
    accepted: usize,
    references: usize,
}

impl Counts {
    pub(super) fn of(judged: &JudgedRunbook) -> Self {
        let accepted = judged.findings.iter().filter(|finding| finding.suppression.is_some()).count();
        Self {
            findings: judged.findings.len() - accepted,
            accepted,
            references: judged.runbook.runbook.references.len(),
        }
    }
}

/// What was accepted, in the order of the findings.
pub(super) fn accepted(judged: &JudgedRunbook) -> Vec<AcceptedFacts<'_>> {
    let pairs = judged
        .findings
        .iter()
        .filter_map(|finding| Some((finding, finding.suppression.as_ref()?)));
    pairs
        .take(MOST_FINDINGS)
        .map(|(finding, suppression)| AcceptedFacts {
            rule: finding.rule,
            message: &finding.message,
            line: finding.place.map(|place| place.line),
            kind: suppression.kind,
            why: &suppression.reason,
            owner: suppression.owner.as_deref(),
            until: suppression.until,
        })
        .collect()
}

/// What the text says must be done again and again.
pub(super) fn duties(judged: &JudgedRunbook) -> Vec<DutyFacts<'_>> {
    let duties = judged.freshness.duties.iter();
    duties
        .map(|duty| DutyFacts {
            what: &duty.what,
            interval: &duty.interval,
            last: duty.last,
            due: duty.due,
            line: duty.place.line,
        })
        .collect()
}

/// The findings that count, worst first.
pub(super) fn findings<'site>(
    site: &Site,
    judged: &'site JudgedRunbook,
    body: &'site Body,
    marked: &[bool],
    most: usize,
) -> Vec<FindingFacts<'site>> {
    let runbook = &judged.runbook.runbook;
    judged
        .findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.suppression.is_none())
        .take(most)
        .map(|(index, finding)| FindingFacts {
            finding: FindingView::of(site, finding),
            step: finding.span.and_then(|span| step_at(runbook, body, span)),
            mark: marked[index].then(|| mark_id(index)),
        })
        .collect()
}

/// The reasons of the panel, worst first. `source` is where the file can be read, without a line; `root` the way to the root of the site.
pub(super) fn reasons(findings: &[FindingFacts<'_>], source: Option<&str>, root: &str) -> Markup {
    let mut html = String::with_capacity(findings.len() * 512);
    for facts in findings {
        reason(&mut html, facts, source, root);
    }
    Markup::vetted(&html)
}

fn reason(html: &mut String, facts: &FindingFacts<'_>, source: Option<&str>, root: &str) {
    let FindingFacts { finding, step, mark } = facts;
    let look = look_of(finding.severity.word());
    html.push_str("<li class=\"");
    html.push_str(look.map_or("none", |look| look.tone));
    html.push_str("\">");
    sprite::push_icon(html, look.map_or("none", |look| look.icon));
    html.push_str("<div><b>");
    push_words(html, &sentence(finding.message));
    html.push_str("</b>");
    let help = finding.help.unwrap_or_default();
    if !help.is_empty() {
        push_words(html, &sentence(help));
        html.push(' ');
    }
    if let Some(suggestion) = finding.suggestion.filter(|words| !words.is_empty() && !help.contains(words)) {
        html.push_str("Nearest match: <code>");
        escape::text(html, suggestion);
        html.push_str("</code>. ");
    }
    let link = |html: &mut String, before: &str, id: &str| {
        html.push_str("<a href=\"");
        html.push_str(before);
        escape::text(html, id);
    };
    if let Some(step) = step {
        link(html, "#", step.id);
        html.push_str("\">Step ");
        html.push_str(&step.number);
        html.push_str("</a>");
    }
    if let Some(line) = finding.line {
        if step.is_some() {
            html.push_str(", ");
        }
        let line_words = format!("{} {line}", if step.is_some() { "line" } else { "Line" });
        match (mark, source) {
            (Some(mark), _) => {
                link(html, "#", mark);
                html.push_str("\">");
            }
            (None, Some(source)) => {
                link(html, "", source);
                html.push_str(&format!("#L{line}\" rel=\"noopener noreferrer\">"));
            }
            (None, None) => {}
        }
        html.push_str(&line_words);
        if mark.is_some() || source.is_some() {
            html.push_str("</a>");
        }
    }
    if let Some(rule) = &finding.rule_url {
        if step.is_some() || finding.line.is_some() {
            html.push_str(" · ");
        }
        link(html, "", root);
        escape::text(html, rule);
        html.push_str("index.html\">");
        html.push_str(finding.rule);
        html.push_str("</a>");
    }
    html.push_str("</div></li>");
}

/// The innermost step that holds some words.
fn step_at<'site>(runbook: &Runbook, body: &'site Body, span: Span) -> Option<StepName<'site>> {
    // Steps stand in writing order, inner ones after the outer: the last one that holds the words is the innermost.
    let end = runbook.steps.partition_point(|step| step.span.start <= span.start);
    let index = (end.saturating_sub(64)..end)
        .rev()
        .find(|index| span.start < runbook.steps[*index].span.end)
        .filter(|index| !runbook.is_criterion(&runbook.steps[*index]))?;
    Some(StepName {
        id: body.step_ids().get(index)?,
        number: number(&runbook.steps[index].number),
    })
}

/// `3.2` for step 2 inside step 3.
pub(super) fn number(path: &[u64]) -> String {
    path.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}
