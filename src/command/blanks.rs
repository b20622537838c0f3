//! What must be filled in before a block can be used, and how a value may stand in its place.
//!
//! A value is put into a command that somebody will run, so each place is read as a shell reads it: outside of quotes, in double or in
//! single ones. Where no quoting is sure to hold (inside of a here document or a substitution, or in words that another program takes
//! apart again), only a plain value may stand. What cannot be told is told as that.

use std::ops::Range;

use crate::command::placeholder::{Found, found};
use crate::model::blank::{Blank, BlankPlace};

/// Programs that take their words apart once more: a remote end, a runner of tasks, a language of queries or of patterns. Sorted.
const READS_AGAIN: &[&str] = &[
    "at", "awk", "crontab", "cypher-shell", "eval", "expect", "gawk", "gmake", "jq", "just", "make", "mongosh", "mosh", "mysql",
    "parallel", "psql", "redis-cli", "sed", "sqlite3", "ssh", "su", "task", "xargs",
];

/// Programs that run a text which they are given behind an option: `-c`, `-e`, `--eval`. Sorted.
const RUNS_TEXT: &[&str] = &[
    "bash", "bun", "dash", "fish", "ksh", "node", "perl", "php", "powershell", "pwsh", "python", "python3", "ruby", "sh", "sudo",
    "watch", "yq", "zsh",
];

/// What must be filled in, in the commands of a shell.
pub(crate) fn of_shell(text: &str) -> Vec<Blank> {
    let mut reader = Reader::new(text);
    reader.read();
    let Reader {
        found,
        mut places,
        is_open,
        ..
    } = reader;
    if is_open {
        // A quote that never ends: what stands in it and what does not is anybody's guess.
        places.fill(BlankPlace::Plain);
    }
    let lines = again(text);
    found
        .into_iter()
        .zip(places)
        .map(|(found, place)| {
            let is_read_again = lines.iter().any(|line| line.contains(&found.range.start));
            blank(text, found, if is_read_again { BlankPlace::Plain } else { place })
        })
        .collect()
}

/// What must be filled in, in a session with prompts: each line is a text of its own.
pub(crate) fn of_console(text: &str) -> Vec<Blank> {
    let mut blanks = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        blanks.extend(of_shell(line).into_iter().map(|mut blank| {
            blank.range = blank.range.start + start..blank.range.end + start;
            blank
        }));
        start += line.len();
    }
    blanks
}

/// What must be filled in, in a text that is no shell's.
pub(crate) fn of_text(text: &str) -> Vec<Blank> {
    let all = found(text).into_iter();
    all.map(|found| blank(text, found, BlankPlace::Plain)).collect()
}

fn blank(text: &str, found: Found, place: BlankPlace) -> Blank {
    let words = &text[found.range.clone()];
    let lower = words.to_lowercase();
    let inner = words
        .trim_matches(|c: char| matches!(c, '<' | '>' | '{' | '}' | '%' | '=' | '_' | '@' | '[' | ']'))
        .trim();
    let is_number = ["x.y.z", "n.n.n", "major.minor.patch"].contains(&lower.trim_start_matches('v'));
    let is_day = lower.starts_with("yyyy");
    let label = match (is_number, is_day, inner.is_empty()) {
        (true, ..) => "version",
        (_, true, _) => "date",
        (.., true) => words,
        _ => inner,
    };
    let mut name = String::with_capacity(label.len());
    for char in label.to_lowercase().chars() {
        if char.is_alphanumeric() || char == '.' {
            name.push(char);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches('-');
    Blank {
        name: if name.is_empty() {
            "value".to_owned()
        } else {
            name.to_owned()
        },
        label: label.to_owned(),
        place: if found.is_choice { BlankPlace::Choice } else { place },
        is_without_v: is_number && !lower.starts_with('v'),
        range: found.range,
    }
}

/// The lines, continued ones as one, that name a program which takes its words apart again.
fn again(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let mut end = start;
        loop {
            let length = text[end..].find('\n').map_or(text.len() - end, |at| at + 1);
            end += length;
            if length == 0 || end >= text.len() || !text[..end - 1].ends_with('\\') {
                break;
            }
        }
        let line = &text[start..end];
        let words = line
            .split(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')' | '"' | '\'' | '`' | '$' | '{' | '}'));
        let names: Vec<&str> = words.filter_map(|word| word.rsplit('/').next()).collect();
        let runs_text = || {
            names
                .iter()
                .any(|name| matches!(*name, "watch" | "yq") || RUNS_TEXT.binary_search(name).is_ok() && has_text_option(line))
        };
        if names.iter().any(|name| READS_AGAIN.binary_search(name).is_ok()) || runs_text() {
            lines.push(start..end);
        }
        start = end.max(start + 1);
    }
    lines
}

/// Whether a line has an option behind which a text is run.
fn has_text_option(line: &str) -> bool {
    line.split_whitespace().any(|word| match word.strip_prefix('-') {
        Some(long) if long.starts_with('-') => ["-eval", "-command", "-print", "-exec"]
            .iter()
            .any(|name| long.starts_with(name)),
        // Short options may stand together: `-lc`.
        Some(short) => short.len() <= 3 && short.contains(['c', 'e', 'r', 's']) || short.eq_ignore_ascii_case("command"),
        None => false,
    })
}

/// What the reader stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    /// `"…"`
    Double,
    /// `$(…)`, or a parenthesis in one.
    Parentheses,
    /// What is read in a way of its own: `` `…` ``, `${…}`, `$((…))`, by the byte that ends it.
    Other(u8),
}

/// Reads commands as far as it takes to know what is quoted.
struct Reader<'text> {
    text: &'text str,
    bytes: &'text [u8],
    found: Vec<Found>,
    places: Vec<BlankPlace>,
    at: usize,
    inside: Vec<In>,
    /// The ends of the here documents that begin with the next line, and whether tabs before them do not count.
    documents: Vec<(String, bool)>,
    is_open: bool,
}

impl<'text> Reader<'text> {
    fn new(text: &'text str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            found: found(text),
            places: Vec::new(),
            at: 0,
            inside: Vec::new(),
            documents: Vec::new(),
            is_open: false,
        }
    }

    /// Where what must be filled in ends that begins here; its place is noted.
    fn blank_here(&mut self, place: BlankPlace) -> bool {
        let Some(found) = self.found.get(self.places.len()).filter(|found| found.range.start <= self.at) else {
            return false;
        };
        let before = found.range.start.checked_sub(1).and_then(|at| self.bytes.get(at));
        // `$<x>` would become a variable or a quote of another kind, `!<x>` a look into history.
        let is_joined = matches!(before, Some(b'$' | b'\\' | b'!'));
        self.at = found.range.end.max(self.at + 1);
        self.places.push(if is_joined { BlankPlace::Plain } else { place });
        true
    }

    fn read(&mut self) {
        while self.at < self.bytes.len() {
            match self.inside.last().copied() {
                None | Some(In::Parentheses) => self.outside(),
                Some(In::Double) => self.double(),
                Some(In::Other(end)) => {
                    if self.blank_here(BlankPlace::Plain) {
                    } else if self.bytes[self.at] == end {
                        self.inside.pop();
                        self.at += 1;
                    } else {
                        self.at += if self.bytes[self.at] == b'\\' { 2 } else { 1 };
                    }
                }
            }
        }
        self.is_open |= !self.inside.is_empty() || !self.documents.is_empty();
        let left = self.found.len().saturating_sub(self.places.len());
        self.places.extend(std::iter::repeat_n(BlankPlace::Plain, left));
    }

    /// Outside of quotes.
    fn outside(&mut self) {
        if self.blank_here(BlankPlace::Bare) {
            return;
        }
        let next = self.bytes.get(self.at + 1).copied();
        match self.bytes[self.at] {
            b'\\' => {
                self.at += 1;
                if !self.blank_here(BlankPlace::Plain) {
                    self.at += 1;
                }
            }
            b'\'' => self.single(BlankPlace::Single),
            b'$' if next == Some(b'\'') => {
                self.at += 1;
                self.single(BlankPlace::Plain);
            }
            b'"' => {
                self.inside.push(In::Double);
                self.at += 1;
            }
            b'$' => self.dollar(next),
            b'`' => self.other(b'`', 1),
            b'(' if self.inside.last() == Some(&In::Parentheses) => {
                self.inside.push(In::Parentheses);
                self.at += 1;
            }
            b')' if self.inside.last() == Some(&In::Parentheses) => {
                self.inside.pop();
                self.at += 1;
            }
            b'#' if self.at == 0
                || self.bytes[self.at - 1].is_ascii_whitespace()
                || matches!(self.bytes[self.at - 1], b';' | b'(') =>
            {
                while self.at < self.bytes.len() && self.bytes[self.at] != b'\n' {
                    if !self.blank_here(BlankPlace::Bare) {
                        self.at += 1;
                    }
                }
            }
            b'<' if next == Some(b'<') => self.document(),
            b'\n' if !self.documents.is_empty() => {
                self.at += 1;
                self.bodies();
            }
            _ => self.at += 1,
        }
    }

    /// Inside of double quotes.
    fn double(&mut self) {
        if self.blank_here(BlankPlace::Double) {
            return;
        }
        let next = self.bytes.get(self.at + 1).copied();
        match self.bytes[self.at] {
            b'\\' => {
                self.at += 1;
                if !self.blank_here(BlankPlace::Plain) {
                    self.at += 1;
                }
            }
            b'"' => {
                self.inside.pop();
                self.at += 1;
            }
            b'$' => self.dollar(next),
            b'`' => self.other(b'`', 1),
            _ => self.at += 1,
        }
    }

    fn dollar(&mut self, next: Option<u8>) {
        match next {
            Some(b'{') => self.other(b'}', 2),
            Some(b'(') if self.bytes.get(self.at + 2) == Some(&b'(') => self.other(b')', 3),
            Some(b'(') => {
                self.inside.push(In::Parentheses);
                self.at += 2;
            }
            _ => self.at += 1,
        }
    }

    fn other(&mut self, end: u8, length: usize) {
        self.inside.push(In::Other(end));
        self.at += length;
    }

    /// From one single quote to the next.
    fn single(&mut self, place: BlankPlace) {
        self.at += 1;
        while self.at < self.bytes.len() {
            if self.blank_here(place) {
                continue;
            }
            let byte = self.bytes[self.at];
            self.at += 1;
            match byte {
                b'\'' => return,
                b'\\' if place == BlankPlace::Plain => self.at += 1,
                _ => {}
            }
        }
        self.is_open = true;
    }

    /// `<<END`, `<<-'END'`; `<<<` is a word.
    fn document(&mut self) {
        self.at += 2;
        if self.bytes.get(self.at) == Some(&b'<') {
            self.at += 1;
            return;
        }
        let has_tabs = self.bytes.get(self.at) == Some(&b'-');
        let rest = self.text[self.at + usize::from(has_tabs)..].trim_start_matches([' ', '\t']);
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '>' | '<' | ')'))
            .unwrap_or(rest.len());
        let end: String = rest[..length].chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
        self.at = self.text.len() - rest.len() + length;
        if !end.is_empty() {
            self.documents.push((end, has_tabs));
        }
    }

    /// The lines of here documents.
    fn bodies(&mut self) {
        for (end, has_tabs) in std::mem::take(&mut self.documents) {
            loop {
                if self.at >= self.bytes.len() {
                    self.is_open = true;
                    return;
                }
                let line = self.text[self.at..].split('\n').next().unwrap_or_default();
                let stop = self.at + line.len();
                let plain = if has_tabs { line.trim_start_matches('\t') } else { line };
                while self.at < stop {
                    if !self.blank_here(BlankPlace::Plain) {
                        self.at += 1;
                    }
                }
                self.at = self.at.max((stop + 1).min(self.bytes.len()));
                if plain.trim_end_matches('\r') == end {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::{READS_AGAIN, RUNS_TEXT, of_console, of_shell, of_text};
    use crate::command::placeholder::in_command;
    use crate::model::blank::BlankPlace;

    fn read(text: &str) -> String {
        let words = of_shell(text).into_iter().map(|blank| {
            let place = match blank.place {
                BlankPlace::Bare => "bare",
                BlankPlace::Double => "double",
                BlankPlace::Single => "single",
                BlankPlace::Plain => "plain",
                BlankPlace::Choice => "choice",
            };
            format!("{} {place}", blank.name)
        });
        words.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn each_place_is_told_as_a_shell_reads_it() {
        for (text, expected) in [
            ("git checkout <good tag>", "good-tag bare"),
            ("git tag -m \"Release <version>\" vX.Y.Z", "version double, version bare"),
            ("echo 'a <x> b' <y>", "x single, y bare"),
            (
                "echo \"$(cat <x>)\" \"${A:-<y>}\" `cat <z>` $((<n> + 1))",
                "x bare, y plain, z plain, n plain",
            ),
            ("echo $'a <x>' $<y> \\<z> !<h>", "x plain, y plain, z plain, h plain"),
            ("cat <<EOF > <out>\n<x>\nEOF\necho <y>", "out bare, x plain, y bare"),
            ("cat <<-'END' | tee a\n\tit's <x>\n\tEND\necho <y>", "x plain, y bare"),
            ("# don't forget <x>\necho <y>", "x bare, y bare"),
            ("echo \"it's <x>\" <y>", "x double, y bare"),
            ("ssh host docker pull <image>\necho <x>", "image plain, x bare"),
            ("echo \\\n  | sh -c '<x>'", "x plain"),
            ("/usr/bin/env bash -c \"deploy <x>\"", "x plain"),
            ("echo 'never closed <x>\necho <y>", "x plain, y plain"),
            ("deploy [--force] ... <x>", "force choice, ... choice, x bare"),
            ("deploy <staging|production>", "staging-production bare"),
            ("node smoke.mjs --base-url <url>; bash run.sh <x>", "url bare, x bare"),
            ("make release VERSION=<v>", "v plain"),
            ("docker push ghcr.io/<owner>/<repo>:{tag}", "owner bare, repo bare, tag bare"),
            (
                "curl https://api.example.com/x --key YOUR_KEY",
                "api.example.com bare, your-key bare",
            ),
            ("touch report-YYYY-MM-DD.md", "date bare"),
            ("docker ps --format '{{json .}}' '{{ .Names }}'", ""),
            ("sort <in >out; cat < a > b; x=${A}; diff <(a) <(b)", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_version_is_asked_for_once() {
        let blanks = of_shell("git tag vX.Y.Z && npm version X.Y.Z <Version>");
        let names: Vec<_> = blanks.iter().map(|blank| (blank.name.as_str(), blank.is_without_v)).collect();
        assert_eq!(names, [("version", false), ("version", true), ("version", false)]);
    }

    #[test]
    fn places_count_from_the_start_of_a_session() {
        let text = "$ echo <a>\nit's fine\n$ echo <b>\n";
        let blanks = of_console(text);
        let words: Vec<_> = blanks.iter().map(|blank| (&text[blank.range.clone()], blank.place)).collect();
        assert_eq!(words, [("<a>", BlankPlace::Bare), ("<b>", BlankPlace::Bare)]);
        assert!(of_text("image: <tag>").iter().all(|blank| blank.place == BlankPlace::Plain));
    }

    #[test]
    fn the_lists_are_sorted() {
        assert!(READS_AGAIN.is_sorted() && RUNS_TEXT.is_sorted());
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_nothing_to_fill_in_is_overlooked(text in "([ -~]|<x>|<a b>|\\{id\\}|vX.Y.Z|\n|\"|'|\\$\\(|é|[.]{3}|@AB@|path/to/|XXX){0,24}") {
            let blanks = of_shell(&text);
            let mut end = 0;
            for blank in &blanks {
                assert!(blank.range.start >= end && blank.range.end > blank.range.start, "{blanks:?}");
                assert!(text.get(blank.range.clone()).is_some(), "{blanks:?}");
                assert!(!blank.name.is_empty());
                end = blank.range.end;
            }
            let has_template = text.contains("{{");
            assert!(has_template || !in_command(&text) || !blanks.is_empty(), "{text:?}");
        }
    }
}
