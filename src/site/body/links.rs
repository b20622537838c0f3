//! Links, images and footnotes.

use std::fmt::Write as _;

use crate::site::body::open::{Frame, LinkEnd, Writer};
use crate::site::body::written::{SlotKind, named_image};
use crate::site::escape;
use crate::site::link::{Destination, classify};

impl Writer<'_> {
    pub(super) fn open_link(&mut self, index: u32) {
        let runbook = self.runbook;
        match runbook.links.get(index as usize) {
            Some(link) => self.open_destination(index, &link.destination, &link.title, link.is_image),
            None => self.open.push(Frame::Tag("")),
        }
    }

    /// Opens a link or an image that leads somewhere; `index` tells which link of the runbook it is, if it is one.
    pub(super) fn open_destination(&mut self, index: u32, destination: &str, title: &str, is_image: bool) {
        let fallback = if destination.trim().is_empty() {
            "(no words)".to_owned()
        } else {
            destination.to_owned()
        };
        let destination = classify(destination);
        if is_image {
            self.open_image(index, destination, fallback);
            return;
        }
        let end = if self.links > 0 {
            None
        } else {
            self.start_link(index, title, destination)
        };
        self.links += 1;
        self.open.push(Frame::Link {
            end: end.unwrap_or(LinkEnd::Tag("")),
            from: self.body.html.len(),
            fallback,
        });
    }

    /// An image: what it shows is known only where the page stands, so its words wait for their end.
    fn open_image(&mut self, index: u32, destination: Destination, fallback: String) {
        self.links += 1;
        self.open.push(Frame::Image {
            from: self.body.html.len(),
            slots: self.body.slots.len(),
            index,
            destination,
            is_in_link: self.links > 1,
            fallback,
        });
    }

    pub(super) fn close_image(
        &mut self,
        (from, slots): (usize, usize),
        index: u32,
        destination: Destination,
        is_in_link: bool,
        fallback: &str,
    ) {
        self.links = self.links.saturating_sub(1);
        // The words may hold emphasis and code, which an attribute cannot.
        let words = without_tags(&self.body.html[from..]);
        self.body.html.truncate(from);
        // What stands in its words goes; another image may stand right before it.
        let at = from as u32;
        let inside = self.body.slots.split_off(slots);
        let marks = inside
            .into_iter()
            .filter(|slot| slot.at == at && matches!(slot.kind, SlotKind::Marks(_)));
        self.body.slots.extend(marks);
        match destination {
            Destination::File(file) => self.slot(SlotKind::Image {
                link: index,
                file: Box::new(file),
                words: words.into(),
                is_in_link,
            }),
            Destination::Web(address) => {
                if !is_in_link {
                    self.body.html.push_str("<a href=\"");
                    escape::text(&mut self.body.html, &address);
                    self.body.html.push_str("\" rel=\"noopener noreferrer\">");
                }
                named_image(
                    &mut self.body.html,
                    if words.is_empty() { None } else { Some(&words) },
                    fallback,
                );
                if !is_in_link {
                    self.body.html.push_str("</a>");
                }
            }
            Destination::Anchor(_) | Destination::Refused => {
                named_image(
                    &mut self.body.html,
                    if words.is_empty() { None } else { Some(&words) },
                    fallback,
                );
            }
        }
    }

    /// Writes the start of a link; none when there is nowhere to go.
    pub(super) fn start_link(&mut self, index: u32, title: &str, destination: Destination) -> Option<LinkEnd> {
        match destination {
            Destination::Web(address) => {
                self.body.html.push_str("<a href=\"");
                escape::text(&mut self.body.html, &address);
                self.body.html.push_str("\" rel=\"noopener noreferrer\"");
                self.title(title);
                self.body.html.push('>');
                Some(LinkEnd::Tag("</a>"))
            }
            Destination::Anchor(anchor) => {
                let id = self.anchors.find(&anchor)?.to_owned();
                self.body.html.push_str("<a href=\"#");
                escape::text(&mut self.body.html, &id);
                self.body.html.push('"');
                self.title(title);
                self.body.html.push('>');
                Some(LinkEnd::Tag("</a>"))
            }
            Destination::File(file) => {
                self.slot(SlotKind::LinkStart(index, Box::new(file)));
                Some(LinkEnd::Slot(""))
            }
            Destination::Refused => None,
        }
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.body.html.push_str(" title=\"");
            escape::text(&mut self.body.html, title);
            self.body.html.push('"');
        }
    }

    pub(super) fn footnote_reference(&mut self, label: &str) {
        let footnote = self.footnotes.get(label);
        if footnote.is_defined && self.links == 0 {
            let _ = write!(self.body.html, "<sup><a href=\"#rp-fn-{0}\">{0}</a></sup>", footnote.number);
        } else {
            self.body.html.push_str("[^");
            escape::text(&mut self.body.html, label);
            self.body.html.push(']');
        }
    }

    pub(super) fn open_footnote(&mut self, label: &str) {
        let footnote = self.footnotes.get(label);
        let _ = write!(
            self.body.html,
            "<div class=\"footnote\" id=\"rp-fn-{0}\"><span class=\"footnote-number\">{0}</span><div class=\"stack\">",
            footnote.number
        );
        self.open.push(Frame::Tag("</div></div>"));
    }
}

/// Markup of ours without its tags.
fn without_tags(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    words.trim().to_owned()
}
