//! What is known of a text, and the text as it was written, with slots for what differs between editions.

use std::fmt::Write as _;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::model::place::Span;
use crate::model::runbook::{Runbook, SectionKind};
use crate::site::body::anchors::Anchors;
use crate::site::body::code;
use crate::site::body::highlight::Painted;
use crate::site::body::marks::{Mark, Marks};
use crate::site::escape;
use crate::site::link::FileLink;

/// What is known of the text of a runbook without its markup: it is kept as long as any page is made. The markup is much larger, and is
/// written when the page that shows it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    /// The anchor of the first heading of level 1, which the page shows as its own heading.
    pub(crate) title_anchor: Option<String>,
    /// The headings in writing order, without the title.
    pub(crate) headings: Box<[Heading]>,
    /// The element ids.
    pub(super) anchors: Anchors,
    /// The links to files: the index into `Runbook::links`, and where each leads.
    pub(super) links: Box<[(u32, FileLink)]>,
    /// A number for the text of each step, sorted, to compare two texts.
    pub(super) step_prints: Box<[u64]>,
    /// The words of each block of code that have a class. They are looked for once, when the first page is written.
    pub(super) painted: OnceLock<Box<[Box<[Painted]>]>>,
}

/// The text of a runbook as markup with slots.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// The markup without what the slots give.
    pub(super) html: String,
    /// The slots in order of their place.
    pub(super) slots: Vec<Slot>,
    /// The anchor of the title, and the headings, as far as they are written.
    pub(super) title_anchor: Option<String>,
    /// The headings that are written.
    pub(super) headings: Vec<Heading>,
    /// SHA-256 over markup and slots, in hex: the same for the same text, whatever the edition.
    pub(crate) sha256: String,
}

/// A heading as it stands in the markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    /// The element id.
    pub(crate) id: String,
    /// The words.
    pub(crate) title: String,
    /// 2 to 6, without gaps.
    pub(crate) level: u8,
    /// What the heading announces.
    pub(crate) kind: SectionKind,
}

/// A place in the markup where something of the edition is put in.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// The byte in the markup.
    pub(super) at: u32,
    /// What is put in.
    pub(super) kind: SlotKind,
}

/// What is put into a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SlotKind {
    /// A class of a figure, when something in the span is broken.
    FigureClass(Span),
    /// A word on the copy button, when something in the span is broken.
    CopyWord(Span),
    /// The marks of everything that is wrong in the span.
    Marks(Span),
    /// The start of a link to a file: the index into `Runbook::links` and where it leads.
    LinkStart(u32, Box<FileLink>),
    /// The end of that link.
    LinkEnd,
    /// An image of the repository.
    Image {
        /// The index into `Runbook::links`.
        link: u32,
        /// Where it is.
        file: Box<FileLink>,
        /// Its words, escaped.
        words: Box<str>,
        /// Whether it stands in a link.
        is_in_link: bool,
    },
}

/// Where a link to a file leads in one edition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LinkTarget {
    /// A page of the site, as a relative address.
    Page(String),
    /// A page on the web.
    Web(String),
    /// Nowhere; the path is told on hovering.
    Nowhere(String),
    /// A copy of a picture in the site, as a relative address; its width and height in pixels where they are known.
    Picture(String, Option<(u32, u32)>),
}

impl Written {
    /// The markup of one edition. `marks` say what is wrong, `target` where links to files lead: it is given the index into
    /// `Runbook::links` and the destination.
    pub(crate) fn assemble(&self, marks: &Marks, target: impl Fn(u32, &FileLink) -> LinkTarget) -> String {
        let of_slot = self.marks_of_slots(&marks.notes);
        let mut html = String::with_capacity(self.html.len() + 64 * self.slots.len() + 512 * marks.notes.len());
        let mut done = 0;
        let mut link_end = "";
        for (index, slot) in self.slots.iter().enumerate() {
            html.push_str(&self.html[done..slot.at as usize]);
            done = slot.at as usize;
            match &slot.kind {
                SlotKind::FigureClass(span) if marks.is_broken(*span) => html.push_str(" broken"),
                SlotKind::CopyWord(span) if marks.is_broken(*span) => html.push_str(" anyway"),
                SlotKind::FigureClass(_) | SlotKind::CopyWord(_) => {}
                SlotKind::Marks(_) => {
                    for (_, mark) in of_slot.iter().filter(|(slot, _)| *slot == index) {
                        html.push_str(&mark.html);
                    }
                }
                SlotKind::LinkStart(link, file) => link_end = open_link(&mut html, &target(*link, file)),
                SlotKind::LinkEnd => html.push_str(link_end),
                SlotKind::Image {
                    link,
                    file,
                    words,
                    is_in_link,
                } => image(&mut html, &target(*link, file), file, words, *is_in_link),
            }
        }
        html.push_str(&self.html[done..]);
        html
    }

    /// The slot of each mark that has one: the smallest block that holds the words.
    fn marks_of_slots<'marks>(&self, marks: &'marks [Mark]) -> Vec<(usize, &'marks Mark)> {
        if marks.is_empty() {
            return Vec::new();
        }
        marks
            .iter()
            .filter_map(|mark| {
                let smallest = self
                    .slots
                    .iter()
                    .enumerate()
                    .filter_map(|(index, slot)| match slot.kind {
                        SlotKind::Marks(span) if span.contains(mark.start()) => Some((span.end - span.start, index)),
                        _ => None,
                    })
                    .min()?;
                Some((smallest.1, mark))
            })
            .collect()
    }

    /// Whether the words of a finding stand in the markup, so that a mark can be put there.
    pub(crate) fn has_place_for(&self, span: Span) -> bool {
        let start = Span {
            start: span.start,
            end: span.start,
        };
        self.slots
            .iter()
            .any(|slot| matches!(slot.kind, SlotKind::Marks(block) if block.contains(start)))
    }

    /// Takes the digest of the markup.
    pub(super) fn seal(&mut self) {
        let mut digest = Sha256::new();
        digest.update(self.html.as_bytes());
        for slot in &self.slots {
            digest.update(slot.at.to_le_bytes());
            if let SlotKind::Image { words, .. } = &slot.kind {
                digest.update(words.as_bytes());
            }
            if let SlotKind::LinkStart(_, file) | SlotKind::Image { file, .. } = &slot.kind {
                digest.update(file.path.as_bytes());
                digest.update([0]);
                digest.update(file.anchor.as_deref().unwrap_or_default().as_bytes());
            }
        }
        self.sha256 = hex(&digest.finalize());
    }
}

impl Body {
    /// The first heading of a kind of section.
    pub(crate) fn heading(&self, kind: SectionKind) -> Option<&Heading> {
        self.headings.iter().find(|heading| heading.kind == kind)
    }

    /// The element id that an anchor of the author leads to.
    pub(crate) fn anchor(&self, anchor: &str) -> Option<&str> {
        self.anchors.find(anchor)
    }

    /// The element id of each step, in the order of `Runbook::steps`.
    pub(crate) fn step_ids(&self) -> &[String] {
        &self.anchors.steps
    }

    /// The links to files, as [`Written::assemble`] asks for them.
    pub(crate) fn links(&self) -> impl Iterator<Item = (u32, &FileLink)> {
        self.links.iter().map(|(link, file)| (*link, file))
    }

    /// The words of each block of code that have a class.
    pub(super) fn painted(&self, runbook: &Runbook) -> &[Box<[Painted]>] {
        self.painted.get_or_init(|| {
            let blocks = runbook.code_blocks.iter();
            blocks.map(|block| code::painted_of(block).into_boxed_slice()).collect()
        })
    }

    /// How many steps differ between two texts: those that only one of them has, a changed step counted once.
    pub(crate) fn steps_changed(&self, other: &Self) -> u64 {
        let (mut left, mut right) = (self.step_prints.iter().peekable(), other.step_prints.iter().peekable());
        let (mut only_left, mut only_right) = (0, 0);
        loop {
            match (left.peek(), right.peek()) {
                (None, None) => return u64::max(only_left, only_right),
                (Some(_), None) => {
                    left.next();
                    only_left += 1;
                }
                (None, Some(_)) => {
                    right.next();
                    only_right += 1;
                }
                (Some(one), Some(two)) => match one.cmp(two) {
                    std::cmp::Ordering::Equal => {
                        left.next();
                        right.next();
                    }
                    std::cmp::Ordering::Less => {
                        left.next();
                        only_left += 1;
                    }
                    std::cmp::Ordering::Greater => {
                        right.next();
                        only_right += 1;
                    }
                },
            }
        }
    }
}

/// Bytes as hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        hex.push(digit(byte >> 4));
        hex.push(digit(byte & 15));
    }
    hex
}

fn open_link(html: &mut String, target: &LinkTarget) -> &'static str {
    match target {
        LinkTarget::Page(address) => {
            html.push_str("<a href=\"");
            escape::text(html, address);
            html.push_str("\">");
            "</a>"
        }
        LinkTarget::Web(address) => {
            html.push_str("<a href=\"");
            escape::text(html, address);
            html.push_str("\" rel=\"noopener noreferrer\">");
            "</a>"
        }
        LinkTarget::Nowhere(path) => {
            html.push_str("<span class=\"ref\" title=\"");
            escape::text(html, path);
            html.push_str("\">");
            "</span>"
        }
        // A picture is shown by `image`; a link to one leads to its copy.
        LinkTarget::Picture(address, _) => {
            html.push_str("<a href=\"");
            escape::text(html, address);
            html.push_str("\">");
            "</a>"
        }
    }
}

/// A picture, or where there is none its words. `words` are escaped.
fn image(html: &mut String, target: &LinkTarget, file: &FileLink, words: &str, is_in_link: bool) {
    if let LinkTarget::Picture(address, size) = target {
        html.push_str("<img src=\"");
        escape::text(html, address);
        html.push_str("\" alt=\"");
        html.push_str(words);
        html.push('"');
        if let Some((width, height)) = size {
            let _ = write!(html, " width=\"{width}\" height=\"{height}\"");
        }
        html.push('>');
        return;
    }
    let end = if is_in_link { "" } else { open_link(html, target) };
    named_image(html, (!words.is_empty()).then_some(words), &file.path);
    html.push_str(end);
}

/// The name of an image that is not shown. The words are escaped already.
pub(super) fn named_image(html: &mut String, words: Option<&str>, fallback: &str) {
    html.push_str("<span class=\"image\">Image: ");
    match words {
        Some(words) => html.push_str(words),
        None => escape::text(html, fallback),
    }
    html.push_str("</span>");
}
