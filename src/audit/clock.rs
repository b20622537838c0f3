//! The clock of a repository that never set one: told once, not once for each runbook.

use crate::audit::due::is_archived;
use crate::model::edition::Past;
use crate::model::finding::Finding;
use crate::model::freshness::ReviewSource;
use crate::model::handbook::JudgedRunbook;

/// The rules about dates that every runbook without one sets off.
const WITHOUT_DATE: &[&str] = &["review-date-missing", "review-overdue"];

/// Takes what each runbook is told for want of a date, where no runbook of several carries one, and hands back one finding for all.
pub(crate) fn told_once(runbooks: &mut [JudgedRunbook], past: &Past) -> Option<Finding> {
    let current = || runbooks.iter().filter(|judged| !is_archived(&judged.runbook.runbook));
    let has_date = |judged: &JudgedRunbook| {
        let metadata = &judged.runbook.runbook.metadata;
        let fields = [&metadata.reviewed, &metadata.updated, &metadata.next_review];
        metadata.stamp.is_some() || fields.iter().any(|field| field.is_some()) || past.trailers.contains_key(&judged.runbook.path)
    };
    let count = current().count();
    if count < 2 || current().any(has_date) {
        return None;
    }
    let is_told =
        |finding: &Finding| WITHOUT_DATE.contains(&finding.rule) && finding.span.is_none() && finding.suppression.is_none();
    let worst = current()
        .flat_map(|judged| &judged.findings)
        .filter(|finding| is_told(finding))
        .max_by_key(|finding| (finding.severity, std::cmp::Reverse(finding.rule)))
        .cloned()?;
    let oldest = current()
        .filter_map(|judged| judged.freshness.reviewed.as_ref())
        .filter(|review| review.source == ReviewSource::Commit)
        .map(|review| review.on)
        .min();
    let oldest = oldest
        .map(|day| format!("; the oldest was last edited on {day}"))
        .unwrap_or_default();
    for judged in runbooks.iter_mut() {
        judged.findings.retain(|finding| !is_told(finding));
    }
    Some(Finding {
        path: String::new(),
        place: None,
        message: format!("none of the {count} runbooks says when it was last reviewed{oldest}"),
        help: Some("add a line such as `**Last reviewed:** YYYY-MM-DD` to each runbook that somebody walked through".to_owned()),
        reference: None,
        suggestion: None,
        fix: None,
        related: Vec::new(),
        ..worst
    })
}
