//! A runbook does not say when it was last reviewed.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::freshness::ReviewSource;
use crate::model::runbook::DateProblem;

/// Runbooks without a date.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "review-date-missing",
        summary: "The runbook does not say when it was last reviewed",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "A runbook should carry a date of its last review: `last_reviewed_on` in the front matter, or a line such as \
                 `**Last reviewed:** 2026-03-12`. A date of the last update counts as well. A label without a value is reported at its \
                 place.\n\n\
                 Where the last edit lies so far back that a review is overdue, `review-overdue` says so, and once is enough.",
        matters: "Without it nobody knows whether the steps were ever tried as they stand. The date of the last commit only says when \
                  somebody touched the file.",
        example: "**Last verified:** _pending_",
        fix: "Add the date when somebody walked through the runbook, as YYYY-MM-DD, or stamp it with `runproof review`. \
              No fix writes one: an edit is no review.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let metadata = &context.runbook.runbook.metadata;
    let known = match context.clock.review.as_ref() {
        Some(review) if review.source == ReviewSource::Commit => format!("it was last edited on {}", review.on),
        _ => "history does not tell when it was last edited".to_owned(),
    };
    let help = Some("add a line such as `**Last reviewed:** YYYY-MM-DD`".to_owned());
    let empty = [&metadata.reviewed, &metadata.updated]
        .into_iter()
        .flatten()
        .find(|field| field.date == Err(DateProblem::Empty));
    let has_date = [&metadata.reviewed, &metadata.updated, &metadata.next_review]
        .into_iter()
        .flatten()
        .any(|field| field.date != Err(DateProblem::Empty));
    // Where the last edit lies so far back that a review is overdue, that is said, and once is enough.
    if has_date || empty.is_none() && context.clock.overdue_days().is_some() {
        return;
    }
    match empty {
        Some(field) => findings.push(Finding {
            message: format!("`{}` has no date; {known}", field.key),
            help,
            reference: Some(field.key.clone()),
            ..context.finding(&RULE.text, Some(field.span))
        }),
        None => findings.push(Finding {
            message: format!("there is no review date; {known}"),
            help,
            ..context.finding(&RULE.text, None)
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;

    #[test]
    fn a_runbook_without_a_date_is_reported_with_its_last_edit() {
        assert_eq!(
            tree(&[]).touched("a", "2026-05-01").findings("review-date-missing"),
            ["warning docs/runbook.md:0: there is no review date; it was last edited on 2026-05-01"]
        );
    }

    #[test]
    fn no_fix_makes_a_review_of_an_edit() {
        let fixture = tree(&[]).touched("a", "2026-05-01").says("# Title\n");
        assert_eq!(fixture.fixed("review-date-missing"), "# Title\n");
    }

    #[test]
    fn a_label_without_a_date_is_reported_at_its_place() {
        assert_eq!(
            tree(&[]).reviewed("").findings("review-date-missing"),
            [
                "warning docs/runbook.md:1 `Last Reviewed`: `Last Reviewed` has no date; history does not tell when it was last edited"
            ]
        );
    }

    #[test]
    fn a_date_of_the_last_update_is_enough() {
        assert!(tree(&[]).updated("2026-05-01").findings("review-date-missing").is_empty());
        assert!(tree(&[]).reviewed("some day").findings("review-date-missing").is_empty());
    }
}
