//! Objects that are stored as what differs from another one (`gitformat-pack(5)`, "Deltified representation").

use std::sync::Arc;

/// The object that a delta makes of its base; none when the delta does not fit, or makes more than `limit` bytes.
pub(crate) fn applied(base: &[u8], delta: &[u8], limit: usize) -> Option<Arc<[u8]>> {
    let mut rest = delta;
    if size(&mut rest)? != base.len() {
        return None;
    }
    let length = size(&mut rest).filter(|length| *length <= limit)?;
    let mut object: Arc<[u8]> = std::iter::repeat_n(0, length).collect();
    let mut out = Arc::get_mut(&mut object)?;
    while let Some((code, after)) = rest.split_first() {
        rest = after;
        let part = if code & 0x80 == 0 {
            // So many bytes follow; none is reserved.
            let (part, after) = rest.split_at_checked(usize::from(*code)).filter(|_| *code != 0)?;
            rest = after;
            part
        } else {
            let at = number(&mut rest, *code, 4)?;
            let length = match number(&mut rest, *code >> 4, 3)? {
                0 => 0x1_0000,
                length => length,
            };
            base.get(at..at.checked_add(length)?)?
        };
        let (place, after) = out.split_at_mut_checked(part.len())?;
        place.copy_from_slice(part);
        out = after;
    }
    out.is_empty().then_some(object)
}

/// A size, seven bits to a byte, the lowest first.
fn size(bytes: &mut &[u8]) -> Option<usize> {
    let mut size = 0_usize;
    for shift in (0..56).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        size |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
    None
}

/// A number of which only some bytes are there, the lowest first, as the lowest bits of a code tell.
fn number(bytes: &mut &[u8], code: u8, count: u32) -> Option<usize> {
    let mut number = 0;
    for position in 0..count {
        if code & (1 << position) != 0 {
            let (byte, rest) = bytes.split_first()?;
            *bytes = rest;
            number |= usize::from(*byte) << (8 * position);
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::applied;

    #[test]
    fn parts_are_copied_and_added() {
        // From 6 bytes to 8: copy 3 from 2, add `xy`, copy 3 from 0.
        let delta = [6, 8, 0x91, 2, 3, 2, b'x', b'y', 0x90, 3];
        assert_eq!(applied(b"abcdef", &delta, 100).as_deref(), Some(b"cdexyabc".as_slice()));
        assert_eq!(applied(b"abcdef", &delta, 7), None, "too large");
        assert_eq!(applied(b"abcde", &delta, 100), None, "another base");
        assert_eq!(applied(b"abcdef", &[6, 8, 0x91, 4, 3], 100), None, "beyond the end");
        assert_eq!(applied(b"abcdef", &[6, 1, 0], 100), None, "a reserved code");
        for cut in 0..delta.len() {
            assert_eq!(applied(b"abcdef", &delta[..cut], 100), None, "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_applied_without_harm(delta in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = applied(b"abcdef", &delta, 1 << 16);
        }
    }
}
