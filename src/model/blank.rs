//! Words of a block of code that a reader must replace, and how a value may stand in their place.

use std::ops::Range;

/// Something to fill in, in the text of a block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blank {
    /// The bytes of the block.
    pub(crate) range: Range<usize>,
    /// What is asked for, as a name that is the same wherever the same is asked: `version`, `staging-ref`.
    pub(crate) name: String,
    /// What is asked for, in the words of the author.
    pub(crate) label: String,
    /// How a value may stand there.
    pub(crate) place: BlankPlace,
    /// Whether a `v` at the start of the value is left out, as `X.Y.Z` wants it.
    pub(crate) is_without_v: bool,
}

/// Where something to fill in stands, as a shell reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlankPlace {
    /// Outside of quotes: single quotes around the value keep it one word.
    Bare,
    /// In double quotes, which are closed around the quoted value.
    Double,
    /// In single quotes.
    Single,
    /// Where no quoting is sure to hold: only a value of plain letters may stand there.
    Plain,
    /// It is a choice, not a value: `[--force]`, `...`. A person has to type the command.
    Choice,
}
