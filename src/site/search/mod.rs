//! The search: one index over all editions, made of plain scripts that are loaded when somebody searches.

mod collect;
mod files;
mod index;
mod known;
mod registers;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use crate::site::shared::Site;
use crate::site::words::look_of;

pub(in crate::site) use crate::site::search::files::Found;
pub(in crate::site) use crate::site::search::known::Index;
pub(crate) use crate::site::search::listing::entries;

mod listing;

/// Gives the files of the search; `before` is what is known of those that stand already. Tells what is known of them now.
pub(in crate::site) fn files(site: &Site, before: Option<Index>, sink: &mut dyn FnMut(Found)) -> Index {
    files::files(&collect::pages(site), &collect::editions(site), &look, before, sink)
}

/// The word and the tone of a state.
fn look(state: &str) -> (String, String) {
    match look_of(state) {
        Some(look) => (look.word.to_owned(), look.tone.to_owned()),
        None => (state.to_owned(), "none".to_owned()),
    }
}
