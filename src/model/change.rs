//! How the components of two releases differ.

use serde::Serialize;

/// The difference between the components of two releases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ComponentChanges {
    /// The version of the release before.
    pub(crate) base: String,
    /// The changes, the ones to look at first: licence, major, added, updated, removed; then by identity.
    pub(crate) changes: Vec<ComponentChange>,
    /// Components that are the same.
    pub(crate) unchanged: u64,
    /// Components of which nobody can tell, since a bill of materials that lists them is missing in one of the two releases.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) unknown: u64,
    /// The bills of materials that are missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) lacks: Vec<Lack>,
    /// The generator is another one, so that differences may be its own.
    pub(crate) generator_changed: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A bill of materials that a release lacks and an older one has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Lack {
    /// The version that lacks it.
    pub(crate) version: String,
    /// What it is the bill of, else its file.
    pub(crate) bill: String,
    /// The newest older version that has it.
    pub(crate) seen_in: String,
}

impl std::fmt::Display for Lack {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} lacks the bill of materials of {}, which {} has, so that nothing is known of what it lists",
            self.version, self.bill, self.seen_in
        )
    }
}

/// One component that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ComponentChange {
    /// What happened.
    pub(crate) kind: ChangeKind,
    /// The identity over releases.
    pub(crate) identity: String,
    /// The name as people say it.
    pub(crate) name: String,
    /// The versions before, sorted; empty when added.
    pub(crate) before: Vec<String>,
    /// The versions now, sorted; empty when removed.
    pub(crate) after: Vec<String>,
    /// The licence before.
    pub(crate) licence_before: String,
    /// The licence now.
    pub(crate) licence_after: String,
    /// Of what was added, the components on a shortest way from the subject to it, the direct dependency first; empty where the subject
    /// names it itself, and where no bill of materials tells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) through: Vec<String>,
    /// The hash or the scope before and now, where that is what changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) other: Option<(String, String)>,
}

/// What happened to a component. The order is the order of attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ChangeKind {
    /// The licence is another one (the version may be, too).
    Licence,
    /// One of its versions is another file than before.
    Hash,
    /// The first number of the version grew or shrank.
    Major,
    /// The version is an older one.
    Downgraded,
    /// It is new.
    Added,
    /// The subject needs it to run, and did not before; or the other way round.
    Scope,
    /// The version is another one.
    Updated,
    /// It is gone.
    Removed,
}
