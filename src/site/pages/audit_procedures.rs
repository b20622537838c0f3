//! The register of procedures: whose each is, when it was reviewed, the version in force, and whether the system still looks as it says.

use chrono::{Months, NaiveDate};
use serde::Serialize;

use crate::model::freshness::{Review, State};
use crate::site::address::part;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::audit_questions::is_drill;
use crate::site::pages::audit_rows::CAUTION;
use crate::site::pages::duty_rows::{Row, rows};
use crate::site::pages::log_rows::{LogEntry, of_duty};
use crate::site::pages::views::owners;
use crate::site::shared::{ProductSite, Site, title};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit_procedures",
    template: include_str!("../../../templates/audit_procedures.html"),
    pages,
    make,
    is_dated: true,
    section: "audit",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    version: Option<&'site str>,
    procedures: Vec<Procedure<'site>>,
    drills: Vec<Row<'site>>,
    /// What the logs say was done of them in the last twelve months.
    done: Vec<Done<'site>>,
    caution: &'static str,
}

/// A restore or a drill that was done.
#[derive(Serialize)]
struct Done<'site> {
    duty: &'site str,
    #[serde(flatten)]
    entry: LogEntry<'site>,
}

#[derive(Serialize)]
struct Procedure<'site> {
    title: &'site str,
    path: &'site str,
    url: String,
    /// Every version of it.
    history: String,
    owners: Vec<&'site str>,
    reviewed: Option<&'site Review>,
    due: Option<NaiveDate>,
    state: State,
    reason: &'site str,
    /// The version that is in force, and its day.
    in_force: &'site str,
    since: Option<NaiveDate>,
    /// How many of the things that it names were found, and how many could be looked up.
    found: usize,
    looked_up: usize,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .map(|(number, product)| Target {
            address: format!("{}audit/procedures/", product.base),
            owner: "the register of procedures".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let edition = product.latest.or(product.current);
    let facts = Facts {
        version: edition.map(|edition| product.editions[edition].edition.version.as_str()),
        procedures: edition.map(|edition| procedures(product, edition)).unwrap_or_default(),
        drills: drills(product),
        done: done(product, site.handbook.today),
        caution: CAUTION,
    };
    Frame::of_product(KIND.name, site, target, "Procedures")
        .below("For auditors", format!("{}audit/", product.base))
        .described(format!(
            "The procedures of {}: owner, review, version in force, still true or not.",
            product.product.name
        ))
        .with(&facts)
}

fn procedures<'site>(product: &'site ProductSite, edition: usize) -> Vec<Procedure<'site>> {
    let site = &product.editions[edition];
    let is_latest = product.latest == Some(edition);
    let runbooks = product.followed(edition, is_latest);
    runbooks
        .iter()
        .map(|judged| {
            let counts = &judged.freshness.counts;
            Procedure {
                title: title(judged),
                path: &judged.runbook.path,
                url: product.runbook(edition, &judged.runbook.slug),
                history: format!("{}runbooks/{}/", product.base, part(&judged.runbook.slug)),
                owners: owners(judged),
                reviewed: judged.freshness.reviewed.as_ref(),
                due: judged.freshness.due,
                state: judged.freshness.state,
                reason: &judged.freshness.reason,
                in_force: &site.edition.version,
                since: site.day,
                found: counts.resolved as usize,
                looked_up: (counts.resolved + counts.broken) as usize,
            }
        })
        .collect()
}

/// The duties that are drills: restores and ways back that are tried.
fn drills<'site>(product: &'site ProductSite) -> Vec<Row<'site>> {
    let titles: Vec<&str> = product
        .product
        .duties
        .iter()
        .filter(|judged| is_drill(judged))
        .map(|judged| judged.duty.title.as_str())
        .collect();
    rows(product).into_iter().filter(|row| titles.contains(&row.title)).collect()
}

/// The restores and drills of the last twelve months, as their logs tell of them.
fn done<'site>(product: &'site ProductSite, today: NaiveDate) -> Vec<Done<'site>> {
    let since = today.checked_sub_months(Months::new(12)).unwrap_or(today);
    let drills = product.product.duties.iter().filter(|judged| is_drill(judged));
    drills
        .flat_map(|judged| {
            let duty = judged.duty.title.as_str();
            of_duty(product, judged, since)
                .into_iter()
                .map(move |entry| Done { duty, entry })
        })
        .collect()
}
