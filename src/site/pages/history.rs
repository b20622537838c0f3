//! A runbook over all editions: where its text changed, how fresh it was, who changed it. `inner` is the number of the slug.

use std::hash::Hash;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::digest::Values;
use crate::model::freshness::{ReferenceCounts, State};
use crate::model::handbook::JudgedRunbook;
use crate::site::feeds::address::badge_of;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::moved::names;
use crate::site::shared::{ProductSite, Site, compared};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "runbook-history",
    template: include_str!("../../../templates/history.html"),
    pages,
    make,
    made_from: Some(made_from),
    section: "runbooks",
    ..PLAIN
};

/// Commits that are listed.
const MOST_COMMITS: usize = 100;

#[derive(Serialize)]
struct Facts<'site> {
    slug: &'site str,
    /// Its place on pages that compare editions.
    anchor: String,
    path: &'site str,
    /// The same runbook under other names.
    names: Vec<Name<'site>>,
    versions: Vec<VersionFacts<'site>>,
    commits: Vec<CommitFacts<'site>>,
    more_commits: usize,
    history: crate::model::history::Completeness,
    /// The badge for READMEs and its words, while the runbook is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<Badge>,
}

#[derive(Serialize)]
struct Name<'site> {
    path: &'site str,
    /// The page of its history.
    url: String,
    /// The edition that brought the newer of the two names.
    since: &'site str,
    is_later: bool,
}

#[derive(Serialize)]
struct Badge {
    address: String,
    state: State,
}

/// Neighbouring editions in which the text, its state and the reason are the same.
#[derive(Serialize)]
struct VersionFacts<'site> {
    /// The newest of them.
    #[serde(flatten)]
    newest: Named<'site>,
    /// The oldest of them, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Named<'site>>,
    /// How many there are.
    editions: usize,
    /// None where the edition does not have it.
    state: Option<State>,
    reason: &'site str,
    references: Option<ReferenceCounts>,
    /// The git blob id of the text.
    content: Option<String>,
    /// Of the oldest of them against the edition before it: none where there is none.
    change: Option<Change>,
    /// Where the difference is shown word by word.
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<String>,
}

#[derive(Serialize)]
struct Named<'site> {
    version: &'site str,
    /// Its page; none in an edition from before it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    day: Option<NaiveDate>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Change {
    /// The text is the same.
    Same,
    /// It is new in this edition.
    Added,
    /// It is gone in this edition.
    Removed,
    /// The words differ; so many steps differ.
    Steps(u64),
    /// Neither has it.
    Neither,
}

#[derive(Serialize)]
struct CommitFacts<'site> {
    id: &'site str,
    short: &'site str,
    day: NaiveDate,
    subject: &'site str,
    author: &'site str,
}

fn pages(site: &Site) -> Vec<Target> {
    site.products
        .iter()
        .enumerate()
        .flat_map(|(number, product)| {
            product.slugs.iter().enumerate().map(move |(inner, slug)| Target {
                address: format!("{}runbooks/{}/", product.base, product.runbooks[slug].part),
                owner: format!("the history of runbook `{}`", product.runbooks[slug].path),
                product: Some(number),
                inner,
                ..Target::default()
            })
        })
        .collect()
}

fn made_from(site: &Site, target: &Target, values: &mut Values) {
    let product = site.product(target);
    let slug = product.slugs[target.inner];
    let runbook = &product.runbooks[slug];
    (slug, runbook.title, runbook.path).hash(values);
    for other in names(product, slug) {
        (
            product.runbooks[other.slug].path,
            other.slug,
            other.in_edition,
            other.is_later,
        )
            .hash(values);
    }
    for edition in &product.editions {
        let judged = edition.with_slug(slug).map(|judged| {
            let freshness = &judged.freshness;
            (judged.runbook.content, freshness.state, &freshness.reason, freshness.counts)
        });
        judged.hash(values);
    }
    let newest = product.editions.iter().find_map(|edition| edition.with_slug(slug));
    newest.map(|newest| &newest.commits).hash(values);
    runbook.add_versions(values);
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let slug = product.slugs[target.inner];
    let runbook = &product.runbooks[slug];
    let newest = product.editions.iter().find_map(|edition| edition.with_slug(slug));
    let commits = newest.map_or(&[][..], |newest| &newest.commits);
    let facts = Facts {
        slug,
        anchor: compared(slug),
        path: runbook.path,
        names: names(product, slug)
            .into_iter()
            .map(|other| Name {
                path: product.runbooks[other.slug].path,
                url: format!("{}runbooks/{}/", product.base, product.runbooks[other.slug].part),
                since: &product.editions[other.in_edition].edition.version,
                is_later: other.is_later,
            })
            .collect(),
        versions: runs(product, slug)
            .into_iter()
            .map(|(newest, oldest)| version(site, product, slug, newest, oldest))
            .collect(),
        commits: commits
            .iter()
            .take(MOST_COMMITS)
            .map(|commit| CommitFacts {
                id: &commit.id,
                short: commit.short_id(),
                day: commit.date.date_naive(),
                subject: &commit.subject,
                author: &commit.author,
            })
            .collect(),
        more_commits: commits.len().saturating_sub(MOST_COMMITS),
        history: site.handbook.completeness,
        badge: product.at_hand_of(slug).map(|at_hand| Badge {
            address: format!("{}{}", product.base, badge_of(&runbook.part)),
            state: at_hand.freshness.state,
        }),
    };
    let mut frame = Frame::of_product(KIND.name, site, target, format!("{}: history", runbook.title))
        .below("All runbooks", format!("{}runbooks/", product.base))
        .described(format!("{}: its versions, changes and freshness over time.", runbook.title));
    frame.versions = product.versions_of(runbook);
    frame.with(&facts)
}

/// The editions in runs of those in which nothing about the runbook differs: the newest and the oldest of each.
fn runs(product: &ProductSite, slug: &str) -> Vec<(usize, usize)> {
    let judged = |edition: usize| {
        let runbook = product.editions[edition].with_slug(slug)?;
        Some((
            runbook.runbook.content, &runbook.freshness.state, &runbook.freshness.reason, runbook.freshness.counts,
        ))
    };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for edition in 0..product.editions.len() {
        // The main branch stands alone: it goes on.
        let is_released = |edition: usize| product.editions[edition].edition.release.is_some();
        match runs.last_mut() {
            Some((_, oldest)) if is_released(*oldest) && is_released(edition) && judged(*oldest) == judged(edition) => {
                *oldest = edition;
            }
            _ => runs.push((edition, edition)),
        }
    }
    runs
}

fn version<'site>(site: &Site, product: &'site ProductSite, slug: &str, newest: usize, oldest: usize) -> VersionFacts<'site> {
    let here = product.editions[newest].with_slug(slug);
    let first = product.editions[oldest].with_slug(slug);
    let before = product.editions.get(oldest + 1).map(|older| older.with_slug(slug));
    let named = |edition: usize| Named {
        version: &product.editions[edition].edition.version,
        url: product.has_page(edition, slug).then(|| product.runbook(edition, slug)),
        // The main branch goes on, and no page of a runbook tells its day.
        day: product.editions[edition]
            .day
            .filter(|_| product.editions[edition].edition.release.is_some()),
    };
    VersionFacts {
        newest: named(newest),
        since: (newest != oldest).then(|| named(oldest)),
        editions: oldest - newest + 1,
        state: here.map(|runbook| runbook.freshness.state),
        reason: here.map_or("", |runbook| runbook.freshness.reason.as_str()),
        references: here.map(|runbook| runbook.freshness.counts),
        content: here.map(|runbook| runbook.runbook.content.to_string()),
        change: before.map(|before| change(site, first, before)),
        compare: product.comparison(oldest).filter(|_| {
            let texts = (first, before.flatten());
            matches!(texts, (Some(here), Some(before)) if here.runbook.content != before.runbook.content)
        }),
    }
}

fn change(site: &Site, here: Option<&JudgedRunbook>, before: Option<&JudgedRunbook>) -> Change {
    match (here, before) {
        (Some(here), Some(before)) if here.runbook.content == before.runbook.content => Change::Same,
        (Some(here), Some(before)) => Change::Steps(site.body(here).steps_changed(site.body(before))),
        (Some(_), None) => Change::Added,
        (None, Some(_)) => Change::Removed,
        (None, None) => Change::Neither,
    }
}
