//! What a language and a framework are, for the lists of this folder.

use crate::code::found::Found;
use crate::code::tree::{Grammar, Source};
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;

/// A language or format of code.
#[derive(Clone, Copy)]
pub(crate) struct Language {
    /// The name, such as `python`.
    pub(crate) name: &'static str,
    /// Whether a file is of this language, by its path.
    pub(crate) recognizes: fn(&str) -> bool,
    /// How it is read.
    pub(crate) reader: Reader,
}

impl Language {
    /// A language that is read by its grammar, under the name of that.
    pub(crate) const fn by(grammar: &'static Grammar, recognizes: fn(&str) -> bool) -> Self {
        Self {
            name: grammar.name,
            recognizes,
            reader: Reader::Grammar(grammar),
        }
    }
}

/// How a language is read.
#[derive(Clone, Copy)]
pub(crate) enum Reader {
    /// By its grammar, and by the frameworks that are written in it.
    Grammar(&'static Grammar),
    /// As text: no grammar is bound. Takes the path and the text.
    Text(fn(&str, &str) -> DefinitionFile),
}

/// A library, and what a call of it means.
#[derive(Clone, Copy)]
pub(crate) struct Framework {
    /// The grammar of its language, by the name of that.
    pub(crate) grammar: &'static str,
    /// Whether a file may use it, by its path and its text; a file that uses none is not parsed.
    pub(crate) uses: fn(&str, &str) -> bool,
    /// Words of which one stands in each of its definitions. A place that the grammar cannot read hides none when it has none of them.
    pub(crate) words: &'static [&'static str],
    /// The kinds of definitions that are not all known when such a place has one of the words.
    pub(crate) defines: &'static [Kind],
    /// Reads its definitions.
    pub(crate) read: fn(&Source<'_>, &mut Found),
}

/// Whether one of some words stands in a text.
pub(crate) fn has_any(text: &str, words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}
