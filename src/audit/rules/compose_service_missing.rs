//! A service of Compose that a runbook names does not exist.

use crate::audit::rule::{Check, Rule};
use crate::audit::rules::missing::{always, report};
use crate::model::finding::{Confidence, RuleText, Severity};
use crate::model::kind::Kind;

/// Services that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "compose-service-missing",
        summary: "The runbook names a Compose service that does not exist",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Services are looked up in the files that `-f` gives, in their order, or in the ones that Compose looks for: `compose.yaml`, `docker-compose.yml` and their overrides, in the folder that the command runs in or the nearest above it, with what they include.\n\nServices of another host (behind `ssh`), of files that are not in the tree, and where `COMPOSE_FILE` is set, are not judged.",
        matters: "The step stops with `no such service`, in the middle of an operation.",
        example: "Run `docker compose restart web`, while the service is called `frontend`.",
        fix: "Write the service as it is called today, or give the file that has it. The finding offers the nearest name, and says where else the service is.",
    },
    check: Check::Current(|context, findings| {
        report(
            context,
            &RULE.text,
            |kind| kind == Kind::ComposeService,
            "services",
            always,
            findings,
        );
    }),
};

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tasks, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_service_that_is_gone_is_reported_with_the_nearest() {
        let fixture =
            tree(&[])
                .with(tasks("compose", "compose.yml", &["worker"]))
                .naming(named(Kind::ComposeService, "wroker", &[], ""));
        assert_eq!(
            fixture.findings("compose-service-missing"),
            ["error docs/runbook.md:1 `wroker`: `wroker` is no service of `compose.yml` -> worker"]
        );
    }

    #[test]
    fn a_service_that_is_there_is_fine() {
        let fixture =
            tree(&[])
                .with(tasks("compose", "compose.yml", &["worker"]))
                .naming(named(Kind::ComposeService, "worker", &[], ""));
        assert!(fixture.findings("compose-service-missing").is_empty());
    }

    #[test]
    fn a_service_of_a_file_that_is_not_there_is_not_reported() {
        let fixture = tree(&[]).with(tasks("compose", "compose.yml", &["worker"])).naming(named(
            Kind::ComposeService,
            "api",
            &["gone.yml"],
            "",
        ));
        assert!(fixture.findings("compose-service-missing").is_empty());
    }
}
