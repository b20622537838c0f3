//! How each component comes into the subject: breadth first over the edges, so that the way is a shortest one.

use std::collections::{HashMap, VecDeque};

/// For each component, in the order of `references`, the index of the one that brings it on a shortest way from the subject: none for
/// what the subject names itself, and for what cannot be reached from it.
pub(crate) fn brought_by<'bom>(
    subject: &'bom str,
    references: impl ExactSizeIterator<Item = &'bom str>,
    edges: impl Iterator<Item = (&'bom str, &'bom str)>,
) -> Vec<Option<u32>> {
    let count = references.len();
    let mut known: HashMap<&str, u32> = HashMap::with_capacity(count);
    for (reference, index) in references.zip(0_u32..) {
        known.entry(reference).or_insert(index);
    }
    let needs = Needs::of(subject, count as u32, &known, edges);
    let mut ways = vec![None; count];
    let mut is_reached = vec![false; count];
    let mut waiting = VecDeque::from([needs.subject]);
    while let Some(who) = waiting.pop_front() {
        for what in needs.of_one(who) {
            if !std::mem::replace(&mut is_reached[*what as usize], true) {
                ways[*what as usize] = (who != needs.subject).then_some(who);
                waiting.push_back(*what);
            }
        }
    }
    ways
}

/// Who needs what, by index. What is no component is left out: nothing is reached through it.
struct Needs {
    /// The index of the subject, behind all components.
    subject: u32,
    /// Where in `list` the needs of each index begin; those of the next one begin where they end.
    starts: Vec<u32>,
    list: Vec<u32>,
}

impl Needs {
    fn of<'bom>(
        subject: &str,
        count: u32,
        known: &HashMap<&str, u32>,
        edges: impl Iterator<Item = (&'bom str, &'bom str)>,
    ) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(edges.size_hint().0);
        // The edges of one come together in most files.
        let mut last: Option<(&str, Option<u32>)> = None;
        for (who, what) in edges {
            let index = match last {
                Some((name, index)) if std::ptr::eq(name, who) => index,
                _ if who == subject => Some(count),
                _ => known.get(who).copied(),
            };
            last = Some((who, index));
            pairs.extend(index.zip(known.get(what).copied()));
        }
        let mut starts = vec![0; count as usize + 2];
        for (who, _) in &pairs {
            starts[*who as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut free = starts.clone();
        let mut list = vec![0; pairs.len()];
        for (who, what) in pairs {
            let place = &mut free[who as usize];
            list[*place as usize] = what;
            *place += 1;
        }
        Self {
            subject: count,
            starts,
            list,
        }
    }

    fn of_one(&self, who: u32) -> &[u32] {
        let (start, end) = (self.starts[who as usize], self.starts[who as usize + 1]);
        &self.list[start as usize..end as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::brought_by;

    fn ways(edges: &[(&str, &str)]) -> Vec<Option<u32>> {
        brought_by("app", ["a", "b", "c", "d"].into_iter(), edges.iter().copied())
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
