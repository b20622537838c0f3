//! A file other than a runbook cannot be read. The findings are made where files are read; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Files that could not be read.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "file-unreadable",
        summary: "A file of the handbook cannot be read, or only in part",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Release records, evidence, bills of materials, changelogs and logs are read by their content. What cannot be read is named \
                 with its line where one is known; everything else goes on.",
        matters: "Evidence that cannot be read proves nothing, and a gate that rests on it counts as not shown.",
        example: "A test report that ends in the middle because the job was cut off.",
        fix: "Produce the file again, or correct it at the line that the finding names.",
    },
    check: Check::Elsewhere,
};
