//! The first page of an edition: its runbooks. `outer` is the edition.

use serde::Serialize;

use crate::model::freshness::ReferenceCounts;
use crate::site::frame::{Frame, Made, notice};
use crate::site::kind::{Kind, PLAIN};
use crate::site::later;
use crate::site::markup::Markup;
use crate::site::pages::rows::{self, Part};
use crate::site::pages::runbook_table::table;
use crate::site::pages::views::{EditionView, ReleaseRow, RunbookRow, StateCount, counts, references};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "edition",
    template: include_str!("../../../templates/edition.html"),
    pages,
    make,
    of_edition: true,
    section: "runbooks",
    reserves: &["latest", "next"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    edition: EditionView<'site>,
    release: Option<ReleaseRow<'site>>,
    states: Vec<StateCount>,
    references: ReferenceCounts,
    total: usize,
    parts: Vec<Part>,
    /// Those of this part of the list.
    runbooks: Vec<RunbookRow<'site>>,
}

/// The facts that the template of the program shows; of the runbooks only how many there are.
#[derive(Serialize)]
struct Shown<'facts, 'site> {
    edition: &'facts EditionView<'site>,
    release: &'facts Option<ReleaseRow<'site>>,
    states: &'facts [StateCount],
    references: &'facts ReferenceCounts,
    parts: &'facts [Part],
    runbooks: Vec<()>,
}

/// What the page shows beside its facts.
#[derive(Serialize)]
struct Extra {
    table: Markup,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, edition) in product.editions.iter().enumerate() {
            let target = |address, is_latest| Target {
                address,
                owner: format!("the edition {}", edition.edition.version),
                product: Some(number),
                outer,
                is_latest,
                ..Target::default()
            };
            let rows = edition.edition.runbooks.len();
            targets.extend(rows::pages(&target(edition.address.clone(), false), rows));
            if product.latest == Some(outer) {
                targets.extend(rows::pages(&target(product.latest_address(), true), rows));
            }
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let edition = &product.editions[target.outer];
    let version = &edition.edition.version;
    let followed = product.followed(target.outer, target.is_latest);
    let list = if target.is_latest {
        product.latest_address()
    } else {
        edition.address.clone()
    };
    let facts = Facts {
        edition: EditionView::of_build(product, target.outer),
        release: product
            .release_of(target.outer)
            .map(|release| ReleaseRow::of(product, release)),
        states: counts(followed.iter()),
        references: references(followed.iter()),
        total: followed.len(),
        parts: rows::parts(&list, followed.len(), target.inner),
        runbooks: RunbookRow::by_need(product, target.outer, target.is_latest, Some(target.inner)),
    };
    let mut frame = Frame::of_product(KIND.name, site, target, format!("Runbooks of {version}"))
        .described(format!("The runbooks of {} as at {version}.", product.product.name));
    frame.edition = Some(edition.edition.id.clone());
    frame.version = Some(version.clone());
    frame.notice = notice(site, target, version, None);
    frame.is_unlisted = frame.notice.as_ref().is_some_and(|notice| notice.tone == "fail");
    if product.is_old(target) {
        frame = frame.of_its_day();
        frame.later = Some(later::of_editions(product));
        frame.canonical = product.latest.map(|_| product.latest_address());
    }
    frame.is_unlisted |= target.inner > 0;
    let extra = Extra {
        table: table(&facts.runbooks, &frame.root),
    };
    let shown = Shown {
        edition: &facts.edition,
        release: &facts.release,
        states: &facts.states,
        references: &facts.references,
        parts: &facts.parts,
        runbooks: vec![(); facts.runbooks.len()],
    };
    let mut made = frame.with_shown(site, &facts, &shown);
    made.extra = tera::Value::from_serializable(&extra);
    made
}
