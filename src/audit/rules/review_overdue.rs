//! The review of a runbook is overdue.

use crate::audit::due::{counted, interval_in_words};
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::freshness::ReviewSource;

/// Reviews that should have been.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "review-overdue",
        summary: "The review of the runbook is overdue",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "A review lasts as long as the runbook says (`review_in: 6 months`), else as long as its criticality allows; runbooks about \
                 releases, rollbacks, restores, rotations and incidents are critical. The last review is the review date of the text, \
                 else its date of the last update, else its last commit. A declared date of the next review wins. The due day itself is \
                 in time.\n\n\
                 It is an error when a runbook of high criticality was not reviewed for more than twice its interval.",
        matters: "What was true when somebody last looked may not be true any more, and nobody has looked since.",
        example: "`Last Reviewed: 2025-01-10` in a rollback runbook, read in June.",
        fix: "Walk through the runbook, correct it, and set the review date to today. A change of the text without a review does not \
              count as one.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let clock = context.clock;
    let (Some(days), Some(due)) = (clock.overdue_days(), clock.due) else {
        return;
    };
    let metadata = &context.runbook.runbook.metadata;
    let review = clock.review.as_ref();
    let field = match review.map(|review| review.source) {
        Some(ReviewSource::Declared) => metadata.reviewed.as_ref(),
        Some(ReviewSource::Updated) => metadata.updated.as_ref(),
        Some(ReviewSource::Stamp | ReviewSource::Trailer | ReviewSource::Commit) | None => None,
    };
    let field = metadata.next_review.as_ref().or(field);
    let last = review.map_or_else(
        || "it was never reviewed".to_owned(),
        |review| match review.source {
            ReviewSource::Declared | ReviewSource::Stamp | ReviewSource::Trailer => format!("last reviewed on {}", review.on),
            ReviewSource::Updated => format!("last updated on {}, never reviewed", review.on),
            ReviewSource::Commit => format!("last edited on {}, with no review date", review.on),
        },
    );
    let is_critical = metadata
        .criticality
        .as_ref()
        .is_some_and(|criticality| matches!(criticality.value.as_str(), "critical" | "high"));
    let interval = review.map_or(0, |review| (due - review.on).num_days());
    let is_long_ago = is_critical && field.is_some() && interval > 0 && days > interval;
    // The day of an edit is called that, and never a review that was due.
    let is_announced = metadata.next_review.as_ref().is_some_and(|next| next.date == Ok(due));
    let message = match review.filter(|review| review.source == ReviewSource::Commit) {
        Some(edit) if !is_announced => format!(
            "nobody has reviewed it; last edited on {}, {} ago",
            edit.on,
            counted(days + interval, "day")
        ),
        _ => format!("the review was due on {due}, {} ago; {last}", counted(days, "day")),
    };
    findings.push(Finding {
        severity: if is_long_ago { Severity::Error } else { Severity::Warning },
        message,
        help: Some(format!(
            "walk through the runbook and set the review date; a review lasts {}",
            interval_in_words(clock.interval)
        )),
        reference: field.map(|field| field.text.clone()),
        ..context.finding(&RULE.text, field.map(|field| field.span))
    });
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{declared, tree};
    use crate::model::place::Span;
    use crate::model::runbook::{Declared, ReviewInterval};

    #[test]
    fn an_old_review_is_reported() {
        let fixture = tree(&[]).reviewed("2025-06-14");
        assert_eq!(
            fixture.findings("review-overdue"),
            ["warning docs/runbook.md:1 `2025-06-14`: the review was due on 2026-06-14, 1 day ago; last reviewed on 2025-06-14"]
        );
    }

    #[test]
    fn the_due_day_itself_is_in_time() {
        assert!(tree(&[]).reviewed("2025-06-15").findings("review-overdue").is_empty());
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let mut fixture = tree(&[]).reviewed("2025-12-15");
        fixture.runbook.metadata.interval = Some(Declared {
            value: ReviewInterval::Months(6),
            span: Span::default(),
        });
        assert!(fixture.findings("review-overdue").is_empty());
        assert_eq!(fixture.reviewed("2025-12-14").findings("review-overdue").len(), 1);
    }

    #[test]
    fn a_declared_next_review_wins() {
        let mut fixture = tree(&[]).reviewed("2020-01-01");
        fixture.runbook.metadata.next_review = Some(declared("Next review", "2027-01-01"));
        assert!(fixture.findings("review-overdue").is_empty());
    }

    #[test]
    fn an_edit_does_not_settle_a_review_that_was_announced() {
        let mut fixture = tree(&[]).touched("a", "2026-05-01");
        fixture.runbook.metadata.next_review = Some(declared("Next review", "2026-06-01"));
        let found = fixture.findings("review-overdue");
        assert_eq!(
            found,
            [
                "warning docs/runbook.md:1 `2026-06-01`: the review was due on 2026-06-01, 14 days ago; last edited on 2026-05-01, with no review date"
            ]
        );
        // A review of that day or later does.
        let fixture = fixture.reviewed("2026-06-01");
        assert!(fixture.findings("review-overdue").is_empty());
        let mut fixture = tree(&[]).touched("a", "2026-06-10");
        fixture.runbook.metadata.next_review = Some(declared("Next review", "2026-06-01"));
        assert_eq!(fixture.findings("review-overdue").len(), 1);
    }

    #[test]
    fn a_critical_runbook_must_be_reviewed_sooner() {
        let mut fixture = tree(&[]).reviewed("2026-03-01");
        assert!(fixture.findings("review-overdue").is_empty());
        fixture.runbook.title = Some("How to roll out a release".to_owned());
        assert_eq!(fixture.findings("review-overdue").len(), 1);
    }

    #[test]
    fn the_last_commit_counts_where_no_date_is_declared() {
        assert_eq!(
            tree(&[]).touched("a", "2025-01-01").findings("review-overdue"),
            ["warning docs/runbook.md:0: nobody has reviewed it; last edited on 2025-01-01, 530 days ago"]
        );
        assert!(tree(&[]).touched("a", "2026-01-01").findings("review-overdue").is_empty());
    }

    #[test]
    fn twice_the_interval_of_a_critical_runbook_is_an_error() {
        let mut fixture = tree(&[]).reviewed("2025-06-01");
        fixture.runbook.metadata.criticality = Some(Declared {
            value: "high".to_owned(),
            span: Span::default(),
        });
        assert!(fixture.findings("review-overdue")[0].starts_with("error "));
        assert!(fixture.reviewed("2025-10-01").findings("review-overdue")[0].starts_with("warning "));
    }
}
