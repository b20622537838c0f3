//! A file is not the one that the record of its release names. The findings are made where evidence is read; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Evidence that differs from its record.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "evidence-altered",
        summary: "A file of a release is not the one that its record names",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "The record of a release holds the digest of every file that was collected. A file with another digest was altered, a file \
                 that the record does not name was added later, and a file that is named and not there was removed.",
        matters: "Evidence that changed after it was collected does not show what it showed when the release was judged.",
        example: "A test report that was edited after the release was signed off.",
        fix: "Restore the file from history. Evidence that came later is added with `runproof amend`, which says by whom and why.",
    },
    check: Check::Elsewhere,
};
