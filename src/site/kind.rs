//! What a kind of page is.

use crate::site::frame::Made;
use crate::site::shared::Site;
use crate::site::target::Target;

/// A kind of page.
pub(crate) struct Kind {
    /// The name, as in the JSON twins.
    pub(crate) name: &'static str,
    /// The text of its template, which the engine knows by the name of the kind.
    pub(crate) template: &'static str,
    /// Which pages there are.
    pub(crate) pages: fn(&Site) -> Vec<Target>,
    /// Makes one of them.
    pub(crate) make: fn(&Site, &Target) -> Made,
    /// Whether two neighbours among its pages differ in nothing but the words of their editions, so that one can be filled in from the
    /// other. See `mould`.
    pub(crate) is_same: fn(&Site, &Target, &Target) -> bool,
}

/// For kinds whose pages differ in more than the words of editions.
pub(crate) fn never_same(_: &Site, _: &Target, _: &Target) -> bool {
    false
}
