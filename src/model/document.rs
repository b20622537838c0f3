//! The text of a runbook as a flat list of nodes, made once per distinct text. It is kept packed (`packed`).
//!
//! The nodes are a tree in writing order: an `Open` is closed by the next `Close` at its depth. Raw HTML of the author is plain
//! text here, so nothing downstream can mistake it for markup.

use crate::model::place::Span;

/// One node and the bytes of the source that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// The source of the node; for an `Open` the whole element.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// An element begins.
    Open(Element),
    /// The last opened element ends.
    Close,
    /// Plain text, not escaped.
    Text(Words),
    /// Inline code.
    Code(Words),
    /// Raw HTML of the author, to be shown as text.
    RawHtml(Words),
    /// A line end inside a paragraph.
    SoftBreak,
    /// A forced line break.
    HardBreak,
    /// A thematic break.
    Rule,
    /// The box of a task list item; `true` when ticked.
    TaskBox(bool),
    /// A reference to a footnote, by its label.
    FootnoteReference(Box<str>),
    /// A place that links may lead to (`<a id="x">`), by its name.
    Place(Box<str>),
    /// Lines that stand exactly as they were written, and what they are.
    Verbatim(Verbatim, Box<str>),
    /// A mark that another program fills in (`{% include x %}`), which is not run here.
    Template(Box<str>),
}

/// What lines are that stand exactly as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbatim {
    /// A formula.
    Formula,
    /// Text in `<pre>`.
    Text,
}

/// The words of a node: a piece of the source, or a text of its own where the source has entities or escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// The words stand in the source as they are.
    Source(Span),
    /// The words differ from the source.
    Owned(Box<str>),
}

impl Words {
    /// The words themselves.
    pub(crate) fn of<'words>(&'words self, text: &'words str) -> &'words str {
        match self {
            Self::Source(span) => span.of(text),
            Self::Owned(words) => words,
        }
    }
}

/// An element that holds other nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// A paragraph. In tight lists the text of an item stands without one.
    Paragraph,
    /// A heading: level 1 to 6, and its anchor by the GitHub algorithm, unique in the document.
    Heading {
        /// 1 to 6.
        level: u8,
        /// The anchor, without `#`.
        anchor: Box<str>,
    },
    /// A block quote.
    Quote,
    /// An alert (`> [!WARNING]`): `note`, `tip`, `important`, `warning` or `caution`.
    Alert(&'static str),
    /// A list; ordered lists carry the number of their first item.
    List(Option<u64>),
    /// An item of a list; `number` is the author's own number as written, where the list is ordered.
    Item {
        /// The author's own number.
        number: Option<u64>,
    },
    /// A fenced or indented code block: the index into `Runbook::code_blocks`.
    CodeBlock(u32),
    /// A table and the alignment of its columns.
    Table(Box<[Alignment]>),
    /// The heading row of a table.
    TableHead,
    /// A row of a table.
    TableRow,
    /// A cell of a table.
    TableCell,
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Struck out.
    Strikethrough,
    /// A link: the index into `Runbook::links`.
    Link(u32),
    /// An image: the index into `Runbook::links`.
    Image(u32),
    /// The text of a footnote, by its label.
    Footnote(Box<str>),
    /// A box with a word in front, as `!!! note` and `:::tip` make it: its kind, as an alert has it, and its title.
    Admonition(Box<Admonition>),
    /// A part that folds (`<details>`), and whether it is open.
    Details(bool),
    /// The line of a part that folds which always shows.
    Summary,
    /// A part that is aligned (`<p align="center">`).
    Division(Alignment),
    /// Words that a tag of HTML shapes.
    Phrase(Phrase),
    /// A link of HTML, by its destination.
    Anchor(Box<str>),
    /// An image of HTML, by its source.
    Picture(Box<str>),
}

/// A box with a word in front. Few texts have one, and a node is as large as its largest kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Admonition {
    /// Its kind, as an alert has it.
    pub(crate) kind: &'static str,
    /// Its title.
    pub(crate) title: Box<str>,
}

/// How a tag of HTML shapes words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phrase {
    /// Code.
    Code,
    /// Inserted.
    Inserted,
    /// A key to press.
    Key,
    /// Marked.
    Mark,
    /// Small print.
    Small,
    /// Below the line.
    Sub,
    /// Above the line.
    Sup,
}

impl Phrase {
    /// The tag that writes it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Inserted => "ins",
            Self::Key => "kbd",
            Self::Mark => "mark",
            Self::Small => "small",
            Self::Sub => "sub",
            Self::Sup => "sup",
        }
    }
}

/// How the cells of a table column are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alignment {
    /// As the page wants it.
    None,
    /// At the start.
    Left,
    /// In the middle.
    Center,
    /// At the end.
    Right,
}
