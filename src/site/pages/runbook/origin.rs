//! What the page of a runbook of the present is made from, in one digest.

use std::hash::Hash;

use crate::model::digest::Values;
use crate::site::frame::notice;
use crate::site::pages::destination::{Reading, add_links};
use crate::site::pages::marked::add_rollback;
use crate::site::pages::runbook::shelf::add_shelf;
use crate::site::pages::views::{EditionView, add_judged, printed};
use crate::site::shared::Site;
use crate::site::target::Target;

/// Adds all of it, apart from what the pages of a product have in common.
pub(super) fn made_from(site: &Site, target: &Target, values: &mut Values) {
    let product = site.product(target);
    let place = &product.editions[target.outer];
    let released = &place.edition.runbooks[target.inner];
    let judged = &product.followed(target.outer, target.is_latest)[target.inner];
    let slug = judged.runbook.slug.as_str();
    let view = EditionView::of(product, target.outer);
    add_judged(judged, values);
    if !std::ptr::eq(judged, released) {
        add_judged(released, values);
    }
    notice(site, target, &view.version, Some(slug)).hash(values);
    let release = product.release_of(target.outer);
    release.map(|release| printed(&release.release)).hash(values);
    product.sheet(target.outer, target.is_latest, slug).hash(values);
    let head = product.editions.iter().find(|site| site.edition.release.is_none());
    head.is_some_and(|head| head.with_slug(slug).is_some()).hash(values);
    if let Some(runbook) = product.runbooks.get(slug) {
        runbook.add_versions(values);
    }
    let reading = Reading {
        target,
        released,
        revision: place.revision(),
        index: &view.url,
        root: "",
    };
    add_links(site, &reading, site.body(judged), values);
    add_rollback(site, place, target.inner, values);
    add_shelf(product, target, values);
    view.hash(values);
}
