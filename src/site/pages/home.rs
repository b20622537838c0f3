//! The first page of a handbook of several products (or of none).

use serde::Serialize;

use crate::model::register::DutyState;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::pages::duty_rows;
use crate::site::pages::tasks::{Task, followed_version, shortened, urgent};
use crate::site::pages::troubles::{ReleaseCount, Trouble, tally, troubles, worst_first};
use crate::site::pages::views::{ReleaseRow, RunbookRow, StateCount, counts};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "home",
    template: include_str!("../../../templates/home.html"),
    pages,
    make,
    is_dated: true,
    section: "home",
    entry: Some(Entry {
        text: "Products",
        order: 1,
        leads: Leads::Site(""),
    }),
    ..PLAIN
};

/// Runbooks in need that are listed.
const MOST_NEEDS: usize = 8;
/// Releases that something is wrong with that are listed.
const MOST_TROUBLES: usize = 8;

#[derive(Serialize)]
struct Facts<'site> {
    products: Vec<ProductFacts<'site>>,
    tasks: Vec<Task<'site>>,
    /// How many runbooks all products have.
    runbooks: usize,
    /// The newest release where it was taken back; then those that contradict their records, failed, or went out with open gates.
    troubles: Vec<Trouble<'site>>,
    more_troubles: usize,
    needs: Vec<Need<'site>>,
    more_needs: usize,
    /// Duties that should have been done already, over all products.
    overdue: Vec<duty_rows::Row<'site>>,
    has_duties: bool,
}

#[derive(Serialize)]
struct ProductFacts<'site> {
    name: &'site str,
    summary: &'site str,
    url: &'site str,
    latest: Option<ReleaseRow<'site>>,
    /// How many releases are in each state, the worst first.
    release_states: Vec<ReleaseCount>,
    /// The version that its runbooks are those of; `next` is the main branch.
    of_version: Option<&'site str>,
    /// How many of its runbooks are on the main branch only.
    only_on_main: usize,
    runbooks: usize,
    states: Vec<StateCount>,
    runbooks_url: String,
}

#[derive(Serialize)]
struct Need<'site> {
    product: &'site str,
    #[serde(flatten)]
    runbook: RunbookRow<'site>,
}

fn pages(site: &Site) -> Vec<Target> {
    if site.is_single() {
        return Vec::new();
    }
    vec![Target {
        owner: "the first page".to_owned(),
        ..Target::default()
    }]
}

fn make(site: &Site, target: &Target) -> Made {
    let mut needs: Vec<Need> = site
        .products
        .iter()
        .flat_map(|product| {
            product
                .at_hand
                .iter()
                .map(|at_hand| RunbookRow::of(at_hand.runbook, at_hand.url.clone()))
                .filter(|row| row.state != crate::model::freshness::State::Fresh)
                .map(|runbook| Need {
                    product: &product.product.name,
                    runbook,
                })
        })
        .collect();
    // Stable: products keep their order among runbooks of the same state.
    needs.sort_by_key(|need| std::cmp::Reverse(need.runbook.state));
    let more_needs = needs.len().saturating_sub(MOST_NEEDS);
    needs.truncate(MOST_NEEDS);
    let mut listed: Vec<Trouble> = site.products.iter().flat_map(troubles).collect();
    worst_first(&mut listed);
    let more_troubles = listed.len().saturating_sub(MOST_TROUBLES);
    listed.truncate(MOST_TROUBLES);
    let facts = Facts {
        products: site
            .products
            .iter()
            .map(|product| {
                let at_hand = &product.at_hand;
                ProductFacts {
                    name: &product.product.name,
                    summary: &product.product.summary,
                    url: &product.base,
                    latest: product
                        .latest
                        .and_then(|latest| product.release_of(latest))
                        .or(product.product.releases.first())
                        .map(|release| ReleaseRow::of(product, release)),
                    release_states: tally(&product.product.releases),
                    of_version: followed_version(product),
                    only_on_main: at_hand.iter().filter(|at_hand| at_hand.only_in.is_some()).count(),
                    runbooks: at_hand.len(),
                    states: counts(at_hand.iter().map(|at_hand| at_hand.runbook)),
                    runbooks_url: match (product.latest, product.current) {
                        (Some(_), _) => product.latest_address(),
                        (None, Some(current)) => product.editions[current].address.clone(),
                        (None, None) => String::new(),
                    },
                }
            })
            .collect(),
        runbooks: site.products.iter().map(|product| product.at_hand.len()).sum(),
        tasks: shortened(urgent(site)),
        troubles: listed,
        more_troubles,
        needs,
        more_needs,
        overdue: site
            .products
            .iter()
            .flat_map(duty_rows::rows)
            .filter(|row| row.state == DutyState::Overdue)
            .collect(),
        has_duties: site.products.iter().any(|product| !product.product.duties.is_empty()),
    };
    Frame::new(KIND.name, target, site.handbook.title.clone())
        .described(format!("{}: runbooks, releases and their evidence.", site.handbook.title))
        .with(&facts)
}
