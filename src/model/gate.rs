//! Gates and how they went.

use serde::Serialize;

/// A check that a release must pass.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Gate {
    /// The id: the folder below `evidence/`.
    pub(crate) id: String,
    /// The name on pages.
    pub(crate) title: String,
    /// Whether configuration declares it; else it is known from a record or from evidence only.
    pub(crate) is_declared: bool,
    /// The format that its evidence must have, if declared.
    pub(crate) format: Option<String>,
    /// Tests that must at least have run: cases less skipped ones.
    pub(crate) min_tests: u64,
    /// Warnings of a scanner that are let through; none means any number.
    pub(crate) max_warnings: Option<u64>,
    /// The least percentage by coverage metric.
    pub(crate) at_least: Vec<(String, f64)>,
}

/// The outcome of a gate for a release, fail-closed: only `Passed`, `Accepted` and `NotApplicable` let a release through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// Measured, and good.
    Passed,
    /// Failed, and somebody accepted it for a time.
    Accepted,
    /// The release did not need it, and says why.
    NotApplicable,
    /// Measured, and there is no threshold to compare it with.
    Inconclusive,
    /// The evidence has nothing in it: no tests, no lines.
    Empty,
    /// There is no evidence.
    Missing,
    /// The evidence is not as it was recorded.
    Altered,
    /// The evidence cannot be read.
    Unreadable,
    /// Measured, and bad.
    Failed,
}

impl Outcome {
    /// Whether a release may pass with it.
    pub(crate) fn lets_through(self) -> bool {
        matches!(self, Self::Passed | Self::Accepted | Self::NotApplicable)
    }
}

/// How a gate went for a release, with the arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct GateVerdict {
    /// The gate, by id.
    pub(crate) gate: String,
    /// The outcome.
    pub(crate) outcome: Outcome,
    /// The value in words: `2,184 passed, 0 failed`, `lines 83.1 % (12,041 of 14,490)`.
    pub(crate) value: String,
    /// Why the outcome is what it is, one sentence per step.
    pub(crate) reasons: Vec<String>,
    /// The evidence files, by path from the folder of the release.
    pub(crate) evidence: Vec<String>,
}

/// How a release went as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ReleaseVerdict {
    /// The gates in the order of the configuration, then by id.
    pub(crate) gates: Vec<GateVerdict>,
    /// The gates that let the release through.
    pub(crate) let_through: u64,
    /// The state in words: `Shipped`, `Shipped with open gates`, `Rolled back`, `Withdrawn`, `Record incomplete`.
    pub(crate) state: ReleaseState,
}

/// The state of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReleaseState {
    /// Every gate let it through.
    Proven,
    /// At least one gate did not let it through, and it was shipped.
    OpenGates,
    /// It was undone.
    RolledBack,
    /// It must not be used.
    Withdrawn,
    /// A file, the record, or the chain of records is not as it was recorded, so that its gates prove nothing as a whole.
    Contradicted,
    /// Nothing was recorded: there are no gates and no evidence.
    Unproven,
}
