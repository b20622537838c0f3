//! An exception matches nothing that failed. The findings are made where exceptions are judged.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Exceptions that nothing needs.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "exception-unused",
        summary: "An exception matches nothing that failed in any release",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Every exception that holds is matched with the failed gates of all releases that it covers: by gate, tool, rule, package \
                 and path. One that accepted nothing is told.",
        matters: "It may be misspelt, so that the failure it was written for is still open; or the failure is gone, and the exception would \
                  hide the next one.",
        example: "An exception for the rule `B314` of a scanner that has not reported it for two releases.",
        fix: "Correct what it matches, or remove the file.",
    },
    check: Check::Elsewhere,
};
