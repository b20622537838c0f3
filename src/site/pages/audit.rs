//! The first page for auditors of a product: its periods, and where everything else is that they ask for.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::gate::ReleaseState;
use crate::site::feeds::address::{CHANGES_CSV, DEPLOYMENTS_CSV, VERSIONS_CSV};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::pages::audit_questions::{Answer, answers};
use crate::site::pages::audit_rows::{CAUTION, has_kept, period};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit",
    template: include_str!("../../../templates/audit.html"),
    pages,
    make,
    is_dated: true,
    section: "audit",
    entry: Some(Entry {
        text: "Audit",
        order: 6,
        leads: Leads::Product(|product| (format!("{}audit/", product.base), true)),
    }),
    reserves: &["audit"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    periods: Vec<PeriodRow<'site>>,
    questions: Vec<Answer>,
    exports: usize,
    is_whole: bool,
    has_controls: bool,
    has_kept: bool,
    caution: &'static str,
}

#[derive(Serialize)]
struct PeriodRow<'site> {
    id: &'site str,
    from: NaiveDate,
    to: NaiveDate,
    url: String,
    changes: usize,
    direct: usize,
    unreviewed: usize,
    emergencies: usize,
    releases: usize,
    /// Releases that are neither proven nor accepted.
    in_question: usize,
    differences: usize,
    changes_csv: &'static str,
    versions_csv: &'static str,
    deployments: usize,
    deployments_csv: &'static str,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .map(|(number, product)| Target {
            address: format!("{}audit/", product.base),
            owner: "the first page for auditors".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let facts = Facts {
        periods: rows(product),
        questions: answers(site, product),
        has_controls: !product.product.controls.is_empty(),
        has_kept: has_kept(product),
        exports: product.product.trail.exports.len(),
        is_whole: product.product.trail.is_whole,
        caution: CAUTION,
    };
    Frame::of_product(KIND.name, site, target, "For auditors")
        .described(format!(
            "What auditors ask for of {}: periods, changes, versions, and the evidence behind them.",
            product.product.name
        ))
        .with(&facts)
}

fn rows<'site>(product: &'site ProductSite) -> Vec<PeriodRow<'site>> {
    let populations = product.product.populations.iter();
    populations
        .map(|population| {
            let is_in_question = |version: &str| {
                let releases = product.product.releases.iter();
                let state = releases.into_iter().find(|release| release.release.version == version);
                state.is_some_and(|release| !matches!(release.verdict.state, ReleaseState::Proven | ReleaseState::Accepted))
            };
            PeriodRow {
                id: &population.period.id,
                from: population.period.from,
                to: population.period.to,
                url: period(product, population),
                changes: population.changes.len(),
                direct: population.direct.len(),
                unreviewed: population.unreviewed,
                emergencies: population.emergencies.len(),
                releases: population.shipped.len(),
                in_question: population
                    .shipped
                    .iter()
                    .filter(|shipped| is_in_question(&shipped.version))
                    .count(),
                differences: population.differences.len(),
                changes_csv: CHANGES_CSV,
                versions_csv: VERSIONS_CSV,
                deployments: population.shipped.iter().map(|shipped| shipped.deployments.len()).sum(),
                deployments_csv: DEPLOYMENTS_CSV,
            }
        })
        .collect()
}
