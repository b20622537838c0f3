//! A quick no for phrases: which pairs of neighbouring bytes a text may hold.
//!
//! Readers ask a block of words for hundreds of phrases, and nearly none of them is there. A phrase that begins with a pair that the text
//! does not hold is not in it, which costs a few steps to know and not a search.

use std::fmt;

/// How many kinds of pairs are told apart.
const KINDS: usize = 1_024;

/// The pairs of neighbouring bytes of a text, as a set that may hold more than there are and never less. A byte for each kind: one that is
/// only written to, and never read while the text is, costs the least.
#[derive(Clone)]
pub(crate) struct Pairs([bool; KINDS]);

impl Pairs {
    /// The pairs of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self::of_bytes(text.as_bytes(), |byte| byte)
    }

    /// The pairs of a text with its letters made small, as far as they are ASCII.
    pub(crate) fn of_any_case(text: &str) -> Self {
        Self::of_bytes(text.as_bytes(), |byte| byte.to_ascii_lowercase())
    }

    fn of_bytes(bytes: &[u8], small: impl Fn(u8) -> u8) -> Self {
        let mut pairs = [false; KINDS];
        let mut bytes = bytes.iter().map(|byte| small(*byte));
        let mut before = bytes.next().unwrap_or_default();
        for byte in bytes {
            pairs[place(before, byte)] = true;
            before = byte;
        }
        Self(pairs)
    }

    /// Whether a phrase may stand in the text. No is certain.
    pub(crate) fn may_hold(&self, phrase: &str) -> bool {
        phrase.as_bytes().windows(2).all(|pair| self.0[place(pair[0], pair[1])])
    }
}

/// Whether a text holds a digit (ASCII). It looks at many bytes at once, since most texts are read to their end.
pub(crate) fn has_digit(text: &str) -> bool {
    let mut chunks = text.as_bytes().chunks(32);
    chunks.any(|chunk| chunk.iter().fold(false, |has, byte| has | byte.is_ascii_digit()))
}

impl fmt::Debug for Pairs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Pairs").finish_non_exhaustive()
    }
}

#[inline]
fn place(first: u8, second: u8) -> usize {
    (usize::from(first) * 37 + usize::from(second)) % KINDS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::Pairs;

    #[test]
    fn what_is_there_is_never_ruled_out_and_most_else_is() {
        let pairs = Pairs::of("the gate passes only when all checks are green");
        for phrase in ["", "g", "gate", "only when", "green"] {
            assert!(pairs.may_hold(phrase), "{phrase}");
        }
        for phrase in ["rollback", "roll back", "violat", "no-go"] {
            assert!(!pairs.may_hold(phrase), "{phrase}");
        }
    }

    proptest! {
        #[test]
        fn a_part_is_never_ruled_out(text in any::<String>(), from in 0_usize..40, to in 0_usize..40) {
            if let Some(part) = text.get(from..to) {
                assert!(Pairs::of(&text).may_hold(part));
            }
        }
    }
}
