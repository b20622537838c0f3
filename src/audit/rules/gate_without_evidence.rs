//! A declared gate has had no evidence for several releases. The findings are made where releases are judged.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Gates that nobody proves.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "gate-without-evidence",
        summary: "A declared gate had no evidence in the last three releases",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "The three newest releases that have a record are looked at. A gate for which none of them holds a file, and for which none of them says \
                 that it does not apply, is reported where it is declared.",
        matters: "A gate that nobody ever proves is a sentence. Either the evidence is made and thrown away, or the check is not done.",
        example: "A gate `restore-drill` that no release has a file for.",
        fix: "Collect its evidence with the next release (`files` says what to take), or take the gate out.",
    },
    check: Check::Elsewhere,
};
