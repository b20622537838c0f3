//! Digests of what is written, as text. This layer knows files and nothing of what they say, so it has them by itself.

use sha2::{Digest as _, Sha256};

/// The SHA-256 digest of bytes, 64 hex digits.
pub(super) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// A digest that is made, as hex digits.
pub(super) fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
