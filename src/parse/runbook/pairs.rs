//! A quick no for phrases: which pairs of neighbouring bytes a text may hold.
//!
//! Readers ask a block of words for hundreds of phrases, and nearly none of them is there. A phrase that begins with a pair that the text
//! does not hold is not in it, which costs a few steps to know and not a search.

/// The pairs of neighbouring bytes of a text, as a set that may hold more than there are and never less.
#[derive(Clone, Debug)]
pub(crate) struct Pairs([u64; 16]);

impl Pairs {
    /// The pairs of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self::of_bytes(text.bytes())
    }

    /// The pairs of a text with its letters made small, as far as they are ASCII.
    pub(crate) fn of_any_case(text: &str) -> Self {
        Self::of_bytes(text.bytes().map(|byte| byte.to_ascii_lowercase()))
    }

    fn of_bytes(mut bytes: impl Iterator<Item = u8>) -> Self {
        let mut pairs = [0; 16];
        let mut before = bytes.next().unwrap_or_default();
        for byte in bytes {
            let (word, bit) = place(before, byte);
            pairs[word] |= bit;
            before = byte;
        }
        Self(pairs)
    }

    /// Whether a phrase may stand in the text. No is certain.
    pub(crate) fn may_hold(&self, phrase: &str) -> bool {
        phrase.as_bytes().windows(2).all(|pair| {
            let (word, bit) = place(pair[0], pair[1]);
            self.0[word] & bit != 0
        })
    }
}

fn place(first: u8, second: u8) -> (usize, u64) {
    let number = (usize::from(first) * 37 + usize::from(second)) % 1_024;
    (number / 64, 1 << (number % 64))
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
