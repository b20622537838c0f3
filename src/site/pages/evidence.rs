//! One file of evidence: what was read from it, whether it is as it was recorded, and its first lines as text. `outer` is the release,
//! `inner` the file.

use std::collections::HashMap;

use serde::Serialize;

use crate::model::closing::word;
use crate::model::evidence::{Artifact, Content, CoverageMetric, DeclaredCounts, FailedCase, Integrity, ScannerFinding};
use crate::model::finding::Problem;
use crate::model::gate::Demand;
use crate::model::measure;
use crate::model::provenance::{Checked, Statement};
use crate::site::frame::{Frame, Made};
use crate::site::gate_title::gate_title;
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::evidence_tables::{self, Table};
use crate::site::pages::evidence_words::{about, addresses, moment_of, percent, signature, summary, when};
use crate::site::pages::sbom_fields::{Field, fields};
use crate::site::pages::views::verdict;
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "evidence",
    template: include_str!("../../../templates/evidence.html"),
    pages,
    make,
    section: "releases",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    release: &'site str,
    release_url: String,
    path: &'site str,
    repository_path: &'site str,
    gate: Option<GateFacts<'site>>,
    format: Option<&'static str>,
    shows: String,
    integrity: Integrity,
    /// Which commit it is about, and whose word that is.
    about: &'static str,
    /// When it was made, and whose word that is.
    when: String,
    sha256: &'site str,
    recorded_sha256: Option<&'site str>,
    bytes: u64,
    content: Measured<'site>,
    problems: &'site [Problem],
    source: Option<String>,
}

#[derive(Serialize)]
struct GateFacts<'site> {
    title: String,
    outcome: Option<crate::model::gate::Outcome>,
    /// The word for it, as the dossier has it.
    word: Option<&'static str>,
    reasons: &'site [String],
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
enum Measured<'site> {
    Unread,
    Tests {
        tests: u64,
        passed: u64,
        failures: u64,
        errors: u64,
        skipped: u64,
        flaky: u64,
        suites: u64,
        declared: DeclaredCounts,
        failed: &'site [FailedCase],
        timestamp: Option<String>,
    },
    Coverage {
        files: u64,
        metrics: Vec<Metric<'site>>,
    },
    Findings {
        tools: &'site [String],
        levels: &'site [(String, u64)],
        suppressed: u64,
        is_conclusive: bool,
        findings: &'site [ScannerFinding],
    },
    Sbom {
        standard: &'static str,
        standard_version: &'site str,
        tools: &'site [String],
        created: Option<String>,
        subject: Option<&'site str>,
        components: usize,
        top_level: u64,
        files: u64,
        edges: u64,
        vulnerabilities: u64,
        fields: Vec<Field>,
    },
    Rows {
        note: &'static str,
        rows: Vec<(&'site str, Vec<String>)>,
    },
    Table {
        table: Table,
    },
}

#[derive(Serialize)]
struct Metric<'site> {
    #[serde(flatten)]
    metric: &'site CoverageMetric,
    percent: Option<String>,
}

#[derive(Serialize)]
struct Extra<'site> {
    excerpt: Option<&'site str>,
    is_cut: bool,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, release) in product.product.releases.iter().enumerate() {
            for (inner, address) in addresses(product, release).into_iter().enumerate() {
                targets.push(Target {
                    address,
                    owner: format!(
                        "evidence `{}` of {}",
                        release.release.evidence[inner].path, release.release.version
                    ),
                    product: Some(number),
                    outer,
                    inner,
                    ..Target::default()
                });
            }
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let judged = &product.product.releases[target.outer];
    let release = &judged.release;
    let file = &release.evidence[target.inner];
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let recorded = release
        .record
        .as_ref()
        .and_then(|record| record.files.iter().find(|recorded| recorded.path == file.path));
    let asked = judged.asked.gates.iter().find(|gate| file.gate.as_deref() == Some(&*gate.id));
    let demand = asked.map(|gate| &gate.demand);
    // What was recorded stays where it is, and the page says by its digest which file it is about.
    let revision = site.handbook.commit.as_ref().map(|_| "HEAD");
    let facts = Facts {
        release: &release.version,
        release_url: product.release(judged),
        path: &file.path,
        repository_path: &file.repository_path,
        gate: file.gate.as_deref().map(|gate| GateFacts {
            title: gate_title(product, gate),
            outcome: verdict(judged, gate).map(|verdict| verdict.outcome),
            word: verdict(judged, gate).map(|verdict| word(verdict, release)),
            reasons: verdict(judged, gate).map_or(&[], |verdict| &verdict.reasons),
        }),
        format: file.artifact.format,
        shows: summary(&file.artifact.content),
        integrity: file.integrity,
        about: about(judged, file),
        when: when(judged, file),
        sha256: &file.sha256,
        recorded_sha256: recorded.map(|recorded| recorded.sha256.as_str()),
        bytes: file.bytes,
        content: measured(&file.artifact, demand),
        problems: &file.artifact.problems,
        source: site
            .source(revision, &file.repository_path)
            .filter(|_| file.integrity != Integrity::Absent),
    };
    let excerpt = file.excerpt.as_deref();
    let extra = Extra {
        excerpt,
        is_cut: excerpt.is_some_and(|excerpt| (excerpt.len() as u64) < file.bytes),
    };
    let mut made = Frame::of_product(KIND.name, site, target, format!("{name}, {}", release.version))
        .below("Releases", format!("{}releases/", product.base))
        .below(release.version.clone(), product.release(judged))
        .described(format!("Evidence of release {}: {}.", release.version, file.path))
        .of_its_day()
        .with(&facts);
    made.extra = tera::Value::from_serializable(&extra);
    made
}

fn measured<'site>(artifact: &'site Artifact, demand: Option<&Demand>) -> Measured<'site> {
    match &artifact.content {
        Content::Unread => Measured::Unread,
        Content::Tests(facts) => Measured::Tests {
            tests: facts.tests,
            passed: facts.tests.saturating_sub(facts.failures + facts.errors + facts.skipped),
            failures: facts.failures,
            errors: facts.errors,
            skipped: facts.skipped,
            flaky: facts.flaky,
            suites: facts.suites,
            declared: facts.declared,
            failed: &facts.failed,
            timestamp: artifact
                .about
                .times
                .first()
                .or(artifact.about.made.as_ref())
                .map(|text| moment_of(text)),
        },
        Content::Coverage(facts) => Measured::Coverage {
            files: facts.files,
            metrics: facts
                .metrics
                .iter()
                .map(|metric| Metric {
                    metric,
                    percent: percent(metric.covered, metric.total),
                })
                .collect(),
        },
        Content::Findings(facts) => Measured::Findings {
            tools: &facts.tools,
            levels: &facts.levels,
            suppressed: facts.suppressed,
            is_conclusive: facts.is_conclusive,
            findings: &facts.findings,
        },
        Content::Sbom(sbom) => Measured::Sbom {
            standard: sbom.standard,
            standard_version: &sbom.standard_version,
            tools: &sbom.tools,
            created: sbom.created.as_deref().map(moment_of),
            subject: sbom.subject.as_deref(),
            components: sbom.components.len(),
            top_level: sbom.top_level,
            files: sbom.files,
            edges: sbom.edges,
            vulnerabilities: sbom.vulnerabilities,
            fields: fields(sbom),
        },
        Content::Metrics(facts) => Measured::Rows {
            note: "",
            rows: grouped(facts.metrics.iter().map(metric_row)),
        },
        Content::Provenance(facts) => Measured::Rows {
            note: match signature(facts) {
                "signature verified" => {
                    "The signature holds, and the settings name who signed. What is signed is the statement: the artifacts, and what it says of them."
                }
                "signature good, signer not judged" => "The signature holds; the settings do not say who may sign.",
                "signature failed" => "The signature does not hold, or somebody else signed than who may.",
                "not signed" => "Nobody signed it.",
                _ => "No signature was checked when this page was made.",
            },
            rows: grouped(facts.statements.iter().flat_map(statement_rows)),
        },
        Content::Signoffs(signoffs) => Measured::Table {
            table: evidence_tables::signoffs(signoffs),
        },
        Content::Phases(phases) => Measured::Table {
            table: evidence_tables::phases(phases),
        },
        Content::Series(series) => Measured::Table {
            table: evidence_tables::series(&series.points, demand),
        },
        Content::Advisories(facts) => Measured::Rows {
            note: "",
            rows: grouped(facts.statements.iter().map(|statement| {
                let products = statement.products.join(", ");
                (statement.vulnerability.as_str(), format!("{}: {products}", statement.status))
            })),
        },
    }
}

/// Rows whose name stands once, with everything that is said under it.
fn grouped<'site>(rows: impl Iterator<Item = (&'site str, String)>) -> Vec<(&'site str, Vec<String>)> {
    let mut grouped: Vec<(&str, Vec<String>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (name, words) in rows {
        let place = *places.entry(name).or_insert(grouped.len());
        match grouped.get_mut(place) {
            Some((_, said)) => said.push(words),
            None => grouped.push((name, vec![words])),
        }
    }
    grouped
}

/// A figure with its limit.
fn metric_row(metric: &measure::Metric) -> (&str, String) {
    let mut words = metric.value.clone().unwrap_or_else(|| "not measured".to_owned());
    if !metric.limit.is_empty() {
        let holds = match metric.holds {
            Some(true) => "holds",
            Some(false) => "does not hold",
            None => "is not judged",
        };
        words = format!("{words}, and the limit {} {holds}", metric.limit);
    }
    if !metric.of.is_empty() {
        words = format!("{words} ({})", metric.of);
    }
    (metric.name.as_str(), words)
}

/// What is stated, about which artifacts.
fn statement_rows(statement: &Statement) -> impl Iterator<Item = (&str, String)> {
    let subjects = statement.subjects.iter().map(|subject| {
        let name = if subject.name.is_empty() { "no name" } else { &subject.name };
        ("Artifact", format!("{name} {}", subject.digests.join(" ")))
    });
    let stated = Some(("States", statement.predicate_type.clone())).filter(|(_, words)| !words.is_empty());
    let builder = Some(("Builder, by its own word", statement.builder.clone())).filter(|(_, words)| !words.is_empty());
    let signature = match &statement.checked {
        Checked::Unsigned => None,
        Checked::Unverified { why } => Some(format!("not checked: {why}")),
        Checked::Failed { why } => Some(format!("failed: {why}")),
        Checked::Good { signer } | Checked::Verified { signer } => Some(format!("holds, by {}, {}", signer.words(), signer.at)),
    };
    let signature = signature.map(|words| ("Signature", words));
    stated.into_iter().chain(builder).chain(signature).chain(subjects)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn percentages_never_look_better_than_they_are() {
        assert_eq!(percent(7_999, 10_000).as_deref(), Some("79.9"));
        assert_eq!(percent(10, 10).as_deref(), Some("100.0"));
        assert_eq!(percent(0, 0), None, "nothing measured is no percentage");
    }
}
