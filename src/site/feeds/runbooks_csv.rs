//! The runbooks that people follow today as a table: state, why, dates, owner, references.

use crate::model::freshness::ReviewSource;
use crate::site::feeds::address::RUNBOOKS_CSV;
use crate::site::feeds::feed::Feed;
use crate::site::feeds::table::table;
use crate::site::file::File;
use crate::site::pages::views::owners;
use crate::site::shared::{ProductSite, Site, title};

/// The kind.
pub(super) static FEED: Feed = Feed { files };

const HEADING: [&str; 13] = [
    "runbook", "path", "edition", "state", "reason", "reviewed", "review_known_by", "due", "owners", "resolved", "broken",
    "unverifiable", "changed",
];

fn files(site: &Site) -> Vec<File> {
    site.products.iter().map(file).collect()
}

fn file(product: &ProductSite) -> File {
    let heading = HEADING.map(str::to_owned).to_vec();
    let rows = product.at_hand.iter().map(|at_hand| {
        let runbook = at_hand.runbook;
        let freshness = &runbook.freshness;
        let counts = freshness.counts;
        // The day of an edit is no review.
        let review = freshness
            .reviewed
            .as_ref()
            .filter(|review| review.source != ReviewSource::Commit);
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        vec![
            title(runbook).to_owned(),
            runbook.runbook.path.clone(),
            at_hand.version.to_owned(),
            freshness.state.word().to_lowercase(),
            freshness.reason.clone(),
            day(review.map(|review| review.on)),
            review.map_or("", |review| source(review.source)).to_owned(),
            day(freshness.due),
            owners(runbook).join("; "),
            counts.resolved.to_string(),
            counts.broken.to_string(),
            counts.unverifiable.to_string(),
            counts.changed.to_string(),
        ]
    });
    File {
        url: format!("{}{RUNBOOKS_CSV}", product.base),
        bytes: table(std::iter::once(heading).chain(rows)),
    }
}

/// How a review is known, in a word.
fn source(source: ReviewSource) -> &'static str {
    match source {
        ReviewSource::Stamp => "stamp",
        ReviewSource::Trailer => "trailer",
        ReviewSource::Declared => "declared",
        ReviewSource::Updated => "updated",
        ReviewSource::Commit => "commit",
    }
}
