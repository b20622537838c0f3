//! A control is declared not applicable without a reason. The findings are made where settings meet releases.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Controls that are declined without a word.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "control-not-applicable-without-reason",
        summary: "A control is declared not applicable without a reason",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "A `[[controls]]` entry with `applies = false` needs a `reason` of 20 characters or more.",
        matters: "An auditor asks for the reason first, and whoever knew it may be gone by then.",
        example: "`id = \"iso27001:8.31\"`, `applies = false` and no reason.",
        fix: "Write why it does not apply, and where it is shown instead.",
    },
    check: Check::Elsewhere,
};
