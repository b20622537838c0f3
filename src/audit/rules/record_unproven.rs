//! The record of the newest release proves nothing. The findings are made in `audit/releases.rs`; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Records that are not whole, or that nothing confirms.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "record-unproven",
        summary: "The record of the newest release is not whole, or nothing confirms it",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "A release is proven by a record that has its keys, names a commit that is there, is chained to the one before it, and stands in git as it \
                 was committed.",
        matters: "Gates that passed are worth as much as the record that holds their digests.",
        example: "A record without `commit`.",
        fix: "Add what the message names. In a shallow clone, fetch the whole history.",
    },
    check: Check::Elsewhere,
};
