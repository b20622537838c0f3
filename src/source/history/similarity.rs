//! How much two texts have in common, as `git diff -M` measures it: a text is cut into lines, and lines into pieces of 64 bytes; what
//! counts is how many bytes of pieces are in both, against the size of the larger text.

use std::collections::HashMap;
use std::sync::Arc;

use git2::Oid;

use crate::source::objects::Objects;

/// The longest piece of a line, in bytes.
const PIECE: usize = 64;

/// The largest text that is compared, in bytes.
pub(crate) const TEXT_LIMIT: usize = 4 << 20;

/// The most bytes that all texts together may have that are compared in one go.
const TOTAL_LIMIT: usize = 512 << 20;

/// The least similarity of a rename, in percent, as git has it.
pub(crate) const LEAST: u8 = 50;

/// The pieces of a text.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    /// The length of the text in bytes.
    pub(crate) size: usize,
    /// The number of a piece, and how many bytes all pieces with that number have; sorted.
    pub(crate) pieces: Vec<(u64, u32)>,
}

impl Profile {
    /// The pieces of a text.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let is_text = !bytes[..bytes.len().min(8000)].contains(&0);
        let mut all: Vec<(u64, u32)> = Vec::with_capacity(bytes.len() / 32 + 1);
        let (mut hash, mut length) = (0_u64, 0);
        for (at, byte) in bytes.iter().enumerate() {
            // Line ends of Windows are no difference.
            if is_text && *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
            length += 1;
            if length == PIECE || *byte == b'\n' {
                all.push((hash, length as u32));
                (hash, length) = (0, 0);
            }
        }
        if length > 0 {
            all.push((hash, length as u32));
        }
        all.sort_unstable();
        let mut pieces: Vec<(u64, u32)> = Vec::with_capacity(all.len());
        for (hash, length) in all {
            match pieces.last_mut() {
                Some(last) if last.0 == hash => last.1 += length,
                _ => pieces.push((hash, length)),
            }
        }
        Self {
            size: bytes.len(),
            pieces,
        }
    }

    /// How much of the larger of two texts is in both, in percent.
    pub(crate) fn similarity(&self, other: &Self) -> u8 {
        let larger = self.size.max(other.size);
        if larger == 0 {
            return 0;
        }
        let (mut left, mut right) = (self.pieces.as_slice(), other.pieces.as_slice());
        let mut common = 0_u64;
        while let (Some(one), Some(two)) = (left.first(), right.first()) {
            if one.0 == two.0 {
                common += u64::from(one.1.min(two.1));
            }
            if one.0 <= two.0 {
                left = &left[1..];
            }
            if two.0 <= one.0 {
                right = &right[1..];
            }
        }
        ((common * 100 / larger as u64).min(100)) as u8
    }
}

/// Whether two texts of these sizes can be similar at all.
pub(crate) fn may_be_similar(one: usize, other: usize) -> bool {
    let (smaller, larger) = (one.min(other), one.max(other));
    smaller > 0 && smaller * 100 >= larger * usize::from(LEAST)
}

/// The profiles of blobs, each made once.
pub(crate) struct Profiles<'objects> {
    objects: &'objects Objects,
    known: HashMap<Oid, Option<Arc<Profile>>>,
    sizes: HashMap<Oid, Option<usize>>,
    bytes: usize,
}

impl<'objects> Profiles<'objects> {
    /// No profile yet.
    pub(crate) fn new(objects: &'objects Objects) -> Self {
        Self {
            objects,
            known: HashMap::new(),
            sizes: HashMap::new(),
            bytes: 0,
        }
    }

    /// The length of a blob; none when it is not in this clone.
    pub(crate) fn size(&mut self, id: Oid) -> Option<usize> {
        *self.sizes.entry(id).or_insert_with(|| self.objects.blob_size(id))
    }

    /// The profile of a blob; none when it is not in this clone, too large, or one too many.
    pub(crate) fn profile(&mut self, id: Oid) -> Option<Arc<Profile>> {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        let size = self
            .size(id)
            .filter(|size| *size <= TEXT_LIMIT && self.bytes + size <= TOTAL_LIMIT);
        let profile = size.and_then(|size| {
            self.bytes += size;
            self.objects.with_blob(id, TEXT_LIMIT, Profile::of).map(Arc::new)
        });
        self.known.insert(id, profile.clone());
        profile
    }

    /// The similarity of two blobs in percent; none where it is below [`LEAST`] or cannot be told.
    pub(crate) fn similarity(&mut self, one: Oid, other: Oid) -> Option<u8> {
        if !may_be_similar(self.size(one)?, self.size(other)?) {
            return None;
        }
        let similarity = self.profile(one)?.similarity(&*self.profile(other)?);
        (similarity >= LEAST).then_some(similarity)
    }
}

#[cfg(test)]
mod tests {
    use super::{Profile, may_be_similar};

    fn similarity(one: &str, other: &str) -> u8 {
        Profile::of(one.as_bytes()).similarity(&Profile::of(other.as_bytes()))
    }

    #[test]
    fn what_two_texts_share_counts_against_the_larger_one() {
        assert_eq!(similarity("a\nb\nc\nd\n", "a\nb\nx\ny\n"), 50);
        assert_eq!(similarity("a\nb\n", "b\na\n"), 100, "the order of lines does not count");
        assert_eq!(
            similarity("a\na\na\na\n", "a\n"),
            25,
            "the same line counts as often as both have it"
        );
        assert_eq!(
            similarity("a\r\nb\r\n", "a\nb\n"),
            66,
            "line ends do not count, their bytes do, as git has it"
        );
        assert_eq!(similarity("", ""), 0);
        assert_eq!(similarity("", "a"), 0);
    }

    #[test]
    fn long_lines_are_cut_into_pieces() {
        let line = "0123456789abcdef".repeat(8);
        let other = format!("{}{}", &line[..64], "z".repeat(64));
        assert_eq!(similarity(&line, &other), 50);
    }

    #[test]
    fn sizes_alone_can_rule_a_rename_out() {
        assert!(may_be_similar(50, 100) && may_be_similar(100, 50));
        assert!(!may_be_similar(49, 100) && !may_be_similar(0, 0));
    }
}
