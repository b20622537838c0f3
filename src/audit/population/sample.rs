//! A sample that anybody can draw again: the members in the order of SHA-256 of the seed, a NUL byte and their id, the first of them taken.

use sha2::{Digest, Sha256};

/// The positions of the members of a sample, in the order in which they were drawn.
pub(crate) fn draw(seed: &str, size: usize, ids: &[&str]) -> Vec<usize> {
    let mut order: Vec<([u8; 32], usize)> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let mut digest = Sha256::new();
            digest.update(seed.as_bytes());
            digest.update([0]);
            digest.update(id.as_bytes());
            (digest.finalize().into(), at)
        })
        .collect();
    order.sort_unstable_by(|(one, at), (other, place)| (one, ids[*at]).cmp(&(other, ids[*place])));
    order.into_iter().take(size).map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::{any, prop, proptest};

    use super::draw;

    fn ids(numbers: &BTreeSet<u32>) -> Vec<String> {
        numbers.iter().map(|number| format!("{number:040x}")).collect()
    }

    fn drawn(seed: &str, size: usize, ids: &[String]) -> Vec<String> {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        draw(seed, size, &ids).into_iter().map(|at| ids[at].to_owned()).collect()
    }

    #[test]
    fn the_order_is_that_of_the_digests() {
        // printf 'x\0a' | sha256sum: 5d4b…, 'x\0b': 1ac9…, 'x\0c': 5c57…
        let digest = |id: &str| {
            use sha2::{Digest, Sha256};
            Sha256::digest(format!("x\0{id}")).to_vec()
        };
        let mut expected = vec!["a", "b", "c"];
        expected.sort_by_key(|id| digest(id));
        assert_eq!(drawn("x", 3, &["a".to_owned(), "b".to_owned(), "c".to_owned()]), expected);
    }

    proptest! {
        #[test]
        fn a_sample_is_inside_its_population_has_its_size_and_can_be_drawn_again(
            numbers in prop::collection::btree_set(any::<u32>(), 0..200),
            seed in any::<String>(),
            size in 0_usize..250,
        ) {
            let population = ids(&numbers);
            let sample = drawn(&seed, size, &population);
            assert_eq!(sample.len(), size.min(population.len()));
            let distinct: BTreeSet<&String> = sample.iter().collect();
            assert_eq!(distinct.len(), sample.len(), "nobody is drawn twice");
            assert!(sample.iter().all(|id| population.contains(id)));
            assert_eq!(sample, drawn(&seed, size, &population));
            let mut turned = population.clone();
            turned.reverse();
            assert_eq!(sample, drawn(&seed, size, &turned), "the order of the population is nothing");
            // A larger sample of the same seed begins with the smaller one.
            assert!(drawn(&seed, size + 1, &population).starts_with(&sample));
        }

        #[test]
        fn samples_differ_over_seeds(numbers in prop::collection::btree_set(any::<u32>(), 60..100), seed in "[a-z]{1,8}") {
            let population = ids(&numbers);
            assert_ne!(drawn(&seed, 20, &population), drawn(&format!("{seed}'"), 20, &population));
        }
    }
}
