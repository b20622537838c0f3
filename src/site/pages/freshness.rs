//! The runbooks that people follow today by state, owner and rule, with the first reason of each, and what is wrong with other files.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::finding::Severity;
use crate::model::freshness::{ReferenceCounts, State};
use crate::model::handbook::JudgedRunbook;
use crate::site::feeds::address::{FEED_ATOM, REVIEWS_ICS, RUNBOOKS_CSV};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::markup::Markup;
use crate::site::pages::owners::{owners_of, runbooks_of};
use crate::site::pages::rows::{self, Part};
use crate::site::pages::runbook_table::table;
use crate::site::pages::views::{
    EditionView, FindingView, RunbookRow, StateCount, by_need, counts, otherwise_on_main, references,
};
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
    /// The edition that people follow, else that of the main branch.
    edition: Option<EditionView<'site>>,
    /// Whether it is that of a release.
    is_in_use: bool,
    only_on_main: usize,
    /// The runbooks that are judged otherwise on the main branch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    on_main: Vec<RunbookRow<'site>>,
    states: Vec<StateCount>,
    references: ReferenceCounts,
    /// The runbooks by state, the worst first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
    /// Those of this part of the list.
    groups: Vec<Group<'site>>,
    owners: Vec<OwnerRow<'site>>,
    rules: Vec<RuleRow<'site>>,
    files: Files,
    findings: Vec<FindingView<'site>>,
    history: crate::model::history::Completeness,
}

/// What the page shows beside its facts.
#[derive(Serialize)]
struct Extra {
    /// Whether it is the first part, which shows what is no list of runbooks.
    is_first: bool,
    jumps: Vec<Jump>,
    /// The table of each group.
    tables: Vec<Markup>,
    /// Those that stand otherwise on the main branch.
    on_main: Option<Markup>,
}

/// Where the runbooks of a state begin.
#[derive(Serialize)]
struct Jump {
    state: State,
    count: u64,
    /// The part, where it is another one.
    url: Option<String>,
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
    let targets = |(number, product): (usize, &ProductSite)| {
        let first = Target {
            address: list(product),
            owner: "the freshness of all runbooks".to_owned(),
            product: Some(number),
            ..Target::default()
        };
        rows::pages(&first, product.at_hand.len())
    };
    site.products.iter().enumerate().flat_map(targets).collect()
}

/// The address of the first part.
fn list(product: &ProductSite) -> String {
    format!("{}freshness/", product.base)
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let runbooks = || product.at_hand.iter().map(|at_hand| at_hand.runbook);
    let is_first = target.inner == 0;
    let facts = Facts {
        edition: product
            .latest
            .or(product.current)
            .map(|edition| EditionView::of_build(product, edition)),
        is_in_use: product.latest.is_some(),
        only_on_main: product.at_hand.iter().filter(|at_hand| at_hand.only_in.is_some()).count(),
        on_main: if is_first {
            otherwise_on_main(product, product.at_hand.iter())
        } else {
            Vec::new()
        },
        states: counts(runbooks()),
        references: references(runbooks()),
        parts: rows::parts(&list(product), runbooks().count(), target.inner),
        groups: groups(product, target.inner),
        owners: owners_of(product)
            .iter()
            .filter(|_| is_first)
            .map(|owner| OwnerRow {
                name: &owner.name,
                states: counts(runbooks_of(product, owner).into_iter().map(|at_hand| at_hand.runbook)),
                runbooks: owner.runbooks.len(),
                url: owner.address.clone(),
            })
            .collect(),
        rules: if is_first { rules(site, runbooks()) } else { Vec::new() },
        files: Files {
            runbooks: format!("{}{RUNBOOKS_CSV}", product.base),
            calendar: format!("{}{REVIEWS_ICS}", product.base),
            feed: format!("{}{FEED_ATOM}", product.base),
        },
        findings: if is_first {
            FindingView::list(site, &product.product.findings)
        } else {
            Vec::new()
        },
        history: site.handbook.completeness,
    };
    let mut frame = Frame::of_product(KIND.name, site, target, "Freshness")
        .described(format!("Which runbooks of {} can be trusted today.", product.product.name));
    frame.is_unlisted = target.inner > 0;
    let tables = facts.groups.iter().map(|group| table(&group.runbooks, &frame.root));
    let extra = Extra {
        is_first,
        jumps: jumps(&facts.states, &list(product), target.inner),
        on_main: (!facts.on_main.is_empty()).then(|| table(&facts.on_main, &frame.root)),
        tables: tables.collect(),
    };
    let mut made = frame.with(&facts);
    made.extra = tera::Value::from_serializable(&extra);
    made
}

/// Where the runbooks of each state begin.
fn jumps(states: &[StateCount], list: &str, here: usize) -> Vec<Jump> {
    let mut row = 0;
    let jump = |count: &StateCount| {
        let address = rows::holding(list, row);
        row += count.count as usize;
        Jump {
            state: count.state,
            count: count.count,
            url: (address != rows::holding(list, here * rows::ROWS)).then_some(address),
        }
    };
    states.iter().map(jump).collect()
}

/// The runbooks that people follow by state, the worst first.
fn groups<'site>(product: &'site ProductSite, part: usize) -> Vec<Group<'site>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut all: Vec<_> = product.at_hand.iter().collect();
    all.sort_by(|left, right| by_need(left.runbook, right.runbook));
    for row in rows::of(all, part).into_iter().map(RunbookRow::at_hand) {
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
