//! Links, images and footnotes.

use std::fmt::Write as _;

use crate::model::runbook::Link;
use crate::site::body::SlotKind;
use crate::site::body::writer::{Frame, Writer};
use crate::site::escape;
use crate::site::link::{Destination, classify};

/// How a link closes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkEnd {
    /// With a tag.
    Tag(&'static str),
    /// With whatever its slot gave.
    Slot(&'static str),
}

impl Writer<'_> {
    pub(super) fn open_link(&mut self, index: u32) {
        let Some(link) = self.runbook.links.get(index as usize) else {
            self.open.push(Frame::Tag(""));
            return;
        };
        let destination = classify(&link.destination);
        let end = if self.links > 0 {
            None
        } else {
            self.start_link(index, link, destination)
        };
        if link.is_image {
            self.body.html.push_str("<span class=\"image\">Image: ");
        }
        let end = match (end, link.is_image) {
            (Some(LinkEnd::Tag(_)), true) => LinkEnd::Tag("</span></a>"),
            // The slot closes what it opened; the span stands inside.
            (Some(LinkEnd::Slot(_)), true) => LinkEnd::Slot("</span>"),
            (Some(end), false) => end,
            (None, true) => LinkEnd::Tag("</span>"),
            (None, false) => LinkEnd::Tag(""),
        };
        self.links += 1;
        let fallback = if link.destination.trim().is_empty() {
            "(no words)"
        } else {
            &link.destination
        };
        self.open.push(Frame::Link {
            end,
            from: self.body.html.len(),
            fallback: fallback.to_owned(),
        });
    }

    /// Writes the start of a link; none when there is nowhere to go.
    pub(super) fn start_link(&mut self, index: u32, link: &Link, destination: Destination) -> Option<LinkEnd> {
        match destination {
            Destination::Web(address) => {
                self.body.html.push_str("<a href=\"");
                escape::text(&mut self.body.html, &address);
                self.body.html.push_str("\" rel=\"noopener noreferrer\"");
                self.title(link);
                self.body.html.push('>');
                Some(LinkEnd::Tag("</a>"))
            }
            Destination::Anchor(anchor) => {
                let id = self.anchors.find(&anchor)?.to_owned();
                self.body.html.push_str("<a href=\"#");
                escape::text(&mut self.body.html, &id);
                self.body.html.push('"');
                self.title(link);
                self.body.html.push('>');
                Some(LinkEnd::Tag("</a>"))
            }
            Destination::File(file) => {
                self.slot(SlotKind::LinkStart(index, file));
                Some(LinkEnd::Slot(""))
            }
            Destination::Refused => None,
        }
    }

    pub(super) fn title(&mut self, link: &Link) {
        if !link.title.is_empty() {
            self.body.html.push_str(" title=\"");
            escape::text(&mut self.body.html, &link.title);
            self.body.html.push('"');
        }
    }

    pub(super) fn footnote_reference(&mut self, label: &str) {
        let footnote = self.anchors.footnote(label);
        if footnote.is_defined && self.links == 0 {
            let _ = write!(self.body.html, "<sup><a href=\"#rp-fn-{0}\">{0}</a></sup>", footnote.number);
        } else {
            self.body.html.push_str("[^");
            escape::text(&mut self.body.html, label);
            self.body.html.push(']');
        }
    }

    pub(super) fn open_footnote(&mut self, label: &str) {
        let footnote = self.anchors.footnote(label);
        let _ = write!(
            self.body.html,
            "<div class=\"footnote\" id=\"rp-fn-{0}\"><span class=\"footnote-number\">{0}</span><div class=\"stack\">",
            footnote.number
        );
        self.open.push(Frame::Tag("</div></div>"));
    }
}
