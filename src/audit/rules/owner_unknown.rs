//! The owner of a runbook is nobody that the repository knows.

use std::collections::BTreeSet;

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::nearest::nearest;

/// Owners that `CODEOWNERS` does not know.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "owner-unknown",
        summary: "The owner of the runbook is nobody that `CODEOWNERS` knows",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        checks: "Owners that are written as on the forge (`@user`, `@org/team`) are compared with all owners of `CODEOWNERS`. Names, \
                 addresses and channels are left alone, and so is every repository without a `CODEOWNERS`.\n\n\
                 It is a warning when an owner is there that is written almost the same.",
        matters: "A team that was renamed does not answer any more, and a misspelled one never did.",
        example: "`**Owner:** @org/plattform`, while `CODEOWNERS` has `@org/platform`.",
        fix: "Write the owner as `CODEOWNERS` has it, or add the team there.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(owners) = &context.edition.source.code_owners else {
        return;
    };
    let is_handle = |owner: &str| owner.starts_with('@') && owner.len() > 1 && !owner.contains(char::is_whitespace);
    let named = || owners.rules.iter().flat_map(|rule| &rule.owners);
    for owner in &context.runbook.runbook.metadata.owners {
        let name = owner.value.trim_matches('`');
        // Most owners are written alike, and there may be a thousand lines.
        if !is_handle(name) || named().any(|known| known.eq_ignore_ascii_case(name)) {
            continue;
        }
        let known: BTreeSet<String> = named().map(|owner| owner.to_lowercase()).collect();
        if known.is_empty() || known.contains(&name.to_lowercase()) {
            continue;
        }
        let near = nearest(&name.to_lowercase(), known.iter().map(String::as_str));
        findings.push(Finding {
            severity: if near.is_some() { Severity::Warning } else { Severity::Info },
            message: format!("`{}` does not know the owner `{name}`", owners.path),
            help: near.map(|near| format!("there is `{near}`")),
            reference: Some(name.to_owned()),
            suggestion: near.map(str::to_owned),
            fix: near.and_then(|near| context.rewrite(owner.span, name, near, Safety::Unsafe)),
            ..context.finding(&RULE.text, Some(owner.span))
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;

    fn found(owner: &str) -> Vec<String> {
        tree(&[])
            .owned_by(&[("*", "@org/platform")])
            .declaring("Owner", owner)
            .findings("owner-unknown")
    }

    #[test]
    fn an_owner_that_is_not_known_is_reported_with_the_nearest() {
        assert_eq!(
            found("@org/plattform"),
            [
                "warning docs/runbook.md:1 `@org/plattform`: `CODEOWNERS` does not know the owner `@org/plattform` -> @org/platform"
            ]
        );
        assert_eq!(
            found("@someone"),
            ["info docs/runbook.md:1 `@someone`: `CODEOWNERS` does not know the owner `@someone`"]
        );
    }

    #[test]
    fn names_and_known_owners_are_fine() {
        for owner in ["@org/platform", "@Org/Platform", "Platform team", "#ops", "a@example.org"] {
            assert!(found(owner).is_empty(), "{owner}");
        }
        assert!(tree(&[]).declaring("Owner", "@someone").findings("owner-unknown").is_empty());
    }
}
