//! The text of a runbook as a form for one release. What is ticked is a step, a box, or a block of commands that stands in neither; where a
//! text has none of them, a section; at last the text as a whole.

use std::fmt::Write as _;

use crate::model::place::Span;
use crate::model::runbook::{CodeBlock, CodeKind, Runbook, ScheduleKind, SectionKind};
use crate::site::body::code::summary;
use crate::site::body::fields::{Field, Fields};
use crate::site::body::open::{Frame, Writer};
use crate::site::escape;

/// What a run sheet asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// The values.
    pub(crate) fields: Vec<Field>,
    /// What is ticked, in writing order; inner ones before the outer.
    pub(crate) units: Vec<Unit>,
}

/// Something that is done, and ticked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The id, which stays while the text around it changes: `step-3`, `box-2`, `command-1`.
    pub(crate) id: String,
    /// What is done, in the words of the author.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) span: Span,
    /// Whether it is done only when something calls for it, such as a step of a rollback.
    pub(crate) is_aside: bool,
    /// Whether two people do it.
    pub(crate) needs_two: bool,
    /// Whether its tick is `T+0`.
    pub(crate) starts_clock: bool,
    /// Whether the text has a box for it already.
    has_box: bool,
}

/// A sheet that is being written.
pub(super) struct Draft {
    fields: Fields,
    units: Vec<Unit>,
    /// Sections whose steps are done only when something calls for them, and whether also their boxes are.
    asides: Vec<(Span, bool)>,
    zero: Option<u32>,
    is_by_section: bool,
    boxes: usize,
    commands: usize,
    /// The section that waits for its end, and where its words begin.
    section: Option<(usize, usize)>,
}

/// Letters of the name of what is ticked.
const MOST_LETTERS: usize = 200;

/// Words of headings of what is read, or done, only when something calls for it.
const ASIDES: &[&str] = &[
    "appendix", "background", "contacts", "escalation", "example", "faq", "fails", "failure", "glossary", "history", "if ",
    "optional", "reference", "related", "see also", "troubleshoot",
];

/// Words of what two people do.
const TWO: &[&str] = &[
    "four eyes", "four-eyes", "second pair of eyes", "second person", "two people", "two persons", "two-person", "two roles",
];

impl Draft {
    /// The sheet of a text, before anything is written.
    pub(super) fn of(runbook: &Runbook) -> Self {
        let is_rollback = |kind| matches!(kind, SectionKind::Rollback | SectionKind::RollbackCriteria);
        let asides = runbook
            .sections
            .iter()
            .filter(|section| section.level > 1)
            .filter_map(|section| {
                let title = section.title.to_lowercase();
                let is_aside = is_rollback(section.kind)
                    || ASIDES
                        .iter()
                        .any(|word| title.starts_with(word) || title.contains(&format!(" {}", word.trim())));
                is_aside.then_some((section.body, is_rollback(section.kind)))
            });
        let zero = runbook
            .schedules
            .iter()
            .find(|schedule| schedule.kind == ScheduleKind::After(0));
        let has_commands = runbook.code_blocks.iter().any(is_commands);
        Self {
            fields: Fields::default(),
            units: Vec::new(),
            asides: asides.collect(),
            zero: zero.map(|schedule| schedule.span.start),
            is_by_section: runbook.steps.is_empty() && runbook.checklist.is_empty() && !has_commands,
            boxes: 0,
            commands: 0,
            section: None,
        }
    }

    /// The values that were asked for up to here.
    pub(super) fn fields(&mut self) -> &mut Fields {
        &mut self.fields
    }

    /// The sheet.
    pub(super) fn into_sheet(mut self) -> Sheet {
        // A text that is nothing but what a rollback does is no aside.
        if self.units.iter().all(|unit| unit.is_aside) {
            self.units.iter_mut().for_each(|unit| unit.is_aside = false);
        }
        Sheet {
            fields: self.fields.list,
            units: self.units,
        }
    }

    fn add(&mut self, text: &str, id: String, name: &str, span: Span, has_box: bool) -> usize {
        let words = span.of(text).to_lowercase();
        let start = Span {
            start: span.start,
            end: span.start,
        };
        let asides = self.asides.iter().filter(|(section, _)| section.contains(start));
        let is_aside = asides.fold(false, |aside, (_, is_rollback)| aside || *is_rollback || !has_box);
        let starts_clock = self.zero.is_some_and(|zero| span.start <= zero && zero < span.end);
        if starts_clock {
            // The first one only, which is the outer one.
            self.zero = None;
        }
        let name: String = name.trim().trim_end_matches([':', '.']).chars().take(MOST_LETTERS).collect();
        // A step that holds nothing but another list is called by its number.
        let name = if name.trim().is_empty() { id.replace('-', " ") } else { name };
        self.units.push(Unit {
            id,
            name,
            span,
            is_aside,
            needs_two: TWO.iter().any(|two| words.contains(two)),
            starts_clock,
            has_box,
        });
        self.units.len() - 1
    }
}

/// Whether somebody types what a block holds.
fn is_commands(block: &CodeBlock) -> bool {
    matches!(block.kind, CodeKind::Shell | CodeKind::Console | CodeKind::OtherShell) && !block.text.trim().is_empty()
}

impl Writer<'_> {
    /// The unit that an item of a list is; none where it is only an item, or where there is no sheet.
    pub(super) fn unit_of_item(&mut self, span: Span, step: Option<usize>, is_task: bool) -> Option<usize> {
        let runbook = self.runbook;
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
        words(" data-name=\"", &unit.name, "\"");
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
        let _ = write!(
            self.body.html,
            "<div class=\"hand\" aria-hidden=\"true\"><span class=\"box\"></span><span>time (UTC)</span><span>initials</span>{}<span>note, or why skipped</span></div></div>",
            if unit.needs_two {
                "<span>initials of the second</span>"
            } else {
                ""
            }
        );
    }
}
