//! Words of the program itself that are written out and read back.

use serde::de::{Deserialize, Deserializer, Error};

/// A word of the program itself, such as the name of a metric.
pub(crate) type Word = &'static str;

/// Reads a word back that is one of those that are known; any other is an error.
pub(crate) fn known<'de, D: Deserializer<'de>>(reader: D, words: &[Word]) -> Result<Word, D::Error> {
    let text = String::deserialize(reader)?;
    let found = words.iter().find(|word| **word == text);
    found.copied().ok_or_else(|| D::Error::custom("it is no known word"))
}
