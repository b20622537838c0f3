//! Evidence: the files that show how gates went, and what was read from them.

use serde::Serialize;

use crate::model::about::About;
use crate::model::advisory::Advisories;
use crate::model::finding::Problem;
use crate::model::history::CommitId;
use crate::model::measure::MetricFacts;
use crate::model::provenance::Provenance;
use crate::model::sbom::Sbom;

/// A file of the evidence store of a release.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// The path from the folder of the release, such as `evidence/unit-tests/junit.xml`.
    pub(crate) path: String,
    /// The path from the root of the repository.
    pub(crate) repository_path: String,
    /// The gate that it shows: the folder below `evidence/`, or what the record says.
    pub(crate) gate: Option<String>,
    /// The SHA-256 digest of the file as it is now, 64 hex digits.
    pub(crate) sha256: String,
    /// The length in bytes.
    pub(crate) bytes: u64,
    /// How the digest compares with the record.
    pub(crate) integrity: Integrity,
    /// What was read from it.
    pub(crate) artifact: Artifact,
    /// The first part of the file as text, for the page; none when it is binary.
    pub(crate) excerpt: Option<String>,
}

/// How the digest of a file compares with the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Integrity {
    /// As recorded.
    Recorded,
    /// Other bytes than recorded.
    Altered,
    /// No record names it.
    Unrecorded,
    /// The record names it and it is not there.
    Absent,
}

/// What was read from an artifact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Artifact {
    /// The name of the format that read it, such as `junit`; none when no format knows it.
    pub(crate) format: Option<&'static str>,
    /// What it holds.
    pub(crate) content: Content,
    /// What could not be read, or contradicts itself.
    pub(crate) problems: Vec<Problem>,
    /// What it says that it is about.
    pub(crate) about: About,
    /// The counts in the words of its format, by name.
    pub(crate) counts: serde_json::Map<String, serde_json::Value>,
}

/// What an artifact holds.
#[derive(Clone, Debug, Default)]
pub(crate) enum Content {
    /// No format knows it, or it could not be read at all.
    #[default]
    Unread,
    /// Test cases.
    Tests(TestFacts),
    /// Coverage of code by tests.
    Coverage(CoverageFacts),
    /// Findings of a scanner.
    Findings(FindingFacts),
    /// A bill of materials.
    Sbom(Box<Sbom>),
    /// Figures that a tool measured.
    Metrics(MetricFacts),
    /// Statements about artifacts by digest.
    Provenance(Box<Provenance>),
    /// Statements about vulnerabilities of products.
    Advisories(Box<Advisories>),
}

/// What the cases of a report are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CaseKind {
    /// Tests.
    #[default]
    Test,
    /// Jobs of a run of a CI system.
    Job,
    /// Steps that somebody or something carried out: commands and their exit codes.
    Step,
}

/// Test cases, recounted from the leaves of the file. Jobs and steps are counted in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct TestFacts {
    /// What the cases are.
    pub(crate) kind: CaseKind,
    /// The commit that the file says it is about, where it says so.
    pub(crate) commit: Option<CommitId>,
    /// All cases.
    pub(crate) tests: u64,
    /// Cases that failed an assertion.
    pub(crate) failures: u64,
    /// Cases that could not run to the end.
    pub(crate) errors: u64,
    /// Cases that did not run.
    pub(crate) skipped: u64,
    /// Cases that passed only after another try.
    pub(crate) flaky: u64,
    /// Suites.
    pub(crate) suites: u64,
    /// The counts that the file declares of itself; a figure that is absent is none.
    pub(crate) declared: DeclaredCounts,
    /// The names of the failed cases and their first message line, at most 50.
    pub(crate) failed: Vec<FailedCase>,
    /// When the run began, as written.
    pub(crate) timestamp: Option<String>,
}

/// The counts that a test report declares of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct DeclaredCounts {
    /// `tests`.
    pub(crate) tests: Option<u64>,
    /// `failures`.
    pub(crate) failures: Option<u64>,
    /// `errors`.
    pub(crate) errors: Option<u64>,
    /// `skipped`.
    pub(crate) skipped: Option<u64>,
}

/// A case that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FailedCase {
    /// Class and name.
    pub(crate) name: String,
    /// The first line of the message, escape sequences removed.
    pub(crate) message: String,
}

/// Coverage, recomputed from counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct CoverageFacts {
    /// The metrics by name: `lines`, `branches`, `functions`, `statements`.
    pub(crate) metrics: Vec<CoverageMetric>,
    /// Files that were measured.
    pub(crate) files: u64,
}

/// One metric of coverage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CoverageMetric {
    /// `lines`, `branches`, `functions`.
    pub(crate) name: &'static str,
    /// What was covered.
    pub(crate) covered: u64,
    /// What could be covered. Zero of zero is no measurement.
    pub(crate) total: u64,
    /// What the file declares of itself for covered and total, where it does.
    pub(crate) declared: Option<(u64, u64)>,
}

/// Findings of a scanner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct FindingFacts {
    /// The tools, with versions where known.
    pub(crate) tools: Vec<String>,
    /// Counts by level, worst first: `error`, `warning`, `note`, `none`. Suppressed ones are not among them.
    pub(crate) levels: Vec<(String, u64)>,
    /// Counts by severity in the words of the tool, where it has words of its own.
    pub(crate) severities: Vec<(String, u64)>,
    /// Findings that somebody suppressed.
    pub(crate) suppressed: u64,
    /// Whether every run says that it ended well and has results, if only an empty list.
    pub(crate) is_conclusive: bool,
    /// The first findings, at most 50.
    pub(crate) findings: Vec<ScannerFinding>,
}

/// One finding of a scanner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ScannerFinding {
    /// The rule.
    pub(crate) rule: String,
    /// The level.
    pub(crate) level: String,
    /// The message as plain text.
    pub(crate) message: String,
    /// The file, as written.
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: Option<u64>,
}
