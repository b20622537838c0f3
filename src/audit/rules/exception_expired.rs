//! An exception has ended, and what it accepted counts as failed again. The findings are made where exceptions are judged.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Exceptions whose last day is past.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "exception-expired",
        summary: "The last day of an exception is past",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "The last day (`expires`) of every exception is compared with today. On that day it still holds. Exceptions that end \
                 within two weeks are told as a note.",
        matters: "What was accepted for a time counts as failed from then on; a release that ships with it has an open gate.",
        example: "`expires: 2026-10-31`, read in November.",
        fix: "Mend what failed and remove the file, or have it accepted anew by another role than its owner.",
    },
    check: Check::Elsewhere,
};
