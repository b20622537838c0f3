//! A runbook configures a variable that nothing reads.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Status};

/// Variables that nothing reads.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "env-var-unread",
        summary: "The runbook configures a variable that nothing reads",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Variables that a runbook presents as configuration of the service are searched for in all files that are no Markdown: code, \
                 compose files, workflows, manifests, Dockerfiles, examples of `.env`. They are presented so in a table with a column such \
                 as \"Variable\", in an `.env` block, in a list of environment variables, and behind words such as \"set\".\n\n\
                 Variables of well-known tools, variables that the text itself expands, and names that a class of settings may put \
                 together from a prefix are not judged.",
        matters: "The reader sets the variable and believes that the service changed; it did not, and nothing says so.",
        example: "A table says that `WORKER_CONCURENCY` sets the number of workers, while the code reads `WORKER_CONCURRENCY`.",
        fix: "Write the name that the code reads, or remove the row. The finding offers the nearest name.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::EnvVar {
            continue;
        }
        findings.push(context.missing(
            &RULE.text,
            reference,
            resolution,
            format!("nothing in the repository reads `{}`", named.name),
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{called, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_variable_that_nothing_reads_is_reported() {
        let fixture = tree(&[])
            .mentioning("WORKER_LIMIT", &["app.py"])
            .mentioning("WORKER_LIMT", &[])
            .naming(called(Kind::EnvVar, "WORKER_LIMT", &["Variable"]))
            .naming(called(Kind::EnvVar, "WORKER_LIMIT", &["Variable"]));
        assert_eq!(
            fixture.findings("env-var-unread"),
            ["warning docs/runbook.md:1 `WORKER_LIMT`: nothing in the repository reads `WORKER_LIMT` -> WORKER_LIMIT"]
        );
    }

    #[test]
    fn variables_of_the_text_and_of_tools_are_fine() {
        let fixture = tree(&[])
            .mentioning("OTHER", &["app.py"])
            .mentioning("PVC_NAME", &[])
            .mentioning("COMPOSE_FILE", &[])
            .says("PVC_NAME=x\nkubectl get pvc $PVC_NAME\n")
            .naming(called(Kind::EnvVar, "PVC_NAME", &["set"]))
            .naming(called(Kind::EnvVar, "COMPOSE_FILE", &["set"]));
        assert!(fixture.findings("env-var-unread").is_empty());
    }
}
