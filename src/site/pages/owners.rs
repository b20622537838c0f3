//! The owners that runbooks name.

use std::collections::BTreeMap;

use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::pages::views::owners;
use crate::site::shared::ProductSite;

/// An owner with what they answer for.
pub(super) struct Owner<'site> {
    /// The name as it is first written; empty for the runbooks of nobody.
    pub(super) name: &'site str,
    /// The page.
    pub(super) address: String,
    /// The runbooks of the current edition, in order of their paths.
    pub(super) runbooks: Vec<&'site JudgedRunbook>,
}

/// The owners that the runbooks of the current edition name, in order; nobody comes last. Names that differ in case only are one.
pub(super) fn owners_of<'site>(product: &'site ProductSite) -> Vec<Owner<'site>> {
    let mut found: BTreeMap<String, Owner> = BTreeMap::new();
    let mut nobody = Owner {
        name: "",
        address: format!("{}freshness/without-owner/", product.base),
        runbooks: Vec::new(),
    };
    let current = product.current.map(|current| product.editions[current].edition);
    for runbook in current.into_iter().flat_map(|edition| &edition.runbooks) {
        let names: BTreeMap<String, &str> = owners(runbook).into_iter().map(|name| (part(name), name)).collect();
        if names.is_empty() {
            nobody.runbooks.push(runbook);
        }
        for (part, name) in names {
            let address = format!("{}freshness/by-owner/{part}/", product.base);
            let owner = found.entry(part).or_insert_with(|| Owner {
                name,
                address,
                runbooks: Vec::new(),
            });
            owner.runbooks.push(runbook);
        }
    }
    let nobody = Some(nobody).filter(|nobody| !nobody.runbooks.is_empty());
    found.into_values().chain(nobody).collect()
}
