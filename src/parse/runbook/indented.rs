//! Boxes that other programs write with indented lines: `!!! note`, `??? tip`, `=== "Tab"`.
//!
//! For Markdown such lines are a paragraph and a block of code, so that commands in them are not seen. The lines are marked as quoted
//! instead, byte for byte, so that every span still fits: the first mark of the head and a blank of each line below become `>`.

use std::borrow::Cow;

/// How far the lines of a box are indented.
const INDENT: usize = 4;

/// The text with the lines of such boxes quoted. Borrowed, and thus free, where there are none.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    if !["!!! ", "??? ", "???+ ", "=== \""].iter().any(|mark| text.contains(mark)) {
        return Cow::Borrowed(text);
    }
    let mut offsets = Vec::new();
    let mut start = 0;
    let mut inside: Option<usize> = None;
    let mut fence: Option<(u8, usize)> = None;
    let mut is_after_blank = true;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let indent = content.bytes().take_while(|byte| *byte == b' ').count();
        let is_blank = content.is_empty();
        if let Some(column) = inside {
            if is_blank || indent >= column + INDENT {
                if !is_blank {
                    offsets.push(start + column);
                }
            } else {
                inside = None;
            }
        }
        if inside.is_none() {
            fence = fence_after(fence, content.trim_start());
            if fence.is_none() && is_head(&content[indent..], is_after_blank) {
                offsets.push(start + indent);
                inside = Some(indent);
            }
        }
        is_after_blank = is_blank;
        start += line.len();
    }
    if offsets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for offset in offsets {
        // Only a blank or a mark is replaced, by ASCII.
        bytes[offset] = b'>';
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The fence that is open after a line: its character and length.
fn fence_after(open: Option<(u8, usize)>, line: &str) -> Option<(u8, usize)> {
    let mark = line.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'));
    let length = mark.map_or(0, |mark| line.bytes().take_while(|byte| *byte == mark).count());
    match (open, mark) {
        (Some((mark, least)), Some(found)) if mark == found && length >= least && line.len() == length => None,
        (Some(_), _) => open,
        (None, Some(mark)) if length >= 3 => Some((mark, length)),
        (None, _) => None,
    }
}

/// Whether a line begins a box: a mark, a blank and a word.
fn is_head(line: &str, is_after_blank: bool) -> bool {
    if let Some(title) = line.strip_prefix("=== \"") {
        return is_after_blank && title.ends_with('"');
    }
    ["!!! ", "??? ", "???+ "].iter().any(|mark| {
        line.strip_prefix(mark)
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::quoted;

    #[test]
    fn indented_lines_of_a_box_are_quoted() {
        assert_eq!(
            quoted("!!! note \"T\"\n    a\n\n    ```sh\n    b\n    ```\nc\n"),
            ">!! note \"T\"\n>   a\n\n>   ```sh\n>   b\n>   ```\nc\n"
        );
        assert_eq!(quoted("- x\n\n  ??? tip\n      a\n"), "- x\n\n  >?? tip\n  >   a\n");
        assert_eq!(quoted("\n=== \"Linux\"\n\n    a\n"), "\n>== \"Linux\"\n\n>   a\n");
    }

    #[test]
    fn what_only_looks_like_a_box_stays() {
        for text in [
            "Wow!!! note\n    a\n",
            "!!!\n    a\n",
            "```\n!!! note\n    a\n```\n",
            "Title\n=== \"x\"\n",
            "!!! 3 x\n",
        ] {
            assert!(matches!(quoted(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
