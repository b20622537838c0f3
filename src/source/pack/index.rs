//! The index of a pack, version 2 (`gitformat-pack(5)`): `\377tOc`, the version, 256 counts of ids up to each first byte, the sorted ids,
//! their checksums, their places in the pack in 31 bits, and the places that need 63.

use std::path::Path;

use git2::Oid;

use crate::source::pack::blocks::Blocks;

const MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];

/// Where the ids begin, in bytes.
const IDS: u64 = 8 + 256 * 4;

/// The two checksums at the end, in bytes.
const TRAILER: u64 = 40;

/// Set in a place that stands among the long ones.
const LONG: u32 = 1 << 31;

/// The index of a pack.
pub(crate) struct Index {
    blocks: Blocks,
    /// How many ids have a first byte up to each one.
    counts: Vec<u32>,
}

impl Index {
    /// Opens an index; none when it is of another version or cannot be right.
    pub(crate) fn open(path: &Path) -> Option<Self> {
        let mut blocks = Blocks::open(path)?;
        if blocks.exact::<8>(0)? != MAGIC {
            return None;
        }
        let bytes = blocks.exact::<1024>(8)?;
        let counts: Vec<u32> = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| u32::from_be_bytes(*bytes))
            .collect();
        let count = u64::from(*counts.last()?);
        (counts.is_sorted() && blocks.length >= IDS + count * 28 + TRAILER).then_some(Self { blocks, counts })
    }

    /// The place of an object in the pack.
    pub(crate) fn place(&mut self, id: Oid) -> Option<u64> {
        let first = usize::from(*id.as_bytes().first()?);
        let mut from = if first == 0 { 0 } else { self.counts[first - 1] };
        let mut to = self.counts[first];
        let count = u64::from(self.counts[255]);
        while from < to {
            let middle = from + (to - from) / 2;
            let found: [u8; 20] = self.blocks.exact(IDS + u64::from(middle) * 20)?;
            match found.as_slice().cmp(id.as_bytes()) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
                std::cmp::Ordering::Equal => return self.place_of(u64::from(middle), count),
            }
        }
        None
    }

    fn place_of(&mut self, number: u64, count: u64) -> Option<u64> {
        let short = u32::from_be_bytes(self.blocks.exact(IDS + count * 24 + number * 4)?);
        if short & LONG == 0 {
            return Some(u64::from(short));
        }
        let at = IDS + count * 28 + u64::from(short & !LONG) * 8;
        Some(u64::from_be_bytes(self.blocks.exact(at)?))
    }
}
