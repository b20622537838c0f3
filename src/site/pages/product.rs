//! The first page of a product: what needs attention, the latest release, and the runbooks by task.

use serde::Serialize;

use crate::model::freshness::{ReferenceCounts, State};
use crate::model::runbook::SectionKind;
use crate::site::frame::{Frame, Made};
use crate::site::pages::views::{EditionView, FindingView, ReleaseRow, RunbookRow, StateCount, counts, references};
use crate::site::pages::{Kind, Target, never_same};
use crate::site::shared::{ProductSite, Site, title};

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "product",
    template: "product.html",
    pages,
    make,
    is_same: never_same,
};

/// Runbooks in need that are listed.
const MOST_NEEDS: usize = 8;
/// Releases in the strip.
const MOST_RELEASES: usize = 12;
/// Problems with other files that are listed.
const MOST_FINDINGS: usize = 5;

/// Tasks and the words in a title or path that tell them; the first that fits wins.
const TASKS: [(&str, &[&str]); 7] = [
    ("Roll back", &["rollback", "roll back", "roll-back", "revert"]),
    ("Restore data", &["restore", "backup", "recovery", "recover"]),
    (
        "Rotate a secret",
        &["rotate", "rotation", "secret", "credential", "certificate"],
    ),
    (
        "Handle an incident",
        &["incident", "alert", "outage", "on-call", "oncall", "triage", "page"],
    ),
    (
        "Release and deploy",
        &["release", "releasing", "deploy", "rollout", "publish", "ship"],
    ),
    ("Hand over", &["handover", "hand over", "onboard", "offboard"]),
    (
        "Operate",
        &["operat", "maintain", "maintenance", "monitor", "scale", "upgrade", "migrat"],
    ),
];

#[derive(Serialize)]
struct Facts<'site> {
    name: &'site str,
    summary: &'site str,
    edition: Option<EditionView<'site>>,
    states: Vec<StateCount>,
    references: ReferenceCounts,
    needs: Vec<RunbookRow<'site>>,
    more_needs: usize,
    latest: Option<ReleaseRow<'site>>,
    releases: Vec<ReleaseRow<'site>>,
    total_releases: usize,
    tasks: Vec<Task<'site>>,
    rollbacks: Vec<Link<'site>>,
    findings: Vec<FindingView<'site>>,
    more_findings: usize,
}

#[derive(Serialize)]
struct Task<'site> {
    task: &'static str,
    runbooks: Vec<Link<'site>>,
}

#[derive(Serialize)]
struct Link<'site> {
    title: &'site str,
    url: String,
    /// The place in the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<&'site str>,
    state: State,
}

fn pages(site: &Site) -> Vec<Target> {
    let target = |(number, product): (usize, &ProductSite)| Target {
        address: product.base.clone(),
        owner: format!("the first page of {}", product.product.name),
        product: Some(number),
        ..Target::default()
    };
    site.products.iter().enumerate().map(target).collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let current = || {
        product
            .current
            .into_iter()
            .flat_map(|current| &product.editions[current].edition.runbooks)
    };
    let mut needs = product
        .current
        .map(|current| RunbookRow::by_need(product, current))
        .unwrap_or_default();
    needs.retain(|row| row.state != State::Fresh);
    let more_needs = needs.len().saturating_sub(MOST_NEEDS);
    needs.truncate(MOST_NEEDS);
    let mut findings = FindingView::list(site, &product.product.findings);
    let more_findings = findings.len().saturating_sub(MOST_FINDINGS);
    findings.truncate(MOST_FINDINGS);
    let releases = &product.product.releases;
    let facts = Facts {
        name: &product.product.name,
        summary: &product.product.summary,
        edition: product.current.map(|current| EditionView::of(product, current)),
        states: counts(current()),
        references: references(current()),
        needs,
        more_needs,
        latest: product
            .latest
            .and_then(|latest| product.release_of(latest))
            .or(releases.first())
            .map(|release| ReleaseRow::of(product, release)),
        releases: releases
            .iter()
            .take(MOST_RELEASES)
            .map(|release| ReleaseRow::of(product, release))
            .collect(),
        total_releases: releases.len(),
        tasks: tasks(product),
        rollbacks: rollbacks(site, product),
        findings,
        more_findings,
    };
    let title = if site.is_single() {
        site.handbook.title.clone()
    } else {
        product.product.name.clone()
    };
    let mut frame = Frame::of_product(KIND.name, site, target, title).described(format!(
        "{}: what needs attention, the latest release, runbooks by task.",
        product.product.name
    ));
    // The page is the start of its own way.
    frame.crumbs.clear();
    frame.with(&facts)
}

/// The edition that somebody who has to act should read, and the way to it.
fn in_use(product: &ProductSite) -> Option<(usize, String)> {
    match product.latest {
        Some(latest) => Some((latest, product.latest_address())),
        None => product
            .current
            .map(|current| (current, product.editions[current].address.clone())),
    }
}

fn tasks<'site>(product: &'site ProductSite) -> Vec<Task<'site>> {
    let Some((edition, address)) = in_use(product) else {
        return Vec::new();
    };
    let mut tasks: Vec<Task> = TASKS
        .iter()
        .map(|(task, _)| Task {
            task,
            runbooks: Vec::new(),
        })
        .collect();
    tasks.push(Task {
        task: "Everything else",
        runbooks: Vec::new(),
    });
    for runbook in &product.editions[edition].edition.runbooks {
        let words = format!(
            "{} {}",
            title(runbook),
            runbook.runbook.path.rsplit('/').next().unwrap_or_default()
        )
        .to_lowercase();
        let index = TASKS
            .iter()
            .position(|(_, signs)| signs.iter().any(|sign| words.contains(sign)))
            .unwrap_or(TASKS.len());
        tasks[index].runbooks.push(Link {
            title: title(runbook),
            url: format!("{address}runbooks/{}/", crate::site::address::part(&runbook.runbook.slug)),
            anchor: None,
            state: runbook.freshness.state,
        });
    }
    tasks.retain(|task| !task.runbooks.is_empty());
    tasks
}

/// Sections that tell how to undo, wherever they stand.
fn rollbacks<'site>(site: &'site Site, product: &'site ProductSite) -> Vec<Link<'site>> {
    let Some((edition, address)) = in_use(product) else {
        return Vec::new();
    };
    product.editions[edition]
        .edition
        .runbooks
        .iter()
        .filter_map(|runbook| {
            let heading = site
                .body(runbook)
                .headings
                .iter()
                .find(|heading| heading.kind == SectionKind::Rollback)?;
            Some(Link {
                title: title(runbook),
                url: format!("{address}runbooks/{}/", crate::site::address::part(&runbook.runbook.slug)),
                anchor: Some(&heading.id),
                state: runbook.freshness.state,
            })
        })
        .collect()
}
