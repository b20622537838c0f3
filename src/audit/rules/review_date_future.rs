//! A review date lies in the future.

use crate::audit::reviewed::is_future;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Dates that cannot be yet.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "review-date-future",
        summary: "The review date of the runbook lies in the future",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "The date of the last review or update may be tomorrow at most; the day of grace covers the time zones. A date further ahead \
                 does not count as a review.",
        matters: "A review that has not happened keeps the runbook fresh for as long as nobody notices the slip.",
        example: "`last_reviewed_on: 2062-03-12`",
        fix: "Write the day of the last review. A planned review belongs into a field such as `next_review`.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let metadata = &context.runbook.runbook.metadata;
    for field in [&metadata.reviewed, &metadata.updated].into_iter().flatten() {
        let Ok(date) = field.date else {
            continue;
        };
        if is_future(date, context.clock.today) {
            findings.push(Finding {
                message: format!("`{}` is {date}, which lies in the future", field.key),
                help: Some("write the day of the last review; a planned one is `next_review`".to_owned()),
                reference: Some(field.text.clone()),
                ..context.finding(&RULE.text, Some(field.span))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;

    #[test]
    fn a_date_after_tomorrow_is_reported() {
        assert_eq!(
            tree(&[]).reviewed("2026-06-17").findings("review-date-future"),
            ["error docs/runbook.md:1 `2026-06-17`: `Last Reviewed` is 2026-06-17, which lies in the future"]
        );
    }

    #[test]
    fn tomorrow_is_today_somewhere() {
        assert!(tree(&[]).reviewed("2026-06-16").findings("review-date-future").is_empty());
    }

    #[test]
    fn a_future_date_does_not_keep_a_runbook_fresh() {
        let fixture = tree(&[]).reviewed("2026-12-01").touched("a", "2024-01-01");
        assert_eq!(fixture.findings("review-overdue").len(), 1);
    }
}
