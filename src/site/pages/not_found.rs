//! The page that a server shows for an address that does not exist.

use serde::Serialize;

use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "not-found",
    template: include_str!("../../../templates/not_found.html"),
    pages,
    make,
    reserves: &["404"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts {}

fn pages(_: &Site) -> Vec<Target> {
    vec![Target {
        address: "404.html".to_owned(),
        owner: "the page for missing pages".to_owned(),
        ..Target::default()
    }]
}

fn make(site: &Site, target: &Target) -> Made {
    let mut frame = Frame::new(KIND.name, target, "No such page").described("There is no page at this address.");
    // A server shows it at any depth: only an address from the root of the server leads back from there.
    if let Some(base) = &site.handbook.base_url {
        let path = base.splitn(4, '/').nth(3).unwrap_or_default();
        frame.root = format!("/{path}");
    }
    frame.has_twin = false;
    frame.is_unlisted = true;
    frame.with(&Facts {})
}
