//! The runbooks that one owner answers for. `outer` is the number of the owner, in the order of [`owners_of`], `inner` the part of the list.

use serde::Serialize;

use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::markup::Markup;
use crate::site::pages::owners::{owners_of, runbooks_of};
use crate::site::pages::rows::{self, Part};
use crate::site::pages::runbook_table::table;
use crate::site::pages::views::{RunbookRow, StateCount, counts};
use crate::site::shared::{ProductSite, Site};
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
    /// Those of this part of the list, as they stand on the main branch.
    runbooks: Vec<RunbookRow<'site>>,
    /// The version in use, where some of them stand otherwise in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_use: Option<InUse<'site>>,
}

/// The runbooks of an owner as people follow them.
#[derive(Serialize)]
struct InUse<'site> {
    version: &'site str,
    /// Those that are judged otherwise than on the main branch.
    runbooks: Vec<RunbookRow<'site>>,
}

/// What of the version in use is judged otherwise today than the same runbook on the main branch.
fn in_use<'site>(product: &'site ProductSite, runbooks: &[&&'site JudgedRunbook]) -> Option<InUse<'site>> {
    let latest = product.latest.filter(|latest| Some(*latest) != product.current)?;
    let followed = product.followed(latest, true);
    let address = product.latest_address();
    let otherwise = runbooks.iter().filter_map(|on_main| {
        let known = product.runbooks.get(on_main.runbook.slug.as_str())?;
        let followed = followed.get((*known.places.get(latest)?)?)?;
        let url = format!("{address}runbooks/{}/", part(&followed.runbook.slug));
        (followed.freshness.state != on_main.freshness.state).then(|| RunbookRow::of(followed, url))
    });
    let runbooks: Vec<RunbookRow> = otherwise.collect();
    (!runbooks.is_empty()).then(|| InUse {
        version: &product.editions[latest].edition.version,
        runbooks,
    })
}

/// What the page shows beside its facts.
#[derive(Serialize)]
struct Extra {
    table: Markup,
    /// Those that stand otherwise in the version in use.
    in_use: Option<Markup>,
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

fn make<'site>(site: &'site Site, target: &Target) -> Made {
    let product = site.product(target);
    let found = &owners_of(product)[target.outer];
    let owner = found.name.as_str();
    let runbooks = runbooks_of(product, found);
    let row = |runbook: &&'site JudgedRunbook| {
        let address = product.runbook(product.current?, &runbook.runbook.slug);
        Some(RunbookRow::of(runbook, address))
    };
    let facts = Facts {
        owner,
        states: counts(runbooks.iter().copied()),
        parts: rows::parts(&found.address, runbooks.len(), target.inner),
        runbooks: rows::of(&runbooks, target.inner).into_iter().filter_map(row).collect(),
        in_use: in_use(product, &rows::of(&runbooks, target.inner)),
    };
    let name = if owner.is_empty() { "No owner is named" } else { owner };
    let mut frame = Frame::of_product(KIND.name, site, target, name);
    frame.is_unlisted = target.inner > 0;
    let extra = Extra {
        table: table(&facts.runbooks, &frame.root),
        in_use: facts.in_use.as_ref().map(|in_use| table(&in_use.runbooks, &frame.root)),
    };
    let mut made = frame
        .below("Freshness", format!("{}freshness/", product.base))
        .described(format!("The runbooks of {} that {name} answers for.", product.product.name))
        .with(&facts);
    made.extra = tera::Value::from_serializable(&extra);
    made
}
