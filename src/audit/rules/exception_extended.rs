//! A change lets an exception accept more, or for longer.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Exceptions that a change widens. They are found where the change of settings is judged.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "exception-extended",
        summary: "The change lets an exception accept more, or for longer",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "With `--base` or `--staged`, every exception is compared with what it was before the change: a later last day, more \
                 releases, another gate, a `match` that lost a part or gained a rule. An exception that is new is not reported here: its file \
                 is the change.",
        matters: "An exception is accepted for a time by somebody who answers for it. One digit in a date lets a known failure through for \
                  another year, and the name of whoever approved the first one still stands below.",
        example: "A change of `expires: 2026-03-31` to `expires: 2026-12-31` in `exceptions/EX-7.yaml`.",
        fix: "Let whoever approved it approve it again, with a new day of writing, and waive the finding; or mend what it accepts.",
    },
    check: Check::Elsewhere,
};
