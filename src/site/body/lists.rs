//! Lists: steps with the author's own numbers, task lists, and runs of moments drawn as a line.

use std::fmt::Write as _;

use crate::model::document::{Element, Node, NodeKind};
use crate::model::place::Span;
use crate::model::runbook::{Runbook, ScheduleKind};
use crate::site::body::open::{Frame, Writer};
use crate::site::escape;

impl Writer<'_> {
    pub(super) fn open_list(&mut self, nodes: &[Node], index: usize, is_ordered: bool) {
        let is_timeline = is_timeline(&self.runbook.text, nodes, index);
        let is_nested = self
            .open
            .iter()
            .any(|frame| !matches!(frame, Frame::Tag("</div>" | "</details>")));
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

    pub(super) fn open_item(&mut self, nodes: &[Node], index: usize, span: Span, number: Option<u64>) {
        let step = self.step_at(span.start).filter(|_| number.is_some());
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
        let unit = self.unit_of_item(span, step, is_task(nodes, index));
        self.open.push(Frame::Item {
            span,
            has_words: false,
            has_label: false,
            is_timeline: is_in_timeline,
            unit,
        });
    }

    /// A run of moments in one block is drawn as a line.
    pub(super) fn timeline(&mut self, span: Span) {
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
pub(super) fn moment_end(text: &str) -> Option<usize> {
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

/// Moments after the release, in writing order: where they stand and how they are written.
pub(super) fn schedule_marks(runbook: &Runbook) -> Vec<(Span, &str)> {
    let mut marks: Vec<(Span, &str)> = runbook
        .schedules
        .iter()
        .filter(|schedule| matches!(schedule.kind, ScheduleKind::After(_)) && schedule.text.starts_with("T+"))
        .map(|schedule| (schedule.span, schedule.text.as_str()))
        .collect();
    marks.sort_unstable_by_key(|(span, _)| *span);
    marks
}
