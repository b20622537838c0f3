//! What a kind of page is.

use crate::model::digest::Values;
use crate::site::frame::{Frame, Made};
use crate::site::shared::{ProductSite, Site};
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
    /// The one sentence of a page that is its own also where `is_same` says that it is the same as another.
    pub(crate) says: fn(&Site, &Target) -> String,
    /// Whether `outer` is an edition, and a page about an old one holds nothing but what that edition and those before it tell. See `frozen`.
    pub(crate) of_edition: bool,
    /// Adds everything that a page of the present is made from, apart from what all pages of its product have in common; none where every build
    /// makes it anew. See `present`.
    pub(crate) made_from: Option<fn(&Site, &Target, &mut Values)>,
    /// Whether its pages tell the day and the commit of the build themselves, since each build makes them anew in any case. Those of other
    /// kinds get both from a script beside them. See `built`.
    pub(crate) is_dated: bool,
    /// The kind whose entry of the navigation is marked on these pages, by its name; empty where none is.
    pub(crate) section: &'static str,
    /// Its own entry of the navigation.
    pub(crate) entry: Option<Entry>,
    /// The first parts of the addresses of these pages, below a product or the whole site: no product may be called like them.
    pub(crate) reserves: &'static [&'static str],
}

/// An entry of the navigation.
pub(crate) struct Entry {
    /// Its words.
    pub(crate) text: &'static str,
    /// Its place: smaller numbers stand first.
    pub(crate) order: u8,
    /// Where it leads.
    pub(crate) leads: Leads,
}

/// Where an entry of the navigation leads.
#[derive(Clone, Copy)]
pub(crate) enum Leads {
    /// To an address of the whole site, on pages that belong to no product.
    Site(&'static str),
    /// To an address of the product, and whether there is anything to see.
    Product(fn(&ProductSite) -> (String, bool)),
}

/// A kind of which nothing is known: what a kind leaves out, it has not.
pub(crate) const PLAIN: Kind = Kind {
    name: "",
    template: "",
    pages: |_| Vec::new(),
    make: |_, target| Frame::new("", target, "").with(&()),
    is_same: never_same,
    says: |_, _| String::new(),
    of_edition: false,
    made_from: None,
    is_dated: false,
    section: "",
    entry: None,
    reserves: &[],
};

/// For kinds whose pages differ in more than the words of editions.
fn never_same(_: &Site, _: &Target, _: &Target) -> bool {
    false
}
