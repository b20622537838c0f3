//! A text of the repository that a runbook links to, where the repository cannot be read on the web. `inner` is its place among them.

use serde::Serialize;
use tera::Value;

use crate::site::escape::{self, Reading};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::markup::Markup;
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "copy",
    template: include_str!("../../../templates/copy.html"),
    pages,
    make,
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    path: &'site str,
    lines: usize,
}

fn pages(site: &Site) -> Vec<Target> {
    let texts = site.attachments.texts.iter().enumerate();
    texts
        .map(|(inner, (address, (path, _)))| Target {
            address: address.clone(),
            owner: format!("the copy of `{path}`"),
            inner,
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let (path, text) = site.attachments.texts.get(&target.address).copied().unwrap_or_default();
    let mut frame = Frame::new(KIND.name, target, path.rsplit('/').next().unwrap_or(path));
    frame.is_unlisted = true;
    let mut html = String::with_capacity(text.len() * 2);
    for (index, line) in text.lines().enumerate() {
        html.push_str(&format!("<li id=\"L{}\"><code>", index + 1));
        escape::code(&mut html, line, Reading::Code);
        html.push_str("</code></li>");
    }
    let facts = Facts {
        path,
        lines: text.lines().count(),
    };
    let mut made = frame.described(format!("A copy of {path}.")).with(&facts);
    made.extra = Value::none();
    made.body = Some(Markup::vetted(&html));
    made
}
