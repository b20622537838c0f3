//! A change moves the date of the review and nothing else.

use crate::audit::change::pair::{ChangeContext, is_archived};
use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Dates that are moved alone.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "date-only-changed",
        summary: "The change moves the date of the review and nothing else",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "With `--base` or `--staged`: a runbook of which the change moves the date of the review or of the update to a later day, \
                 while its words stay the same and no stamp comes with the date. It is a warning where the date makes an overdue runbook \
                 look fresh, or where something that the runbook names is not there; otherwise it is a note.",
        matters: "A date can be moved without a look at the text. From then on everybody trusts steps that nobody walked through.",
        example: "`last_reviewed_on` moves from 2024-01-10 to today in a change that touches nothing else.",
        fix: "Walk through the runbook and run `runproof review` on it: the stamp says what somebody looked at.",
    },
    check: Check::Change(check),
};

fn check(context: &ChangeContext<'_>, findings: &mut Vec<Finding>) {
    for pair in context.pairs {
        let Some(before) = pair.before.as_ref().filter(|_| pair.says_the_same && !is_archived(pair)) else {
            continue;
        };
        let (old, new) = (&before.runbook.runbook.metadata, &pair.judged.runbook.runbook.metadata);
        let has_new_stamp = new.stamp.is_some() && new.stamp != old.stamp;
        if has_new_stamp || context.confirmed.contains(pair.path()) {
            continue;
        }
        let moved = [(&old.reviewed, &new.reviewed), (&old.updated, &new.updated)]
            .into_iter()
            .find_map(|(old, new)| {
                let (before, field) = (old.as_ref()?.date.ok()?, new.as_ref()?);
                let now = field.date.ok()?;
                (now > before).then_some((before, now, field))
            });
        let Some((was, now, field)) = moved else { continue };
        let is_broken = !pair.broken_spans().is_empty();
        // By the date alone a review that was overdue is in time.
        let interval = pair.judged.freshness.due.map(|due| due - now);
        let was_overdue = interval.is_some_and(|interval| interval.num_days() > 0 && was + interval < now);
        findings.push(Finding {
            severity: if is_broken || was_overdue {
                Severity::Warning
            } else {
                Severity::Info
            },
            message: format!("only the date was changed, from {was} to {now}"),
            help: Some(format!(
                "walk through the runbook; `runproof review {}` stamps what was looked at",
                pair.path()
            )),
            place: Some(pair.judged.runbook.runbook.place(field.span)),
            span: Some(field.span),
            reference: Some(field.text.clone()),
            ..Finding::of(&RULE.text, pair.path())
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::change::testing::change;
    use crate::audit::testing::tree;

    fn findings(before: &str, now: &str) -> Vec<String> {
        let of = |date: &str| tree(&[]).says("Words.\n").reviewed(date);
        let found = change(&of(before), &of(now)).saying_the_same().of("date-only-changed");
        let told = found
            .iter()
            .map(|finding| format!("{:?} {}", finding.severity, finding.message));
        told.map(|told| told.to_lowercase()).collect()
    }

    #[test]
    fn a_date_that_moves_alone_is_told() {
        let told = findings("2024-01-10", "2026-05-20");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("only the date was changed, from 2024-01-10 to 2026-05-20"),
            "{told:?}"
        );
        assert!(told[0].starts_with("warning"), "{told:?}");
    }

    #[test]
    fn a_date_that_stays_or_goes_back_is_not() {
        assert!(findings("2026-05-20", "2026-05-20").is_empty());
        assert!(findings("2026-05-20", "2026-05-10").is_empty());
    }
}
