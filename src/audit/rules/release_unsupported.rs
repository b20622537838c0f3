//! The newest release is of no supported line. The findings are made in `audit/support.rs`; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// The newest release without a support period that still runs.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "release-unsupported",
        summary: "The newest release is covered by no support period, or by one that is over",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Where the settings declare support periods of release lines (`[[support]]`), the newest release that is in use must be covered by one \
                 that has not ended. Pre-releases and withdrawn releases are passed over.",
        matters: "Users are told until when they get security updates; a release that nobody promised anything for says nothing to them.",
        example: "`line = \"1.x\"` with `until = \"2026-06-30\"`, and the newest release in July is `v1.9.0`.",
        fix: "Declare the line of the release, or move the end of its support and tell users so.",
    },
    check: Check::Elsewhere,
};
