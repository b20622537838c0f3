//! Pictures, recognised by their bytes, never by their names.

mod svg;

use crate::model::attachment::{Attachment, AttachmentKind};

/// A picture as it may stand in a page; none when the bytes are no picture that browsers show, or an SVG that cannot be made harmless.
pub(crate) fn picture(bytes: Vec<u8>) -> Option<Attachment> {
    let kind = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => AttachmentKind::Picture("png", png(&bytes)),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => AttachmentKind::Picture("gif", gif(&bytes)),
        [0xff, 0xd8, 0xff, ..] => AttachmentKind::Picture("jpg", jpeg(&bytes)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => AttachmentKind::Picture("webp", None),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f', ..] => AttachmentKind::Picture("avif", None),
        _ => {
            let bytes = svg::harmless(std::str::from_utf8(&bytes).ok()?)?;
            return Some(Attachment {
                kind: AttachmentKind::Picture("svg", None),
                bytes,
            });
        }
    };
    Some(Attachment { kind, bytes })
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
}

fn sized(width: u32, height: u32) -> Option<(u32, u32)> {
    ((1..=20_000).contains(&width) && (1..=20_000).contains(&height)).then_some((width, height))
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    sized(big(bytes, 16, 4)?, big(bytes, 20, 4)?)
}

fn gif(bytes: &[u8]) -> Option<(u32, u32)> {
    let little = |at: usize| Some(u32::from(*bytes.get(at)?) | (u32::from(*bytes.get(at + 1)?) << 8));
    sized(little(6)?, little(8)?)
}

/// The size in the first frame header of a JPEG.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    // A picture has a handful of segments before its first frame.
    for _ in 0..256 {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return sized(big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?);
            }
            _ => at += 2 + big(bytes, at + 2, 2)? as usize,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::picture;
    use crate::model::attachment::AttachmentKind;

    fn kind(bytes: &[u8]) -> Option<AttachmentKind> {
        picture(bytes.to_vec()).map(|picture| picture.kind)
    }

    #[test]
    fn pictures_are_known_by_their_bytes() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x20".to_vec();
        assert_eq!(kind(&png), Some(AttachmentKind::Picture("png", Some((16, 32)))));
        png.truncate(12);
        assert_eq!(kind(&png), Some(AttachmentKind::Picture("png", None)));
        assert_eq!(
            kind(b"GIF89a\x03\0\x04\0"),
            Some(AttachmentKind::Picture("gif", Some((3, 4))))
        );
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x05\0\x06";
        assert_eq!(kind(jpeg), Some(AttachmentKind::Picture("jpg", Some((6, 5)))));
        assert_eq!(kind(b"\xff\xd8\xff\xff\xff\xff"), Some(AttachmentKind::Picture("jpg", None)));
        assert_eq!(kind(b"<html><script>x</script></html>"), None);
        assert_eq!(kind(b"GIF"), None);
        assert_eq!(kind(b""), None);
    }
}
