//! A review date cannot be read.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Span;
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
            // What is shown as code is the answer of a program: "Verified: `3 rows`".
            Err(DateProblem::Unreadable) if is_code(&context.runbook.runbook.text, field.span) => continue,
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

/// Whether a value is written as code.
fn is_code(text: &str, span: Span) -> bool {
    let before = text.get(..span.start as usize).unwrap_or_default();
    before.ends_with('`') || span.of(text).contains('`')
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;
    use crate::model::place::Span;

    #[test]
    fn an_answer_of_a_program_is_no_date() {
        let of = |text: &str| {
            let mut fixture = tree(&[]).says(text).reviewed("avatars");
            let field = fixture.runbook.metadata.reviewed.as_mut().expect("it was set");
            let at = text.find("avatars").expect("it is there");
            field.span = Span::new(at, at + "avatars".len());
            fixture.findings("review-date-unparsable").len()
        };
        assert_eq!((of("`avatars | t | 3`\n"), of("avatars | t\n")), (0, 1));
    }

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
