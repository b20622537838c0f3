//! Nodes -> markup. One pass, no recursion: an open element waits on a stack until its `Close` comes.

use std::fmt::Write as _;

use crate::model::document::{Alignment, Element, Node, NodeKind, Verbatim};
use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::site::body::anchors::{Anchors, Footnotes};
use crate::site::body::draft::{Draft, Sheet};
use crate::site::body::open::{Frame, LinkEnd, Writer};
use crate::site::body::shape::shaped;
use crate::site::body::written::{Body, Slot, SlotKind, Written};
use crate::site::body::{code, lists, raw, words};
use crate::site::escape::{self, Reading};

/// Writes the text of a runbook.
pub(super) fn write(runbook: &Runbook, body: &Body) -> Written {
    let mut written = written(runbook, body, None).0;
    written.seal();
    written
}

/// Writes the text of a runbook as a form for one release. What a form is of is told by the id of its text, so that it has no digest of its
/// own.
pub(super) fn write_sheet(runbook: &Runbook, body: &Body) -> (Written, Sheet) {
    let (written, draft) = written(runbook, body, Some(Draft::of(runbook)));
    (written, draft.map(Draft::into_sheet).unwrap_or_default())
}

fn written(runbook: &Runbook, body: &Body, draft: Option<Draft>) -> (Written, Option<Draft>) {
    let nodes = shaped(runbook);
    let nodes = nodes.as_slice();
    let mut writer = Writer {
        tells_root: code::tells_root(runbook),
        marks: lists::schedule_marks(runbook),
        painted: body.painted(runbook),
        draft,
        ..Writer::of(runbook, nodes, &body.anchors)
    };
    writer.body.html.reserve(runbook.text.len() * 5 / 2);
    for (index, node) in nodes.iter().enumerate() {
        writer.node(nodes, index, node);
    }
    writer.flush_raw();
    // A document that is well formed has closed everything by now.
    while !writer.open.is_empty() {
        writer.close();
    }
    writer.end_unit_of_section();
    writer.end_boxes(0);
    let draft = writer.draft.take();
    (writer.body, draft)
}

impl<'runbook> Writer<'runbook> {
    /// A writer that has written nothing yet, and knows of the text what anybody must.
    pub(super) fn of(runbook: &'runbook Runbook, nodes: &'runbook [Node], anchors: &'runbook Anchors) -> Self {
        Self {
            runbook,
            anchors,
            footnotes: Footnotes::of(nodes),
            places: Vec::new(),
            tells_root: false,
            marks: Vec::new(),
            body: Written::default(),
            open: Vec::new(),
            boxes: Vec::new(),
            levels: Vec::new(),
            section: 0,
            links: 0,
            tables: 0,
            raw: String::new(),
            task: None,
            painted: &[],
            draft: None,
        }
    }

    /// The step that begins at a byte. Steps stand in writing order.
    pub(super) fn step_at(&self, start: u32) -> Option<usize> {
        let steps = &self.runbook.steps;
        let index = steps.partition_point(|step| step.span.start < start);
        steps.get(index).is_some_and(|step| step.span.start == start).then_some(index)
    }

    /// Writes a node, which is one of some.
    pub(super) fn node(&mut self, nodes: &[Node], index: usize, node: &'runbook Node) {
        if matches!((&node.kind, self.open.last()), (NodeKind::SoftBreak, Some(Frame::Raw))) {
            self.raw.push('\n');
            return;
        }
        if !matches!(node.kind, NodeKind::RawHtml(_)) {
            self.flush_raw();
        }
        if matches!(self.open.last(), Some(Frame::Silent)) {
            match node.kind {
                NodeKind::Open(_) => self.open.push(Frame::Silent),
                NodeKind::Close => {
                    self.open.pop();
                }
                _ => {}
            }
            return;
        }
        match &node.kind {
            NodeKind::Open(element) => self.open(nodes, index, node.span, element),
            NodeKind::Close => self.close(),
            NodeKind::Text(words) => {
                let words = words.of(&self.runbook.text);
                self.words_begin();
                self.note_heading_words(words);
                self.text(words);
            }
            NodeKind::Code(words) => {
                let words = words.of(&self.runbook.text);
                self.words_begin();
                self.note_heading_words(words);
                self.body.html.push_str("<code>");
                match &mut self.draft {
                    Some(draft) => draft.code_in_words(&mut self.body.html, words),
                    None => {
                        escape::code(&mut self.body.html, words, Reading::Code);
                    }
                }
                self.body.html.push_str("</code>");
            }
            NodeKind::RawHtml(words) => {
                let words = words.of(&self.runbook.text);
                self.raw.push_str(words);
            }
            NodeKind::SoftBreak => self.body.html.push('\n'),
            NodeKind::HardBreak => self.body.html.push_str("<br>"),
            NodeKind::Rule => {
                self.words_end(node.span.start);
                self.body.html.push_str("<hr>");
            }
            NodeKind::TaskBox(is_done) => self.task = Some(*is_done),
            NodeKind::FootnoteReference(label) => {
                self.words_begin();
                self.footnote_reference(label);
            }
            NodeKind::Place(name) => {
                if let Some(id) = self.anchors.place(name)
                    && !self.places.contains(&id)
                {
                    self.places.push(id);
                    self.body.html.push_str("<span id=\"");
                    escape::text(&mut self.body.html, id);
                    self.body.html.push_str("\"></span>");
                }
            }
            NodeKind::Verbatim(what, words) => {
                self.words_end(node.span.start);
                let caption = match what {
                    Verbatim::Formula => "Formula, as written in TeX",
                    Verbatim::Text => "Text",
                };
                self.body.html.push_str("<figure class=\"cmd\"><figcaption><span>");
                self.body.html.push_str(caption);
                self.body.html.push_str("</span></figcaption><pre tabindex=\"0\"><code>");
                escape::code(&mut self.body.html, words, Reading::Code);
                self.body.html.push_str("</code></pre></figure>");
            }
            NodeKind::Template(words) => {
                self.words_begin();
                self.body
                    .html
                    .push_str("<code class=\"gen\" title=\"Another program fills this in; here it is shown as written\">");
                escape::code(&mut self.body.html, words, Reading::Code);
                self.body.html.push_str("</code>");
            }
        }
    }

    fn open(&mut self, nodes: &[Node], index: usize, span: Span, element: &'runbook Element) {
        let is_inline = matches!(
            element,
            Element::Emphasis
                | Element::Strong
                | Element::Strikethrough
                | Element::Link(_)
                | Element::Image(_)
                | Element::Phrase(_)
                | Element::Anchor(_)
                | Element::Picture(_)
        );
        if is_inline {
            self.words_begin();
        } else {
            if !matches!(element, Element::Paragraph) {
                self.end_task_without_words();
            }
            self.words_end(span.start);
        }
        match element {
            Element::Paragraph if raw::is_only_raw(&nodes[index + 1..]) => self.open.push(Frame::Raw),
            Element::Paragraph => {
                self.body.html.push_str(if Self::is_lead(nodes, index) {
                    "<p class=\"lead\">"
                } else {
                    "<p>"
                });
                self.open.push(Frame::Paragraph { span, has_label: false });
                if self.task.is_some() {
                    self.words_begin();
                }
            }
            Element::Heading { level, .. } => self.open_heading(span, *level),
            Element::Quote => self.open_tag("<blockquote>", "</blockquote>"),
            Element::Alert(kind) => self.open_box(kind, None),
            Element::Admonition(admonition) => self.open_box(admonition.kind, Some(&admonition.title)),
            Element::Details(is_open) => {
                self.body.html.push_str(if *is_open {
                    "<details class=\"stack\" open>"
                } else {
                    "<details class=\"stack\">"
                });
                if !matches!(
                    nodes.get(index + 1).map(|node| &node.kind),
                    Some(NodeKind::Open(Element::Summary))
                ) {
                    self.body.html.push_str("<summary>Details</summary>");
                }
                self.open.push(Frame::Tag("</details>"));
            }
            Element::Summary => self.open_tag("<summary>", "</summary>"),
            Element::Division(alignment) => {
                let class = if *alignment == Alignment::Right { "end" } else { "mid" };
                let _ = write!(self.body.html, "<div class=\"stack {class}\">");
                self.open.push(Frame::Tag("</div>"));
            }
            Element::Phrase(phrase) => {
                let _ = write!(self.body.html, "<{}>", phrase.tag());
                self.open.push(Frame::Phrase(phrase.tag()));
            }
            Element::Anchor(destination) | Element::Picture(destination) => {
                let is_image = matches!(element, Element::Picture(_));
                self.open_destination(u32::MAX, destination, "", is_image);
            }
            Element::List(start) => self.open_list(nodes, index, start.is_some()),
            Element::Item { number } => self.open_item(nodes, index, span, *number),
            Element::CodeBlock(block) => {
                self.code_block(*block);
                self.open.push(Frame::Silent);
            }
            Element::Table(alignments) => {
                self.tables += 1;
                let _ = write!(
                    self.body.html,
                    "<div class=\"scroll\" role=\"group\" aria-label=\"Table {}\" tabindex=\"0\"><table>",
                    self.tables
                );
                self.open.push(Frame::Table {
                    span,
                    alignments: alignments.to_vec(),
                    column: 0,
                    is_head: false,
                    rows: 0,
                });
            }
            Element::TableHead => {
                self.set_row(true);
                self.open_tag("<thead><tr>", "</tr></thead>");
            }
            Element::TableRow => {
                self.set_row(false);
                self.open_tag("<tr>", "</tr>");
            }
            Element::TableCell => self.open_cell(),
            Element::Emphasis => self.open_tag("<em>", "</em>"),
            Element::Strong => self.open_tag("<strong>", "</strong>"),
            Element::Strikethrough => self.open_tag("<del>", "</del>"),
            Element::Link(link) | Element::Image(link) => self.open_link(*link),
            Element::Footnote(label) => self.open_footnote(label),
        }
    }

    /// Whether a paragraph is the title of a step: short, first in its item, and followed by more.
    fn is_lead(nodes: &[Node], index: usize) -> bool {
        let is_first = index > 0 && matches!(nodes[index - 1].kind, NodeKind::Open(Element::Item { number: Some(_) }));
        if !is_first || nodes[index].span.end - nodes[index].span.start > 120 {
            return false;
        }
        let mut depth = 0_usize;
        for (offset, node) in nodes[index..].iter().enumerate() {
            match node.kind {
                NodeKind::Open(_) => depth += 1,
                NodeKind::Close if depth == 1 => {
                    return nodes
                        .get(index + offset + 1)
                        .is_some_and(|next| matches!(next.kind, NodeKind::Open(_)));
                }
                NodeKind::Close => depth -= 1,
                _ => {}
            }
        }
        false
    }

    /// A box with a word in front.
    fn open_box(&mut self, kind: &str, title: Option<&str>) {
        let (class, word) = match kind {
            "tip" => ("tip", "Tip"),
            "important" => ("important", "Important"),
            "warning" => ("warning", "Warning"),
            "caution" => ("caution", "Caution"),
            _ => ("note", "Note"),
        };
        let _ = write!(self.body.html, "<div class=\"alert {class}\"><p class=\"alert-word\">");
        words::write(&mut self.body.html, title.unwrap_or(word), true);
        self.body.html.push_str("</p>");
        self.open.push(Frame::Tag("</div>"));
    }

    fn open_tag(&mut self, start: &str, end: &'static str) {
        self.body.html.push_str(start);
        self.open.push(Frame::Tag(end));
    }

    fn close(&mut self) {
        self.end_task_without_words();
        self.words_end(u32::MAX);
        let Some(frame) = self.open.pop() else { return };
        match frame {
            Frame::Tag(end) => self.body.html.push_str(end),
            Frame::Phrase(tag) => {
                let _ = write!(self.body.html, "</{tag}>");
            }
            Frame::Silent | Frame::Raw => {}
            Frame::Paragraph { span, has_label } => {
                if has_label {
                    self.body.html.push_str("</span></label>");
                }
                self.body.html.push_str("</p>");
                self.end_of_block(span);
            }
            Frame::Heading {
                span,
                author_level,
                level,
                id,
                from,
                words,
            } => {
                self.close_heading(span, author_level, level, id, from, &words);
            }
            Frame::Title { from } => {
                self.body.html.truncate(from);
                let at = from as u32;
                self.body.slots.retain(|slot| {
                    slot.at <= at && !matches!(slot.kind, SlotKind::LinkStart(..) | SlotKind::LinkEnd) || slot.at < at
                });
            }
            Frame::List {
                tag,
                base,
                depth,
                has_open_item,
                ..
            } => {
                if has_open_item {
                    self.body.html.push_str("</li>");
                }
                for _ in base..depth {
                    self.body.html.push_str("</ol></li>");
                }
                self.body.html.push_str(tag);
            }
            Frame::Item { unit, .. } => {
                self.foot(unit);
                if let Some(Frame::List { has_open_item, .. }) = self.open.last_mut() {
                    // It stays open: where a nested list was flattened by its author, the next item belongs inside.
                    *has_open_item = true;
                } else {
                    self.body.html.push_str("</li>");
                }
            }
            Frame::Table { span, rows, .. } => {
                if rows > 0 {
                    self.body.html.push_str("</tbody>");
                }
                self.body.html.push_str("</table></div>");
                self.end_of_block(span);
            }
            Frame::Cell {
                tag_from,
                from,
                is_head,
                class,
            } => {
                if is_head && self.body.html[from..].trim().is_empty() {
                    // A heading without words would announce nothing.
                    self.body.html.truncate(tag_from);
                    let _ = write!(self.body.html, "<td{class}></td>");
                } else {
                    self.body.html.push_str(if is_head { "</th>" } else { "</td>" });
                }
            }
            Frame::Image {
                from,
                slots,
                index,
                destination,
                is_in_link,
                fallback,
            } => self.close_image((from, slots), index, destination, is_in_link, &fallback),
            Frame::Link { end, from, fallback } => {
                self.links = self.links.saturating_sub(1);
                let holds_image = self
                    .body
                    .slots
                    .last()
                    .is_some_and(|slot| slot.at as usize >= from && matches!(slot.kind, SlotKind::Image { .. }));
                if self.body.html[from..].trim().is_empty() && !holds_image {
                    escape::text(&mut self.body.html, &fallback);
                }
                match end {
                    LinkEnd::Tag(tag) => self.body.html.push_str(tag),
                    LinkEnd::Slot(tag) => {
                        self.body.html.push_str(tag);
                        self.slot(SlotKind::LinkEnd);
                    }
                }
            }
        }
    }

    pub(super) fn slot(&mut self, kind: SlotKind) {
        self.body.slots.push(Slot {
            at: self.body.html.len() as u32,
            kind,
        });
    }

    /// Timelines and marks that belong to a block stand behind it.
    pub(super) fn end_of_block(&mut self, span: Span) {
        self.timeline(span);
        self.slot(SlotKind::Marks(span));
    }

    // Words of items, which may stand without a paragraph.

    pub(super) fn words_begin(&mut self) {
        let task = self.task;
        match self.open.last_mut() {
            Some(Frame::Item {
                has_words, has_label, ..
            }) => {
                *has_words = true;
                if task.is_some() {
                    *has_label = true;
                }
            }
            Some(Frame::Paragraph { has_label, .. }) if task.is_some() => *has_label = true,
            _ => return,
        }
        if let Some(is_done) = self.task.take() {
            match self.tick_of_item() {
                // A sheet begins without ticks, whatever was ticked in the file.
                Some(tick) => self.body.html.push_str(&tick),
                None if is_done => self.body.html.push_str("<label><input type=\"checkbox\" checked><span>"),
                None => self.body.html.push_str("<label><input type=\"checkbox\"><span>"),
            }
        }
    }

    /// The words of an item end where a block begins or the item closes.
    fn words_end(&mut self, end: u32) {
        let Some(Frame::Item {
            span,
            has_words,
            has_label,
            ..
        }) = self.open.last_mut()
        else {
            return;
        };
        if !*has_words {
            return;
        }
        let (span, had_label) = (*span, *has_label);
        *has_words = false;
        *has_label = false;
        if had_label {
            self.body.html.push_str("</span></label>");
        }
        self.timeline(Span {
            start: span.start,
            end: end.clamp(span.start, span.end),
        });
        self.slot(SlotKind::Marks(span));
    }

    /// A task box needs words to be its label.
    fn end_task_without_words(&mut self) {
        if self.task.is_some() && matches!(self.open.last(), Some(Frame::Item { .. })) {
            self.words_begin();
            self.body.html.push_str("(no words)");
        }
    }

    fn text(&mut self, words: &str) {
        if let Some(Frame::Item { is_timeline, .. }) = self.open.last_mut()
            && *is_timeline
        {
            *is_timeline = false;
            if let Some(end) = lists::moment_end(words) {
                self.body.html.push_str("<b>");
                escape::text(&mut self.body.html, &words[..end]);
                self.body.html.push_str("</b>");
                words::write(&mut self.body.html, &words[end..], self.links > 0);
                return;
            }
        }
        // A title, a link and the name of an image hold no other link.
        let is_plain = self.links > 0 || self.open.iter().any(|frame| matches!(frame, Frame::Title { .. }));
        words::write(&mut self.body.html, words, is_plain);
    }

    fn code_block(&mut self, index: u32) {
        let Some(block) = self.runbook.code_blocks.get(index as usize) else {
            return;
        };
        let painted = self.painted.get(index as usize).map_or(&[][..], Box::as_ref);
        let fields = self.draft.as_mut().map(Draft::fields);
        let figure = code::figure(self.runbook, block, self.tells_root, painted, fields);
        self.body.html.push_str("<figure class=\"cmd");
        self.slot(SlotKind::FigureClass(block.span));
        self.body.html.push_str("\"><figcaption><span>");
        escape::text(&mut self.body.html, &figure.caption);
        self.body.html.push_str("</span>");
        if let Some(copies) = figure.copies {
            let button = if self.draft.is_some() { "data-put" } else { "data-copy" };
            let _ = write!(
                self.body.html,
                "<button class=\"btn\" type=\"button\" {button} hidden><span>Copy"
            );
            if figure.has_hidden {
                self.body.html.push_str(" anyway");
            } else {
                self.slot(SlotKind::CopyWord(block.span));
            }
            self.body.html.push_str("</span><span class=\"sr\">: ");
            escape::words_as(&mut self.body.html, &copies, Reading::Command);
            self.body.html.push_str("</span></button>");
        }
        self.body.html.push_str("</figcaption><pre tabindex=\"0\"><code>");
        self.body.html.push_str(&figure.html);
        self.body.html.push_str("</code></pre></figure>");
        self.slot(SlotKind::Marks(block.span));
        self.unit_of_block(block);
    }
}
