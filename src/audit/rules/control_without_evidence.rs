//! A declared control has no evidence. The findings are made where settings meet releases.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Controls that nobody can show.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "control-without-evidence",
        summary: "A declared control had no evidence in the last three releases",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "The three newest releases that have a record are looked at. A control of the settings for which none of them holds anything that is mapped is reported. Facts that \
                 belong to no single release, such as duties, do not count against it.",
        matters: "A control without evidence is a sentence, and an auditor finds that out before anybody else does.",
        example: "A control that maps the gate `penetration-test`, which no release ever had a file for.",
        fix: "Map what releases do hold, or collect what is mapped.",
    },
    check: Check::Elsewhere,
};
