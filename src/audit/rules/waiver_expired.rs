//! An acceptance is past its last day. The findings are made in `audit/suppress`; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Acceptances that are over.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "waiver-expired",
        summary: "A waiver or an ignore is past its last day and no longer accepts anything",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "The day of `expires` in the file of waivers, and of `until=` in an ignore, is the last on which it holds. From the next day \
                 on what it accepted counts again, and this says why.",
        matters: "Somebody promised to look again by that day. Without an end every exception becomes a rule.",
        example: "expires = 2026-01-31",
        fix: "Mend what it was about and remove it. Where it must stand longer, let its owner decide again and give it a new day.",
    },
    check: Check::Elsewhere,
};
