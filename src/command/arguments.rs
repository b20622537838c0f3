//! The arguments of a program, told apart: options, their values, operands.

use crate::command::sink::Value;
use crate::command::words::Word;

/// An argument.
#[derive(Clone, Debug)]
pub(crate) enum Argument<'word> {
    /// An option, and its value where it has one.
    Option {
        /// The option without its value, such as `--file`.
        name: &'word str,
        /// The value.
        value: Option<Value<'word>>,
        /// Where the word stands that holds the name.
        word: &'word Word,
    },
    /// Anything else.
    Operand(&'word Word),
    /// `--`.
    Break,
}

/// Walks over arguments.
#[derive(Clone, Debug)]
pub(crate) struct Arguments<'word> {
    words: &'word [Word],
    at: usize,
    /// The options that take the next word as their value.
    valued: &'static [&'static str],
    is_broken: bool,
}

impl<'word> Arguments<'word> {
    /// The arguments in some words; `valued` names the options that take the next word as their value.
    pub(crate) fn new(words: &'word [Word], valued: &'static [&'static str]) -> Self {
        Self {
            words,
            at: 0,
            valued,
            is_broken: false,
        }
    }

    /// The words that were not walked over yet.
    pub(crate) fn rest(&self) -> &'word [Word] {
        self.words.get(self.at..).unwrap_or_default()
    }
}

impl<'word> Iterator for Arguments<'word> {
    type Item = Argument<'word>;

    fn next(&mut self) -> Option<Self::Item> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        let text = word.text.as_str();
        if self.is_broken || !text.starts_with('-') || text == "-" {
            return Some(Argument::Operand(word));
        }
        if text == "--" {
            self.is_broken = true;
            return Some(Argument::Break);
        }
        if let Some((name, value)) = text.split_once('=') {
            return Some(Argument::Option {
                name,
                value: Some(Value::end_of(word, value)),
                word,
            });
        }
        let value = if self.valued.contains(&text) {
            let value = self.words.get(self.at);
            self.at += usize::from(value.is_some());
            value.map(Value::of)
        } else {
            None
        };
        Some(Argument::Option { name: text, value, word })
    }
}

/// Whether the value of an option is written and not read.
pub(crate) fn is_output_option(name: &str) -> bool {
    if matches!(name, "-o" | "-O" | "-out" | "-keyout" | "--dest" | "--destination") {
        return true;
    }
    let Some(name) = name.strip_prefix("--") else { return false };
    let is_made = |part: &str| {
        [
            "artifact", "artifacts", "dest", "destination", "evidence", "export", "html", "json", "junit", "junitxml", "logfile",
            "out", "outdir", "outfile", "report", "reports", "sarif", "save",
        ]
        .contains(&part)
    };
    name.contains("output") || matches!(name, "log-file" | "summary-path" | "trace-dir") || name.split('-').any(is_made)
}

#[cfg(test)]
mod tests {
    use super::{Argument, Arguments, is_output_option};
    use crate::command::folders::Folders;
    use crate::command::simple::simple_commands;

    #[test]
    fn options_take_their_values() {
        let command = "run -f a.yml --file=b.yml --dry \"--x=c d\" op -- -f";
        let words = &simple_commands(command, &mut Folders::default())[0].words[1..];
        let shown: Vec<String> = Arguments::new(words, &["-f"])
            .map(|argument| match argument {
                Argument::Option { name, value, .. } => match value {
                    Some(value) => format!("{name}={}@{}", value.text, &command[value.range]),
                    None => name.to_owned(),
                },
                Argument::Operand(word) => format!("[{}]", word.text),
                Argument::Break => "--".to_owned(),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "-f=a.yml@a.yml", "--file=b.yml@b.yml", "--dry", "--x=c d@\"--x=c d\"", "[op]", "--", "[-f]"
            ]
        );
    }

    #[test]
    fn options_that_write_are_known() {
        for name in [
            "-o", "--output", "--output-file", "--junitxml", "--summary-path", "--cov-report", "--outfile",
        ] {
            assert!(is_output_option(name), "{name}");
        }
        for name in ["--input", "--file", "-f", "--timeout", "--route", "--without"] {
            assert!(!is_output_option(name), "{name}");
        }
    }
}
