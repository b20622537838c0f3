//! Words of a tool as one plain line.

/// Characters of a line that are kept.
const MAX_CHARACTERS: usize = 300;

/// Bytes of the text of a failure that are looked at for its first line.
pub(crate) const MAX_MESSAGE: usize = 4096;

/// The first line that holds anything, without the sequences that colour a terminal, without control characters, and not longer
/// than a list entry may be. Tools that cannot write the escape character into XML write `#x1B` in its place.
pub(crate) fn first_line(text: &str) -> String {
    text.lines()
        .map(|line| without_escapes(line).trim().to_owned())
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}

fn without_escapes(line: &str) -> String {
    let mut plain = String::new();
    let mut kept = 0;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if kept >= MAX_CHARACTERS {
            plain.push('…');
            break;
        }
        rest = match (escape_width(rest), c) {
            (Some(width), _) => after_sequence(&rest[width..]),
            (None, '\u{9b}') => after_parameters(&rest[c.len_utf8()..]),
            (None, c) => {
                if c == '\t' {
                    plain.push(' ');
                } else if !c.is_control() && c != '\u{feff}' {
                    plain.push(c);
                }
                kept += 1;
                &rest[c.len_utf8()..]
            }
        };
    }
    plain
}

fn escape_width(text: &str) -> Option<usize> {
    if text.starts_with('\u{1b}') {
        return Some(1);
    }
    let is_written_out = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("#x1b"));
    is_written_out.then_some(4)
}

/// What follows the sequence that an escape character begins.
fn after_sequence(text: &str) -> &str {
    match text.chars().next() {
        Some('[') => after_parameters(&text[1..]),
        Some(']') => {
            let end = text.find(['\u{7}', '\u{1b}', '\u{9c}']).unwrap_or(text.len());
            let rest = &text[end..];
            rest.strip_prefix("\u{1b}\\")
                .or_else(|| rest.strip_prefix(['\u{7}', '\u{9c}']))
                .unwrap_or(rest)
        }
        _ => text,
    }
}

fn after_parameters(text: &str) -> &str {
    let end = text.find(|c: char| !matches!(c, ' '..='?'));
    match end.map(|end| (end, text[end..].chars().next())) {
        Some((end, Some('@'..='~'))) => &text[end + 1..],
        Some((end, _)) => &text[end..],
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::first_line;

    #[test]
    fn colours_and_control_characters_are_taken_out() {
        for (text, expected) in [
            ("\n  \n\u{1b}[31;1mred\u{1b}[0m wine\nmore", "red wine"),
            ("#x1B[31mAssertionError#x1B[0m: 1", "AssertionError: 1"),
            ("\u{1b}]8;;https://example.org\u{7}link\u{1b}]8;;\u{1b}\\ ok", "link ok"),
            ("a\u{0}b\tc\u{feff}", "ab c"),
            ("\u{9b}2Kx", "x"),
            ("", ""),
        ] {
            assert_eq!(first_line(text), expected, "{text:?}");
        }
        assert_eq!(first_line(&"x".repeat(500)).chars().count(), 301);
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_line(text in "[\u{1b}#x1B\\[\\];m0-9é\u{9b}\\\\ \u{7}]{0,40}") {
            assert!(!first_line(&text).contains(|c: char| c.is_control()));
        }
    }
}
