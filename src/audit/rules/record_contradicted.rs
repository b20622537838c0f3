//! Something contradicts the record of a release. The findings are made in `audit/releases.rs`; this is their page.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// Records that something contradicts.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "record-contradicted",
        summary: "The record of a release and something else disagree",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "A record is compared with the tag, its folder, its product, the other records of its chain, the commits of the repository, the clock, and \
                 with the text that the commit which added it holds.",
        matters: "A record is the word that everything else about a release rests on. One that was changed later, or that names a commit that git does not \
                  have, proves nothing.",
        example: "The outcome in releases/v1.4.0/record.json is edited a month after the release.",
        fix: "Restore the record from history. What has to be said or added later goes into an amendment: `runproof amend`.",
    },
    check: Check::Elsewhere,
};
