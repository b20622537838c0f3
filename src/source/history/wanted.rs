//! The paths that a walk asks about, as a tree of names: every folder holds one contiguous range of path ids.

use std::collections::HashMap;

use crate::source::path;

/// The index of the root node.
pub(crate) const ROOT: u32 = 0;

/// The paths that a walk asks about. A path is known by its id, from 0, in the order of their parts.
pub(crate) struct Wanted {
    nodes: Vec<Node>,
    /// The id of each text that was asked for; several texts (`a`, `a/`) may mean one path.
    ids: Vec<u32>,
    count: u32,
}

/// One folder or file on the way to a path.
#[derive(Default)]
pub(crate) struct Node {
    /// The nodes below, by name.
    pub(crate) children: HashMap<Box<[u8]>, u32>,
    /// The id of the path that ends here, if one was asked for.
    pub(crate) id: Option<u32>,
    /// The ids of the paths that end here or below: the first, and the one after the last.
    pub(crate) range: (u32, u32),
}

impl Wanted {
    /// The paths of some texts. The empty path is the root; a slash at the end changes nothing.
    pub(crate) fn new(paths: &[String]) -> Self {
        // With slashes and zero bytes swapped, the order of bytes is the order of parts, so that a folder stands before all that is in it
        // and nothing else stands between. No name in a tree holds either of them.
        let keys: Vec<Vec<u8>> = paths
            .iter()
            .map(|text| {
                let bytes = path::to_bytes(text.trim_end_matches('/'));
                let swapped = |byte: &u8| match byte {
                    b'/' => 0,
                    0 => b'/',
                    other => *other,
                };
                bytes.iter().map(swapped).collect()
            })
            .collect();
        let mut order: Vec<usize> = (0..paths.len()).collect();
        order.sort_by(|left, right| keys[*left].cmp(&keys[*right]));

        let mut wanted = Self {
            nodes: vec![Node::default()],
            ids: vec![0; paths.len()],
            count: 0,
        };
        for (position, index) in order.iter().enumerate() {
            let key = &keys[*index];
            if position > 0 && keys[order[position - 1]] == *key {
                wanted.ids[*index] = wanted.count - 1;
            } else {
                wanted.ids[*index] = wanted.count;
                wanted.insert(key);
            }
        }
        wanted
    }

    /// Adds the next path in order.
    fn insert(&mut self, key: &[u8]) {
        let id = self.count;
        self.count += 1;
        let mut at = ROOT;
        self.nodes[at as usize].range.1 = self.count;
        if !key.is_empty() {
            for name in key.split(|byte| *byte == 0) {
                let next = self.nodes.len() as u32;
                let child = *self.nodes[at as usize].children.entry(name.into()).or_insert(next);
                if child == next {
                    self.nodes.push(Node {
                        range: (id, id),
                        ..Node::default()
                    });
                }
                at = child;
                self.nodes[at as usize].range.1 = self.count;
            }
        }
        self.nodes[at as usize].id = Some(id);
    }

    /// A node.
    pub(crate) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    /// How many paths there are.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// The id of each text, in the order in which they were asked for.
    pub(crate) fn ids(&self) -> &[u32] {
        &self.ids
    }
}

#[cfg(test)]
mod tests {
    use super::{ROOT, Wanted};

    #[test]
    fn a_folder_holds_one_range_of_ids() {
        let paths = ["b/x", "a-b", "a", "a/y", "b/", "a/z", "a"].map(str::to_owned);
        let wanted = Wanted::new(&paths);
        assert_eq!(wanted.count(), 6);
        assert_eq!(wanted.ids(), [5, 3, 0, 1, 4, 2, 0]);
        let root = wanted.node(ROOT);
        assert_eq!((root.id, root.range), (None, (0, 6)));
        let a = wanted.node(root.children[b"a".as_slice()]);
        assert_eq!((a.id, a.range, a.children.len()), (Some(0), (0, 3), 2));
        let b = wanted.node(root.children[b"b".as_slice()]);
        assert_eq!((b.id, b.range), (Some(4), (4, 6)));
    }

    #[test]
    fn the_empty_path_is_the_root() {
        let wanted = Wanted::new(&[String::new(), "a".to_owned()]);
        assert_eq!(wanted.node(ROOT).id, Some(0));
        assert_eq!(wanted.ids(), [0, 1]);
        assert_eq!(Wanted::new(&[]).count(), 0);
    }
}
