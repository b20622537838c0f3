//! Decides what must be known, asks for it, and judges one revision, two revisions or a whole handbook; prints nothing.

pub(crate) mod accept;
mod asking;
pub(crate) mod base;
pub(crate) mod change;
mod changes;
pub(crate) mod collect;
pub(crate) mod context;
mod declared;
pub(crate) mod dossier;
pub(crate) mod edition;
mod evidence;
mod fate;
pub(crate) mod gates;
pub(crate) mod handbook;
pub(crate) mod inventory;
mod layout;
mod left;
mod moves;
pub(crate) mod place;
pub(crate) mod releases;
pub(crate) mod scope;
pub(crate) mod step;
pub(crate) mod store;
pub(crate) mod survey;
pub(crate) mod verify;
pub(crate) mod watcher;
