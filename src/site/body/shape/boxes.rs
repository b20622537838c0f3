//! Boxes of other programs: `:::note`, `!!! note`, short codes of Hugo and Jekyll.

use crate::model::document::{Admonition, Element, Node, NodeKind};
use crate::model::place::Span;
use crate::site::body::shape::mark::{Mark, exclaimed, mark};
use crate::site::body::shape::{MOST_OPEN, Room, Shaper, What, length, open};

impl Shaper<'_> {
    /// A paragraph with lines that mean something to other programs. Tells whether it was taken.
    pub(super) fn marks(&mut self, inside: &[Node], span: Span) -> bool {
        let lines: Vec<&[Node]> = inside.split(|node| node.kind == NodeKind::SoftBreak).collect();
        // Inside of words that are strong or a link over several lines nothing begins.
        let mut depth = 0_usize;
        let marks: Vec<Option<Mark>> = lines
            .iter()
            .map(|line| {
                let is_inside = depth > 0;
                for node in *line {
                    match node.kind {
                        NodeKind::Open(_) => depth += 1,
                        NodeKind::Close => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                }
                match line {
                    [
                        Node {
                            kind: NodeKind::Text(words),
                            ..
                        },
                    ] if !is_inside => mark(words.of(self.text)),
                    _ => None,
                }
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
                    let element = boxed(kind, &title);
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
    pub(super) fn mark_to_end(&self, name: &str) -> Option<usize> {
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
    pub(super) fn exclaimed(&mut self, nodes: &[Node], at: usize) -> usize {
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
        let element = boxed(kind, &title);
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
    pub(super) fn goes_on(&self, next: &Node) -> bool {
        let first = self.text.as_bytes().get(next.span.start as usize);
        next.kind == NodeKind::Open(Element::Quote) && matches!(first, Some(b' '))
    }
}

fn boxed(kind: &'static str, title: &str) -> Element {
    let title = title.into();
    Element::Admonition(Box::new(Admonition { kind, title }))
}
