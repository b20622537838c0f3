//! Evidence that must still exist does not. The findings are made in `audit/support.rs`; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Evidence that is missing or only a pointer before its time is over.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "evidence-not-kept",
        summary: "A file of evidence that must be kept is missing, or is only a pointer",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "`keep` of the settings says how long evidence is kept after a release, and `[[support]]` may make that longer. Until then every file \
                 that a record names must be there with its bytes: a file that is gone, or of which only a pointer of Git LFS or git-annex is left, \
                 is reported at the line that names it. Without `keep` nothing is said.",
        matters: "Evidence is asked for years later, when the store behind a pointer may be gone and nobody remembers what it held.",
        example: "With `keep = \"10y\"`, a record of last year names `evidence/scan/trivy.json`, and the file is a pointer of Git LFS.",
        fix: "Restore the file from history, or commit its bytes in place of the pointer.",
    },
    check: Check::Elsewhere,
};
