//! Element ids in the text of a runbook: given once, before anything is written, so that links may point forward.
//!
//! Everything that the site adds around a text has an id that starts with `rp-`. The anchors of the author stay as GitHub makes them,
//! so that links from elsewhere keep working; those that look like one of ours, or that name something that every page has for its
//! scripts, get `h-` in front.

use std::collections::{HashMap, HashSet};

use crate::model::bytes::{Packed, put_number, put_part};
use crate::model::document::{Element, Node, NodeKind};
use crate::model::runbook::{Runbook, Step};

/// An anchor and its element id; none where it is the anchor itself.
type Known = (Box<str>, Option<Box<str>>);

/// The element ids of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Anchors {
    /// The ids of headings, by where the heading begins; sorted.
    headings: Box<[(u32, Box<str>)]>,
    /// The element id by the anchor that an author would name, where it is no id of a step; sorted. None where it is the anchor itself.
    by_anchor: Box<[Known]>,
    /// The ids of places that links may lead to and that are no heading.
    places: Box<[Box<str>]>,
    /// The ids of the steps, in the order of `Runbook::steps`.
    pub(super) steps: Vec<String>,
}

/// The footnotes of a text, by their labels.
#[derive(Debug, Default)]
pub(super) struct Footnotes<'nodes>(HashMap<&'nodes str, Footnote>);

/// A footnote.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Footnote {
    /// The number that readers see.
    pub(super) number: usize,
    /// Whether the text has the footnote itself.
    pub(super) is_defined: bool,
    /// Whether the text refers to it.
    pub(super) is_mentioned: bool,
}

/// Ids that are being given.
#[derive(Default)]
struct Claims {
    taken: HashSet<String>,
    /// How often a wish was taken, so that the next number is found at once.
    again: HashMap<String, u32>,
}

impl Anchors {
    /// Gives the ids of a text.
    pub(super) fn of(runbook: &Runbook, nodes: &[Node]) -> Self {
        let mut claims = Claims::default();
        let mut headings: Vec<(u32, Box<str>)> = Vec::new();
        let mut by_anchor: HashMap<&str, Box<str>> = HashMap::new();
        let mut places: Vec<Box<str>> = Vec::new();
        for node in nodes {
            match &node.kind {
                NodeKind::Open(Element::Heading { anchor, .. }) => {
                    let id = claims.claim(if anchor.is_empty() { "h-section" } else { anchor });
                    by_anchor.entry(anchor).or_insert_with(|| id.as_str().into());
                    headings.push((node.span.start, id.into()));
                }
                NodeKind::Place(name) if !by_anchor.contains_key(name.as_ref()) => {
                    let id = claims.claim(name);
                    by_anchor.insert(name, id.as_str().into());
                    places.push(id.into());
                }
                _ => {}
            }
        }
        let steps = runbook.steps.iter().map(|step| claims.claim_step(runbook, step)).collect();
        let mut by_anchor: Vec<Known> = by_anchor
            .into_iter()
            .map(|(anchor, id)| (anchor.into(), (*id != *anchor).then_some(id)))
            .collect();
        by_anchor.sort_unstable();
        // The last one counts where two begin at one place.
        headings.reverse();
        headings.sort_by_key(|(start, _)| *start);
        headings.dedup_by_key(|(start, _)| *start);
        Self {
            headings: headings.into(),
            by_anchor: by_anchor.into(),
            places: places.into(),
            steps,
        }
    }

    /// Everything as bytes.
    pub(super) fn put(&self, bytes: &mut Vec<u8>) {
        let Self {
            headings,
            by_anchor,
            places,
            steps,
        } = self;
        put_number(bytes, headings.len() as u64);
        for (start, id) in headings {
            put_number(bytes, u64::from(*start));
            put_part(bytes, id.as_bytes());
        }
        put_number(bytes, by_anchor.len() as u64);
        for (anchor, id) in by_anchor {
            put_part(bytes, anchor.as_bytes());
            bytes.push(u8::from(id.is_some()));
            if let Some(id) = id {
                put_part(bytes, id.as_bytes());
            }
        }
        put_number(bytes, places.len() as u64);
        for place in places {
            put_part(bytes, place.as_bytes());
        }
        put_number(bytes, steps.len() as u64);
        for step in steps {
            put_part(bytes, step.as_bytes());
        }
    }

    /// Everything from bytes; none when they are of something else.
    pub(super) fn get(packed: &mut Packed<'_>) -> Option<Self> {
        let count = packed.count(2)?;
        let headings = (0..count).map(|_| Some((packed.number()?.try_into().ok()?, packed.text()?.into())));
        let headings = headings.collect::<Option<Vec<(u32, Box<str>)>>>()?;
        let count = packed.count(2)?;
        let by_anchor = (0..count).map(|_| {
            let anchor = packed.text()?.into();
            let id = match packed.byte()? {
                0 => None,
                _ => Some(packed.text()?.into()),
            };
            Some((anchor, id))
        });
        let by_anchor = by_anchor.collect::<Option<Vec<Known>>>()?;
        let count = packed.count(1)?;
        let places = (0..count)
            .map(|_| packed.text().map(Box::from))
            .collect::<Option<Vec<Box<str>>>>()?;
        let count = packed.count(1)?;
        let steps = (0..count).map(|_| packed.text().map(str::to_owned)).collect::<Option<_>>()?;
        Some(Self {
            headings: headings.into(),
            by_anchor: by_anchor.into(),
            places: places.into(),
            steps,
        })
    }

    /// The id of the heading that begins at a byte.
    pub(super) fn heading(&self, start: u32) -> Option<&str> {
        let index = self.headings.binary_search_by_key(&start, |(start, _)| *start).ok()?;
        Some(&self.headings[index].1)
    }

    /// The id that an anchor leads to, in any case of letters where the exact one is not there.
    pub(super) fn find(&self, anchor: &str) -> Option<&str> {
        self.exact(anchor).or_else(|| self.exact(&anchor.to_lowercase()))
    }

    fn exact(&self, anchor: &str) -> Option<&str> {
        if let Ok(index) = self.by_anchor.binary_search_by(|(known, _)| (**known).cmp(anchor)) {
            let (known, id) = &self.by_anchor[index];
            return Some(id.as_deref().unwrap_or(known));
        }
        self.steps.iter().map(String::as_str).find(|id| *id == anchor)
    }

    /// The id of a place, by its name; none where the name is that of a heading.
    pub(super) fn place(&self, name: &str) -> Option<&str> {
        let id = self.exact(name)?;
        self.places.iter().any(|place| **place == *id).then_some(id)
    }
}

impl<'nodes> Footnotes<'nodes> {
    /// The footnotes of a text, numbered in the order in which they are met.
    pub(super) fn of(nodes: &'nodes [Node]) -> Self {
        let mut footnotes: HashMap<&str, Footnote> = HashMap::new();
        let mut counter = 0;
        for node in nodes {
            let (label, is_defined) = match &node.kind {
                NodeKind::FootnoteReference(label) => (label, false),
                NodeKind::Open(Element::Footnote(label)) => (label, true),
                _ => continue,
            };
            let footnote = footnotes.entry(label).or_default();
            footnote.is_defined |= is_defined;
            footnote.is_mentioned |= !is_defined;
            if footnote.number == 0 {
                counter += 1;
                footnote.number = counter;
            }
        }
        Self(footnotes)
    }

    /// A footnote, by its label.
    pub(super) fn get(&self, label: &str) -> Footnote {
        self.0.get(label).copied().unwrap_or_default()
    }
}

impl Claims {
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
