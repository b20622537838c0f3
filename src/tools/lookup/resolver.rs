//! Who looks things up.

use crate::model::kind::Kind;
use crate::model::reference::{Named, Reference, ReferenceKind, Resolution};
use crate::tools::lookup::document::Document;
use crate::tools::lookup::tree::Lookup;

/// Looks up a reference.
pub(crate) type Resolve = fn(&Lookup<'_>, &Document<'_>, &Reference) -> Resolution;

/// Looks up something with a name.
pub(crate) type ResolveNamed = fn(&Lookup<'_>, &Document<'_>, &Reference, &Named) -> Resolution;

/// What a tool looks up.
#[derive(Clone, Copy)]
pub(crate) enum Resolver {
    /// References of a kind of their own.
    Reference {
        /// Whether it looks up a kind.
        looks_up: fn(&ReferenceKind) -> bool,
        /// Looks one up.
        resolve: Resolve,
    },
    /// Things with a name.
    Named {
        /// The kinds that it looks up.
        kinds: &'static [Kind],
        /// Looks one up.
        resolve: ResolveNamed,
    },
}

impl Resolver {
    /// Looks up a reference; none when it is not of a kind that it knows.
    pub(crate) fn resolve(&self, lookup: &Lookup<'_>, document: &Document<'_>, reference: &Reference) -> Option<Resolution> {
        match (self, &reference.kind) {
            (Self::Reference { looks_up, resolve }, kind) if looks_up(kind) => Some(resolve(lookup, document, reference)),
            (Self::Named { kinds, resolve }, ReferenceKind::Named(named)) if kinds.contains(&named.kind) => {
                Some(resolve(lookup, document, reference, named))
            }
            _ => None,
        }
    }
}
