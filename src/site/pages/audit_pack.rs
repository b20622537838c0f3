//! The audit pack of a period as a page that is also a document: scope and method, then what went another way than planned, then the rest.
//! `outer` is the period.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::evidence::Integrity;
use crate::model::gate::{Outcome, ReleaseState};
use crate::model::handbook::JudgedRelease;
use crate::model::population::{ForgeExport, LeftOut, Period, Strength};
use crate::model::release::Confirmation;
use crate::model::separation::{Seat, Separation};
use crate::site::feeds::address::{CHANGES_CSV, VERSIONS_CSV};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::audit_first::{First, first};
use crate::site::pages::audit_rows::{CAUTION, period, product_option, strength};
use crate::site::pages::control_rows::{ControlRow, MOST_RELEASES, Version, own_in_period, version_links};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;
use crate::site::words;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit_pack",
    template: include_str!("../../../templates/audit_pack.html"),
    pages,
    make,
    is_dated: true,
    section: "audit",
    ..PLAIN
};

/// Names that a cell lists; the twin of the changes has all of them.
const MOST_NAMES: usize = 8;

/// The sources of what is known, the strongest first.
const STRENGTHS: [Strength; 4] = [
    Strength::VerifiedAttestation,
    Strength::ForgeExport,
    Strength::TextInSignedCommit,
    Strength::TextInGit,
];

#[derive(Serialize)]
struct Facts<'site> {
    period: &'site Period,
    /// Whether the last day of the period is past.
    is_over: bool,
    program: &'static str,
    head: Option<&'site str>,
    folder: &'site str,
    is_whole: bool,
    counts: Counts,
    left_out: &'site [LeftOut],
    exports: &'site [ForgeExport],
    inputs: usize,
    digest: &'site str,
    first: Vec<First>,
    releases: Vec<Row<'site>>,
    reviews: Vec<Known>,
    /// The same for everything that is known of a change.
    known: Vec<Known>,
    separation: Vec<SeparationRow<'site>>,
    /// The controls of the organisation.
    controls: Vec<ControlRow<'site>>,
    control_versions: Vec<Version<'site>>,
    records: Vec<RecordRow<'site>>,
    changes: String,
    deployments: String,
    changes_csv: String,
    versions_csv: String,
    command: String,
    caution: &'static str,
}

#[derive(Default, Serialize)]
struct Counts {
    releases: usize,
    /// Of them, those that have neither a record nor evidence.
    unjudged: usize,
    recorded: usize,
    gates: usize,
    passed: usize,
    accepted: usize,
    not_applicable: usize,
    open: usize,
    /// Gates that let a release through only after it had gone out.
    closed_later: usize,
    undone: usize,
    changes: usize,
    requests: usize,
    reviewed: usize,
    altered: usize,
    /// Gates that passed and of which nothing was asked but evidence.
    bare: usize,
    /// Files of gates, and those of them that name their commit themselves.
    files: usize,
    named: usize,
    /// Releases that gates of a later commit judge.
    later_gates: usize,
}

#[derive(Serialize)]
struct Row<'site> {
    version: &'site str,
    url: String,
    state: ReleaseState,
    day: Option<NaiveDate>,
    passed: usize,
    accepted: usize,
    open: usize,
    not_applicable: usize,
    changes: usize,
    deployed: usize,
    evidence: usize,
    missing: &'site [&'static str],
    /// The runbooks as they stood on that day, in words.
    runbooks: String,
    runbooks_url: Option<String>,
}

/// How many changes a reviewer is known for, by how strong the word is.
#[derive(Serialize)]
struct Known {
    words: &'static str,
    changes: usize,
}

#[derive(Serialize)]
struct SeparationRow<'site> {
    #[serde(flatten)]
    separation: &'site Separation,
    url: Option<String>,
    by_seat: Vec<InSeat<'site>>,
    shared: Vec<&'site str>,
}

/// Who sat in a seat.
#[derive(Serialize)]
struct InSeat<'site> {
    seat: &'static str,
    who: Vec<&'site str>,
    more: usize,
}

#[derive(Serialize)]
struct RecordRow<'site> {
    version: &'site str,
    url: String,
    intact: usize,
    files: usize,
    commit: Option<&'site str>,
    recorded_by: Option<&'site str>,
    confirmed: &'static str,
    digest: Option<&'site str>,
    path: Option<&'site str>,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, population) in product.product.populations.iter().enumerate() {
            targets.push(Target {
                address: period(product, population),
                owner: format!("the audit pack of {}", population.period.id),
                product: Some(number),
                outer,
                ..Target::default()
            });
        }
    }
    targets
}

/// Whether a release was taken back, by its state or by a log, whatever else stands against it.
fn was_undone(judged: &JudgedRelease) -> bool {
    judged.release.undone.is_some() || judged.verdict.state.is_taken_back()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let population = &product.product.populations[target.outer];
    let trail = &product.product.trail;
    let base = period(product, population);
    let changes = format!("{base}changes/");
    let releases: Vec<&JudgedRelease> = population
        .shipped
        .iter()
        .filter_map(|shipped| {
            let releases = product.product.releases.iter();
            releases
                .into_iter()
                .find(|release| release.release.version == shipped.version)
        })
        .collect();
    let rows: Vec<Row> = releases
        .iter()
        .zip(&population.shipped)
        .map(|(release, shipped)| {
            let count = |outcome: Outcome| release.verdict.gates.iter().filter(|gate| gate.outcome == outcome).count();
            Row {
                version: &release.release.version,
                url: product.release(release),
                state: release.verdict.state,
                day: shipped.day,
                passed: count(Outcome::Passed),
                accepted: count(Outcome::Accepted),
                not_applicable: count(Outcome::NotApplicable),
                open: release
                    .verdict
                    .gates
                    .iter()
                    .filter(|gate| !gate.outcome.lets_through())
                    .count(),
                changes: shipped.changes,
                deployed: shipped.deployments.len(),
                evidence: release.release.evidence.len(),
                missing: &shipped.missing,
                runbooks: runbooks(product, release),
                runbooks_url: release.edition.map(|edition| product.editions[edition].address.clone()),
            }
        })
        .collect();
    let of = |strength: Strength| {
        let changes = population.changes.iter().map(|at| &trail.changes[*at]);
        changes
            .filter(|change| {
                change
                    .reviews
                    .iter()
                    .filter(|review| !review.is_author)
                    .map(|review| review.strength)
                    .max()
                    == Some(strength)
            })
            .count()
    };
    let in_period = || population.changes.iter().map(|at| &trail.changes[*at]);
    let sum = |of: fn(&Row) -> usize| rows.iter().map(of).sum::<usize>();
    let of_gates = || {
        let files = releases.iter().flat_map(|release| &release.release.evidence);
        files.filter(|file| file.gate.is_some() && file.integrity != Integrity::Absent)
    };
    let counts = Counts {
        releases: rows.len(),
        recorded: releases.iter().filter(|release| release.release.record.is_some()).count(),
        gates: sum(|row| row.passed + row.accepted + row.open + row.not_applicable),
        passed: sum(|row| row.passed),
        accepted: sum(|row| row.accepted),
        not_applicable: sum(|row| row.not_applicable),
        open: sum(|row| row.open),
        closed_later: releases.iter().map(|release| release.closed_later().len()).sum(),
        undone: releases.iter().filter(|release| was_undone(release)).count(),
        unjudged: releases.iter().filter(|release| !release.release.is_recorded()).count(),
        changes: population.changes.len(),
        requests: in_period().filter(|change| change.request.is_some()).count(),
        reviewed: population.changes.len() - population.unreviewed,
        altered: releases
            .iter()
            .flat_map(|release| &release.release.evidence)
            .filter(|file| matches!(file.integrity, Integrity::Altered | Integrity::Absent))
            .count(),
        bare: releases
            .iter()
            .map(|release| release.asked.passed_without_demand(&release.verdict))
            .sum(),
        files: of_gates().count(),
        named: of_gates().filter(|file| file.artifact.about.names_commit()).count(),
        later_gates: releases
            .iter()
            .filter(|release| release.asked.from.is_some() && release.release.record.is_some())
            .count(),
    };
    let id = &population.period.id;
    let is_over = population.period.to < site.handbook.today;
    let product_option = product_option(product);
    // Only releases of the period show anything in it.
    let of_period: Vec<&str> = releases
        .iter()
        .filter(|release| release.release.record.is_some())
        .take(MOST_RELEASES)
        .map(|release| release.release.version.as_str())
        .collect();
    let facts = Facts {
        period: &population.period,
        is_over,
        program: concat!("Runproof ", env!("CARGO_PKG_VERSION")),
        head: trail.head.as_deref(),
        folder: &trail.folder,
        is_whole: trail.is_whole,
        counts,
        left_out: &population.left_out,
        exports: &trail.exports,
        inputs: population.inputs.len(),
        digest: &population.digest,
        first: first(product, population, &releases, &changes),
        releases: rows,
        reviews: STRENGTHS
            .into_iter()
            .map(|one| Known {
                words: strength(one),
                changes: of(one),
            })
            .collect(),
        known: STRENGTHS
            .into_iter()
            .map(|one| Known {
                words: strength(one),
                changes: in_period().filter(|change| change.strength() == one).count(),
            })
            .collect(),
        separation: population
            .separation
            .iter()
            .map(|separation| separation_row(product, separation))
            .collect(),
        controls: own_in_period(product, &of_period),
        control_versions: version_links(product, of_period),
        records: releases.iter().map(|release| record_row(product, release)).collect(),
        deployments: format!("{base}deployments/"),
        changes_csv: format!("{base}{CHANGES_CSV}"),
        versions_csv: format!("{base}{VERSIONS_CSV}"),
        command: format!(
            "runproof sample{product_option} --from {} --to {} --size N --seed TEXT",
            population.period.from, population.period.to
        ),
        changes,
        caution: CAUTION,
    };
    let title = format!("Audit pack of {}, {id}", product.product.name);
    let mut frame = Frame::of_product(KIND.name, site, target, title)
        .below("For auditors", format!("{}audit/", product.base))
        .described(format!(
            "Audit pack of {} for {id}: scope, exceptions, releases, changes, records.",
            product.product.name
        ));
    if !is_over {
        frame = frame.printed(format!("the period ends on {}", words::day(population.period.to)));
    }
    frame.with(&facts)
}

/// The runbooks of a release as they stood on its day.
fn runbooks(product: &ProductSite, release: &JudgedRelease) -> String {
    let Some(edition) = release.edition else {
        return "not kept".to_owned();
    };
    let runbooks = &product.editions[edition].edition.runbooks;
    let fresh = runbooks
        .iter()
        .filter(|runbook| runbook.freshness.state == crate::model::freshness::State::Fresh)
        .count();
    format!("{fresh} of {} fresh", runbooks.len())
}

fn separation_row<'site>(product: &ProductSite, separation: &'site Separation) -> SeparationRow<'site> {
    let by_seat = Seat::NAMED.into_iter().map(|seat| {
        let mut who = separation.shown_in(seat);
        let more = who.len().saturating_sub(MOST_NAMES);
        who.truncate(MOST_NAMES);
        InSeat {
            seat: seat.word(),
            who,
            more,
        }
    });
    SeparationRow {
        url: super::audit_rows::release_url(product, &separation.version),
        by_seat: by_seat.collect(),
        shared: separation.shared().collect(),
        separation,
    }
}

fn record_row<'site>(product: &ProductSite, judged: &'site JudgedRelease) -> RecordRow<'site> {
    let release = &judged.release;
    RecordRow {
        version: &release.version,
        url: product.release(judged),
        intact: release
            .evidence
            .iter()
            .filter(|file| file.integrity == Integrity::Recorded)
            .count(),
        files: release.evidence.len(),
        commit: release.commit.as_deref().and_then(|id| id.get(..7)),
        recorded_by: release.recorded_by.as_deref().and_then(|id| id.get(..7)),
        confirmed: match &release.confirmation {
            Confirmation::Next => "the record after it names its digest",
            Confirmation::Commit(_) => "as the commit that added it has it",
            Confirmation::Amended { .. } => "changed afterwards, and an event says why",
            Confirmation::Changed { .. } => "changed afterwards, and nothing says why",
            Confirmation::Unchecked(_) => "not checked",
        },
        digest: release.record_digest.as_deref(),
        path: release.record.as_ref().map(|record| record.path.as_str()),
    }
}
