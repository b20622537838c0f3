//! Where files for other programs are found.

/// The address of the table of the runbooks of a product, below its first page.
pub(crate) const RUNBOOKS_CSV: &str = "freshness/runbooks.csv";
/// The address of the table of states over editions.
pub(crate) const EDITIONS_CSV: &str = "freshness/editions.csv";
/// The address of the calendar of reviews.
pub(crate) const REVIEWS_ICS: &str = "freshness/reviews.ics";
/// The address of the statement on a release, below its page.
pub(crate) const STATEMENT: &str = "vsa.intoto.json";
/// The address of the feed of changes.
pub(crate) const FEED_ATOM: &str = "freshness/feed.atom";

/// The address of the badge of a runbook, below the first page of its product.
pub(crate) fn badge_of(part: &str) -> String {
    format!("badge/{part}.svg")
}

/// The table of the changes of a period, below its page.
pub(crate) const CHANGES_CSV: &str = "changes.csv";
/// The table of the deployments of a period, below its page.
pub(crate) const DEPLOYMENTS_CSV: &str = "deployments.csv";
/// The table of the evidence that must still exist, below the first page for auditors.
pub(crate) const KEPT_CSV: &str = "kept.csv";
/// The table of the versions of a period, below its page.
pub(crate) const VERSIONS_CSV: &str = "versions.csv";
