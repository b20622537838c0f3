//! A review date cannot be read.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::runbook::DateProblem;

/// Dates in no form that is known.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "review-date-unparsable",
        summary: "The review date of the runbook cannot be read",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Dates are read as `2026-03-12`, `12 March 2026`, `March 12, 2026` and their short forms. A date such as `03/04/2026` may be \
                 the third of April or the fourth of March and is not guessed.",
        matters: "A date that cannot be read is no review date: the runbook counts as edited only.",
        example: "**Last verified:** 03/04/2026",
        fix: "Write the date as YYYY-MM-DD.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let metadata = &context.runbook.runbook.metadata;
    for field in [&metadata.reviewed, &metadata.updated, &metadata.next_review]
        .into_iter()
        .flatten()
    {
        let why = match field.date {
            Ok(_) | Err(DateProblem::Empty) => continue,
            Err(DateProblem::Ambiguous) => "may be read in two ways",
            Err(DateProblem::Unreadable) => "is no date in a form that is known",
        };
        findings.push(Finding {
            message: format!("`{}` of `{}` {why}", field.text, field.key),
            help: Some("write the date as YYYY-MM-DD".to_owned()),
            reference: Some(field.text.clone()),
            ..context.finding(&RULE.text, Some(field.span))
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;

    #[test]
    fn a_date_in_no_known_form_is_reported() {
        assert_eq!(
            tree(&[]).reviewed("last spring").findings("review-date-unparsable"),
            ["warning docs/runbook.md:1 `last spring`: `last spring` of `Last Reviewed` is no date in a form that is known"]
        );
    }

    #[test]
    fn a_date_and_an_empty_field_are_not() {
        assert!(tree(&[]).reviewed("2026-06-01").findings("review-date-unparsable").is_empty());
        assert!(tree(&[]).reviewed("").findings("review-date-unparsable").is_empty());
    }
}
