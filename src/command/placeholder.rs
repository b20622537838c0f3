//! Placeholders: words that a reader must replace. What holds one is shown, but never judged.

/// Words that only stand in placeholders, in lower case.
const WORDS: &[&str] = &[
    "path/to", "your-", "your_", "yourorg", "x.y.z", "major.minor", "yyyy", "replace_", "replace-", "change_me", "changeme",
    "change-me", "example.com", "n.n.n",
];

/// Whether a command cannot be run as written. Variables do not count: a shell fills them in.
pub(crate) fn in_command(command: &str) -> bool {
    if has_marked(command) || has_word(command) || has_wrapped(command) {
        return true;
    }
    command.split_whitespace().any(|word| {
        let bracketed = word.strip_prefix('[').and_then(|word| word.strip_suffix(']'));
        word == "..."
            || word == "…"
            || bracketed.is_some_and(|inner| inner.starts_with(|char: char| char.is_ascii_alphabetic() || char == '-'))
    })
}

/// Whether a path, a glob or a name holds something that is not literal, so that it cannot be looked up.
pub(crate) fn in_name(name: &str) -> bool {
    let is_marked = name
        .bytes()
        .any(|byte| matches!(byte, b'<' | b'>' | b'$' | b'`' | b'%' | b'{' | b'}' | b'(' | b')' | b'|'));
    if is_marked && !is_brace_list(name) {
        return true;
    }
    name.contains("...")
        || name.contains(['…', '«', '»'])
        || has_wrapped(name)
        || has_word(name)
        || has_bracketed_part(name)
        || has_lone_x(name)
}

/// `__VERSION__`, `@VERSION@`: capitals between two marks. `__init__` and `@scope` are names.
fn has_wrapped(text: &str) -> bool {
    ["__", "@"].iter().any(|mark| {
        text.match_indices(mark).any(|(at, _)| {
            let inner = &text[at + mark.len()..];
            let length = inner
                .bytes()
                .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
                .count();
            let word = inner[..length].trim_end_matches('_');
            let is_closed = inner[word.len()..].starts_with(mark);
            is_closed && word.len() >= 2 && word.starts_with(|c: char| c.is_ascii_uppercase())
        })
    })
}

/// Where a tag of a template engine ends that a text begins with: `<%= name %>`, `{{ name }}`.
pub(crate) fn template_end(text: &str) -> Option<usize> {
    let close = match text.as_bytes() {
        [b'<', b'%', ..] => "%>",
        [b'{', b'{', ..] => "}}",
        _ => return None,
    };
    let end = text.find(close)?;
    let is_short = end <= 120 && !text[..end].contains('\n');
    is_short.then_some(end + close.len())
}

/// `books/find-X.md`, `experiments/X/`: a capital X that is a word of its own stands for any name. Only paths write it so; `--X` and
/// a bare `X` are names.
fn has_lone_x(name: &str) -> bool {
    name.contains('/') && name.split(|c: char| !c.is_alphanumeric()).any(|word| word == "X")
}

/// Whether the only marks are lists in braces (`a/{b,c}`), which a glob may hold.
fn is_brace_list(name: &str) -> bool {
    let has_other = name
        .bytes()
        .any(|byte| matches!(byte, b'<' | b'>' | b'$' | b'`' | b'%' | b'(' | b')' | b'|'));
    if has_other || name.matches('{').count() != name.matches('}').count() {
        return false;
    }
    name.split('{').skip(1).all(|part| {
        part.split_once('}')
            .is_some_and(|(list, _)| list.contains(',') || list.contains(".."))
    })
}

/// `app/[id]/page.tsx`: a part of a path in brackets is a route, not a file pattern.
fn has_bracketed_part(name: &str) -> bool {
    name.split('/')
        .any(|part| part.starts_with('[') && part.contains(']') && part.len() > 3)
}

/// Angle brackets around words, braces around a word.
fn has_marked(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut angle = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'<' if bytes.get(at + 1) == Some(&b'%') && template_end(&text[at..]).is_some() => return true,
            b'<' => angle = Some(at),
            b'>' => {
                if let Some(open) = angle.take()
                    && is_angle(&text[open + 1..at])
                {
                    return true;
                }
            }
            b'{' => {
                let before = at.checked_sub(1).map(|before| bytes[before]);
                let rest = &bytes[at + 1..];
                let length = rest
                    .iter()
                    .take(40)
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
                    .count();
                let is_word = length > 0 && rest.get(length) == Some(&b'}') && rest[0].is_ascii_alphabetic();
                // `${VAR}`, `@{u}` and `HEAD^{commit}` are syntax.
                if is_word && !matches!(before, Some(b'$' | b'@' | b'^' | b'%' | b'\\' | b'.')) {
                    return true;
                }
                if rest.first() == Some(&b'{')
                    && rest
                        .get(1)
                        .is_some_and(|byte| matches!(byte, b' ' | b'a'..=b'z' | b'A'..=b'Z'))
                {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether the words between `<` and `>` are a placeholder and not the end of a redirection (`<in >out`).
pub(crate) fn is_angle(inner: &str) -> bool {
    if inner.len() > 80 || !inner.starts_with(|char: char| char.is_alphabetic() || char == '_') {
        return false;
    }
    if inner.contains('/') {
        // `<owner/repo>` is one, `<in/file >out` is none.
        return !inner.contains([' ', '\n', '.', '"']);
    }
    inner.ends_with(|char: char| char.is_alphanumeric() || matches!(char, '_' | ')' | '.' | '\'' | '?' | '…'))
        && !inner.contains(['\n', '<', '|', '&', ';', '"', '='])
}

/// Words that only stand in placeholders, and runs such as `XXX`.
fn has_word(text: &str) -> bool {
    // Most words have none of the letters that any of these need together; one pass looks at word starts only.
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_start = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        match byte.to_ascii_lowercase() {
            b'x' => {
                let run = bytes[at..].iter().take_while(|other| *other == byte).count();
                let is_free = at == 0 || bytes[at - 1] != *byte;
                if is_free && run >= 3 && !bytes.get(at + run).is_some_and(u8::is_ascii_lowercase) {
                    return true;
                }
                if starts_with(bytes, at, "x.y.z") {
                    return true;
                }
            }
            b'p' | b'y' | b'm' | b'r' | b'c' | b'e' | b'n' => {
                let is_number = at > 0 && bytes[at - 1] == b'v' && (at == 1 || !bytes[at - 2].is_ascii_alphanumeric());
                if (is_start || is_number) && WORDS.iter().any(|word| starts_with(bytes, at, word)) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

fn starts_with(bytes: &[u8], at: usize, word: &str) -> bool {
    bytes
        .get(at..at + word.len())
        .is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{in_command, in_name, template_end};

    #[test]
    fn commands_with_placeholders_cannot_be_run_as_written() {
        for command in [
            "git checkout <good-tag-or-commit>",
            "git push origin vX.Y.Z",
            "git tag vMAJOR.MINOR.PATCH",
            "supabase link --project-ref <staging ref>",
            "docker push ghcr.io/<owner>/<repo>",
            "docker push <owner/repo>",
            "curl https://{host}/x",
            "helm get {{ release }}",
            "deploy [environment]",
            "deploy [--force]",
            "pnpm flags:enable ...",
            "cat path/to/file",
            "export KEY=your-key",
            "export KEY=YOUR_KEY",
            "tasks start TASK-XXX",
            "psql -h xxxx.db",
            "touch report-YYYY-MM-DD.md",
            "make <%= target %>",
            "make __TARGET__",
            "docker compose up @SERVICE@",
        ] {
            assert!(in_command(command), "{command}");
        }
    }

    #[test]
    fn what_a_shell_fills_in_is_no_placeholder() {
        for command in [
            "echo $HOME ${USER} $(date)",
            "sort <in >out",
            "psql $URL <<'SQL'",
            "find . -name x -exec rm {} \\;",
            "git rev-parse HEAD^{commit} @{u}",
            "curl -d '{\"a\": 1}' localhost",
            "[ -f x ] && echo yes",
            "pip install '.[dev]'",
            "cp {a,b}.txt .",
            "go test ./...",
            "docker ps --format '{{.Names}}'",
            "make max proxy_example",
            "if a < b; c > d",
            "python pkg/__init__.py",
            "pnpm --filter @acme/app run x",
        ] {
            assert!(!in_command(command), "{command}");
        }
    }

    #[test]
    fn tags_of_templates_end_on_their_line() {
        assert_eq!(template_end("<%= x %> y"), Some(8));
        assert_eq!(template_end("{{ x }}"), Some(7));
        for text in ["<%= x\n%>", "{ {x} }", "<x>", "{{ x", ""] {
            assert_eq!(template_end(text), None, "{text}");
        }
    }

    #[test]
    fn names_with_anything_to_fill_in_are_not_looked_up() {
        for name in [
            "releases/<version>/notes.md",
            "$ROOT/x",
            "${A}/x",
            "a/{b}/c",
            "app/[id]/page.tsx",
            "app/(client)/page.tsx",
            "notes-YYYY-MM-DD.md",
            "path/to/x.md",
            "docs/.../x.md",
            "%APPDATA%/x",
            "books/find-X.md",
            "experiments/X/manifest.json",
            "conf/«site».yml",
            "docs/__VERSION__/x.md",
        ] {
            assert!(in_name(name), "{name}");
        }
        for name in [
            "docs/x.md", "a/{b,c}.yml", "src/*.rs", "lib[0].md", "proxy/x.y", "etc/X11/x", "-X", "lib/x", "pkg/__init__.py",
            "pkg/__tests__/A__B__.py",
        ] {
            assert!(!in_name(name), "{name}");
        }
    }
}
