//! The nodes of a text as they will be shown: HTML that only shapes words becomes typed nodes, boxes of other programs become boxes, and
//! everything else of HTML stays text.
//!
//! Nothing of an author's markup passes through: a tag is read, and what it means is written anew from a node. Tags may span blocks of
//! Markdown (`<details>`, a blank line, a list, `</details>`), so the tags that are open wait on one stack with the elements of Markdown,
//! and an element of Markdown that ends closes the tags inside it.

mod mark;
mod tag;

use crate::model::document::{Alignment, Element, Node, NodeKind, Phrase, Verbatim, Words};
use crate::model::place::Span;
use crate::model::runbook::{Field, Runbook};
use crate::site::body::shape::mark::{Mark, exclaimed, mark};
use crate::site::body::shape::tag::{Piece, Tag, decoded, pieces};

/// How many elements may be open at once; tags beyond are text.
const MOST_OPEN: usize = 100;

/// Tags that shape words or blocks. Any other is text.
const SHAPING: [&str; 57] = [
    "a",
    "b",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "nobr",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "wbr",
];

/// The nodes of a text as they will be shown.
pub(super) fn shaped(runbook: &Runbook) -> Vec<Node> {
    let nodes = &runbook.document.nodes;
    let mut shaper = Shaper {
        text: &runbook.text,
        title: runbook.title.as_deref(),
        out: Vec::with_capacity(nodes.len()),
        open: Vec::new(),
    };
    let fields = known_fields(runbook);
    // The header of the page says what a text says about itself above its first section.
    let is_section = |node: &Node| matches!(node.kind, NodeKind::Open(Element::Heading { level: 2.., .. }));
    let first_section = nodes.iter().position(is_section).unwrap_or(nodes.len());
    let mut at = 0;
    while at < nodes.len() {
        let is_block = matches!(nodes[at].kind, NodeKind::Open(Element::Paragraph | Element::List(None)));
        if is_block && at < first_section && !fields.is_empty() && shaper.open.is_empty() {
            let length = length(&nodes[at..]);
            if is_only_fields(&runbook.text, &nodes[at..at + length], &fields) {
                at += length;
                continue;
            }
        }
        at += shaper.take(nodes, at).max(1);
    }
    while shaper.pop() {}
    shaper.out
}

/// What may stand inside an element that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    /// Blocks; words get a paragraph.
    Flow,
    /// Words and blocks.
    Cell,
    /// Words.
    Phrasing,
    /// Items.
    List,
    /// Rows.
    Table,
    /// Cells.
    Row,
}

/// Who opened an element.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// Markdown.
    Markdown,
    /// Indented lines below `!!! note`, which go on after a blank line.
    Indented,
    /// A tag.
    Tag(String),
    /// Nobody: words that stood where only blocks may.
    Implied,
    /// A line such as `:::note`.
    Mark(String),
}

/// An element that is open.
struct Entry {
    what: What,
    room: Room,
    /// Where its node is; tags that only group have none.
    node: Option<usize>,
    /// How many rows it has, for a table.
    rows: usize,
}

struct Shaper<'text> {
    text: &'text str,
    title: Option<&'text str>,
    out: Vec<Node>,
    open: Vec<Entry>,
}

impl Shaper<'_> {
    /// Takes a node, and tells how many were taken.
    fn take(&mut self, nodes: &[Node], at: usize) -> usize {
        let node = &nodes[at];
        match &node.kind {
            NodeKind::Open(Element::Paragraph) => {
                let length = length(&nodes[at..]);
                let inside = &nodes[at + 1..at + length.max(2) - 1];
                if inside.iter().any(|node| matches!(node.kind, NodeKind::RawHtml(_))) && is_raw(self.text, inside) {
                    if self.raw_block(inside, node.span) {
                        return length;
                    }
                } else if self.verbatim(inside, node.span) || self.marks(inside, node.span) {
                    return length;
                }
                self.markdown(node, Room::Phrasing, false);
            }
            NodeKind::Open(Element::Quote) => {
                let taken = self.exclaimed(nodes, at);
                if taken > 0 {
                    return taken;
                }
                self.markdown(node, Room::Flow, false);
            }
            NodeKind::Open(element) => {
                let (room, is_inline) = room_of(element);
                self.markdown(node, room, is_inline);
            }
            NodeKind::Close => {
                while !matches!(
                    self.open.last().map(|entry| &entry.what),
                    None | Some(What::Markdown | What::Indented)
                ) {
                    self.pop();
                }
                if self.open.last().is_some_and(|entry| entry.what == What::Indented)
                    && nodes.get(at + 1).is_some_and(|next| self.goes_on(next))
                {
                    return 2;
                }
                self.pop();
            }
            NodeKind::RawHtml(words) => {
                let html = words.of(self.text);
                if self.is_between_blocks() {
                    // A comment, and what stands behind it; or a block of HTML, which may come in pieces.
                    let is_piece = |node: &&Node| matches!(node.kind, NodeKind::RawHtml(_));
                    let block = &nodes[at..at + nodes[at..].iter().take_while(is_piece).count()];
                    if !self.raw_block(block, node.span) {
                        self.out.extend(block.iter().cloned());
                    }
                    return block.len();
                }
                self.inline(html, node);
            }
            NodeKind::Rule => {
                self.make_room_for_block(node.span);
                self.out.push(node.clone());
            }
            NodeKind::Text(words) => {
                let words = words.of(self.text);
                if words.starts_with("{:")
                    && matches!(
                        self.out.last(),
                        Some(Node {
                            kind: NodeKind::Close,
                            ..
                        })
                    )
                    && let Some((_, rest)) = words.split_once('}')
                {
                    // Attributes that another program would give to the link before.
                    let rest = rest.to_owned();
                    self.words(&rest, node.span);
                } else if self.is_plain() {
                    self.out.push(node.clone());
                } else if !words.trim().is_empty() || self.room() == Room::Phrasing {
                    self.make_room(node.span);
                    self.out.push(node.clone());
                }
            }
            NodeKind::SoftBreak => {
                if matches!(self.room(), Room::Phrasing | Room::Cell) {
                    self.out.push(node.clone());
                }
            }
            _ => {
                if !self.is_plain() {
                    self.make_room(node.span);
                }
                self.out.push(node.clone());
            }
        }
        1
    }

    /// Whether the innermost open element is one of Markdown, so that whatever comes fits.
    fn is_plain(&self) -> bool {
        self.open
            .last()
            .is_none_or(|entry| matches!(entry.what, What::Markdown | What::Indented))
    }

    /// Whether Markdown has no words open, whatever tags are.
    fn is_between_blocks(&self) -> bool {
        let innermost = self
            .open
            .iter()
            .rev()
            .find(|entry| matches!(entry.what, What::Markdown | What::Indented));
        innermost.is_none_or(|entry| entry.room == Room::Flow)
    }

    fn room(&self) -> Room {
        self.open.last().map_or(Room::Flow, |entry| entry.room)
    }

    fn markdown(&mut self, node: &Node, room: Room, is_inline: bool) {
        if !self.is_plain() {
            if is_inline {
                self.make_room(node.span);
            } else {
                self.make_room_for_block(node.span);
            }
        }
        self.push(What::Markdown, room, Some(node.clone()));
    }

    fn push(&mut self, what: What, room: Room, node: Option<Node>) {
        let index = node.is_some().then_some(self.out.len());
        self.out.extend(node);
        self.open.push(Entry {
            what,
            room,
            node: index,
            rows: 0,
        });
    }

    fn pop(&mut self) -> bool {
        let Some(entry) = self.open.pop() else { return false };
        let Some(index) = entry.node else { return true };
        if matches!(entry.what, What::Tag(_)) {
            self.finish(index);
        }
        let span = self.out[index].span;
        self.out.push(Node {
            span,
            kind: NodeKind::Close,
        });
        true
    }

    /// What can be said of the element of a tag only when all its words are known.
    fn finish(&mut self, index: usize) {
        let (before, inside) = self.out.split_at_mut(index + 1);
        let span = before[index].span;
        match &mut before[index].kind {
            NodeKind::Open(Element::Heading { level, anchor }) => {
                let words: String = inside
                    .iter()
                    .filter_map(|node| match &node.kind {
                        NodeKind::Text(words) | NodeKind::Code(words) => Some(words.of(self.text)),
                        _ => None,
                    })
                    .collect();
                let words = words.trim();
                if *level == 1 && self.title != Some(words) {
                    *level = 2;
                }
                *anchor = slug(words).into();
            }
            NodeKind::Open(Element::Summary) => {
                let has_words = inside.iter().any(|node| match &node.kind {
                    NodeKind::Text(words) | NodeKind::Code(words) => !words.of(self.text).trim().is_empty(),
                    _ => false,
                });
                if !has_words {
                    self.out.push(Node {
                        span,
                        kind: NodeKind::Text(Words::Owned("Details".into())),
                    });
                }
            }
            _ => {}
        }
    }

    /// Makes sure that words may stand here.
    fn make_room(&mut self, span: Span) {
        loop {
            match self.room() {
                Room::Phrasing | Room::Cell => return,
                Room::Flow => self.push(What::Implied, Room::Phrasing, Some(open(Element::Paragraph, span))),
                Room::List | Room::Table | Room::Row => self.step_in(span),
            }
        }
    }

    /// Makes sure that a block may stand here; tells whether it may.
    fn make_room_for_block(&mut self, span: Span) -> bool {
        loop {
            match self.room() {
                Room::Flow | Room::Cell => return true,
                Room::Phrasing if self.is_plain() => return false,
                Room::Phrasing => {
                    self.pop();
                }
                Room::List | Room::Table | Room::Row if self.is_plain() => return false,
                Room::List | Room::Table | Room::Row => self.step_in(span),
            }
        }
    }

    /// Opens the item, row or cell that an author left out.
    fn step_in(&mut self, span: Span) {
        let (name, room, element) = match self.room() {
            Room::Table => ("tr", Room::Row, Element::TableRow),
            Room::Row => ("td", Room::Cell, Element::TableCell),
            _ => ("li", Room::Cell, Element::Item { number: None }),
        };
        if let Some(entry) = self.open.last_mut() {
            entry.rows += 1;
        }
        self.push(What::Tag(name.to_owned()), room, Some(open(element, span)));
    }

    fn words(&mut self, words: &str, span: Span) {
        if words.trim().is_empty() && self.room() != Room::Phrasing {
            return;
        }
        self.make_room(span);
        self.out.push(Node {
            span,
            kind: NodeKind::Text(Words::Owned(words.into())),
        });
    }

    fn as_text(&mut self, raw: &str, span: Span) {
        if !self.is_plain() || self.room() == Room::Flow {
            self.make_room(span);
        }
        self.out.push(Node {
            span,
            kind: NodeKind::RawHtml(Words::Owned(raw.into())),
        });
    }

    /// A paragraph of nothing but HTML. Tells whether it was taken.
    fn raw_block(&mut self, inside: &[Node], span: Span) -> bool {
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
    fn flow(&mut self, html: &str, span: Span) -> bool {
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

    fn preformatted(&mut self, pieces: &[Piece<'_>], span: Span) {
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
    fn inline(&mut self, html: &str, node: &Node) {
        let pieces = pieces(html);
        let is_shaping = |piece: &Piece<'_>| matches!(piece, Piece::Tag(tag) if shapes(&tag.name) && tag.name != "pre");
        if !pieces.iter().any(is_shaping) {
            self.out.push(node.clone());
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
    fn tag(&mut self, tag: &Tag<'_>, span: Span, rest: &[Piece<'_>]) {
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
    fn transparent(&self) -> Room {
        self.room()
    }

    fn phrase(&mut self, tag: &Tag<'_>, element: Element, span: Span) {
        self.make_room(span);
        self.push(What::Tag(tag.name.clone()), Room::Phrasing, Some(open(element, span)));
    }

    fn image(&mut self, tag: &Tag<'_>, span: Span) {
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
    fn block(&mut self, tag: &Tag<'_>, span: Span, rest: &[Piece<'_>]) {
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

    fn is_in_summary(&self) -> bool {
        self.open
            .iter()
            .rev()
            .any(|entry| entry.what == What::Tag("summary".to_owned()))
    }

    /// The nearest open element of a tag, no element of Markdown and none of `stops` lying between.
    fn find(&self, name: &str, stops: &[&str]) -> Option<usize> {
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

    fn close_if_open(&mut self, name: &str, stops: &[&str]) {
        if let Some(index) = self.find(name, stops) {
            self.close_down_to(index);
        }
    }

    fn close(&mut self, name: &str) {
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

    fn close_down_to(&mut self, index: usize) {
        while self.open.len() > index {
            self.pop();
        }
    }

    /// A paragraph that is one formula. Tells whether it was taken.
    fn verbatim(&mut self, inside: &[Node], span: Span) -> bool {
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

    /// A paragraph with lines that mean something to other programs. Tells whether it was taken.
    fn marks(&mut self, inside: &[Node], span: Span) -> bool {
        let lines: Vec<&[Node]> = inside.split(|node| node.kind == NodeKind::SoftBreak).collect();
        let marks: Vec<Option<Mark>> = lines
            .iter()
            .map(|line| match line {
                [
                    Node {
                        kind: NodeKind::Text(words),
                        ..
                    },
                ] => mark(words.of(self.text)),
                _ => None,
            })
            .collect();
        if marks.iter().all(Option::is_none) {
            return false;
        }
        if !self.is_plain() && !self.make_room_for_block(span) {
            return false;
        }
        let mut is_open = false;
        for (line, mark) in lines.into_iter().zip(marks) {
            let ends = match &mark {
                Some(Mark::End(name)) => self.mark_to_end(name),
                _ => None,
            };
            match mark {
                Some(Mark::Begin(name, kind, title)) if self.open.len() < MOST_OPEN => {
                    if std::mem::take(&mut is_open) {
                        self.pop();
                    }
                    let element = Element::Admonition(kind, title.into());
                    self.push(What::Mark(name), Room::Flow, Some(open(element, span)));
                }
                Some(Mark::End(_)) if ends.is_some() => {
                    is_open = false;
                    self.close_down_to(ends.unwrap_or_default());
                }
                Some(Mark::Hidden) => {}
                Some(Mark::End(name)) if !name.is_empty() => {}
                other => {
                    if is_open {
                        self.out.push(Node {
                            span,
                            kind: NodeKind::SoftBreak,
                        });
                    } else {
                        self.push(What::Implied, Room::Phrasing, Some(open(Element::Paragraph, span)));
                        is_open = true;
                    }
                    if let (
                        Some(Mark::Template),
                        [
                            Node {
                                kind: NodeKind::Text(words),
                                span,
                            },
                        ],
                    ) = (&other, line)
                    {
                        let words = words.of(self.text).trim().into();
                        self.out.push(Node {
                            span: *span,
                            kind: NodeKind::Template(words),
                        });
                    } else {
                        self.out.extend(line.iter().cloned());
                    }
                }
            }
        }
        if is_open {
            self.pop();
        }
        true
    }

    /// The nearest open box that a mark may end.
    fn mark_to_end(&self, name: &str) -> Option<usize> {
        for (index, entry) in self.open.iter().enumerate().rev() {
            match &entry.what {
                What::Mark(open) if name.is_empty() || open == name => return Some(index),
                What::Markdown | What::Indented => return None,
                _ => {}
            }
        }
        None
    }

    /// A quote that was `!!! note` with indented lines: the reader of the text marks such lines as quoted. Tells how many nodes were taken.
    fn exclaimed(&mut self, nodes: &[Node], at: usize) -> usize {
        let (Some(first), Some(paragraph)) = (self.text.as_bytes().get(nodes[at].span.start as usize), nodes.get(at + 1)) else {
            return 0;
        };
        if !matches!(first, b'!' | b'?' | b'=') || paragraph.kind != NodeKind::Open(Element::Paragraph) {
            return 0;
        }
        let line = paragraph.span.of(self.text).lines().next().unwrap_or_default();
        let Some((kind, title)) = exclaimed(line) else { return 0 };
        if !self.is_plain() {
            self.make_room_for_block(nodes[at].span);
        }
        let element = Element::Admonition(kind, title.into());
        self.push(What::Indented, Room::Flow, Some(open(element, nodes[at].span)));
        // The first line is the title.
        let end = at + 1 + length(&nodes[at + 1..]);
        let title_end = nodes[at + 2..end]
            .iter()
            .position(|node| node.kind == NodeKind::SoftBreak)
            .map(|offset| at + 2 + offset);
        match title_end {
            Some(break_at) => {
                self.push(What::Markdown, Room::Phrasing, Some(paragraph.clone()));
                break_at + 1 - at
            }
            None => end - at,
        }
    }

    /// Whether a node goes on with indented lines.
    fn goes_on(&self, next: &Node) -> bool {
        let first = self.text.as_bytes().get(next.span.start as usize);
        next.kind == NodeKind::Open(Element::Quote) && matches!(first, Some(b' '))
    }
}

/// The fields about a text that the page of a runbook shows itself: who answers for it, its dates, its version.
pub(crate) fn known_fields(runbook: &Runbook) -> Vec<&Field> {
    let metadata = &runbook.metadata;
    let mut known: Vec<Span> = metadata.owners.iter().map(|owner| owner.span).collect();
    let dates = [&metadata.reviewed, &metadata.updated, &metadata.next_review];
    known.extend(dates.into_iter().flatten().map(|date| date.span));
    let words = [&metadata.version, &metadata.status, &metadata.criticality];
    known.extend(words.into_iter().flatten().map(|word| word.span));
    known.extend(metadata.interval.as_ref().map(|interval| interval.span));
    let front = metadata.front_matter.unwrap_or_default();
    let fields = metadata.fields.iter().filter(|field| !front.contains(field.span));
    fields
        .filter(|field| known.iter().any(|span| field.span.contains(*span)))
        .collect()
}

/// Whether all words of some nodes belong to fields.
fn is_only_fields(text: &str, nodes: &[Node], fields: &[&Field]) -> bool {
    let mut has_field = false;
    for node in nodes {
        match &node.kind {
            NodeKind::Text(words) | NodeKind::Code(words) => {
                let is_field = fields.iter().any(|field| field.span.contains(node.span));
                let is_between = words.of(text).chars().all(|character| !character.is_alphanumeric());
                if !is_field && !is_between {
                    return false;
                }
                has_field |= is_field;
            }
            NodeKind::Open(
                Element::Paragraph | Element::List(_) | Element::Item { .. } | Element::Strong | Element::Emphasis,
            )
            | NodeKind::Close
            | NodeKind::SoftBreak
            | NodeKind::HardBreak => {}
            _ => return false,
        }
    }
    has_field
}

fn shapes(name: &str) -> bool {
    SHAPING.binary_search(&name).is_ok()
}

fn open(element: Element, span: Span) -> Node {
    Node {
        span,
        kind: NodeKind::Open(element),
    }
}

/// What may stand in an element of Markdown, and whether it stands among words itself.
fn room_of(element: &Element) -> (Room, bool) {
    match element {
        Element::Emphasis | Element::Strong | Element::Strikethrough | Element::Link(_) | Element::Image(_) => {
            (Room::Phrasing, true)
        }
        Element::List(_) => (Room::List, false),
        Element::Item { .. } | Element::TableCell => (Room::Cell, false),
        Element::Table(_) => (Room::Table, false),
        Element::TableHead | Element::TableRow => (Room::Row, false),
        Element::Heading { .. } | Element::CodeBlock(_) | Element::Paragraph => (Room::Phrasing, false),
        _ => (Room::Flow, false),
    }
}

/// Whether nodes are raw HTML, blanks and line ends only.
fn is_raw(text: &str, nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match &node.kind {
        NodeKind::RawHtml(_) | NodeKind::SoftBreak => true,
        NodeKind::Text(words) => words.of(text).trim().is_empty(),
        _ => false,
    })
}

/// How many nodes an element has that begins here, with its ends.
fn length(nodes: &[Node]) -> usize {
    let mut depth = 0_usize;
    for (index, node) in nodes.iter().enumerate() {
        match node.kind {
            NodeKind::Open(_) => depth += 1,
            NodeKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    nodes.len()
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

/// An anchor for a heading: small letters, digits, `-` and `_`, each blank a hyphen.
fn slug(words: &str) -> String {
    words
        .to_lowercase()
        .chars()
        .filter_map(|character| match character {
            _ if character.is_alphanumeric() => Some(character),
            '-' | '_' => Some(character),
            ' ' | '\n' => Some('-'),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::SHAPING;

    #[test]
    fn tags_are_sorted() {
        assert!(SHAPING.is_sorted());
    }
}
