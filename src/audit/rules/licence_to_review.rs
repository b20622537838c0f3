//! A component is under a licence that nobody has decided on. The findings are made where bills of materials are held against the settings.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Licences that nobody has decided on.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "licence-to-review",
        summary: "The newest release contains a component whose licence needs a decision",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "The licence of every component in the bills of materials of the newest release that has one is held against the lists of \
                 `[licences]`. Told are licences of `review`, licences of no list, components without a licence, and words that are no \
                 licence of the SPDX list. Without lists in the settings nothing is said.",
        matters: "A licence that is not stated is not allowed, and a licence that nobody looked at was decided on by nobody.",
        example: "`review = [\"MPL-2.0\"]`, and a component under `MPL-2.0`; a component without any licence.",
        fix: "Have somebody look at it, and write the licence into `allow`, `review` or `deny`; or have the licence stated in the bill of \
              materials.",
    },
    check: Check::Elsewhere,
};
