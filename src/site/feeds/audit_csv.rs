//! The changes and the versions of each period as tables, so that a population can be taken elsewhere.

use crate::model::handbook::JudgedRelease;
use crate::model::population::Population;
use crate::model::runbook::SectionKind;
use crate::model::separation::Seat;
use crate::site::address::part;
use crate::site::feeds::address::{CHANGES_CSV, DEPLOYMENTS_CSV, KEPT_CSV, VERSIONS_CSV};
use crate::site::feeds::feed::Feed;
use crate::site::feeds::table::table;
use crate::site::file::File;
use crate::site::shared::{ProductSite, Site};
use crate::site::words;

/// The kind.
pub(super) static FEED: Feed = Feed { files };

const CHANGES: [&str; 19] = [
    "commit", "committed", "authored", "author", "committer", "merge", "pull_request", "tickets", "reviewers",
    "review_known_from", "known_from", "attested_by", "signature_not_checked", "release", "no_pull_request",
    "only_author_agreed", "check_not_passed", "emergency", "subject",
];

const DEPLOYMENTS: [&str; 21] = [
    "deployment", "what", "environment", "at", "by", "deployed_commits", "deployed_digests", "written_in", "release",
    "release_state", "released_commit", "gates", "gates_open", "approved_by", "exceptions", "way_back", "record",
    "record_sha256", "changelog", "changes", "commits",
];

const KEPT: [&str; 9] = [
    "version", "released", "keep_until", "why", "record", "file", "recorded_sha256", "state", "note",
];

const VERSIONS: [&str; 9] = [
    "version", "day", "tag", "record", "changelog", "deployments", "changes", "missing_from", "state",
];

fn files(site: &Site) -> Vec<File> {
    let products = site.products.iter();
    let pairs = products.flat_map(|product| {
        product
            .product
            .populations
            .iter()
            .map(move |population| (product, population))
    });
    pairs
        .flat_map(|(product, population)| {
            let base = format!("{}audit/{}/", product.base, part(&population.period.id));
            [
                File {
                    url: format!("{base}{CHANGES_CSV}"),
                    bytes: changes(product, population),
                },
                File {
                    url: format!("{base}{VERSIONS_CSV}"),
                    bytes: versions(product, population),
                },
                File {
                    url: format!("{base}{DEPLOYMENTS_CSV}"),
                    bytes: deployments(product, population),
                },
            ]
        })
        .chain(site.products.iter().filter_map(kept))
        .collect()
}

/// What must still exist, file by file; none where nobody says how long.
fn kept(product: &ProductSite) -> Option<File> {
    let kept = &product.product.kept;
    if kept.is_empty() {
        return None;
    }
    let heading = KEPT.map(str::to_owned).to_vec();
    let rows = kept.iter().flat_map(|release| {
        let start = || {
            vec![
                release.version.clone(),
                release.day.map(|day| day.to_string()).unwrap_or_default(),
                release.until.map(|until| until.to_string()).unwrap_or_default(),
                release.why.clone(),
                release.record.clone().unwrap_or_default(),
            ]
        };
        let none = release.files.is_empty().then(|| {
            let mut row = start();
            row.extend(["", "", "no record names a file", ""].map(str::to_owned));
            row
        });
        let files = release.files.iter().map(move |file| {
            let mut row = start();
            row.extend([
                file.path.clone(),
                file.recorded.clone(),
                words::of_value(&file.state),
                file.note.clone(),
            ]);
            row
        });
        files.chain(none).collect::<Vec<_>>()
    });
    Some(File {
        url: format!("{}audit/{KEPT_CSV}", product.base),
        bytes: table(std::iter::once(heading).chain(rows)),
    })
}

/// Every deployment, followed back to what it brought.
fn deployments(product: &ProductSite, population: &Population) -> Vec<u8> {
    let heading = DEPLOYMENTS.map(str::to_owned).to_vec();
    let mut rows = vec![heading];
    for shipped in &population.shipped {
        let releases = product.product.releases.iter();
        let judged = releases.into_iter().find(|judged| judged.release.version == shipped.version);
        let text = |of: &dyn Fn(&JudgedRelease) -> Vec<String>| judged.map(of).unwrap_or_default().join("; ");
        let changes = product.product.trail.changes.iter();
        let changes: Vec<&str> = changes
            .filter(|change| change.release.as_deref() == Some(shipped.version.as_str()))
            .map(|change| change.id.as_str())
            .collect();
        for deployment in &shipped.deployments {
            rows.push(vec![
                deployment.id.clone(),
                deployment.what.clone(),
                deployment.environment.clone(),
                deployment.at.clone(),
                deployment.by.clone(),
                deployment.commits.join(" "),
                deployment.digests.join(" "),
                deployment.source.clone(),
                shipped.version.clone(),
                judged
                    .map(|judged| words::of_value(&judged.verdict.state))
                    .unwrap_or_default(),
                text(&|judged| judged.release.commit.iter().cloned().collect()),
                text(&|judged| vec![format!("{} of {}", judged.verdict.let_through, judged.verdict.gates.len())]),
                text(&|judged| {
                    let open = judged.verdict.gates.iter().filter(|gate| !gate.outcome.lets_through());
                    open.map(|gate| gate.gate.clone()).collect()
                }),
                text(&|judged| {
                    let acts = judged.separation.acts.iter().filter(|act| act.seat == Seat::Approver);
                    acts.map(|act| format!("{} {} {} ({})", act.holder(), act.act, act.at, act.from))
                        .collect()
                }),
                text(&|judged| judged.exceptions.iter().map(|applied| applied.id.clone()).collect()),
                text(&|judged| ways_back(product, judged)),
                shipped.record.clone().unwrap_or_default(),
                text(&|judged| judged.release.record_digest.iter().cloned().collect()),
                shipped.changelog.clone().unwrap_or_default(),
                changes.len().to_string(),
                changes.join(" "),
            ]);
        }
    }
    table(rows)
}

/// The sections of the runbooks of a release that tell the way back.
fn ways_back(product: &ProductSite, judged: &JudgedRelease) -> Vec<String> {
    let Some(edition) = judged.edition.and_then(|edition| product.editions.get(edition)) else {
        return vec!["its runbooks are not kept".to_owned()];
    };
    let runbooks = edition.edition.runbooks.iter();
    let ways = runbooks.flat_map(|judged| {
        let sections = judged.runbook.runbook.sections.iter();
        let ways = sections.filter(|section| section.kind == SectionKind::Rollback);
        ways.map(|section| format!("{}: {}", judged.runbook.path, section.title))
    });
    ways.collect()
}

fn changes(product: &ProductSite, population: &Population) -> Vec<u8> {
    let heading = CHANGES.map(str::to_owned).to_vec();
    let why = |list: &[crate::model::population::Listed], at: usize| {
        let found = list.binary_search_by_key(&at, |listed| listed.change);
        found.map(|place| list[place].why.clone()).unwrap_or_default()
    };
    let rows = population.changes.iter().map(|at| {
        let change = &product.product.trail.changes[*at];
        let strongest = change.reviews.iter().map(|review| review.strength).max();
        let reviewers: Vec<String> = change
            .reviews
            .iter()
            .map(|review| {
                let author = if review.is_author { " (author)" } else { "" };
                format!("{}: {}{author}", review.by, review.decision)
            })
            .collect();
        vec![
            change.id.clone(),
            words::moment(change.at),
            words::moment(change.authored),
            change.author.name.clone(),
            change.committer.name.clone(),
            if change.is_merge { "yes" } else { "no" }.to_owned(),
            change.request.map(|number| number.to_string()).unwrap_or_default(),
            change.tickets.join(" "),
            if reviewers.is_empty() {
                "no review visible in git".to_owned()
            } else {
                reviewers.join("; ")
            },
            strongest.map(|strength| words::of_value(&strength)).unwrap_or_default(),
            words::of_value(&change.strength()),
            change
                .attested
                .as_ref()
                .map(|attested| attested.by.clone())
                .unwrap_or_default(),
            change
                .signature
                .map(|signature| words::of_value(&signature))
                .unwrap_or_default(),
            change.release.clone().unwrap_or_default(),
            why(&population.direct, *at),
            why(&population.self_approved, *at),
            why(&population.bypassed, *at),
            why(&population.emergencies, *at),
            change.subject.clone(),
        ]
    });
    table(std::iter::once(heading).chain(rows))
}

fn versions(product: &ProductSite, population: &Population) -> Vec<u8> {
    let heading = VERSIONS.map(str::to_owned).to_vec();
    let rows = population.shipped.iter().map(|shipped| {
        let releases = product.product.releases.iter();
        let release = releases
            .into_iter()
            .find(|release| release.release.version == shipped.version);
        let deployments: Vec<String> = shipped
            .deployments
            .iter()
            .map(|deployment| format!("{} {} ({})", deployment.at, deployment.by, deployment.source))
            .collect();
        vec![
            shipped.version.clone(),
            shipped.day.map(|day| day.to_string()).unwrap_or_default(),
            shipped.tag.clone().unwrap_or_default(),
            shipped.record.clone().unwrap_or_default(),
            shipped.changelog.clone().unwrap_or_default(),
            deployments.join("; "),
            shipped.changes.to_string(),
            shipped.missing.join(" "),
            release
                .map(|release| words::of_value(&release.verdict.state))
                .unwrap_or_default(),
        ]
    });
    table(std::iter::once(heading).chain(rows))
}
