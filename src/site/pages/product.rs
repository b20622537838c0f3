//! The first page of a product: what needs attention, the latest release, and the runbooks by task.

use serde::Serialize;

use crate::model::freshness::{ReferenceCounts, State};
use crate::model::register::DutyState;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::duty_rows;
use crate::site::pages::tasks::{AtHand, Link, Task, at_hand, rollbacks, shortened, tasks};
use crate::site::pages::views::{EditionView, FindingView, ReleaseRow, RunbookRow, StateCount, counts, references};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "product",
    template: include_str!("../../../templates/product.html"),
    pages,
    make,
    ..PLAIN
};

/// Runbooks in need that are listed.
const MOST_NEEDS: usize = 8;
/// Releases in the strip.
const MOST_RELEASES: usize = 12;
/// Problems with other files that are listed.
const MOST_FINDINGS: usize = 5;

#[derive(Serialize)]
struct Facts<'site> {
    name: &'site str,
    summary: &'site str,
    edition: Option<EditionView<'site>>,
    states: Vec<StateCount>,
    references: ReferenceCounts,
    needs: Vec<Need<'site>>,
    more_needs: usize,
    latest: Option<ReleaseRow<'site>>,
    releases: Vec<ReleaseRow<'site>>,
    total_releases: usize,
    tasks: Vec<Task<'site>>,
    rollbacks: Vec<Link<'site>>,
    duties: Vec<duty_rows::Row<'site>>,
    overdue: usize,
    findings: Vec<FindingView<'site>>,
    more_findings: usize,
}

/// A runbook that somebody has to look at.
#[derive(Serialize)]
struct Need<'site> {
    /// Where it stands: the version in use, or the main branch.
    version: &'site str,
    /// Whether the main branch has the same to say, so that it stands once.
    is_on_main: bool,
    #[serde(flatten)]
    runbook: RunbookRow<'site>,
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
    let at_hand = at_hand(product);
    let followed = || at_hand.iter().map(|at_hand| at_hand.runbook);
    let mut needs = needs(product, &at_hand);
    needs.retain(|need| need.runbook.state != State::Fresh);
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
        states: counts(followed()),
        references: references(followed()),
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
        tasks: shortened(tasks(product)),
        rollbacks: rollbacks(site, product),
        overdue: product
            .product
            .duties
            .iter()
            .filter(|judged| judged.state == DutyState::Overdue)
            .count(),
        duties: duty_rows::rows(product),
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

/// What a row says of its runbook.
fn says<'site>(row: &RunbookRow<'site>) -> (State, usize, Option<&'site str>) {
    (row.state, row.findings, row.finding.as_ref().map(|finding| finding.message))
}

/// The runbooks in the order of their need: what people follow first; then what is wrong on the main branch and stands there in other
/// words.
fn needs<'site>(product: &'site ProductSite, at_hand: &[AtHand<'site>]) -> Vec<Need<'site>> {
    let in_use = product
        .latest
        .map_or("next", |latest| &product.editions[latest].edition.version);
    let mut needs: Vec<Need> = at_hand
        .iter()
        .map(|at_hand| Need {
            version: at_hand.only_in.unwrap_or(in_use),
            is_on_main: false,
            runbook: RunbookRow::of(at_hand.runbook, at_hand.url.clone()),
        })
        .collect();
    if let (Some(latest), Some(current)) = (
        product.latest,
        product.current.filter(|current| Some(*current) != product.latest),
    ) {
        let is_told = |row: &RunbookRow| {
            let followed = product
                .followed(latest, true)
                .iter()
                .find(|other| other.runbook.path == row.path);
            let head = product.editions[current].at_path(row.path);
            // One text is judged alike in both; a runbook that is new stands in the list already.
            followed.is_none_or(|other| head.is_none_or(|head| head.runbook.content == other.runbook.content))
        };
        let rows = RunbookRow::by_need(product, current, false).into_iter();
        for runbook in rows.filter(|row| !is_told(row)) {
            let same = |need: &&mut Need| need.runbook.path == runbook.path && says(&need.runbook) == says(&runbook);
            if let Some(need) = needs.iter_mut().find(same) {
                need.is_on_main = true;
                continue;
            }
            needs.push(Need {
                version: &product.editions[current].edition.version,
                is_on_main: false,
                runbook,
            });
        }
    }
    needs.sort_by(|left, right| {
        right
            .runbook
            .state
            .cmp(&left.runbook.state)
            .then_with(|| left.runbook.path.cmp(right.runbook.path))
    });
    needs
}
