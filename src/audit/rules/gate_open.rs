//! A gate of the newest release is not passed. The findings are made in `audit/releases.rs`; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Gates that did not let the newest release through.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "gate-open",
        summary: "A gate of the newest release did not let it through",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "A gate lets a release through when its evidence is recorded, readable, about the released commit, of the right time, free of contradictions, \
                 and meets what the gate asks for; or when it does not apply, by a condition or by the word of a role that is not the author.",
        matters: "A release with an open gate was shipped on somebody's word. The message says which of the four is missing: the subject, the measurement, \
                  the demand or the time.",
        example: "gates = [\"unit-tests\"] in the record, and no file below evidence/unit-tests/.",
        fix: "Collect what is missing, or declare what the gate asks for. `runproof inspect FILE` shows how a file is read.",
    },
    check: Check::Elsewhere,
};
