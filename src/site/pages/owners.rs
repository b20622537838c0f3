//! The owners that runbooks name.

use std::collections::BTreeMap;

use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::pages::views::{by_need, owners};
use crate::site::shared::{Owner, ProductSite};

/// The owners that the runbooks of the current edition name, in order; nobody comes last. Names that differ in case only are one.
pub(super) fn owners_of<'site>(product: &'site ProductSite) -> &'site [Owner] {
    product.owners.get_or_init(|| found(product))
}

/// The runbooks of an owner, those in need first.
pub(super) fn runbooks_of<'site>(product: &'site ProductSite, owner: &Owner) -> Vec<&'site JudgedRunbook> {
    let current = current(product);
    owner.runbooks.iter().filter_map(|index| current.get(*index)).collect()
}

fn current<'site>(product: &'site ProductSite) -> &'site [JudgedRunbook] {
    let current = product.current.map(|current| product.editions[current].edition);
    current.map_or(&[], |edition| &edition.runbooks)
}

fn found(product: &ProductSite) -> Vec<Owner> {
    let mut found: BTreeMap<String, Owner> = BTreeMap::new();
    let mut nobody = Owner {
        name: String::new(),
        address: format!("{}freshness/without-owner/", product.base),
        runbooks: Vec::new(),
    };
    let current = current(product);
    for (index, runbook) in current.iter().enumerate() {
        let names: BTreeMap<String, &str> = owners(runbook).into_iter().map(|name| (part(name), name)).collect();
        if names.is_empty() {
            nobody.runbooks.push(index);
        }
        for (part, name) in names {
            let address = format!("{}freshness/by-owner/{part}/", product.base);
            let owner = found.entry(part).or_insert_with(|| Owner {
                name: name.to_owned(),
                address,
                runbooks: Vec::new(),
            });
            owner.runbooks.push(index);
        }
    }
    let nobody = Some(nobody).filter(|nobody| !nobody.runbooks.is_empty());
    let mut owners: Vec<Owner> = found.into_values().chain(nobody).collect();
    for owner in &mut owners {
        owner
            .runbooks
            .sort_by(|left, right| by_need(&current[*left], &current[*right]));
    }
    owners
}
