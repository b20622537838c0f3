//! Components and their releases in a few words.

use serde::Serialize;

use crate::model::inventory::Span;

use crate::site::shared::ProductSite;

/// A release by name.
#[derive(Serialize)]
pub(super) struct Named<'site> {
    /// The version.
    pub(super) version: &'site str,
    /// Its page.
    pub(super) url: String,
}

/// A release of a product by its index.
pub(super) fn named<'site>(product: &'site ProductSite, release: usize) -> Named<'site> {
    let release = &product.product.releases[release];
    Named {
        version: &release.release.version,
        url: product.release(release),
    }
}

/// The licences of a component in one release, in words.
pub(super) fn licence(span: &Span) -> String {
    span.licences.join(", ")
}

/// The ecosystem of a package URL that says nothing else than that and the name.
pub(super) fn ecosystem<'site>(identity: &'site str, name: &str) -> Option<&'site str> {
    identity
        .strip_prefix("pkg:")?
        .strip_suffix(name)?
        .strip_suffix('/')
        .filter(|ecosystem| !ecosystem.contains('/'))
}
