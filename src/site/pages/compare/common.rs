//! How many words two texts have in common, in order: at most.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// Words as numbers, which are quicker to hold against each other: the same number for the same word.
#[derive(Debug, Default)]
pub(super) struct Numbers<'words>(HashMap<&'words str, u32, RandomState>);

impl<'words> Numbers<'words> {
    /// The words of a text, which are what stands between white space.
    pub(super) fn of(&mut self, text: &'words str) -> Vec<u32> {
        let number = |word| {
            let next = self.0.len() as u32;
            *self.0.entry(word).or_insert(next)
        };
        text.split_whitespace().map(number).collect()
    }
}

/// The words of a text, ready to be held against others.
pub(super) struct Sequence {
    /// Where each word stands: one bit for each place.
    places: HashMap<u32, Vec<u64>, RandomState>,
    length: usize,
}

impl Sequence {
    /// The words of a text.
    pub(super) fn of(words: &[u32]) -> Self {
        let parts = words.len().div_ceil(64);
        let mut places: HashMap<u32, Vec<u64>, RandomState> = HashMap::default();
        for (at, word) in words.iter().enumerate() {
            places.entry(*word).or_insert_with(|| vec![0; parts])[at / 64] |= 1 << (at % 64);
        }
        Self {
            places,
            length: words.len(),
        }
    }

    /// The length of the longest row of words that both have in this order, with others between them. It takes 64 places at a time:
    /// "Bit-parallel LCS-length computation revisited", Hyyrö 2004.
    pub(super) fn most_in_common(&self, other: &[u32]) -> usize {
        let mut row = vec![u64::MAX; self.length.div_ceil(64)];
        for places in other.iter().filter_map(|word| self.places.get(word)) {
            let mut carried = false;
            for (bits, place) in row.iter_mut().zip(places) {
                let met = *bits & place;
                let (sum, first) = bits.overflowing_add(met);
                let (sum, second) = sum.overflowing_add(u64::from(carried));
                carried = first || second;
                *bits = sum | (*bits & !place);
            }
        }
        let unmet: usize = row
            .iter()
            .enumerate()
            .map(|(part, bits)| {
                let length = (self.length - part * 64).min(64);
                let mask = if length == 64 { u64::MAX } else { (1 << length) - 1 };
                (bits & mask).count_ones() as usize
            })
            .sum();
        self.length - unmet
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Numbers, Sequence};

    /// The same by the table that everybody knows.
    fn by_table(one: &[u32], two: &[u32]) -> usize {
        let mut row = vec![0; two.len() + 1];
        for word in one {
            let mut before = 0;
            for at in 1..row.len() {
                let here = row[at];
                row[at] = if two[at - 1] == *word {
                    before + 1
                } else {
                    here.max(row[at - 1])
                };
                before = here;
            }
        }
        row.last().copied().unwrap_or_default()
    }

    fn words() -> impl Strategy<Value = Vec<u32>> {
        proptest::collection::vec(0..5_u32, 0..200)
    }

    proptest! {
        #[test]
        fn it_is_what_the_table_tells(one in words(), two in words()) {
            prop_assert_eq!(Sequence::of(&one).most_in_common(&two), by_table(&one, &two));
        }
    }

    #[test]
    fn nothing_has_nothing_in_common() {
        assert_eq!(Sequence::of(&[]).most_in_common(&[1]), 0);
        assert_eq!(Sequence::of(&[1]).most_in_common(&[]), 0);
    }

    #[test]
    fn a_word_has_one_number() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.of(" a b\n a"), [0, 1, 0]);
        assert_eq!(numbers.of("b c"), [1, 2]);
    }
}
