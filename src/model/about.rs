//! What an artifact says that it is about, and when it was made.

use serde::Serialize;

/// What an artifact says that it is about. All words are as written; nothing here is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    /// When the data that it was made from was made, such as a database of advisories.
    pub(crate) data_made: Option<String>,
}

impl About {
    /// Adds a text to one of the lists, unless it is empty or there already, or the list is long.
    pub(crate) fn add(list: &mut Vec<String>, text: &str) {
        let text = text.trim();
        if !text.is_empty() && list.len() < 100 && !list.iter().any(|held| held == text) {
            list.push(text.to_owned());
        }
    }
}
