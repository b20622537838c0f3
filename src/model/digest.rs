//! Digests as text.

use std::fmt::Write as _;
use std::hash::Hasher;

use sha2::{Digest, Sha256};

/// Bytes as hex digits in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The SHA-256 digest of bytes, 64 hex digits.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 over values with all that they hold, as they give it to a hasher: the same for the same values in the same build of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values(Sha256);

impl Values {
    /// The digest, 64 hex digits.
    pub(crate) fn hex(self) -> String {
        hex(&self.0.finalize())
    }

    /// The first half of the digest, as a number.
    pub(crate) fn short(self) -> u128 {
        let digest = self.0.finalize();
        digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
    }
}

impl Hasher for Values {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The first eight bytes.
    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
