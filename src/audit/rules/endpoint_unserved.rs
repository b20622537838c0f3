//! A runbook calls an endpoint that no route serves.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Status};

/// Endpoints that nothing serves.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "endpoint-unserved",
        summary: "The runbook calls an endpoint that no route serves",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Endpoints of the service itself (on localhost, on a host that a variable such as `$BASE_URL` names, or with a method, as in \
                 `GET /health`) are compared with the routes in the code: FastAPI, Flask, Django, Express, Fastify, Nest, Next.js, axum, \
                 actix, Spring, Go, OpenAPI documents, and locations of nginx, Caddy and ingresses. Prefixes are joined where the code \
                 tells them, else the end of the path decides; parameters match anything.\n\n\
                 Addresses of other programs, such as Prometheus, and repositories without routes are not judged.",
        matters: "The check after a release answers 404, and nobody can tell whether the release or the runbook is wrong.",
        example: "`curl -f $BASE_URL/health/ready`, while the service answers on `/healthz`.",
        fix: "Write the path that the service serves today. The finding offers the nearest route.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::Endpoint {
            continue;
        }
        let suggestion = resolution.suggestion.as_ref();
        findings.push(Finding {
            message: format!("no route serves `{}`", named.name),
            help: suggestion.map(|suggestion| format!("there is `{suggestion}`")),
            suggestion: suggestion
                .filter(|_| reference.text.contains(&named.name))
                .map(|right| reference.text.replacen(&named.name, right, 1)),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{code, named_in, tree};
    use crate::model::kind::Kind;
    use crate::model::reference::ReferenceContext::{Command, Inline};

    #[test]
    fn an_endpoint_that_nothing_serves_is_reported() {
        let fixture = tree(&[])
            .with_code(code(
                "python",
                "app.py",
                Kind::Endpoint,
                &["GET /health", "GET /items/{}", "POST /items"],
            ))
            .naming(named_in(Command, "$BASE_URL/healt", Kind::Endpoint, "/healt"))
            .naming(named_in(Command, "http://localhost:8000/items/7", Kind::Endpoint, "/items/7"));
        assert_eq!(
            fixture.findings("endpoint-unserved"),
            ["warning docs/runbook.md:1 `$BASE_URL/healt`: no route serves `/healt` -> $BASE_URL/health"]
        );
    }

    #[test]
    fn pages_and_services_of_others_are_not_judged() {
        let fixture = tree(&[])
            .with_code(code(
                "python",
                "app.py",
                Kind::Endpoint,
                &["GET /health", "GET /items/{}", "POST /items"],
            ))
            .naming(named_in(Inline, "/login", Kind::Endpoint, "/login"))
            .naming(named_in(Command, "http://localhost:9090/-/ready", Kind::Endpoint, "/-/ready"));
        assert!(fixture.findings("endpoint-unserved").is_empty());
    }
}
