//! Keeps hostile nesting away from the Markdown parser, whose work per line grows with the depth of the containers that are open.

use std::borrow::Cow;

/// How deep containers may nest on one line, and elements in the document; deeper ones are shown flat.
pub(crate) const MAX_DEPTH: usize = 100;

/// Columns of indentation after which a list marker no longer opens a list: room for `MAX_DEPTH` nested lists and more.
const MAX_INDENT: usize = 400;

/// The text with the container markers that are nested too deeply made harmless, byte for byte, so that every span still fits.
/// Borrowed, and thus free, for any text that people wrote.
pub(crate) fn tamed(text: &str) -> Cow<'_, str> {
    let mut offsets = Vec::new();
    let bytes = text.as_bytes();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).map(|at| at + 1).chain([bytes.len()]) {
        excess_markers(&bytes[start..end], start, &mut offsets);
        start = end;
    }
    if offsets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = bytes.to_vec();
    for offset in offsets {
        // Only ASCII markers are replaced, by ASCII.
        bytes[offset] = b'.';
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The offsets of the markers at the head of a line that are nested too deeply.
fn excess_markers(line: &[u8], start: usize, offsets: &mut Vec<usize>) {
    let mut depth = 0;
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        let is_blank_at = |at: usize| matches!(line.get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
        let length = match byte {
            b' ' | b'\t' => {
                at += 1;
                continue;
            }
            b'>' => 1,
            b'-' | b'*' | b'+' if is_blank_at(at + 1) => 1,
            b'0'..=b'9' => {
                let digits = line[at..].iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
                let is_marker = matches!(line.get(at + digits), Some(b'.' | b')')) && is_blank_at(at + digits + 1);
                if !is_marker {
                    return;
                }
                digits + 1
            }
            _ => return,
        };
        depth += 1;
        if depth > MAX_DEPTH || (at > MAX_INDENT && *byte != b'>') {
            offsets.extend((at..at + length).map(|at| start + at));
        }
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{MAX_DEPTH, tamed};

    #[test]
    fn what_people_write_is_left_alone() {
        let text = "> > quote\n- - list\n1. one\n   2) two\n---\n- - - - - -\n\n      - deep\n";
        assert!(matches!(tamed(text), Cow::Borrowed(_)));
    }

    #[test]
    fn only_the_markers_beyond_the_limit_are_replaced() {
        let text = format!("ok\n{}x > y\n", ">".repeat(MAX_DEPTH + 3));
        let expected = format!("ok\n{}...x > y\n", ">".repeat(MAX_DEPTH));
        assert_eq!(tamed(&text), expected);
        let text = format!("{}1. x", "- ".repeat(MAX_DEPTH));
        assert_eq!(tamed(&text), format!("{}.. x", "- ".repeat(MAX_DEPTH)));
    }

    #[test]
    fn markers_behind_a_huge_indentation_open_no_list() {
        let text = format!("{}- x\n", " ".repeat(500));
        assert_eq!(tamed(&text), format!("{}. x\n", " ".repeat(500)));
    }
}
