//! What an artifact says that it is about, and when it was made.

use serde::{Deserialize, Serialize};

/// The name of the fact with the severities that the call of a scanner shows, joined by blanks.
pub(crate) const SHOWN: &str = "severities shown";

/// The name of the fact with an option that keeps findings out of a report whatever their severity.
pub(crate) const LEFT_OUT: &str = "findings left out by";

/// The name of the fact with the words in which a bill of materials says that it is not whole.
pub(crate) const GAP: &str = "says of itself";

/// What an artifact says that it is about. All words are as written; nothing here is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// Commits.
    pub(crate) commits: Vec<String>,
    /// Digests of artifacts and images, as `algorithm:hex`.
    pub(crate) digests: Vec<String>,
    /// Names of images, components, packages and files.
    pub(crate) names: Vec<String>,
    /// Addresses that were looked at.
    pub(crate) urls: Vec<String>,
    /// The tools that made it, with versions where they say them.
    pub(crate) tools: Vec<String>,
    /// When it was made.
    pub(crate) made: Option<String>,
    /// Every other moment that it names as its own.
    pub(crate) times: Vec<String>,
    /// The versions of what it is about.
    pub(crate) versions: Vec<String>,
    /// The gate that it says it is evidence of.
    pub(crate) gate: Option<String>,
    /// The run that wrote it: an id or an address.
    pub(crate) run: Option<String>,
    /// Which attempt of the run it was.
    pub(crate) attempt: Option<u64>,
    /// Facts by name, as text.
    pub(crate) facts: Vec<(String, String)>,
    /// What was left out, in its own words.
    pub(crate) skips: Vec<String>,
    /// Files that belong to it.
    pub(crate) attachments: Vec<Attachment>,
    /// When somebody or something looked, one for each look, as written.
    pub(crate) looks: Vec<String>,
    /// Which part of a run it is, and of how many, where the run was split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) part: Option<(u64, u64)>,
    /// When the data that it was made from was made, such as a database of advisories.
    pub(crate) data_made: Option<String>,
}

impl About {
    /// Whether it names the commit that it is about.
    pub(crate) fn names_commit(&self) -> bool {
        !self.commits.is_empty()
    }

    /// Adds a text to one of the lists, unless it is empty or there already, or the list is long.
    pub(crate) fn add(list: &mut Vec<String>, text: &str) {
        let text = text.trim();
        if !text.is_empty() && list.len() < 100 && !list.iter().any(|held| held == text) {
            list.push(text.to_owned());
        }
    }
}

/// A file that belongs to a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attachment {
    /// The path as written.
    pub(crate) path: String,
    /// The SHA-256 digest, as written.
    pub(crate) sha256: Option<String>,
}
