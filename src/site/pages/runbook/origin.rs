//! What the page of a runbook of the present is made from, in one digest.

use std::hash::Hash;

use crate::model::digest::Values;
use crate::site::frame::notice;
use crate::site::pages::followed::add_followed;
use crate::site::pages::runbook::shelf::add_shelf;
use crate::site::shared::Site;
use crate::site::target::Target;

/// Adds all of it, apart from what the pages of a product have in common.
pub(super) fn made_from(site: &Site, target: &Target, values: &mut Values) {
    let product = site.product(target);
    let version = &product.editions[target.outer].edition.version;
    let judged = &product.followed(target.outer, target.is_latest)[target.inner];
    let slug = judged.runbook.slug.as_str();
    add_followed(site, target, values);
    notice(site, target, version, Some(slug)).hash(values);
    product.sheet(target.outer, target.is_latest, slug).hash(values);
    let head = product.editions.iter().find(|site| site.edition.release.is_none());
    head.is_some_and(|head| head.with_slug(slug).is_some()).hash(values);
    if let Some(runbook) = product.runbooks.get(slug) {
        runbook.add_versions(values);
    }
    add_shelf(product, target, values);
}
