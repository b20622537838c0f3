//! Bytes -> UTF-8 text: byte order marks, UTF-16 (also as a tail of a UTF-8 file), NUL, invalid bytes, line ends, size.
//!
//! Real runbooks come with all of these: an editor that writes UTF-16, a shell that appends UTF-16 to a UTF-8 file, a merge tool that
//! leaves a byte order mark. Spans count in the decoded text, so it is decoded exactly once, here.

use crate::model::finding::Problem;

/// Bytes that are read at most. A runbook that people follow is a hundredth of it; the rest is not read, and said to be missing.
pub(crate) const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Bytes that a UTF-8 tail of a UTF-16 file must have before it is believed; shorter ones could be ideographs by chance.
const MIN_TAIL: usize = 16;

/// The text of a file, and what was wrong with its bytes.
pub(crate) fn decode(bytes: &[u8], problems: &mut Vec<Problem>) -> String {
    let bytes = capped(bytes, problems);
    let mut text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, problems),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes, problems),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes, problems),
        _ => without_mark(bytes, problems),
    };
    if text.contains('\0') {
        let line = line_of(&text, text.find('\0').unwrap_or_default());
        problems.push(Problem::at(line, "the text holds NUL bytes; they are shown as U+FFFD"));
        text = text.replace('\0', "\u{FFFD}");
    }
    normalise_line_ends(text, problems)
}

fn capped<'bytes>(bytes: &'bytes [u8], problems: &mut Vec<Problem>) -> &'bytes [u8] {
    if bytes.len() <= MAX_BYTES {
        return bytes;
    }
    problems.push(Problem::of_file(format!(
        "the file has {} bytes; only the first {MAX_BYTES} were read",
        bytes.len()
    )));
    let head = &bytes[..MAX_BYTES];
    // A cut at a line end leaves no half a character and no half a word; a file that is one line is cut anywhere.
    let end = head.iter().rposition(|byte| *byte == b'\n').map_or(MAX_BYTES, |at| at + 1);
    let end = if end == MAX_BYTES { char_start(head) } else { end };
    &head[..end]
}

/// The end of the last whole UTF-8 character.
fn char_start(bytes: &[u8]) -> usize {
    let back = bytes
        .iter()
        .rev()
        .take(4)
        .take_while(|byte| (**byte & 0b1100_0000) == 0b1000_0000)
        .count();
    bytes.len().saturating_sub(back + 1)
}

/// A file without a byte order mark: UTF-8, UTF-16 that shows by its NUL bytes, or one after the other.
fn without_mark(bytes: &[u8], problems: &mut Vec<Problem>) -> String {
    let Some(nul) = bytes.iter().position(|byte| *byte == 0) else {
        return utf8(bytes, problems);
    };
    // In little-endian UTF-16 the first NUL follows the first ASCII character; in big-endian it precedes it.
    for (start, read) in [
        (nul.saturating_sub(1), u16::from_le_bytes as fn([u8; 2]) -> u16),
        (nul, u16::from_be_bytes),
    ] {
        let (mut head, tail) = bytes.split_at(start);
        if !is_utf16(tail, read) {
            continue;
        }
        if let [rest @ .., 0xFF, 0xFE] | [rest @ .., 0xFE, 0xFF] = head {
            head = rest;
        }
        if head.is_empty() {
            return utf16(tail, read, problems);
        }
        let mut text = utf8(head, problems);
        problems.push(Problem::at(
            line_of(&text, text.len()),
            "the text is UTF-8 at first and UTF-16 from here on",
        ));
        text.push_str(&utf16(tail, read, problems));
        return text;
    }
    utf8(bytes, problems)
}

/// Whether bytes read as UTF-16 are mostly ASCII, which bytes of another encoding never are.
fn is_utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> bool {
    let units = bytes.len() / 2;
    let ascii = bytes
        .chunks_exact(2)
        .filter(|pair| matches!(read([pair[0], pair[1]]), 0x09 | 0x0A | 0x0D | 0x20..=0x7E))
        .count();
    units >= 2 && ascii * 10 >= units * 7
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16, problems: &mut Vec<Problem>) -> String {
    let tail = utf8_tail(bytes);
    let (body, tail) = bytes.split_at(bytes.len() - tail.len());
    let units = body.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    let mut is_broken = body.len() % 2 == 1;
    let mut text: String = char::decode_utf16(units)
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                is_broken = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .filter(|char| *char != '\u{FEFF}')
        .collect();
    if is_broken {
        problems.push(Problem::of_file("the UTF-16 text is broken; what is lost is shown as U+FFFD"));
    }
    if !tail.is_empty() {
        problems.push(Problem::at(
            line_of(&text, text.len()),
            "the text is UTF-16 at first and UTF-8 from here on",
        ));
        text.push_str(&utf8(tail, problems));
    }
    text
}

/// The ASCII text that somebody appended to a UTF-16 file; empty when there is none.
fn utf8_tail(bytes: &[u8]) -> &[u8] {
    let after_nul = bytes.iter().rposition(|byte| *byte == 0).map_or(0, |at| at + 1);
    // In big-endian text the last character of the body stands after its NUL.
    for start in [after_nul, after_nul + 1] {
        let Some(tail) = bytes.get(start..) else { continue };
        let is_text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E);
        if after_nul > 0 && start % 2 == 0 && tail.len() >= MIN_TAIL && tail.contains(&b' ') && tail.iter().all(is_text) {
            return tail;
        }
    }
    &[]
}

fn utf8(bytes: &[u8], problems: &mut Vec<Problem>) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            problems.push(Problem::at(
                line_of(&valid, valid.len()),
                "the text is not UTF-8 here; invalid bytes are shown as U+FFFD",
            ));
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}

/// A file whose only line ends are carriage returns gets line feeds, byte for byte. Elsewhere a lone carriage return stays and is
/// reported: it can hide half a command from the reader.
fn normalise_line_ends(text: String, problems: &mut Vec<Problem>) -> String {
    if !text.contains('\r') {
        return text;
    }
    if !text.contains('\n') {
        return text.replace('\r', "\n");
    }
    let bytes = text.as_bytes();
    let lone = bytes
        .iter()
        .enumerate()
        .position(|(at, byte)| *byte == b'\r' && !matches!(bytes.get(at + 1), Some(b'\n' | b'\r')));
    if let Some(at) = lone {
        problems.push(Problem::at(
            line_of(&text, at),
            "a carriage return stands in the middle of the line",
        ));
    }
    text
}

fn line_of(text: &str, offset: usize) -> u32 {
    text.get(..offset).unwrap_or(text).matches('\n').count() as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, decode};

    /// Decodes and gives the text with the problems behind it.
    fn read(bytes: &[u8]) -> (String, Vec<String>) {
        let mut problems = Vec::new();
        let text = decode(bytes, &mut problems);
        let line = |problem: &crate::model::finding::Problem| problem.line.map_or(String::new(), |line| format!("{line}: "));
        let said = problems
            .iter()
            .map(|problem| format!("{}{}", line(problem), problem.message))
            .collect();
        (text, said)
    }

    fn utf16_le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn utf16_be(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    #[test]
    fn clean_text_stays_as_it_is() {
        assert_eq!(
            read("# Tür\r\n\r\nzwölf\n".as_bytes()),
            ("# Tür\r\n\r\nzwölf\n".to_owned(), vec![])
        );
        assert_eq!(read(b""), (String::new(), vec![]));
    }

    #[test]
    fn a_byte_order_mark_is_removed() {
        assert_eq!(read(b"\xEF\xBB\xBF# T"), ("# T".to_owned(), vec![]));
    }

    #[test]
    fn utf16_is_read_with_and_without_mark() {
        let text = "# Rückbau\r\n\r\n1. Stop\r\n";
        for (mark, body) in [
            (&b"\xFF\xFE"[..], utf16_le(text)),
            (b"", utf16_le(text)),
            (b"\xFE\xFF", utf16_be(text)),
            (b"", utf16_be(text)),
        ] {
            assert_eq!(read(&[mark, &body].concat()), (text.to_owned(), vec![]));
        }
    }

    #[test]
    fn a_utf16_tail_of_a_utf8_file_is_read_and_reported() {
        for mark in [&b""[..], b"\xFF\xFE"] {
            let bytes = [b"# Release\n".as_slice(), mark, &utf16_le("appended line\r\n")].concat();
            let (text, said) = read(&bytes);
            assert_eq!(text, "# Release\nappended line\r\n");
            assert_eq!(said, ["2: the text is UTF-8 at first and UTF-16 from here on"]);
        }
    }

    #[test]
    fn a_utf8_tail_of_a_utf16_file_is_read_and_reported() {
        let bytes = [b"\xFF\xFE".as_slice(), &utf16_le("# Release\n"), b"appended with a shell\n"].concat();
        let (text, said) = read(&bytes);
        assert_eq!(text, "# Release\nappended with a shell\n");
        assert_eq!(said, ["2: the text is UTF-16 at first and UTF-8 from here on"]);
    }

    #[test]
    fn ideographs_at_the_end_of_utf16_are_no_tail() {
        let text = "# T\n上中下上中";
        assert_eq!(read(&[b"\xFF\xFE".as_slice(), &utf16_le(text)].concat()).0, text);
    }

    #[test]
    fn half_a_unit_and_a_lone_surrogate_are_reported() {
        let bytes = [b"\xFF\xFE".as_slice(), &utf16_le("ok\n"), &[0x00, 0xD8, b'x']].concat();
        let (text, said) = read(&bytes);
        assert_eq!(text, "ok\n\u{FFFD}");
        assert_eq!(said, ["the UTF-16 text is broken; what is lost is shown as U+FFFD"]);
    }

    #[test]
    fn nul_and_invalid_bytes_become_replacement_characters() {
        let (text, said) = read(b"one\ntwo\0\nthree\xFF\n");
        assert_eq!(text, "one\ntwo\u{FFFD}\nthree\u{FFFD}\n");
        assert_eq!(
            said,
            [
                "3: the text is not UTF-8 here; invalid bytes are shown as U+FFFD",
                "2: the text holds NUL bytes; they are shown as U+FFFD",
            ]
        );
    }

    #[test]
    fn carriage_returns_alone_are_line_ends_only_when_there_are_no_others() {
        assert_eq!(read(b"a\rb\r"), ("a\nb\n".to_owned(), vec![]));
        let (text, said) = read(b"a\necho ok\rcurl x\n");
        assert_eq!(text, "a\necho ok\rcurl x\n");
        assert_eq!(said, ["2: a carriage return stands in the middle of the line"]);
    }

    #[test]
    fn a_huge_file_is_cut_at_a_line_or_a_character() {
        let lines = "zwölf\n".repeat(MAX_BYTES / 6);
        let (text, said) = read(lines.as_bytes());
        assert!(text.len() <= MAX_BYTES && text.ends_with("zwölf\n"));
        assert_eq!(said.len(), 1, "{said:?}");
        let (text, said) = read("ö".repeat(MAX_BYTES).as_bytes());
        assert!(text.len() > MAX_BYTES - 4 && text.chars().all(|char| char == 'ö'));
        assert_eq!(said.len(), 1, "{said:?}");
    }
}
