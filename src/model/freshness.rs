//! The freshness of a runbook.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

/// The freshness of a runbook. The order is from good to bad; unknown is not fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// Everything resolves, and somebody vouched for it in time.
    Fresh,
    /// A review is due soon, or something small changed.
    Due,
    /// It cannot be told: no date and no history.
    Unknown,
    /// The review is overdue, or what it names changed.
    Stale,
    /// Something that it names is not there.
    Broken,
}

impl State {
    /// The word for it on pages.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fresh => "Fresh",
            Self::Due => "Due soon",
            Self::Unknown => "Unknown",
            Self::Stale => "Stale",
            Self::Broken => "Broken",
        }
    }
}

/// The judgement on one runbook of one edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Freshness {
    /// The worst of the three signals.
    pub(crate) state: State,
    /// One sentence that says why.
    pub(crate) reason: String,
    /// When somebody last vouched for it.
    pub(crate) reviewed: Option<Review>,
    /// The day the next review is due.
    pub(crate) due: Option<NaiveDate>,
    /// How references came out.
    pub(crate) counts: ReferenceCounts,
}

/// When somebody last vouched for a runbook, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Review {
    /// The day.
    pub(crate) on: NaiveDate,
    /// How it is known.
    pub(crate) source: ReviewSource,
}

/// How the last review is known, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReviewSource {
    /// The text declares a review.
    Declared,
    /// The text declares when it was edited.
    Updated,
    /// The last commit of the file: edited, not reviewed.
    Commit,
}

/// How the references of a runbook came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ReferenceCounts {
    /// There.
    pub(crate) resolved: u32,
    /// Not there.
    pub(crate) broken: u32,
    /// Cannot be told.
    pub(crate) unverifiable: u32,
    /// No claim about the repository.
    pub(crate) ignored: u32,
    /// Resolved ones whose target changed since the review.
    pub(crate) changed: u32,
}
