//! The nodes of a text in a few bytes each. A text is kept for as long as anything is made of it, and its nodes would be twice as large as
//! itself; unpacked they are only where they are looked at.
//!
//! A byte for the kind, then numbers of seven bits a byte: how far the node begins from where the one before began, how long it is, and
//! what its kind needs. What is rare, or has words of its own, stands beside.

use crate::model::bytes::{Packed, put_number, put_part, put_signed};
use crate::model::document::{Element, Node, NodeKind, Words};
use crate::model::place::Span;

/// A text as nodes in writing order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) bytes: Box<[u8]>,
    /// Kinds that have no form in bytes, in the order in which they are met.
    pub(crate) others: Box<[NodeKind]>,
    pub(crate) count: u32,
    /// Whether a node is raw HTML.
    pub(crate) has_html: bool,
    /// Whether a node is inline code.
    pub(crate) has_code: bool,
}

/// The kinds that have a form in bytes.
mod tag {
    pub(super) const OTHER: u8 = 0;
    /// A close that covers what its element covers.
    pub(super) const CLOSE: u8 = 1;
    pub(super) const CLOSE_AT: u8 = 2;
    /// Words that are the whole node.
    pub(super) const TEXT: u8 = 3;
    pub(super) const TEXT_AT: u8 = 4;
    pub(super) const CODE_AT: u8 = 5;
    pub(super) const HTML_AT: u8 = 6;
    pub(super) const SOFT_BREAK: u8 = 7;
    pub(super) const PARAGRAPH: u8 = 8;
    pub(super) const HEADING: u8 = 9;
    pub(super) const LIST: u8 = 10;
    pub(super) const LIST_FROM: u8 = 11;
    pub(super) const ITEM: u8 = 12;
    pub(super) const ITEM_OF: u8 = 13;
    pub(super) const CODE_BLOCK: u8 = 14;
    pub(super) const TABLE_HEAD: u8 = 15;
    pub(super) const TABLE_ROW: u8 = 16;
    pub(super) const TABLE_CELL: u8 = 17;
    pub(super) const EMPHASIS: u8 = 18;
    pub(super) const STRONG: u8 = 19;
    pub(super) const LINK: u8 = 20;
    pub(super) const IMAGE: u8 = 21;
}

impl Document {
    /// Packs nodes.
    pub(crate) fn of(nodes: &[Node]) -> Self {
        let mut packer = Packer {
            bytes: Vec::with_capacity(6 * nodes.len()),
            others: Vec::new(),
            open: Vec::new(),
            before: 0,
        };
        for node in nodes {
            packer.node(node);
        }
        Self {
            bytes: packer.bytes.into(),
            others: packer.others.into(),
            count: nodes.len() as u32,
            has_html: nodes.iter().any(|node| matches!(node.kind, NodeKind::RawHtml(_))),
            has_code: nodes.iter().any(|node| matches!(node.kind, NodeKind::Code(_))),
        }
    }

    /// The raw HTML, where there is any.
    pub(crate) fn html(&self) -> Vec<Node> {
        self.only(self.has_html, |kind| matches!(kind, NodeKind::RawHtml(_)))
    }

    /// The inline code, where there is any.
    pub(crate) fn code(&self) -> Vec<Node> {
        self.only(self.has_code, |kind| matches!(kind, NodeKind::Code(_)))
    }

    fn only(&self, has_some: bool, is_wanted: impl Fn(&NodeKind) -> bool) -> Vec<Node> {
        let mut nodes = if has_some { self.nodes() } else { Vec::new() };
        nodes.retain(|node| is_wanted(&node.kind));
        nodes
    }

    /// The nodes as they were.
    pub(crate) fn nodes(&self) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(self.count as usize);
        let mut reader = Reader {
            packed: Packed { rest: &self.bytes },
            others: self.others.iter(),
            open: Vec::new(),
            before: 0,
        };
        while let Some(node) = reader.node() {
            nodes.push(node);
        }
        nodes
    }
}

struct Packer {
    bytes: Vec<u8>,
    others: Vec<NodeKind>,
    /// What the open elements cover.
    open: Vec<Span>,
    /// Where the node before begins.
    before: u32,
}

impl Packer {
    fn node(&mut self, node: &Node) {
        let span = node.span;
        match &node.kind {
            NodeKind::Open(element) => {
                self.element(element, &node.kind, span);
                self.open.push(span);
            }
            NodeKind::Close => {
                if self.open.pop() == Some(span) {
                    self.bytes.push(tag::CLOSE);
                } else {
                    self.place(tag::CLOSE_AT, span);
                }
            }
            NodeKind::Text(Words::Source(words)) if *words == span => self.place(tag::TEXT, span),
            NodeKind::Text(Words::Source(words)) => self.words(tag::TEXT_AT, span, *words),
            NodeKind::Code(Words::Source(words)) => self.words(tag::CODE_AT, span, *words),
            NodeKind::RawHtml(Words::Source(words)) => self.words(tag::HTML_AT, span, *words),
            NodeKind::SoftBreak => self.place(tag::SOFT_BREAK, span),
            other => self.other(other, span),
        }
    }

    fn element(&mut self, element: &Element, kind: &NodeKind, span: Span) {
        match element {
            Element::Paragraph => self.place(tag::PARAGRAPH, span),
            Element::Heading { level, anchor } => {
                self.place(tag::HEADING, span);
                self.bytes.push(*level);
                put_part(&mut self.bytes, anchor.as_bytes());
            }
            Element::List(None) => self.place(tag::LIST, span),
            Element::List(Some(number)) => self.numbered(tag::LIST_FROM, span, *number),
            Element::Item { number: None } => self.place(tag::ITEM, span),
            Element::Item { number: Some(number) } => self.numbered(tag::ITEM_OF, span, *number),
            Element::CodeBlock(index) => self.numbered(tag::CODE_BLOCK, span, u64::from(*index)),
            Element::TableHead => self.place(tag::TABLE_HEAD, span),
            Element::TableRow => self.place(tag::TABLE_ROW, span),
            Element::TableCell => self.place(tag::TABLE_CELL, span),
            Element::Emphasis => self.place(tag::EMPHASIS, span),
            Element::Strong => self.place(tag::STRONG, span),
            Element::Link(index) => self.numbered(tag::LINK, span, u64::from(*index)),
            Element::Image(index) => self.numbered(tag::IMAGE, span, u64::from(*index)),
            _ => self.other(kind, span),
        }
    }

    fn other(&mut self, kind: &NodeKind, span: Span) {
        self.place(tag::OTHER, span);
        self.others.push(kind.clone());
    }

    fn numbered(&mut self, tag: u8, span: Span, number: u64) {
        self.place(tag, span);
        self.number(number);
    }

    fn words(&mut self, tag: u8, span: Span, words: Span) {
        self.place(tag, span);
        self.step(span.start, words.start);
        self.number(u64::from(words.end.wrapping_sub(words.start)));
    }

    fn place(&mut self, tag: u8, span: Span) {
        self.bytes.push(tag);
        self.step(self.before, span.start);
        self.number(u64::from(span.end.wrapping_sub(span.start)));
        self.before = span.start;
    }

    /// How far it is from one place to another, forwards or backwards.
    fn step(&mut self, from: u32, to: u32) {
        put_signed(&mut self.bytes, i64::from(to) - i64::from(from));
    }

    fn number(&mut self, number: u64) {
        put_number(&mut self.bytes, number);
    }
}

struct Reader<'packed> {
    packed: Packed<'packed>,
    others: std::slice::Iter<'packed, NodeKind>,
    open: Vec<Span>,
    before: u32,
}

impl Reader<'_> {
    fn node(&mut self) -> Option<Node> {
        let tag = self.packed.byte()?;
        if tag == tag::CLOSE {
            let span = self.open.pop()?;
            return Some(Node {
                span,
                kind: NodeKind::Close,
            });
        }
        let start = self.step(self.before)?;
        let end = start.wrapping_add(self.packed.number()? as u32);
        let span = Span { start, end };
        self.before = start;
        let kind = match tag {
            tag::OTHER => self.others.next()?.clone(),
            tag::CLOSE_AT => {
                self.open.pop();
                NodeKind::Close
            }
            tag::TEXT => NodeKind::Text(Words::Source(span)),
            tag::TEXT_AT => NodeKind::Text(self.words(start)?),
            tag::CODE_AT => NodeKind::Code(self.words(start)?),
            tag::HTML_AT => NodeKind::RawHtml(self.words(start)?),
            tag::SOFT_BREAK => NodeKind::SoftBreak,
            _ => NodeKind::Open(self.element(tag)?),
        };
        if matches!(kind, NodeKind::Open(_)) {
            self.open.push(span);
        }
        Some(Node { span, kind })
    }

    fn element(&mut self, tag: u8) -> Option<Element> {
        Some(match tag {
            tag::PARAGRAPH => Element::Paragraph,
            tag::HEADING => {
                let level = self.packed.byte()?;
                Element::Heading {
                    level,
                    anchor: self.packed.text()?.into(),
                }
            }
            tag::LIST => Element::List(None),
            tag::LIST_FROM => Element::List(Some(self.packed.number()?)),
            tag::ITEM => Element::Item { number: None },
            tag::ITEM_OF => Element::Item {
                number: Some(self.packed.number()?),
            },
            tag::CODE_BLOCK => Element::CodeBlock(self.packed.number()? as u32),
            tag::TABLE_HEAD => Element::TableHead,
            tag::TABLE_ROW => Element::TableRow,
            tag::TABLE_CELL => Element::TableCell,
            tag::EMPHASIS => Element::Emphasis,
            tag::STRONG => Element::Strong,
            tag::LINK => Element::Link(self.packed.number()? as u32),
            tag::IMAGE => Element::Image(self.packed.number()? as u32),
            _ => return None,
        })
    }

    fn words(&mut self, from: u32) -> Option<Words> {
        let start = self.step(from)?;
        let end = start.wrapping_add(self.packed.number()? as u32);
        Some(Words::Source(Span { start, end }))
    }

    fn step(&mut self, from: u32) -> Option<u32> {
        Some((i64::from(from) + self.packed.signed()?) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::Document;
    use crate::model::document::{Alignment, Element, Node, NodeKind, Words};
    use crate::model::place::Span;

    fn node(start: u32, end: u32, kind: NodeKind) -> Node {
        Node {
            span: Span { start, end },
            kind,
        }
    }

    #[test]
    fn nodes_are_what_they_were() {
        let words = |start, end| Words::Source(Span { start, end });
        let open = |element| NodeKind::Open(element);
        let nodes = vec![
            node(
                0,
                300,
                open(Element::Heading {
                    level: 2,
                    anchor: "zwölf".into(),
                }),
            ),
            node(3, 9, NodeKind::Text(words(3, 9))),
            node(0, 300, NodeKind::Close),
            node(300, u32::MAX, open(Element::List(Some(u64::MAX)))),
            node(300, 400, open(Element::Item { number: Some(1 << 40) })),
            node(301, 309, NodeKind::Code(words(302, 308))),
            node(310, 320, NodeKind::Text(Words::Owned("&".into()))),
            node(5, 4, NodeKind::RawHtml(words(9, 2))),
            node(321, 322, NodeKind::SoftBreak),
            node(322, 323, NodeKind::HardBreak),
            node(323, 324, NodeKind::TaskBox(true)),
            node(300, 401, NodeKind::Close),
            node(400, 500, open(Element::Table(vec![Alignment::None, Alignment::Right].into()))),
            node(400, 500, open(Element::Alert("warning"))),
            node(400, 500, NodeKind::Close),
            node(400, 500, NodeKind::Close),
            node(300, u32::MAX, NodeKind::Close),
            node(1, 2, NodeKind::Close),
            node(7, 8, open(Element::Link(u32::MAX))),
        ];
        assert_eq!(Document::of(&nodes).nodes(), nodes);
        assert!(Document::of(&[]).nodes().is_empty());
    }
}
