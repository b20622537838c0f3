//! What a runbook names changed since its last review.

use crate::audit::evidence::{self, Drift, since};
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::freshness::ReviewSource;

/// Things that changed in a way that matters.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "source-drifted",
        summary: "What the runbook names changed since its last review",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Each thing that the runbook names is compared with what it was: by the stamp that `runproof review` wrote, else by the \
                 commit of the last review, else by the commit that last edited the section. Comments, form, pinned versions, lock files, \
                 generated and vendored files do not count, nor do other parts of the same file.\n\n\
                 A change of what users see (prerequisites, inputs, defaults) weighs 3, of the body of a named thing 2, of a file that \
                 is named as a whole 1. A sum of 1 makes the review due, one of 3 makes the runbook stale. A commit that moves only the \
                 date of the review looked at nothing.\n\n\
                 It is a notice only where a file is named as a whole, and where nobody ever said that the text was reviewed.",
        matters: "The steps were right when somebody last looked. Since then the very thing that they call became another one.",
        example: "`make deploy` waits for a second approval since last week; the release runbook was reviewed in spring.",
        fix: "Read what changed, correct the runbook where it is wrong, and run `runproof review` on it. A commit whose message says \
              `Runbook-Reviewed: docs/release.md` counts as well.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for drift in context.drifts.iter().filter(|drift| drift.weight > 0) {
        findings.push(finding(context, drift));
    }
}

fn finding(context: &Context<'_>, drift: &Drift<'_>) -> Finding {
    let weight = match drift.weight {
        3 => "what its users see, which weighs 3 of 3",
        2 => "the body of a thing that is named, which weighs 2 of 3",
        _ => "a file that is named as a whole, which weighs 1 of 3",
    };
    let subjects = drift.commits.iter().take(3).map(|commit| Related {
        path: drift.unit.target.to_owned(),
        place: None,
        message: format!("{} {}: {}", evidence::day(commit), commit.short_id(), commit.subject),
    });
    let is_confirmed = context.clock.review.as_ref().is_some_and(|review| {
        let claims = [ReviewSource::Stamp, ReviewSource::Declared, ReviewSource::Trailer];
        claims.contains(&review.source)
    });
    Finding {
        severity: if is_confirmed && drift.weight > 1 {
            Severity::Warning
        } else {
            Severity::Info
        },
        message: evidence::words(drift, &since(context.runbook, context.clock.review.as_ref())),
        help: Some(format!(
            "it is {weight}; look at it, then run `runproof review {}`",
            context.runbook.path
        )),
        related: subjects.collect(),
        ..context.about(&RULE.text, drift.reference)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::audit::testing::{changed, commit, content, make, makefile, tree};
    use crate::model::edition::Edit;

    fn drifted(fixture: &crate::audit::testing::Fixture) -> Vec<String> {
        fixture.findings("source-drifted")
    }

    #[test]
    fn a_changed_file_is_reported_with_the_commits() {
        let mut fixture = changed(&["src/a.py"]);
        assert_eq!(
            drifted(&fixture),
            ["info docs/runbook.md:1 `src/a.py`: `src/a.py` changed since the review of 2026-06-01"]
        );
        let key = ("docs/runbook.md".to_owned(), "path src/a.py".to_owned());
        fixture.past.changes.insert(key, vec![commit("abcdef0123", "2026-06-02")]);
        assert!(
            drifted(&fixture)[0].contains("`src/a.py` changed in abcdef0 since"),
            "{:?}",
            drifted(&fixture)
        );
        fixture.past.history.ignored.insert("abcdef0123".to_owned());
        assert!(drifted(&fixture).is_empty(), "the repository says to ignore the commit");
    }

    #[test]
    fn a_changed_target_says_what_changed() {
        let mut before = makefile("Makefile", &["check"]);
        let mut fixture = changed(&["Makefile"]).with(before.clone()).naming(make("check", ""));
        fixture.past.definitions.insert(content(1), Arc::new(before.clone()));
        assert!(drifted(&fixture).is_empty(), "another target of the file changed");
        before.definitions[0].fingerprint = 2;
        fixture.past.definitions.insert(content(1), Arc::new(before));
        assert_eq!(
            drifted(&fixture),
            [
                "warning docs/runbook.md:2 `make check`: `make check` in `Makefile` changed since the review of 2026-06-01: prerequisites or recipe"
            ]
        );
    }

    #[test]
    fn where_nobody_confirmed_the_text_it_is_a_notice() {
        let mut before = makefile("Makefile", &["check"]);
        before.definitions[0].fingerprint = 2;
        let mut fixture = changed(&["Makefile"])
            .with(makefile("Makefile", &["check"]))
            .naming(make("check", ""));
        fixture.past.definitions.insert(content(1), Arc::new(before));
        assert!(drifted(&fixture)[0].starts_with("warning "));
        fixture.runbook.metadata.reviewed = None;
        assert!(drifted(&fixture)[0].starts_with("info "), "{:?}", drifted(&fixture));
    }

    #[test]
    fn what_does_not_count_is_silent() {
        let silent = [
            "docs/other.md", "CHANGELOG.md", "Cargo.lock", "vendor/a.py", "img/a.png", "docs/b.html.md.erb",
        ];
        assert!(drifted(&changed(&silent)).is_empty());
        assert!(drifted(&tree(&["src/a.py"]).reviewed("2026-06-01")).is_empty());
        let mut churning = changed(&["src/a.py"]);
        churning.past.churning.insert("src/a.py".to_owned());
        assert!(drifted(&churning).is_empty());
    }

    #[test]
    fn an_edit_of_the_section_clears_it_and_a_moved_date_does_not() {
        let edit = |sections: &[&str], moved_date| Edit {
            commit: commit("b", "2026-06-10"),
            sections: sections.iter().map(|section| (*section).to_owned()).collect(),
            moved_date,
        };
        let written = Edit {
            commit: commit("a", "2026-06-01"),
            sections: [String::new()].into(),
            moved_date: false,
        };
        let mut fixture = changed(&["src/a.py"]);
        let now = fixture.past.now.clone();
        fixture.past.contents.insert("b".to_owned(), now.into_iter().collect());
        for (later, count) in [(edit(&[""], false), 0), (edit(&["other"], false), 1), (edit(&[], true), 1)] {
            fixture.past.edits.insert(fixture.path.clone(), vec![later, written.clone()]);
            assert_eq!(drifted(&fixture).len(), count);
        }
        // The date was moved to the day of the commit that moved it.
        let mut fixture = fixture.reviewed("2026-06-10");
        fixture
            .past
            .history
            .touches
            .get_mut("docs/runbook.md")
            .expect("it was touched")
            .insert(0, commit("b", "2026-06-10"));
        assert_eq!(drifted(&fixture).len(), 1);
    }
}
