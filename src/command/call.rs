//! A call of a program, as those see it who know what its arguments mean.

use crate::command::sink::{Sink, Site};
use crate::command::words::Word;
use crate::model::directory::Directory;

/// What is known of programs: a call of one may run another.
#[derive(Clone, Copy)]
pub(crate) struct Programs {
    /// Gathers what a call names.
    pub(crate) run: fn(&Call<'_>, &mut Sink),
    /// Whether a word is a known program.
    pub(crate) is_known: fn(&str) -> bool,
}

/// A program with its arguments, where it stands and where it runs.
#[derive(Clone)]
pub(crate) struct Call<'word> {
    /// The program and its arguments.
    pub(crate) words: &'word [Word],
    /// The folder it runs in.
    pub(crate) directory: Directory,
    /// Where it stands.
    pub(crate) site: Site<'word>,
    /// How many programs run it.
    pub(crate) depth: u8,
    /// What is known of programs.
    pub(crate) programs: Programs,
}

impl<'word> Call<'word> {
    /// The name of the program without its folder.
    pub(crate) fn program(&self) -> &'word str {
        let program = self.words.first().map_or("", |word| word.text.as_str());
        program.rsplit('/').next().unwrap_or(program)
    }

    /// The arguments.
    pub(crate) fn arguments(&self) -> &'word [Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The first argument; empty without one.
    pub(crate) fn verb(&self) -> &'word str {
        self.words.get(1).map_or("", |word| word.text.as_str())
    }

    /// Where the program begins.
    pub(crate) fn start(&self) -> usize {
        self.words.first().map_or(0, |word| word.range.start)
    }

    /// Whether a word is a known program.
    pub(crate) fn knows(&self, word: &str) -> bool {
        (self.programs.is_known)(word)
    }

    /// Gathers what the program names that this one runs.
    pub(crate) fn run(&self, words: &'word [Word], directory: &Directory, sink: &mut Sink) {
        let inner = Call {
            words,
            directory: directory.clone(),
            depth: self.depth + 1,
            ..self.clone()
        };
        (self.programs.run)(&inner, sink);
    }
}
