//! Text -> nodes and outline, in one walk over the events of the Markdown parser.

mod leaf;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::command::mapped::Mapped;
use crate::model::document::{Element, Node, NodeKind};
use crate::model::place::Span;
use crate::model::runbook::Link;
use crate::parse::runbook::anchor::{Anchors, is_plain_id};
use crate::parse::runbook::dialect::{alert, alignment, level_number, link_form, options, written_number};
use crate::parse::runbook::directive::opened;
use crate::parse::runbook::guard::{MAX_DEPTH, tamed};
use crate::parse::runbook::indented::quoted;
use crate::parse::runbook::outline::{Block, BlockKind, Fence, Item, LinkForm, List, Outline, OutlineLink, Row};

/// Reads a text from an offset on, behind its front matter. Every span counts from the start of the text.
pub(crate) fn outline(text: &str, start: usize) -> Outline {
    let body = text.get(start..).unwrap_or_default();
    let quoted = quoted(body);
    let opened = opened(&quoted);
    let tamed = tamed(&opened);
    let mut builder = Builder {
        text,
        tamed: &tamed,
        start,
        outline: Outline::default(),
        frames: Vec::new(),
        depth: 0,
        block: None,
        last_block: None,
        lists: Vec::new(),
        items: Vec::new(),
        fence: None,
        links: Vec::new(),
        heading: None,
        anchors: Anchors::default(),
        words_end: 0,
    };
    for (event, range) in Parser::new_ext(&tamed, options()).into_offset_iter() {
        let span = Span::new(start + range.start, start + range.end);
        builder.event(event, span);
    }
    builder.close_block();
    let mut outline = builder.outline;
    // Inner ones end first.
    outline.strong.sort_by_key(|range| range.start);
    outline.emphasis.sort_by_key(|range| range.start);
    outline
}

/// The state of the walk.
struct Builder<'text> {
    text: &'text str,
    /// What the parser reads: the body, with hostile nesting made harmless.
    tamed: &'text str,
    /// Where the body starts in the text.
    start: usize,
    outline: Outline,
    /// The open elements: whether a node was made for each.
    frames: Vec<Frame>,
    /// How many of the open elements have a node.
    depth: usize,
    /// The open block: its index.
    block: Option<usize>,
    /// The block that was closed last, unless something else than a list followed it.
    last_block: Option<usize>,
    /// The open lists.
    lists: Vec<usize>,
    /// The open items.
    items: Vec<usize>,
    /// The open code block.
    fence: Option<Fence>,
    /// The open links.
    links: Vec<usize>,
    /// The open heading.
    heading: Option<OpenHeading>,
    anchors: Anchors,
    /// Where the last words ended in the source.
    words_end: u32,
}

/// An element that was opened.
struct Frame {
    /// Whether it has a node; elements that are nested too deeply have none.
    has_node: bool,
    /// Where its words begin in the plain text.
    plain: usize,
}

/// A heading whose words are still being read.
struct OpenHeading {
    node: Option<usize>,
    level: u8,
    span: Span,
    id: Option<String>,
    has_attributes: bool,
    /// HTML in its words, in the plain text, which the anchor leaves out.
    html: Vec<Range<usize>>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Text(words) => self.text(&words, span),
            Event::Code(words) => self.code(&words, span),
            Event::Html(words) => self.html_block(&words, span),
            Event::InlineHtml(words) => self.inline_html(&words, span),
            Event::SoftBreak => {
                self.open_block(BlockKind::Item, span);
                self.outline.plain.push_instead("\n", span);
                self.push(NodeKind::SoftBreak, span);
            }
            Event::HardBreak => {
                self.open_block(BlockKind::Item, span);
                self.outline.plain.push_instead("\n", span);
                self.push(NodeKind::HardBreak, span);
            }
            Event::Rule => {
                self.close_block();
                self.last_block = None;
                self.push(NodeKind::Rule, span);
            }
            Event::TaskListMarker(is_done) => {
                if let Some(item) = self.items.last() {
                    self.outline.items[*item].task = Some(is_done);
                }
                self.push(NodeKind::TaskBox(is_done), span);
            }
            Event::FootnoteReference(label) => {
                self.push(NodeKind::FootnoteReference(label.as_ref().into()), span);
            }
            // Math is off.
            Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span) {
        let element = match tag {
            Tag::Paragraph => {
                self.close_block();
                self.open_block(BlockKind::Paragraph, span);
                Element::Paragraph
            }
            Tag::Heading {
                level,
                id,
                classes,
                attrs,
            } => {
                self.close_block();
                let level = level_number(level);
                let id = id.map(|id| id.to_string());
                self.heading = Some(OpenHeading {
                    node: (self.depth < MAX_DEPTH).then_some(self.outline.nodes.len()),
                    level,
                    span,
                    has_attributes: id.is_some() || !classes.is_empty() || !attrs.is_empty(),
                    id: id.filter(|id| is_plain_id(id) && classes.is_empty() && attrs.is_empty()),
                    html: Vec::new(),
                });
                self.open_block(BlockKind::Heading, span);
                Element::Heading {
                    level,
                    anchor: "".into(),
                }
            }
            Tag::BlockQuote(kind) => {
                self.close_block();
                kind.map_or(Element::Quote, |kind| Element::Alert(alert(kind)))
            }
            Tag::CodeBlock(kind) => {
                self.close_block();
                self.fence = Some(Fence {
                    info: match kind {
                        CodeBlockKind::Fenced(info) => Some(info.to_string()),
                        CodeBlockKind::Indented => None,
                    },
                    span,
                    content: span,
                    body: Mapped::default(),
                    section: self.section(),
                    lead: self.last_block.take(),
                });
                Element::CodeBlock(self.outline.fences.len() as u32)
            }
            Tag::HtmlBlock => {
                self.close_block();
                self.last_block = None;
                self.outline.html.push(span);
                if span.of(self.text).trim_start().starts_with("<!--") {
                    // A comment is no paragraph.
                    self.frames.push(Frame {
                        has_node: false,
                        plain: self.outline.plain.text.len(),
                    });
                    return;
                }
                Element::Paragraph
            }
            Tag::List(number) => {
                self.close_block();
                self.outline.lists.push(List {
                    lead: self.last_block.take(),
                    parent: self.items.last().copied(),
                    is_ordered: number.is_some(),
                });
                self.lists.push(self.outline.lists.len() - 1);
                Element::List(number)
            }
            Tag::Item => {
                self.close_block();
                self.last_block = None;
                let list = self.lists.last().copied().unwrap_or_default();
                let is_ordered = self.outline.lists.get(list).is_some_and(|list| list.is_ordered);
                let number = if is_ordered {
                    written_number(span.of(self.text))
                } else {
                    None
                };
                self.outline.items.push(Item {
                    number,
                    list,
                    span,
                    block: None,
                    task: None,
                    section: self.section(),
                });
                self.items.push(self.outline.items.len() - 1);
                Element::Item { number }
            }
            Tag::FootnoteDefinition(label) => {
                self.close_block();
                Element::Footnote(label.as_ref().into())
            }
            Tag::Table(alignments) => {
                self.close_block();
                Element::Table(alignments.iter().copied().map(alignment).collect())
            }
            Tag::TableHead | Tag::TableRow => {
                self.close_block();
                let start = self.outline.blocks.len();
                self.outline.rows.push(Row {
                    is_head: matches!(tag, Tag::TableHead),
                    cells: start..start,
                    span,
                });
                if matches!(tag, Tag::TableHead) {
                    Element::TableHead
                } else {
                    Element::TableRow
                }
            }
            Tag::TableCell => {
                self.close_block();
                self.open_block(BlockKind::Cell, span);
                Element::TableCell
            }
            Tag::Emphasis => self.inline(Element::Emphasis, span),
            Tag::Strong => self.inline(Element::Strong, span),
            Tag::Strikethrough => self.inline(Element::Strikethrough, span),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                let index = self.link(link_form(link_type), &dest_url, &title, span);
                self.inline(Element::Link(index), span)
            }
            Tag::Image {
                link_type,
                dest_url,
                title,
                ..
            } => {
                let index = self.link(link_form(link_type), &dest_url, &title, span);
                self.outline.links[index as usize].link.is_image = true;
                self.inline(Element::Image(index), span)
            }
            // The extensions that these belong to are off.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => Element::Paragraph,
        };
        self.open(element, span);
    }

    fn end(&mut self, tag: TagEnd, span: Span) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::CodeBlock => self.end_fence(),
            TagEnd::List(_) => {
                self.close_block();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.close_block();
                self.items.pop();
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                self.close_block();
                let end = self.outline.blocks.len();
                if let Some(row) = self.outline.rows.last_mut() {
                    row.cells.end = end;
                }
            }
            TagEnd::Link | TagEnd::Image => {
                if let Some(link) = self.links.pop() {
                    let end = self.outline.plain.text.len();
                    let link = &mut self.outline.links[link];
                    link.words_end = self.words_end.max(span.start);
                    link.plain.end = end;
                }
            }
            TagEnd::Strong | TagEnd::Emphasis => {
                let end = self.outline.plain.text.len();
                let start = self.frames.last().map_or(end, |frame| frame.plain);
                let ranges = match tag {
                    TagEnd::Strong => &mut self.outline.strong,
                    _ => &mut self.outline.emphasis,
                };
                ranges.push(start..end);
            }
            TagEnd::Strikethrough => {}
            _ => self.close_block(),
        }
        if let Some(frame) = self.frames.pop()
            && frame.has_node
        {
            self.depth -= 1;
            self.push(NodeKind::Close, span);
        }
    }

    /// Opens a block for inline elements that stand directly in an item, and hands the element back.
    fn inline(&mut self, element: Element, span: Span) -> Element {
        self.open_block(BlockKind::Item, span);
        element
    }

    fn open(&mut self, element: Element, span: Span) {
        let has_node = self.depth < MAX_DEPTH;
        self.frames.push(Frame {
            has_node,
            plain: self.outline.plain.text.len(),
        });
        if has_node {
            self.depth += 1;
            self.push(NodeKind::Open(element), span);
        } else {
            self.outline.is_flattened = true;
        }
    }

    fn push(&mut self, kind: NodeKind, span: Span) {
        self.outline.nodes.push(Node { span, kind });
    }

    fn section(&self) -> Option<usize> {
        self.outline.headings.len().checked_sub(1)
    }

    fn open_block(&mut self, kind: BlockKind, span: Span) {
        if self.block.is_some() {
            return;
        }
        let index = self.outline.blocks.len();
        let plain = self.outline.plain.text.len();
        let item = self.items.last().copied();
        if let Some(item) = item
            && self.outline.items[item].block.is_none()
        {
            self.outline.items[item].block = Some(index);
        }
        // The words of an item of a tight list have no element, and thus no end of their own: the item ends them.
        let span = if kind == BlockKind::Item {
            item.map_or(span, |item| Span {
                start: span.start,
                end: self.outline.items[item].span.end,
            })
        } else {
            span
        };
        self.outline.blocks.push(Block {
            kind,
            plain: plain..plain,
            span,
            section: self.section(),
            item,
        });
        self.block = Some(index);
    }

    fn close_block(&mut self) {
        let Some(index) = self.block.take() else { return };
        let end = self.outline.plain.text.len();
        let words_end = self.words_end;
        let block = &mut self.outline.blocks[index];
        block.plain.end = end;
        if block.kind == BlockKind::Item {
            block.span.end = words_end.clamp(block.span.start, block.span.end);
        }
        let at = block.span.end;
        self.outline.plain.push_instead("\n", Span { start: at, end: at });
        self.last_block = Some(index);
    }

    fn link(&mut self, form: LinkForm, destination: &str, title: &str, span: Span) -> u32 {
        let index = self.outline.links.len();
        self.outline.links.push(OutlineLink {
            link: Link {
                destination: destination.to_owned(),
                title: title.to_owned(),
                span,
                is_image: false,
            },
            plain: self.outline.plain.text.len()..self.outline.plain.text.len(),
            words_end: span.start,
            form,
        });
        self.links.push(index);
        index as u32
    }
}

#[cfg(test)]
mod tests {
    use super::outline;
    use crate::model::document::{Element, NodeKind};

    /// The nodes of a text as one line: elements as `name(` and `)`, words as they are.
    fn shape(text: &str) -> String {
        let mut shape = String::new();
        for node in outline(text, 0).nodes {
            let piece = match &node.kind {
                NodeKind::Open(element) => match element {
                    Element::Heading { level, anchor } => format!("h{level}#{anchor}("),
                    Element::List(number) => number.map_or("ul(".to_owned(), |number| format!("ol{number}(")),
                    Element::Item { number } => number.map_or("li(".to_owned(), |number| format!("li{number}(")),
                    Element::CodeBlock(index) => format!("code{index}("),
                    Element::Link(index) => format!("a{index}("),
                    Element::Image(index) => format!("img{index}("),
                    Element::Alert(kind) => format!("{kind}("),
                    Element::Footnote(label) => format!("note-{label}("),
                    Element::Table(columns) => format!("table{}(", columns.len()),
                    other => format!("{other:?}(").to_lowercase(),
                },
                NodeKind::Close => ")".to_owned(),
                NodeKind::Text(words) => words.of(text).to_owned(),
                NodeKind::Code(words) => format!("`{}`", words.of(text)),
                NodeKind::RawHtml(words) => format!("{{{}}}", words.of(text).trim_end()),
                NodeKind::SoftBreak => "~".to_owned(),
                NodeKind::HardBreak => "!".to_owned(),
                NodeKind::Rule => "hr".to_owned(),
                NodeKind::TaskBox(is_done) => if *is_done { "[x]" } else { "[ ]" }.to_owned(),
                NodeKind::FootnoteReference(label) => format!("^{label}"),
                // Made only where the text is shown.
                NodeKind::Place(_) | NodeKind::Verbatim(..) | NodeKind::Template(_) => String::new(),
            };
            shape.push_str(&piece);
        }
        shape
    }

    #[test]
    fn events_become_nodes() {
        for (text, expected) in [
            ("# A *b* `c`\n", "h1#a-b-c(A emphasis(b) `c`)"),
            ("a\nb  \nc\n", "paragraph(a~b!c)"),
            ("3. a\n3. b\n", "ol3(li3(a)li3(b))"),
            ("- [x] a\n\n  b\n", "ul(li(paragraph([x]a)paragraph(b)))"),
            ("> [!WARNING]\n> a\n", "warning(paragraph(a))"),
            (
                "|a|\n|:-|\n|b `c`|\n",
                "table1(tablehead(tablecell(a))tablerow(tablecell(b `c`)))",
            ),
            ("[a](b) ![c](d)\n", "paragraph(a0(a) img1(c))"),
            ("```x\ny\n```\n---\n", "code0()hr"),
            ("a[^n]\n\n[^n]: b\n", "paragraph(a^n)note-n(paragraph(b))"),
            ("a &amp; b \\* --flag \"q\"\n", "paragraph(a & b * --flag \"q\")"),
        ] {
            assert_eq!(shape(text), expected, "{text:?}");
        }
    }

    #[test]
    fn html_of_the_author_is_text_of_its_own() {
        assert_eq!(shape("a <good-tag> b\n"), "paragraph(a {<good-tag>} b)");
        assert_eq!(shape("<div>\n*a*\n</div>\n"), "paragraph({<div>\n*a*\n</div>})");
        assert_eq!(shape("<!-- a -->\n\nb\n"), "{<!-- a -->}paragraph(b)");
    }

    #[test]
    fn text_between_two_rules_is_text() {
        assert_eq!(shape("a\n\n---\nb: c\n---\n"), "paragraph(a)hrh2#b-c(b: c)");
    }

    #[test]
    fn ids_of_headings_are_kept_and_other_attributes_are_words() {
        assert_eq!(shape("# A {#own-id}\n# A {#own-id}\n"), "h1#own-id(A)h1#own-id-1(A)");
        assert_eq!(shape("# A {#x\" onclick=\"y}\n").matches("onclick").count(), 2);
        assert_eq!(shape("# A <a id=\"b\"></a>\n"), "h1#a(A {<a id=\"b\">}{</a>})");
    }

    #[test]
    fn what_is_nested_too_deeply_is_shown_flat() {
        let text = format!("{}deep", "- > ".repeat(80));
        let outline = outline(&text, 0);
        assert!(outline.is_flattened);
        assert!(
            outline
                .nodes
                .iter()
                .any(|node| matches!(&node.kind, NodeKind::Text(words) if words.of(&text).contains("deep")))
        );
    }

    #[test]
    fn blocks_know_their_words_their_item_and_their_lead() {
        let text = "## S\n\nUse **these**:\n\n- `a` b\n  c\n- d\n\n| e | |\n|-|-|\n| f | g |\n";
        let outline = outline(text, 0);
        let words: Vec<String> = outline.blocks.iter().map(|block| outline.line(block)).collect();
        assert_eq!(words, ["S", "Use these:", "a b c", "d", "e", "", "f", "g"]);
        let item = &outline.blocks[2];
        assert_eq!(
            outline.lead(item).map(|lead| outline.line(lead)),
            Some("Use these:".to_owned())
        );
        assert_eq!(item.span.of(text), "`a` b\n  c");
        assert_eq!(outline.codes_of(item).len(), 1);
        assert_eq!(outline.strong_of(&outline.blocks[1]).len(), 1);
        assert_eq!(outline.rows[1].cells, 6..8);
        assert_eq!(outline.blocks[0].section, Some(0));
    }
}
