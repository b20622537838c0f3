//! The words of a command.

use std::ops::Range;

/// A word of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word with its quotes removed.
    pub(crate) text: String,
    /// Where it stands in the command, quotes included.
    pub(crate) range: Range<usize>,
    /// Whether quotes stand in it.
    pub(crate) is_quoted: bool,
}

/// The variable that a word sets.
pub(crate) fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let is_name = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}
