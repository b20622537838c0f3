//! A runbook was edited after the day that it declares.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Safety, Severity};
use crate::model::runbook::DateField;

/// Edits behind the declared day.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "stamp-behind-edit",
        summary: "The runbook was edited after the day on which it says it was last reviewed or updated",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "The newest commit that changed words, commands or links of the text is compared with the declared day, once it is more than \
                 three days later. Commits that changed form only (line breaks, markers of lists, widths of tables), commits of \
                 `.git-blame-ignore-revs`, and whatever came in the same commit as the day itself do not count. An edit less than 30 \
                 days after a review is worth a notice only.",
        matters: "The date covers words that were not there on that day.",
        example: "`**Last Verified:** 2026-01-10` above a command that was changed in March.",
        fix: "Walk through what changed and set the date. A date of the last update is set by `--fix`; a date of a review is not, since \
              only a review makes it true.",
    },
    check: Check::Current(check),
};

/// From so many days after a review on, an edit is a warning.
const LONG_AFTER: i64 = 30;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let metadata = &context.runbook.runbook.metadata;
    let Some(edit) = context.past.edited.get(&context.runbook.path) else {
        return;
    };
    // A bare `Date` may be that of a release or a decision.
    let is_dated = |field: &&DateField| field.date.is_ok() && !field.key.eq_ignore_ascii_case("date");
    let reviewed = metadata.reviewed.as_ref().filter(is_dated);
    let Some(field) = reviewed.or(metadata.updated.as_ref().filter(is_dated)) else {
        return;
    };
    let Ok(declared) = field.date else { return };
    let day = edit.date.date_naive();
    // Small corrections after a review are usual; that a text was changed long after it is not.
    let is_recent = reviewed.is_some() && (day - declared).num_days() < LONG_AFTER;
    // Only the day of an update becomes true by writing it.
    let fix = match reviewed {
        None if field.text == declared.to_string() => context.rewrite(field.span, &field.text, &day.to_string(), Safety::Safe),
        _ => None,
    };
    findings.push(Finding {
        severity: if is_recent { Severity::Info } else { Severity::Warning },
        message: format!(
            "`{}` says {declared}, and the text was edited in `{}` of {day}",
            field.key,
            edit.short_id()
        ),
        help: Some(match reviewed {
            Some(_) => "walk through what changed and set the date".to_owned(),
            None => "set the date of the last update".to_owned(),
        }),
        reference: Some(field.key.clone()),
        fix,
        related: vec![Related {
            path: context.runbook.path.clone(),
            place: None,
            message: format!("`{}`: {}", edit.short_id(), edit.subject),
        }],
        ..context.finding(&RULE.text, Some(field.span))
    });
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{commit, tree};

    #[test]
    fn an_edit_behind_the_day_of_a_review_is_reported_and_not_mended() {
        let mut fixture = tree(&[]).reviewed("2026-01-10");
        fixture
            .past
            .edited
            .insert(fixture.path.clone(), commit("abc1234", "2026-03-04"));
        assert_eq!(
            fixture.findings("stamp-behind-edit"),
            [
                "warning docs/runbook.md:1 `Last Reviewed`: `Last Reviewed` says 2026-01-10, and the text was edited in `abc1234` of 2026-03-04"
            ]
        );
        assert_eq!(fixture.fixed("stamp-behind-edit"), "");
    }

    #[test]
    fn a_correction_soon_after_a_review_is_worth_a_notice() {
        let mut fixture = tree(&[]).reviewed("2026-01-10");
        fixture
            .past
            .edited
            .insert(fixture.path.clone(), commit("abc1234", "2026-01-16"));
        assert!(fixture.findings("stamp-behind-edit")[0].starts_with("info "));
    }

    #[test]
    fn the_day_of_an_update_is_mended() {
        let mut fixture = tree(&[]).declaring("Last Updated", "2026-01-10");
        fixture
            .past
            .edited
            .insert(fixture.path.clone(), commit("abc1234", "2026-03-04"));
        assert_eq!(fixture.fixed("stamp-behind-edit"), "**Last Updated:** 2026-03-04\n");
    }

    #[test]
    fn without_such_an_edit_nothing_is_said() {
        assert!(tree(&[]).reviewed("2026-01-10").findings("stamp-behind-edit").is_empty());
    }
}
