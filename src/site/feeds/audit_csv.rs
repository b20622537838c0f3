//! The changes and the versions of each period as tables, so that a population can be taken elsewhere.

use crate::model::population::Population;
use crate::site::address::part;
use crate::site::feeds::address::{CHANGES_CSV, VERSIONS_CSV};
use crate::site::feeds::feed::Feed;
use crate::site::feeds::table::table;
use crate::site::file::File;
use crate::site::shared::{ProductSite, Site};
use crate::site::words;

/// The kind.
pub(super) static FEED: Feed = Feed { files };

const CHANGES: [&str; 17] = [
    "commit", "committed", "authored", "author", "committer", "merge", "pull_request", "tickets", "reviewers",
    "review_known_from", "signature_not_checked", "release", "no_pull_request", "only_author_agreed", "check_not_passed",
    "emergency", "subject",
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
            ]
        })
        .collect()
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
            strongest.map(|strength| word(&strength)).unwrap_or_default(),
            change.signature.map(|signature| word(&signature)).unwrap_or_default(),
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
            release.map(|release| word(&release.verdict.state)).unwrap_or_default(),
        ]
    });
    table(std::iter::once(heading).chain(rows))
}

/// The word of the twins for a value.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
