//! Changes, and the words about them, as the pages for auditors and their tables show them.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::handbook::JudgedRunbook;
use crate::model::population::{Attestation, Change, Listed, Population, SignatureKind, Strength};
use crate::site::address::part;
use crate::site::shared::ProductSite;
use crate::site::words;

/// What stands below every page for auditors.
pub(super) const CAUTION: &str = "Whether a control is suitably designed and worked is judged by an auditor; this page lists evidence found in the repository.";

/// The address of the pages of a period.
pub(super) fn period(product: &ProductSite, population: &Population) -> String {
    format!("{}audit/{}/", product.base, part(&population.period.id))
}

/// Whether a product has anything to say of support or keeping.
pub(super) fn has_kept(product: &ProductSite) -> bool {
    !product.product.support.is_empty() || !product.product.kept.is_empty()
}

/// The option that names a product to the commands; empty where there is only one.
pub(super) fn product_option(product: &ProductSite) -> String {
    let id = &product.product.prefix;
    if id.is_empty() {
        String::new()
    } else {
        format!(" --product {id}")
    }
}

/// A change in one line.
#[derive(Serialize)]
pub(super) struct ChangeRow<'site> {
    /// The commit.
    pub(super) id: &'site str,
    /// Its first digits.
    pub(super) short: &'site str,
    /// The day that counts.
    pub(super) day: NaiveDate,
    /// The moment that counts, in UTC.
    pub(super) at: String,
    /// Who wrote it.
    pub(super) author: &'site str,
    /// Who put it on the line.
    pub(super) committer: &'site str,
    /// The first line of the message.
    pub(super) subject: &'site str,
    /// Whether it is a merge.
    pub(super) is_merge: bool,
    /// The number of the pull request.
    pub(super) request: Option<u64>,
    /// Its address, where an export tells it.
    pub(super) request_url: Option<&'site str>,
    /// Tickets.
    pub(super) tickets: &'site [String],
    /// Who reviewed it.
    pub(super) reviews: Vec<ReviewRow<'site>>,
    /// The verified statement about it.
    pub(super) attested: Option<&'site Attestation>,
    /// The strongest source that anything about it is known from, in words.
    pub(super) known_from: &'static str,
    /// What signed it; never checked.
    pub(super) signature: Option<SignatureKind>,
    /// The lists that it stands in.
    pub(super) marks: Vec<&'static str>,
    /// The release that was the first to contain it.
    pub(super) release: Option<&'site str>,
    /// Its page.
    pub(super) release_url: Option<String>,
}

/// A review in a few words.
#[derive(Serialize)]
pub(super) struct ReviewRow<'site> {
    by: &'site str,
    decision: &'site str,
    strength: Strength,
    strength_words: &'static str,
    is_author: bool,
}

/// How strong the word for a review is, in words.
pub(super) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::TextInGit => "text in git",
        Strength::TextInSignedCommit => "text in git, signature not checked",
        Strength::ForgeExport => "export of the forge",
        Strength::VerifiedAttestation => "verified attestation",
    }
}

impl<'site> ChangeRow<'site> {
    /// A change of a period.
    pub(super) fn of(product: &'site ProductSite, population: &Population, at: usize) -> Self {
        let change: &Change = &product.product.trail.changes[at];
        let lists: [(&[Listed], &'static str); 4] = [
            (&population.direct, "no pull request"),
            (&population.self_approved, "only its author agreed"),
            (&population.bypassed, "a check had not passed"),
            (&population.emergencies, "emergency"),
        ];
        let stands = |list: &[Listed]| list.binary_search_by_key(&at, |listed| listed.change).is_ok();
        let release = change.release.as_deref();
        Self {
            id: &change.id,
            short: change.short_id(),
            day: change.day(),
            at: words::moment(change.at),
            author: &change.author.name,
            committer: &change.committer.name,
            subject: &change.subject,
            is_merge: change.is_merge,
            request: change.request,
            request_url: change
                .pull_request
                .as_ref()
                .map(|request| request.url.as_str())
                .filter(|url| !url.is_empty()),
            tickets: &change.tickets,
            reviews: change
                .reviews
                .iter()
                .map(|review| ReviewRow {
                    by: &review.by,
                    decision: &review.decision,
                    strength: review.strength,
                    strength_words: strength(review.strength),
                    is_author: review.is_author,
                })
                .collect(),
            attested: change.attested.as_ref(),
            known_from: strength(change.strength()),
            signature: change.signature,
            marks: lists
                .into_iter()
                .filter(|(list, _)| stands(list))
                .map(|(_, word)| word)
                .collect(),
            release,
            release_url: release.and_then(|version| release_url(product, version)),
        }
    }
}

/// The page of a release by its version.
pub(super) fn release_url(product: &ProductSite, version: &str) -> Option<String> {
    let releases = product.product.releases.iter();
    let release = releases.into_iter().find(|release| release.release.version == version)?;
    Some(product.release(release))
}

/// A list of changes with why each stands in it.
#[derive(Serialize)]
pub(super) struct ListedRow<'site> {
    /// The change.
    pub(super) change: ChangeRow<'site>,
    /// Why it stands there.
    pub(super) why: &'site str,
}

/// The rows of a list.
pub(super) fn listed<'site>(
    product: &'site ProductSite,
    population: &'site Population,
    list: &'site [Listed],
) -> Vec<ListedRow<'site>> {
    let rows = list.iter().map(|listed| ListedRow {
        change: ChangeRow::of(product, population, listed.change),
        why: &listed.why,
    });
    rows.collect()
}

/// The edition whose procedures are in force, and its runbooks as they are followed.
pub(super) fn in_force<'site>(product: &'site ProductSite) -> Option<(usize, &'site [JudgedRunbook])> {
    let edition = product.latest.or(product.current)?;
    Some((edition, product.followed(edition, product.latest == Some(edition))))
}
