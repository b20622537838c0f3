//! The deployments of a period, each followed back: what was released, whether that is what was deployed, which gates let it through, who
//! agreed, which changes it brought, and the way back. `outer` is the period.

use serde::Serialize;

use crate::model::gate::ReleaseState;
use crate::model::population::{Deployment, Period};
use crate::model::separation::{Act, Seat};
use crate::site::feeds::address::DEPLOYMENTS_CSV;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::audit_rows::{CAUTION, period, product_option};
use crate::site::pages::audit_ways::{Way, ways_back};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit_deployments",
    template: include_str!("../../../templates/audit_deployments.html"),
    pages,
    make,
    is_dated: true,
    section: "audit",
    ..PLAIN
};

/// Changes that a row names; the table has all of them.
const MOST_CHANGES: usize = 12;

/// Ways back that a row names.
const MOST_WAYS: usize = 4;

#[derive(Serialize)]
struct Facts<'site> {
    period: &'site Period,
    rows: Vec<Row<'site>>,
    /// Versions of the period that nothing says were deployed.
    silent: Vec<&'site str>,
    deployments_csv: String,
    changes: String,
    pack: String,
    command: String,
    caution: &'static str,
}

#[derive(Serialize)]
struct Row<'site> {
    #[serde(flatten)]
    deployment: &'site Deployment,
    version: &'site str,
    release_url: Option<String>,
    state: Option<ReleaseState>,
    released: Option<&'site str>,
    /// Whether what was deployed is what was released; none where the deployment names no commit.
    is_released: Option<bool>,
    let_through: usize,
    gates: usize,
    open: Vec<&'site str>,
    approvals: Vec<&'site Act>,
    exceptions: Vec<&'site str>,
    /// None where the runbooks of the release are not kept.
    ways: Option<Vec<Way<'site>>>,
    more_ways: usize,
    changelog: Option<&'site str>,
    changes: Vec<ChangeLine<'site>>,
    more_changes: usize,
}

#[derive(Serialize)]
struct ChangeLine<'site> {
    short: &'site str,
    subject: &'site str,
    request: Option<u64>,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, population) in product.product.populations.iter().enumerate() {
            targets.push(Target {
                address: format!("{}deployments/", period(product, population)),
                owner: format!("the deployments of {}", population.period.id),
                product: Some(number),
                outer,
                ..Target::default()
            });
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let population = &product.product.populations[target.outer];
    let base = period(product, population);
    let mut rows = Vec::new();
    for shipped in &population.shipped {
        let judged = product
            .product
            .releases
            .iter()
            .find(|judged| judged.release.version == shipped.version);
        let trail = &product.product.trail;
        for deployment in &shipped.deployments {
            let mut ways = judged.and_then(|judged| ways_back(site, product, judged));
            let more_ways = ways.as_ref().map_or(0, |ways| ways.len().saturating_sub(MOST_WAYS));
            if let Some(ways) = &mut ways {
                ways.truncate(MOST_WAYS);
            }
            let brought = trail.changes.iter();
            let brought = brought.filter(|change| change.release.as_deref() == Some(shipped.version.as_str()));
            let mut changes: Vec<ChangeLine> = brought
                .map(|change| ChangeLine {
                    short: change.short_id(),
                    subject: &change.subject,
                    request: change.request,
                })
                .collect();
            let more_changes = changes.len().saturating_sub(MOST_CHANGES);
            changes.truncate(MOST_CHANGES);
            rows.push(Row {
                deployment,
                version: &shipped.version,
                release_url: judged.map(|judged| product.release(judged)),
                state: judged.map(|judged| judged.verdict.state),
                released: judged.and_then(|judged| judged.release.commit.as_deref()),
                is_released: judged.and_then(|judged| deployment.is_of(judged.release.commit.as_deref()?)),
                let_through: judged.map_or(0, |judged| judged.verdict.let_through as usize),
                gates: judged.map_or(0, |judged| judged.verdict.gates.len()),
                open: judged
                    .iter()
                    .flat_map(|judged| &judged.verdict.gates)
                    .filter(|gate| !gate.outcome.lets_through())
                    .map(|gate| gate.gate.as_str())
                    .collect(),
                approvals: judged
                    .iter()
                    .flat_map(|judged| &judged.separation.acts)
                    .filter(|act| act.seat == Seat::Approver)
                    .collect(),
                exceptions: judged
                    .iter()
                    .flat_map(|judged| &judged.exceptions)
                    .map(|applied| applied.id.as_str())
                    .collect(),
                ways,
                more_ways,
                changelog: shipped.changelog.as_deref(),
                changes,
                more_changes,
            });
        }
    }
    let id = &population.period.id;
    let product_option = product_option(product);
    let facts = Facts {
        period: &population.period,
        rows,
        silent: population
            .shipped
            .iter()
            .filter(|shipped| shipped.deployments.is_empty())
            .map(|shipped| shipped.version.as_str())
            .collect(),
        deployments_csv: format!("{base}{DEPLOYMENTS_CSV}"),
        changes: format!("{base}changes/"),
        pack: base.clone(),
        command: format!("runproof release{product_option} --deployment ID"),
        caution: CAUTION,
    };
    Frame::of_product(KIND.name, site, target, format!("Deployments of {id}"))
        .below("For auditors", format!("{}audit/", product.base))
        .below(id.clone(), base)
        .described(format!(
            "Every deployment of {} in {id}, followed back to its release, gates, sign-offs and changes.",
            product.product.name
        ))
        .with(&facts)
}
