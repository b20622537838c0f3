//! The newest release holds evidence of a gate that nothing declares. The findings are made where releases are judged.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Evidence that nobody asked for.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "evidence-without-gate",
        summary: "The newest release holds evidence that no declared gate asks for",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        checks: "Where the settings or a runbook declare gates, the folders below `evidence/` of the newest release with a record are compared with them.",
        matters: "Evidence without a gate proves what nobody asked for; more often the gate was misspelt, and the one that was meant is missing.",
        example: "`evidence/unit-test/` beside a declared gate `unit-tests`.",
        fix: "Name the folder like the gate, or declare the gate.",
    },
    check: Check::Elsewhere,
};
