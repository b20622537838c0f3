//! Numbers and texts in few bytes, for what is kept in memory and between runs.

/// Writes a number, seven bits to a byte, the lowest first.
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Writes a number that may be negative, small ones in few bytes.
pub(crate) fn put_signed(bytes: &mut Vec<u8>, number: i64) {
    put_number(bytes, (number.wrapping_shl(1) ^ (number >> 63)).cast_unsigned());
}

/// Writes how many bytes there are, and the bytes.
pub(crate) fn put_part(bytes: &mut Vec<u8>, part: &[u8]) {
    put_number(bytes, part.len() as u64);
    bytes.extend_from_slice(part);
}

/// Bytes that are read from the front; whatever they hold, nothing is read beyond their end.
pub(crate) struct Packed<'bytes> {
    /// What is not read yet.
    pub(crate) rest: &'bytes [u8],
}

impl<'bytes> Packed<'bytes> {
    /// So many bytes.
    pub(crate) fn bytes(&mut self, length: usize) -> Option<&'bytes [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    /// A number.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let digit = u64::from(byte & 0x7f);
            if digit << shift >> shift != digit {
                return None;
            }
            number |= digit << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A number that may be negative.
    pub(crate) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    /// One byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    /// A number of things that have at least so many bytes each.
    pub(crate) fn count(&mut self, least: usize) -> Option<usize> {
        let number = self.number()?;
        self.checked(number, least)
    }

    /// A number of things that have at least so many bytes each, where there are as many bytes.
    pub(crate) fn checked(&self, number: u64, least: usize) -> Option<usize> {
        (number <= (self.rest.len() / least) as u64).then_some(number as usize)
    }

    /// Bytes behind their number.
    pub(crate) fn part(&mut self) -> Option<&'bytes [u8]> {
        let length = self.count(1)?;
        self.bytes(length)
    }

    /// A text behind the number of its bytes.
    pub(crate) fn text(&mut self) -> Option<&'bytes str> {
        std::str::from_utf8(self.part()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::{Packed, put_number, put_part, put_signed};

    proptest! {
        #[test]
        fn what_is_written_is_read_back(numbers in prop::collection::vec(any::<u64>(), 0..20), step in any::<i64>(), text in ".*") {
            let mut bytes = Vec::new();
            put_part(&mut bytes, text.as_bytes());
            for number in &numbers {
                put_number(&mut bytes, *number);
            }
            put_signed(&mut bytes, step);
            let mut packed = Packed { rest: &bytes };
            prop_assert_eq!(packed.text(), Some(text.as_str()));
            for number in numbers {
                prop_assert_eq!(packed.number(), Some(number));
            }
            prop_assert_eq!(packed.signed(), Some(step));
            assert!(packed.rest.is_empty() && packed.number().is_none());
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut packed = Packed { rest: &bytes };
            while packed.part().is_some() {}
            let _ = (Packed { rest: &bytes }.text(), Packed { rest: &bytes }.number());
        }
    }
}
