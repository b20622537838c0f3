//! Words of the program that come back from a file: what is kept between runs names a rule or a tool by words that the program itself has.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer};

/// A word that the program has for as long as it runs.
pub(crate) type Word = &'static str;

/// The words that came back so far. There are as many as the program has, and a file with others is no file of ours.
static WORDS: Mutex<BTreeSet<Word>> = Mutex::new(BTreeSet::new());

/// Reads a word.
pub(crate) fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    String::deserialize(deserializer).map(|text| known(&text))
}

/// A word that was read.
pub(crate) fn known(text: &str) -> Word {
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(text) {
        return known;
    }
    let word: Word = Box::leak(text.into());
    words.insert(word);
    word
}
