//! Element ids in the text of a runbook: given once, before anything is written, so that links may point forward.
//!
//! Everything that the site adds around a text has an id that starts with `rp-`. The anchors of the author stay as GitHub makes them,
//! so that links from elsewhere keep working; those that look like one of ours, or that name something that every page has for its
//! scripts, get `h-` in front.

use std::collections::{HashMap, HashSet};

use crate::model::document::{Element, Node, NodeKind};
use crate::model::runbook::{Runbook, Step};

/// The element ids of a text.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: HashSet<String>,
    /// How often an id was wished for again, so that the next number is found at once.
    again: HashMap<String, u32>,
    /// The id of each heading, by its first byte.
    headings: HashMap<u32, String>,
    /// The ids by the anchor that an author would name.
    pub(super) by_anchor: HashMap<String, String>,
    /// The ids of places that authors name themselves and that were not written yet.
    places: HashSet<String>,
    /// The id of each step, by its index.
    pub(super) steps: Vec<String>,
    /// The step that begins at a byte.
    step_at: HashMap<u32, usize>,
    /// Number of each footnote by its label, counted from 1 in order of first mention.
    footnotes: HashMap<Box<str>, Footnote>,
}

/// A footnote of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Footnote {
    /// The number, from 1.
    pub(super) number: usize,
    /// Whether its text stands somewhere.
    pub(super) is_defined: bool,
    /// Whether something refers to it.
    pub(super) is_mentioned: bool,
}

impl Anchors {
    /// Gives every heading, step and named place of a text its id.
    pub(super) fn of(runbook: &Runbook, nodes: &[Node]) -> Self {
        let mut anchors = Self::default();
        let mut counter = 0;
        for node in nodes {
            match &node.kind {
                NodeKind::Open(Element::Heading { anchor, .. }) => {
                    let id = anchors.claim(if anchor.is_empty() { "h-section" } else { anchor });
                    anchors.by_anchor.entry(anchor.to_string()).or_insert_with(|| id.clone());
                    anchors.headings.insert(node.span.start, id);
                }
                NodeKind::Place(name) if !anchors.by_anchor.contains_key(name.as_ref()) => {
                    let id = anchors.claim(name);
                    anchors.places.insert(id.clone());
                    anchors.by_anchor.insert(name.to_string(), id);
                }
                NodeKind::FootnoteReference(label) => {
                    let footnote = anchors.footnotes.entry(label.clone()).or_default();
                    footnote.is_mentioned = true;
                    if footnote.number == 0 {
                        counter += 1;
                        footnote.number = counter;
                    }
                }
                NodeKind::Open(Element::Footnote(label)) => {
                    let footnote = anchors.footnotes.entry(label.clone()).or_default();
                    footnote.is_defined = true;
                    if footnote.number == 0 {
                        counter += 1;
                        footnote.number = counter;
                    }
                }
                _ => {}
            }
        }
        for (index, step) in runbook.steps.iter().enumerate() {
            anchors.step_at.entry(step.span.start).or_insert(index);
            let id = anchors.claim_step(runbook, step);
            anchors.by_anchor.entry(id.clone()).or_insert_with(|| id.clone());
            anchors.steps.push(id);
        }
        anchors
    }

    fn claim(&mut self, wish: &str) -> String {
        let mut id = plain(wish);
        if id.starts_with("rp-") || is_step_id(&id) || GLOBALS.contains(&id.as_str()) {
            id.insert_str(0, "h-");
        }
        self.unique(id)
    }

    /// `step-3-2`; where several lists begin at 1, the later ones are told apart by their section: `rollback-step-1`.
    fn claim_step(&mut self, runbook: &Runbook, step: &Step) -> String {
        let number = step.number.iter().map(u64::to_string).collect::<Vec<_>>().join("-");
        let plain = format!("step-{number}");
        if !self.taken.contains(&plain) {
            return self.unique(plain);
        }
        let section = step.section.and_then(|index| runbook.sections.get(index as usize));
        match section
            .map(|section| section.anchor.as_str())
            .filter(|anchor| !anchor.is_empty() && !anchor.starts_with("rp-"))
        {
            Some(anchor) => self.unique(self::plain(&format!("{anchor}-{plain}"))),
            None => self.unique(plain),
        }
    }

    fn unique(&mut self, id: String) -> String {
        if self.taken.insert(id.clone()) {
            return id;
        }
        loop {
            let number = self.again.entry(id.clone()).or_insert(1);
            *number += 1;
            let next = format!("{id}--{number}");
            if self.taken.insert(next.clone()) {
                return next;
            }
        }
    }

    /// The id of the heading that begins at a byte.
    pub(super) fn heading(&self, start: u32) -> Option<&str> {
        self.headings.get(&start).map(String::as_str)
    }

    /// The id that an anchor of the author leads to, if there is one.
    pub(super) fn find(&self, anchor: &str) -> Option<&str> {
        self.by_anchor
            .get(anchor)
            .or_else(|| self.by_anchor.get(&anchor.to_lowercase()))
            .map(String::as_str)
    }

    /// The id of a named place, the first time that it is asked for: what is named again, or like a heading, makes no
    /// second place.
    pub(super) fn place(&mut self, name: &str) -> Option<String> {
        let id = self.by_anchor.get(name)?;
        self.places.take(id)
    }

    /// The step that begins at a byte.
    pub(super) fn step(&self, start: u32) -> Option<usize> {
        self.step_at.get(&start).copied()
    }

    /// The footnote of a label.
    pub(super) fn footnote(&self, label: &str) -> Footnote {
        self.footnotes.get(label).copied().unwrap_or_default()
    }
}

/// An id that may stand in an address as it is. Anchors by the GitHub algorithm are like that already.
fn plain(wish: &str) -> String {
    let is_plain = |character: char| match character {
        '-' | '_' | '.' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        _ => !character.is_whitespace() && !character.is_control(),
    };
    wish.chars()
        .map(|character| if is_plain(character) { character } else { '-' })
        .collect()
}

/// Whether an id looks like that of a step: `step-3-2`, and no words behind.
fn is_step_id(id: &str) -> bool {
    id.strip_prefix("step-").is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_digit()) && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    })
}

/// Names that every object or every window has for scripts. An element with such an id could stand in for one of them.
const GLOBALS: &[&str] = &[
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__", "constructor", "document",
    "frames", "globalThis", "hasOwnProperty", "isPrototypeOf", "location", "propertyIsEnumerable", "prototype", "self",
    "toLocaleString", "toString", "valueOf", "window",
];
