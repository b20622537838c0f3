//! A command calls a port of this machine that no Compose service publishes, or another one than the text says.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::place::Place;
use crate::model::reason::Reason;
use crate::model::reference::{ReferenceKind, Status};

/// Ports that nobody publishes.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "port-unpublished",
        summary: "A command calls a port that no Compose service publishes, or that of another service",
        severity: Severity::Error,
        confidence: Confidence::Medium,
        checks: "Ports of addresses such as `http://localhost:8082/health` in commands are compared with the ports that the services of the \
                 Compose files publish. Anything may listen on a port of this machine, so one is only missing when the same block calls \
                 another port that Compose does publish, and nothing in the text opens it. Where a comment behind the command names a \
                 service, the port must be that of this service.",
        matters: "The check of the service answers nothing, or it answers for another service and looks green.",
        example: "`curl http://localhost:8088/health # billing`, while the Compose file gives 8088 to `payments`.",
        fix: "Write the port that the Compose file publishes.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::Port {
            continue;
        }
        // The name of a service is read from a comment, which may mean something else.
        let severity = match &resolution.reason {
            Reason::PortOfOther { .. } => Severity::Warning,
            // Of several Compose files not all may run.
            _ if has_several(context) => Severity::Warning,
            _ => RULE.text.severity,
        };
        findings.push(Finding {
            severity,
            message: resolution.reason.to_string(),
            related: resolution
                .target
                .iter()
                .map(|path| Related {
                    path: path.clone(),
                    place: resolution.target_line.map(Place::of_line),
                    message: "the port is published here".to_owned(),
                })
                .collect(),
            ..context.about(&RULE.text, reference)
        });
    }
}

/// Whether the source has several Compose files that publish ports.
fn has_several(context: &Context<'_>) -> bool {
    let files = context.edition.source.definitions.values();
    files.filter(|file| file.of_kind(Kind::Port).next().is_some()).take(2).count() == 2
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tree};
    use crate::model::definition::{Definition, DefinitionFile};
    use crate::model::kind::Kind;

    #[test]
    fn a_port_alone_proves_nothing() {
        let compose = DefinitionFile {
            definitions: vec![Definition {
                kind: Kind::Port,
                name: "8080".to_owned(),
                value: Some("api".to_owned()),
                ..Definition::default()
            }],
            ..DefinitionFile::complete("compose.yml", "compose")
        };
        let fixture = tree(&["compose.yml"])
            .with(compose)
            .naming(named(Kind::Port, "8080", &[], ""))
            .naming(named(Kind::Port, "3000", &[], ""));
        assert!(fixture.findings("port-unpublished").is_empty());
    }
}
