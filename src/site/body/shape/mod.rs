//! The nodes of a text as they will be shown: HTML that only shapes words becomes typed nodes, boxes of other programs become boxes, and
//! everything else of HTML stays text.
//!
//! Nothing of an author's markup passes through: a tag is read, and what it means is written anew from a node. Tags may span blocks of
//! Markdown (`<details>`, a blank line, a list, `</details>`), so the tags that are open wait on one stack with the elements of Markdown,
//! and an element of Markdown that ends closes the tags inside it.

mod boxes;
mod html;
mod mark;
mod tag;

use crate::model::document::{Element, Node, NodeKind, Words};
use crate::model::place::Span;
use crate::model::runbook::{Field, Runbook};

/// How many elements may be open at once; tags beyond are text.
const MOST_OPEN: usize = 100;

/// The nodes of a text as they will be shown.
pub(super) fn shaped(runbook: &Runbook) -> Vec<Node> {
    let nodes = runbook.document.nodes();
    let nodes = nodes.as_slice();
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
                        self.raw(block, node.span);
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

    /// HTML that shapes nothing, and is shown as it was written.
    fn raw(&mut self, nodes: &[Node], span: Span) {
        if !self.is_plain() && matches!(self.room(), Room::List | Room::Table | Room::Row) {
            self.make_room(span);
        }
        self.out.extend(nodes.iter().cloned());
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
pub(super) fn length(nodes: &[Node]) -> usize {
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
