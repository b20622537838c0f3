//! Releases of the sample product with gates of every outcome.

use std::sync::Arc;

use crate::model::change::{ChangeKind, ComponentChange, ComponentChanges};
use crate::model::evidence::{
    Artifact, Content, CoverageFacts, CoverageMetric, DeclaredCounts, Evidence, FailedCase, FindingFacts, Integrity,
    ScannerFinding, TestFacts,
};
use crate::model::finding::Problem;
use crate::model::gate::{Asked, Demand, Gate, GateVerdict, Outcome, ReadDemand, ReleaseState, ReleaseVerdict};
use crate::model::handbook::JudgedRelease;
use crate::model::proof::{DeclaredArtifact, DigestState, Proof, ProofKind, Proofs, ProvenArtifact};
use crate::model::provenance::{Checked, Signer};
use crate::model::release::{
    Confirmation, NoteGroup, Notes, Outcome as Ending, Record, RecordFile, Release, ReleaseDate, ReleaseSource, Tag,
    TimelineEvent,
};
use crate::model::sbom::{Component, Sbom};
use crate::model::separation::{Act, Apart, Said, Seat, Separation};
use crate::site::sample::{day, moment};

/// What is written about the release that comes next.
pub(super) fn coming() -> Vec<Notes> {
    let notes = |path: &str, line, title: &str, item: &str| Notes {
        version: "Unreleased".to_owned(),
        path: path.to_owned(),
        line,
        groups: vec![NoteGroup {
            title: title.to_owned(),
            items: vec![item.to_owned()],
        }],
        ..Notes::default()
    };
    vec![
        notes("CHANGELOG.md", 5, "Added", "Limits for each tenant."),
        notes(
            ".changeset/brave-cats-sing.md",
            5,
            "@acme/pay (minor)",
            "Refunds wait for a second person.",
        ),
    ]
}

/// The gates.
pub(super) fn gates() -> Vec<Gate> {
    let demanding = |id: &str, title: &str, demand| Gate {
        id: id.to_owned(),
        title: title.to_owned(),
        is_declared: true,
        demand,
        ..Gate::default()
    };
    let gate = |id: &str, title: &str, is_declared| Gate {
        is_declared,
        ..demanding(id, title, Demand::default())
    };
    vec![
        demanding(
            "unit-tests",
            "Unit tests",
            Demand {
                min_tests: Some(100),
                format: Some("junit".to_owned()),
                ..Demand::default()
            },
        ),
        demanding(
            "coverage",
            "Coverage",
            Demand {
                at_least: vec![("lines".to_owned(), 80.0)],
                ..Demand::default()
            },
        ),
        demanding(
            "dependency-audit",
            "Dependency audit",
            Demand {
                max_warnings: Some(0),
                ..Demand::default()
            },
        ),
        gate("image-scan", "Image scan", true),
        gate("integration-tests", "Integration tests", true),
        gate("evaluation", "Evaluation", true),
        gate("migrations", "Migrations", true),
        gate("sign-off", "Sign-off", true),
        gate("sbom", "", false),
    ]
}

/// The releases, newest first.
pub(super) fn releases() -> Vec<JudgedRelease> {
    use Outcome::{Accepted, Altered, Empty, Failed, Inconclusive, Missing, NotApplicable, Passed, Unreadable};
    vec![
        release("v1.9.0-rc.1", "2026-11-19", 1, ReleaseState::Unproven, &[Missing; 9], false),
        release(
            "v1.8.2",
            "2026-11-17",
            2,
            ReleaseState::OpenGates,
            &[
                Passed, Passed, Accepted, Passed, Failed, NotApplicable, Inconclusive, Passed, Passed,
            ],
            true,
        ),
        release(
            "v1.8.1",
            "2026-11-02",
            3,
            ReleaseState::OpenGates,
            &[Passed, Altered, Passed, Unreadable, Empty, Passed, Missing, Passed, Passed],
            true,
        ),
        release("v1.8.0", "2026-10-14", 4, ReleaseState::RolledBack, &[Passed; 9], true),
        release("v1.7.3", "2026-09-25", 9, ReleaseState::Proven, &[Passed; 9], false),
    ]
}

fn release(
    version: &str,
    date: &str,
    edition: usize,
    state: ReleaseState,
    outcomes: &[Outcome; 9],
    has_evidence: bool,
) -> JudgedRelease {
    let evidence = if has_evidence { evidence(version) } else { Vec::new() };
    let has_edition = edition < 9;
    let at = |clock: &str| moment(&format!("{date}T{clock}:00+00:00"));
    let event = |clock: &str, event: &str, by: &str, note: Option<&str>, gate: Option<&str>| TimelineEvent {
        at: at(clock),
        event: event.to_owned(),
        by: (!by.is_empty()).then(|| by.to_owned()),
        note: note.map(ToOwned::to_owned),
        gate: gate.map(ToOwned::to_owned),
    };
    let record = has_evidence.then(|| Record {
        is_newer: false,
        commit_line: None,
        file_lines: std::collections::BTreeMap::new(),
        product: None,
        flaws: Vec::new(),
        gate_lines: std::collections::BTreeMap::new(),
        path: format!("releases/{version}/record.json"),
        version: version.to_owned(),
        commit: Some("7be02d1".repeat(6)[..40].to_owned()),
        released: Some(at("10:12")),
        outcome: Some(if state == ReleaseState::RolledBack {
            Ending::RolledBack
        } else {
            Ending::Shipped
        }),
        gates: Vec::new(),
        prev: (version != "v1.8.0").then(|| "ab".repeat(32)),
        timeline: vec![
            event("09:21", "passed", "", Some("7 gates in CI run 4127"), None),
            event(
                "09:40",
                "accepted",
                "Reviewer",
                Some("until 1 Dec 2026: no fix is out yet"),
                Some("dependency-audit"),
            ),
            event("10:05", "approved", "Reviewer", None, None),
            event("10:12", "deployed", "Operator", None, None),
            event("10:27", "observed", "", Some("T+15m: error rate 0.2 %"), None),
            if state == ReleaseState::RolledBack {
                event("10:34", "rolled-back", "Operator", Some("the queue did not drain"), None)
            } else {
                event("12:12", "closed", "Release driver", None, None)
            },
        ],
        files: evidence
            .iter()
            .map(|file| RecordFile {
                collected_at: None,
                path: file.path.clone(),
                sha256: if file.integrity == Integrity::Altered {
                    "00".repeat(32)
                } else {
                    file.sha256.clone()
                },
                bytes: file.bytes,
                format: None,
                gate: file.gate.clone(),
            })
            .collect(),
        note: Some("Faster retries for stalled jobs. No migrations and no new settings.".to_owned()),
    });
    let gates: Vec<GateVerdict> = gates()
        .into_iter()
        .zip(outcomes)
        .map(|(gate, outcome)| GateVerdict {
            value: value(*outcome).to_owned(),
            reasons: vec![reason(*outcome).to_owned()],
            evidence: evidence
                .iter()
                .filter(|file| file.gate.as_deref() == Some(&gate.id))
                .map(|file| file.path.clone())
                .collect(),
            gate: gate.id,
            outcome: *outcome,
        })
        .collect();
    JudgedRelease {
        at_release: None,
        asked: Asked {
            gates: self::gates(),
            read: vec![ReadDemand {
                path: "runbooks/release.md".to_owned(),
                line: 12,
                text: "all required checks are green".to_owned(),
            }],
            boxes: 4,
            ..Asked::default()
        },
        exceptions: Vec::new(),
        duties: Vec::new(),
        separation: Separation {
            version: version.to_owned(),
            acts: vec![Act {
                seat: Seat::Approver,
                act: "approved".to_owned(),
                role: "reviewer".to_owned(),
                who: "seat-1".to_owned(),
                at: "2026-11-17T09:02:40Z".to_owned(),
                from: "signoffs.yaml".to_owned(),
            }],
            said: vec![Said {
                standing: Apart::Same,
                sentence: "One person sat in two seats.".to_owned(),
            }],
            allowed: Vec::new(),
        },
        verdict: ReleaseVerdict {
            contradictions: Vec::new(),
            let_through: gates.iter().filter(|gate| gate.outcome.lets_through()).count() as u64,
            gates,
            state,
            reasons: Vec::new(),
        },
        today: Vec::new(),
        components: (version == "v1.8.2" || version == "v1.8.1").then(changes),
        proofs: proofs(),
        edition: has_edition.then_some(edition),
        edition_absent: (!has_edition).then(|| "its commit is not in this clone".to_owned()),
        release: Release {
            version: version.to_owned(),
            slug: version.to_owned(),
            semver: version.trim_start_matches('v').parse().ok(),
            commit: Some("7be02d1".repeat(6)[..40].to_owned()),
            commit_is_present: has_edition,
            is_reachable: Some(version != "v1.8.1"),
            date: Some(ReleaseDate {
                day: day(date),
                at: Some(at("10:12")),
                source: ReleaseSource::Record,
            }),
            tag: Some(Tag {
                name: version.to_owned(),
                is_annotated: true,
                date: Some(at("09:02")),
                tagger: Some("Release driver".to_owned()),
                message: "Faster retries".to_owned(),
                has_signature: version == "v1.8.2",
            }),
            record,
            notes: vec![Notes {
                version: version.to_owned(),
                date: Some(day(date)),
                is_yanked: false,
                groups: vec![
                    NoteGroup {
                        title: "Added".to_owned(),
                        items: vec!["A limit per customer, `MAX_ORDERS`".to_owned()],
                    },
                    NoteGroup {
                        title: "Fixed".to_owned(),
                        items: vec!["Stalled jobs are retried".to_owned()],
                    },
                ],
                path: "CHANGELOG.md".to_owned(),
                line: 12,
            }],
            evidence,
            sources: vec![ReleaseSource::Record, ReleaseSource::Tag],
            is_chained: has_evidence,
            confirmation: Confirmation::Next,
            problems: if version == "v1.8.1" {
                vec![Problem::of_file("the branch does not contain its commit")]
            } else {
                Vec::new()
            },
            ..Release::default()
        },
    }
}

fn value(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "2,184 passed, 0 failed",
        Outcome::Accepted => "1 finding, accepted until 1 Dec 2026",
        Outcome::Inconclusive => "14 migrations ran",
        Outcome::Failed => "210 passed, 2 failed",
        Outcome::Altered => "lines 83.1 %",
        _ => "",
    }
}

fn reason(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "2,184 tests ran, at least 100 are needed, and none failed",
        Outcome::Accepted => "the reviewer accepted it: no fix is out yet",
        Outcome::NotApplicable => "neither prompts nor models changed",
        Outcome::Inconclusive => "no threshold is declared to compare with",
        Outcome::Empty => "the file holds no test case",
        Outcome::Missing => "no file was collected below `evidence/`",
        Outcome::Altered => "the digest is not the one of the record",
        Outcome::Skipped => "the job was skipped",
        Outcome::Unrecorded => "no record names the file",
        Outcome::Stale => "the run is older than the released commit",
        Outcome::WrongSubject => "the file is about another commit",
        Outcome::AcceptedExpired => "what accepted it is over",
        Outcome::Unreadable => "the file ends in the middle of an object",
        Outcome::Failed => "2 of 212 tests failed",
    }
}

fn evidence(version: &str) -> Vec<Evidence> {
    let file = |gate: &str, name: &str, format, content, integrity, problems: Vec<Problem>, excerpt: Option<&str>| Evidence {
        path: format!("evidence/{gate}/{name}"),
        repository_path: format!("releases/{version}/evidence/{gate}/{name}"),
        gate: Some(gate.to_owned()),
        sha256: format!("{:064x}", name.len() * 0x1234_5678_9abc + version.len()),
        bytes: 48_213,
        integrity,
        artifact: Artifact {
            format,
            content,
            problems,
            ..Artifact::default()
        },
        excerpt: excerpt.map(ToOwned::to_owned),
    };
    let tests = |failures| {
        Content::Tests(TestFacts {
            tests: 2_184,
            failures,
            suites: 12,
            flaky: 1,
            declared: DeclaredCounts {
                tests: Some(2_184),
                ..DeclaredCounts::default()
            },
            failed: (0..failures)
                .map(|_| FailedCase {
                    name: "orders.test_refund".to_owned(),
                    message: "expected 3, got 2".to_owned(),
                })
                .collect(),
            ..TestFacts::default()
        })
    };
    let is_older = version == "v1.8.1";
    vec![
        file(
            "unit-tests",
            "junit.xml",
            Some("junit"),
            tests(0),
            Integrity::Recorded,
            Vec::new(),
            Some("<?xml version=\"1.0\"?>\n<testsuites tests=\"2184\">\n  <testsuite name=\"orders\"/>\n"),
        ),
        file(
            "integration-tests",
            "JUnit.xml",
            Some("junit"),
            tests(2),
            Integrity::Recorded,
            Vec::new(),
            None,
        ),
        file(
            "integration-tests",
            "junit.xml",
            Some("junit"),
            tests(0),
            Integrity::Unrecorded,
            Vec::new(),
            None,
        ),
        file(
            "coverage",
            "lcov.info",
            Some("lcov"),
            Content::Coverage(CoverageFacts {
                metrics: vec![
                    CoverageMetric {
                        name: "lines",
                        covered: 12_041,
                        total: 14_490,
                        declared: None,
                    },
                    CoverageMetric {
                        name: "branches",
                        covered: 0,
                        total: 0,
                        declared: None,
                    },
                ],
                files: 212,
            }),
            if is_older { Integrity::Altered } else { Integrity::Recorded },
            Vec::new(),
            None,
        ),
        file(
            "dependency-audit",
            "audit.sarif",
            Some("sarif"),
            Content::Findings(FindingFacts {
                tools: vec!["auditor 2.1".to_owned()],
                levels: vec![("error".to_owned(), 0), ("warning".to_owned(), 1)],
                severities: Vec::new(),
                suppressed: 2,
                is_conclusive: true,
                findings: vec![ScannerFinding {
                    rule: "ADV-1".to_owned(),
                    level: "warning".to_owned(),
                    message: "An old version is used".to_owned(),
                    path: "requirements.txt".to_owned(),
                    line: Some(12),
                    fingerprints: Vec::new(),
                }],
                ..FindingFacts::default()
            }),
            Integrity::Recorded,
            Vec::new(),
            None,
        ),
        file(
            "image-scan",
            "scan.bin",
            None,
            Content::Unread,
            Integrity::Absent,
            vec![Problem::at(3, "the file ends in the middle of an object")],
            None,
        ),
        file(
            "sbom",
            "sbom.cdx.json",
            Some("cyclonedx"),
            Content::Sbom(Box::new(sbom(version))),
            Integrity::Recorded,
            Vec::new(),
            Some("{\"bomFormat\":\"CycloneDX\""),
        ),
    ]
}

fn sbom(version: &str) -> Sbom {
    let component = |name: &str, version: &str, licence: &str| Component {
        purl: format!("pkg:pypi/{name}@{version}"),
        identity: format!("pkg:pypi/{name}"),
        name: name.to_owned(),
        version: version.to_owned(),
        licence: licence.to_owned(),
        kind: "library".to_owned(),
        has_hash: true,
        is_direct: Some(name.len().is_multiple_of(2)),
        ..Component::default()
    };
    let mut components = vec![
        component(
            "cryptography",
            if version == "v1.8.2" { "45.0.6" } else { "43.0.3" },
            "Apache-2.0 OR BSD-3-Clause",
        ),
        component("fastapi", "0.118.0", "MIT"),
        component("sqlalchemy", "2.0.43", ""),
    ];
    if version == "v1.8.2" {
        components.push(component("tenacity", "9.1.2", "Apache-2.0"));
    }
    for number in 0..240 {
        components.push(component(&format!("part-{number:03}"), "1.0.0", "MIT"));
    }
    Sbom {
        standard: "CycloneDX",
        standard_version: "1.6".to_owned(),
        tools: vec!["sbom writer 3".to_owned()],
        created: Some("2026-11-17T09:10:00Z".to_owned()),
        subject: Some("harbor-api".to_owned()),
        top_level: components.len() as u64,
        components: components.into_iter().map(Arc::new).collect(),
        edges: 410,
        dependency_records: 244,
        ..Sbom::default()
    }
}

fn changes() -> ComponentChanges {
    let change = |kind, name: &str, before: &[&str], after: &[&str], licences: (&str, &str)| ComponentChange {
        kind,
        identity: format!("pkg:pypi/{name}"),
        name: name.to_owned(),
        before: before.iter().map(|version| (*version).to_owned()).collect(),
        after: after.iter().map(|version| (*version).to_owned()).collect(),
        licence_before: licences.0.to_owned(),
        licence_after: licences.1.to_owned(),
        other: None,
        through: if kind == ChangeKind::Added {
            vec!["fastapi".to_owned()]
        } else {
            Vec::new()
        },
    };
    ComponentChanges {
        base: "v1.8.1".to_owned(),
        changes: vec![
            change(ChangeKind::Licence, "fast-chart", &["4.2.0"], &["5.0.0"], ("MIT", "BUSL-1.1")),
            change(
                ChangeKind::Major,
                "cryptography",
                &["43.0.3"],
                &["45.0.6"],
                ("Apache-2.0 OR BSD-3-Clause", "Apache-2.0 OR BSD-3-Clause"),
            ),
            change(ChangeKind::Added, "tenacity", &[], &["9.1.2"], ("", "Apache-2.0")),
            change(ChangeKind::Updated, "fastapi", &["0.115.6"], &["0.118.0"], ("MIT", "MIT")),
            change(ChangeKind::Removed, "backoff", &["2.2.1"], &[], ("MIT", "")),
        ],
        unchanged: 241,
        generator_changed: true,
        ..ComponentChanges::default()
    }
}

/// What proves the artifacts of a release.
fn proofs() -> Proofs {
    let proof = |kind: ProofKind, digest: DigestState, checked: Checked| Proof {
        kind,
        path: "evidence/provenance/wheels.sigstore.json".to_owned(),
        digest,
        checked,
    };
    let signer = Signer {
        identity: "https://example.org/api/release.yml@refs/tags/v1.8.2".to_owned(),
        issuer: "https://token.example.org".to_owned(),
        at: "2026-11-17T09:02:40Z".to_owned(),
    };
    let no = "the certificate is of another authority".to_owned();
    Proofs {
        artifacts: vec![
            ProvenArtifact {
                name: "api-1.8.2-py3-none-any.whl".to_owned(),
                file: Some("evidence/dist/api-1.8.2-py3-none-any.whl".to_owned()),
                is_published: true,
                sha256: Some("ab".repeat(32)),
                proofs: vec![
                    proof(
                        ProofKind::Provenance,
                        DigestState::Matches,
                        Checked::Verified { signer: signer.clone() },
                    ),
                    proof(ProofKind::Sbom, DigestState::Matches, Checked::Good { signer }),
                    proof(ProofKind::Summary, DigestState::Differs, Checked::Failed { why: no }),
                    proof(ProofKind::Checksum, DigestState::FileAbsent, Checked::Unsigned),
                ],
            },
            ProvenArtifact {
                name: "client-1.8.2-py3-none-any.whl".to_owned(),
                is_published: true,
                ..ProvenArtifact::default()
            },
        ],
        declared: vec![DeclaredArtifact {
            name: "worker-*.whl".to_owned(),
            path: "runbooks/release.md".to_owned(),
            line: 12,
            present: None,
        }],
    }
}
