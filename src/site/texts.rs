//! The distinct texts of a handbook, and what pages must know of each.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use crate::model::handbook::{Handbook, JudgedRunbook};
use crate::model::tree::ContentId;
use crate::site::body;
use crate::site::body::kept::Bodies;
use crate::site::body::written::Body;

/// Each text with a runbook that shows it.
pub(super) fn texts(handbook: &Handbook) -> BTreeMap<ContentId, &JudgedRunbook> {
    let mut texts: BTreeMap<ContentId, &JudgedRunbook> = BTreeMap::new();
    for runbook in handbook.products.iter().flat_map(|product| {
        let released = product.editions.iter().flat_map(|edition| &edition.runbooks);
        released.chain(&product.today)
    }) {
        texts.entry(runbook.runbook.content).or_insert(runbook);
    }
    texts
}

/// What pages must know of the texts; `known` is what an earlier build knew.
pub(super) fn read(handbook: &Handbook, known: &Bodies) -> HashMap<ContentId, Body> {
    let is_compared = is_compared(handbook);
    let texts = texts(handbook);
    let read = texts.par_iter().map(|(content, judged)| {
        let runbook = &*judged.runbook.runbook;
        let body = known.find(*content, runbook, is_compared);
        (*content, body.unwrap_or_else(|| body::read(runbook, is_compared)))
    });
    read.collect()
}

/// What is known of the texts now, for a later build.
pub(super) fn known(handbook: &Handbook, bodies: &HashMap<ContentId, Body>, before: &Bodies) -> Bodies {
    let texts = texts(handbook).into_iter().filter_map(|(content, judged)| {
        let body = bodies.get(&content)?;
        Some((content, (&*judged.runbook.runbook, body)))
    });
    before.now(&texts.collect(), is_compared(handbook))
}

/// Whether texts are compared with each other.
fn is_compared(handbook: &Handbook) -> bool {
    handbook.products.iter().any(|product| product.editions.len() > 1)
}
