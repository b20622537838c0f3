//! Evidence: the files that show how gates went, and what was read from them.

use serde::{Deserialize, Serialize};

use crate::model::about::About;
use crate::model::advisory::{Advisories, AdvisoryHit};
use crate::model::attest::{Course, Phase, Series, Signoff};
use crate::model::finding::Problem;
use crate::model::measure::MetricFacts;
use crate::model::provenance::Provenance;
use crate::model::sbom::Sbom;
use crate::model::word::{Word, known};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What keeps it from being green, whatever it measures. The verdict gives each kind its state.
    pub(crate) anomalies: Vec<Anomaly>,
    /// What could not be read, or is worth knowing.
    pub(crate) problems: Vec<Problem>,
    /// What it says that it is about.
    pub(crate) about: About,
    /// The counts in the words of its format, by name.
    pub(crate) counts: serde_json::Map<String, serde_json::Value>,
    /// What was done step by step, where it tells that.
    pub(crate) course: Option<Box<Course>>,
}

/// Something that keeps a document from being green, whatever it measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Anomaly {
    /// The kind.
    pub(crate) kind: AnomalyKind,
    /// The line, from 1, where it is known.
    pub(crate) line: Option<u32>,
    /// What is wrong, in one line, lower case, no full stop.
    pub(crate) message: String,
}

/// The kinds of anomalies that a reader can see in one document. What each makes of a gate stands in the table of the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AnomalyKind {
    /// It declares more leaves than it lists.
    FewerThanDeclared,
    /// It declares more failures, errors or skips than it lists, or one part of it declares more than the whole.
    WorseThanListed,
    /// A count is no number, or is negative.
    NoCount,
    /// A rate or a total says less than the lines give.
    RateBelowLines,
    /// It says that more is covered than there is.
    CoveredOverTotal,
    /// It measures nothing of nothing and calls that a rate.
    NothingOfNothing,
    /// What it found stands in another file.
    ResultsElsewhere,
    /// The tool did not run to its end: it was killed, met an error of its own, or has no list of results.
    NotEnded,
    /// A word for a state that is not among those that pass.
    UnknownWord,
    /// A result that is still to be decided.
    Undecided,
    /// A part of it cannot be read, so what it says is not known.
    UnreadPart,
    /// It stops before its end.
    CutOff,
    /// It ends before it begins.
    TimesReversed,
    /// It is the error document of a tool.
    ErrorDocument,
    /// It needs a key that is absent or not as it must be.
    NotWhole,
    /// What was run succeeds whatever happens. A gate that expects facts of it is measured by those.
    MeasuresNothing,
}

/// What an artifact holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    /// Who agreed.
    Signoffs(Vec<Signoff>),
    /// Phases of a rollout.
    Phases(Vec<Phase>),
    /// Figures over time.
    Series(Series),
}

/// What the cases of a report are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CaseKind {
    /// Tests.
    #[default]
    Test,
    /// Jobs of a run of a CI system.
    Job,
    /// Steps that somebody or something carried out: commands and their exit codes.
    Step,
    /// Items of a checklist.
    Check,
    /// Answers of addresses.
    Probe,
    /// Parts of a record: of a drill, a rotation, an incident, a decision, a deployment, a notice.
    Part,
}

impl CaseKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 6] = [Self::Test, Self::Job, Self::Step, Self::Check, Self::Probe, Self::Part];
}

/// Test cases, recounted from the leaves of the file. Jobs and steps are counted in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TestFacts {
    /// What the cases are.
    pub(crate) kind: CaseKind,
    /// All cases.
    pub(crate) tests: u64,
    /// Cases that failed an assertion.
    pub(crate) failures: u64,
    /// Cases that could not run to the end.
    pub(crate) errors: u64,
    /// Cases that did not run.
    pub(crate) skipped: u64,
    /// Cases whose state is no word that is known, so that nobody can say how they went.
    pub(crate) unknown: u64,
    /// Cases that passed only after another try.
    pub(crate) flaky: u64,
    /// Suites.
    pub(crate) suites: u64,
    /// The counts that the file declares of itself; a figure that is absent is none.
    pub(crate) declared: DeclaredCounts,
    /// The names of the failed cases and their first message line, at most 50.
    pub(crate) failed: Vec<FailedCase>,
    /// Every case, suite and job by name, for gates that require some of them.
    pub(crate) named: Vec<NamedResult>,
}

/// How a case, a suite or a job went, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NamedResult {
    /// The class or suite that it stands in; empty for suites and jobs.
    pub(crate) group: String,
    /// The name.
    pub(crate) name: String,
    /// How it went.
    pub(crate) result: CaseResult,
}

/// How a case went. The order is from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CaseResult {
    /// It ran, and a word that is known says that it passed.
    Passed,
    /// It did not run.
    Skipped,
    /// Nobody can say.
    Unknown,
    /// It failed.
    Failed,
}

/// The counts that a test report declares of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FailedCase {
    /// Class and name.
    pub(crate) name: String,
    /// The first line of the message, escape sequences removed.
    pub(crate) message: String,
}

/// Coverage, recomputed from counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CoverageFacts {
    /// The metrics by name: `lines`, `branches`, `functions`, `statements`.
    pub(crate) metrics: Vec<CoverageMetric>,
    /// Files that were measured.
    pub(crate) files: u64,
}

/// One metric of coverage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CoverageMetric {
    /// `lines`, `branches`, `functions`.
    #[serde(deserialize_with = "metric")]
    pub(crate) name: Word,
    /// What was covered.
    pub(crate) covered: u64,
    /// What could be covered. Zero of zero is no measurement.
    pub(crate) total: u64,
    /// What the file declares of itself for covered and total, where it does.
    pub(crate) declared: Option<(u64, u64)>,
}

/// Findings of a scanner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FindingFacts {
    /// The tools, with versions where known.
    pub(crate) tools: Vec<String>,
    /// Counts by level, worst first: `error`, `warning`, `note`, `none`. Suppressed ones are not among them.
    pub(crate) levels: Vec<(String, u64)>,
    /// Counts by severity in the words of the tool, where it has words of its own. Suppressed ones are not among them.
    pub(crate) severities: Vec<(String, u64)>,
    /// The highest security severity in hundredths (980 is 9.8); none when no finding has one.
    pub(crate) security_severity: Option<u32>,
    /// Errors and warnings that have no security severity although others may.
    #[serde(default)]
    pub(crate) unscored: u64,
    /// Findings that somebody suppressed.
    pub(crate) suppressed: u64,
    /// Whether every run says that it ended well and has results, if only an empty list.
    pub(crate) is_conclusive: bool,
    /// Things that were looked at, where the file says so.
    pub(crate) checked: Option<u64>,
    /// The first findings, at most 50.
    pub(crate) findings: Vec<ScannerFinding>,
    /// Whether the tool looks up packages in a list of advisories, so that none found says something.
    pub(crate) audits_packages: bool,
    /// The advisories that it found packages under, sorted, each once for a package in a version.
    pub(crate) advisories: Vec<AdvisoryHit>,
}

/// One finding of a scanner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The fingerprints that the tool gave it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fingerprints: Vec<String>,
}

/// Reads the name of a metric back.
fn metric<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<Word, D::Error> {
    let names = [
        "branches", "classes", "complexity", "conditionals", "elements", "functions", "instructions", "lines", "methods",
        "regions", "statements",
    ];
    known(reader, &names)
}
