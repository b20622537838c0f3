//! The review of a runbook is due soon.

use crate::audit::due::counted;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::freshness::ReviewSource;

/// Reviews that are due soon.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "review-due-soon",
        summary: "The review of the runbook is due soon",
        severity: Severity::Info,
        confidence: Confidence::High,
        checks: "The due day of the next review lies at most `notice-days` ahead, 14 without configuration.",
        matters: "There is still time to plan the review before the runbook counts as stale.",
        example: "A critical runbook that was reviewed 80 days ago.",
        fix: "Plan the review. Nothing is wrong yet.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(days), Some(due)) = (context.clock.days_left(), context.clock.due) else {
        return;
    };
    let metadata = &context.runbook.runbook.metadata;
    let review = context.clock.review.as_ref();
    // The day of an edit is no review, so that no next one follows from it.
    if metadata.next_review.is_none() && review.is_some_and(|review| review.source == ReviewSource::Commit) {
        return;
    }
    let when = if days == 0 {
        "today".to_owned()
    } else {
        format!("on {due}, in {}", counted(days, "day"))
    };
    let field = metadata.next_review.as_ref().or(metadata.reviewed.as_ref());
    findings.push(Finding {
        message: format!("the next review is due {when}"),
        reference: field.map(|field| field.text.clone()),
        ..context.finding(&RULE.text, field.map(|field| field.span))
    });
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;

    #[test]
    fn a_review_within_the_notice_is_told() {
        assert_eq!(
            tree(&[]).reviewed("2025-06-20").findings("review-due-soon"),
            ["info docs/runbook.md:1 `2025-06-20`: the next review is due on 2026-06-20, in 5 days"]
        );
        assert_eq!(
            tree(&[]).reviewed("2025-06-15").findings("review-due-soon"),
            ["info docs/runbook.md:1 `2025-06-15`: the next review is due today"]
        );
    }

    #[test]
    fn a_review_that_is_far_away_or_overdue_is_not() {
        assert!(tree(&[]).reviewed("2025-06-30").findings("review-due-soon").is_empty());
        assert!(tree(&[]).reviewed("2025-06-14").findings("review-due-soon").is_empty());
    }

    #[test]
    fn an_edit_makes_no_review_due() {
        assert!(tree(&[]).touched("a", "2025-06-20").findings("review-due-soon").is_empty());
    }
}
