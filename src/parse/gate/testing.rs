//! What the tests of readers say of an artifact, in one line.

use crate::model::evidence::Content;
use crate::parse::recognise::read;

/// The format, the figures, whether they are conclusive, and the first problem.
pub(crate) fn shown(text: &str, declared: Option<&str>) -> String {
    let artifact = read(text.as_bytes(), declared);
    let mut parts = vec![artifact.format.unwrap_or("none").to_owned()];
    match &artifact.content {
        Content::Unread => parts.push("unread".to_owned()),
        Content::Tests(facts) => parts.push(format!(
            "{} tests, {} failed, {} errors, {} skipped, {} flaky",
            facts.tests, facts.failures, facts.errors, facts.skipped, facts.flaky
        )),
        Content::Coverage(facts) => {
            parts.extend(
                facts
                    .metrics
                    .iter()
                    .map(|metric| format!("{} {}/{}", metric.name, metric.covered, metric.total)),
            );
        }
        Content::Findings(facts) => {
            parts.extend(facts.levels.iter().map(|(level, count)| format!("{level} {count}")));
            if facts.suppressed > 0 {
                parts.push(format!("suppressed {}", facts.suppressed));
            }
            parts.push(if facts.is_conclusive { "conclusive" } else { "inconclusive" }.to_owned());
        }
        Content::Signoffs(signoffs) => parts.push(format!("{} sign-offs", signoffs.len())),
        Content::Phases(phases) => parts.push(format!("{} phases", phases.len())),
        Content::Series(series) => parts.push(format!("{} observations", series.points.len())),
        Content::Sbom(sbom) => parts.push(format!("{} components, {} edges", sbom.components.len(), sbom.edges)),
        Content::Metrics(facts) => {
            parts.extend(facts.metrics.iter().map(|metric| {
                let holds = metric.holds.map(|holds| if holds { " holds" } else { " broken" });
                format!(
                    "{} {}{}",
                    metric.name,
                    metric.value.as_deref().unwrap_or("-"),
                    holds.unwrap_or_default()
                )
            }));
            parts.push(if facts.is_conclusive { "conclusive" } else { "inconclusive" }.to_owned());
        }
        Content::Provenance(facts) => parts.push(format!("{} statements", facts.statements.len())),
        Content::Advisories(facts) => {
            let statements = facts.statements.iter();
            parts.extend(statements.map(|statement| {
                format!(
                    "{} {} {}",
                    statement.vulnerability,
                    statement.status,
                    statement.products.join(" ")
                )
            }));
        }
    }
    parts.extend(artifact.problems.first().map(|problem| match problem.line {
        Some(line) => format!("! {} (line {line})", problem.message),
        None => format!("! {}", problem.message),
    }));
    parts.join("; ")
}

/// A count of the artifact as JSON.
pub(crate) fn count(text: &str, declared: Option<&str>, name: &str) -> String {
    read(text.as_bytes(), declared)
        .counts
        .get(name)
        .map(ToString::to_string)
        .unwrap_or_default()
}
