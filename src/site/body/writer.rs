//! Nodes -> markup. One pass, no recursion: an open element waits on a stack until its `Close` comes.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::document::{Alignment, Element, Node, NodeKind};
use crate::model::place::Span;
use crate::model::runbook::{Link, Runbook, ScheduleKind, SectionKind, Step};
use crate::site::body::anchors::{self, Anchors};
use crate::site::body::{Body, Heading, Slot, SlotKind, code};
use crate::site::escape::{self, Reading};
use crate::site::link::{Destination, classify};

/// Writes the text of a runbook.
pub(super) fn write(runbook: &Runbook) -> Body {
    let mut writer = Writer {
        runbook,
        anchors: Anchors::of(runbook),
        tells_root: code::tells_root(runbook),
        marks: schedule_marks(runbook),
        body: Body {
            html: String::with_capacity(runbook.text.len() * 2),
            ..Body::default()
        },
        open: Vec::new(),
        boxes: Vec::new(),
        levels: Vec::new(),
        section: 0,
        links: 0,
        tables: 0,
        raw: String::new(),
        places: 0,
        task: None,
    };
    let nodes = &runbook.document.nodes;
    for (index, node) in nodes.iter().enumerate() {
        writer.node(nodes, index, node);
    }
    writer.flush_raw();
    // A document that is well formed has closed everything by now.
    while !writer.open.is_empty() {
        writer.close();
    }
    writer.end_boxes(0);
    let mut body = writer.body;
    body.step_ids = writer.anchors.steps;
    body.anchors = writer.anchors.by_anchor;
    body.step_prints = runbook
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| step_print(runbook, index, step))
        .collect();
    body.step_prints.sort_unstable();
    body.seal();
    body
}

/// A number for the text of a step up to the first step inside it.
fn step_print(runbook: &Runbook, index: usize, step: &Step) -> u64 {
    let end = runbook.steps[index + 1..]
        .first()
        .map_or(step.span.end, |next| next.span.start.clamp(step.span.start, step.span.end));
    let text = Span {
        start: step.span.start,
        end,
    }
    .of(&runbook.text);
    // The hasher with its default keys gives the same number in every run of the same build; the numbers never leave the program.
    let mut hasher = DefaultHasher::new();
    step.number.hash(&mut hasher);
    text.split_whitespace().for_each(|word| word.hash(&mut hasher));
    hasher.finish()
}

/// Moments after the release, in writing order: where they stand and how they are written.
fn schedule_marks(runbook: &Runbook) -> Vec<(Span, &str)> {
    let mut marks: Vec<(Span, &str)> = runbook
        .schedules
        .iter()
        .filter(|schedule| matches!(schedule.kind, ScheduleKind::After(_)) && schedule.text.starts_with("T+"))
        .map(|schedule| (schedule.span, schedule.text.as_str()))
        .collect();
    marks.sort_unstable_by_key(|(span, _)| *span);
    marks
}

/// An element that was opened and not closed yet.
enum Frame {
    /// Closes with these words.
    Tag(&'static str),
    /// Nothing was written and nothing inside is.
    Silent,
    /// A paragraph.
    Paragraph { span: Span, has_label: bool },
    /// A heading: its level in the page and where its words begin.
    Heading {
        span: Span,
        author_level: u8,
        level: u8,
        id: String,
        from: usize,
        words: String,
    },
    /// The title of the document, which the page shows itself.
    Title { from: usize },
    /// A list: how it closes, the depth of the numbers of its first and of its last item, and whether an item waits to be closed.
    List {
        tag: &'static str,
        base: usize,
        depth: usize,
        has_open_item: bool,
        is_timeline: bool,
    },
    /// An item: where its first words are open, they may belong to a label and must be followed by marks.
    Item {
        span: Span,
        has_words: bool,
        has_label: bool,
        is_timeline: bool,
    },
    /// A table.
    Table {
        span: Span,
        alignments: Vec<Alignment>,
        column: usize,
        is_head: bool,
        rows: usize,
    },
    /// A cell and where its tag and its words begin.
    Cell {
        tag_from: usize,
        from: usize,
        is_head: bool,
        class: &'static str,
    },
    /// A link: how it closes, where its words begin, what to show if it has none.
    Link { end: LinkEnd, from: usize, fallback: String },
}

/// How a link closes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkEnd {
    /// With a tag.
    Tag(&'static str),
    /// With whatever its slot gave.
    Slot(&'static str),
}

struct Writer<'runbook> {
    runbook: &'runbook Runbook,
    anchors: Anchors,
    tells_root: bool,
    marks: Vec<(Span, &'runbook str)>,
    body: Body,
    open: Vec<Frame>,
    /// The author's levels of the headings whose section is boxed.
    boxes: Vec<u8>,
    /// The author's levels of the headings above, to number levels without gaps.
    levels: Vec<u8>,
    /// The next section to look at.
    section: usize,
    /// Links that are open: a link inside a link is only its words.
    links: usize,
    tables: usize,
    /// Raw HTML that was met and not written yet: pieces that stand together are one text.
    raw: String,
    /// Places made by `<a id="…">` whose `</a>` is still to come.
    places: u32,
    /// A task box that waits for the words of its item.
    task: Option<bool>,
}

impl<'runbook> Writer<'runbook> {
    fn node(&mut self, nodes: &[Node], index: usize, node: &'runbook Node) {
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
                escape::code(&mut self.body.html, words, Reading::Code);
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
        }
    }

    fn open(&mut self, nodes: &[Node], index: usize, span: Span, element: &'runbook Element) {
        let is_inline = matches!(
            element,
            Element::Emphasis | Element::Strong | Element::Strikethrough | Element::Link(_) | Element::Image(_)
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
            Element::Paragraph => {
                self.body.html.push_str("<p>");
                self.open.push(Frame::Paragraph { span, has_label: false });
                if self.task.is_some() {
                    self.words_begin();
                }
            }
            Element::Heading { level, .. } => self.open_heading(span, *level),
            Element::Quote => self.open_tag("<blockquote>", "</blockquote>"),
            Element::Alert(kind) => {
                let (class, word) = match *kind {
                    "tip" => ("tip", "Tip"),
                    "important" => ("important", "Important"),
                    "warning" => ("warning", "Warning"),
                    "caution" => ("caution", "Caution"),
                    _ => ("note", "Note"),
                };
                let _ = write!(
                    self.body.html,
                    "<div class=\"alert {class}\"><p class=\"alert-word\">{word}</p>"
                );
                self.open.push(Frame::Tag("</div>"));
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
            Frame::Silent => {}
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
                self.close_heading(span, author_level, level, id, from, words);
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
            Frame::Item { .. } => {
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
            Frame::Link { end, from, fallback } => {
                self.links = self.links.saturating_sub(1);
                if self.body.html[from..].trim().is_empty() {
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

    fn slot(&mut self, kind: SlotKind) {
        self.body.slots.push(Slot {
            at: self.body.html.len() as u32,
            kind,
        });
    }

    /// Timelines and marks that belong to a block stand behind it.
    fn end_of_block(&mut self, span: Span) {
        self.timeline(span);
        self.slot(SlotKind::Marks(span));
    }

    // Words of items, which may stand without a paragraph.

    fn words_begin(&mut self) {
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
            self.body.html.push_str(if is_done {
                "<label><input type=\"checkbox\" autocomplete=\"off\" checked><span>"
            } else {
                "<label><input type=\"checkbox\" autocomplete=\"off\"><span>"
            });
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
            if let Some(end) = moment_end(words) {
                self.body.html.push_str("<b>");
                escape::text(&mut self.body.html, &words[..end]);
                self.body.html.push_str("</b>");
                escape::text(&mut self.body.html, &words[end..]);
                return;
            }
        }
        escape::text(&mut self.body.html, words);
    }

    // Headings and the boxes around their sections.

    fn open_heading(&mut self, span: Span, author_level: u8) {
        let is_first = self.body.headings.is_empty() && self.body.title_anchor.is_none();
        let id = self.anchors.heading(span.start).unwrap_or_default().to_owned();
        if is_first && author_level == 1 && self.open.is_empty() {
            self.body.title_anchor = Some(id);
            self.open.push(Frame::Title {
                from: self.body.html.len(),
            });
            return;
        }
        if self.open.is_empty() {
            self.end_boxes(author_level);
        }
        while self.levels.last().is_some_and(|level| *level >= author_level) {
            self.levels.pop();
        }
        self.levels.push(author_level);
        let level = (self.levels.len() as u8 + 1).min(6);
        let _ = write!(self.body.html, "<h{level} id=\"");
        escape::text(&mut self.body.html, &id);
        self.body.html.push_str("\">");
        let from = self.body.html.len();
        self.open.push(Frame::Heading {
            span,
            author_level,
            level,
            id,
            from,
            words: String::new(),
        });
    }

    fn note_heading_words(&mut self, text: &str) {
        for frame in self.open.iter_mut().rev() {
            match frame {
                Frame::Heading { words, .. } => {
                    words.push_str(text);
                    return;
                }
                Frame::Tag(_) | Frame::Link { .. } => {}
                _ => return,
            }
        }
    }

    fn close_heading(&mut self, span: Span, author_level: u8, level: u8, id: String, from: usize, words: String) {
        if self.body.html[from..].trim().is_empty() {
            self.body.html.push_str("(heading without words)");
        }
        let _ = write!(self.body.html, "</h{level}>");
        self.slot(SlotKind::Marks(span));
        let sections = &self.runbook.sections;
        while sections
            .get(self.section)
            .is_some_and(|section| section.span.start < span.start)
        {
            self.section += 1;
        }
        let kind = sections
            .get(self.section)
            .filter(|section| section.span.start == span.start)
            .map_or(SectionKind::Other, |section| section.kind);
        let words = if words.trim().is_empty() {
            "(heading without words)".to_owned()
        } else {
            words.trim().to_owned()
        };
        self.body.headings.push(Heading {
            id,
            title: words,
            level,
            kind,
        });
        if kind == SectionKind::RollbackCriteria && self.open.is_empty() {
            self.boxes.push(author_level);
            self.body.html.push_str("<div class=\"danger stack\">");
        }
    }

    /// Closes the boxes of sections that end before a heading of this level.
    fn end_boxes(&mut self, author_level: u8) {
        while self.boxes.last().is_some_and(|level| *level >= author_level) {
            self.boxes.pop();
            self.body.html.push_str("</div>");
        }
    }

    // Lists.

    fn open_list(&mut self, nodes: &[Node], index: usize, is_ordered: bool) {
        let is_timeline = is_timeline(&self.runbook.text, nodes, index);
        let is_nested = self.open.iter().any(|frame| !matches!(frame, Frame::Tag("</div>")));
        let (start, tag) = match (is_timeline, is_ordered, is_nested) {
            (true, true, _) => ("<ol class=\"ticks\">", "</ol>"),
            (true, false, _) => ("<ul class=\"ticks\">", "</ul>"),
            (false, true, true) => ("<ol class=\"substeps\">", "</ol>"),
            (false, true, false) => ("<ol class=\"steps\">", "</ol>"),
            (false, false, _) => ("<ul>", "</ul>"),
        };
        self.body.html.push_str(start);
        self.open.push(Frame::List {
            tag,
            base: 0,
            depth: 0,
            has_open_item: false,
            is_timeline,
        });
    }

    fn open_item(&mut self, nodes: &[Node], index: usize, span: Span, number: Option<u64>) {
        let step = self.anchors.step(span.start).filter(|_| number.is_some());
        let numbers = step.map_or(0, |step| self.runbook.steps[step].number.len());
        let mut is_in_timeline = false;
        if let Some(Frame::List {
            base,
            depth,
            has_open_item,
            is_timeline,
            ..
        }) = self.open.last_mut()
        {
            is_in_timeline = *is_timeline;
            if *has_open_item {
                if numbers > *depth && *depth > 0 {
                    // The author wrote the inner list at the indentation of the outer one.
                    for _ in *depth..numbers.min(*depth + 1) {
                        self.body.html.push_str("<ol class=\"substeps\">");
                    }
                    *depth = numbers.min(*depth + 1);
                } else {
                    self.body.html.push_str("</li>");
                    while numbers < *depth && *depth > *base {
                        self.body.html.push_str("</ol></li>");
                        *depth -= 1;
                    }
                }
            } else {
                *base = numbers;
                *depth = numbers;
            }
            *has_open_item = false;
        }
        self.body.html.push_str("<li");
        if let Some(number) = number {
            let _ = write!(self.body.html, " value=\"{}\"", number.min(999_999_999));
        }
        if let Some(id) = step.and_then(|step| self.anchors.steps.get(step)) {
            self.body.html.push_str(" id=\"");
            escape::text(&mut self.body.html, id);
            self.body.html.push('"');
        }
        if is_task(nodes, index) {
            self.body.html.push_str(" class=\"task\"");
        }
        self.body.html.push('>');
        self.open.push(Frame::Item {
            span,
            has_words: false,
            has_label: false,
            is_timeline: is_in_timeline,
        });
    }

    // Tables.

    fn set_row(&mut self, head: bool) {
        if let Some(Frame::Table {
            column, is_head, rows, ..
        }) = self.open.last_mut()
        {
            *column = 0;
            *is_head = head;
            if !head {
                if *rows == 0 {
                    self.body.html.push_str("<tbody>");
                }
                *rows += 1;
            }
        }
    }

    fn open_cell(&mut self) {
        let mut is_header = false;
        let mut class = "";
        for frame in self.open.iter_mut().rev() {
            if let Frame::Table {
                alignments,
                column,
                is_head,
                ..
            } = frame
            {
                is_header = *is_head;
                class = match alignments.get(*column) {
                    Some(Alignment::Center) => " class=\"mid\"",
                    Some(Alignment::Right) => " class=\"end\"",
                    _ => "",
                };
                *column += 1;
                break;
            }
        }
        let tag_from = self.body.html.len();
        let _ = if is_header {
            write!(self.body.html, "<th scope=\"col\"{class}>")
        } else {
            write!(self.body.html, "<td{class}>")
        };
        self.open.push(Frame::Cell {
            tag_from,
            from: self.body.html.len(),
            is_head: is_header,
            class,
        });
    }

    // Links, images, footnotes.

    fn open_link(&mut self, index: u32) {
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
    fn start_link(&mut self, index: u32, link: &Link, destination: Destination) -> Option<LinkEnd> {
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

    fn title(&mut self, link: &Link) {
        if !link.title.is_empty() {
            self.body.html.push_str(" title=\"");
            escape::text(&mut self.body.html, &link.title);
            self.body.html.push('"');
        }
    }

    fn footnote_reference(&mut self, label: &str) {
        let footnote = self.anchors.footnote(label);
        if footnote.is_defined && self.links == 0 {
            let _ = write!(self.body.html, "<sup><a href=\"#rp-fn-{0}\">{0}</a></sup>", footnote.number);
        } else {
            self.body.html.push_str("[^");
            escape::text(&mut self.body.html, label);
            self.body.html.push(']');
        }
    }

    fn open_footnote(&mut self, label: &str) {
        let footnote = self.anchors.footnote(label);
        let _ = write!(
            self.body.html,
            "<div class=\"footnote\" id=\"rp-fn-{0}\"><span class=\"footnote-number\">{0}</span><div class=\"stack\">",
            footnote.number
        );
        self.open.push(Frame::Tag("</div></div>"));
    }

    // Raw HTML is text, but for comments, line breaks and bare places to link to.

    fn flush_raw(&mut self) {
        if self.raw.is_empty() {
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        if matches!(self.open.last(), Some(Frame::Silent)) {
            return;
        }
        let is_block = matches!(
            self.open.last(),
            None | Some(Frame::Tag("</blockquote>" | "</div>" | "</div></div>"))
        );
        let shown = without_comments(&raw);
        let mut html = String::with_capacity(shown.len() + 16);
        let mut has_words = false;
        for piece in anchors::pieces(&shown) {
            let tag = piece.trim_end();
            if let Some(id) = anchors::named_place(tag).and_then(|name| self.anchors.find(name)) {
                html.push_str("<span id=\"");
                escape::text(&mut html, id);
                html.push_str("\"></span>");
                self.places += 1;
            } else if tag == "</a>" && self.places > 0 {
                self.places -= 1;
            } else if matches!(tag, "<br>" | "<br/>" | "<br />") {
                html.push_str("<br>");
            } else {
                has_words |= !tag.is_empty();
                self.note_heading_words(piece);
                escape::text(&mut html, piece);
            }
        }
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

    // Code and timelines.

    fn code_block(&mut self, index: u32) {
        let Some(block) = self.runbook.code_blocks.get(index as usize) else {
            return;
        };
        let figure = code::figure(self.runbook, block, self.tells_root);
        self.body.html.push_str("<figure class=\"cmd");
        self.slot(SlotKind::FigureClass(block.span));
        self.body.html.push_str("\"><figcaption><span>");
        escape::text(&mut self.body.html, &figure.caption);
        self.body.html.push_str("</span>");
        if let Some(copies) = figure.copies {
            self.body
                .html
                .push_str("<button class=\"btn\" type=\"button\" data-copy hidden><span>Copy");
            self.slot(SlotKind::CopyWord(block.span));
            self.body.html.push_str("</span><span class=\"sr\">: ");
            escape::text(&mut self.body.html, &copies);
            self.body.html.push_str("</span></button>");
        }
        self.body.html.push_str("</figcaption><pre tabindex=\"0\"><code>");
        self.body.html.push_str(&figure.html);
        self.body.html.push_str("</code></pre></figure>");
        self.slot(SlotKind::Marks(block.span));
    }

    /// A run of moments in one block is drawn as a line.
    fn timeline(&mut self, span: Span) {
        let from = self.marks.partition_point(|(mark, _)| mark.start < span.start);
        let marks = &self.marks[from..];
        let marks = &marks[..marks.partition_point(|(mark, _)| mark.start < span.end)];
        let is_inside = self.open.iter().any(|frame| {
            matches!(
                frame,
                Frame::Cell { .. } | Frame::Table { .. } | Frame::List { is_timeline: true, .. }
            )
        });
        if marks.len() < 3 || marks.len() > 12 || is_inside {
            return;
        }
        self.body.html.push_str("<ol class=\"ticks\">");
        for (_, text) in marks {
            self.body.html.push_str("<li><b>");
            escape::text(&mut self.body.html, text);
            self.body.html.push_str("</b></li>");
        }
        self.body.html.push_str("</ol>");
    }
}

/// Whether an item begins with a task box.
fn is_task(nodes: &[Node], index: usize) -> bool {
    let kind = |at: usize| nodes.get(at).map(|node| &node.kind);
    matches!(kind(index + 1), Some(NodeKind::TaskBox(_)))
        || (matches!(kind(index + 1), Some(NodeKind::Open(Element::Paragraph)))
            && matches!(kind(index + 2), Some(NodeKind::TaskBox(_))))
}

/// Whether every item of a list begins with a moment (`T+15m`), and there are two to twelve short ones.
fn is_timeline(text: &str, nodes: &[Node], index: usize) -> bool {
    let mut depth = 0_usize;
    let mut items = 0;
    let mut is_waiting = false;
    for node in &nodes[index..] {
        match &node.kind {
            NodeKind::Open(Element::Item { .. }) => {
                if is_waiting || items == 12 {
                    return false;
                }
                depth += 1;
                items += 1;
                is_waiting = true;
            }
            NodeKind::Open(Element::List(_)) if depth > 0 => return false,
            NodeKind::Open(Element::CodeBlock(_) | Element::Table(_) | Element::Quote | Element::Alert(_)) => return false,
            NodeKind::Open(_) => depth += 1,
            NodeKind::Close => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            NodeKind::Text(words) if is_waiting => {
                if moment_end(words.of(text)).is_none() {
                    return false;
                }
                is_waiting = false;
            }
            NodeKind::Code(_) | NodeKind::RawHtml(_) | NodeKind::TaskBox(_) | NodeKind::FootnoteReference(_) if is_waiting => {
                return false;
            }
            _ => {}
        }
    }
    items >= 2 && !is_waiting
}

/// The length of a moment at the start of a text, with the colon behind it: `T+15m:`.
fn moment_end(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("T+")?;
    let length = rest
        .find(|character: char| !character.is_ascii_alphanumeric() && character != '.')
        .unwrap_or(rest.len());
    if !rest.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let end = 2 + length;
    Some(if text[end..].starts_with(':') { end + 1 } else { end })
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
