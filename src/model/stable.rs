//! Fingerprints of values, which are written down: the same on every platform, with any compiler and in every version of the program.
//!
//! A value is written in an encoding of our own, and the number is the first half of the SHA-256 of it. Each part begins with a letter for
//! what it is and, where it has a length, the length; so no two values are written alike.

use sha2::{Digest, Sha256};

/// The version of the encoding, its first byte. Whoever changes the encoding, or the normal form of anything that is written in it, counts
/// it up: then what was written down before is known to be old, and is never taken for a change.
pub(crate) const VERSION: u8 = 2;

/// Takes in what a value is.
#[derive(Clone, Debug)]
pub(crate) struct Encoder(Sha256);

/// What can be written in the encoding.
pub(crate) trait Encode {
    /// Writes the value.
    fn encode(&self, encoder: &mut Encoder);
}

/// The fingerprint of a value.
pub(crate) fn stable(value: impl Encode) -> u128 {
    let mut encoder = Encoder::default();
    encoder.add(&value);
    encoder.number()
}

impl Default for Encoder {
    fn default() -> Self {
        let mut hash = Sha256::new();
        hash.update([VERSION]);
        Self(hash)
    }
}

impl Encoder {
    /// Takes in a value.
    pub(crate) fn add(&mut self, value: &(impl Encode + ?Sized)) {
        value.encode(self);
    }

    /// The fingerprint of everything that was taken in.
    pub(crate) fn number(self) -> u128 {
        let digest = self.0.finalize();
        digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
    }

    fn part(&mut self, letter: u8, length: usize) {
        self.0.update([letter]);
        self.0.update((length as u64).to_be_bytes());
    }
}

impl Encode for str {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.part(b's', self.len());
        encoder.0.update(self.as_bytes());
    }
}

impl Encode for String {
    fn encode(&self, encoder: &mut Encoder) {
        self.as_str().encode(encoder);
    }
}

/// Bytes that are no text.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Encode for Bytes<'_> {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.part(b'b', self.0.len());
        encoder.0.update(self.0);
    }
}

impl Encode for u128 {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.0.update([b'n']);
        encoder.0.update(self.to_be_bytes());
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, encoder: &mut Encoder) {
        (**self).encode(encoder);
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            None => encoder.part(b'o', 0),
            Some(value) => {
                encoder.part(b'o', 1);
                value.encode(encoder);
            }
        }
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.part(b'l', self.len());
        for value in self {
            value.encode(encoder);
        }
    }
}

impl<T: Encode, const N: usize> Encode for [T; N] {
    fn encode(&self, encoder: &mut Encoder) {
        self.as_slice().encode(encoder);
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, encoder: &mut Encoder) {
        self.as_slice().encode(encoder);
    }
}

impl<A: Encode, B: Encode> Encode for (A, B) {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.part(b't', 2);
        self.0.encode(encoder);
        self.1.encode(encoder);
    }
}

impl<A: Encode, B: Encode, C: Encode> Encode for (A, B, C) {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.part(b't', 3);
        self.0.encode(encoder);
        self.1.encode(encoder);
        self.2.encode(encoder);
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Encoder, stable};

    /// The numbers stand in runbooks, so they may never change while the version stays.
    #[test]
    fn the_numbers_stay_as_they_are() {
        let hex = |number: u128| format!("{number:032x}");
        // SHA-256 of the bytes 02, `s`, 0000000000000003, `abc`.
        assert_eq!(hex(stable("abc")), "5b58aa74ab51aad2ed3747b2461dc3fb");
        assert_eq!(hex(stable((Some("a"), vec![7_u128, 0]))), "3c1ac8c9f7edb9bedb7b3d86ddc2901a");
        assert_eq!(hex(Encoder::default().number()), "dbc1b4c900ffe48d575b5da5c6380401");
    }

    #[test]
    fn no_two_values_are_written_alike() {
        assert_eq!(stable("abc"), stable(String::from("abc")));
        assert_eq!(stable(["a", "b"]), stable(vec!["a", "b"]));
        let numbers = [
            stable(""),
            stable("abc"),
            stable(Bytes(b"abc")),
            stable(("a", "bc")),
            stable(("ab", "c")),
            stable(["ab", "c"]),
            stable(["abc"]),
            stable((["a"], ["b", "c"])),
            stable((["a", "b"], ["c"])),
            stable(None::<&str>),
            stable(Some("")),
            stable(Some("abc")),
            stable(1_u128),
            stable(2_u128),
            stable([0_u128; 0]),
        ];
        let distinct: std::collections::BTreeSet<u128> = numbers.into_iter().collect();
        assert_eq!(distinct.len(), numbers.len());
    }
}
