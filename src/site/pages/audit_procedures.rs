//! The register of procedures: whose each is, when it was reviewed, the version in force, and whether the system still looks as it says.

use chrono::{Months, NaiveDate};
use serde::Serialize;

use crate::model::freshness::{Review, State};
use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::audit_questions::is_drill;
use crate::site::pages::audit_rows::{CAUTION, in_force};
use crate::site::pages::duty_rows::{self, Row};
use crate::site::pages::log_rows::{LogEntry, of_duty};
use crate::site::pages::rows::{self, Part};
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
    /// Those of this part of the list.
    procedures: Vec<Procedure<'site>>,
    drills: Vec<Row<'site>>,
    /// What the logs say was done of them in the last twelve months.
    done: Vec<Done<'site>>,
    caution: &'static str,
}

/// What only the template needs.
#[derive(Serialize)]
struct Extra {
    is_first: bool,
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
    let targets = |(number, product): (usize, &ProductSite)| {
        let first = Target {
            address: list(product),
            owner: "the register of procedures".to_owned(),
            product: Some(number),
            ..Target::default()
        };
        rows::pages(&first, in_force(product).map_or(0, |(_, runbooks)| runbooks.len()))
    };
    site.products.iter().enumerate().flat_map(targets).collect()
}

/// The address of the first part.
fn list(product: &ProductSite) -> String {
    format!("{}audit/procedures/", product.base)
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let in_force = in_force(product);
    // What is no list of procedures stands on its first part.
    let is_first = target.inner == 0;
    let facts = Facts {
        version: in_force.map(|(edition, _)| product.editions[edition].edition.version.as_str()),
        parts: rows::parts(
            &list(product),
            in_force.map_or(0, |(_, runbooks)| runbooks.len()),
            target.inner,
        ),
        procedures: in_force
            .map(|(edition, runbooks)| procedures(product, edition, &rows::of(runbooks, target.inner)))
            .unwrap_or_default(),
        drills: if is_first { drills(product) } else { Vec::new() },
        done: if is_first {
            done(product, site.handbook.today)
        } else {
            Vec::new()
        },
        caution: CAUTION,
    };
    let mut frame = Frame::of_product(KIND.name, site, target, "Procedures")
        .below("For auditors", format!("{}audit/", product.base))
        .described(format!(
            "The procedures of {}: owner, review, version in force, still true or not.",
            product.product.name
        ));
    frame.is_unlisted = !is_first;
    let mut made = frame.with(&facts);
    made.extra = tera::Value::from_serializable(&Extra { is_first });
    made
}

fn procedures<'site>(product: &'site ProductSite, edition: usize, runbooks: &[&'site JudgedRunbook]) -> Vec<Procedure<'site>> {
    let site = &product.editions[edition];
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
    let rows = duty_rows::rows(product).into_iter();
    rows.filter(|row| titles.contains(&row.title)).collect()
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
