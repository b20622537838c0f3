//! Where the files of evidence have their pages, and what they show in a few words.

use std::collections::HashSet;

use crate::model::evidence::{Content, CoverageMetric, Evidence};
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

/// When a file says that it was made; else when it was collected.
pub(super) fn made(release: &JudgedRelease, file: &Evidence) -> String {
    let about = &file.artifact.about;
    if let Some(made) = about.made.as_ref().or(about.times.last()) {
        let at = chrono::DateTime::parse_from_rfc3339(made.trim());
        return at.map_or_else(|_| format!("made {made}"), |at| format!("made {}", words::moment(at)));
    }
    let record = release.release.record.as_ref();
    let recorded = record.and_then(|record| record.files.iter().find(|recorded| recorded.path == file.path));
    recorded
        .and_then(|recorded| recorded.collected_at)
        .map(|at| format!("collected {}", words::moment(at)))
        .unwrap_or_default()
}

/// What a file shows, in a few words.
pub(super) fn summary(content: &Content) -> String {
    match content {
        Content::Unread => "Not read by any format".to_owned(),
        Content::Tests(facts) => {
            let failed = facts.failures + facts.errors;
            let passed = facts.tests.saturating_sub(failed + facts.skipped);
            let mut words = format!("{} passed, {} failed", words::count(passed), words::count(failed));
            if facts.skipped > 0 {
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
    } else if all().count() == 0 || all().any(|checked| matches!(checked, Checked::NotChecked { .. })) {
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
