//! The words and operators of a shell command, as far as references need them. No shell is imitated: what is dynamic is marked so.

use std::ops::Range;

use crate::command::placeholder::{is_angle, template_end};

/// A word or an operator of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A word.
    Word(Word),
    /// `&&`, `||`, `;`, `&`, `|`, a line end: the next command begins.
    End,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `>`, `>>`, `&>`: the next word is written.
    Write,
    /// `<`: the next word is read.
    Read,
    /// `<<`, `<<<`, `>&`: the next word is no file.
    Skip,
}

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

/// The tokens of a command; a comment ends them.
pub(crate) fn tokens(command: &str) -> Vec<Token> {
    let mut scanner = Scanner {
        text: command,
        bytes: command.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(command.len() / 6 + 2),
    };
    scanner.run();
    scanner.tokens
}

struct Scanner<'text> {
    text: &'text str,
    bytes: &'text [u8],
    at: usize,
    tokens: Vec<Token>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' | b';' | b'|' => {
                    self.at += 1;
                    self.tokens.push(Token::End);
                }
                b'&' if self.next() == Some(b'>') => {
                    self.at += if self.bytes.get(self.at + 2) == Some(&b'>') { 3 } else { 2 };
                    self.tokens.push(Token::Write);
                }
                b'&' => {
                    self.at += 1;
                    self.tokens.push(Token::End);
                }
                b'(' => {
                    self.at += 1;
                    self.tokens.push(Token::Open);
                }
                b')' => {
                    self.at += 1;
                    self.tokens.push(Token::Close);
                }
                b'#' => {
                    let rest = &self.text[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                b'>' => self.output(),
                b'<' if !self.is_placeholder() => self.input(),
                _ => self.word(),
            }
        }
    }

    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at + 1).copied()
    }

    fn output(&mut self) {
        self.at += 1;
        let token = match self.bytes.get(self.at) {
            Some(b'>' | b'|') => {
                self.at += 1;
                Token::Write
            }
            // `>&1` copies a descriptor.
            Some(b'&') => {
                self.at += 1;
                Token::Skip
            }
            // `>(...)` is a command.
            Some(b'(') => return,
            _ => Token::Write,
        };
        self.tokens.push(token);
    }

    fn input(&mut self) {
        self.at += 1;
        let token = match self.bytes.get(self.at) {
            Some(b'<') => {
                let run = self.bytes[self.at..].iter().take_while(|byte| **byte == b'<').count();
                self.at += run;
                if self.bytes.get(self.at) == Some(&b'-') {
                    self.at += 1;
                }
                Token::Skip
            }
            Some(b'&') => {
                self.at += 1;
                Token::Skip
            }
            Some(b'(') => return,
            _ => Token::Read,
        };
        self.tokens.push(token);
    }

    /// Whether `<` opens a placeholder and not a redirection.
    fn is_placeholder(&self) -> bool {
        self.placeholder_end().is_some()
    }

    fn placeholder_end(&self) -> Option<usize> {
        if let Some(end) = self.text.get(self.at..).and_then(template_end) {
            return Some(self.at + end);
        }
        let rest = &self.bytes[self.at + 1..];
        let length = rest.iter().take(82).position(|byte| *byte == b'>')?;
        let inner = self.text.get(self.at + 1..self.at + 1 + length)?;
        is_angle(inner).then_some(self.at + length + 2)
    }

    fn word(&mut self) {
        let start = self.at;
        let mut text = String::new();
        let mut is_quoted = false;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'>' => break,
                b'<' | b'{' if *byte == b'<' || self.next() == Some(b'{') => match self.placeholder_end() {
                    Some(end) => {
                        text.push_str(&self.text[self.at..end]);
                        self.at = end;
                    }
                    None if *byte == b'{' => self.push_char(&mut text),
                    None => break,
                },
                b'\'' | b'"' => {
                    is_quoted = true;
                    self.quoted(*byte, &mut text);
                }
                b'`' => self.enclosed(b'`', b'`', &mut text),
                b'$' if self.next() == Some(b'(') => self.enclosed(b'(', b')', &mut text),
                b'$' if self.next() == Some(b'{') => self.enclosed(b'{', b'}', &mut text),
                b'\\' => {
                    self.at += 1;
                    self.push_char(&mut text);
                }
                _ => self.push_char(&mut text),
            }
        }
        // `2>file`: the number is the descriptor.
        let is_descriptor = self.bytes.get(self.at).is_some_and(|byte| matches!(byte, b'<' | b'>'))
            && text.len() == 1
            && text.as_bytes()[0].is_ascii_digit();
        if !is_descriptor && self.at > start {
            self.tokens.push(Token::Word(Word {
                text,
                range: start..self.at,
                is_quoted,
            }));
        }
    }

    /// Takes the next character as it is.
    fn push_char(&mut self, text: &mut String) {
        if let Some(char) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            text.push(char);
            self.at += char.len_utf8();
        }
    }

    fn quoted(&mut self, quote: u8, text: &mut String) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            if *byte == quote {
                self.at += 1;
                return;
            }
            if *byte == b'\\' && quote == b'"' && matches!(self.next(), Some(b'"' | b'\\' | b'$' | b'`')) {
                self.at += 1;
            }
            self.push_char(text);
        }
    }

    /// Takes a substitution as one piece, with what is nested in it; one that does not end reaches to the end.
    fn enclosed(&mut self, open: u8, close: u8, text: &mut String) {
        let start = self.at;
        let mut depth = 0_usize;
        if open == close {
            self.at += 1;
            let rest = &self.bytes[self.at..];
            self.at += rest.iter().position(|byte| *byte == close).map_or(rest.len(), |at| at + 1);
        } else {
            while let Some(byte) = self.bytes.get(self.at) {
                self.at += 1;
                if *byte == open {
                    depth += 1;
                } else if *byte == close {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
            }
        }
        text.push_str(self.text.get(start..self.at).unwrap_or_default());
    }
}

/// The variable that a word sets.
pub(crate) fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let is_name = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    /// One letter per operator, words in brackets.
    fn shape(command: &str) -> String {
        tokens(command)
            .iter()
            .map(|token| match token {
                Token::Word(word) => format!("[{}]", word.text),
                Token::End => ";".to_owned(),
                Token::Open => "(".to_owned(),
                Token::Close => ")".to_owned(),
                Token::Write => ">".to_owned(),
                Token::Read => "<".to_owned(),
                Token::Skip => "~".to_owned(),
            })
            .collect()
    }

    #[test]
    fn words_lose_their_quotes_and_keep_their_places() {
        let command = r#"make gate DB="a b" 'c d' e\ f"#;
        assert_eq!(shape(command), "[make][gate][DB=a b][c d][e f]");
        for token in tokens(command) {
            let Token::Word(word) = token else {
                panic!("only words stand here")
            };
            assert_eq!(shape(&command[word.range.clone()]), format!("[{}]", word.text));
        }
    }

    #[test]
    fn operators_end_commands() {
        assert_eq!(shape("a && b || c; d | e &\nf # g"), "[a];;[b];;[c];[d];[e];;[f]");
        assert_eq!(shape("(cd x && y)"), "([cd][x];;[y])");
    }

    #[test]
    fn redirections_name_what_is_read_and_written() {
        assert_eq!(shape("a > b 2>> c &> d < e"), "[a]>[b]>[c]>[d]<[e]");
        assert_eq!(shape("a 2>&1 <<'SQL' <<< x"), "[a]~[1]~[SQL]~[x]");
    }

    #[test]
    fn placeholders_are_words() {
        assert_eq!(shape("git checkout <good tag> >out"), "[git][checkout][<good tag>]>[out]");
        assert_eq!(
            shape("docker push <registry>/app:<sha>"),
            "[docker][push][<registry>/app:<sha>]"
        );
        assert_eq!(shape("sort <in >out"), "[sort]<[in]>[out]");
    }

    #[test]
    fn substitutions_are_one_piece() {
        assert_eq!(
            shape("a --x=$(date -u +%Y | head) `b c` ${D}"),
            "[a][--x=$(date -u +%Y | head)][`b c`][${D}]"
        );
        assert_eq!(shape("a $(b"), "[a][$(b]");
        assert_eq!(shape("a 'b"), "[a][b]");
    }
}
