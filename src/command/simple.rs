//! A typed command -> the simple commands in it, each with the folder that it runs in.

use crate::command::folders::Folders;
use crate::command::words::{Token, Word, assigned, tokens};
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
    /// The folder that it runs in.
    pub(crate) directory: Directory,
}

/// Words of the shell that stand before a command.
const KEYWORDS: [&str; 10] = ["!", "{", "}", "do", "elif", "else", "if", "then", "until", "while"];

/// Words of the shell that begin something which is no command.
const NO_COMMANDS: [&str; 7] = ["case", "done", "esac", "fi", "for", "function", "select"];

/// Programs that run the program behind them, with the options of theirs that take a value.
const WRAPPERS: [(&str, &[&str]); 14] = [
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
];

/// The simple commands of a typed command. The folders are followed on the way.
pub(crate) fn simple_commands(command: &str, folders: &mut Folders) -> Vec<Simple> {
    let mut reader = Reader {
        folders,
        outer: Vec::new(),
        commands: Vec::new(),
    };
    let mut current = Current::default();
    for token in tokens(command) {
        match token {
            Token::Word(word) => current.word(word),
            Token::Write => current.next = Next::Written,
            Token::Read => current.next = Next::Read,
            Token::Skip => current.next = Next::Skipped,
            Token::End => reader.finish(&mut current),
            Token::Open => {
                reader.finish(&mut current);
                if reader.outer.len() < 64 {
                    reader.outer.push(reader.folders.clone());
                }
            }
            Token::Close => {
                reader.finish(&mut current);
                if let Some(outer) = reader.outer.pop() {
                    *reader.folders = outer;
                }
            }
        }
    }
    reader.finish(&mut current);
    if let Some(outer) = reader.outer.into_iter().next() {
        // The parenthesis never closed; what was done inside stays inside.
        *reader.folders = outer;
    }
    reader.commands
}

/// What the next word is.
#[derive(Debug, Default)]
enum Next {
    #[default]
    Argument,
    Written,
    Read,
    Skipped,
}

/// The command that is being read.
#[derive(Debug, Default)]
struct Current {
    assignments: Vec<Word>,
    words: Vec<Word>,
    written: Vec<Word>,
    read: Vec<Word>,
    next: Next,
}

impl Current {
    fn word(&mut self, word: Word) {
        match std::mem::take(&mut self.next) {
            Next::Written => self.written.push(word),
            Next::Read => self.read.push(word),
            Next::Skipped => {}
            Next::Argument => {
                if self.words.is_empty() {
                    if KEYWORDS.contains(&word.text.as_str()) {
                        return;
                    }
                    if assigned(&word.text).is_some() {
                        self.assignments.push(word);
                        return;
                    }
                }
                self.words.push(word);
            }
        }
    }
}

struct Reader<'folders> {
    folders: &'folders mut Folders,
    /// The folders outside of each open parenthesis.
    outer: Vec<Folders>,
    commands: Vec<Simple>,
}

impl Reader<'_> {
    fn finish(&mut self, current: &mut Current) {
        let Current {
            mut assignments,
            mut words,
            written,
            read,
            ..
        } = std::mem::take(current);
        unwrap(&mut words, &mut assignments);
        let is_command = words.first().is_none_or(|word| !NO_COMMANDS.contains(&word.text.as_str()));
        if !is_command || (words.is_empty() && assignments.is_empty() && written.is_empty() && read.is_empty()) {
            return;
        }
        let directory = self.folders.current().clone();
        match words.first().map(|word| word.text.as_str()) {
            Some("cd" | "pushd" | "popd") => self.folders.change(&words),
            Some("git") => {
                if let Some((url, folder)) = clone(&words) {
                    self.folders.cloned(url, folder);
                }
            }
            _ => {}
        }
        self.commands.push(Simple {
            assignments,
            words,
            written,
            read,
            directory,
        });
    }
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
    const VALUED: [&str; 9] = [
        "-b",
        "--branch",
        "--depth",
        "-o",
        "--origin",
        "-c",
        "-j",
        "--reference",
        "--filter",
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
mod tests {
    use super::{WRAPPERS, simple_commands};
    use crate::command::folders::Folders;
    use crate::model::directory::Directory;

    /// `folder: words >written <read`, one line per simple command.
    fn read(command: &str) -> Vec<String> {
        let mut folders = Folders::default();
        simple_commands(command, &mut folders)
            .iter()
            .map(|simple| {
                let mut line = match &simple.directory {
                    Directory::Known(folder) => format!("{folder}:"),
                    Directory::Unknown => "?:".to_owned(),
                };
                for (mark, words) in [
                    ("=", &simple.assignments),
                    ("", &simple.words),
                    (">", &simple.written),
                    ("<", &simple.read),
                ] {
                    for word in words {
                        line.push(' ');
                        line.push_str(mark);
                        line.push_str(&word.text);
                    }
                }
                line
            })
            .collect()
    }

    #[test]
    fn each_program_stands_alone() {
        assert_eq!(
            read("SKIP=1 sudo -u app ./x.sh --dry > log 2>&1 && make test | tee out"),
            [": =SKIP=1 ./x.sh --dry >log", ": make test", ": tee out"]
        );
        assert_eq!(read("env A=b timeout 30 make check"), [": =A=b make check"]);
        assert_eq!(read("for f in *.sql; do psql -f \"$f\"; done"), [": psql -f $f"]);
        assert_eq!(read("if ! make check; then exit 1; fi"), [": make check", ": exit 1"]);
    }

    #[test]
    fn folders_are_followed_and_parentheses_keep_theirs() {
        assert_eq!(
            read("cd a && make x; (cd b; make y); make z"),
            [": cd a", "a: make x", "a: cd b", "a/b: make y", "a: make z"]
        );
        assert_eq!(read("(cd a\nmake x"), [": cd a", "a: make x"]);
        assert_eq!(
            read("git clone --depth 1 https://example.org/t/app && cd app && make"),
            [": git clone --depth 1 https://example.org/t/app", ": cd app", ": make"]
        );
    }

    #[test]
    fn the_wrappers_are_sorted() {
        assert!(WRAPPERS.is_sorted_by(|one, two| one.0 < two.0));
    }
}
