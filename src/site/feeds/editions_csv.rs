//! The state of every runbook in every edition as a table, one line for each pair.

use crate::site::feeds::address::EDITIONS_CSV;
use crate::site::feeds::feed::Feed;
use crate::site::feeds::table::table;
use crate::site::file::File;
use crate::site::shared::{ProductSite, Site};

/// The kind.
pub(super) static FEED: Feed = Feed { files };

const HEADING: [&str; 7] = ["path", "edition", "day", "commit", "state", "reason", "broken"];

fn files(site: &Site) -> Vec<File> {
    site.products.iter().map(file).collect()
}

fn file(product: &ProductSite) -> File {
    let heading = HEADING.map(str::to_owned).to_vec();
    let rows = product.slugs.iter().flat_map(|slug| {
        product.editions.iter().filter_map(|site| {
            let runbook = site.with_slug(slug)?;
            Some(vec![
                runbook.runbook.path.clone(),
                site.edition.version.clone(),
                site.day.map(|day| day.to_string()).unwrap_or_default(),
                site.edition
                    .commit
                    .as_ref()
                    .map(|commit| commit.id.clone())
                    .unwrap_or_default(),
                runbook.freshness.state.word().to_lowercase(),
                runbook.freshness.reason.clone(),
                runbook.freshness.counts.broken.to_string(),
            ])
        })
    });
    File {
        url: format!("{}{EDITIONS_CSV}", product.base),
        bytes: table(std::iter::once(heading).chain(rows)),
    }
}
