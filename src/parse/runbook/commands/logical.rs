//! Lines of a shell block -> commands: prompts, comments, output, continuation lines, open quotes, heredocs.

use std::ops::Range;

use crate::command::mapped::Mapped;
use crate::command::powershell::Statement;

/// Lines that an open quote or parenthesis may reach over; one that stays open any longer was no quote but an apostrophe.
const MAX_OPEN_LINES: usize = 60;

/// A command as it would be typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logical {
    /// The command, continuation lines joined by a blank; the lines of a heredoc follow behind a line feed.
    pub(crate) typed: Mapped,
    /// The command as it is written, where that is not what is read.
    pub(crate) written: Option<String>,
}

impl From<Statement> for Logical {
    fn from(statement: Statement) -> Self {
        Self {
            typed: statement.typed,
            written: Some(statement.written),
        }
    }
}

/// The commands of a block without prompts.
pub(crate) fn commands(body: &Mapped) -> Vec<Logical> {
    let lines = lines(&body.text);
    let mut commands = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let words = &body.text[line.clone()];
        let trimmed = words.trim_start();
        if trimmed.trim_end().is_empty() || trimmed.starts_with('#') {
            at += 1;
            continue;
        }
        let start = line.start + (words.len() - trimmed.len());
        at = command(body, &lines, at, start, "", &mut commands);
    }
    commands
}

/// The commands behind the prompts of a console; everything else is output.
pub(crate) fn prompted(body: &Mapped) -> Vec<Logical> {
    let lines = lines(&body.text);
    let has_dollar = lines
        .iter()
        .any(|line| matches!(prompt(&body.text[line.clone()]), Some((_, '$' | '%' | '❯' | '➜'))));
    let mut commands = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let words = &body.text[line.clone()];
        match prompt(words) {
            // `# ...` is a comment where other lines have a real prompt.
            Some((length, sign)) if sign != '#' || !has_dollar || words.contains('@') => {
                let rest = &words[length..];
                if rest.trim().is_empty() || rest.starts_with('#') {
                    at += 1;
                } else {
                    at = command(body, &lines, at, line.start + length, "> ", &mut commands);
                }
            }
            _ => at += 1,
        }
    }
    commands
}

/// Whether any line of a block has a prompt that is no comment.
pub(crate) fn has_prompt(text: &str) -> bool {
    text.lines()
        .any(|line| matches!(prompt(line), Some((_, sign)) if sign != '#'))
}

/// The length of the prompt that a line begins with, and its sign: `$ `, `user@host:~$ `, `(venv) $ `, `[root@host /]# `, `~/app (main) $ `,
/// `bash-5.1$ `, `➜  app git:(main) `.
pub(crate) fn prompt(line: &str) -> Option<(usize, char)> {
    let mut rest = line.trim_start();
    if rest.starts_with('(')
        && let Some(end) = rest.find(") ")
        && end < 40
        && rest[1..end]
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.'))
    {
        rest = rest[end + 2..].trim_start();
    }
    if let Some(length) = arrow(rest) {
        return Some((line.len() - rest.len() + length, '➜'));
    }
    let sign_at = if rest.starts_with(['$', '#', '%', '❯', '➜']) {
        0
    } else {
        // Somebody at some host.
        let end = rest
            .char_indices()
            .take(80)
            .find(|(_, char)| matches!(char, '$' | '#' | '%'))
            .map(|(at, _)| at)?;
        let host = &rest[..end];
        let host_part = host.split([':', ' ', ']']).next().unwrap_or_default();
        let is_host = host_part.contains('@') && host_part.len() > 2 && !host.contains(['"', '\'', '=', '(', '|', '<', '>']);
        let is_spaced = host.matches(' ').count() <= 1;
        let is_shell = ["bash-", "sh-", "zsh-"].iter().any(|shell| {
            let version = host.strip_prefix(shell);
            version.is_some_and(|version| !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        });
        if !(is_host && is_spaced || is_shell || is_place(host) && !rest[end..].starts_with('#')) {
            return None;
        }
        end
    };
    let sign = rest[sign_at..].chars().next()?;
    let behind = &rest[sign_at + sign.len_utf8()..];
    let is_prompt = behind.starts_with([' ', '\t']) && !behind.trim().is_empty();
    let behind_trimmed = behind.trim_start();
    is_prompt.then(|| (line.len() - behind_trimmed.len(), sign))
}

/// Whether words are those of a prompt that shows a folder, and a branch in round brackets: `~/app`, `/srv/app (main)`.
fn is_place(words: &str) -> bool {
    let words = words.trim_end();
    let (folder, branch) = words
        .split_once(' ')
        .map_or((words, None), |(folder, branch)| (folder, Some(branch)));
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let is_folder = folder.starts_with(['~', '/']) && folder.trim_start_matches('~').chars().all(is_name);
    let is_branch = |branch: &str| {
        let inner = branch.strip_prefix('(').and_then(|branch| branch.strip_suffix(')'));
        inner.is_some_and(|inner| !inner.is_empty() && inner.chars().all(is_name))
    };
    is_folder && branch.is_none_or(is_branch)
}

/// The length of a prompt of an arrow, a folder and a branch: `➜  app git:(main) ✗ `, `➜  ~ `.
fn arrow(line: &str) -> Option<usize> {
    let behind = line.strip_prefix('➜')?.trim_start();
    let (folder, rest) = behind.split_once(' ')?;
    let rest = match rest.trim_start().strip_prefix("git:(") {
        Some(branch) => branch.split_once(") ")?.1.trim_start().trim_start_matches(['✗', '✔']),
        None if folder == "~" => rest,
        None => return None,
    };
    let typed = rest.trim_start();
    (!typed.is_empty()).then(|| line.len() - typed.len())
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::with_capacity(text.len() / 40 + 1);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        lines.push(at..at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
    }
    lines
}

/// Reads the command that begins at `start` in the line `at`, and gives the line after it.
fn command(
    body: &Mapped,
    lines: &[Range<usize>],
    at: usize,
    start: usize,
    continued: &str,
    commands: &mut Vec<Logical>,
) -> usize {
    let end = end_of(body, lines, at, start);
    let mut typed = Mapped::default();
    let mut next = at;
    let mut from = start;
    let mut state = State::default();
    while next < end {
        let range = from..lines[next].end;
        state.read(&body.text[range.clone()]);
        next += 1;
        let is_last = next >= end;
        let join = if is_last { None } else { state.join() };
        let cut = if join == Some(" ") && state.is_escaped {
            range.end - 1
        } else {
            range.end
        };
        let shown = body.text[range.start..cut].trim_end();
        // White space inside a quote belongs to the word.
        let shown_end = if state.is_open() { cut } else { range.start + shown.len() };
        typed.push_part(body, range.start..shown_end);
        if let (Some(join), Some(line)) = (join, lines.get(next)) {
            let at_break = body.span(cut..cut);
            typed.push_instead(join, at_break);
            let words = &body.text[line.clone()];
            let trimmed = if state.is_open() { words } else { words.trim_start() };
            let trimmed = match trimmed.strip_prefix(continued) {
                Some(behind) if !continued.is_empty() => behind.trim_start(),
                _ => trimmed,
            };
            from = line.start + (words.len() - trimmed.len());
        }
    }
    let is_empty = typed.text.is_empty();
    let mut next = end;
    for word in state.heredocs {
        let Some(close) = (next..lines.len().min(next + 500)).find(|line| body.text[lines[*line].clone()].trim() == word) else {
            break;
        };
        for line in &lines[next..=close] {
            typed.push_instead("\n", body.span(line.start..line.start));
            typed.push_part(body, line.clone());
        }
        next = close + 1;
    }
    if !is_empty {
        commands.push(Logical { typed, written: None });
    }
    next.max(at + 1)
}

/// The line after the last one of the command.
fn end_of(body: &Mapped, lines: &[Range<usize>], at: usize, start: usize) -> usize {
    let mut state = State::default();
    let mut from = start;
    let mut next = at;
    // Where it would end if the quote that is open were none.
    let mut without_quotes = None;
    while let Some(line) = lines.get(next) {
        state.read(&body.text[from..line.end]);
        next += 1;
        if state.join().is_none() {
            return next;
        }
        if state.is_open() {
            without_quotes.get_or_insert(next);
            if next - at > MAX_OPEN_LINES {
                break;
            }
        } else {
            without_quotes = None;
        }
        match lines.get(next) {
            // An empty line ends everything but a quote.
            Some(line) if !state.is_open() && body.text[line.clone()].trim().is_empty() => return next,
            Some(line) => from = line.start,
            None => break,
        }
    }
    if state.is_open() {
        without_quotes.unwrap_or(next)
    } else {
        next
    }
}

/// What is open at the end of a line.
#[derive(Debug, Default)]
struct State {
    quote: Option<u8>,
    parentheses: usize,
    is_escaped: bool,
    ends_with_operator: bool,
    heredocs: Vec<String>,
}

impl State {
    /// Reads one line.
    fn read(&mut self, line: &str) {
        let bytes = line.as_bytes();
        self.is_escaped = false;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let was_escaped = std::mem::take(&mut self.is_escaped);
            match (self.quote, *byte) {
                _ if was_escaped => {}
                (Some(b'\''), b'\'') => self.quote = None,
                (Some(b'\''), _) => {}
                (_, b'\\') => self.is_escaped = true,
                (Some(b'"'), b'"') => self.quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') => self.quote = Some(*byte),
                (None, b'(') => self.parentheses += 1,
                (None, b')') => self.parentheses = self.parentheses.saturating_sub(1),
                (None, b'#') if at == 0 || bytes[at - 1].is_ascii_whitespace() => break,
                (None, b'<') if line[at..].starts_with("<<") && !line[at..].starts_with("<<<") => {
                    at += 2;
                    self.heredoc(&line[at..]);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        let words = line.trim_end();
        self.ends_with_operator = words.ends_with("&&") || words.ends_with('|');
    }

    fn heredoc(&mut self, rest: &str) {
        let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches(' ');
        let rest = rest.trim_start_matches(['\'', '"', '\\']);
        let end = rest
            .find(|char: char| !(char.is_ascii_alphanumeric() || char == '_'))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        if word.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_') && self.heredocs.len() < 8 {
            self.heredocs.push(word.to_owned());
        }
    }

    fn is_open(&self) -> bool {
        self.quote.is_some() || self.parentheses > 0
    }

    /// What joins the line to the next one; nothing when the command ends here.
    fn join(&self) -> Option<&'static str> {
        if self.is_escaped {
            Some(" ")
        } else if self.is_open() {
            Some("\n")
        } else if self.ends_with_operator && self.heredocs.is_empty() {
            Some(" ")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{commands, has_prompt, prompted};
    use crate::command::mapped::Mapped;
    use crate::model::place::Span;

    fn body(text: &str) -> Mapped {
        let mut body = Mapped::default();
        body.push_exact(text, Span::new(100, 100 + text.len()));
        body
    }

    fn typed(text: &str) -> Vec<String> {
        let logical = commands(&body(text));
        logical.into_iter().map(|logical| logical.typed.text).collect()
    }

    fn behind_prompts(text: &str) -> Vec<String> {
        let logical = prompted(&body(text));
        logical.into_iter().map(|logical| logical.typed.text).collect()
    }

    #[test]
    fn a_prompt_may_show_a_folder_and_a_branch() {
        let text = "~/app $ make a\nout\n~ $ make b\n/srv/app (main) % make c\nbash-5.1$ make d\n➜  app git:(main) ✗ make e\n➜  ~ make f\n➜ make g\n";
        assert_eq!(
            behind_prompts(text),
            ["make a", "make b", "make c", "make d", "make e", "make f", "make g"]
        );
        for text in [
            "/usr/bin/tool # why\n", "~/bin/tool $HOME\n", "~/bin/tool x $ y\n", "sh-script $ x\n", "/srv/app: 3 $ y\n",
        ] {
            assert!(!has_prompt(text), "{text}");
        }
    }

    #[test]
    fn each_line_is_a_command_and_comments_are_none() {
        assert_eq!(
            typed("# first\nmake check\n\n  make test # now\n"),
            ["make check", "make test # now"]
        );
    }

    #[test]
    fn continuation_lines_are_joined_by_a_blank() {
        let text = "uv run x.py \\\n  --input a.json \\\n  --max 3\nnext\n";
        let logical = commands(&body(text));
        assert_eq!(logical[0].typed.text, "uv run x.py --input a.json --max 3");
        let flag = logical[0].typed.text.find("--max").expect("the flag is there");
        let span = logical[0].typed.span(flag..flag + 5);
        assert_eq!(span.start as usize, 100 + text.find("--max").expect("the flag is there"));
        assert_eq!(logical[1].typed.text, "next");
        assert_eq!(typed("a &&\n  b |\n  c\nd\n"), ["a && b | c", "d"]);
    }

    #[test]
    fn open_quotes_reach_over_lines_and_apostrophes_do_not() {
        assert_eq!(
            typed("psql -c \"select 1\n from x\"\nmake\n"),
            ["psql -c \"select 1\n from x\"", "make"]
        );
        assert_eq!(typed("echo don't\nmake check\n"), ["echo don't", "make check"]);
        assert_eq!(typed("(cd x\n make)\nls\n"), ["(cd x\n make)", "ls"]);
    }

    #[test]
    fn heredocs_belong_to_their_command() {
        let text = "psql $URL <<'SQL'\nselect 'a\nSQL\nmake check\n";
        let logical = commands(&body(text));
        assert_eq!(logical[0].typed.text, "psql $URL <<'SQL'\nselect 'a\nSQL");
        assert_eq!(logical[1].typed.text, "make check");
        assert_eq!(typed("cat <<EOF\nnever closed\n"), ["cat <<EOF", "never closed"]);
    }

    #[test]
    fn only_prompted_lines_of_a_console_are_commands() {
        let text = "$ make check\nok 12\n# a comment\n$ docker run \\\n>   image\nuser@host:~/app$ ls\n(venv) $ pytest\n[root@host /]# id\n";
        assert_eq!(behind_prompts(text), ["make check", "docker run image", "ls", "pytest", "id"]);
        assert_eq!(behind_prompts("# systemctl stop x\nstopped\n"), ["systemctl stop x"]);
        assert!(has_prompt(text));
        assert!(!has_prompt("$HOME/bin/x\n# comment\necho $ x\n100% of it\n"));
    }

    #[test]
    fn an_open_quote_that_never_ends_costs_no_square() {
        let text = "it's\n".repeat(20_000);
        assert_eq!(typed(&text).len(), 10_000);
        let text = "a ( b\n".repeat(20_000);
        assert_eq!(typed(&text).len(), 20_000);
    }
}
