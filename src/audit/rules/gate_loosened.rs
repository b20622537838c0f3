//! A change lets a runbook ask for less.

use crate::audit::asked;
use crate::audit::change::demands::{Less, OF_TIME, less};
use crate::audit::change::gates::loosened;
use crate::audit::change::pair::ChangeContext;
use crate::audit::rule::{Check, Rule};
use crate::model::declaration::{Declaration, DeclarationKind};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::gate::Gate;
use crate::model::place::Place;

/// Demands that a change loosens.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "gate-loosened",
        summary: "The change lets a gate or a rollback criterion ask for less",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "With `--base` or `--staged`, the thresholds, rollback criteria, sign-offs and archives of every runbook are compared with those \
                 before the change: a lower number where at least so much was asked for, a higher one where at most so much was, a number that \
                 is gone or became vague words, a condition that was added, a role or a kept file that was dropped, a shorter window, a look that \
                 is left out. Numbers compare in one unit; moving text is nothing, and tightening is never reported. The gates of the \
                 settings are compared key by key: thresholds, counts, `required`, `roles`, `max-age`, `window`, `expect`, `tool`, `when`.",
        matters: "Coverage 80 to 60, an error rate of 1 % to 5 %: one digit decides what may be released, and a review of many lines passes over it.",
        example: "A change of `lines ≥ 80 %` to `lines ≥ 60 %` in the table of gates.",
        fix: "Restore the demand, or say in the change why less is enough, and waive the finding.",
    },
    check: Check::Change(check),
};

fn check(context: &ChangeContext<'_>, findings: &mut Vec<Finding>) {
    for pair in context.pairs {
        let Some(before) = &pair.before else { continue };
        let old = &before.runbook.runbook;
        let new = &pair.judged.runbook.runbook;
        for loss in loosened(&old.declarations, &new.declarations) {
            let line = old.lines.line(loss.before.span.start);
            let message = match loss.now {
                Some(now) => format!(
                    "this change asks for less: `{}` instead of `{}`",
                    said(now),
                    said(loss.before)
                ),
                None => format!("this change no longer asks for `{}`", said(loss.before)),
            };
            findings.push(Finding {
                message,
                place: loss.now.map(|now| new.place(now.span)),
                span: loss.now.map(|now| now.span),
                help: Some("restore the demand, or say why less is enough and waive the finding".to_owned()),
                related: vec![Related {
                    path: before.runbook.path.clone(),
                    place: None,
                    message: format!("line {line} before this change: \"{}\"", loss.before.text),
                }],
                ..Finding::of(&RULE.text, pair.path())
            });
        }
        let gates = |path: &str, runbook| asked::gates(path, runbook, &[""]);
        let now = gates(pair.path(), new);
        for gate in gates(&before.runbook.path, old) {
            let Some(next) = now.iter().find(|next| next.id == gate.id) else {
                continue;
            };
            let of_time = less(&gate.demand, &next.demand)
                .into_iter()
                .filter(|less| OF_TIME.contains(&less.key.as_str()));
            for Less { key, before: was, now } in of_time {
                let told = now.map_or_else(
                    || format!("this change no longer asks the gate `{}` for `{key}` of {was}", gate.title),
                    |now| {
                        format!(
                            "this change lets the gate `{}` ask for less: `{key}` is {now} instead of {was}",
                            gate.title
                        )
                    },
                );
                let line = |gate: &Gate| gate.declared_at.first().and_then(|at| at.line);
                findings.push(Finding {
                    message: told,
                    place: line(next).map(Place::of_line),
                    help: Some("restore the demand, or say why less is enough and waive the finding".to_owned()),
                    related: vec![Related {
                        path: before.runbook.path.clone(),
                        place: None,
                        message: format!("line {} before this change", line(&gate).unwrap_or_default()),
                    }],
                    ..Finding::of(&RULE.text, pair.path())
                });
            }
        }
    }
}

/// What a declaration asks for, in few words.
fn said(declaration: &Declaration) -> String {
    let parts = match declaration.kind {
        DeclarationKind::Threshold | DeclarationKind::Criterion => {
            let metric = if declaration.metric.is_empty() {
                &declaration.name
            } else {
                &declaration.metric
            };
            vec![
                metric.as_str(),
                declaration.comparison,
                declaration.value.as_str(),
                declaration.unit.as_str(),
            ]
        }
        DeclarationKind::Condition => vec!["only", declaration.condition.as_str()],
        DeclarationKind::Gate => vec![declaration.name.as_str(), "always"],
        DeclarationKind::Signoff => vec!["sign-off of", declaration.name.as_str()],
        _ => vec![declaration.text.as_str()],
    };
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use crate::audit::change::gates::tests::gate;
    use crate::audit::change::testing::change;
    use crate::audit::testing::tree;

    #[test]
    fn a_laxer_number_is_reported_with_both() {
        let mut before = tree(&["a"]);
        before.runbook.declarations = gate(1, "Coverage", "lines >= 80 %");
        let mut now = before.clone();
        now.runbook.declarations = gate(1, "Coverage", "lines >= 60 %");
        let findings = change(&before, &now).of("gate-loosened");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(
            findings[0].message,
            "this change asks for less: `lines >= 60 %` instead of `lines >= 80 %`"
        );
        assert!(change(&now, &before).of("gate-loosened").is_empty(), "tightening is fine");
        assert!(change(&before, &before).of("gate-loosened").is_empty());
    }
}
