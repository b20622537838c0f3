//! What one walk over a text finds: its nodes, and the blocks, lists, tables and code that every later pass reads.

use std::ops::Range;

use crate::command::mapped::{Mapped, one_line};
use crate::model::document::Node;
use crate::model::place::Span;
use crate::model::runbook::Link;

/// A text in the order of writing. Ranges count in `plain`, spans in the source.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// The nodes, for rendering.
    pub(crate) nodes: Vec<Node>,
    /// The words of all blocks without markup, one block after the other, each followed by a line feed.
    pub(crate) plain: Mapped,
    /// The blocks of words.
    pub(crate) blocks: Vec<Block>,
    /// The inline code.
    pub(crate) codes: Vec<InlineCode>,
    /// The strong words.
    pub(crate) strong: Vec<Range<usize>>,
    /// The emphasised words.
    pub(crate) emphasis: Vec<Range<usize>>,
    /// The headings.
    pub(crate) headings: Vec<Heading>,
    /// The items of all lists.
    pub(crate) items: Vec<Item>,
    /// The lists.
    pub(crate) lists: Vec<List>,
    /// The rows of all tables.
    pub(crate) rows: Vec<Row>,
    /// The code blocks.
    pub(crate) fences: Vec<Fence>,
    /// The links and images.
    pub(crate) links: Vec<OutlineLink>,
    /// The raw HTML.
    pub(crate) html: Vec<Span>,
    /// Whether something was nested too deeply and is shown flat.
    pub(crate) is_flattened: bool,
}

impl Outline {
    /// The words of a block.
    pub(crate) fn words(&self, block: &Block) -> &str {
        self.plain.text.get(block.plain.clone()).unwrap_or_default()
    }

    /// The words of a block on one line.
    pub(crate) fn line(&self, block: &Block) -> String {
        one_line(self.words(block))
    }

    /// The inline code of a block.
    pub(crate) fn codes_of(&self, block: &Block) -> &[InlineCode] {
        let start = self.codes.partition_point(|code| code.plain.start < block.plain.start);
        let length = self.codes[start..].partition_point(|code| code.plain.start < block.plain.end);
        &self.codes[start..start + length]
    }

    /// The strong words of a block.
    pub(crate) fn strong_of(&self, block: &Block) -> &[Range<usize>] {
        within(&self.strong, &block.plain)
    }

    /// The emphasised words of a block.
    pub(crate) fn emphasis_of(&self, block: &Block) -> &[Range<usize>] {
        within(&self.emphasis, &block.plain)
    }

    /// The first block of an item, which holds its first words.
    pub(crate) fn first_block(&self, item: &Item) -> Option<&Block> {
        item.block.and_then(|block| self.blocks.get(block))
    }

    /// The block that stands right before the list that holds the block, such as "Use these secrets:".
    pub(crate) fn lead(&self, block: &Block) -> Option<&Block> {
        let item = self.items.get(block.item?)?;
        self.blocks.get(self.lists.get(item.list)?.lead?)
    }
}

/// The ranges that begin inside another one; the ranges are sorted by their start.
fn within<'ranges>(ranges: &'ranges [Range<usize>], outer: &Range<usize>) -> &'ranges [Range<usize>] {
    let start = ranges.partition_point(|range| range.start < outer.start);
    let length = ranges[start..].partition_point(|range| range.start < outer.end);
    &ranges[start..start + length]
}

/// A paragraph, a heading, the words of an item of a tight list, or the cell of a table.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// What it is.
    pub(crate) kind: BlockKind,
    /// Its words in `Outline::plain`.
    pub(crate) plain: Range<usize>,
    /// Its bytes.
    pub(crate) span: Span,
    /// The heading above it, as index.
    pub(crate) section: Option<usize>,
    /// The innermost item that holds it, as index.
    pub(crate) item: Option<usize>,
}

/// What a block of words is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// A paragraph.
    Paragraph,
    /// A heading.
    Heading,
    /// The words of an item of a tight list.
    Item,
    /// The cell of a table.
    Cell,
}

/// Inline code.
#[derive(Clone, Debug)]
pub(crate) struct InlineCode {
    /// The code in `Outline::plain`.
    pub(crate) plain: Range<usize>,
    /// Whether it is the words of a link or an image, which makes a claim of its own.
    pub(crate) is_in_link: bool,
}

/// A heading.
#[derive(Clone, Debug)]
pub(crate) struct Heading {
    /// 1 to 6.
    pub(crate) level: u8,
    /// The words on one line.
    pub(crate) title: String,
    /// The anchor, unique in the text.
    pub(crate) anchor: String,
    /// The heading.
    pub(crate) span: Span,
}

/// A list.
#[derive(Clone, Debug)]
pub(crate) struct List {
    /// The block right before it, as index.
    pub(crate) lead: Option<usize>,
    /// The item that holds it, as index.
    pub(crate) parent: Option<usize>,
    /// Whether its items are numbered.
    pub(crate) is_ordered: bool,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// The number as the author typed it.
    pub(crate) number: Option<u64>,
    /// The list, as index.
    pub(crate) list: usize,
    /// The item.
    pub(crate) span: Span,
    /// Its first block, as index.
    pub(crate) block: Option<usize>,
    /// The box of a task list item: ticked or not.
    pub(crate) task: Option<bool>,
    /// The heading above it, as index.
    pub(crate) section: Option<usize>,
}

/// The row of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Whether it is the heading row.
    pub(crate) is_head: bool,
    /// Its cells, as indices of blocks.
    pub(crate) cells: Range<usize>,
    /// The row.
    pub(crate) span: Span,
}

/// A code block.
#[derive(Clone, Debug)]
pub(crate) struct Fence {
    /// The words behind the opening fence; none for an indented block.
    pub(crate) info: Option<String>,
    /// The whole block.
    pub(crate) span: Span,
    /// The lines between the fences.
    pub(crate) content: Span,
    /// The lines without the indentation around them.
    pub(crate) body: Mapped,
    /// The heading above it, as index.
    pub(crate) section: Option<usize>,
    /// The block right before it, as index.
    pub(crate) lead: Option<usize>,
}

/// A link or an image, and where its words end.
#[derive(Clone, Debug)]
pub(crate) struct OutlineLink {
    /// The link.
    pub(crate) link: Link,
    /// Its words in `Outline::plain`.
    pub(crate) plain: Range<usize>,
    /// Where the last of its words ends in the source; the destination stands behind it.
    pub(crate) words_end: u32,
    /// How it was written.
    pub(crate) form: LinkForm,
}

/// How a link was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkForm {
    /// `[words](destination)`.
    Inline,
    /// `[words][label]`: the destination stands elsewhere.
    Reference,
    /// `<https://...>`.
    Auto,
    /// `<mail@address>`.
    Email,
}
