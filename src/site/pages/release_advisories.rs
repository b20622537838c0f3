//! What scans found in a release, for its page.

use serde::Serialize;

use crate::model::inventory::{Cause, ScanFile};
use crate::site::inventory::advisory;
use crate::site::pages::proof_rows::urls;
use crate::site::shared::ProductSite;

/// What scans found in a release.
#[derive(Serialize)]
pub(super) struct AdvisoryFacts<'site> {
    found: usize,
    /// Of them, those that nothing stands against.
    open: usize,
    /// Of them, those that the scans of the release before found as well.
    stayed: usize,
    /// What came and went with the release.
    turns: Vec<TurnFacts<'site>>,
    /// The reports, with their moments.
    scans: Vec<ScanRow<'site>>,
}

#[derive(Serialize)]
struct ScanRow<'site> {
    url: Option<String>,
    #[serde(flatten)]
    scan: &'site ScanFile,
}

#[derive(Serialize)]
struct TurnFacts<'site> {
    id: &'site str,
    url: String,
    is_entry: bool,
    cause: &'site Cause,
    /// The cause in words.
    why: String,
}

/// What the scans of a release found, and what came and went with it; none where nobody looked.
pub(super) fn advisories<'site>(product: &'site ProductSite, index: usize) -> Option<AdvisoryFacts<'site>> {
    let inventory = &product.product.inventory;
    let place = inventory.scans.iter().position(|scanned| *scanned == index)?;
    let urls = urls(product, &product.product.releases[index]);
    let sightings = inventory.advisories.iter().flat_map(|life| &life.sightings);
    let here: Vec<_> = sightings.filter(|sighting| sighting.release == index).collect();
    let turns = inventory
        .advisories
        .iter()
        .flat_map(|life| life.turns.iter().map(move |turn| (life, turn)));
    let turns: Vec<TurnFacts<'_>> = turns
        .filter(|(_, turn)| turn.release == index)
        .map(|(life, turn)| TurnFacts {
            id: &life.id,
            url: advisory(&product.base, &life.id),
            is_entry: turn.is_entry,
            cause: &turn.cause,
            why: turn.cause.to_string(),
        })
        .collect();
    Some(AdvisoryFacts {
        found: here.len(),
        stayed: here.len().saturating_sub(turns.iter().filter(|turn| turn.is_entry).count()),
        open: here.iter().filter(|sighting| sighting.standing.was_open()).count(),
        turns,
        scans: inventory
            .reports
            .get(place)
            .into_iter()
            .flatten()
            .map(|scan| ScanRow {
                url: urls.get(scan.path.as_str()).cloned(),
                scan,
            })
            .collect(),
    })
}
