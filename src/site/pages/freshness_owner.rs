//! The runbooks that one owner answers for. `inner` is the number of the owner, in the order of [`owners_of`].

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::frame::{Frame, Made};
use crate::site::pages::views::{RunbookRow, StateCount, counts, owners};
use crate::site::pages::{Kind, Target, never_same};
use crate::site::shared::{ProductSite, Site};

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "freshness-owner",
    template: include_str!("../../../templates/freshness_owner.html"),
    pages,
    make,
    is_same: never_same,
};

#[derive(Serialize)]
struct Facts<'site> {
    owner: &'site str,
    states: Vec<StateCount>,
    runbooks: Vec<RunbookRow<'site>>,
}

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

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (inner, owner) in owners_of(product).into_iter().enumerate() {
            targets.push(Target {
                owner: format!("the runbooks of owner `{}`", owner.name),
                address: owner.address,
                product: Some(number),
                inner,
                ..Target::default()
            });
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let Owner {
        name: owner, runbooks, ..
    } = owners_of(product).swap_remove(target.inner);
    let mut rows: Vec<RunbookRow> = runbooks
        .iter()
        .filter_map(|runbook| {
            Some(RunbookRow::of(
                runbook,
                product.runbook(product.current?, &runbook.runbook.slug),
            ))
        })
        .collect();
    rows.sort_by(|left, right| (right.state, left.path).cmp(&(left.state, right.path)));
    let facts = Facts {
        owner,
        states: counts(runbooks.iter().copied()),
        runbooks: rows,
    };
    let name = if owner.is_empty() { "No owner is named" } else { owner };
    Frame::of_product(KIND.name, site, target, name)
        .below("Freshness", format!("{}freshness/", product.base))
        .in_section("freshness")
        .described(format!("The runbooks of {} that {name} answers for.", product.product.name))
        .with(&facts)
}
