//! A runbook and the settings ask for different things of one gate. The findings are made where the two are joined.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Demands that differ.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "gate-contradicts-settings",
        summary: "A runbook and the settings ask for different things of one gate",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "A gate that a runbook declares and one of the settings are the same when their ids, their names or their files are. Every key that both \
                 name is compared: bounds, counts, windows, roles, conditions. What only one of them names is no contradiction.",
        matters: "People follow the text and the program the settings. The stricter of the two judges, so nothing gets through; but one of them is wrong.",
        example: "`lines ≥ 80 %` in the table of gates, and `at-least = { lines = 60 }` in `runproof.toml`.",
        fix: "Make the two say the same, or take the demand out of one of them.",
    },
    check: Check::Elsewhere,
};
