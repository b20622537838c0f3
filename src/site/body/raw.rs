//! Raw HTML of an author that shapes nothing: text, but for comments.

use crate::model::document::{Node, NodeKind};
use crate::site::body::open::{Frame, Writer};
use crate::site::escape;

impl Writer<'_> {
    pub(super) fn flush_raw(&mut self) {
        if self.raw.is_empty() {
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        if matches!(self.open.last(), Some(Frame::Silent)) {
            return;
        }
        let is_block = matches!(
            self.open.last(),
            None | Some(Frame::Raw | Frame::Tag("</blockquote>" | "</div>" | "</div></div>" | "</details>"))
        );
        let shown = without_comments(&raw);
        let mut html = String::with_capacity(shown.len() + 16);
        let mut has_words = false;
        if !shown.trim().is_empty() {
            has_words = true;
            self.note_heading_words(&shown);
        }
        escape::text(&mut html, &shown);
        if html.trim().is_empty() {
            return;
        }
        if is_block && has_words {
            self.body.html.push_str("<p class=\"raw\">");
            self.body.html.push_str(html.trim_end());
            self.body.html.push_str("</p>");
        } else {
            self.words_begin();
            self.body.html.push_str(&html);
        }
    }
}

/// Whether some nodes, up to the next `Close`, are raw HTML and nothing else.
pub(super) fn is_only_raw(nodes: &[Node]) -> bool {
    let mut has_raw = false;
    for node in nodes {
        match node.kind {
            NodeKind::RawHtml(_) => has_raw = true,
            NodeKind::SoftBreak => {}
            NodeKind::Close => return has_raw,
            _ => return false,
        }
    }
    false
}

/// A text without its whole comments. One that is never closed is text.
fn without_comments(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<!--") {
        let Some(end) = rest[start + 4..].find("-->") else { break };
        shown.push_str(&rest[..start]);
        rest = &rest[start + 4 + end + 3..];
    }
    shown.push_str(rest);
    shown
}
