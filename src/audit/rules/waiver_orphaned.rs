//! A waiver matches nothing. The findings are made in `audit/suppress/waivers.rs`; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Waivers without a finding.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "waiver-orphaned",
        summary: "A waiver matches no finding any more",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Each entry of the file of waivers must match a finding by its rule, its path and its words, or it is reported; also when it \
                 names a rule that does not exist. Only a run over everything can tell: nothing is said when single files or a change are judged.",
        matters: "A waiver that outlives its cause accepts the next finding of the same words, which nobody decided about.",
        example: "A waiver for `scripts/restore.sh`, which is in the repository again.",
        fix: "Remove the waiver.",
    },
    check: Check::Elsewhere,
};
