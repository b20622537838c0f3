//! What scans found in a release, for its page.

use serde::Serialize;

use crate::model::inventory::{Cause, Standing};
use crate::site::inventory::advisory;
use crate::site::shared::ProductSite;

/// What scans found in a release.
#[derive(Serialize)]
pub(super) struct AdvisoryFacts<'site> {
    found: usize,
    /// Of them, those that nothing stands against.
    open: usize,
    /// What came and went with the release.
    turns: Vec<TurnFacts<'site>>,
}

#[derive(Serialize)]
struct TurnFacts<'site> {
    id: &'site str,
    url: String,
    is_entry: bool,
    cause: &'site Cause,
}

/// What the scans of a release found, and what came and went with it; none where nobody looked.
pub(super) fn advisories<'site>(product: &'site ProductSite, index: usize) -> Option<AdvisoryFacts<'site>> {
    let inventory = &product.product.inventory;
    if !inventory.scans.contains(&index) {
        return None;
    }
    let sightings = inventory.advisories.iter().flat_map(|life| &life.sightings);
    let here: Vec<_> = sightings.filter(|sighting| sighting.release == index).collect();
    let turns = inventory
        .advisories
        .iter()
        .flat_map(|life| life.turns.iter().map(move |turn| (life, turn)));
    Some(AdvisoryFacts {
        found: here.len(),
        open: here.iter().filter(|sighting| sighting.standing == Standing::Open).count(),
        turns: turns
            .filter(|(_, turn)| turn.release == index)
            .map(|(life, turn)| TurnFacts {
                id: &life.id,
                url: advisory(&product.base, &life.id),
                is_entry: turn.is_entry,
                cause: &turn.cause,
            })
            .collect(),
    })
}
