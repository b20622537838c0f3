//! The text of a runbook as a form for one release: a box and lines for a pen below everything that is ticked.

use crate::model::place::Span;
use crate::model::runbook::CodeBlock;
use crate::site::body::code::summary;
use crate::site::body::draft::is_commands;
use crate::site::body::open::{Frame, Writer};
use crate::site::escape;

impl Writer<'_> {
    /// The unit that an item of a list is; none where it is only an item, or where there is no sheet.
    pub(super) fn unit_of_item(&mut self, span: Span, step: Option<usize>, is_task: bool) -> Option<usize> {
        let runbook = self.runbook;
        // What tells when to go back is weighed, not done.
        if step.is_some_and(|step| runbook.is_criterion(&runbook.steps[step])) {
            return None;
        }
        let draft = self.draft.as_mut()?;
        let item = runbook.checklist.iter().find(|item| item.span.start == span.start);
        let id = match step.and_then(|step| self.anchors.steps.get(step)) {
            Some(id) => id.clone(),
            None if is_task => {
                draft.boxes += 1;
                format!("box-{}", draft.boxes)
            }
            None => return None,
        };
        let name = match (step, item) {
            (_, Some(item)) if is_task => item.text.as_str(),
            (Some(step), _) => runbook.steps[step].text.as_str(),
            _ => span.of(&runbook.text).lines().next().unwrap_or_default(),
        };
        Some(draft.add(&runbook.text, id, name, span, is_task))
    }

    /// A block of commands that stands in no step and no box is ticked itself.
    pub(super) fn unit_of_block(&mut self, block: &CodeBlock) {
        let is_in_unit = self
            .open
            .iter()
            .any(|frame| matches!(frame, Frame::Item { unit: Some(_), .. }));
        let Some(draft) = self.draft.as_mut().filter(|_| !is_in_unit && is_commands(block)) else {
            return;
        };
        draft.commands += 1;
        let sections = &self.runbook.sections;
        let section = block.section.and_then(|section| sections.get(section as usize));
        let name = match section {
            Some(section) => format!("{}: {}", section.title, summary(block)),
            None => summary(block),
        };
        let id = format!("command-{}", draft.commands);
        let unit = draft.add(&self.runbook.text, id, &name, block.span, false);
        self.foot(Some(unit));
    }

    /// A section is ticked where there is nothing else to tick.
    pub(super) fn unit_of_section(&mut self, span: Span, id: &str, words: &str) {
        let Some(draft) = self.draft.as_mut().filter(|draft| draft.is_by_section) else {
            return;
        };
        let section = self.runbook.sections.iter().find(|section| section.span.start == span.start);
        let body = section.map_or(span, |section| section.body);
        let unit = draft.add(&self.runbook.text, format!("section-{id}"), words, body, false);
        draft.section = Some((unit, self.body.html.len()));
    }

    /// The end of the words of a section, or of a text without any.
    pub(super) fn end_unit_of_section(&mut self) {
        let Some(draft) = self.draft.as_mut().filter(|draft| draft.is_by_section) else {
            return;
        };
        match draft.section.take() {
            Some((unit, from)) if self.body.html[from..].trim().is_empty() => {
                draft.units.remove(unit);
            }
            Some((unit, _)) => self.foot(Some(unit)),
            None if draft.units.is_empty() && !self.body.html.trim().is_empty() && self.body.headings.is_empty() => {
                let whole = Span {
                    start: 0,
                    end: self.runbook.text.len() as u32,
                };
                let unit = draft.add(&self.runbook.text, "text".to_owned(), "Followed to the end", whole, false);
                self.foot(Some(unit));
            }
            None => {}
        }
    }

    /// The box of a task that is the tick of its item.
    pub(super) fn tick_of_item(&self) -> Option<String> {
        let unit = self.open.iter().rev().find_map(|frame| match frame {
            Frame::Item { unit, .. } => Some(*unit),
            _ => None,
        })??;
        let mut tick = "<label><input type=\"checkbox\" data-tick=\"".to_owned();
        escape::text(&mut tick, &self.draft.as_ref()?.units[unit].id);
        tick.push_str("\"><span>");
        Some(tick)
    }

    /// What stands below something that is ticked: the box, and the lines for a pen.
    pub(super) fn foot(&mut self, unit: Option<usize>) {
        let Some(unit) = unit.and_then(|unit| self.draft.as_ref()?.units.get(unit)) else {
            return;
        };
        let html = &mut self.body.html;
        let mut words = |before: &str, words: &str, after: &str| {
            html.push_str(before);
            escape::text(html, words);
            html.push_str(after);
        };
        words("<div class=\"unit\" id=\"rp-unit-", &unit.id, "\"");
        words(" data-unit=\"", &unit.id, "\"");
        // The words beside its tick are its name; those beside a box of the text may be more than that.
        if unit.has_box {
            words(" data-name=\"", &unit.name, "\"");
        }
        if unit.is_aside {
            words(" data-aside", "", "");
        }
        if unit.starts_clock {
            words(" data-zero", "", "");
        }
        words(">", "", "");
        if !unit.has_box {
            words("<label><input type=\"checkbox\" data-tick=\"", &unit.id, "\"> Done");
            words("<span class=\"sr\">: ", &unit.name, "</span></label>");
        }
        if unit.needs_two {
            words(
                "<label><input type=\"checkbox\" data-second=\"",
                &unit.id,
                "\"> Confirmed by the second person",
            );
            words("<span class=\"sr\">: ", &unit.name, "</span></label>");
        }
        if unit.is_aside {
            words("<span class=\"muted xs\">Only when it is needed</span>", "", "");
        }
        // What stands on the lines for a pen is told by the style sheet: they are on paper only, and below every step.
        self.body.html.push_str(if unit.needs_two {
            "<div class=\"hand\" aria-hidden=\"true\"><i></i><i></i><i></i><i></i><i></i></div></div>"
        } else {
            "<div class=\"hand\" aria-hidden=\"true\"><i></i><i></i><i></i><i></i></div></div>"
        });
    }
}
