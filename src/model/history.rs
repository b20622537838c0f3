//! Who changed what, and when.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A commit id as 40 hex digits.
pub(crate) type CommitId = String;

/// A commit, as far as pages and rules show it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Commits that changed nothing but form, by the word of the repository (`.git-blame-ignore-revs`).
    pub(crate) ignored: BTreeSet<CommitId>,
    /// Where paths stood before a commit moved them to where they stand now; the commits before it are those of the earlier path.
    pub(crate) earlier: HashMap<String, EarlierPath>,
    /// Whether every commit could be reached. In a shallow clone the last touch of a path is "at or before".
    pub(crate) completeness: Completeness,
}

/// Where a file stood before it was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EarlierPath {
    /// The path before the move.
    pub(crate) path: String,
    /// The commit that moved it.
    pub(crate) commit: CommitId,
}

/// How much of the history could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Completeness {
    /// All of it.
    Full,
    /// A shallow clone: dates that older commits would be needed for are unknown.
    Shallow,
    /// A partial clone: all commits, without what files held earlier. What was moved or changed may be unknown.
    Partial,
    /// There is no history: no repository, or no commits.
    #[default]
    None,
}

/// A path that is no longer there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    /// The commit that removed it.
    pub(crate) commit: Arc<Commit>,
    /// Where what it held stands now: a path that is there today. Later moves are followed. None when it was deleted, or when several
    /// places are as likely.
    pub(crate) renamed_to: Option<String>,
    /// Whether it was moved without any change, every time. `false` without a place to which it was moved.
    pub(crate) is_exact: bool,
}

/// A file that stands under another path in a later commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rename {
    /// The path in the older commit, where the newer one has nothing.
    pub(crate) from: String,
    /// The path in the newer commit, where the older one has nothing.
    pub(crate) to: String,
    /// How much of the larger text is in both, in percent; 100 only when every byte is the same.
    pub(crate) similarity: u8,
}

impl History {
    /// The commits that changed more than the form of a path, the newest first. What brought the path into being always counts, as far as
    /// history tells.
    pub(crate) fn edits(&self, path: &str) -> impl Iterator<Item = &Arc<Commit>> {
        let commits = self.touches.get(path).map(Vec::as_slice).unwrap_or_default();
        let first = commits.len().saturating_sub(1);
        let has_first = self.completeness == Completeness::Full;
        let is_edit =
            move |(index, commit): &(usize, &Arc<Commit>)| (has_first && *index == first) || !self.ignored.contains(&commit.id);
        commits.iter().enumerate().filter(is_edit).map(|(_, commit)| commit)
    }
}

#[cfg(test)]
impl History {
    /// The commit that last changed a path; none when it is unknown.
    pub(crate) fn last_commit(&self, path: &str) -> Option<&Arc<Commit>> {
        self.touches.get(path).and_then(|commits| commits.first())
    }
}
