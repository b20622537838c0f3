//! Who changed what, and when.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::Serialize;

/// A commit id as 40 hex digits.
pub(crate) type CommitId = String;

/// A commit, as far as pages and rules show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Commit {
    /// The id, 40 hex digits.
    pub(crate) id: CommitId,
    /// The author date in the author's zone, clamped to the years 1970 to 9999.
    pub(crate) date: DateTime<FixedOffset>,
    /// The first line of the message.
    pub(crate) subject: String,
    /// The name of the author.
    pub(crate) author: String,
}

impl Commit {
    /// The first seven digits of the id.
    pub(crate) fn short_id(&self) -> &str {
        self.id.get(..7).unwrap_or(&self.id)
    }
}

/// The commits that touched some paths, found in one walk from one commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// The commits that changed each path, newest first by the order of the walk. A path that was asked for and is not here is unknown.
    pub(crate) touches: HashMap<String, Vec<Arc<Commit>>>,
    /// Whether every commit could be reached. In a shallow clone the last touch of a path is "at or before".
    pub(crate) completeness: Completeness,
}

/// How much of the history could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Completeness {
    /// All of it.
    Full,
    /// A shallow clone: dates that older commits would be needed for are unknown.
    Shallow,
    /// There is no history: no repository, or no commits.
    #[default]
    None,
}

#[cfg(test)]
impl History {
    /// The commit that last changed a path; none when it is unknown.
    pub(crate) fn last_commit(&self, path: &str) -> Option<&Arc<Commit>> {
        self.touches.get(path).and_then(|commits| commits.first())
    }
}
