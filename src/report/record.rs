//! A lint as data: what `json` and `json-lines` are made of, and their published schema. Fields are added under the same schema name,
//! never changed and never taken away.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::finding::{Confidence, Edit, Finding, Fix, Related, Safety, Severity, Suppression, SuppressionKind};
use crate::model::freshness::ReferenceCounts;
use crate::model::history::Completeness;
use crate::model::place::Place;
use crate::model::report::Report;
use crate::report::words::count;

/// The name of the schema.
pub(super) const SCHEMA: &str = "runproof-lint/1";

/// The outcome of `runproof lint --format json`. Programs should pass over fields that they do not know: later versions add some.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Findings of runproof lint")]
pub(super) struct Output<'report> {
    /// The name of this schema, `runproof-lint/1`.
    schema: &'static str,
    /// What made it.
    tool: Tool,
    /// The commit that was judged, as 40 or 64 hex digits; null for a worktree.
    commit: Option<&'report str>,
    /// What is wrong, the worst first, then by file and place.
    findings: Vec<Item<'report>>,
    /// What is wrong but was accepted. It never counts.
    suppressed: Vec<Item<'report>>,
    /// The numbers.
    summary: Summary,
}

/// The program.
#[derive(Serialize, JsonSchema)]
struct Tool {
    /// Always `runproof`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// A finding. Lines and columns are 0 when it concerns the file as a whole.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub(super) struct Item<'report> {
    /// The id of the rule.
    rule: &'report str,
    /// How bad it is, after the settings.
    severity: Severity,
    /// How sure the rule is.
    confidence: Confidence,
    /// The file, relative to the root of the repository, `/` between parts; empty for the repository itself.
    path: &'report str,
    /// The first line, from 1.
    line: u32,
    /// The first column, from 1, counted in Unicode code points.
    column: u32,
    /// The last line.
    end_line: u32,
    /// The column after the last one.
    end_column: u32,
    /// The words in question, as the author wrote them.
    reference: Option<&'report str>,
    /// What is wrong, in one line.
    message: &'report str,
    /// What to do about it.
    help: Option<&'report str>,
    /// The words to put in place of `reference`.
    suggestion: Option<&'report str>,
    /// How to mend it by machine.
    fix: Option<FixItem<'report>>,
    /// Other places that explain it.
    related: Vec<RelatedItem<'report>>,
    /// Why it does not count although it is there; null for findings that count.
    suppression: Option<SuppressionItem<'report>>,
    /// What it is known again by when lines move; unique in a run.
    fingerprint: &'report str,
}

/// How to mend a finding by machine.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct FixItem<'report> {
    /// Whether it may be done without looking.
    safety: Safety,
    /// What it does, in one line.
    message: &'report str,
    /// The edits, which do not overlap.
    edits: Vec<EditItem<'report>>,
}

/// A piece of a file and what to put in its place. Where the beginning is the end, something is inserted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct EditItem<'report> {
    /// The file, relative to the root of the repository.
    path: &'report str,
    /// The first line, from 1.
    line: u32,
    /// The first column, from 1, counted in Unicode code points.
    column: u32,
    /// The last line.
    end_line: u32,
    /// The column after the last one.
    end_column: u32,
    /// What is written instead.
    replacement: &'report str,
}

/// Another place that explains a finding. Lines and columns are 0 when it is the file as a whole.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Related")]
struct RelatedItem<'report> {
    /// The file, relative to the root of the repository.
    path: &'report str,
    /// The first line, from 1.
    line: u32,
    /// The first column, from 1, counted in Unicode code points.
    column: u32,
    /// What is seen there.
    message: &'report str,
}

/// Why a finding does not count.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Suppression")]
struct SuppressionItem<'report> {
    /// Where it was decided.
    kind: SuppressionKind,
    /// Why; empty for a baseline.
    reason: &'report str,
    /// The role or team that answers for it.
    owner: Option<&'report str>,
    /// The last day on which it holds, as YYYY-MM-DD.
    until: Option<String>,
}

/// The numbers of a lint.
#[derive(Serialize, JsonSchema)]
pub(super) struct Summary {
    /// How many runbooks were judged.
    runbooks: u32,
    /// How many findings are errors.
    errors: usize,
    /// How many findings are warnings.
    warnings: usize,
    /// How many findings are notes.
    infos: usize,
    /// How many findings were accepted.
    suppressed: usize,
    /// How many runbooks are in each state: `fresh`, `due`, `not-checked`, `not-reviewed`, `unknown`, `stale`, `broken`. States without any
    /// are left out. Only `fresh` is good news.
    states: BTreeMap<&'static str, u32>,
    /// How the references of the runbooks came out.
    references: ReferenceCounts,
    /// How much of the history could be read.
    history: Completeness,
}

/// A whole report.
pub(super) fn output(report: &Report) -> Output<'_> {
    Output {
        schema: SCHEMA,
        tool: Tool {
            name: "runproof",
            version: env!("CARGO_PKG_VERSION"),
        },
        commit: report.commit.as_deref(),
        findings: report.findings.iter().map(item).collect(),
        suppressed: report.suppressed.iter().map(item).collect(),
        summary: summary(report),
    }
}

/// One finding.
pub(super) fn item(finding: &Finding) -> Item<'_> {
    let place = finding.place.unwrap_or_default();
    Item {
        rule: finding.rule,
        severity: finding.severity,
        confidence: finding.confidence,
        path: &finding.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        reference: finding.reference.as_deref(),
        message: &finding.message,
        help: finding.help.as_deref(),
        suggestion: finding.suggestion.as_deref(),
        fix: finding.fix.as_ref().map(fix),
        related: finding.related.iter().map(related).collect(),
        suppression: finding.suppression.as_ref().map(suppression),
        fingerprint: &finding.fingerprint,
    }
}

/// The numbers.
pub(super) fn summary(report: &Report) -> Summary {
    Summary {
        runbooks: report.runbooks,
        errors: count(report, Severity::Error),
        warnings: count(report, Severity::Warning),
        infos: count(report, Severity::Info),
        suppressed: report.suppressed.len(),
        states: report.states.iter().map(|(state, count)| (state.id(), *count)).collect(),
        references: report.references,
        history: report.completeness,
    }
}

fn fix(fix: &Fix) -> FixItem<'_> {
    FixItem {
        safety: fix.safety,
        message: &fix.message,
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn edit(edit: &Edit) -> EditItem<'_> {
    let Place {
        line,
        column,
        end_line,
        end_column,
    } = edit.place;
    EditItem {
        path: &edit.path,
        line,
        column,
        end_line,
        end_column,
        replacement: &edit.replacement,
    }
}

fn related(related: &Related) -> RelatedItem<'_> {
    let place = related.place.unwrap_or_default();
    RelatedItem {
        path: &related.path,
        line: place.line,
        column: place.column,
        message: &related.message,
    }
}

fn suppression(suppression: &Suppression) -> SuppressionItem<'_> {
    SuppressionItem {
        kind: suppression.kind,
        reason: &suppression.reason,
        owner: suppression.owner.as_deref(),
        until: suppression.until.map(|day| day.to_string()),
    }
}
