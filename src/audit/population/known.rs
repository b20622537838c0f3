//! What the population of a product is counted from.

use crate::model::handbook::JudgedRunbook;
use crate::model::population::Trail;
use crate::model::register::AppliedException;
use crate::model::release::{LeftOutTag, OperationsLog, Release};

/// What is known of a product.
pub(crate) struct Known<'a> {
    /// Its changes.
    pub(crate) trail: &'a Trail,
    /// Its releases, newest first.
    pub(crate) releases: Vec<&'a Release>,
    /// Tags that are no release.
    pub(crate) left_out_tags: &'a [LeftOutTag],
    /// Its logs.
    pub(crate) logs: &'a [OperationsLog],
    /// The exceptions that each release needed, in the order of the releases; empty where they were not judged.
    pub(crate) exceptions: Vec<&'a [AppliedException]>,
    /// The runbooks as of each release, in the order of the releases; empty where they were not read.
    pub(crate) runbooks: Vec<&'a [JudgedRunbook]>,
}
