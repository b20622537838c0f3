//! A comment accepts nothing. The findings are made in `audit/suppress/ignores.rs`, once all others are known; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Comments that accept nothing.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "unused-ignore",
        summary: "A comment that accepts findings accepts none",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "`<!-- fresh-ignore: RULE reason=\"...\" until=YYYY-MM-DD -->` accepts findings of the next block, or of its own line or item; \
                 `fresh-ignore-file` of the file, `fresh-ignore-start` up to `fresh-ignore-end`. Several rules are separated by commas; words in \
                 quotes, in which `*` stands for any, limit it to what they name. It must give a reason.\n\n\
                 One that does not work (no reason, a rule that does not exist, a day that is none) is reported, and one that there is nothing \
                 to accept for. Where a rule is off, or history is missing, nothing is said.",
        matters: "A comment that outlives its cause hides the next finding at the same place.",
        example: "<!-- fresh-ignore: path-missing -->",
        fix: "Remove the comment, which `runproof lint --fix` does, or correct what the finding names.",
    },
    check: Check::Elsewhere,
};
