//! Who looks up what belongs to no tool.

use crate::audit::resolve::index::Index;
use crate::model::kind::Kind;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::lookup::document::Document;

/// Who looks up things with a name.
#[derive(Clone, Copy)]
pub(super) struct Resolver {
    /// Whether it looks up a kind.
    pub(super) looks_up: fn(Kind) -> bool,
    /// Looks one up.
    pub(super) resolve: fn(&Index<'_>, &Document<'_>, &Reference, &Named) -> Resolution,
}
