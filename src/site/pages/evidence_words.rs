//! Where the files of evidence have their pages, and what they show in a few words.

use std::collections::HashSet;

use chrono::DateTime;
use serde::Serialize;

use crate::model::evidence::{CaseKind, Content, CoverageMetric, Evidence};
use crate::model::handbook::JudgedRelease;
use crate::model::provenance::{Checked, Provenance};
use crate::site::address::part;
use crate::site::shared::ProductSite;
use crate::site::words;

/// The page of each file of a release, in their order. Names that differ only in case get a number.
pub(super) fn addresses(product: &ProductSite, release: &JudgedRelease) -> Vec<String> {
    let mut taken = HashSet::new();
    release
        .release
        .evidence
        .iter()
        .map(|file| {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            let folder = file.gate.as_deref().unwrap_or("other");
            let start = format!("{}evidence/{}/{}", product.release(release), part(folder), part(name));
            let mut address = format!("{start}/");
            let mut number = 2;
            while !taken.insert(address.clone()) {
                address = format!("{start}~{number}/");
                number += 1;
            }
            address
        })
        .collect()
}

/// When something happened to a file.
#[derive(Serialize)]
pub(super) struct When {
    /// What happened: `made`, `collected`.
    did: &'static str,
    /// The moment, in UTC where it can be read.
    at: String,
}

/// A moment as a tool wrote it, in UTC where it can be read: some write the seconds or milliseconds since 1970.
pub(super) fn moment_of(text: &str) -> String {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return words::moment(at);
    }
    let since_1970 = match (text.len(), text.parse::<i64>()) {
        (10, Ok(seconds)) => DateTime::from_timestamp(seconds, 0),
        (13, Ok(millis)) => DateTime::from_timestamp_millis(millis),
        _ => None,
    };
    since_1970.map_or_else(|| text.to_owned(), |at| words::moment(at.fixed_offset()))
}

/// When a file says that it was made; else when it was collected.
pub(super) fn made(release: &JudgedRelease, file: &Evidence) -> Option<When> {
    let about = &file.artifact.about;
    if let Some(made) = about.made.as_ref().or(about.times.last()) {
        return Some(When {
            did: "made",
            at: moment_of(made),
        });
    }
    let record = release.release.record.as_ref()?;
    let recorded = record.files.iter().find(|recorded| recorded.path == file.path)?;
    Some(When {
        did: "collected",
        at: words::moment(recorded.collected_at?),
    })
}

/// What a file shows, in a few words.
pub(super) fn summary(content: &Content) -> String {
    match content {
        Content::Unread => "Not read by any format".to_owned(),
        Content::Tests(facts) => {
            let failed = facts.failures + facts.errors;
            let passed = facts.tests.saturating_sub(failed + facts.skipped);
            let mut words = format!("{} passed, {} failed", words::count(passed), words::count(failed));
            if facts.kind == CaseKind::Check {
                // An item that does not apply was answered, and was not done.
                words = format!(
                    "{} done or not applicable, {} failed",
                    words::count(passed),
                    words::count(failed)
                );
                if facts.skipped > 0 {
                    words.push_str(&format!(", {} left open", words::count(facts.skipped)));
                }
            } else if facts.skipped > 0 {
                words.push_str(", ");
                words.push_str(&words::count(facts.skipped));
                words.push_str(" skipped");
            }
            words
        }
        Content::Coverage(facts) => {
            let metric = |metric: &CoverageMetric| match percent(metric.covered, metric.total) {
                Some(percent) => format!("{} {percent} %", metric.name),
                None => format!("{} not measured", metric.name),
            };
            facts.metrics.iter().map(metric).collect::<Vec<_>>().join(", ")
        }
        Content::Findings(facts) => {
            let level = |(level, count): &(String, u64)| format!("{} {level}", words::count(*count));
            let levels: Vec<String> = facts.levels.iter().map(level).collect();
            if levels.is_empty() {
                "No findings".to_owned()
            } else {
                levels.join(", ")
            }
        }
        Content::Sbom(sbom) => format!(
            "{} {}, {}",
            sbom.standard,
            sbom.standard_version,
            words::counted(sbom.components.len() as u64, "component")
        ),
        Content::Metrics(facts) => words::counted(facts.metrics.len() as u64 + facts.unlisted, "figure"),
        Content::Provenance(facts) => {
            let subjects: usize = facts.statements.iter().map(|statement| statement.subjects.len()).sum();
            format!("{}, {}", words::counted(subjects as u64, "artifact"), signature(facts))
        }
        Content::Advisories(facts) => words::counted(facts.statements.len() as u64, "statement"),
        Content::Signoffs(signoffs) => words::counted(signoffs.len() as u64, "sign-off"),
        Content::Phases(phases) => words::counted(phases.len() as u64, "phase"),
        Content::Series(series) => words::counted(series.points.len() as u64, "observation"),
    }
}

/// What came of the signatures of a file, in words: the worst of them.
pub(super) fn signature(facts: &Provenance) -> &'static str {
    let all = || facts.statements.iter().map(|statement| &statement.checked);
    if all().any(|checked| matches!(checked, Checked::Failed { .. })) {
        "signature failed"
    } else if all().count() == 0 || all().any(|checked| matches!(checked, Checked::Unverified { .. })) {
        "no signature checked"
    } else if all().any(|checked| *checked == Checked::Unsigned) {
        "not signed"
    } else if all().any(|checked| matches!(checked, Checked::Good { .. })) {
        "signature good, signer not judged"
    } else {
        "signature verified"
    }
}

/// Two whole numbers as a percentage with one decimal, rounded down so that nothing looks better than it is.
pub(super) fn percent(covered: u64, total: u64) -> Option<String> {
    let tenths = u128::from(covered) * 1_000 / u128::from(total).max(1);
    (total > 0).then(|| format!("{}.{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::moment_of;

    #[test]
    fn moments_of_tools_are_told_in_utc() {
        assert_eq!(moment_of("2026-11-26T09:00:00+02:00"), "2026-11-26T07:00:00Z");
        assert_eq!(moment_of("1795679354068"), "2026-11-26T07:49:14Z");
        assert_eq!(moment_of("1795679354"), "2026-11-26T07:49:14Z");
        assert_eq!(moment_of("179567935406"), "179567935406");
        assert_eq!(moment_of(" Thursday "), "Thursday");
    }
}
