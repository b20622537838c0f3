//! What is written, and the elements that are open.

use crate::model::document::Alignment;
use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::site::body::anchors::{Anchors, Footnotes};
use crate::site::body::draft::Draft;
use crate::site::body::highlight::Painted;
use crate::site::body::written::Written;
use crate::site::link::Destination;

/// How a link closes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkEnd {
    /// With a tag.
    Tag(&'static str),
    /// With whatever its slot gave.
    Slot(&'static str),
}

/// An element that was opened and not closed yet.
pub(super) enum Frame {
    /// Closes with these words.
    Tag(&'static str),
    /// Closes with this tag.
    Phrase(&'static str),
    /// Nothing was written and nothing inside is.
    Silent,
    /// A paragraph that holds nothing but raw HTML.
    Raw,
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
        /// The unit of the run sheet that it is.
        unit: Option<usize>,
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
    /// An image, whose words are read up to its end: where it leads and whether it stands in a link.
    Image {
        from: usize,
        /// How many slots there were before it.
        slots: usize,
        index: u32,
        destination: Destination,
        is_in_link: bool,
        fallback: String,
    },
}

/// A text that is being written.
pub(super) struct Writer<'runbook> {
    pub(super) runbook: &'runbook Runbook,
    pub(super) anchors: &'runbook Anchors,
    pub(super) footnotes: Footnotes<'runbook>,
    /// Named places that were written: what is named again makes no second place.
    pub(super) places: Vec<&'runbook str>,
    pub(super) tells_root: bool,
    pub(super) marks: Vec<(Span, &'runbook str)>,
    pub(super) body: Written,
    pub(super) open: Vec<Frame>,
    /// The author's levels of the headings whose section is boxed.
    pub(super) boxes: Vec<u8>,
    /// The author's levels of the headings above, to number levels without gaps.
    pub(super) levels: Vec<u8>,
    /// The next section to look at.
    pub(super) section: usize,
    /// Links that are open: a link inside a link is only its words.
    pub(super) links: usize,
    pub(super) tables: usize,
    /// Raw HTML that was met and not written yet: pieces that stand together are one text.
    pub(super) raw: String,
    /// A task box that waits for the words of its item.
    pub(super) task: Option<bool>,
    /// The words of each block of code that have a class.
    pub(super) painted: &'runbook [Box<[Painted]>],
    /// What a run sheet adds to the text; none on the page of the runbook.
    pub(super) draft: Option<Draft>,
}
