//! Text of a shell -> the simple commands in it, by the grammar of the shell, each with the folder that it runs in.
//!
//! Commands inside of substitutions and of bodies of heredocs are read as any other. Where the grammar does not understand a text, each
//! of its commands is read on its own, and what is not understood then is a row of words.

use std::ops::Range;

use crate::code::bash::GRAMMAR;
use crate::code::tree::{Node, Source};
use crate::command::folders::Folders;
use crate::command::masked::masked;
use crate::command::words::{Word, assigned};
use crate::model::directory::Directory;

/// One program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Simple {
    /// Variables that are set for the command alone: `KEY=value`.
    pub(crate) assignments: Vec<Word>,
    /// The program and its arguments, wrappers such as `sudo` removed.
    pub(crate) words: Vec<Word>,
    /// What is written by redirection.
    pub(crate) written: Vec<Word>,
    /// What is read by redirection.
    pub(crate) read: Vec<Word>,
    /// What a loop goes over.
    pub(crate) looped: Vec<Word>,
    /// The folder that it runs in.
    pub(crate) directory: Directory,
}

impl Simple {
    /// Nothing, in a folder.
    fn in_folder(directory: Directory) -> Self {
        Self {
            assignments: Vec::new(),
            words: Vec::new(),
            written: Vec::new(),
            read: Vec::new(),
            looped: Vec::new(),
            directory,
        }
    }
}

/// Words of the shell that stand before a command.
const KEYWORDS: &[&str] = &["!", "{", "}", "do", "elif", "else", "if", "then", "until", "while"];

/// Words of the shell that begin something which is no command.
const NO_COMMANDS: &[&str] = &["case", "done", "esac", "fi", "for", "function", "select"];

/// Programs that run the program behind them, with the options of theirs that take a value.
pub(super) const WRAPPERS: [(&str, &[&str]); 15] = [
    ("command", &[]),
    ("doas", &["-u"]),
    ("env", &["-u", "-C"]),
    ("exec", &[]),
    ("nice", &["-n"]),
    ("nohup", &[]),
    ("stdbuf", &["-o", "-e", "-i"]),
    ("sudo", &["-u", "-g", "-h", "-p"]),
    ("then", &[]),
    ("time", &[]),
    ("timeout", &["-k", "-s"]),
    ("unbuffer", &[]),
    ("watch", &["-n", "-d"]),
    ("xargs", &["-I", "-n", "-P", "-L", "-d"]),
    ("xvfb-run", &["-e", "-f", "-n", "-p", "-s"]),
];

/// Nodes that are commands with words.
const COMMANDS: &[&str] = &["command", "declaration_command", "test_command", "unset_command"];

/// Nodes that run in a folder of their own, so that what they enter is left behind them.
const SUBSHELLS: &[&str] = &["command_substitution", "process_substitution", "subshell"];

/// Nodes that are one word.
const WORDS: &[&str] = &[
    "ansi_c_string", "arithmetic_expansion", "brace_expression", "command_substitution", "concatenation", "expansion", "number",
    "process_substitution", "raw_string", "regex", "simple_expansion", "string", "translated_string", "variable_assignment",
    "word",
];

/// The simple commands of a typed command. The folders are followed on the way.
pub(crate) fn simple_commands(command: &str, folders: &mut Folders) -> Vec<Simple> {
    let whole = 0..command.len();
    commands_of(command, std::slice::from_ref(&whole), folders).0
}

/// The simple commands of a block that holds the commands at some places, and the folder that each of those begins in.
pub(crate) fn commands_of(text: &str, places: &[Range<usize>], folders: &mut Folders) -> (Vec<Simple>, Vec<Directory>) {
    let mut reader = Reader {
        folders,
        commands: Vec::new(),
        directories: Vec::with_capacity(places.len()),
    };
    if places.len() > 1 {
        let plain = masked(text);
        let whole = Source::read(&GRAMMAR, "", &plain).filter(|source| !source.is_broken());
        if let Some(source) = whole {
            reader.walk(&source, text, 0, places);
            return (reader.commands, reader.directories);
        }
    }
    for (index, place) in places.iter().enumerate() {
        reader.directories.push(reader.folders.current().clone());
        let words = text.get(place.clone()).unwrap_or_default();
        if index < MAX_ALONE {
            reader.alone(words, place.start);
        } else {
            reader.finish(words_of(words, place.start), Vec::new());
        }
    }
    (reader.commands, reader.directories)
}

struct Reader<'folders> {
    folders: &'folders mut Folders,
    commands: Vec<Simple>,
    /// The folder that each command of a block begins in.
    directories: Vec<Directory>,
}

impl Reader<'_> {
    /// Reads one typed command, whatever the grammar says to it.
    fn alone(&mut self, text: &str, base: usize) {
        let mut plain = masked(text);
        let mut source = Source::read(&GRAMMAR, "", &plain);
        if source.as_ref().is_none_or(Source::is_broken) {
            // An odd quote is an apostrophe.
            let tamed = without_odd_quotes(&plain);
            if tamed != plain {
                drop(source);
                plain = tamed;
                source = Source::read(&GRAMMAR, "", &plain);
            }
        }
        let before = self.commands.len();
        let is_read = source.as_ref().is_some_and(|source| !source.is_broken());
        if let Some(source) = source {
            self.walk(&source, text, base, &[]);
        }
        if self.commands.len() == before && !is_read {
            self.finish(words_of(text, base), Vec::new());
        }
    }

    fn walk(&mut self, source: &Source<'_>, text: &str, base: usize, places: &[Range<usize>]) {
        // The folders outside of each node that has its own, and where that ends.
        let mut outer: Vec<(usize, Folders)> = Vec::new();
        let mut places = places.iter();
        let mut next = places.next();
        for node in source.nodes() {
            while outer.last().is_some_and(|(end, _)| *end <= node.start()) {
                let (_, folders) = outer.pop().unwrap_or_default();
                *self.folders = folders;
            }
            while next.is_some_and(|place| place.start <= node.start() && !is_around(node, place)) {
                self.directories.push(self.folders.current().clone());
                next = places.next();
            }
            if node.is_any(SUBSHELLS) && outer.len() < MAX_SUBSHELLS {
                outer.push((node.end(), self.folders.clone()));
            } else if node.is_any(COMMANDS) {
                self.command(node, text, base);
            } else if node.kind() == "for_statement" {
                self.looped(node, text, base);
            } else if node.kind() == "file_redirect" {
                self.redirection(node, text, base);
            }
        }
        if let Some((_, folders)) = outer.into_iter().next() {
            *self.folders = folders;
        }
        for _ in next.into_iter().chain(places) {
            self.directories.push(self.folders.current().clone());
        }
    }

    fn command(&mut self, node: Node<'_>, text: &str, base: usize) {
        let mut words: Vec<Word> = Vec::new();
        let mut assignments = Vec::new();
        let is_plain = node.kind() == "command";
        for token in tokens(node) {
            let word = word(token, text, base);
            match words.last_mut() {
                // Signs that the grammar takes apart from the word that they stand in.
                Some(last) if last.range.end == word.range.start => {
                    last.text.push_str(&word.text);
                    last.range.end = word.range.end;
                    last.is_quoted |= word.is_quoted;
                }
                None if is_plain && assigned(&word.text).is_some() => assignments.push(word),
                _ => words.push(word),
            }
        }
        self.finish(words, assignments);
    }

    fn finish(&mut self, mut words: Vec<Word>, mut assignments: Vec<Word>) {
        let keywords = words.iter().take_while(|word| KEYWORDS.contains(&word.text.as_str())).count();
        words.drain(..keywords);
        unwrap(&mut words, &mut assignments);
        if words.first().is_none_or(|word| NO_COMMANDS.contains(&word.text.as_str())) {
            return;
        }
        if let Some((inner, base)) = handed_to_shell(&words) {
            // Another shell runs it, and what that enters is left with it.
            let folders = self.folders.clone();
            let inner = inner.to_owned();
            self.alone(&inner, base);
            *self.folders = folders;
            return;
        }
        let mut directory = self.folders.current().clone();
        match words[0].text.as_str() {
            "cd" | "pushd" | "popd" => {
                directory = self.folders.base(&words);
                self.folders.change(&words);
            }
            "git" => {
                if let Some((url, folder)) = clone(&words) {
                    self.folders.cloned(url, folder);
                }
            }
            _ => {}
        }
        self.commands.push(Simple {
            assignments,
            words,
            ..Simple::in_folder(directory)
        });
    }

    /// The words that a loop goes over: `for x in deploy/*.yaml`.
    fn looped(&mut self, node: Node<'_>, text: &str, base: usize) {
        let words: Vec<Word> = node.fields("value").map(|value| word(value, text, base)).collect();
        if !words.is_empty() {
            self.commands.push(Simple {
                looped: words,
                ..Simple::in_folder(self.folders.current().clone())
            });
        }
    }

    /// A file that is read or written.
    fn redirection(&mut self, node: Node<'_>, text: &str, base: usize) {
        let sign = node.tokens().find(|token| token.kind().contains(['<', '>'])).map(Node::kind);
        // The grammar takes what follows for further files.
        let files: Vec<Word> = node
            .field("destination")
            .map(|file| word(file, text, base))
            .into_iter()
            .collect();
        let (written, read) = match sign {
            Some("<") => (Vec::new(), files),
            Some(">" | ">>" | "&>" | "&>>" | ">|") => (files, Vec::new()),
            // Descriptors are no files.
            _ => return,
        };
        self.commands.push(Simple {
            written,
            read,
            ..Simple::in_folder(self.folders.current().clone())
        });
    }
}

/// The commands that are handed to a shell of this host in quotes, `bash -c 'COMMANDS'`, and where they begin; none where quotes or escapes
/// in them hide their places.
fn handed_to_shell(words: &[Word]) -> Option<(&str, usize)> {
    let (shell, arguments) = words.split_first()?;
    if !matches!(shell.text.rsplit('/').next(), Some("bash" | "sh" | "zsh")) {
        return None;
    }
    let at = arguments
        .iter()
        .position(|word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c'))?;
    let is_first = arguments[..at].iter().all(|word| word.text.starts_with('-'));
    let inner = arguments.get(at + 1)?;
    let is_plain = inner.is_quoted && inner.range.len() == inner.text.len() + 2;
    (is_first && is_plain).then_some((&inner.text, inner.range.start + 1))
}

/// Commands of one block that are given to the grammar on their own, at most; those behind them are rows of words.
const MAX_ALONE: usize = 400;

/// Folders that are left behind subshells, one inside of another, at most.
const MAX_SUBSHELLS: usize = 64;

/// Whether a node begins with a place and holds more than it, as the node of the whole text does.
fn is_around(node: Node<'_>, place: &Range<usize>) -> bool {
    node.start() <= place.start && node.end() > place.end && !node.is_any(COMMANDS)
}

/// The words of a command, as nodes.
fn tokens(command: Node<'_>) -> Vec<Node<'_>> {
    let mut tokens = Vec::new();
    let mut until = 0;
    for node in command.below() {
        let is_inside = node.start() < until;
        if is_inside || node.end() == node.start() {
            continue;
        }
        if node.is_any(&[
            "file_redirect", "heredoc_redirect", "herestring_redirect", "heredoc_body", "comment",
        ]) {
            until = node.end();
        } else if node.is_any(WORDS) || node.tokens().next().is_none() {
            until = node.end();
            tokens.push(node);
        }
    }
    tokens
}

/// A word without its quotes. The grammar read a text in which places were hidden; the words come from the text itself.
fn word(node: Node<'_>, text: &str, base: usize) -> Word {
    let mut words = String::new();
    let mut is_quoted = false;
    push_word(node, text, &mut words, &mut is_quoted);
    Word {
        text: words,
        range: base + node.start()..base + node.end(),
        is_quoted,
    }
}

fn push_word(node: Node<'_>, text: &str, words: &mut String, is_quoted: &mut bool) {
    let whole = text.get(node.start()..node.end()).unwrap_or_default();
    match node.kind() {
        "raw_string" => {
            *is_quoted = true;
            words.push_str(whole.trim_start_matches('\'').trim_end_matches('\''));
        }
        "string" | "ansi_c_string" | "translated_string" => {
            *is_quoted = true;
            let inner = whole.trim_start_matches('$');
            let inner = inner.strip_prefix(['"', '\'']).unwrap_or(inner);
            push_unescaped(
                inner.strip_suffix(['"', '\'']).unwrap_or(inner),
                &['"', '\\', '$', '`'],
                words,
            );
        }
        "concatenation" | "command_name" | "variable_assignment" => {
            let mut at = node.start();
            for part in node.tokens() {
                push_unescaped(text.get(at..part.start()).unwrap_or_default(), &[], words);
                push_word(part, text, words, is_quoted);
                at = part.end();
            }
            push_unescaped(text.get(at..node.end()).unwrap_or_default(), &[], words);
        }
        "word" => push_unescaped(whole, &[], words),
        _ => words.push_str(whole),
    }
}

/// Takes the backslashes off that only protect a character. Without characters, all are.
fn push_unescaped(text: &str, protected: &[char], words: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let is_escape = char == '\\'
            && chars
                .peek()
                .is_some_and(|next| protected.is_empty() || protected.contains(next));
        match chars.peek() {
            Some(next) if is_escape => {
                words.push(*next);
                chars.next();
            }
            _ => words.push(char),
        }
    }
}

/// The text with a letter for the last of each kind of quote that stands an odd number of times.
fn without_odd_quotes(text: &str) -> String {
    let mut tamed = text.to_owned();
    for quote in ['"', '\''] {
        if text.matches(quote).count() % 2 == 1
            && let Some(at) = text.rfind(quote)
        {
            tamed.replace_range(at..=at, "x");
        }
    }
    tamed
}

/// The words of a text between blanks.
fn words_of(text: &str, base: usize) -> Vec<Word> {
    let line = text.lines().next().unwrap_or_default();
    let words = line
        .split([' ', '\t', ';', '|', '&', '(', ')', '<', '>'])
        .filter(|word| !word.is_empty());
    words
        .map(|word| {
            let start = base + (word.as_ptr() as usize - text.as_ptr() as usize);
            Word {
                text: word.trim_matches(['"', '\'']).to_owned(),
                range: start..start + word.len(),
                is_quoted: word.starts_with(['"', '\'']),
            }
        })
        .collect()
}

/// Removes wrappers with their options, and the variables that `env` sets.
fn unwrap(words: &mut Vec<Word>, assignments: &mut Vec<Word>) {
    for _ in 0..8 {
        let Some(first) = words.first() else { return };
        let Ok(at) = WRAPPERS.binary_search_by(|(name, _)| (*name).cmp(first.text.as_str())) else {
            return;
        };
        let (name, valued) = WRAPPERS[at];
        let mut rest = 1;
        while let Some(word) = words.get(rest) {
            if word.text.starts_with('-') && word.text.len() > 1 {
                rest += if valued.contains(&word.text.as_str()) { 2 } else { 1 };
            } else if assigned(&word.text).is_some() {
                assignments.push(word.clone());
                rest += 1;
            } else if name == "timeout" && word.text.starts_with(|char: char| char.is_ascii_digit()) {
                rest += 1;
            } else {
                break;
            }
        }
        if rest >= words.len() {
            return;
        }
        words.drain(..rest);
    }
}

/// `git clone URL [FOLDER]`.
fn clone(words: &[Word]) -> Option<(&str, Option<&str>)> {
    const VALUED: &[&str] = &[
        "-b", "--branch", "--depth", "-o", "--origin", "-c", "-j", "--reference", "--filter",
    ];
    if words.get(1)?.text != "clone" {
        return None;
    }
    let mut operands = Vec::new();
    let mut arguments = words[2..].iter();
    while let Some(word) = arguments.next() {
        if VALUED.contains(&word.text.as_str()) {
            arguments.next();
        } else if !word.text.starts_with('-') {
            operands.push(word.text.as_str());
        }
    }
    Some((operands.first().copied()?, operands.get(1).copied()))
}

#[cfg(test)]
mod tests;
