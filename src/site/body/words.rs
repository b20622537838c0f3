//! Words of a text: bare addresses become links, short codes become the characters that they name.

use std::borrow::Cow;

use crate::site::escape;
use crate::site::link::{Destination, classify};

/// Appends words; addresses are links unless the words are `plain`.
pub(super) fn write(html: &mut String, words: &str, plain: bool) {
    let words = with_emoji(words);
    // Nearly all words hold no address.
    let plain = plain || !may_hold_address(&words);
    let mut rest = words.as_ref();
    while !plain && let Some((start, end)) = next_address(rest) {
        let (before, address) = (&rest[..start], &rest[start..end]);
        let target = if address.starts_with("www.") {
            Cow::Owned(format!("https://{address}"))
        } else {
            Cow::Borrowed(address)
        };
        escape::text(html, before);
        if let Destination::Web(target) = classify(&target) {
            html.push_str("<a href=\"");
            escape::text(html, &target);
            html.push_str("\" rel=\"noopener noreferrer\">");
            escape::text(html, address);
            html.push_str("</a>");
        } else {
            escape::text(html, address);
        }
        rest = &rest[end..];
    }
    escape::text(html, rest);
}

/// Whether words hold `//` or `www.`.
fn may_hold_address(words: &str) -> bool {
    let bytes = words.as_bytes();
    memchr::memchr2_iter(b'/', b'.', bytes).any(|at| match bytes[at] {
        b'/' => bytes.get(at + 1) == Some(&b'/'),
        _ => bytes[..at].ends_with(b"www"),
    })
}

/// The first bare address of a text, as GitHub finds them: `http://`, `https://` or `www.` at the start of a word, up to a blank or `<`,
/// without the punctuation that ends the sentence.
fn next_address(text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    loop {
        let start = at
            + ["http://", "https://", "www."]
                .iter()
                .filter_map(|mark| text[at..].find(mark))
                .min()?;
        let is_word =
            !text[..start].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '/' | '.' | '-' | '_' | '@'));
        let end = address_end(&text[start..]);
        let scheme = if text[start..].starts_with("www.") {
            4
        } else {
            text[start..].find("//")? + 2
        };
        let host = text[start + scheme..start + end.max(scheme)].chars().next();
        if is_word && host.is_some_and(char::is_alphanumeric) {
            return Some((start, start + end));
        }
        at = start + 4;
    }
}

fn address_end(text: &str) -> usize {
    let mut end = text
        .find(|character: char| {
            character.is_whitespace() || matches!(character, '<' | '>' | '"' | '`' | '|' | '\u{201c}' | '\u{201d}')
        })
        .unwrap_or(text.len());
    loop {
        let word = &text[..end];
        let Some(last) = word.chars().next_back() else { return 0 };
        let is_loose = match last {
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '\\' | '{' | '}' | '[' => true,
            ')' => word.matches(')').count() > word.matches('(').count(),
            ']' => word.matches(']').count() > word.matches('[').count(),
            _ => false,
        };
        if !is_loose {
            return end;
        }
        end -= last.len_utf8();
    }
}

/// The words with short codes such as `:warning:` as the characters that GitHub shows for them.
pub(super) fn with_emoji(words: &str) -> Cow<'_, str> {
    let mut text = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(start) = words[at..].find(':').map(|offset| at + offset) {
        at = start + 1;
        let inside = &words[at..];
        let length = inside
            .find(|character: char| {
                !(character.is_ascii_lowercase() || character.is_ascii_digit() || matches!(character, '_' | '+' | '-'))
            })
            .unwrap_or(inside.len());
        let is_word = !words[..start].ends_with(|before: char| before.is_alphanumeric() || before == ':')
            && inside[length..].starts_with(':')
            && !inside[length + 1..].starts_with(|after: char| after.is_alphanumeric() || after == ':');
        if length == 0 || !is_word {
            continue;
        }
        if let Some(emoji) = emojis::get_by_shortcode(&inside[..length]) {
            text.push_str(&words[done..start]);
            text.push_str(emoji.as_str());
            done = at + length + 1;
            at = done;
        }
    }
    if done == 0 {
        return Cow::Borrowed(words);
    }
    text.push_str(&words[done..]);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::{with_emoji, write};

    fn html(words: &str) -> String {
        let mut html = String::new();
        write(&mut html, words, false);
        html
    }

    #[test]
    fn bare_addresses_are_links() {
        let link = |address: &str, words: &str| format!("<a href=\"{address}\" rel=\"noopener noreferrer\">{words}</a>");
        assert_eq!(
            html("See https://example.org/a?b=c. (http://example.org/x)"),
            format!(
                "See {}. ({})",
                link("https://example.org/a?b=c", "https://example.org/a?b=c"),
                link("http://example.org/x", "http://example.org/x")
            )
        );
        assert_eq!(html("www.example.org"), link("https://www.example.org/", "www.example.org"));
        for words in ["xhttps://example.org", "https://", "http://.", "a.www.b", "javascript:x"] {
            assert_eq!(html(words), words);
        }
    }

    #[test]
    fn short_codes_are_characters_only_as_words() {
        assert_eq!(with_emoji(":warning: mind :rocket:"), "\u{26a0}\u{fe0f} mind \u{1f680}");
        for words in ["10:30:15", "a:x:b", "std::on::x", ":no_such_code:", "::", "image:tag:1"] {
            assert_eq!(with_emoji(words), words);
        }
    }
}
