//! Numbers that stand for values and are written down: the same on every platform and in every version of the program.

use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

/// Hashes values by SHA-256. Numbers count as eight bytes each, the lowest first, whatever the machine.
#[derive(Clone, Default)]
pub(crate) struct StableHasher(Sha256);

/// The number that stands for a value: the first eight bytes of its SHA-256 digest.
pub(crate) fn stable(value: impl Hash) -> u64 {
    let mut hasher = StableHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Hasher for StableHasher {
    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn write_u8(&mut self, number: u8) {
        self.0.update([number]);
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::stable;

    /// The numbers stand in runbooks, so they may never change.
    #[test]
    fn the_numbers_stay_as_they_are() {
        // SHA-256 of `abc` and the byte that ends a text.
        assert_eq!(format!("{:016x}", stable("abc")), "8e3b08dc1236880b");
        assert_eq!(stable("abc"), stable(String::from("abc")));
        assert_ne!(stable(("a", "bc")), stable(("ab", "c")));
        assert_ne!(stable(1_u32), stable(2_u32));
    }
}
