//! What a change did to the files of a tree.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::tree::{Entry, EntryKind, Listing};

/// The files that differ between two trees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TreeDifference {
    /// What became of each path that differs.
    pub(crate) changed: BTreeMap<String, FileChange>,
    /// Where removed files stand now, by their older path.
    pub(crate) moved: BTreeMap<String, Move>,
}

/// What became of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileChange {
    /// Only the newer tree has it.
    Added,
    /// It holds something else, or is something else.
    Modified,
    /// Only the older tree has it.
    Removed,
}

/// Where a removed file stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// The path in the newer tree, where the older one has nothing.
    pub(crate) to: String,
    /// Whether every byte is the same.
    pub(crate) is_exact: bool,
}

impl TreeDifference {
    /// Compares two trees by name. Files that moved without any change are paired where only one place is possible: the one with the
    /// same name goes before others.
    pub(crate) fn between(older: &Listing, newer: &Listing) -> Self {
        let mut changed = BTreeMap::new();
        let (mut left, mut right) = (older.entries.as_slice(), newer.entries.as_slice());
        loop {
            match (left.first(), right.first()) {
                (Some(before), Some(now)) if before.path == now.path => {
                    if (before.id, before.kind) != (now.id, now.kind) {
                        changed.insert(now.path.clone(), FileChange::Modified);
                    }
                    (left, right) = (&left[1..], &right[1..]);
                }
                (Some(before), now) if now.is_none_or(|now| before.path < now.path) => {
                    changed.insert(before.path.clone(), FileChange::Removed);
                    left = &left[1..];
                }
                (_, Some(now)) => {
                    changed.insert(now.path.clone(), FileChange::Added);
                    right = &right[1..];
                }
                (_, None) => break,
            }
        }
        let moved = exact_moves(older, newer, &changed);
        Self { changed, moved }
    }

    /// The paths to which something became of this kind, sorted.
    pub(crate) fn of_kind(&self, kind: FileChange) -> impl Iterator<Item = &str> {
        let of_kind = self.changed.iter().filter(move |(_, change)| **change == kind);
        of_kind.map(|(path, _)| path.as_str())
    }

    /// The older path of a file that moved.
    pub(crate) fn moved_from(&self, path: &str) -> Option<&str> {
        let mut moves = self.moved.iter().filter(|(_, one)| one.to == path);
        moves.next().map(|(from, _)| from.as_str())
    }

    /// Where a folder of the older tree stands now, when all its files went to one place and nothing else became of any of them.
    pub(crate) fn moved_folder(&self, folder: &str, older: &Listing) -> Option<String> {
        let below = older.below(folder);
        let mut places = BTreeSet::new();
        for entry in below {
            let rest = entry.path.strip_prefix(folder)?;
            let one = self.moved.get(&entry.path)?;
            places.insert(one.to.strip_suffix(rest)?);
        }
        (places.len() == 1).then(|| places.first().map(|place| (*place).to_owned()))?
    }
}

/// The files that moved without any change. An empty file says nothing about where it went.
fn exact_moves(older: &Listing, newer: &Listing, changed: &BTreeMap<String, FileChange>) -> BTreeMap<String, Move> {
    let is_file = |entry: &&Entry| !matches!(entry.kind, EntryKind::Submodule) && entry.id.0 != EMPTY;
    let of_kind = |kind: FileChange| {
        changed
            .iter()
            .filter(move |(_, change)| **change == kind)
            .map(|(path, _)| path)
    };
    let mut places: HashMap<_, (Vec<&Entry>, Vec<&Entry>)> = HashMap::new();
    for entry in of_kind(FileChange::Removed)
        .filter_map(|path| older.entry(path))
        .filter(is_file)
    {
        places.entry(entry.id).or_default().0.push(entry);
    }
    if places.is_empty() {
        return BTreeMap::new();
    }
    for entry in of_kind(FileChange::Added)
        .filter_map(|path| newer.entry(path))
        .filter(is_file)
    {
        places.entry(entry.id).or_default().1.push(entry);
    }
    let mut moved = BTreeMap::new();
    for (before, now) in places.values() {
        for entry in before {
            let same_name: Vec<&&Entry> = now.iter().filter(|other| name(&other.path) == name(&entry.path)).collect();
            let same_name_before = before.iter().filter(|other| name(&other.path) == name(&entry.path)).count();
            let to = match (before.as_slice(), now.as_slice(), same_name.as_slice()) {
                (_, _, [to]) if same_name_before == 1 => to,
                ([_], [to], _) => to,
                _ => continue,
            };
            moved.insert(
                entry.path.clone(),
                Move {
                    to: to.path.clone(),
                    is_exact: true,
                },
            );
        }
    }
    moved
}

/// The git blob id of an empty file.
const EMPTY: [u8; 20] = [
    0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b, 0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2, 0xe4, 0x8c, 0x53, 0x91,
];

/// The last part of a path.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{FileChange, TreeDifference};
    use crate::model::tree::{ContentId, Entry, EntryKind, Listing};

    fn listing(files: &[(&str, u8)]) -> Listing {
        let entry = |(path, byte): &(&str, u8)| Entry {
            path: (*path).to_owned(),
            kind: EntryKind::File,
            id: ContentId([*byte; 20]),
        };
        Listing::new(files.iter().map(entry).collect())
    }

    fn between(older: &[(&str, u8)], newer: &[(&str, u8)]) -> TreeDifference {
        TreeDifference::between(&listing(older), &listing(newer))
    }

    fn moves(difference: &TreeDifference) -> Vec<(&str, &str)> {
        difference
            .moved
            .iter()
            .map(|(from, one)| (from.as_str(), one.to.as_str()))
            .collect()
    }

    #[test]
    fn what_came_went_and_changed_is_told() {
        let difference = between(
            &[("a", 1), ("b", 2), ("c", 3), ("e", 5)],
            &[("b", 2), ("c", 4), ("d", 6), ("f", 7)],
        );
        let changed: Vec<(&str, FileChange)> = difference.changed.iter().map(|(path, kind)| (path.as_str(), *kind)).collect();
        assert_eq!(
            changed,
            [
                ("a", FileChange::Removed),
                ("c", FileChange::Modified),
                ("d", FileChange::Added),
                ("e", FileChange::Removed),
                ("f", FileChange::Added)
            ]
        );
        assert_eq!(difference.of_kind(FileChange::Added).collect::<Vec<_>>(), ["d", "f"]);
    }

    #[test]
    fn a_file_that_moved_is_found_where_only_one_place_is_possible() {
        let difference = between(&[("a/x", 1), ("a/y", 2)], &[("b/x", 1), ("b/z", 2)]);
        assert_eq!(moves(&difference), [("a/x", "b/x"), ("a/y", "b/z")]);
        assert_eq!(difference.moved_from("b/z"), Some("a/y"));
        assert!(moves(&between(&[("a", 1)], &[("b", 1), ("c", 1)])).is_empty());
        assert_eq!(moves(&between(&[("a/x", 1)], &[("b/x", 1), ("c", 1)])), [("a/x", "b/x")]);
        assert!(moves(&between(&[("a", 1), ("b", 1)], &[("c", 1)])).is_empty());
    }

    #[test]
    fn a_folder_moved_when_all_of_it_went_to_one_place() {
        let older = [("old/a", 1), ("old/b/c", 2)];
        let folder = |newer: &[(&str, u8)]| between(&older, newer).moved_folder("old", &listing(&older));
        assert_eq!(folder(&[("new/a", 1), ("new/b/c", 2)]).as_deref(), Some("new"));
        assert_eq!(folder(&[("new/a", 1), ("other/b/c", 2)]), None);
        assert_eq!(folder(&[("new/a", 1)]), None);
    }
}
