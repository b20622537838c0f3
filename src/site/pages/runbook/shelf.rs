//! The runbooks that stand beside one: of its edition, or of its folder where there are many.

use serde::Serialize;

use crate::model::freshness::State;
use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::edition::folder;
use crate::site::shared::{ProductSite, title};
use crate::site::target::Target;

/// Beyond so many only those of the same folder are listed.
const MOST: usize = 40;

/// The runbooks beside one.
#[derive(Serialize)]
pub(super) struct Shelf<'site> {
    /// The folder, when only its runbooks are listed.
    folder: Option<&'site str>,
    rows: Vec<Row<'site>>,
    /// How many there are, when not all are listed.
    more: Option<usize>,
    before: Option<Row<'site>>,
    after: Option<Row<'site>>,
    /// Those that name it.
    mentions: Vec<Row<'site>>,
}

#[derive(Serialize)]
struct Row<'site> {
    title: &'site str,
    part: String,
    state: State,
    is_here: bool,
}

fn row(judged: &JudgedRunbook, is_here: bool) -> Row<'_> {
    Row {
        title: title(judged),
        part: part(&judged.runbook.slug),
        state: judged.freshness.state,
        is_here,
    }
}

/// The shelf of a page.
pub(super) fn shelf<'site>(product: &'site ProductSite, target: &Target) -> Shelf<'site> {
    let all = product.followed(target.outer, target.is_latest);
    let here = &all[target.inner];
    let is_long = all.len() > MOST;
    let own = folder(here);
    let edition = &product.editions[target.outer];
    let every: Vec<usize>;
    let listed = if is_long {
        edition.beside(target.inner)
    } else {
        every = (0..all.len()).collect();
        &every
    };
    // In a folder with very many only the neighbours are listed.
    let place = listed.binary_search(&target.inner).unwrap_or_default();
    let from = place.saturating_sub(MOST / 2);
    let shown = listed.iter().skip(from).take(MOST);
    let neighbour = |at: Option<usize>| at.and_then(|at| listed.get(at)).map(|index| row(&all[*index], false));
    let mentions = edition.mentions(target.inner);
    Shelf {
        folder: is_long.then_some(own).filter(|folder| !folder.is_empty()),
        rows: shown.map(|index| row(&all[*index], *index == target.inner)).collect(),
        more: is_long.then_some(all.len()),
        before: neighbour(place.checked_sub(1)),
        after: neighbour(Some(place + 1)),
        mentions: mentions.map(|judged| row(judged, false)).collect(),
    }
}
