//! Comments of language families.

/// How comments and strings look in a family of languages.
#[derive(Debug)]
pub(crate) struct Family {
    /// What begins a comment that ends with its line.
    line: &'static [&'static str],
    /// Whether such a comment begins only at the start of a line or behind a blank: `$#` and `a#b` hold none.
    needs_blank: bool,
    /// What begins and ends other comments.
    block: &'static [(&'static str, &'static str)],
    /// What begins and ends a string on one line.
    quotes: &'static [char],
    /// What begins and ends a string that may run over lines.
    long_quotes: &'static [&'static str],
    /// Whether blanks at the start of a line mean something.
    pub(crate) keeps_indent: bool,
}

const NONE: Family = Family {
    line: &[],
    needs_blank: false,
    block: &[],
    quotes: &[],
    long_quotes: &[],
    keeps_indent: false,
};

/// Shells, Make, YAML and settings of many tools.
const HASH: Family = Family {
    line: &["#"],
    needs_blank: true,
    quotes: &['"', '\''],
    keeps_indent: true,
    ..NONE
};
const PYTHON: Family = Family {
    line: &["#"],
    quotes: &['"', '\''],
    long_quotes: &["\"\"\"", "'''"],
    keeps_indent: true,
    ..NONE
};
/// C and those that write comments as it does.
const SLASH: Family = Family {
    line: &["//"],
    block: &[("/*", "*/")],
    quotes: &['"', '\''],
    ..NONE
};
/// A quote of Rust may begin a lifetime, so characters are no strings here.
const RUST: Family = Family { quotes: &['"'], ..SLASH };
const SCRIPT: Family = Family {
    long_quotes: &["`"],
    ..SLASH
};
const TERRAFORM: Family = Family {
    line: &["//", "#"],
    quotes: &['"'],
    ..SLASH
};
const STYLE: Family = Family { line: &[], ..SLASH };
const SQL: Family = Family {
    line: &["--"],
    block: &[("/*", "*/")],
    quotes: &['"', '\''],
    ..NONE
};
const LUA: Family = Family {
    line: &["--"],
    block: &[("--[[", "]]")],
    quotes: &['"', '\''],
    ..NONE
};
const HASKELL: Family = Family {
    line: &["--"],
    block: &[("{-", "-}")],
    quotes: &['"'],
    keeps_indent: true,
    ..NONE
};
const MARKUP: Family = Family {
    block: &[("<!--", "-->")],
    ..NONE
};
const SETTINGS: Family = Family {
    line: &[";", "#"],
    needs_blank: true,
    ..NONE
};
const LISP: Family = Family {
    line: &[";"],
    quotes: &['"'],
    ..NONE
};
const POWERSHELL: Family = Family {
    line: &["#"],
    block: &[("<#", "#>")],
    ..HASH
};

/// The family of a file by its name in lower case and its extension; none for languages that are not known.
pub(crate) fn family(name: &str, extension: &str) -> Option<&'static Family> {
    let is_named = |names: &[&str]| {
        names
            .iter()
            .any(|known| name == *known || name.starts_with(&format!("{known}.")))
    };
    if is_named(&[
        "dockerfile", "containerfile", "makefile", "gnumakefile", "justfile", "procfile", "gemfile", "rakefile",
    ]) || name.starts_with(".env")
        || matches!(
            name,
            ".gitignore" | ".dockerignore" | "codeowners" | ".justfile" | "caddyfile"
        )
    {
        return Some(&HASH);
    }
    let family = match extension {
        "sh" | "bash" | "zsh" | "fish" | "ksh" | "rb" | "pl" | "pm" | "r" | "yml" | "yaml" | "mk" | "mak" | "conf" | "cfg"
        | "just" | "ex" | "exs" | "cron" | "service" | "timer" | "env" | "dockerfile" | "properties" | "jl" | "tpl" | "j2"
        | "nix" | "awk" | "sed" => &HASH,
        "py" | "pyi" | "pyx" | "bzl" | "star" | "toml" => &PYTHON,
        "rs" => &RUST,
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" | "go" => &SCRIPT,
        "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "cs" | "java" | "kt" | "kts" | "swift" | "scala" | "php" | "dart"
        | "groovy" | "gradle" | "proto" | "zig" | "sol" | "scss" | "less" | "jsonc" | "json5" | "json" | "m" | "mm" | "cue"
        | "jsonnet" | "libsonnet" => &SLASH,
        "tf" | "hcl" | "tfvars" => &TERRAFORM,
        "css" => &STYLE,
        "sql" | "ddl" | "adb" | "ads" => &SQL,
        "lua" => &LUA,
        "hs" | "elm" => &HASKELL,
        "html" | "htm" | "xml" | "svg" | "vue" | "svelte" | "xhtml" | "csproj" | "plist" => &MARKUP,
        "ini" | "inf" | "reg" => &SETTINGS,
        "lisp" | "clj" | "cljs" | "edn" | "el" | "scm" | "asm" => &LISP,
        "ps1" | "psm1" | "psd1" => &POWERSHELL,
        _ => return None,
    };
    Some(family)
}

/// The text without its comments. A block comment leaves a blank.
pub(crate) fn stripped(text: &str, family: &Family) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    // The first line that names an interpreter is no comment.
    if text.starts_with("#!") {
        at = text.find('\n').unwrap_or(text.len());
        kept.push_str(&text[..at]);
    }
    // A block comment that does not end is none, and neither are those behind it.
    let mut open = vec![true; family.block.len()];
    let is_special = specials(family);
    'text: while at < text.len() {
        // Everything up to the next character that may begin something is kept as it is.
        let rest = &text[at..];
        let run = rest.bytes().position(|byte| is_special[usize::from(byte)]);
        let (run, rest) = rest.split_at(run.unwrap_or(rest.len()));
        kept.push_str(run);
        at += run.len();
        let Some(char) = rest.chars().next() else { break };
        for quote in family.long_quotes {
            if rest.starts_with(quote) {
                let end = end_of_long(rest, quote);
                kept.push_str(&rest[..end]);
                at += end;
                continue 'text;
            }
        }
        if family.quotes.contains(&char) {
            let end = end_of_string(rest, char).unwrap_or(char.len_utf8());
            kept.push_str(&rest[..end]);
            at += end;
            continue;
        }
        if char == '\\' {
            let end = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            kept.push_str(&rest[..end]);
            at += end;
            continue;
        }
        for (index, (begin, end)) in family.block.iter().enumerate() {
            if open[index] && rest.starts_with(begin) {
                match rest[begin.len()..].find(end) {
                    Some(found) => {
                        kept.push(' ');
                        at += begin.len() + found + end.len();
                        continue 'text;
                    }
                    None => open[index] = false,
                }
            }
        }
        if begins_comment(rest, &kept, family) {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        kept.push(char);
        at += char.len_utf8();
    }
    kept
}

/// The bytes with which a comment, a string or an escape may begin. All of them are ASCII, so a text can be cut in front of one.
fn specials(family: &Family) -> [bool; 256] {
    let mut is_special = [false; 256];
    is_special[usize::from(b'\\')] = true;
    let begins = family.block.iter().map(|(begin, _)| *begin);
    for mark in begins
        .chain(family.long_quotes.iter().copied())
        .chain(family.line.iter().copied())
    {
        is_special[usize::from(mark.as_bytes()[0])] = true;
    }
    for quote in family.quotes {
        is_special[*quote as usize & 255] = true;
    }
    is_special
}

/// Whether a comment that ends with its line begins here. A directive of the Go compiler is none, and `http://` holds none.
fn begins_comment(rest: &str, before: &str, family: &Family) -> bool {
    let Some(mark) = family.line.iter().find(|mark| rest.starts_with(**mark)) else {
        return false;
    };
    let is_free = before.is_empty() || before.ends_with(char::is_whitespace);
    let is_address = *mark == "//" && before.ends_with(':');
    let is_directive = rest.starts_with("//go:");
    (is_free || !family.needs_blank) && !is_address && !is_directive
}

/// Where a string that must end on its line ends; none when it does not.
fn end_of_string(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            '\n' => return None,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if char == quote => return Some(at + char.len_utf8()),
            _ => {}
        }
    }
    None
}

/// Where a string that may run over lines ends: at the end of the text when nothing closes it.
fn end_of_long(text: &str, quote: &str) -> usize {
    let mut at = quote.len();
    while let Some(rest) = text.get(at..) {
        if rest.starts_with(quote) {
            return at + quote.len();
        }
        let Some(char) = rest.chars().next() else { break };
        at += char.len_utf8();
        if char == '\\' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}
