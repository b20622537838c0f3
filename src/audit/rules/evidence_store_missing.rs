//! The settings name an evidence store that is not there. The findings are made where releases are judged.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, RuleText, Severity};

/// A folder of evidence that nobody finds.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "evidence-store-missing",
        summary: "The settings name an evidence store, and no such folder is in the repository",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Where the settings of a repository or of a product have `releases`, that folder must hold a file. The default is not judged. Before the \
                 first release it is a note.",
        matters: "Without its store every release is without a record, and a folder that was misspelt or moved looks like evidence that nobody ever \
                  collected.",
        example: "`releases = \"record\"`, while the records lie in `records`.",
        fix: "Write the folder that holds `VERSION/record.json`. Paths of a product count from its `root`.",
    },
    check: Check::Elsewhere,
};
