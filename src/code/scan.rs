//! Reading code without a grammar: calls with their arguments, strings, and texts without comments and form.
//!
//! What is looked for is always the same shape, a literal in a call that a framework knows, so the calls are found by their name and
//! their arguments are told apart by brackets and quotes. Work grows with the size of the text: every call is read once, and its
//! arguments up to a limit.

use heck::ToKebabCase;

use crate::model::stable::{Bytes, stable};

/// Bytes of the arguments of one call that are read; longer ones are data.
const MAX_ARGUMENTS: usize = 8_000;

/// Arguments of one call that are told apart.
const MAX_COUNT: usize = 100;

/// A call of a function by its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'text> {
    /// Where the name begins.
    pub(super) at: usize,
    /// What stands between the brackets.
    pub(super) arguments: &'text str,
}

/// An argument of a call, or the field of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Argument<'text> {
    /// The name in front of `=` or `:`; empty without one.
    pub(super) name: &'text str,
    /// The value.
    pub(super) value: &'text str,
}

/// Whether a byte belongs to a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The calls of `name` in a text, in order: the name stands free, and a bracket follows.
pub(super) fn calls<'text>(text: &'text str, name: &'text str) -> impl Iterator<Item = Call<'text>> {
    text.match_indices(name).filter_map(move |(at, _)| {
        let bytes = text.as_bytes();
        let is_free = name.starts_with(['.', '@', '#']) || at.checked_sub(1).is_none_or(|before| !is_word(bytes[before]));
        let mut open = at + name.len();
        while bytes.get(open).is_some_and(|byte| matches!(byte, b' ' | b'!')) {
            open += 1;
        }
        // `router.get<Query>('/x')`
        if bytes.get(open) == Some(&b'<') {
            let close = text.as_bytes()[open..].iter().take(300).position(|byte| *byte == b'>')?;
            open += close + 1;
        }
        if !is_free || bytes.get(open) != Some(&b'(') {
            return None;
        }
        let length = bracketed(&text[open..])?;
        Some(Call {
            at,
            arguments: &text[open + 1..open + length - 1],
        })
    })
}

/// The length of a bracket that a text begins with, up to its partner; none when it is not closed within the limit. Quotes are
/// skipped.
pub(super) fn bracketed(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_u32;
    let mut at = 0;
    while at < bytes.len().min(MAX_ARGUMENTS) {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' | b'\'' | b'`' => at += quoted(&text[at..]).map_or(1, |length| length) - 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The length of a quoted string that a text begins with, quotes included; none when it is not closed on its line. Triple quotes and
/// backticks may go on.
pub(super) fn quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first()?;
    for triple in ["\"\"\"", "'''"] {
        if text.starts_with(triple) {
            return text[3..].find(triple).map(|at| at + 6);
        }
    }
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match *byte {
            b'\\' => at += 1,
            b'\n' if quote != b'`' => return None,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
        if at > MAX_ARGUMENTS {
            return None;
        }
    }
    None
}

/// The parts of a text between commas that stand in no bracket and no quotes.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => at += bracketed(&text[at..]).unwrap_or(1) - 1,
            b'"' | b'\'' | b'`' => at += quoted(&text[at..]).unwrap_or(1) - 1,
            // Comments may hold commas and apostrophes.
            b'#' => at += text[at..].find('\n').unwrap_or(text.len() - at) - 1,
            b'/' if bytes.get(at + 1) == Some(&b'/') => at += text[at..].find('\n').unwrap_or(text.len() - at) - 1,
            b',' => {
                found.push(&text[start..at]);
                start = at + 1;
                if found.len() >= MAX_COUNT {
                    return found;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found.push(text.get(start..).unwrap_or_default());
    found
}

/// The arguments of a call, or the fields of an object without its brackets.
pub(super) fn arguments(text: &str) -> Vec<Argument<'_>> {
    let of_part = |part| {
        let part = without_lead(part);
        let length = part.bytes().take_while(|byte| is_word(*byte) || *byte == b'-').count();
        let (name, rest) = if part.starts_with(['"', '\'']) {
            let length = quoted(part).unwrap_or(part.len());
            (part[..length].trim_matches(['"', '\'']), &part[length..])
        } else {
            part.split_at(length)
        };
        let rest = rest.trim_start();
        let value = rest
            .strip_prefix('=')
            .filter(|rest| !rest.starts_with(['=', '>']))
            .or_else(|| rest.strip_prefix(':').filter(|rest| !rest.starts_with(':')));
        match value {
            Some(value) if !name.is_empty() => Argument {
                name,
                value: value.trim(),
            },
            _ => Argument { name: "", value: part },
        }
    };
    parts(text)
        .into_iter()
        .map(of_part)
        .filter(|argument| !argument.value.is_empty() || !argument.name.is_empty())
        .collect()
}

/// A text without blanks and comments in front.
fn without_lead(text: &str) -> &str {
    let mut text = text.trim();
    while text.starts_with("//") || text.starts_with('#') {
        text = text.find('\n').map_or("", |at| text[at..].trim_start());
    }
    text
}

/// The value of a named argument.
pub(super) fn named<'text>(arguments: &[Argument<'text>], name: &str) -> Option<&'text str> {
    arguments
        .iter()
        .find(|argument| argument.name == name)
        .map(|argument| argument.value)
}

/// The words of a value that is one plain string; none for anything computed.
pub(super) fn literal(value: &str) -> Option<&str> {
    let value = value.trim();
    let value = value
        .strip_prefix(['r', 'b', 'u'])
        .filter(|rest| rest.starts_with(['"', '\'']))
        .unwrap_or(value);
    let length = quoted(value)?;
    if length != value.len() || !value.starts_with(['"', '\'', '`']) {
        return None;
    }
    let inner = if value.starts_with("\"\"\"") || value.starts_with("'''") {
        value.get(3..length - 3)?
    } else {
        value.get(1..length - 1)?
    };
    (!(value.starts_with('`') && inner.contains("${"))).then_some(inner)
}

/// Every plain string of a text with its place, triple-quoted ones left out.
pub(super) fn strings(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let Some(next) = text[at..].find(['"', '\'', '`']) else {
                at = text.len();
                return None;
            };
            let start = at + next;
            let Some(length) = quoted(&text[start..]) else {
                at = start + 1;
                continue;
            };
            at = start + length;
            if !text[start..].starts_with("\"\"\"") && !text[start..].starts_with("'''") {
                return Some((start, &text[start + 1..start + length - 1]));
            }
        }
        None
    })
}

/// The fingerprint of a piece of code: comments, blanks and commas at ends are silent.
pub(super) fn fingerprint(code: &str) -> u128 {
    // What is left of the code; a byte that stands in no text ends what stood in quotes.
    let mut kept = Vec::with_capacity(code.len());
    let mut add = |byte: u8| kept.push(byte);
    let bytes = code.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' | b'\'' | b'`' => {
                let length = quoted(&code[at..]).unwrap_or(1);
                // The kind of quotes is form.
                let inner = code.get(at + 1..(at + length).saturating_sub(1)).unwrap_or_default();
                inner.bytes().for_each(&mut add);
                add(0xff);
                at += length;
                continue;
            }
            b'#' if !code[at..].starts_with("#[") => {
                at += code[at..].find('\n').unwrap_or(code.len() - at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += code[at..].find('\n').unwrap_or(code.len() - at);
                continue;
            }
            byte if byte.is_ascii_whitespace() || matches!(byte, b',' | b';') => {}
            byte => add(byte),
        }
        at += 1;
    }
    stable(Bytes(&kept))
}

/// Whether a word is a long option and nothing else.
pub(super) fn is_long_flag(word: &str) -> bool {
    word.strip_prefix("--")
        .is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| is_word(byte) || byte == b'-'))
}

/// Words in kebab case, as yargs takes them too: `dry_run`, `dryRun` and `DryRun` become `dry-run`.
pub(super) fn kebab(name: &str) -> String {
    name.to_kebab_case()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{arguments, calls, fingerprint, kebab, literal, named, parts, strings};

    #[test]
    fn calls_are_found_with_their_arguments() {
        let text = "x.add(1)\nno_add(2)\nadd (\"a)b\", [1, 2],\n  k='v')\nadd(";
        let found: Vec<&str> = calls(text, "add").map(|call| call.arguments).collect();
        assert_eq!(found, ["1", "\"a)b\", [1, 2],\n  k='v'"]);
        let found = arguments(calls(text, "add").nth(1).unwrap().arguments);
        assert_eq!(named(&found, "k"), Some("'v'"));
        assert_eq!(literal(found[0].value), Some("a)b"));
    }

    #[test]
    fn only_plain_strings_are_literals() {
        assert_eq!(literal("'a'"), Some("a"));
        assert_eq!(literal("r\"a\""), Some("a"));
        assert_eq!(literal("`a`"), Some("a"));
        for value in ["f'{a}'", "`${a}`", "'a' + b", "a", "'a"] {
            assert_eq!(literal(value), None, "{value}");
        }
        let found: Vec<&str> = strings("a 'b' \"c\" it's `d`").map(|(_, words)| words).collect();
        assert_eq!(found, ["b", "c", "d"]);
    }

    #[test]
    fn form_and_comments_are_silent() {
        assert_eq!(fingerprint("f('a', b,  # why\n)"), fingerprint("f(\"a\",b)"));
        assert_ne!(fingerprint("f('a')"), fingerprint("f('b')"));
    }

    #[test]
    fn names_are_written_with_dashes() {
        assert_eq!(kebab("dry_run"), "dry-run");
        assert_eq!(kebab("DryRun"), "dry-run");
        assert_eq!(kebab("URL"), "url");
    }

    proptest! {
        #[test]
        fn no_text_stops_the_scanner(text in any::<String>(), signs in "[a(){}'\"`,#/\\\\=:\n é-]{0,60}") {
            for text in [text, signs] {
                for call in calls(&text, "a") {
                    arguments(call.arguments);
                }
                parts(&text);
                arguments(&text);
                literal(&text);
                strings(&text).count();
                fingerprint(&text);
            }
        }
    }
}
