//! The leaves of the walk: words, code, HTML, and the ends of headings and code blocks.

use pulldown_cmark::CowStr;

use crate::command::mapped::one_line;
use crate::model::document::{Element, Node, NodeKind, Words};
use crate::model::place::Span;
use crate::parse::runbook::dialect::{shapes_text, tag_name};
use crate::parse::runbook::document::Builder;
use crate::parse::runbook::outline::{BlockKind, Fence, Heading, InlineCode};

impl Builder<'_> {
    /// Words of a paragraph, or lines of a code block.
    pub(crate) fn text(&mut self, words: &CowStr<'_>, span: Span) {
        let words_of = self.words(words, span);
        if let Some(fence) = &mut self.fence {
            match &words_of {
                Words::Source(source) => fence.body.push_exact(source.of(self.text), *source),
                Words::Owned(owned) => fence.body.push_instead(owned, span),
            }
            return;
        }
        self.open_block(BlockKind::Item, span);
        self.words_end = span.end;
        match &words_of {
            Words::Source(source) => {
                self.outline.plain.push_exact(source.of(self.text), *source);
                // The parser cuts words at every character that might be markup; the pieces are joined again.
                if let Some(Node {
                    span: last,
                    kind: NodeKind::Text(Words::Source(before)),
                }) = self.outline.nodes.last_mut()
                    && before.end == source.start
                {
                    before.end = source.end;
                    last.end = span.end;
                    return;
                }
            }
            Words::Owned(owned) => self.outline.plain.push_instead(owned, span),
        }
        self.push(NodeKind::Text(words_of), span);
    }

    /// Inline code.
    pub(crate) fn code(&mut self, words: &CowStr<'_>, span: Span) {
        self.open_block(BlockKind::Item, span);
        let start = self.outline.plain.text.len();
        let words_of = self.words(words, span);
        match &words_of {
            Words::Source(source) => self.outline.plain.push_exact(source.of(self.text), *source),
            Words::Owned(owned) => self.outline.plain.push_instead(owned, span),
        }
        self.words_end = span.end;
        self.outline.codes.push(InlineCode {
            plain: start..self.outline.plain.text.len(),
            is_in_link: !self.links.is_empty(),
        });
        self.push(NodeKind::Code(words_of), span);
    }

    /// HTML among words.
    pub(crate) fn inline_html(&mut self, words: &CowStr<'_>, span: Span) {
        self.open_block(BlockKind::Item, span);
        self.outline.html.push(span);
        self.words_end = span.end;
        let start = self.outline.plain.text.len();
        match tag_name(words) {
            Some("br") => self.outline.plain.push_instead("\n", span),
            Some(name) if !shapes_text(name) => {
                self.outline.plain.push_exact(span.of(self.text), span);
            }
            _ => {}
        }
        if let Some(heading) = &mut self.heading {
            heading.html.push(start..self.outline.plain.text.len());
        }
        let words = self.words(words, span);
        self.push(NodeKind::RawHtml(words), span);
    }

    /// A piece of an HTML block; pieces that follow each other become one node.
    pub(crate) fn html_block(&mut self, words: &CowStr<'_>, span: Span) {
        let words = self.words(words, span);
        if let Words::Source(source) = &words
            && let Some(Node {
                span: last,
                kind: NodeKind::RawHtml(Words::Source(before)),
            }) = self.outline.nodes.last_mut()
            && before.end == source.start
        {
            before.end = source.end;
            last.end = span.end;
            return;
        }
        self.push(NodeKind::RawHtml(words), span);
    }

    /// Gives a heading its anchor once all its words are known.
    pub(crate) fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        if heading.has_attributes && heading.id.is_none() {
            self.attributes_as_text(heading.span);
        }
        let index = self.block;
        self.close_block();
        let Some(block) = index.map(|index| &self.outline.blocks[index]) else {
            return;
        };
        let words = self.outline.words(block);
        let title = one_line(words);
        let mut visible = String::with_capacity(words.len());
        let mut from = block.plain.start;
        for html in &heading.html {
            visible.push_str(self.outline.plain.text.get(from..html.start).unwrap_or_default());
            from = html.end;
        }
        visible.push_str(self.outline.plain.text.get(from..block.plain.end).unwrap_or_default());
        let anchor = match heading.id {
            Some(id) => self.anchors.unique(&id),
            None => self.anchors.of_heading(&visible),
        };
        if let Some(node) = heading.node
            && let NodeKind::Open(Element::Heading { anchor: empty, .. }) = &mut self.outline.nodes[node].kind
        {
            *empty = anchor.as_str().into();
        }
        self.outline.headings.push(Heading {
            level: heading.level,
            title,
            anchor,
            span: heading.span,
        });
        // The heading stands in its own section.
        if let Some(index) = index {
            self.outline.blocks[index].section = self.section();
        }
    }

    /// Attributes in braces that are not just an id are words of the author, and shown as such.
    fn attributes_as_text(&mut self, heading: Span) {
        let words = heading.of(self.text);
        let from = (self.words_end.max(heading.start) - heading.start) as usize;
        let Some(rest) = words.get(from..) else { return };
        let Some(open) = rest.find('{') else { return };
        let close = rest.rfind('}').map_or(open, |at| at + 1);
        let span = Span::new(
            heading.start as usize + from + open,
            heading.start as usize + from + close.max(open),
        );
        self.outline.plain.push_instead(
            " ",
            Span {
                start: span.start,
                end: span.start,
            },
        );
        self.outline.plain.push_exact(span.of(self.text), span);
        self.push(NodeKind::Text(Words::Source(span)), span);
        self.words_end = span.end;
    }

    /// Ends a code block.
    pub(crate) fn end_fence(&mut self) {
        self.last_block = None;
        let Some(mut fence) = self.fence.take() else { return };
        fence.content = content(self.text, &fence);
        self.outline.fences.push(fence);
    }

    /// The words of an event: a piece of the source if they stand there as they are.
    fn words(&self, words: &CowStr<'_>, span: Span) -> Words {
        if let CowStr::Borrowed(borrowed) = words {
            let offset = borrowed.as_ptr().addr().wrapping_sub(self.tamed.as_ptr().addr());
            if offset <= self.tamed.len() && offset + borrowed.len() <= self.tamed.len() {
                let source = Span::new(self.start + offset, self.start + offset + borrowed.len());
                if span.contains(source) {
                    return Words::Source(source);
                }
            }
        }
        if span.of(self.text) == words.as_ref() {
            return Words::Source(span);
        }
        Words::Owned(words.as_ref().into())
    }
}

/// The bytes between the fences.
fn content(text: &str, fence: &Fence) -> Span {
    if !fence.body.text.is_empty() {
        return fence.body.span(0..fence.body.text.len());
    }
    let words = fence.span.of(text);
    let first_line = words.find('\n').map_or(words.len(), |at| at + 1);
    let at = fence.span.start + first_line as u32;
    Span { start: at, end: at }
}
