//! Text of files made harmless for a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character acts on a terminal or hides itself: control characters, marks that turn the direction of text, characters
/// without width.
fn is_hidden(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || matches!(code, 0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x2069 | 0xFEFF | 0xE0000..=0xE007F)
}

/// One line of text with hidden characters shown: control characters as pictures, others by their number. A tab is a blank.
/// What a log viewer takes for a command, `##[error]` or `##vso[...]`, is broken up.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    Cow::Owned(shown)
}

/// Whether a bracket after this text would begin a command of a log viewer: two hashes and at most a word of letters.
fn opens_command(shown: &str) -> bool {
    let word = shown.bytes().rev().take(16).take_while(u8::is_ascii_alphabetic).count();
    shown.as_bytes()[..shown.len() - word].ends_with(b"##")
}

/// Adds a character so that it can be seen.
pub(crate) fn push_visible(shown: &mut String, c: char) {
    match u32::from(c) {
        0x09 => shown.push(' '),
        0x5B if opens_command(shown) => shown.push_str("<U+005B>"),
        code @ 0..=0x1F => shown.push(char::from_u32(0x2400 + code).unwrap_or('\u{fffd}')),
        0x7F => shown.push('\u{2421}'),
        code if is_hidden(c) => {
            // Writing to a string cannot fail.
            let _ = write!(shown, "<U+{code:04X}>");
        }
        _ => shown.push(c),
    }
}

/// Lines of text with hidden characters shown. What a pipeline takes for a command at the beginning of a line, `::error::`, is broken up.
pub(crate) fn visible_lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            shown.push('\n');
        }
        let words = line.trim_start_matches(|c: char| c.is_whitespace() || is_hidden(c));
        let (blanks, words) = line.split_at(line.len() - words.len());
        shown.push_str(&visible(blanks));
        if words.starts_with("::") {
            shown.push_str("<U+003A>");
            shown.push_str(&visible(&words[1..]));
        } else {
            shown.push_str(&visible(words));
        }
    }
    shown
}

/// JSON text in which no hidden character stands raw. They occur in strings only, where an escape means the same.
pub(crate) fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hidden(c) || c == '[' && opens_command(&escaped) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escaped, visible, visible_lines};

    #[test]
    fn lines_are_no_commands_of_a_pipeline() {
        assert_eq!(
            visible_lines("a\n::error::b\n  ::c\n\u{1b}::d\n\u{85}e ::f\n"),
            "a\n<U+003A>:error::b\n  <U+003A>:c\n␛<U+003A>:d\n<U+0085>e ::f\n"
        );
    }

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("a\u{1b}[2K\tb\u{9b}\u{202e}\u{7f}\n"), "a␛[2K b<U+009B><U+202E>␡␊");
        assert_eq!(visible("Größe – 日本語 ✓"), "Größe – 日本語 ✓");
    }

    #[test]
    fn commands_of_log_viewers_are_broken_up() {
        assert_eq!(
            visible("##[error]a ##vso[task]b #[c] ## [d]"),
            "##<U+005B>error]a ##vso<U+005B>task]b #[c] ## [d]"
        );
        let json = escaped("[\"##[error]\"]");
        assert_eq!(json, "[\"##\\u005berror]\"]");
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).expect("it is JSON"), ["##[error]"]);
    }

    #[test]
    fn json_means_the_same_after_the_escape() {
        let text = "a\u{9b}\u{202e}\u{e0001}\u{7f}";
        let json = escaped(&serde_json::to_string(text).expect("a string is JSON"));
        assert!(json.is_ascii());
        assert_eq!(serde_json::from_str::<String>(&json).expect("the escape is JSON"), text);
    }
}
