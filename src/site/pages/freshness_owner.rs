//! The runbooks that one owner answers for. `outer` is the number of the owner, in the order of [`owners_of`], `inner` the part of the list.

use serde::Serialize;

use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::markup::Markup;
use crate::site::pages::owners::{owners_of, runbooks_of};
use crate::site::pages::rows::{self, Part};
use crate::site::pages::runbook_table::table;
use crate::site::pages::views::{RunbookRow, StateCount, counts, otherwise_on_main};
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
    /// The version in use, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_use: Option<&'site str>,
    /// Those of this part of the list, as people follow them today.
    runbooks: Vec<RunbookRow<'site>>,
    /// Those of them that are judged otherwise on the main branch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    on_main: Vec<RunbookRow<'site>>,
}

/// What the page shows beside its facts.
#[derive(Serialize)]
struct Extra {
    table: Markup,
    /// Those that stand otherwise on the main branch.
    on_main: Option<Markup>,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, owner) in owners_of(product).iter().enumerate() {
            let first = Target {
                address: owner.address.clone(),
                owner: format!("the runbooks of owner `{}`", owner.name),
                product: Some(number),
                outer,
                ..Target::default()
            };
            targets.extend(rows::pages(&first, owner.runbooks.len()));
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let found = &owners_of(product)[target.outer];
    let owner = found.name.as_str();
    let runbooks = runbooks_of(product, found);
    let here = rows::of(&runbooks, target.inner);
    let facts = Facts {
        owner,
        states: counts(runbooks.iter().map(|at_hand| at_hand.runbook)),
        parts: rows::parts(&found.address, runbooks.len(), target.inner),
        in_use: product.latest.map(|latest| product.editions[latest].edition.version.as_str()),
        on_main: otherwise_on_main(product, here.iter().copied().copied()),
        runbooks: here.into_iter().map(|at_hand| RunbookRow::at_hand(at_hand)).collect(),
    };
    let name = if owner.is_empty() { "No owner is named" } else { owner };
    let mut frame = Frame::of_product(KIND.name, site, target, name);
    frame.is_unlisted = target.inner > 0;
    let extra = Extra {
        table: table(&facts.runbooks, &frame.root),
        on_main: (!facts.on_main.is_empty()).then(|| table(&facts.on_main, &frame.root)),
    };
    let mut made = frame
        .below("Freshness", format!("{}freshness/", product.base))
        .described(format!("The runbooks of {} that {name} answers for.", product.product.name))
        .with(&facts);
    made.extra = tera::Value::from_serializable(&extra);
    made
}
