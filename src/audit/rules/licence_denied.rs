//! A component is under a licence that the settings deny. The findings are made where bills of materials are held against the settings.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Licences that are denied.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "licence-denied",
        summary: "The newest release contains a component whose licence is denied",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "The licence of every component in the bills of materials of the newest release that has one is read as an SPDX \
                 expression and held against `deny` of `[licences]`. A choice (`MIT OR AGPL-3.0-only`) is denied only when no side of it \
                 can do without a denied licence. Without lists in the settings nothing is said.",
        matters: "Somebody decided that this licence may not be shipped, and it was.",
        example: "`deny = [\"AGPL-*\"]`, and a component under `AGPL-3.0-only`.",
        fix: "Replace the component, or have the decision changed by whoever answers for it.",
    },
    check: Check::Elsewhere,
};
