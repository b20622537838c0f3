//! The date of the review was moved and nothing else, although what the runbook names had changed.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::edition::Edit;
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::freshness::ReviewSource;

/// Dates without a look.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "stamp-without-evidence",
        summary: "The review date was moved, and nothing shows that anybody looked",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        checks: "The last commit of the review date changed nothing else in the runbook, no stamp came with it, and something that the \
                 runbook names had changed before. Such a date counts for the clock, and clears no evidence.",
        matters: "More than half of all moved dates come without a change of the text. Some of them are reviews that found nothing to \
                  change; from the outside they look the same as dates that were moved to silence a reminder.",
        example: "`last_reviewed_on` moved to today, while `make deploy` had a new prerequisite for a month.",
        fix: "Run `runproof review` on the runbook: it shows what changed, and its stamp says that somebody looked.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let metadata = &context.runbook.runbook.metadata;
    let is_declared = context
        .clock
        .review
        .as_ref()
        .is_some_and(|review| review.source == ReviewSource::Declared);
    let Some(field) = metadata.reviewed.as_ref().filter(|_| is_declared) else {
        return;
    };
    let edits = context.past.edits.get(&context.runbook.path).map_or(&[][..], Vec::as_slice);
    let is_ignored = |edit: &Edit| context.past.history.ignored.contains(&edit.commit.id);
    let Some(edit) = edits.iter().find(|edit| edit.moved_date && !is_ignored(edit)) else {
        return;
    };
    // The evidence must be older than the date: what changed later is no fault of whoever moved it.
    let changed_before =
        |commits: &[std::sync::Arc<crate::model::history::Commit>]| commits.iter().any(|commit| commit.date < edit.commit.date);
    let had_drifted = context
        .drifts
        .iter()
        .filter(|drift| drift.weight > 0 && changed_before(drift.commits))
        .count();
    if edit.sections.is_empty() && had_drifted > 0 {
        let things = if had_drifted == 1 { "one thing" } else { "things" };
        findings.push(Finding {
            message: format!(
                "{} moved the date and nothing else, although {things} that the runbook names had changed",
                edit.commit.short_id()
            ),
            help: Some(format!(
                "`runproof review {}` shows what changed, and stamps it",
                context.runbook.path
            )),
            reference: Some(field.text.clone()),
            ..context.finding(&RULE.text, Some(field.span))
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, changed, commit};
    use crate::model::edition::Edit;

    fn fixture(sections: &[&str], changed_on: &str) -> Fixture {
        let mut fixture = changed(&["src/a.py"]).reviewed("2026-06-10");
        let touches = fixture
            .past
            .history
            .touches
            .get_mut("docs/runbook.md")
            .expect("it was touched");
        touches.insert(0, commit("b", "2026-06-10"));
        let moved = Edit {
            commit: commit("b", "2026-06-10"),
            sections: sections.iter().map(|section| (*section).to_owned()).collect(),
            moved_date: true,
        };
        let written = Edit {
            commit: commit("a", "2026-06-01"),
            sections: [String::new()].into(),
            moved_date: true,
        };
        fixture.past.edits.insert(fixture.path.clone(), vec![moved, written]);
        let key = ("docs/runbook.md".to_owned(), "path src/a.py".to_owned());
        fixture.past.changes.insert(key, vec![commit("c", changed_on)]);
        fixture
    }

    #[test]
    fn a_date_that_was_moved_alone_is_told() {
        assert_eq!(
            fixture(&[], "2026-06-05").findings("stamp-without-evidence"),
            [
                "info docs/runbook.md:1 `2026-06-10`: b moved the date and nothing else, although one thing that the runbook names had changed"
            ]
        );
    }

    #[test]
    fn what_changed_later_is_no_fault_of_the_date() {
        assert!(fixture(&[], "2026-06-12").findings("stamp-without-evidence").is_empty());
    }

    #[test]
    fn an_edit_of_the_text_is_a_look() {
        assert!(
            fixture(&["steps"], "2026-06-05")
                .findings("stamp-without-evidence")
                .is_empty()
        );
    }
}
