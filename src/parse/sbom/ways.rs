//! How each component comes into the subject: breadth first over the edges, so that the way is a shortest one.

use std::collections::{HashMap, VecDeque};

/// For each component, in the order of `references`, the index of the one that brings it on a shortest way from the subject: none for
/// what the subject names itself, and for what cannot be reached from it.
pub(crate) fn brought_by<'bom>(
    subject: &'bom str,
    references: &[&'bom str],
    edges: impl Iterator<Item = (&'bom str, &'bom str)>,
) -> Vec<Option<u32>> {
    let mut ways = vec![None; references.len()];
    // Whether it was reached stands beside its index.
    let mut known: HashMap<&str, (u32, bool)> = HashMap::with_capacity(references.len());
    for (reference, index) in references.iter().zip(0_u32..) {
        known.entry(reference).or_insert((index, false));
    }
    let mut needs: HashMap<&str, Vec<&str>> = HashMap::new();
    for (who, what) in edges {
        needs.entry(who).or_default().push(what);
    }
    let mut waiting = VecDeque::from([subject]);
    while let Some(who) = waiting.pop_front() {
        let bringer = known.get(who).map(|(index, _)| *index).filter(|_| who != subject);
        for what in needs.get(who).into_iter().flatten() {
            if let Some((index, is_reached)) = known.get_mut(what).filter(|(_, is_reached)| !is_reached) {
                *is_reached = true;
                ways[*index as usize] = bringer;
                waiting.push_back(what);
            }
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::brought_by;

    fn ways(edges: &[(&str, &str)]) -> Vec<Option<u32>> {
        brought_by("app", &["a", "b", "c", "d"], edges.iter().copied())
    }

    #[test]
    fn the_shortest_way_counts() {
        let edges = [("app", "a"), ("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")];
        assert_eq!(ways(&edges), [None, Some(0), Some(0), Some(2)]);
    }

    #[test]
    fn circles_and_what_nobody_needs_have_an_end() {
        assert_eq!(
            ways(&[("app", "a"), ("a", "b"), ("b", "a"), ("c", "d"), ("d", "d")]),
            [None, Some(0), None, None]
        );
        assert_eq!(ways(&[]), [None; 4]);
        assert_eq!(ways(&[("app", "app"), ("app", "gone"), ("gone", "a")]), [None; 4]);
    }
}
