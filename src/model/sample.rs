//! A sample of the changes of a period, each traced to what came of it.

use serde::Serialize;

use crate::model::gate::ReleaseState;
use crate::model::population::{Change, Deployment, Period};
use crate::model::quote::Quote;

/// A sample.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sample {
    /// The product.
    pub(crate) product: String,
    /// The period.
    pub(crate) period: Period,
    /// The seed.
    pub(crate) seed: String,
    /// The size that was asked for.
    pub(crate) size: usize,
    /// How many changes the period has.
    pub(crate) population: usize,
    /// The SHA-256 digest of what the population was counted from.
    pub(crate) digest: String,
    /// The commit that the line was followed from.
    pub(crate) head: Option<String>,
    /// Whether the line was followed to its root.
    pub(crate) is_whole: bool,
    /// The members, in the order in which they were drawn.
    pub(crate) members: Vec<Traced>,
    /// Emergencies of the period, which are offered in full, beside the sample.
    pub(crate) emergencies: Vec<Traced>,
}

/// A change with what came of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Traced {
    /// The change.
    #[serde(flatten)]
    pub(crate) change: Change,
    /// Why it stands in lists of its own, one sentence each.
    pub(crate) remarks: Vec<String>,
    /// The release that was the first to contain it.
    pub(crate) shipped_in: Option<TracedRelease>,
}

/// A deployment with what it was of.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Backwards {
    /// The product.
    pub(crate) product: String,
    /// What was asked for: one deployment, or several of one release.
    pub(crate) deployments: Vec<Deployment>,
    /// The release that was deployed.
    pub(crate) release: TracedRelease,
    /// The changes that it was the first to contain, newest first.
    pub(crate) changes: Vec<Change>,
    /// Whether the line was followed to its root.
    pub(crate) is_whole: bool,
}

/// A release as the trace of a change shows it.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct TracedRelease {
    /// The version.
    pub(crate) version: String,
    /// Its state; none when the version is known and its release is not.
    pub(crate) state: Option<ReleaseState>,
    /// The commit.
    pub(crate) commit: Option<String>,
    /// The day, as written.
    pub(crate) day: String,
    /// Gates that let it through.
    pub(crate) let_through: usize,
    /// Its gates.
    pub(crate) gates: usize,
    /// The gates that did not let it through, by id.
    pub(crate) open: Vec<String>,
    /// The exceptions that it needed, by id.
    pub(crate) exceptions: Vec<String>,
    /// Who agreed, when, and where that is written.
    pub(crate) approvals: Vec<String>,
    /// What says that it was deployed.
    pub(crate) deployments: Vec<Deployment>,
    /// The sections of its runbooks that tell the way back.
    pub(crate) way_back: Vec<Quote>,
    /// The file of its record.
    pub(crate) record: Option<String>,
    /// The SHA-256 digest of the record.
    pub(crate) record_digest: Option<String>,
    /// Files of evidence as they were recorded, and all of them.
    pub(crate) evidence: (usize, usize),
    /// Its section of the changelog.
    pub(crate) changelog: Option<String>,
}
