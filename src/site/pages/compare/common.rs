//! How many words two texts have in common, in order: at most.

use std::collections::HashMap;

/// The words of a text, ready to be held against others.
pub(super) struct Sequence<'words> {
    /// Where each word stands: one bit for each place.
    places: HashMap<&'words str, Vec<u64>>,
    length: usize,
}

impl<'words> Sequence<'words> {
    /// The words of a text.
    pub(super) fn of(words: &'words [String]) -> Self {
        let parts = words.len().div_ceil(64);
        let mut places: HashMap<&str, Vec<u64>> = HashMap::new();
        for (at, word) in words.iter().enumerate() {
            places.entry(word).or_insert_with(|| vec![0; parts])[at / 64] |= 1 << (at % 64);
        }
        Self {
            places,
            length: words.len(),
        }
    }

    /// The length of the longest row of words that both have in this order, with others between them. It takes 64 places at a time:
    /// "Bit-parallel LCS-length computation revisited", Hyyrö 2004.
    pub(super) fn most_in_common(&self, other: &[String]) -> usize {
        let mut row = vec![u64::MAX; self.length.div_ceil(64)];
        for places in other.iter().filter_map(|word| self.places.get(word.as_str())) {
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

    use super::Sequence;

    /// The same by the table that everybody knows.
    fn by_table(one: &[String], two: &[String]) -> usize {
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

    fn words() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[a-e]", 0..200)
    }

    proptest! {
        #[test]
        fn it_is_what_the_table_tells(one in words(), two in words()) {
            prop_assert_eq!(Sequence::of(&one).most_in_common(&two), by_table(&one, &two));
        }
    }

    #[test]
    fn nothing_has_nothing_in_common() {
        assert_eq!(Sequence::of(&[]).most_in_common(&["a".to_owned()]), 0);
        assert_eq!(Sequence::of(&["a".to_owned()]).most_in_common(&[]), 0);
    }
}
