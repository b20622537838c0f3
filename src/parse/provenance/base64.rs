//! Base64 in its two alphabets, with or without padding.

/// The bytes of a base64 text; none when it holds anything else. White space between the letters is let through.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut held, mut letters) = (0_u32, 0_u32, 0_usize);
    let mut padding = 0;
    for letter in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match letter {
            b'=' => {
                padding += 1;
                continue;
            }
            _ if padding > 0 => return None,
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        letters += 1;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let is_whole = letters % 4 != 1 && padding <= 2;
    is_whole.then_some(bytes)
}

/// The bytes of hex digits; none when it holds anything else.
#[cfg(feature = "attestations")]
pub(crate) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some((digit(*high)? << 4 | digit(*low)?) as u8),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::decode;
    use crate::model::digest::hex;

    #[test]
    fn both_alphabets_are_read_and_nothing_else() {
        for (text, expected) in [
            ("", Some("")),
            ("YQ==", Some("61")),
            ("YQ", Some("61")),
            ("YW Jj\n", Some("616263")),
            ("-_8=", Some("fbff")),
            ("+/8=", Some("fbff")),
            ("Y", None),
            ("YQ==YQ==", None),
            ("Y!Q=", None),
            ("YQ===", None),
        ] {
            assert_eq!(decode(text).map(|bytes| hex(&bytes)).as_deref(), expected, "{text}");
        }
    }
}
