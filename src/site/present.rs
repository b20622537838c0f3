//! The pages of the present that the build before this one made from the same: they are not made again.
//!
//! The kinds of page that there is one of for each runbook say what each page is made from (`Kind::made_from`): the text by its content,
//! its judgement, where its links lead, what stands beside it. All of it goes into one digest, behind what the pages of a product have in
//! common. The day and the commit of the build are no part of it, since they stand beside the pages (`built`). With the same digest the
//! page is the same, byte by byte; a test changes everything that there is and compares with a site that is made from nothing.

use std::hash::Hash;

use crate::model::digest::Values;
use crate::site::frame::Made;
use crate::site::kind::Kind;
use crate::site::navigation::Navigation;
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// What the pages of a product have in common.
struct Common {
    /// What stands around each of them, whatever it is about.
    frame: Values,
    /// The same with what pages that are made from more take from elsewhere: the editions that there are, and which of them is in use.
    editions: Values,
}

/// What the pages of each product have in common.
pub(super) struct Present(Vec<Common>);

impl Present {
    /// What the pages of a site have in common. Nothing is known of pages that a template of a theme makes: it may say anything.
    pub(super) fn of(site: &Site) -> Self {
        if !site.handbook.theme.templates.is_empty() {
            return Self(Vec::new());
        }
        let handbook = site.handbook;
        let mut frame = Values::default();
        (&handbook.title, &handbook.base_url).hash(&mut frame);
        Navigation::of(site).hash(&mut frame);
        for product in &site.products {
            (&product.product.name, &product.base).hash(&mut frame);
        }
        let of_product = |product: &ProductSite| {
            let mut frame = frame.clone();
            product.told.hash(&mut frame);
            let mut values = frame.clone();
            let addresses = (&handbook.head, &handbook.source_url);
            (addresses, handbook.completeness, handbook.commit.is_some()).hash(&mut values);
            (product.latest, product.current).hash(&mut values);
            for site in &product.editions {
                let edition = site.edition;
                let day = site.day.filter(|_| edition.release.is_some());
                (&edition.id, &edition.version, edition.release.is_some(), day).hash(&mut values);
            }
            Common { frame, editions: values }
        };
        Self(site.products.iter().map(of_product).collect())
    }

    /// The digest of what a page is made from; none for a kind that does not say.
    pub(super) fn key(&self, site: &Site, kind: &Kind, target: &Target) -> Option<String> {
        let made_from = kind.made_from?;
        let mut values = self.0.get(target.product?)?.editions.clone();
        if kind.of_edition && site.product(target).is_old(target) {
            return None;
        }
        (kind.name, &target.address, target.outer, target.is_latest).hash(&mut values);
        made_from(site, target, &mut values);
        Some(values.hex())
    }

    /// The digest of everything that the template of a page is given, for a kind that does not say what it is made from: such a page is
    /// put together, but not rendered again. None for pages of editions that are over, which have keys of their own.
    pub(super) fn told(&self, site: &Site, kind: &Kind, target: &Target, made: &Made) -> Option<String> {
        if kind.made_from.is_some() || made.body.is_some() || kind.of_edition && site.product(target).is_old(target) {
            return None;
        }
        let mut values = self.0.get(target.product.unwrap_or_default())?.frame.clone();
        (
            "told", kind.name, kind.section, &target.address, target.product, target.is_latest,
        )
            .hash(&mut values);
        // The frame tells the day and the commit on pages of dated kinds alone.
        let handbook = site.handbook;
        let shows = |what: &str| kind.is_dated || kind.template.contains(what);
        let day = shows("site.today").then_some(handbook.today);
        let commit = handbook.commit.as_ref().filter(|_| shows("site.commit"));
        (day, commit.map(|commit| (&commit.id, commit.date)), &made.body_sha256).hash(&mut values);
        // What is told is told in the twin as well.
        match &made.twin {
            Some(twin) => twin.hash(&mut values),
            None => write(&made.facts, &mut values)?,
        }
        write(&made.page, &mut values)?;
        write(&made.extra, &mut values)?;
        Some(values.hex())
    }
}

/// Adds a value as it is written, with the names of its parts in order: the engine of the templates keeps them in none.
fn write(value: &tera::Value, values: &mut Values) -> Option<()> {
    let mut value = serde_json::to_value(value).ok()?;
    value.sort_all_objects();
    // Two of them behind each other are no third one.
    serde_json::to_vec(&value).ok()?.hash(values);
    Some(())
}
