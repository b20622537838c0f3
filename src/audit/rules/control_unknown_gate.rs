//! A control maps something that does not exist. The findings are made where settings meet releases.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Mappings that lead nowhere.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "control-unknown-gate",
        summary: "A control maps a gate, a fact or a row that does not exist",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Every glob in `gates` of a control must match a gate of the product, every word in `facts` must be a kind of fact, and what `supports` names must be a row of \
                 its catalogue, where there is a catalogue of that name.",
        matters: "A mapping to a gate that was renamed shows nothing, and the page of the control looks as if there were less evidence than there is.",
        example: "`gates = [\"unit-test\"]` where the gate is called `unit-tests`.",
        fix: "Take the suggested name, or take the word out.",
    },
    check: Check::Elsewhere,
};
