//! Where the components of a product and the advisories about them have their places in the handbook.
//!
//! A component that came, went or changed, or that an advisory is about, has a page; one that has been the same all along has a row in
//! the list of the newest release, which tells all there is. So a link leads somewhere for each of 40,000 components.

use std::collections::HashMap;

use crate::model::handbook::Product;
use crate::model::inventory::{ComponentLife, Inventory};
use crate::site::address::part;

/// Components in one part of the list.
pub(crate) const ROWS: usize = 200;

/// The places of a product.
pub(crate) struct Places<'handbook> {
    /// The components of the newest release with a bill of materials, sorted by identity.
    pub(crate) newest: Vec<&'handbook ComponentLife>,
    /// The components that have a page, sorted by identity.
    pub(crate) with_page: Vec<&'handbook ComponentLife>,
    /// The advisories about each component, by the name of the package in lower case, as indexes into the inventory.
    advisories: HashMap<String, Vec<usize>>,
    links: HashMap<&'handbook str, String>,
    by_name: HashMap<String, &'handbook ComponentLife>,
}

impl<'handbook> Places<'handbook> {
    /// The places of a product whose first page has the address `base`.
    pub(crate) fn of(product: &'handbook Product, base: &str) -> Self {
        let inventory = &product.inventory;
        let mut advisories: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, life) in inventory.advisories.iter().enumerate() {
            for hit in life.sightings.iter().flat_map(|sighting| &sighting.hits) {
                let about = advisories.entry(hit.package.to_lowercase()).or_default();
                if about.last() != Some(&index) {
                    about.push(index);
                }
            }
        }
        let lives = &inventory.components;
        let newest: Vec<&ComponentLife> = lives
            .iter()
            .filter(|life| life.spans.first().is_some_and(|span| span.newest == 0))
            .collect();
        let has_page = |life: &ComponentLife| is_told(life, inventory) || advisories.contains_key(&life.name.to_lowercase());
        let with_page: Vec<&ComponentLife> = lives.iter().filter(|life| has_page(life)).collect();
        let mut links = HashMap::with_capacity(lives.len());
        for (index, life) in newest.iter().enumerate() {
            let place = format!("{}index.html#{}", list(base, index / ROWS), anchor(&life.identity));
            links.insert(life.identity.as_str(), place);
        }
        for life in &with_page {
            links.insert(&life.identity, format!("{}index.html", page(base, life)));
        }
        let by_name = lives.iter().map(|life| (life.name.to_lowercase(), life)).collect();
        Self {
            newest,
            with_page,
            advisories,
            links,
            by_name,
        }
    }

    /// The file that tells of a component, and where in it; none for one that no release contains.
    pub(crate) fn link(&self, identity: &str) -> Option<&str> {
        self.links.get(identity).map(String::as_str)
    }

    /// The component that a scanner calls by this name.
    pub(crate) fn named(&self, package: &str) -> Option<&'handbook ComponentLife> {
        self.by_name.get(&package.to_lowercase()).copied()
    }

    /// The advisories about a component, as indexes into the inventory.
    pub(crate) fn advisories(&self, life: &ComponentLife) -> &[usize] {
        self.advisories.get(&life.name.to_lowercase()).map_or(&[], Vec::as_slice)
    }
}

/// The address of a part of the list of components.
pub(crate) fn list(base: &str, part: usize) -> String {
    if part == 0 {
        format!("{base}components/")
    } else {
        format!("{base}components/{}/", part + 1)
    }
}

/// The address of the page of a component.
pub(crate) fn page(base: &str, life: &ComponentLife) -> String {
    format!("{base}components/of/{}/", part(&life.identity))
}

/// The element id of a component in the list.
pub(crate) fn anchor(identity: &str) -> String {
    // Letters, digits, dashes and underscores are what every tool takes for an id.
    let name = part(identity).replace('_', "__").replace('~', "_").replace('.', "_2e");
    format!("rp-c-{name}")
}

/// The address of the page of an advisory.
pub(crate) fn advisory(base: &str, id: &str) -> String {
    format!("{base}advisories/{}/", part(id))
}

/// Whether there is more to tell of a component than that every release contains the same of it.
fn is_told(life: &ComponentLife, inventory: &Inventory) -> bool {
    match life.spans.as_slice() {
        [span] if life.unknown.is_empty() => span.newest != 0 || span.oldest + 1 != inventory.bills.len(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::site::sample;

    #[test]
    fn every_component_has_a_place_and_only_those_with_a_story_have_a_page() {
        let handbook = sample::single();
        let product = &handbook.products[0];
        let places = Places::of(product, "");
        let link = |identity: &str| places.link(identity).expect("it has a place").to_owned();
        assert_eq!(
            link("pkg:pypi/tenacity"),
            "components/of/pkg~3apypi~2ftenacity/index.html",
            "it is new"
        );
        for life in &product.inventory.components {
            assert!(places.link(&life.identity).is_some(), "{}", life.identity);
        }
        assert!(places.newest.is_sorted_by_key(|life| &life.identity));
        assert_eq!(places.link("pkg:npm/nothing"), None);
    }
}
