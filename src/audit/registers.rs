//! What is wrong with the registers of a product today, as findings.

use crate::model::finding::{Finding, RuleText, Severity};
use crate::model::place::Place;
use crate::model::register::{DutyState, ExceptionState, JudgedDuty, JudgedException};

/// The findings about exceptions and duties. `rules` are the words of every rule.
pub(crate) fn findings(rules: &[RuleText], exceptions: &[JudgedException], duties: &[JudgedDuty]) -> Vec<Finding> {
    let rule = |id: &str| rules.iter().find(|rule| rule.id == id).expect("the rule is in the list");
    let mut findings = Vec::new();
    for judged in exceptions {
        let exception = &judged.exception;
        let last = exception.expires.map(|last| last.to_string()).unwrap_or_default();
        match judged.state {
            ExceptionState::Invalid => findings.push(Finding {
                message: format!(
                    "the exception {} accepts nothing: {}",
                    exception.id,
                    judged.reasons.join("; ")
                ),
                help: Some("complete the file, or remove it and mend what failed".to_owned()),
                ..Finding::of(rule("exception-invalid"), &exception.path)
            }),
            ExceptionState::Ended => findings.push(Finding {
                message: format!(
                    "the exception {} ended on {last}; what it accepted counts as failed",
                    exception.id
                ),
                help: Some(format!("{} mends it, or another role accepts it anew", exception.owner)),
                ..Finding::of(rule("exception-expired"), &exception.path)
            }),
            ExceptionState::EndsSoon => findings.push(Finding {
                severity: Severity::Info,
                message: format!("the exception {} ends on {last}", exception.id),
                help: Some(format!("{} mends it by then", exception.owner)),
                ..Finding::of(rule("exception-expired"), &exception.path)
            }),
            ExceptionState::Running => {}
        }
        if judged.used_by.is_empty() && !judged.late_for.is_empty() && judged.state != ExceptionState::Invalid {
            findings.push(Finding {
                message: format!(
                    "the exception {} came after {} was recorded, and accepts nothing of it",
                    exception.id,
                    judged.late_for.join(", ")
                ),
                help: Some("mend what failed and release again; it holds for what is recorded from now on".to_owned()),
                ..Finding::of(rule("exception-unused"), &exception.path)
            });
        } else if judged.used_by.is_empty() && judged.state != ExceptionState::Invalid {
            findings.push(Finding {
                message: format!(
                    "the exception {} matches nothing that failed in a release it covers",
                    exception.id
                ),
                help: Some("correct what it matches, or remove the file".to_owned()),
                ..Finding::of(rule("exception-unused"), &exception.path)
            });
        }
    }
    for judged in duties.iter().filter(|judged| judged.state == DutyState::Overdue) {
        let duty = &judged.duty;
        let place = duty.line.map(|line| Place {
            line,
            column: 1,
            end_line: line,
            end_column: 1,
        });
        findings.push(Finding {
            place,
            message: format!("{}: {}", duty.title, judged.reason),
            help: Some(match (&duty.runbook, &duty.log) {
                (Some(runbook), Some(log)) => format!("follow `{runbook}`, and write a row into `{log}`"),
                (None, Some(log)) => format!("do it, and write a row into `{log}`"),
                _ => "do it, and write down the day".to_owned(),
            }),
            ..Finding::of(rule("duty-overdue"), &duty.path)
        });
    }
    findings
}
