//! A recipe of just that a runbook calls does not exist.

use crate::audit::rule::{Check, Rule};
use crate::audit::rules::missing::{always, report};
use crate::model::finding::{Confidence, RuleText, Severity};
use crate::model::kind::Kind;
use crate::tools::runner::JUST;

/// Recipes that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "just-recipe-missing",
        summary: "The runbook calls a recipe of just that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "The justfile is found as just finds it: in the folder that the command runs in, or in the nearest folder above it, or where `-f` says. Recipes, aliases, imports, modules (`ops::deploy` and `just ops deploy`) and the setting `fallback` are followed.\n\nAn import that is not in the tree makes missing recipes unverifiable.",
        matters: "The step stops with an error, in the middle of an operation.",
        example: "Run `just migrate-prod`, while the recipe is called `migrate-production`.",
        fix: "Write the recipe as it is called today. The finding offers the nearest one, and says where else the recipe is.",
    },
    check: Check::Current(|context, findings| {
        report(
            context,
            &RULE.text,
            |kind| kind == Kind::Task(JUST),
            "recipes",
            always,
            findings,
        );
    }),
};

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tasks, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;
    use crate::tools::runner::JUST;

    #[test]
    fn a_recipe_that_is_gone_is_reported_with_the_nearest() {
        let fixture = tree(&[])
            .with(tasks("just", "justfile", &["migrate"]))
            .naming(named(Kind::Task(JUST), "migrat", &[], ""));
        assert_eq!(
            fixture.findings("just-recipe-missing"),
            ["error docs/runbook.md:1 `migrat`: `migrat` is no recipe of `justfile` -> migrate"]
        );
    }

    #[test]
    fn a_recipe_that_is_there_is_fine() {
        let fixture = tree(&[])
            .with(tasks("just", "justfile", &["migrate"]))
            .naming(named(Kind::Task(JUST), "migrate", &[], ""));
        assert!(fixture.findings("just-recipe-missing").is_empty());
    }

    #[test]
    fn a_recipe_that_may_come_from_an_import_is_not_reported() {
        let fixture = tree(&[])
            .with(DefinitionFile {
                includes: vec!["gone.just".to_owned()],
                ..tasks("just", "justfile", &["migrate"])
            })
            .naming(named(Kind::Task(JUST), "migrat", &[], ""));
        assert!(fixture.findings("just-recipe-missing").is_empty());
    }
}
