//! Something that the runbook asks for again and again was not done in time.

use crate::audit::due::counted;
use crate::audit::duties::duties;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Duties that should have been done.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "duty-overdue",
        summary: "A recurring duty should have been done already",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "A text that says how often something recurs (monthly, every 90 days, a quarterly drill) and when it was last done, or \
                 when it is due next, is taken at its word: in columns such as Last and Next of a table, or in words such as \
                 `last rotated: 2026-05-01` beside it. Without such a date nothing is said. Duties that recur within a week are left \
                 to those who do them.",
        matters: "A key that was not rotated and a restore that was not tried are found out on the worst day.",
        example: "`Rotate the signing key every 90 days (last rotated: 2026-01-10)`, read in June.",
        fix: "Do it, and write the date down where the text has it.",
    },
    check: Check::Current(check),
};

/// Duties that recur sooner are not written down each time.
const LEAST_DAYS: u32 = 8;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    for duty in duties(runbook).into_iter().filter(|duty| duty.days >= LEAST_DAYS) {
        let Some(due) = duty.due else { continue };
        let days = (context.clock.today - due).num_days();
        if days <= 0 {
            continue;
        }
        let last = duty
            .last
            .map(|last| format!("; it was last done on {last}"))
            .unwrap_or_default();
        let span = runbook
            .schedules
            .iter()
            .map(|schedule| schedule.span)
            .find(|span| runbook.place(*span) == duty.place);
        findings.push(Finding {
            message: format!("{} was due on {due}, {} ago{last}", duty.what, counted(days, "day")),
            help: Some(format!("do it ({}), and write down the day", duty.interval)),
            reference: Some(duty.interval),
            ..context.finding(&RULE.text, span)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, day, tree};
    use crate::model::place::Span;
    use crate::model::runbook::{Declared, ReviewInterval, Schedule, ScheduleKind};

    fn rotation(days: u32, last: Option<&str>, next: Option<&str>) -> Fixture {
        let mut fixture = tree(&[]).says("Rotate the key every so often\n");
        fixture.runbook.schedules.push(Schedule {
            text: "every so often".to_owned(),
            kind: ScheduleKind::Recurring(days),
            span: Span::new(15, 29),
            what: "Rotate the key".to_owned(),
            last: last.map(day),
            next: next.map(day),
        });
        fixture
    }

    #[test]
    fn a_duty_whose_day_is_over_is_reported() {
        assert_eq!(
            rotation(90, Some("2026-03-01"), None).findings("duty-overdue"),
            [
                "warning docs/runbook.md:1 `every so often`: Rotate the key was due on 2026-05-30, 16 days ago; it was last done on 2026-03-01"
            ]
        );
        assert_eq!(rotation(90, None, Some("2026-06-14")).findings("duty-overdue").len(), 1);
    }

    #[test]
    fn the_due_day_itself_is_in_time_and_a_next_day_wins() {
        assert!(rotation(90, Some("2026-03-17"), None).findings("duty-overdue").is_empty());
        assert!(
            rotation(90, Some("2020-01-01"), Some("2026-07-01"))
                .findings("duty-overdue")
                .is_empty()
        );
    }

    #[test]
    fn without_a_date_nothing_is_said() {
        assert!(rotation(90, None, None).findings("duty-overdue").is_empty());
        assert!(rotation(1, Some("2026-01-01"), None).findings("duty-overdue").is_empty());
    }

    #[test]
    fn the_review_of_the_text_is_no_duty() {
        let mut fixture = rotation(90, Some("2026-03-01"), None);
        fixture.runbook.metadata.interval = Some(Declared {
            value: ReviewInterval::Months(3),
            span: Span::new(0, 29),
        });
        assert!(fixture.findings("duty-overdue").is_empty());
    }
}
