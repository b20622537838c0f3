//! Numbers and texts as bytes, for what is kept between runs.

/// Writes a number, seven bits to a byte, the lowest first.
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
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
        for shift in (0..63).step_by(7) {
            let byte = *self.bytes(1)?.first()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
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

    use super::{Packed, put_number, put_part};

    proptest! {
        #[test]
        fn what_is_written_is_read_back(numbers in prop::collection::vec(0..u64::MAX / 2, 0..20), text in ".*") {
            let mut bytes = Vec::new();
            put_part(&mut bytes, text.as_bytes());
            for number in &numbers {
                put_number(&mut bytes, *number);
            }
            let mut packed = Packed { rest: &bytes };
            prop_assert_eq!(packed.text(), Some(text.as_str()));
            for number in numbers {
                prop_assert_eq!(packed.number(), Some(number));
            }
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
