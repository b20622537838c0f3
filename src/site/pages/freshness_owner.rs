//! The runbooks that one owner answers for. `inner` is the number of the owner, in the order of [`owners_of`].

use serde::Serialize;

use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::owners::{Owner, owners_of};
use crate::site::pages::views::{RunbookRow, StateCount, counts};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "freshness-owner",
    template: include_str!("../../../templates/freshness_owner.html"),
    pages,
    make,
    section: "freshness",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    owner: &'site str,
    states: Vec<StateCount>,
    runbooks: Vec<RunbookRow<'site>>,
}

fn pages(site: &Site) -> Vec<Target> {
    site.numbered(|product| {
        let owners = owners_of(product).into_iter();
        owners
            .map(|owner| (owner.address, format!("the runbooks of owner `{}`", owner.name)))
            .collect()
    })
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
        .described(format!("The runbooks of {} that {name} answers for.", product.product.name))
        .with(&facts)
}
