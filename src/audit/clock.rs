//! The clock of a repository that never set one: told once, not once for each runbook.

use crate::audit::due::is_archived;
use crate::model::edition::Past;
use crate::model::finding::Finding;
use crate::model::freshness::ReviewSource;
use crate::model::handbook::JudgedRunbook;

/// The rules that say how long ago a review was, or how soon one is due. What they say is in the state of a runbook and its reason, too.
pub(crate) const REVIEWS: &[&str] = &["review-due-soon", "review-overdue"];

/// The rules about dates that every runbook without one sets off.
const WITHOUT_DATE: &[&str] = &["review-date-missing", "review-overdue"];

/// The beginning of the ids of all rules about dates of review.
const CLOCK: &str = "review-";
/// Rules about dates of review that do not begin so, and about who answers for a runbook.
const CLOCK_TOO: &[&str] = &[
    "owner-missing", "owner-unknown", "stamp-behind-edit", "stamp-without-evidence",
];

/// One runbook of so many may carry a date where hardly any does.
const HARDLY_ANY: usize = 5;

/// Whether a rule is about dates of review, or about who answers for a runbook.
pub(crate) fn is_of_clock(rule: &str) -> bool {
    rule.starts_with(CLOCK) || CLOCK_TOO.contains(&rule)
}

/// Takes what each runbook without a date is told for want of one, where hardly any runbook of several carries one, and hands back one
/// finding for all.
pub(crate) fn told_once(runbooks: &mut [JudgedRunbook], past: &Past) -> Option<Finding> {
    let current = || runbooks.iter().filter(|judged| !is_archived(&judged.runbook.runbook));
    let has_date = |judged: &JudgedRunbook| {
        let metadata = &judged.runbook.runbook.metadata;
        let fields = [&metadata.reviewed, &metadata.updated, &metadata.next_review];
        metadata.stamp.is_some() || fields.iter().any(|field| field.is_some()) || past.trailers.contains_key(&judged.runbook.path)
    };
    let count = current().count();
    let dated = current().filter(|judged| has_date(judged)).count();
    if count < 2 || dated * HARDLY_ANY > count {
        return None;
    }
    let is_told =
        |finding: &Finding| WITHOUT_DATE.contains(&finding.rule) && finding.span.is_none() && finding.suppression.is_none();
    let undated = || current().filter(|judged| !has_date(judged));
    let worst = undated()
        .flat_map(|judged| &judged.findings)
        .filter(|finding| is_told(finding))
        .max_by_key(|finding| (finding.severity, std::cmp::Reverse(finding.rule)))
        .cloned()?;
    let oldest = undated()
        .filter_map(|judged| judged.freshness.reviewed.as_ref())
        .filter(|review| review.source == ReviewSource::Commit)
        .map(|review| review.on)
        .min();
    let oldest = oldest
        .map(|day| format!("; the oldest was last edited on {day}"))
        .unwrap_or_default();
    let message = match dated {
        0 => format!("none of the {count} runbooks says when it was last reviewed{oldest}"),
        1 => format!("only 1 of the {count} runbooks says when it was last reviewed{oldest}"),
        _ => format!("only {dated} of the {count} runbooks say when they were last reviewed{oldest}"),
    };
    for judged in runbooks.iter_mut().filter(|judged| !has_date(judged)) {
        judged.findings.retain(|finding| !is_told(finding));
    }
    Some(Finding {
        path: String::new(),
        place: None,
        message,
        help: Some("add a line such as `**Last reviewed:** YYYY-MM-DD` to each runbook that somebody walked through".to_owned()),
        reference: None,
        suggestion: None,
        fix: None,
        related: Vec::new(),
        ..worst
    })
}

#[cfg(test)]
mod tests {
    use super::told_once;
    use crate::audit::testing::{Fixture, tree};

    /// What is told once of so many runbooks without a date and one with a date, and how many findings for want of a date are left.
    fn told(undated: usize, dated: usize) -> (Option<String>, usize) {
        let edited = || tree(&[]).touched("a", "2026-05-01");
        let fixtures = (0..undated)
            .map(|_| edited())
            .chain((0..dated).map(|_| edited().updated("2026-05-01")));
        let mut runbooks: Vec<_> = fixtures.map(|fixture: Fixture| fixture.judged()).collect();
        let past = edited().past;
        let once = told_once(&mut runbooks, &past).map(|finding| finding.message);
        let left = runbooks.iter().flat_map(|judged| &judged.findings);
        (once, left.filter(|finding| finding.rule == "review-date-missing").count())
    }

    #[test]
    fn a_repository_without_dates_is_told_once() {
        let (once, left) = told(3, 0);
        let once = once.unwrap_or_default();
        assert!(once.starts_with("none of the 3 runbooks says"), "{once}");
        assert_eq!(left, 0);
    }

    #[test]
    fn hardly_any_date_is_told_once_as_well() {
        let (once, left) = told(4, 1);
        let once = once.unwrap_or_default();
        assert!(once.starts_with("only 1 of the 5 runbooks says"), "{once}");
        assert_eq!(left, 0);
    }

    #[test]
    fn where_many_carry_a_date_each_that_does_not_is_told() {
        assert_eq!(told(3, 1), (None, 3));
        assert_eq!(told(1, 0), (None, 1));
    }
}
