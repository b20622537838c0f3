//! The owners that runbooks name.

use std::collections::BTreeMap;

use crate::site::address::part;
use crate::site::pages::views::{by_need, owners};
use crate::site::shared::{AtHand, Owner, ProductSite};

/// The owners that the runbooks at hand name, in order; nobody comes last. Names that differ in case only are one.
pub(super) fn owners_of<'site>(product: &'site ProductSite) -> &'site [Owner] {
    product.owners.get_or_init(|| found(product))
}

/// The runbooks of an owner as people find them, those in need first.
pub(super) fn runbooks_of<'a, 'site>(product: &'a ProductSite<'site>, owner: &Owner) -> Vec<&'a AtHand<'site>> {
    let all = &product.at_hand;
    owner.runbooks.iter().filter_map(|index| all.get(*index)).collect()
}

fn found(product: &ProductSite) -> Vec<Owner> {
    let mut found: BTreeMap<String, Owner> = BTreeMap::new();
    let mut nobody = Owner {
        name: String::new(),
        address: format!("{}freshness/without-owner/", product.base),
        runbooks: Vec::new(),
    };
    let all = &product.at_hand;
    for (index, runbook) in all.iter().map(|at_hand| at_hand.runbook).enumerate() {
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
            .sort_by(|left, right| by_need(all[*left].runbook, all[*right].runbook));
    }
    owners
}
