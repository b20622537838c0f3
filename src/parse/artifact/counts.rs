//! The counts of an artifact under flat names, and what it is about, where the facts say both already.

mod versions;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::about::About;
use crate::model::evidence::{Artifact, Content, CoverageFacts, FindingFacts, TestFacts};
use crate::model::provenance::Provenance;
use crate::model::sbom::Sbom;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Shape, Sniff};

/// Counts by a word, such as findings by severity.
pub(crate) fn by_word(counts: &[(String, u64)]) -> Value {
    let counts: BTreeMap<&str, u64> = counts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    json!(counts)
}

/// How many lines of each type there are in a file of JSON lines that no format reads, such as the events of `go test -json`.
pub(crate) fn of_lines(sniff: &Sniff<'_>) -> Option<(String, Value)> {
    if sniff.flaw.is_none() || !matches!(sniff.shape, Shape::JsonObject(_)) {
        return None;
    }
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for line in sniff.text.lines().filter(|line| !line.trim().is_empty()) {
        let node = tree(line).ok().filter(Node::is_object)?;
        let word = ["type", "Action", "event"].iter().find_map(|key| node.at(key).text());
        *types.entry(word.unwrap_or("?").chars().take(60).collect()).or_default() += 1;
    }
    Some(("types".to_owned(), json!(types)))
}

/// Fills in what the reader of the format did not say itself.
pub(crate) fn complete(artifact: &mut Artifact) {
    let remark = versions::remark(artifact);
    artifact.problems.extend(remark);
    let own = match &artifact.content {
        Content::Unread => return,
        Content::Tests(facts) => tests(facts),
        Content::Coverage(facts) => coverage(facts, artifact.format),
        Content::Findings(facts) => findings(facts),
        Content::Sbom(sbom) => bill(sbom),
        Content::Metrics(facts) => json!({ "metrics": facts.metrics.len() as u64 + facts.unlisted }),
        Content::Provenance(facts) => provenance(facts),
        Content::Advisories(facts) => json!({ "comps": facts.statements.len() }),
        Content::Signoffs(signoffs) => json!({ "signoffs": signoffs.len() }),
        Content::Phases(phases) => json!({ "phases": phases.len() }),
        Content::Series(series) => json!({ "observations": series.points.len() }),
    };
    if let Value::Object(own) = own {
        add_absent(&mut artifact.counts, own);
    }
    let about = &mut artifact.about;
    match &artifact.content {
        Content::Findings(facts) => facts.tools.iter().for_each(|tool| About::add(&mut about.tools, tool)),
        Content::Sbom(sbom) => {
            sbom.tools.iter().for_each(|tool| About::add(&mut about.tools, tool));
            sbom.subject.iter().for_each(|name| About::add(&mut about.names, name));
            add_time(about, sbom.created.as_deref());
        }
        Content::Provenance(facts) => {
            for statement in &facts.statements {
                for subject in &statement.subjects {
                    About::add(&mut about.names, &subject.name);
                    subject
                        .digests
                        .iter()
                        .for_each(|digest| About::add(&mut about.digests, digest));
                }
                About::add(&mut about.tools, &statement.builder);
                add_time(about, statement.finished.as_deref().or(statement.started.as_deref()));
            }
        }
        Content::Unread
        | Content::Tests(_)
        | Content::Coverage(_)
        | Content::Metrics(_)
        | Content::Advisories(_)
        | Content::Signoffs(_)
        | Content::Phases(_)
        | Content::Series(_) => {}
    }
}

fn add_absent(counts: &mut Map<String, Value>, own: Map<String, Value>) {
    for (name, value) in own {
        counts.entry(name).or_insert(value);
    }
}

fn add_time(about: &mut About, time: Option<&str>) {
    if about.made.is_none() {
        about.made = time.map(str::to_owned);
    }
}

fn tests(facts: &TestFacts) -> Value {
    json!({
        "tests": facts.tests,
        "failures": facts.failures,
        "errors": facts.errors,
        "skipped": facts.skipped,
        "suites": facts.suites,
        "flaky": facts.flaky,
        "unknown": facts.unknown,
        "declared": facts.declared,
    })
}

fn coverage(facts: &CoverageFacts, format: Option<&'static str>) -> Value {
    let mut counts = Map::new();
    counts.insert("files".to_owned(), json!(facts.files));
    for metric in &facts.metrics {
        counts.insert(metric.name.to_owned(), json!([metric.covered, metric.total]));
        if let (Some(declared), "lines", Some("lcov")) = (metric.declared, metric.name, format) {
            counts.insert("LH_LF".to_owned(), json!([declared.0, declared.1]));
        }
        if format == Some("cobertura") && metric.name == "lines" {
            counts.insert("recomputed_unique_lines".to_owned(), json!([metric.covered, metric.total]));
        }
    }
    Value::Object(counts)
}

fn findings(facts: &FindingFacts) -> Value {
    let active: u64 = facts.levels.iter().map(|(_, count)| count).sum();
    json!({
        "results": active + facts.suppressed,
        "active_by_level": by_word(&facts.levels),
        "by_severity": by_word(&facts.severities),
        "suppressed": facts.suppressed,
    })
}

fn bill(sbom: &Sbom) -> Value {
    // The first editions of SPDX write the name of the standard into the version.
    let version = match (sbom.standard, sbom.standard_version.strip_prefix("2.")) {
        ("SPDX", Some(minor)) => format!("SPDX-2.{minor}"),
        _ => sbom.standard_version.clone(),
    };
    json!({
        "ver": version,
        "comps": if sbom.standard == "SPDX" { sbom.top_level } else { sbom.components.len() as u64 },
        "top": sbom.top_level,
        "files": sbom.files,
        "edges": sbom.edges,
        "deps": sbom.dependency_records,
        "vulns": sbom.vulnerabilities,
        "purls": sbom.purls,
        "parts": sbom.parts.len(),
    })
}

fn provenance(facts: &Provenance) -> Value {
    let subjects: usize = facts.statements.iter().map(|statement| statement.subjects.len()).sum();
    let first = facts.statements.iter().find(|statement| !statement.kind.is_empty());
    let version = if facts.form.is_empty() {
        first.map(|statement| statement.kind.as_str()).unwrap_or_default()
    } else {
        &facts.form
    };
    json!({
        "ver": version,
        "lines": facts.documents,
        "signatures": facts.signatures,
        "subjects": subjects,
        "pred": first.map(|statement| statement.predicate_type.as_str()),
        "stype": first.map(|statement| statement.kind.as_str()),
    })
}
