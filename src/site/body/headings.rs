//! Headings: levels without gaps, and the box around a section that tells when to roll back.

use std::fmt::Write as _;

use crate::model::place::Span;
use crate::model::runbook::SectionKind;
use crate::site::body::open::{Frame, Writer};
use crate::site::body::written::{Heading, SlotKind};
use crate::site::escape;

impl Writer<'_> {
    pub(super) fn open_heading(&mut self, span: Span, author_level: u8) {
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
            self.end_unit_of_section();
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

    pub(super) fn note_heading_words(&mut self, text: &str) {
        for frame in self.open.iter_mut().rev() {
            match frame {
                Frame::Heading { words, .. } => {
                    words.push_str(&crate::site::body::words::with_emoji(text));
                    return;
                }
                Frame::Tag(_) | Frame::Phrase(_) | Frame::Link { .. } | Frame::Image { .. } => {}
                _ => return,
            }
        }
    }

    pub(super) fn close_heading(&mut self, span: Span, author_level: u8, level: u8, id: String, from: usize, words: &str) {
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
        if self.open.is_empty() {
            self.unit_of_section(span, &id, &words);
        }
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
    pub(super) fn end_boxes(&mut self, author_level: u8) {
        while self.boxes.last().is_some_and(|level| *level >= author_level) {
            self.boxes.pop();
            self.body.html.push_str("</div>");
        }
    }
}
