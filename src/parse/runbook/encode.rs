//! Text -> bytes in the encoding of a file that is changed: byte order mark, UTF-16 and line ends stay as they were.

use crate::parse::runbook::decode::{MAX_BYTES, decode};

/// How a file was encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Little,
    Utf16Big,
}

/// The bytes of a text in the encoding of the bytes that it was decoded from and then changed; none when the file mixes encodings, so
/// that the bytes beside the change could not stay as they are.
pub(crate) fn encoded_like(original: &[u8], text: &str) -> Option<Vec<u8>> {
    if original.len() > MAX_BYTES {
        return None;
    }
    let decoded = decode(original, &mut Vec::new());
    let (mark, encoding): (&[u8], Encoding) = match original {
        [0xEF, 0xBB, 0xBF, ..] => (&original[..3], Encoding::Utf8),
        [0xFF, 0xFE, ..] => (&original[..2], Encoding::Utf16Little),
        [0xFE, 0xFF, ..] => (&original[..2], Encoding::Utf16Big),
        _ => (&[], Encoding::Utf8),
    };
    let has_returns_only = !decoded.contains('\r') && decoded.contains('\n') && encode(mark, encoding, &decoded) != original;
    let as_written = |text: &str| {
        if has_returns_only {
            encode(mark, encoding, &text.replace('\n', "\r"))
        } else {
            encode(mark, encoding, text)
        }
    };
    (as_written(&decoded) == original).then(|| as_written(text))
}

fn encode(mark: &[u8], encoding: Encoding, text: &str) -> Vec<u8> {
    let mut bytes = mark.to_vec();
    match encoding {
        Encoding::Utf8 => bytes.extend(text.as_bytes()),
        Encoding::Utf16Little => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
        Encoding::Utf16Big => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::encoded_like;
    use crate::parse::runbook::decode::decode;

    #[test]
    fn every_encoding_keeps_its_bytes() {
        let little: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("a\r\nü".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let big: Vec<u8> = [0xFE, 0xFF]
            .into_iter()
            .chain("a\nü".encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        for bytes in [
            b"a\nb\n".to_vec(),
            b"\xEF\xBB\xBFa\r\nb".to_vec(),
            b"a\rb\r".to_vec(),
            little,
            big,
            Vec::new(),
        ] {
            let text = decode(&bytes, &mut Vec::new());
            assert_eq!(encoded_like(&bytes, &text).as_deref(), Some(bytes.as_slice()), "{bytes:?}");
            let more = encoded_like(&bytes, &format!("{text}x")).expect("the encoding is known");
            assert!(more.starts_with(&bytes), "{bytes:?}");
        }
        assert_eq!(encoded_like(b"a\rb\r", "a\nc\n").as_deref(), Some(b"a\rc\r".as_slice()));
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        assert_eq!(encoded_like(b"a\xFFb", "a"), None);
        assert_eq!(encoded_like(b"a\0b\0c\xFF\xFF", "a"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_are_lost(bytes in any::<Vec<u8>>()) {
            let text = decode(&bytes, &mut Vec::new());
            prop_assert!(encoded_like(&bytes, &text).is_none_or(|same| same == bytes));
        }
    }
}
