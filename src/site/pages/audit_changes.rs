//! The changes and versions of a period, reconciled. `outer` is the period, `inner` the part of the list of changes.

use serde::Serialize;

use crate::model::population::{ForgeExport, Input, LeftOut, Period, Shipped};
use crate::site::feeds::address::{CHANGES_CSV, DEPLOYMENTS_CSV, VERSIONS_CSV};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::audit_rows::{CAUTION, ChangeRow, ListedRow, listed, period, product_option, release_url};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit_changes",
    template: include_str!("../../../templates/audit_changes.html"),
    pages,
    make,
    is_dated: true,
    section: "audit",
    ..PLAIN
};

/// Changes of one part of the list.
const PART: usize = 250;
/// Rows of a list that the page shows; the table has all of them.
const MOST_LISTED: usize = 50;

#[derive(Serialize)]
struct Facts<'site> {
    period: &'site Period,
    head: Option<&'site str>,
    folder: &'site str,
    is_whole: bool,
    /// Which part of the list this is, from 1.
    part: usize,
    parts: Vec<PartLink>,
    total: usize,
    direct_count: usize,
    unreviewed: usize,
    left_out: &'site [LeftOut],
    /// The rest stands on the first part only.
    shipped: Vec<ShippedRow<'site>>,
    differences: &'site [String],
    lists: Vec<List<'site>>,
    groups: Vec<Group<'site>>,
    exports: &'site [ForgeExport],
    inputs: usize,
    /// Every input of the counts, for the twin.
    input_list: &'site [Input],
    digest: &'site str,
    changes_csv: String,
    versions_csv: String,
    deployments_csv: String,
    pack: String,
    command: String,
    caution: &'static str,
}

#[derive(Serialize)]
struct PartLink {
    number: usize,
    url: String,
    is_here: bool,
}

#[derive(Serialize)]
struct ShippedRow<'site> {
    #[serde(flatten)]
    shipped: &'site Shipped,
    url: Option<String>,
}

#[derive(Serialize)]
struct List<'site> {
    id: &'static str,
    title: &'static str,
    none: &'static str,
    rows: Vec<ListedRow<'site>>,
    more: usize,
}

/// The changes that one release was the first to contain.
#[derive(Serialize)]
struct Group<'site> {
    version: Option<&'site str>,
    url: Option<String>,
    changes: Vec<ChangeRow<'site>>,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, population) in product.product.populations.iter().enumerate() {
            let base = period(product, population);
            for inner in 0..population.changes.len().div_ceil(PART).max(1) {
                targets.push(Target {
                    address: address(&base, inner),
                    owner: format!("the changes of {}", population.period.id),
                    product: Some(number),
                    outer,
                    inner,
                    ..Target::default()
                });
            }
        }
    }
    targets
}

fn address(base: &str, part: usize) -> String {
    match part {
        0 => format!("{base}changes/"),
        part => format!("{base}changes/{}/", part + 1),
    }
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let population = &product.product.populations[target.outer];
    let trail = &product.product.trail;
    let base = period(product, population);
    let parts = population.changes.len().div_ceil(PART).max(1);
    let is_first = target.inner == 0;
    let here = population.changes.iter().skip(target.inner * PART).take(PART);
    let mut groups: Vec<Group> = Vec::new();
    for at in here {
        let row = ChangeRow::of(product, population, *at);
        match groups.last_mut().filter(|group| group.version == row.release) {
            Some(group) => group.changes.push(row),
            None => groups.push(Group {
                version: row.release,
                url: row.release_url.clone(),
                changes: vec![row],
            }),
        }
    }
    let list = |id, title, none, list| {
        let mut rows = listed(product, population, list);
        let more = rows.len().saturating_sub(MOST_LISTED);
        rows.truncate(MOST_LISTED);
        List {
            id,
            title,
            none,
            rows,
            more,
        }
    };
    let lists = if is_first {
        vec![
            list(
                "rp-direct", "Without a pull request", "Every change names one.", &population.direct,
            ),
            list(
                "rp-self",
                "Only their author agreed",
                "None is known. Where no export of the forge is kept, only a message could tell.",
                &population.self_approved,
            ),
            list(
                "rp-bypassed",
                "In with a check that had not passed",
                "None is known. Only an export of the forge that holds the checks could tell.",
                &population.bypassed,
            ),
            list(
                "rp-emergencies",
                "Emergencies",
                "None says so, by a label, a trailer, the name of a branch or the first word of its message.",
                &population.emergencies,
            ),
        ]
    } else {
        Vec::new()
    };
    let id = &population.period.id;
    let product_option = product_option(product);
    let facts = Facts {
        period: &population.period,
        head: trail.head.as_deref(),
        folder: &trail.folder,
        is_whole: trail.is_whole,
        part: target.inner + 1,
        parts: (0..parts)
            .filter(|_| parts > 1)
            .map(|part| PartLink {
                number: part + 1,
                url: address(&base, part),
                is_here: part == target.inner,
            })
            .collect(),
        total: population.changes.len(),
        direct_count: population.direct.len(),
        unreviewed: population.unreviewed,
        left_out: &population.left_out,
        shipped: population
            .shipped
            .iter()
            .filter(|_| is_first)
            .map(|shipped| ShippedRow {
                shipped,
                url: release_url(product, &shipped.version),
            })
            .collect(),
        differences: if is_first { &population.differences } else { &[] },
        lists,
        groups,
        exports: &trail.exports,
        inputs: population.inputs.len(),
        input_list: if is_first { &population.inputs } else { &[] },
        digest: &population.digest,
        changes_csv: format!("{base}{CHANGES_CSV}"),
        versions_csv: format!("{base}{VERSIONS_CSV}"),
        deployments_csv: format!("{base}{DEPLOYMENTS_CSV}"),
        pack: base.clone(),
        command: format!(
            "runproof sample{product_option} --from {} --to {} --size N --seed TEXT",
            population.period.from, population.period.to
        ),
        caution: CAUTION,
    };
    let title = match target.inner {
        0 => format!("Changes of {id}"),
        part => format!("Changes of {id}, part {}", part + 1),
    };
    Frame::of_product(KIND.name, site, target, title)
        .below("For auditors", format!("{}audit/", product.base))
        .below(id.clone(), base)
        .described(format!(
            "Every change and every version of {} in {id}, list against list.",
            product.product.name
        ))
        .with(&facts)
}
