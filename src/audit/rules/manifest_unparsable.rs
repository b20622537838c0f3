//! A file that defines tasks cannot be read.

use std::collections::BTreeSet;

use crate::audit::rule::{Check, EditionContext, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Place;
use crate::model::reference::Status;

/// Manifests that runbooks depend on and that cannot be read.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "manifest-unparsable",
        summary: "A file that defines what runbooks call cannot be read",
        severity: Severity::Info,
        confidence: Confidence::High,
        checks: "A `package.json` that is no JSON, or a workflow that is no YAML, is named once; what runbooks call in it is unverifiable. \
                 Files that no runbook depends on are not mentioned.",
        matters: "One slip in such a file would otherwise look like a hundred missing scripts, or hide them.",
        example: "A `package.json` with a comma after its last entry.",
        fix: "Correct the file at the line that the finding names.",
    },
    check: Check::Edition(check),
};

fn check(context: &EditionContext<'_>, findings: &mut Vec<Finding>) {
    let resolutions = context.runbooks.iter().flat_map(|judged| &judged.resolutions);
    let wanted: BTreeSet<&str> = resolutions
        .filter(|resolution| resolution.status == Status::Unverifiable)
        .filter_map(|resolution| resolution.target.as_deref())
        .collect();
    for path in wanted {
        let file = context.edition.source.definitions.get(path);
        let Some(problem) = file.and_then(|file| file.problems.first()) else {
            continue;
        };
        findings.push(Finding {
            place: problem.line.map(|line| Place {
                line,
                column: 1,
                end_line: line,
                end_column: 1,
            }),
            message: problem.message.clone(),
            help: Some("what runbooks call in it cannot be verified until it can be read".to_owned()),
            ..Finding::of(&RULE.text, path)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{script, tree, unread};

    #[test]
    fn a_manifest_that_a_runbook_depends_on_is_named_once() {
        let fixture = tree(&[])
            .with(unread("package-json", "package.json"))
            .naming(script("npm run lint", ""))
            .naming(script("npm run test", ""));
        assert_eq!(
            fixture.findings("manifest-unparsable"),
            ["info package.json:3: not JSON: trailing comma"]
        );
    }

    #[test]
    fn a_manifest_that_no_runbook_depends_on_is_not_mentioned() {
        let fixture = tree(&[])
            .with(unread("package-json", "tests/bad/package.json"))
            .naming(script("npm run lint", ""));
        assert!(fixture.findings("manifest-unparsable").is_empty());
    }
}
