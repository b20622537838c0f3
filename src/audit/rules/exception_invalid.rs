//! An exception lacks something that it needs, so it accepts nothing. The findings are made where exceptions are judged.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Exceptions that are not whole.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "exception-invalid",
        summary: "An exception lacks something that it needs, so it accepts nothing",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "An exception names a gate, what it accepts (`match`), a rationale of at least 20 letters, an owner, another role that \
                 approved it, the day it was written and its last day, at most 180 days later. Keys that are not known are told, since a \
                 misspelt `expires` would otherwise accept a failure for good.",
        matters: "An acceptance without an end, or by the one who needed it, is no acceptance; the failure counts.",
        example: "An exception whose `approved_by` is its `owner`.",
        fix: "Complete the file, or remove it and mend what failed.",
    },
    check: Check::Elsewhere,
};
