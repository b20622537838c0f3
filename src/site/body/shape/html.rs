//! Tags: what they open and close, and what becomes of them.

use crate::model::document::{Alignment, Element, Node, NodeKind, Phrase, Verbatim, Words};
use crate::model::place::Span;
use crate::site::body::shape::tag::{Piece, Tag, decoded, pieces};
use crate::site::body::shape::{MOST_OPEN, Room, Shaper, What, open};

/// Tags that shape words or blocks. Any other is text.
const SHAPING: &[&str] = &[
    "a", "b", "blockquote", "br", "center", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "nobr", "ol", "p",
    "picture", "pre", "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "wbr",
];

impl Shaper<'_> {
    /// A paragraph of nothing but HTML. Tells whether it was taken.
    pub(super) fn raw_block(&mut self, inside: &[Node], span: Span) -> bool {
        let mut html = String::new();
        for node in inside {
            match &node.kind {
                NodeKind::RawHtml(words) | NodeKind::Text(words) => html.push_str(words.of(self.text)),
                _ => html.push('\n'),
            }
        }
        self.flow(&html, span)
    }

    /// HTML where blocks may stand. Tells whether any of it shapes something; if not, nothing was done.
    pub(super) fn flow(&mut self, html: &str, span: Span) -> bool {
        let pieces = pieces(html);
        let is_shaping = |piece: &Piece<'_>| matches!(piece, Piece::Tag(tag) if shapes(&tag.name));
        if !pieces.iter().any(is_shaping) {
            return false;
        }
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            at += 1;
            match piece {
                Piece::Comment(_) => {}
                Piece::Words(words) => self.words(&decoded(words), span),
                Piece::Tag(tag) if tag.name == "pre" && !tag.closes => {
                    let rest = &pieces[at..];
                    let is_end = |piece: &Piece<'_>| matches!(piece, Piece::Tag(tag) if tag.name == "pre" && tag.closes);
                    let end = rest.iter().position(is_end).unwrap_or(rest.len());
                    self.preformatted(&rest[..end], span);
                    at += end + 1;
                }
                Piece::Tag(tag) => self.tag(tag, span, &pieces[at..]),
            }
        }
        true
    }

    pub(super) fn preformatted(&mut self, pieces: &[Piece<'_>], span: Span) {
        let mut words = String::new();
        for piece in pieces {
            match piece {
                Piece::Words(text) => words.push_str(&decoded(text)),
                Piece::Tag(tag) if !shapes(&tag.name) => words.push_str(tag.raw),
                Piece::Tag(_) | Piece::Comment(_) => {}
            }
        }
        let words = words.strip_prefix('\n').unwrap_or(&words).to_owned();
        if self.make_room_for_block(span) {
            self.out.push(Node {
                span,
                kind: NodeKind::Verbatim(Verbatim::Text, words.into()),
            });
        } else {
            self.words(&words, span);
        }
    }

    /// HTML among words.
    pub(super) fn inline(&mut self, html: &str, node: &Node) {
        let pieces = pieces(html);
        let is_shaping = |piece: &Piece<'_>| matches!(piece, Piece::Tag(tag) if shapes(&tag.name) && tag.name != "pre");
        if !pieces.iter().any(is_shaping) {
            self.raw(std::slice::from_ref(node), node.span);
            return;
        }
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Comment(_) => {}
                Piece::Words(words) => self.words(&decoded(words), node.span),
                Piece::Tag(tag) if tag.name == "pre" => self.as_text(tag.raw, node.span),
                Piece::Tag(tag) => self.tag(tag, node.span, &pieces[at + 1..]),
            }
        }
    }

    /// A tag that shapes something.
    pub(super) fn tag(&mut self, tag: &Tag<'_>, span: Span, rest: &[Piece<'_>]) {
        if !shapes(&tag.name) {
            self.as_text(tag.raw, span);
            return;
        }
        if tag.closes {
            self.close(&tag.name);
            return;
        }
        if self.open.len() >= MOST_OPEN && !matches!(tag.name.as_str(), "br" | "hr" | "img" | "wbr" | "source") {
            self.as_text(tag.raw, span);
            return;
        }
        if let Some(name) = tag
            .attribute("id")
            .or_else(|| tag.attribute("name").filter(|_| tag.name == "a"))
            && is_place(name)
            && !matches!(
                tag.name.as_str(),
                "table" | "tr" | "tbody" | "thead" | "tfoot" | "td" | "th" | "li" | "summary"
            )
        {
            if !matches!(self.room(), Room::Flow | Room::Phrasing | Room::Cell) {
                self.make_room(span);
            }
            self.out.push(Node {
                span,
                kind: NodeKind::Place(name.into()),
            });
        }
        match tag.name.as_str() {
            "br" => {
                if matches!(self.room(), Room::Phrasing | Room::Cell) {
                    self.out.push(Node {
                        span,
                        kind: NodeKind::HardBreak,
                    });
                }
            }
            "wbr" | "source" | "thead" | "tbody" | "tfoot" => {}
            "img" => self.image(tag, span),
            "a" => match tag.attribute("href") {
                Some(href) => self.phrase(tag, Element::Anchor(href.into()), span),
                None => self.push(What::Tag("a".to_owned()), self.transparent(), None),
            },
            "b" | "strong" => self.phrase(tag, Element::Strong, span),
            "i" | "em" | "cite" => self.phrase(tag, Element::Emphasis, span),
            "s" | "strike" | "del" => self.phrase(tag, Element::Strikethrough, span),
            "u" | "ins" => self.phrase(tag, Element::Phrase(Phrase::Inserted), span),
            "code" | "samp" | "tt" => self.phrase(tag, Element::Phrase(Phrase::Code), span),
            "kbd" => self.phrase(tag, Element::Phrase(Phrase::Key), span),
            "mark" => self.phrase(tag, Element::Phrase(Phrase::Mark), span),
            "small" => self.phrase(tag, Element::Phrase(Phrase::Small), span),
            "sub" => self.phrase(tag, Element::Phrase(Phrase::Sub), span),
            "sup" => self.phrase(tag, Element::Phrase(Phrase::Sup), span),
            "span" | "font" | "picture" | "nobr" | "q" => self.push(What::Tag(tag.name.clone()), self.transparent(), None),
            _ => self.block(tag, span, rest),
        }
    }

    /// The room inside a tag that only groups.
    pub(super) fn transparent(&self) -> Room {
        self.room()
    }

    pub(super) fn phrase(&mut self, tag: &Tag<'_>, element: Element, span: Span) {
        self.make_room(span);
        self.push(What::Tag(tag.name.clone()), Room::Phrasing, Some(open(element, span)));
    }

    pub(super) fn image(&mut self, tag: &Tag<'_>, span: Span) {
        let Some(source) = tag.attribute("src").filter(|source| !source.trim().is_empty()) else {
            self.as_text(tag.raw, span);
            return;
        };
        self.make_room(span);
        self.out.push(open(Element::Picture(source.into()), span));
        if let Some(words) = tag.attribute("alt").filter(|words| !words.trim().is_empty()) {
            self.out.push(Node {
                span,
                kind: NodeKind::Text(Words::Owned(words.into())),
            });
        }
        self.out.push(Node {
            span,
            kind: NodeKind::Close,
        });
    }

    /// A tag that makes a block.
    pub(super) fn block(&mut self, tag: &Tag<'_>, span: Span, rest: &[Piece<'_>]) {
        let name = tag.name.as_str();
        match name {
            // Left out by many: what is open ends where the next one begins.
            "p" => self.close_if_open("p", &["div", "details", "blockquote", "td", "th", "li"]),
            "li" => self.close_if_open("li", &["ul", "ol"]),
            "tr" => self.close_if_open("tr", &["table"]),
            "td" | "th" => self.close_if_open("td", &["tr", "table"]),
            "dt" | "dd" => self.close_if_open("dd", &["dl"]),
            _ => {}
        }
        let fits = match name {
            "li" => self.room() == Room::List && !self.is_plain(),
            "tr" => self.room() == Room::Table && !self.is_plain(),
            "td" | "th" => {
                if self.room() == Room::Table && !self.is_plain() {
                    self.step_in(span);
                }
                self.room() == Room::Row && !self.is_plain()
            }
            "summary" => {
                let top = self.open.last();
                top.is_some_and(|entry| entry.what == What::Tag("details".to_owned()))
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.is_in_summary() => {
                self.phrase(tag, Element::Strong, span);
                return;
            }
            _ => self.make_room_for_block(span),
        };
        if !fits {
            match name {
                // Among words a paragraph is a new line.
                "p" | "div" | "center" => self.out.push(Node {
                    span,
                    kind: NodeKind::HardBreak,
                }),
                _ => self.as_text(tag.raw, span),
            }
            return;
        }
        let alignment = match tag.attribute("align").map(str::to_ascii_lowercase).as_deref() {
            Some("center") => Alignment::Center,
            Some("right") => Alignment::Right,
            _ if name == "center" => Alignment::Center,
            _ => Alignment::None,
        };
        let (room, element) = match name {
            "blockquote" => (Room::Flow, Some(Element::Quote)),
            "details" => (Room::Flow, Some(Element::Details(tag.attribute("open").is_some()))),
            "summary" => (Room::Phrasing, Some(Element::Summary)),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes()[1] - b'0';
                let heading = Element::Heading {
                    level,
                    anchor: "".into(),
                };
                (Room::Phrasing, Some(heading))
            }
            "hr" => {
                self.out.push(Node {
                    span,
                    kind: NodeKind::Rule,
                });
                return;
            }
            "ul" => (Room::List, Some(Element::List(None))),
            "ol" => (Room::List, Some(Element::List(Some(1)))),
            "li" => (Room::Cell, Some(Element::Item { number: None })),
            "table" => (Room::Table, Some(Element::Table(Box::default()))),
            "tr" => {
                let is_head = self.open.last().is_some_and(|entry| entry.rows == 0) && is_head(rest);
                if let Some(entry) = self.open.last_mut() {
                    entry.rows += 1;
                }
                let element = if is_head { Element::TableHead } else { Element::TableRow };
                (Room::Row, Some(element))
            }
            "td" | "th" => (Room::Cell, Some(Element::TableCell)),
            _ if alignment != Alignment::None => (Room::Flow, Some(Element::Division(alignment))),
            _ => (Room::Flow, None),
        };
        let name = match name {
            "th" => "td",
            "dt" => "dd",
            name => name,
        };
        self.push(What::Tag(name.to_owned()), room, element.map(|element| open(element, span)));
    }

    pub(super) fn is_in_summary(&self) -> bool {
        self.open
            .iter()
            .rev()
            .any(|entry| entry.what == What::Tag("summary".to_owned()))
    }

    /// The nearest open element of a tag, no element of Markdown and none of `stops` lying between.
    pub(super) fn find(&self, name: &str, stops: &[&str]) -> Option<usize> {
        for (index, entry) in self.open.iter().enumerate().rev() {
            match &entry.what {
                What::Tag(tag) if tag == name => return Some(index),
                What::Tag(tag) if stops.contains(&tag.as_str()) => return None,
                What::Markdown | What::Indented => return None,
                _ => {}
            }
        }
        None
    }

    pub(super) fn close_if_open(&mut self, name: &str, stops: &[&str]) {
        if let Some(index) = self.find(name, stops) {
            self.close_down_to(index);
        }
    }

    pub(super) fn close(&mut self, name: &str) {
        let name = match name {
            "th" => "td",
            "dt" => "dd",
            name => name,
        };
        let stops: &[&str] = match name {
            "td" | "tr" | "li" => &["table", "ul", "ol"],
            _ => &[],
        };
        // One that closes nothing says nothing.
        self.close_if_open(name, stops);
    }

    pub(super) fn close_down_to(&mut self, index: usize) {
        while self.open.len() > index {
            self.pop();
        }
    }

    /// A paragraph that is one formula. Tells whether it was taken.
    pub(super) fn verbatim(&mut self, inside: &[Node], span: Span) -> bool {
        let is_math =
            matches!(inside.first().map(|node| &node.kind), Some(NodeKind::Text(words)) if words.of(self.text).starts_with("$$"));
        if !is_math {
            return false;
        }
        let words = span.of(self.text).trim();
        let inner = words.strip_prefix("$$").and_then(|words| words.strip_suffix("$$"));
        let Some(inner) = inner.filter(|inner| !inner.trim().is_empty() && !inner.contains("$$")) else {
            return false;
        };
        let formula = inner.trim_matches('\n').to_owned();
        if !self.is_plain() {
            self.make_room_for_block(span);
        }
        self.out.push(Node {
            span,
            kind: NodeKind::Verbatim(Verbatim::Formula, formula.into()),
        });
        true
    }
}

fn shapes(name: &str) -> bool {
    SHAPING.binary_search(&name).is_ok()
}

/// Whether all cells of the row that begins before these pieces are headings.
fn is_head(rest: &[Piece<'_>]) -> bool {
    let mut has_heading = false;
    for piece in rest {
        let Piece::Tag(tag) = piece else { continue };
        match tag.name.as_str() {
            "th" => has_heading = true,
            "td" => return false,
            "tr" | "table" => break,
            _ => {}
        }
    }
    has_heading
}

/// Whether a name may be a place to link to: letters, digits, `-`, `_` and `.`.
fn is_place(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 200
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::SHAPING;

    #[test]
    fn tags_are_sorted() {
        assert!(SHAPING.is_sorted());
    }
}
