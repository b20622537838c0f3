//! The runbooks of the current edition by state, owner and rule, with the first reason of each, and what is wrong with other files.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::finding::Severity;
use crate::model::freshness::{ReferenceCounts, State};
use crate::model::handbook::JudgedRunbook;
use crate::site::feeds::address::{FEED_ATOM, REVIEWS_ICS, RUNBOOKS_CSV};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::pages::owners::owners_of;
use crate::site::pages::views::{EditionView, FindingView, RunbookRow, StateCount, counts, references};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "freshness",
    template: include_str!("../../../templates/freshness.html"),
    pages,
    make,
    section: "freshness",
    entry: Some(Entry {
        text: "Freshness",
        order: 5,
        leads: Leads::Product(|product| (format!("{}freshness/", product.base), true)),
    }),
    reserves: &["freshness"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    edition: Option<EditionView<'site>>,
    states: Vec<StateCount>,
    references: ReferenceCounts,
    /// The runbooks by state, the worst first.
    groups: Vec<Group<'site>>,
    owners: Vec<OwnerRow<'site>>,
    rules: Vec<RuleRow<'site>>,
    files: Files,
    findings: Vec<FindingView<'site>>,
    history: crate::model::history::Completeness,
}

#[derive(Serialize)]
struct Group<'site> {
    state: State,
    runbooks: Vec<RunbookRow<'site>>,
}

#[derive(Serialize)]
struct OwnerRow<'site> {
    /// Empty for the runbooks of nobody.
    name: &'site str,
    url: String,
    states: Vec<StateCount>,
    runbooks: usize,
}

#[derive(Serialize)]
struct RuleRow<'site> {
    id: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    severity: Severity,
    findings: usize,
    runbooks: usize,
}

/// The same for other programs.
#[derive(Serialize)]
struct Files {
    runbooks: String,
    calendar: String,
    feed: String,
}

fn pages(site: &Site) -> Vec<Target> {
    let target = |(number, product): (usize, &ProductSite)| Target {
        address: format!("{}freshness/", product.base),
        owner: "the freshness of all runbooks".to_owned(),
        product: Some(number),
        ..Target::default()
    };
    site.products.iter().enumerate().map(target).collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let runbooks = || {
        product
            .current
            .into_iter()
            .flat_map(|current| &product.editions[current].edition.runbooks)
    };
    let facts = Facts {
        edition: product.current.map(|current| EditionView::of_build(product, current)),
        states: counts(runbooks()),
        references: references(runbooks()),
        groups: groups(product),
        owners: owners_of(product)
            .into_iter()
            .map(|owner| OwnerRow {
                name: owner.name,
                states: counts(owner.runbooks.iter().copied()),
                runbooks: owner.runbooks.len(),
                url: owner.address,
            })
            .collect(),
        rules: rules(site, runbooks()),
        files: Files {
            runbooks: format!("{}{RUNBOOKS_CSV}", product.base),
            calendar: format!("{}{REVIEWS_ICS}", product.base),
            feed: format!("{}{FEED_ATOM}", product.base),
        },
        findings: FindingView::list(site, &product.product.findings),
        history: site.handbook.completeness,
    };
    Frame::of_product(KIND.name, site, target, "Freshness")
        .described(format!("Which runbooks of {} can be trusted today.", product.product.name))
        .with(&facts)
}

/// The runbooks of the current edition by state, the worst first.
fn groups<'site>(product: &'site ProductSite) -> Vec<Group<'site>> {
    let mut groups: Vec<Group> = Vec::new();
    let rows = product.current.map(|current| RunbookRow::by_need(product, current, false));
    for row in rows.into_iter().flatten() {
        match groups.last_mut() {
            Some(group) if group.state == row.state => group.runbooks.push(row),
            _ => groups.push(Group {
                state: row.state,
                runbooks: vec![row],
            }),
        }
    }
    groups
}

/// What the rules find, the worst and most frequent first.
fn rules<'site>(site: &Site, runbooks: impl Iterator<Item = &'site JudgedRunbook>) -> Vec<RuleRow<'site>> {
    let mut found: BTreeMap<&str, RuleRow> = BTreeMap::new();
    for runbook in runbooks {
        let mut seen = Vec::new();
        for finding in runbook.findings.iter().filter(|finding| finding.suppression.is_none()) {
            let row = found.entry(finding.rule).or_insert_with(|| RuleRow {
                id: finding.rule,
                url: site.rule(finding.rule),
                severity: finding.severity,
                findings: 0,
                runbooks: 0,
            });
            row.severity = row.severity.max(finding.severity);
            row.findings += 1;
            if !seen.contains(&finding.rule) {
                seen.push(finding.rule);
                row.runbooks += 1;
            }
        }
    }
    let mut rows: Vec<RuleRow> = found.into_values().collect();
    rows.sort_by(|left, right| (right.severity, right.findings, left.id).cmp(&(left.severity, left.findings, right.id)));
    rows
}
