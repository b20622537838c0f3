//! The entries of the navigation, as the kinds of pages name them.

use serde::Serialize;

use crate::site::kind::{Entry, Leads};
use crate::site::pages::KINDS;
use crate::site::shared::{ProductSite, Site};

/// What templates see as `navigation`: the entries of pages that belong to no product, and those of each product by its address.
#[derive(Serialize)]
pub(super) struct Navigation {
    site: Vec<Shown>,
    products: std::collections::BTreeMap<String, Vec<Shown>>,
}

/// An entry in its place.
#[derive(Serialize)]
struct Shown {
    /// The name of the kind, which is marked on the pages that name it as their section.
    section: &'static str,
    text: &'static str,
    address: String,
    /// Whether there is anything to see; where there is not, it stands on its own pages only.
    has_content: bool,
}

impl Navigation {
    /// The navigation of a site.
    pub(super) fn of(site: &Site) -> Self {
        Self {
            site: entries(None),
            products: site
                .products
                .iter()
                .map(|product| (product.base.clone(), entries(Some(product))))
                .collect(),
        }
    }
}

impl Navigation {
    /// What pages say of it that tell of no day.
    pub(super) fn fixed(&self) -> Vec<(&str, &'static str, &str, bool)> {
        let own = self.site.iter().map(|entry| ("", entry));
        let products = self.products.iter();
        let of_products = products.flat_map(|(base, entries)| entries.iter().map(move |entry| (base.as_str(), entry)));
        let all = own.chain(of_products);
        all.map(|(base, entry)| (base, entry.text, entry.address.as_str(), entry.has_content))
            .collect()
    }
}

fn entries(product: Option<&ProductSite>) -> Vec<Shown> {
    let own = KINDS.iter().filter_map(|kind| Some((kind.name, kind.entry.as_ref()?)));
    let mut entries: Vec<(&str, &Entry)> = own.collect();
    entries.sort_by_key(|(_, entry)| entry.order);
    let shown = entries.into_iter().filter_map(|(section, entry)| {
        let (address, has_content) = match (entry.leads, product) {
            (Leads::Site(address), None) => (address.to_owned(), true),
            (Leads::Product(leads), Some(product)) => leads(product),
            (Leads::Site(_), Some(_)) | (Leads::Product(_), None) => return None,
        };
        Some(Shown {
            section,
            text: entry.text,
            address,
            has_content,
        })
    });
    shown.collect()
}
