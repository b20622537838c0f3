//! What the pages of a runbook that people follow are made from, as far as its page and its run sheet have it in common.

use std::hash::Hash;

use crate::model::digest::Values;
use crate::site::pages::destination::{Reading, add_links};
use crate::site::pages::marked::{add_rollback, mended};
use crate::site::pages::views::{EditionView, add_judged, printed};
use crate::site::shared::Site;
use crate::site::target::Target;

/// Adds the judgement, what paper says of the release, where links lead and the way back.
pub(super) fn add_followed(site: &Site, target: &Target, values: &mut Values) {
    let product = site.product(target);
    let place = &product.editions[target.outer];
    let released = &place.edition.runbooks[target.inner];
    let judged = &product.followed(target.outer, target.is_latest)[target.inner];
    let view = EditionView::of(product, target.outer);
    add_judged(judged, values);
    if !std::ptr::eq(judged, released) {
        add_judged(released, values);
    }
    let release = product.release_of(target.outer);
    release.map(|release| printed(&release.release)).hash(values);
    let reading = Reading {
        target,
        released,
        revision: place.revision(),
        index: &view.url,
        root: "",
    };
    add_links(site, &reading, site.body(judged), values);
    add_rollback(site, place, target.inner, values);
    mended(product, target, judged).hash(values);
    view.hash(values);
}
