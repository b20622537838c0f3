//! A profile of Compose that a runbook names does not exist.

use crate::audit::rule::{Check, Rule};
use crate::audit::rules::missing::{always, report};
use crate::model::finding::{Confidence, RuleText, Severity};
use crate::model::kind::Kind;

/// Profiles that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "compose-profile-missing",
        summary: "The runbook names a Compose profile that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Profiles behind `--profile` are looked up in the Compose files that the command reads, as services are. Where a service extends another one, it may take its profiles from there, and a missing profile is unverifiable.",
        matters: "Compose starts nothing of a profile that it does not know, and says nothing about it: the operation seems to have worked.",
        example: "Run `docker compose --profile jobs up -d`, while the profile is called `workers`.",
        fix: "Write the profile as it is called today. The finding offers the nearest one.",
    },
    check: Check::Current(|context, findings| {
        report(
            context,
            &RULE.text,
            |kind| kind == Kind::ComposeProfile,
            "profiles",
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

    fn compose() -> DefinitionFile {
        let mut file = tasks("compose", "compose.yml", &["worker", "workers"]);
        file.definitions[1].kind = Kind::ComposeProfile;
        file
    }

    #[test]
    fn a_profile_that_is_gone_is_reported_with_the_nearest() {
        let fixture = tree(&[])
            .with(compose())
            .naming(named(Kind::ComposeProfile, "worker", &[], ""));
        assert_eq!(
            fixture.findings("compose-profile-missing"),
            ["error docs/runbook.md:1 `worker`: `worker` is no profile of `compose.yml` -> workers"]
        );
    }

    #[test]
    fn a_profile_that_is_there_is_fine() {
        let fixture = tree(&[])
            .with(compose())
            .naming(named(Kind::ComposeProfile, "workers", &[], ""));
        assert!(fixture.findings("compose-profile-missing").is_empty());
    }

    #[test]
    fn a_profile_that_may_come_from_another_service_is_not_reported() {
        let fixture = tree(&[])
            .with(DefinitionFile {
                open_kinds: vec![Kind::ComposeProfile],
                ..compose()
            })
            .naming(named(Kind::ComposeProfile, "ops", &[], ""));
        assert!(fixture.findings("compose-profile-missing").is_empty());
    }
}
