//! Bytes -> text: byte order marks, UTF-16, and the Latin-1 that XML files of old tools declare.

use std::borrow::Cow;

use crate::model::finding::Problem;

/// The bytes as text without a byte order mark, and what is wrong with their encoding.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Vec<Problem>) {
    let (text, problems) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf_8(rest),
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        // UTF-16 without a mark, as `<` or `{` with a zero byte beside it.
        [b'<' | b'{' | b'[', 0, ..] => utf_16(bytes, u16::from_le_bytes),
        [0, b'<' | b'{' | b'[', ..] => utf_16(bytes, u16::from_be_bytes),
        _ => utf_8(bytes),
    };
    // What is read by lines.
    let is_lines = !text.trim_start().starts_with(['<', '{', '[']);
    (if is_lines { of_lines(text) } else { text }, problems)
}

/// A text whose lines end as `str::lines` knows it: some tools end them with a carriage return alone.
fn of_lines(text: Cow<'_, str>) -> Cow<'_, str> {
    let has_lone = text.split('\r').skip(1).any(|rest| !rest.starts_with('\n'));
    if has_lone {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        text
    }
}

/// The line of a byte, from 1.
pub(crate) fn line_at(bytes: &[u8], position: usize) -> u32 {
    let before = bytes.get(..position).unwrap_or(bytes);
    before.split(|byte| *byte == b'\n').count() as u32
}

fn utf_8(bytes: &[u8]) -> (Cow<'_, str>, Vec<Problem>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Vec::new()),
        Err(_) if declares_latin_1(bytes) => (bytes.iter().map(|byte| char::from(*byte)).collect(), Vec::new()),
        Err(error) => {
            let problem = Problem::at(
                line_at(bytes, error.valid_up_to()),
                "the file is not UTF-8; the bytes in question were read as U+FFFD",
            );
            (String::from_utf8_lossy(bytes), vec![problem])
        }
    }
}

/// Whether the XML declaration says Latin-1 or the Windows page that is nearly the same.
fn declares_latin_1(bytes: &[u8]) -> bool {
    let head = bytes.get(..200).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let declaration = head.split("?>").next().unwrap_or_default();
    declaration.trim_start().starts_with("<?xml")
        && ["iso-8859-1", "latin1", "windows-1252"]
            .iter()
            .any(|encoding| declaration.contains(encoding))
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (Cow<'_, str>, Vec<Problem>) {
    let (pairs, tail) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut is_broken = !tail.is_empty();
    let text: String = char::decode_utf16(units)
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                is_broken = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let problems = if is_broken {
        vec![Problem::of_file(
            "the file is not whole UTF-16; the bytes in question were read as U+FFFD",
        )]
    } else {
        Vec::new()
    };
    (Cow::Owned(text), problems)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn marks_and_utf_16_are_decoded() {
        let wide: Vec<u8> = "{\"ä\": 1}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked: Vec<u8> = [&[0xfe, 0xff], wide.as_slice()].concat();
        for bytes in [b"\xef\xbb\xbf{\"\xc3\xa4\": 1}".as_slice(), &wide, &marked] {
            let (text, problems) = decode(bytes);
            assert_eq!((&*text, problems.len()), ("{\"ä\": 1}", 0));
        }
        let (text, problems) = decode(&marked[..marked.len() - 1]);
        assert_eq!((&*text, problems.len()), ("{\"ä\": 1", 1));
    }

    #[test]
    fn lines_may_end_with_a_carriage_return_alone() {
        for (bytes, expected) in [("a\rb\r\nc", "a\nb\nc"), ("a\r\nb", "a\r\nb"), ("{\"a\":\r1}", "{\"a\":\r1}")] {
            assert_eq!(decode(bytes.as_bytes()).0, expected);
        }
    }

    #[test]
    fn wrong_bytes_are_named_with_their_line() {
        let (text, problems) = decode(b"one\ntwo \xff\n");
        assert_eq!(text, "one\ntwo \u{fffd}\n");
        assert_eq!(problems[0].line, Some(2));
        let (text, problems) = decode(b"<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xe4'/>");
        assert!(text.ends_with("b='ä'/>"), "{text}");
        assert_eq!(problems, []);
    }
}
