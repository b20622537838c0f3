//! What the releases of a product are made of, and which advisories their scans found, joined over all of them.

use serde::Serialize;

use crate::model::advisory::AdvisoryHit;
use crate::model::change::Lack;

/// Components and advisories over the releases of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inventory {
    /// The releases that have a bill of materials, newest first, as indexes into the releases of the product.
    pub(crate) bills: Vec<usize>,
    /// What some of them lack of bills of materials that older ones have, newest first.
    pub(crate) lacks: Vec<Lack>,
    /// The releases of which somebody looked for advisories, newest first, as indexes into the releases of the product.
    pub(crate) scans: Vec<usize>,
    /// The reports of each of them.
    pub(crate) reports: Vec<Vec<ScanFile>>,
    /// Every component that any release contains, sorted by identity.
    pub(crate) components: Vec<ComponentLife>,
    /// Every advisory that any scan found, sorted by id.
    pub(crate) advisories: Vec<AdvisoryLife>,
}

/// The inventory of one product, for those who ask for nothing else of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProductInventory {
    /// The name of the product.
    pub(crate) name: String,
    /// The versions of its releases, newest first.
    pub(crate) versions: Vec<String>,
    /// Components and advisories over them.
    pub(crate) inventory: Inventory,
}

/// A component over releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ComponentLife {
    /// The identity: the package URL without version, or group and name.
    pub(crate) identity: String,
    /// The name as people say it.
    pub(crate) name: String,
    /// The type as written in the newest bill of materials that lists it.
    pub(crate) kind: String,
    /// How it was contained, newest first. Between two spans that do not touch it was not.
    pub(crate) spans: Vec<Span>,
    /// The releases between and beside the spans of which nobody can tell, since a bill of materials that lists it is missing there: indexes
    /// into `Inventory::bills`, sorted.
    pub(crate) unknown: Vec<usize>,
}

/// Releases in a row that contain the same versions of a component under the same licences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Span {
    /// The newest of them, as an index into `Inventory::bills`.
    pub(crate) newest: usize,
    /// The oldest of them.
    pub(crate) oldest: usize,
    /// The versions, sorted as numbers; one that is listed twice stands twice.
    pub(crate) versions: Vec<String>,
    /// The licences, sorted.
    pub(crate) licences: Vec<String>,
    /// Whether the subject names it as a direct dependency; none when no bill of materials tells.
    pub(crate) is_direct: Option<bool>,
    /// Whether every record of it has a hash.
    pub(crate) has_hash: bool,
}

/// An advisory over releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AdvisoryLife {
    /// Its id, in the words of the scan that found it last.
    pub(crate) id: String,
    /// Other names of it, sorted.
    pub(crate) aliases: Vec<String>,
    /// The releases whose scans found it, newest first.
    pub(crate) sightings: Vec<Sighting>,
    /// When it came and went, newest first.
    pub(crate) turns: Vec<Turn>,
}

/// An advisory in one release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sighting {
    /// The release, as an index into the releases of the product.
    pub(crate) release: usize,
    /// The packages that it was found for.
    pub(crate) hits: Vec<AdvisoryHit>,
    /// The files that say so.
    pub(crate) files: Vec<ScanFile>,
    /// What stands against it.
    pub(crate) standing: Standing,
}

/// A report that looked for advisories.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ScanFile {
    /// The path from the folder of the release.
    pub(crate) path: String,
    /// The tools that wrote it.
    pub(crate) tools: Vec<String>,
    /// When it was made, as written.
    pub(crate) made: Option<String>,
    /// When the data about advisories was made, as written.
    pub(crate) data_made: Option<String>,
}

/// What stands against an advisory in a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Standing {
    /// Nothing.
    #[default]
    Open,
    /// An exception names it and covers the release.
    Accepted {
        /// The exception, by id.
        exception: String,
        /// Whether its last day is past today, so that it counts no longer.
        is_over: bool,
    },
    /// An exception names it, and had ended when the release went out, so that it accepted nothing.
    AcceptedExpired {
        /// The exception, by id.
        exception: String,
    },
    /// A statement about the very package says so.
    Stated {
        /// `not_affected`, `fixed`, or the word of the statement.
        status: String,
        /// Why, as written.
        why: String,
    },
}

impl Standing {
    /// Whether nothing stood against the advisory when the release went out.
    pub(crate) fn was_open(&self) -> bool {
        matches!(self, Self::Open | Self::AcceptedExpired { .. })
    }

    /// Whether nothing stands against it today.
    pub(crate) fn is_open(&self) -> bool {
        self.was_open() || matches!(self, Self::Accepted { is_over: true, .. })
    }
}

/// An advisory came or went with a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Turn {
    /// The release, as an index into the releases of the product.
    pub(crate) release: usize,
    /// Whether it came.
    pub(crate) is_entry: bool,
    /// Why, as far as the bills of materials tell.
    pub(crate) cause: Cause,
}

/// Why an advisory came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Cause {
    /// The release before has no scan to compare with.
    FirstScan,
    /// The component is new in the release.
    ComponentAdded,
    /// The component is gone.
    ComponentRemoved,
    /// The release contains other versions of it.
    ComponentChanged {
        /// The versions before.
        before: Vec<String>,
        /// The versions now.
        after: Vec<String>,
    },
    /// The component is the same: what is known of it changed, or how the scan looked.
    ScanData,
    /// No bill of materials of both releases lists the component, so nobody can say.
    Unknown,
}

impl std::fmt::Display for Cause {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FirstScan => formatter.write_str("no older release was scanned, so it may have been there before"),
            Self::ComponentAdded => formatter.write_str("the component is new"),
            Self::ComponentRemoved => formatter.write_str("the component is gone"),
            Self::ComponentChanged { before, after } => {
                write!(
                    formatter,
                    "the component went from {} to {}",
                    before.join(", "),
                    after.join(", ")
                )
            }
            Self::ScanData => {
                formatter.write_str("the component is the same; what is known of it, or how it was scanned, changed")
            }
            Self::Unknown => formatter.write_str("the bills of materials do not tell why"),
        }
    }
}
