//! A change alters what a runbook names, and nobody looked at the runbook.

use std::cmp::Reverse;

use crate::audit::change::pair::{ChangeContext, Pair, is_archived};
use crate::audit::change::unit::{AlteredUnit, Weight, altered};
use crate::audit::due::is_critical;
use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::place::Place;

/// How many altered things a message names.
const NAMED: usize = 3;

/// Altered things whose runbook was not looked at.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "changed-not-reviewed",
        summary: "The change alters something that a runbook names, and nobody reviewed the runbook",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "With `--base` or `--staged`: whether the change alters the very thing that a runbook names - the target, script, job or service, \
                 apart from comments, form and pinned versions, or a whole file where nothing smaller is known - while the runbook was \
                 neither edited nor reviewed in the same change. An edit counts when it says something: blanks, line breaks and dates do \
                 not. A review counts when `runproof review` stamped the runbook, or when a commit of the change has a trailer \
                 `Runbook-Reviewed: PATH - reason`.\n\n\
                 It is an error for runbooks of high criticality, and for those about releases, rollbacks, restores, rotations and \
                 incidents; where the runbook only mentions a file and nobody runs it, it stays a warning. Documents, lock files, manifests of \
                 packages, generated files and files that change all the time do not count.",
        matters: "The reference still resolves, so nothing else notices: the command is there and does something else.",
        example: "A change of the recipe of `make rollback`, while `docs/rollback.md` still describes what it did before.",
        fix: "Read the steps that name it. Correct them, or say that they still hold: with `runproof review`, or with the trailer in a commit \
              message of the change.",
    },
    check: Check::Change(check),
};

fn check(context: &ChangeContext<'_>, findings: &mut Vec<Finding>) {
    for pair in context.pairs {
        if is_archived(pair) || is_looked_at(context, pair) {
            continue;
        }
        let mut units = altered(context, pair);
        // What matters most comes first, of several the first in the text.
        units.sort_by_key(|unit| Reverse(unit.weight));
        if let Some(worst) = units.first() {
            findings.push(finding(pair, worst, &units));
        }
    }
}

/// Whether somebody edited or reviewed a runbook with the change. A runbook that is new was written with it.
fn is_looked_at(context: &ChangeContext<'_>, pair: &Pair<'_>) -> bool {
    let Some(before) = &pair.before else { return true };
    let paths = [pair.path(), before.runbook.path.as_str()];
    !pair.says_the_same || paths.iter().any(|path| context.confirmed.contains(*path))
}

fn finding(pair: &Pair<'_>, worst: &AlteredUnit<'_>, units: &[AlteredUnit<'_>]) -> Finding {
    let mut names: Vec<String> = units.iter().take(NAMED).map(words_of).collect();
    let others = units.len() - names.len();
    if others > 0 {
        names.push(format!("{others} more"));
    }
    let path = pair.path();
    let is_sure = worst.weight >= Weight::Body;
    Finding {
        severity: if is_sure && is_critical(&pair.judged.runbook) {
            Severity::Error
        } else {
            Severity::Warning
        },
        confidence: if is_sure { Confidence::High } else { Confidence::Medium },
        message: format!(
            "this change alters {}, which the runbook names, and nobody edited or reviewed it",
            joined(&names)
        ),
        help: Some(format!(
            "edit the runbook, or run `runproof review {path}`, or add `Runbook-Reviewed: {path} - REASON` to a commit message of the change"
        )),
        related: units.iter().map(related).collect(),
        ..pair.about(&RULE.text, worst.reference)
    }
}

/// A unit in a sentence: its words, and its file where the words do not tell.
fn words_of(unit: &AlteredUnit<'_>) -> String {
    let words = &unit.reference.text;
    if words.contains(unit.file) {
        format!("`{words}`")
    } else {
        format!("`{words}` (`{}`)", unit.file)
    }
}

fn related(unit: &AlteredUnit<'_>) -> Related {
    let how = match unit.weight {
        Weight::Interface => "this change alters how it is called",
        Weight::Body => "this change alters what it does",
        Weight::Mention => "this change alters the file",
    };
    Related {
        path: unit.file.to_owned(),
        place: unit.line.map(Place::of_line),
        message: format!("`{}`: {how}", unit.reference.text),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::change::testing::{Changed, change};
    use crate::audit::testing::{Fixture, in_command, inline, link, make, makefile, tree};
    use crate::model::edition::FileText;
    use crate::model::finding::Severity;

    /// A runbook that calls two targets, and the same with another body of the first.
    fn targets() -> (Fixture, Fixture) {
        let before = tree(&[])
            .with(makefile("Makefile", &["rollback", "check"]))
            .naming(make("rollback", ""));
        let mut now = before.clone();
        let mut file = makefile("Makefile", &["rollback", "check"]);
        file.definitions[0].fingerprint = 2;
        now.define(file, 2);
        (before, now)
    }

    fn found(changed: &Changed) -> Vec<(Severity, String)> {
        let findings = changed.of("changed-not-reviewed");
        findings
            .into_iter()
            .map(|finding| (finding.severity, finding.message))
            .collect()
    }

    #[test]
    fn another_body_of_a_named_target_is_reported() {
        let (before, now) = targets();
        let message =
            "this change alters `make rollback` (`Makefile`), which the runbook names, and nobody edited or reviewed it";
        assert_eq!(found(&change(&before, &now)), [(Severity::Warning, message.to_owned())]);
    }

    #[test]
    fn it_is_an_error_for_a_critical_runbook() {
        let (mut before, mut now) = targets();
        for fixture in [&mut before, &mut now] {
            fixture.runbook.title = Some("Rollback".to_owned());
        }
        assert_eq!(found(&change(&before, &now))[0].0, Severity::Error);
    }

    #[test]
    fn another_target_of_the_same_file_is_silent() {
        let (before, mut now) = targets();
        let mut file = makefile("Makefile", &["rollback", "check"]);
        file.definitions[1].fingerprint = 2;
        now.define(file, 2);
        assert!(found(&change(&before, &now)).is_empty());
    }

    #[test]
    fn an_edit_that_says_something_is_a_review_and_form_is_none() {
        let (before, now) = targets();
        let mut edited = now.clone().says(&format!("{}\nMind the cache.\n", now.runbook.text));
        edited.give("docs/runbook.md", 4);
        assert!(found(&change(&before, &edited)).is_empty());
        let mut reflowed = now.clone().says(&format!("{}\n\n\n", now.runbook.text));
        reflowed.give("docs/runbook.md", 4);
        assert_eq!(found(&change(&before, &reflowed).saying_the_same()).len(), 1);
    }

    #[test]
    fn a_trailer_is_a_review() {
        let (before, now) = targets();
        let mut changed = change(&before, &now);
        changed.confirmed.insert("docs/runbook.md".to_owned());
        assert!(found(&changed).is_empty());
        changed.confirmed.clear();
        changed.confirmed.insert("docs/other.md".to_owned());
        assert_eq!(found(&changed).len(), 1);
    }

    #[test]
    fn whole_files_count_as_far_as_people_run_them() {
        let before = tree(&["scripts/a.sh", "src/b.py", "poetry.lock", "docs/c.md"])
            .naming(in_command("scripts/a.sh", ""))
            .naming(inline("src/b.py"))
            .naming(inline("poetry.lock"))
            .naming(link("c.md"));
        let altering = |path: &str| {
            let mut now = before.clone();
            now.give(path, 9);
            change(&before, &now)
        };
        assert_eq!(found(&altering("scripts/a.sh")).len(), 1);
        assert_eq!(found(&altering("src/b.py")).len(), 1);
        assert!(found(&altering("poetry.lock")).is_empty());
        assert!(found(&altering("docs/c.md")).is_empty());
        let mut same = altering("scripts/a.sh");
        let text = FileText {
            fingerprint: 1,
            is_generated: false,
        };
        same.texts.insert("scripts/a.sh".to_owned(), (text, text));
        assert!(found(&same).is_empty(), "comments are no change");
    }
}
