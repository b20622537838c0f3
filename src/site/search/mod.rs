//! The search: one index over all editions, made of plain scripts that are loaded when somebody searches.

mod collect;
mod index;
#[cfg(test)]
mod tests;
mod tokens;

use crate::site::file::File;
use crate::site::shared::Site;
use crate::site::words::look_of;

pub(crate) use crate::site::search::listing::entries;

mod listing;

/// Gives the files of the index.
pub(crate) fn files(site: &Site, sink: &mut dyn FnMut(File)) {
    index::files(collect::pages(site), &collect::editions(site), &look, sink);
}

/// The word and the tone of a state.
fn look(state: &str) -> (String, String) {
    match look_of(state) {
        Some(look) => (look.word.to_owned(), look.tone.to_owned()),
        None => (state.to_owned(), "none".to_owned()),
    }
}
