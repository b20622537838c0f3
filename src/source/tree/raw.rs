//! Raw git trees: `<mode in octal> <name>\0<20 bytes of id>`, again and again, in the order of git.

use std::cmp::Ordering;

use git2::Oid;

use crate::model::tree::EntryKind;

/// The type bits of a mode.
const TYPE: u32 = 0o170_000;

/// One entry of a raw tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawEntry<'tree> {
    /// The mode with what old versions of git wrote made regular: `100664` is `100644`.
    pub(crate) mode: u32,
    /// The name, without slash.
    pub(crate) name: &'tree [u8],
    /// The id of what stands there.
    pub(crate) id: &'tree [u8],
}

impl RawEntry<'_> {
    /// Whether it is a folder.
    pub(crate) fn is_folder(&self) -> bool {
        self.mode == 0o040_000
    }

    /// The object that stands there.
    pub(crate) fn oid(&self) -> Oid {
        Oid::from_bytes(self.id).expect("an entry has an id of 20 bytes")
    }

    /// What it is, unless it is a folder.
    pub(crate) fn kind(&self) -> EntryKind {
        match self.mode {
            0o120_000 => EntryKind::Symlink,
            0o160_000 => EntryKind::Submodule,
            0o100_755 => EntryKind::Executable,
            _ => EntryKind::File,
        }
    }

    /// The order of git: by bytes, a folder as if its name ended with a slash.
    pub(crate) fn order(&self, other: &RawEntry<'_>) -> Ordering {
        let common = self.name.len().min(other.name.len());
        self.name[..common].cmp(&other.name[..common]).then_with(|| {
            let next = |entry: &RawEntry<'_>| match entry.name.get(common) {
                Some(byte) => *byte,
                None if entry.is_folder() => b'/',
                None => 0,
            };
            next(self).cmp(&next(other))
        })
    }
}

/// The entry at the start of a raw tree and the length of its bytes; none at the end, and none where the tree is damaged.
pub(crate) fn first_entry(tree: &[u8]) -> Option<(RawEntry<'_>, usize)> {
    let mut mode: u32 = 0;
    let mut at = 0;
    loop {
        match tree.get(at)? {
            b' ' => break,
            digit @ b'0'..=b'7' if at < 7 => mode = mode * 8 + u32::from(digit - b'0'),
            _ => return None,
        }
        at += 1;
    }
    let name = at + 1;
    let end = name + zero(&tree[name..])?;
    let length = end + 21;
    let entry = RawEntry {
        mode: regular_mode(mode),
        name: &tree[name..end],
        id: tree.get(end + 1..length)?,
    };
    Some((entry, length))
}

/// The length of the entry at the start of a raw tree.
fn first_length(tree: &[u8]) -> Option<usize> {
    let end = zero(tree)?;
    (tree.len() >= end + 21).then_some(end + 21)
}

/// Where the first zero byte is. Names are short, so eight bytes at a time are as fast as any search can be.
fn zero(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut at = 0;
    while let Some(word) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(word.try_into().ok()?);
        // The lowest byte of which the highest bit is set here is the first zero byte.
        let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    bytes[at..].iter().position(|byte| *byte == 0).map(|position| at + position)
}

/// The length of the whole entries that two raw trees begin with.
fn common_length(left: &[u8], right: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let blocks = left.chunks_exact(BLOCK).zip(right.chunks_exact(BLOCK));
    let mut same = blocks.take_while(|(one, other)| one == other).count() * BLOCK;
    let rest = left[same..].iter().zip(&right[same..]);
    same += rest.take_while(|(one, other)| one == other).count();
    if same == left.len() && same == right.len() {
        return same;
    }
    let mut length = 0;
    while let Some(next) = first_length(&left[length..])
        && length + next <= same
    {
        length += next;
    }
    length
}

/// The mode as git writes it today.
fn regular_mode(mode: u32) -> u32 {
    match mode & TYPE {
        0o100_000 if mode & 0o100 != 0 => 0o100_755,
        0o100_000 => 0o100_644,
        0o120_000 => 0o120_000,
        0o040_000 => 0o040_000,
        _ => 0o160_000,
    }
}

/// A damaged tree was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damaged;

/// Calls `each` with all entries of a raw tree.
pub(crate) fn for_each<'tree>(mut tree: &'tree [u8], mut each: impl FnMut(RawEntry<'tree>)) -> Result<(), Damaged> {
    while !tree.is_empty() {
        let (entry, length) = first_entry(tree).ok_or(Damaged)?;
        each(entry);
        tree = &tree[length..];
    }
    Ok(())
}

/// Calls `each` with the entries in which two raw trees differ: on the left, on the right, or on both sides under one name. Runs of
/// entries of the same bytes are skipped with one comparison. `each` returns whether to go on.
pub(crate) fn for_each_difference<'tree>(
    mut left: &'tree [u8],
    mut right: &'tree [u8],
    mut each: impl FnMut(Option<RawEntry<'tree>>, Option<RawEntry<'tree>>) -> bool,
) -> Result<(), Damaged> {
    loop {
        let same = common_length(left, right);
        left = &left[same..];
        right = &right[same..];
        let one = if left.is_empty() {
            None
        } else {
            Some(first_entry(left).ok_or(Damaged)?)
        };
        let other = if right.is_empty() {
            None
        } else {
            Some(first_entry(right).ok_or(Damaged)?)
        };
        let order = match (&one, &other) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((one, _)), Some((other, _))) => one.order(other),
        };
        let mut pair = (None, None);
        if order != Ordering::Greater
            && let Some((entry, length)) = one
        {
            pair.0 = Some(entry);
            left = &left[length..];
        }
        if order != Ordering::Less
            && let Some((entry, length)) = other
        {
            pair.1 = Some(entry);
            right = &right[length..];
        }
        // Old modes of the same file are no difference.
        if pair.0 != pair.1 && !each(pair.0, pair.1) {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Damaged, common_length, first_length, for_each, for_each_difference, zero};

    proptest! {
        #[test]
        fn the_first_zero_is_found(bytes in proptest::collection::vec(0..4u8, 0..40)) {
            prop_assert_eq!(zero(&bytes), bytes.iter().position(|byte| *byte == 0));
        }

        #[test]
        fn whole_entries_are_common(
            names in proptest::collection::vec(("[a-c]{1,30}", 0..2u8), 0..12),
            other in proptest::collection::vec(("[a-c]{1,30}", 0..2u8), 0..4),
            at in 0..12usize,
        ) {
            let bytes = |names: &[(String, u8)]| {
                let entries: Vec<(&str, &str, u8)> = names.iter().map(|(name, id)| ("100644", name.as_str(), *id)).collect();
                tree(&entries)
            };
            let mut changed = names.clone();
            changed.splice(at.min(names.len()).., other);
            let (left, right) = (bytes(&names), bytes(&changed));
            let mut expected = 0;
            while let Some(next) = first_length(&left[expected..])
                && right.get(expected..expected + next) == Some(&left[expected..expected + next])
            {
                expected += next;
            }
            prop_assert_eq!(common_length(&left, &right), expected);
        }
    }

    fn tree(entries: &[(&str, &str, u8)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            bytes.extend_from_slice(&[*id; 20]);
        }
        bytes
    }

    fn differences(left: &[u8], right: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for_each_difference(left, right, |one, other| {
            let name = |entry: Option<super::RawEntry<'_>>| {
                entry.map_or_else(|| "-".to_owned(), |entry| String::from_utf8_lossy(entry.name).into_owned())
            };
            found.push(format!("{} {}", name(one), name(other)));
            true
        })
        .unwrap();
        found
    }

    #[test]
    fn entries_are_read_with_regular_modes() {
        let bytes = tree(&[("100664", "a", 1), ("100755", "b", 2), ("40000", "c", 3), ("160000", "d", 4)]);
        let mut modes = Vec::new();
        for_each(&bytes, |entry| modes.push(format!("{:o}", entry.mode))).unwrap();
        assert_eq!(modes, ["100644", "100755", "40000", "160000"]);
    }

    #[test]
    fn damaged_trees_are_said_to_be_so() {
        let bytes = tree(&[("100644", "a", 1), ("100644", "b", 2)]);
        for cut in [1, 7, 9, 20, bytes.len() - 1] {
            assert_eq!(for_each(&bytes[..cut], |_| ()), Err(Damaged), "cut at {cut}");
        }
        assert_eq!(for_each(b"99999999999999 a\0", |_| ()), Err(Damaged));
        assert_eq!(for_each_difference(b"x", b"", |_, _| true), Err(Damaged));
    }

    #[test]
    fn differences_are_paired_by_name_in_the_order_of_git() {
        let left = tree(&[
            ("100644", "a", 1),
            ("100644", "b", 1),
            ("100644", "d.x", 1),
            ("40000", "d", 1),
            ("100644", "e", 1),
        ]);
        let right = tree(&[
            ("100644", "a", 1),
            ("100644", "b", 2),
            ("100644", "c", 1),
            ("100644", "d", 1),
            ("100644", "d.x", 1),
            ("100664", "e", 1),
        ]);
        assert_eq!(differences(&left, &right), ["b b", "- c", "- d", "d -"]);
        assert_eq!(differences(&left, b"").len(), 5);
    }
}
