//! A change lets the check itself report less.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Settings that let the check report less. They are found where the change of settings is judged.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "check-loosened",
        summary: "The change lets the check itself report less",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "With `--base` or `--staged`, the settings are compared with those before the change: a rule that is switched off or given a \
                 lower level, days of review that were raised, a waiver that holds longer.",
        matters: "Whoever wants a red check to be green can mend the runbook or quieten the check. The second must not pass unseen between \
                  other lines of a settings file.",
        example: "A change that adds `gate-open = \"off\"` below `[rules]`.",
        fix: "Restore the setting, or say in the change why less is enough, and waive the finding.",
    },
    check: Check::Elsewhere,
};
