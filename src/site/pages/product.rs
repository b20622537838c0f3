//! The first page of a product: what needs attention, the latest release, and the runbooks by task.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use crate::model::freshness::{ReferenceCounts, State};
use crate::model::gate::{Gate, Outcome};
use crate::model::handbook::{JudgedRelease, JudgedRunbook};
use crate::model::register::{DutyState, ExceptionState};
use crate::site::frame::{Frame, Made};
use crate::site::gate_title::gate_title;
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::duty_rows;
use crate::site::pages::failing::worst;
use crate::site::pages::tasks::{Link, Task, followed_version, rollbacks, shortened, tasks};
use crate::site::pages::troubles::{Trouble, troubles};
use crate::site::pages::views::{
    self, EditionView, FindingView, GateCell, ReleaseColumn, ReleaseRow, RunbookRow, Shown, StateCount, counts, decides,
    is_judged, references,
};
use crate::site::shared::{AtHand, ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "product",
    template: include_str!("../../../templates/product.html"),
    pages,
    make,
    is_dated: true,
    ..PLAIN
};

/// Runbooks in need that are listed.
const MOST_NEEDS: usize = 8;
/// Releases that something is wrong with that are listed.
const MOST_TROUBLES: usize = 8;
/// Releases in the strip.
const MOST_RELEASES: usize = 12;
/// Releases in the matrix of the gates that did not always pass.
const MOST_COLUMNS: usize = 5;
/// Gates in that matrix.
const MOST_ROWS: usize = 12;
/// Problems with other files that are listed.
const MOST_FINDINGS: usize = 5;

#[derive(Serialize)]
struct Facts<'site> {
    name: &'site str,
    summary: &'site str,
    edition: Option<EditionView<'site>>,
    states: Vec<StateCount>,
    references: ReferenceCounts,
    /// The version that those runbooks are of; `next` is the main branch.
    of_version: Option<&'site str>,
    /// How many of them are on the main branch only.
    only_on_main: usize,
    /// The newest release where it was taken back; then those that contradict their records, failed, or went out with open gates.
    troubles: Vec<Trouble<'site>>,
    more_troubles: usize,
    needs: Vec<Need<'site>>,
    more_needs: usize,
    latest: Option<ReleaseRow<'site>>,
    releases: Vec<ReleaseRow<'site>>,
    total_releases: usize,
    /// Whether a gate or a record is known of any of those releases.
    is_recorded: bool,
    /// How many gates are declared today, whether or not anything was judged by them.
    declared_gates: usize,
    tasks: Vec<Task<'site>>,
    rollbacks: Vec<Link<'site>>,
    duties: Vec<duty_rows::Row<'site>>,
    overdue: usize,
    /// What is wrong with records and evidence.
    record_findings: Vec<FindingView<'site>>,
    more_record_findings: usize,
    /// What is wrong with other files.
    findings: Vec<FindingView<'site>>,
    more_findings: usize,
    /// Days since the latest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<i64>,
    /// What changed in the runbooks with the latest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<String>,
    exceptions: Option<Exceptions>,
    matrix: Option<Matrix<'site>>,
}

/// How many exceptions a product has.
#[derive(Serialize)]
struct Exceptions {
    in_force: usize,
    total: usize,
}

/// The gates that did not let each of the newest releases through, over those releases.
#[derive(Serialize)]
struct Matrix<'site> {
    releases: Vec<ReleaseColumn<'site>>,
    rows: Vec<MatrixRow<'site>>,
    /// Gates that are not among the rows since they passed wherever a release was judged, or did not apply.
    others: usize,
    /// Gates that no judged release knows.
    unknown: usize,
    /// Gates that would be rows as well; none of them failed.
    more: usize,
    /// Releases without record and evidence, which no gate judged.
    unjudged: Vec<&'site str>,
    shown: BTreeSet<Shown>,
}

#[derive(Serialize)]
struct MatrixRow<'site> {
    title: String,
    url: &'site str,
    cells: Vec<GateCell<'site>>,
}

/// A runbook that somebody has to look at.
#[derive(Serialize)]
struct Need<'site> {
    /// Where it stands: the version in use, or the main branch.
    version: &'site str,
    /// Whether the main branch has the same to say, so that it stands once.
    is_on_main: bool,
    /// What helps with its worst finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Cow<'site, str>>,
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
    let at_hand = &product.at_hand;
    let followed = || at_hand.iter().map(|at_hand| at_hand.runbook);
    let mut needs = needs(product, at_hand);
    needs.retain(|need| need.runbook.state != State::Fresh);
    let more_needs = needs.len().saturating_sub(MOST_NEEDS);
    needs.truncate(MOST_NEEDS);
    let kept = kept_paths(product);
    let (mut record_findings, mut findings): (Vec<FindingView>, Vec<FindingView>) =
        FindingView::list(site, &product.product.findings)
            .into_iter()
            .partition(|finding| kept.contains(finding.path));
    // What a release contradicts stands with it already.
    let contradicted = releases_of(product).flat_map(|release| &release.verdict.contradictions);
    let contradicted: Vec<&str> = contradicted.map(|sentence| sentence.trim_end_matches('.')).collect();
    record_findings.retain(|finding| {
        finding.rule != "record-contradicted" || !contradicted.iter().any(|sentence| finding.message.ends_with(sentence))
    });
    let more_findings = findings.len().saturating_sub(MOST_FINDINGS);
    findings.truncate(MOST_FINDINGS);
    let more_record_findings = record_findings.len().saturating_sub(MOST_FINDINGS);
    record_findings.truncate(MOST_FINDINGS);
    let mut troubles = troubles(product);
    let more_troubles = troubles.len().saturating_sub(MOST_TROUBLES);
    troubles.truncate(MOST_TROUBLES);
    let releases = &product.product.releases;
    let in_use = product
        .latest
        .and_then(|latest| product.release_of(latest))
        .or(releases.first());
    let facts = Facts {
        name: &product.product.name,
        summary: &product.product.summary,
        edition: product.current.map(|current| EditionView::of_build(product, current)),
        states: counts(followed()),
        references: references(followed()),
        of_version: followed_version(product),
        only_on_main: at_hand.iter().filter(|at_hand| at_hand.only_in.is_some()).count(),
        troubles,
        more_troubles,
        needs,
        more_needs,
        latest: in_use.map(|release| ReleaseRow::of(product, release)),
        releases: releases
            .iter()
            .take(MOST_RELEASES)
            .map(|release| ReleaseRow::of(product, release))
            .collect(),
        total_releases: releases.len(),
        declared_gates: product.product.gates.iter().filter(|gate| gate.is_declared).count(),
        is_recorded: releases
            .iter()
            .any(|release| release.release.record.is_some() || !release.verdict.gates.is_empty()),
        tasks: shortened(tasks(product)),
        rollbacks: rollbacks(site, product),
        overdue: product
            .product
            .duties
            .iter()
            .filter(|judged| judged.state == DutyState::Overdue)
            .count(),
        duties: duty_rows::rows(product),
        record_findings,
        more_record_findings,
        findings,
        more_findings,
        days: in_use
            .and_then(|release| release.release.date.as_ref())
            .map(|date| (site.handbook.today - date.day).num_days())
            .filter(|days| *days >= 0),
        compare: in_use
            .and_then(|release| release.edition)
            .and_then(|edition| product.comparison(edition)),
        exceptions: exceptions(product),
        matrix: matrix(product),
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

fn releases_of<'site>(product: &ProductSite<'site>) -> impl Iterator<Item = &'site JudgedRelease> {
    product.product.releases.iter()
}

/// The files that records and evidence are, by their paths in the repository.
fn kept_paths<'site>(product: &ProductSite<'site>) -> BTreeSet<&'site str> {
    let releases = product.product.releases.iter().map(|release| &release.release);
    releases
        .flat_map(|release| {
            let record = release.record.iter().map(|record| record.path.as_str());
            record.chain(release.evidence.iter().map(|file| file.repository_path.as_str()))
        })
        .filter(|path| !path.is_empty())
        .collect()
}

fn exceptions(product: &ProductSite) -> Option<Exceptions> {
    let all = &product.product.exceptions;
    let is_in_force = |state| matches!(state, ExceptionState::Running | ExceptionState::EndsSoon);
    (!all.is_empty()).then(|| Exceptions {
        in_force: all.iter().filter(|judged| is_in_force(judged.state)).count(),
        total: all.len(),
    })
}

/// Whether a gate needs no row.
fn is_quiet(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Passed | Outcome::NotApplicable)
}

/// Whether a gate was measured and is not what was asked for, or its evidence is not what was recorded.
fn is_failed(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::AcceptedExpired | Outcome::Altered)
}

/// The matrix, where any of the newest releases was judged by a gate. A release that was judged by none says nothing of any gate.
fn matrix<'site>(product: &'site ProductSite) -> Option<Matrix<'site>> {
    let releases: Vec<&JudgedRelease> = product.product.releases.iter().take(MOST_COLUMNS).collect();
    if !releases.iter().any(|release| is_judged(release)) {
        return None;
    }
    let all = &product.product.gates;
    let row = |gate: &'site Gate| {
        let cells: Vec<GateCell> = releases
            .iter()
            .map(|release| GateCell::of(product, release, &gate.id))
            .collect();
        let judged = cells.iter().zip(&releases).filter(|(_, release)| is_judged(release));
        let outcomes: Vec<Outcome> = judged.filter_map(|(cell, _)| cell.outcome).collect();
        let loud = outcomes.iter().copied().filter(|outcome| !is_quiet(*outcome)).max();
        let worst = loud.or(outcomes.first().copied());
        let row = MatrixRow {
            title: gate_title(product, &gate.id),
            url: product.gates.get(gate.id.as_str()).map(String::as_str).unwrap_or_default(),
            cells,
        };
        (worst, row)
    };
    let mut rows: Vec<(Option<Outcome>, MatrixRow)> = all.iter().map(row).collect();
    let unknown = rows.iter().filter(|(worst, _)| worst.is_none()).count();
    rows.retain(|(worst, _)| worst.is_some_and(|worst| !is_quiet(worst)));
    let others = all.len() - unknown - rows.len();
    // Stable: gates that are equally bad keep their order.
    rows.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
    // What failed is always shown.
    let failed = rows.iter().filter(|(worst, _)| worst.is_some_and(is_failed)).count();
    let shown = rows.len().min(MOST_ROWS.max(failed));
    let more = rows.len() - shown;
    rows.truncate(shown);
    let rows: Vec<MatrixRow> = rows.into_iter().map(|(_, row)| row).collect();
    Some(Matrix {
        shown: views::shown(rows.iter().flat_map(|row| &row.cells)),
        unjudged: releases
            .iter()
            .filter(|release| !is_judged(release))
            .map(|release| release.release.version.as_str())
            .collect(),
        releases: releases.iter().map(|release| ReleaseColumn::of(product, release)).collect(),
        rows,
        others,
        unknown,
        more,
    })
}

/// What a row says of its runbook.
fn says<'site>(row: &RunbookRow<'site>) -> (State, Option<&'site str>) {
    (row.state, row.finding.as_ref().map(|finding| finding.message))
}

/// What helps with the worst finding of a runbook.
fn help(runbook: &JudgedRunbook) -> Option<Cow<'_, str>> {
    let worst = worst(runbook).filter(|finding| decides(runbook, finding));
    match (worst, runbook.freshness.state) {
        (Some(worst), _) => worst.help.as_deref().map(Cow::Borrowed),
        (None, State::NotReviewed) => Some(Cow::Owned(format!(
            "whoever has read it confirms it with `runproof review {}`",
            runbook.runbook.path
        ))),
        (None, _) => None,
    }
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
            help: help(at_hand.runbook),
            runbook: RunbookRow::of(at_hand.runbook, at_hand.url.clone()),
        })
        .collect();
    if let (Some(latest), Some(current)) = (
        product.latest,
        product.current.filter(|current| Some(*current) != product.latest),
    ) {
        let followed = product.followed(latest, true).iter();
        let followed: HashMap<&str, &JudgedRunbook> = followed.map(|other| (other.runbook.path.as_str(), other)).collect();
        let is_told = |row: &RunbookRow| {
            let followed = followed.get(row.path);
            let head = product.editions[current].at_path(row.path);
            // One text is judged alike in both; a runbook that is new stands in the list already.
            followed.is_none_or(|other| head.is_none_or(|head| head.runbook.content == other.runbook.content))
        };
        let rows = RunbookRow::by_need(product, current, false, None).into_iter();
        for runbook in rows.filter(|row| !is_told(row)) {
            let same = |need: &&mut Need| need.runbook.path == runbook.path && says(&need.runbook) == says(&runbook);
            if let Some(need) = needs.iter_mut().find(same) {
                need.is_on_main = true;
                continue;
            }
            let edition = &product.editions[current];
            needs.push(Need {
                version: &edition.edition.version,
                is_on_main: false,
                help: edition.at_path(runbook.path).and_then(help),
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
