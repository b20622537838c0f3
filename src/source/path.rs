//! Paths are bytes to git and to most systems, and text to everything else here.
//!
//! A byte that belongs to no UTF-8 character is written as `\xNN`. A file whose name holds these four characters literally cannot be
//! told from it; such a file is listed, but history answers for the other one.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text of a path.
pub(crate) fn to_text(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// The bytes of a path that is written as text.
pub(crate) fn to_bytes(text: &str) -> Cow<'_, [u8]> {
    if !text.contains("\\x") {
        return Cow::Borrowed(text.as_bytes());
    }
    let source = text.as_bytes();
    let mut bytes = Vec::with_capacity(source.len());
    let mut at = 0;
    while at < source.len() {
        if let Some(byte) = escaped_byte(&source[at..]) {
            bytes.push(byte);
            at += 4;
        } else {
            bytes.push(source[at]);
            at += 1;
        }
    }
    // Escapes of bytes that together are UTF-8 were never written by `to_text`: they are the author's own characters.
    if to_text(&bytes) == text {
        Cow::Owned(bytes)
    } else {
        Cow::Borrowed(source)
    }
}

/// The byte of an escape at the start of a text, if there is one.
fn escaped_byte(source: &[u8]) -> Option<u8> {
    let digits = source.strip_prefix(b"\\x")?.get(..2)?;
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let byte = value(digits[0])? * 16 + value(digits[1])?;
    (byte >= 0x80).then_some(byte)
}

#[cfg(test)]
mod tests {
    use super::{to_bytes, to_text};

    #[test]
    fn bytes_survive_the_way_to_text_and_back() {
        for bytes in [
            b"docs/a.md".as_slice(),
            b"caf\xc3\xa9",
            b"caf\xe9/\xff\xfe",
            b"\xe2\x82",
            b"a\\x",
            b"a\\xzz",
            b"",
        ] {
            assert_eq!(to_bytes(&to_text(bytes)).as_ref(), bytes);
        }
        assert_eq!(to_text(b"caf\xe9.md"), "caf\\xe9.md");
    }

    #[test]
    fn literal_escapes_of_whole_characters_stay_text() {
        assert_eq!(to_bytes("caf\\xc3\\xa9").as_ref(), b"caf\\xc3\\xa9");
        assert_eq!(to_bytes("a\\x41").as_ref(), b"a\\x41");
    }
}
