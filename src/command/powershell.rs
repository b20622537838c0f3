//! Text of PowerShell -> the commands in it that only call a program, in the words of a shell.
//!
//! `cd web`, `npm run build` and `.\x.ps1 -Tag v1` are the same words in both; only backslashes become slashes. What is code of
//! PowerShell alone (assignments, conditions, most cmdlets) is left out: nothing is claimed of what is not understood.

use std::ops::Range;

use crate::command::mapped::Mapped;

/// A command in a text of PowerShell.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// The command in the words of a shell, with its way back to the source.
    pub(crate) typed: Mapped,
    /// The command as it is written.
    pub(crate) written: String,
}

/// Cmdlets and aliases that do what a program of a shell does.
const SAME: [(&str, &str); 20] = [
    ("cat", "cat"),
    ("cd", "cd"),
    ("chdir", "cd"),
    ("copy", "cp"),
    ("copy-item", "cp"),
    ("cp", "cp"),
    ("gc", "cat"),
    ("get-content", "cat"),
    ("md", "mkdir"),
    ("mkdir", "mkdir"),
    ("move", "mv"),
    ("move-item", "mv"),
    ("mv", "mv"),
    ("new-item", "touch"),
    ("out-file", "touch"),
    ("pop-location", "popd"),
    ("push-location", "pushd"),
    ("set-location", "cd"),
    ("tee-object", "tee"),
    ("type", "cat"),
];

/// Parameters of those whose value is a path; it stands for itself.
const PATHS: [&str; 5] = ["-destination", "-filepath", "-literalpath", "-path", "-outputpath"];

/// Parameters of those that take no value.
const SWITCHES: [&str; 9] = [
    "-append", "-confirm", "-force", "-noclobber", "-nonewline", "-passthru", "-raw", "-recurse", "-wait",
];

/// Words that begin something which is no call of a program.
const KEYWORDS: [&str; 26] = [
    "begin", "break", "catch", "class", "continue", "data", "do", "else", "elseif", "end", "enum", "exit", "filter", "finally",
    "for", "foreach", "function", "if", "param", "process", "return", "switch", "throw", "trap", "try", "while",
];

/// The commands of a text.
pub(crate) fn statements(body: &Mapped) -> Vec<Statement> {
    let has_prompts = body.text.lines().any(|line| prompt(line).is_some());
    let mut found = Vec::new();
    let mut at = 0;
    let text = body.text.as_str();
    while at < text.len() {
        if has_prompts {
            // Behind a prompt stands one line; what has none is output.
            let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
            if let Some(length) = prompt(&text[at..end]) {
                read(body, at + length..end, &mut found);
            }
            at = end + 1;
        } else {
            read(body, 0..text.len(), &mut found);
            break;
        }
    }
    found
}

/// The length of a prompt such as `PS C:\app> `.
fn prompt(line: &str) -> Option<usize> {
    let rest = line.trim_start().strip_prefix("PS")?;
    let end = rest.find('>')?;
    let is_prompt = rest[..end].trim().is_empty() || rest.starts_with(' ') && rest[..end].contains([':', '/', '\\', '~']);
    is_prompt.then(|| line.len() - rest.len() + end + 1)
}

/// What is being read of a statement.
#[derive(Default)]
struct Open {
    /// Its parts; a backtick at the end of a line parts them.
    parts: Vec<Range<usize>>,
    /// Where the part begins that is being read.
    from: usize,
    /// Whether it holds what no shell has.
    is_foreign: bool,
    /// Brackets that are open.
    depth: usize,
}

/// The statements of a range of a text.
fn read(body: &Mapped, range: Range<usize>, found: &mut Vec<Statement>) {
    let bytes = body.text.as_bytes();
    let is_blank = |at: usize| at < range.start || bytes.get(at).is_none_or(u8::is_ascii_whitespace) || at >= range.end;
    let mut open = Open {
        from: range.start,
        ..Open::default()
    };
    let mut at = range.start;
    while at < range.end {
        let byte = bytes[at];
        let next = bytes.get(at + 1).copied().filter(|_| at + 1 < range.end);
        match byte {
            b'@' if matches!(next, Some(b'"' | b'\'')) && ends_line(bytes, at + 2) => {
                // A text of many lines is a value.
                open.is_foreign = true;
                let close = if next == Some(b'"') { "\n\"@" } else { "\n'@" };
                let rest = &body.text[at..range.end];
                at += rest.find(close).map_or(rest.len(), |end| end + close.len());
                continue;
            }
            b'"' | b'\'' => {
                at = quote_end(bytes, at, range.end);
                continue;
            }
            b'<' if next == Some(b'#') => {
                let rest = &body.text[at..range.end];
                let end = rest.find("#>").map_or(range.end, |end| at + end + 2);
                finish(body, &mut open, at, end, found);
                at = end;
                continue;
            }
            b'#' if at == range.start || is_blank(at - 1) => {
                let rest = &body.text[at..range.end];
                let end = rest.find('\n').map_or(range.end, |end| at + end);
                finish(body, &mut open, at, end, found);
                at = end;
                continue;
            }
            b'`' if ends_line(bytes, at + 1) => {
                open.parts.push(open.from..at);
                let rest = &body.text[at..range.end];
                let end = rest.find('\n').map_or(range.end, |end| at + end + 1);
                open.from = end;
                at = end;
                continue;
            }
            b'`' => open.is_foreign = true,
            b'\n' => finish(body, &mut open, at, at + 1, found),
            b'(' => open.depth += 1,
            b')' => open.depth = open.depth.saturating_sub(1),
            _ if open.depth > 0 => {}
            b';' => finish(body, &mut open, at, at + 1, found),
            b'|' => finish(body, &mut open, at, at + 1 + usize::from(next == Some(b'|')), found),
            b'&' if next == Some(b'&') => {
                finish(body, &mut open, at, at + 2, found);
                at += 2;
                continue;
            }
            // `& program` calls it.
            b'&' if body.text[open.from..at].trim().is_empty() && open.parts.is_empty() => open.from = at + 1,
            b'&' if next != Some(b'1') => finish(body, &mut open, at, at + 1, found),
            b'{' | b'}' => {
                let is_loose = (at == range.start || is_blank(at - 1) || bytes[at - 1] == b')') && is_blank(at + 1);
                if is_loose || byte == b'}' && is_blank(at + 1) && !open.is_foreign {
                    finish(body, &mut open, at, at + 1, found);
                } else {
                    open.is_foreign = true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    finish(body, &mut open, range.end, range.end, found);
}

/// Whether nothing but blanks stands between a place and the end of its line.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.iter().all(u8::is_ascii_whitespace)
}

/// Where a quoted word ends that begins at a place; at the end of the line where nothing closes it.
fn quote_end(bytes: &[u8], at: usize, end: usize) -> usize {
    let quote = bytes[at];
    let mut next = at + 1;
    while next < end {
        match bytes[next] {
            b'`' if quote == b'"' => next += 1,
            b'\n' => return next,
            byte if byte == quote => return next + 1,
            _ => {}
        }
        next += 1;
    }
    end
}

/// A statement ends at a place, and another begins behind it.
fn finish(body: &Mapped, open: &mut Open, at: usize, behind: usize, found: &mut Vec<Statement>) {
    let done = std::mem::replace(
        open,
        Open {
            from: behind,
            ..Open::default()
        },
    );
    let mut parts = done.parts;
    if done.from < at {
        parts.push(done.from..at);
    }
    if !done.is_foreign
        && let Some(statement) = statement(body, &parts)
    {
        found.push(statement);
    }
}

/// The command in the parts of a statement, if it calls a program.
fn statement(body: &Mapped, parts: &[Range<usize>]) -> Option<Statement> {
    let words: Vec<Range<usize>> = parts.iter().flat_map(|part| words(&body.text, part.clone())).collect();
    let (first, rest) = words.split_first()?;
    let name = body.text[first.clone()].to_ascii_lowercase();
    let second = rest.first().map_or("", |word| &body.text[word.clone()]);
    // `. .\x.ps1` reads a script in.
    if name == "." {
        let script = rest.first()?.start..rest.last()?.end;
        return if second == "." {
            None
        } else {
            statement(body, std::slice::from_ref(&script))
        };
    }
    let is_call = name.starts_with(|char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '\\' | '_' | '"' | '\''));
    let is_assignment = matches!(second, "=" | "+=" | "-=") || name.contains('=');
    let is_value = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_call || is_assignment || is_value || KEYWORDS.contains(&name.as_str()) {
        return None;
    }
    let mut typed = Mapped::default();
    let program = SAME.iter().find(|(known, _)| *known == name).map(|(_, program)| *program);
    match program {
        Some(program) => {
            typed.push_instead(program, body.span(first.clone()));
            operands(body, rest, &mut typed);
        }
        None if is_cmdlet(&name) => return None,
        None => {
            for (index, word) in words.iter().enumerate() {
                if index > 0 {
                    typed.push_instead(" ", body.span(word.start..word.start));
                }
                typed.push_part(body, word.clone());
            }
        }
    }
    // The same length, so that each place stays what it is.
    typed.text = typed.text.replace('\\', "/");
    let written: Vec<&str> = words.iter().map(|word| &body.text[word.clone()]).collect();
    Some(Statement {
        typed,
        written: written.join(" "),
    })
}

/// The operands of a cmdlet that a shell has as well, without its parameters.
fn operands(body: &Mapped, words: &[Range<usize>], typed: &mut Mapped) {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = &body.text[word.clone()];
        let is_parameter = text.len() > 2 && text.starts_with('-') && text.as_bytes()[1].is_ascii_alphabetic();
        let lower = text.to_ascii_lowercase();
        if PATHS.contains(&lower.as_str()) || SWITCHES.contains(&lower.as_str()) || text.starts_with('-') && !is_parameter {
            continue;
        }
        if is_parameter {
            if !text.contains(':') {
                words.next();
            }
            continue;
        }
        typed.push_instead(" ", body.span(word.start..word.start));
        typed.push_part(body, word.clone());
    }
}

/// Whether a word in lower case is a cmdlet: `get-item`. Programs with a hyphen do not begin with a verb of PowerShell.
fn is_cmdlet(name: &str) -> bool {
    const VERBS: [&str; 44] = [
        "add", "backup", "clear", "close", "compare", "compress", "connect", "convert", "convertfrom", "convertto", "copy",
        "disable", "disconnect", "enable", "enter", "exit", "expand", "export", "find", "foreach", "format", "get", "group",
        "import", "initialize", "install", "invoke", "join", "measure", "move", "new", "out", "read", "remove", "rename",
        "resolve", "restart", "select", "set", "show", "sort", "split", "start", "stop",
    ];
    const MORE: [&str; 16] = [
        "submit", "tee", "test", "unblock", "uninstall", "unregister", "register", "update", "use", "wait", "where", "write",
        "limit", "push", "pop", "publish",
    ];
    let Some((verb, noun)) = name.split_once('-') else {
        // Aliases of cmdlets.
        return matches!(
            name,
            "cls"
                | "del"
                | "dir"
                | "echo"
                | "erase"
                | "fl"
                | "ft"
                | "gci"
                | "gi"
                | "iex"
                | "irm"
                | "iwr"
                | "ls"
                | "ni"
                | "rd"
                | "ri"
                | "rm"
                | "rmdir"
                | "sc"
                | "select"
                | "sleep"
                | "sort"
                | "where"
                | "write"
                | "set"
        );
    };
    !noun.is_empty() && noun.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (VERBS.contains(&verb) || MORE.contains(&verb))
}

/// The words of a range, quotes included.
fn words(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut start = None;
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                words.extend(start.take().map(|start| start..at));
                at += 1;
            }
            b'"' | b'\'' => {
                start.get_or_insert(at);
                at = quote_end(bytes, at, range.end).max(at + 1);
            }
            _ => {
                start.get_or_insert(at);
                at += 1;
            }
        }
    }
    words.extend(start.map(|start| start..range.end));
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::statements;
    use crate::command::mapped::Mapped;
    use crate::model::place::Span;

    fn typed(text: &str) -> Vec<String> {
        let mut body = Mapped::default();
        body.push_exact(text, Span::new(100, 100 + text.len()));
        let found = statements(&body).into_iter();
        found.map(|statement| statement.typed.text).collect()
    }

    #[test]
    fn calls_of_programs_are_the_words_of_a_shell() {
        assert_eq!(
            typed("cd infra\\prod; npm run build\n& .\\scripts\\x.ps1 -Tag v1 | tee out.log\nmake a && make b || make c\n"),
            [
                "cd infra/prod", "npm run build", "./scripts/x.ps1 -Tag v1", "tee out.log", "make a", "make b", "make c"
            ]
        );
        assert_eq!(
            typed("docker build `\n  -t x `\n  services\\api # here\n"),
            ["docker build -t x services/api"]
        );
        assert_eq!(
            typed("PS C:\\app> npm ci\nadded 12 packages\nPS> make x\n"),
            ["npm ci", "make x"]
        );
        assert_eq!(typed(". .\\env.ps1\n"), ["./env.ps1"]);
    }

    #[test]
    fn cmdlets_that_a_shell_has_are_read() {
        assert_eq!(
            typed(
                "Set-Location -Path web\\app\nCopy-Item -Path a\\x.env -Destination .env -Force\nGet-Content docs\\x.md -Tail 20\nNew-Item -ItemType Directory -Path out\n"
            ),
            ["cd web/app", "cp a/x.env .env", "cat docs/x.md", "touch out"]
        );
    }

    #[test]
    fn code_of_powershell_is_left_out() {
        for text in [
            "$x = npm run y",
            "$env:DATABASE_URL = \"postgres://x\"",
            "Get-ChildItem docs\\x.md",
            "if (Test-Path a.txt) { }",
            "throw \"no a/b.txt\"",
            "# make x",
            "<# make x\nmake y #>",
            "@\"\nmake x\n\"@",
            "@'\nmake x\n'@ | Out-Null",
            "[Environment]::SetEnvironmentVariable('A', 'b')",
            "Name = 'a/b.txt'",
            "Write-Host \"make x; make y\"",
            "rm -Recurse -Force dist",
            "docker ps --format {{.Names}}",
        ] {
            assert_eq!(typed(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(typed("if ($x) {\n  make x\n} else {\n  make y }\n"), ["make x", "make y"]);
        assert_eq!(typed("foreach ($s in $all) { docker pull $s }"), ["docker pull $s"]);
    }

    #[test]
    fn each_word_has_its_place() {
        let text = "npm ci `\n  -w apps\\web";
        let mut body = Mapped::default();
        body.push_exact(text, Span::new(0, text.len()));
        let statement = statements(&body).remove(0);
        let at = statement.typed.text.find("apps/web").expect("it is there");
        assert_eq!(statement.typed.span(at..at + 8).of(text), "apps\\web");
        assert_eq!(statement.written, "npm ci -w apps\\web");
    }

    proptest! {
        #[test]
        fn no_text_stops_it(text in any::<String>()) {
            typed(&text);
        }

        #[test]
        fn no_text_of_signs_stops_it(text in "[a`&|;{}()@\"'#<>$ .=\n\\\\-]{0,60}") {
            typed(&text);
        }
    }
}
