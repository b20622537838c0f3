//! A change lets a control rest on less evidence. The findings are made where two trees are compared.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Mappings that a change loosens.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "control-mapping-changed",
        summary: "The change lets a control rest on less evidence",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "With `--base` or `--staged`, the `[[controls]]` of the settings are compared with those before the change: a control that is gone, gates, classes or facts \
                 that it no longer maps, and one that no longer applies. More evidence is never reported. Releases keep the mapping of their own commit.",
        matters: "Whoever takes a gate out of a mapping decides what an auditor will not see, and nobody reads settings as closely as code.",
        example: "A change that takes `signoff` out of the facts of `CHG-04`.",
        fix: "Restore the mapping, or say in the change why less is enough, and waive the finding.",
    },
    check: Check::Elsewhere,
};
